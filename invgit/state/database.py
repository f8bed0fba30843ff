"""One connection to the database of a project, and what can be wrong with it; no message holds a password."""

import getpass
import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from invgit.errors import ConfigError, DatabaseError, InvgitError, LockBusy, Refused
from invgit.state.dsn import parsed, without
from invgit.state.settings import DatabaseSetting

logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # it logs what it also raises, and we say that in our words

Connection = psycopg.Connection[tuple[Any, ...]]

OLDEST = 140000
"""PostgreSQL 14, as `server_version_num` counts."""

_WAYS = (
    "in invgit.yaml write `database: embedded`, or `database: {env: NAME}` with a libpq connection string in the "
    "environment variable NAME"
)


_NO_ROOM = "No space left on device"
_MAKE_ROOM = "make room on the server's disk, and run the command again; nothing that was stored is lost"


@contextmanager
def connect(
    setting: DatabaseSetting | None,
    *,
    purpose: str,
    embedded_allowed: bool = True,
    notice: Callable[[str], None] | None = None,
) -> Iterator[Connection]:
    """A connection in autocommit mode with known settings; `purpose` is shown to whoever waits for its lock.

    Raises ConfigError when no database is named, DatabaseError when it cannot be reached or is too old.
    """
    if setting is None:
        raise ConfigError("no database is named", help=_WAYS)
    if setting.kind != "embedded":
        with _opened(_parameters(setting), purpose) as connection:
            yield connection
        return
    if not embedded_allowed:
        help = "pass --embedded if a database that ends with this run is what you want, or name another in invgit.yaml"
        raise ConfigError("the database is embedded, and this is a CI run", help=help)
    from invgit.state import embedded

    with embedded.running(embedded.folder_for(setting.project), notice=notice) as server:
        with embedded.clean_environment():
            connection = _opened(server.conninfo(), purpose, typed={"password": server.password})
        with connection:
            yield connection


def _parameters(setting: DatabaseSetting) -> dict[str, Any]:
    """The connection string that a variable or a file holds, taken apart; nothing of it is ever repeated."""
    if setting.kind == "env":
        where = f"the environment variable {setting.value}"
        text = os.environ.get(setting.value, "")
    else:
        where = setting.value
        try:
            text = Path(setting.value).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot read {where}: {getattr(error, 'strerror', 'not UTF-8')}", help=_WAYS) from None
    if not text.strip():
        raise ConfigError(f"{where} is not set or empty", help=f"put a libpq connection string there; or {_WAYS}")
    found = parsed(text.strip())
    if found is None:
        help = "write it like postgresql://user@host:5432/name, special characters in it percent-encoded"
        raise ConfigError(
            f"{where} holds no libpq connection string (not shown: it may hold a password)", help=help
        ) from None
    return found


def _opened(parameters: Mapping[str, Any], purpose: str, *, typed: Mapping[str, Any] | None = None) -> Connection:
    """A session, or what is in its way; what libpq repeats of the connection string is not.

    `typed` are the parameters that no message may repeat: all of them, where a person wrote them.
    """
    known = {"connect_timeout": "10", "keepalives_idle": "30", **parameters}
    known["application_name"] = f"invgit {purpose} {_who()}"[:63]
    try:
        connection = psycopg.connect(autocommit=True, **known)
    except psycopg.Error as error:
        message = without(parameters if typed is None else typed, str(error))
        help = "is the server running, and may this user in? `invgit db health` says more once it answers"
        if _NO_ROOM in message:  # before a login is over, errors have no code
            help = _MAKE_ROOM
        raise DatabaseError(f"cannot connect to PostgreSQL: {message}", help=help) from None
    version = connection.info.server_version
    if version < OLDEST:
        connection.close()
        raise DatabaseError(f"this is PostgreSQL {version // 10000}; invgit works with 14 and later")
    with translated():
        _settle(connection)
    return connection


