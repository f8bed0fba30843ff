"""One writer at a time: a session lock, taken before BEGIN.

Inside the transaction it would be too late: under REPEATABLE READ the snapshot is older than the wait, and the second
of two writers would work on what the first has just changed, without any error.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress

import psycopg
from psycopg import sql

from invgit.errors import LockBusy
from invgit.state.database import Connection, translated
from invgit.state.settings import LOCK_TIMEOUT

_SPACE, _WRITER, _SYNC, _NOTIFY = 0x696E7667, 1, 2, 3
"""Keys of the advisory locks: `invg` in ASCII, and a number; advisory locks belong to one database."""
_LONGEST_LOOK = 600_000
"""Milliseconds after which the server ends a session that asks sources, or tells people, and is not heard of."""

_HOLDERS = sql.SQL(
    "FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s AND l.objsubid = 2 AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

_LIMITS: Mapping[str, int] = {
    "lock_timeout": 30_000,  # for a row that somebody else is changing
    "idle_session_timeout": 60_000,  # a client that stands still
    "idle_in_transaction_session_timeout": 60_000,
    "client_connection_check_interval": 500,  # a client that is gone, while its statement waits for somebody's row
    "tcp_keepalives_idle": 30,  # a network that is gone, in the middle of a COPY
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}
"""What the server does about a writer that is not heard of: nobody may have to end its session by hand. In the units of
PostgreSQL (milliseconds; the keepalives seconds and a count); a role's own stricter limits hold."""
_NOT_EVERYWHERE = "client_connection_check_interval"
"""PostgreSQL refuses it where the operating system cannot tell (Windows)."""


@contextmanager
def writer(connection: Connection, timeout: float = LOCK_TIMEOUT, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock; `shared` with others who hold it so, as sources do: beside each other, and never beside an apply.

    Raises LockBusy, with the name of who has it, after `timeout` seconds, or sooner where the role's or the
    connection's own `lock_timeout` says so.

    The server ends this session when nothing is heard of it for a minute, from the moment it asks for the lock: a
    stopped client blocks nobody.
    """
    with translated():
        own = _own(connection)
        limits = {name: min(own[name] or limit, limit) for name, limit in _LIMITS.items() if name in own}
        patience = min(max(1, int(timeout * 1000)), own["lock_timeout"] or 2**31 - 1)
        _set(connection, limits | {"lock_timeout": patience})
        try:
            if shared:
                connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_SPACE, _WRITER])
            else:
                connection.execute("SELECT pg_advisory_lock(%s, %s)", [_SPACE, _WRITER])
        except psycopg.errors.LockNotAvailable:
            raise LockBusy(
                f"the database is being written by {_holder(connection, _WRITER)}", help="wait for it, and try again"
            ) from None
        _set(connection, {"lock_timeout": limits["lock_timeout"]})
    done = False
    try:
        yield
        done = True
    finally:
        try:
            _let_go(connection, own, shared=shared)
        except KeyboardInterrupt:
            connection.close()
            if not done:  # else it comes too late, and what was done is told
                raise


def only_sync(connection: Connection) -> AbstractContextManager[None]:
    """Be the only one who asks sources for this database: two at once would count one look as two. Raises LockBusy at
    once, with the name of who does it.
    """
    return _alone(connection, _SYNC, "sources are being asked by")


def only_notify(connection: Connection) -> AbstractContextManager[None]:
    """Be the only one who tells people what has changed: two at once would tell it twice. Raises LockBusy at once."""
    return _alone(connection, _NOTIFY, "people are being told by")


@contextmanager
def _alone(connection: Connection, key: int, what: str) -> Iterator[None]:
    with translated():
        own = _own(connection)
        held = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, key]).fetchone()
        if held != (True,):
            raise LockBusy(f"{what} {_holder(connection, key)}", help="wait for it, and try again")
        _set(connection, {"idle_session_timeout": own["idle_session_timeout"] or _LONGEST_LOOK})
    try:
        yield
    finally:
        _let_go(connection, own, key)


def held_by(connection: Connection, pid: int) -> bool:
    """Whether a session, named by its server process, has the lock."""
    query = sql.SQL("SELECT EXISTS (SELECT {} AND l.pid = %s)").format(_HOLDERS)
    row = connection.execute(query, [_SPACE, _WRITER, pid]).fetchone()
    return bool(row and row[0])


def _own(connection: Connection) -> dict[str, int]:
    """The limits that the session has without us."""
    query = "SELECT name, setting::integer FROM pg_settings WHERE name = ANY (%s) AND (name <> %s OR version() !~ %s)"
    rows = connection.execute(query, [list(_LIMITS), _NOT_EVERYWHERE, "windows|mingw|Visual C"]).fetchall()
    return dict(rows)


def _let_go(connection: Connection, own: Mapping[str, int], key: int = _WRITER, *, shared: bool = False) -> None:
    """Unlock. A session that broke has no lock any more; one that somebody has interrupted, in the middle of a
    statement, is closed, and the server does the rest.
    """
    if connection.closed or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        connection.close()
        return
    with suppress(psycopg.Error):
        unlock = "SELECT pg_advisory_unlock_shared(%s, %s)" if shared else "SELECT pg_advisory_unlock(%s, %s)"
        connection.execute(unlock, [_SPACE, key])
        _set(connection, own)


def _set(connection: Connection, limits: Mapping[str, int]) -> None:
    query = "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS t (name, value)"
    connection.execute(query, [list(limits), [str(each) for each in limits.values()]])


def _holder(connection: Connection, key: int) -> str:
    """Who has the lock; a role that may not look at others' sessions sees the pid, and not since when."""
    query = sql.SQL(
        "SELECT a.pid, a.usename, a.application_name, a.backend_start FROM pg_stat_activity a"
        " WHERE a.pid IN (SELECT l.pid {})"
    ).format(_HOLDERS)
    row = connection.execute(query, [_SPACE, key]).fetchone()
    if row is None:
        return "another session, which has just finished"
    pid, role, application, since = row
    known = [f"role {role}", f"server process {pid}", *([f"since {since:%H:%M:%S} UTC"] if since else [])]
    return f"`{application or 'a session without a name'}` ({', '.join(known)})"