def _settle(connection: Connection) -> None:
    """The settings that everything here relies on, whatever the role's or the database's own are."""
    connection.execute(
        "SELECT set_config('search_path', 'public, pg_temp', false), set_config('TimeZone', 'UTC', false),"
        " set_config('DateStyle', 'ISO, YMD', false), set_config('client_min_messages', 'warning', false),"
        " set_config('extra_float_digits', '1', false)"
    )


@dataclass(frozen=True, slots=True)
class Reachable:
    """How the server of a connection is reached again once that broke, and the session that was lost."""

    parameters: Mapping[str, Any]
    pid: int

    @classmethod
    def of(cls, connection: Connection) -> "Reachable":
        """Of a connection that works: a broken one can no longer be asked."""
        info = connection.info
        # All that was in force, wherever it came from; a service is a name for parameters that are here by themselves.
        known = {name: value for name, value in info.get_parameters().items() if name not in {"service", "servicefile"}}
        return cls({**known, "password": info.password or None}, info.backend_pid)

    @property
    def patience(self) -> float:
        """Seconds to wait for a server that is away: those that connecting may take, ten where that has no end."""
        return float(self.parameters.get("connect_timeout") or 0) or 10.0

    @contextmanager
    def again(self) -> Iterator[Connection]:
        """A new connection to the same server, whatever the environment says; psycopg's errors come through."""
        from invgit.state.embedded import clean_environment

        with clean_environment():
            another = psycopg.connect(autocommit=True, **self.parameters)
        with another:
            _settle(another)
            yield another


def _who() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody's name; the last one on Windows
        user = str(os.getpid())
    return f"{user}@{socket.gethostname()}".encode("utf-8", "backslashreplace").decode()  # names need not be UTF-8


def actor() -> str:
    """Who runs this, as history remembers it: user@host."""
    return _who()


@contextmanager
def translated() -> Iterator[None]:
    """psycopg's errors as ours: what PostgreSQL refuses is refused, everything else is the environment's failure."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        help = (
            "connect as the role that may do it, or let the owner of the tables run `invgit db grant --read ROLE`"
            " (--apply ROLE, for who applies); `invgit db migrate` is the owner's"
        )
        raise DatabaseError(f"PostgreSQL: {_first(error)}", help=help) from error
    except psycopg.errors.LockNotAvailable as error:
        help = "wait for whoever has them open, and try again"
        raise LockBusy(
            "another session has locked rows that this needs, and did not finish in time", help=help
        ) from error
    except psycopg.errors.IntegrityError as error:
        detail = error.diag.message_detail or ""
        help = "a row that invgit does not manage may be in the way; `invgit status` counts them"
        raise Refused(f"PostgreSQL refuses the change: {_first(error)}\n{detail}".strip(), help=help) from error
    except psycopg.errors.DiskFull as error:
        raise DatabaseError(f"PostgreSQL: {_first(error)}", help=_MAKE_ROOM) from error
    except psycopg.OperationalError as error:
        raise DatabaseError(f"PostgreSQL: {_first(error)}", help="try again once the server answers") from error
    except psycopg.Error as error:
        raise DatabaseError(f"PostgreSQL: {_first(error)}") from error


def _first(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip().split("\n", 1)[0] or type(error).__name__


def identity(connection: Connection) -> str:
    """The identity of the database, which survives dumps."""
    with translated():
        row = connection.execute("SELECT id FROM invgit_database").fetchone()
    if row is None:
        raise InvgitError(
            "the table invgit_database is empty", help="restore it from a backup: its row is the database's identity"
        )
    return str(row[0])


def server(connection: Connection) -> str:
    """What tells a database from a copy of it, of any kind but a physical one: the cluster's identifier and the
    database's in it. Empty where the role may not know."""
    with translated():
        row = connection.execute(
            "SELECT CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')"
            " THEN (SELECT system_identifier::text FROM pg_control_system()) || '/' || oid END"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return str((row and row[0]) or "")


def public_url(connection: Connection) -> str:
    """How to connect to the same database, without the password."""
    info = connection.info
    query = urlencode({"host": info.host, "port": info.port, "user": info.user, "dbname": info.dbname})
    return f"postgresql://?{query}"
