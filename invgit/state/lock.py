"""One writer at a time: a session lock, taken before BEGIN.

Inside the transaction it would be too late: under REPEATABLE READ the snapshot is older than the wait, and the second
of two writers would work on what the first has just changed, without any error.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import sql

from invgit.errors import LockBusy
from invgit.state.database import Connection, translated
from invgit.state.settings import LOCK_TIMEOUT

_SPACE, _WRITER = 0x696E7667, 1
"""Key of the advisory lock: `invg` in ASCII, and a number; advisory locks belong to one database."""

_HOLDERS = sql.SQL(
    "FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s AND l.objsubid = 2 AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

_ROW_TIMEOUT = 30_000
"""Milliseconds to wait for a row that somebody else is changing."""


@contextmanager
def writer(connection: Connection, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the lock. Raises LockBusy, with the name of who has it, after `timeout` seconds, or sooner where the role's
    or the connection's own `lock_timeout` says so.

    While it is held, the server ends this session when nothing is heard of it for a minute: a stopped client blocks
    nobody.
    """
    with translated():
        own = _lock_timeout(connection)
        patience = min(max(1, int(timeout * 1000)), own or 2**31 - 1)
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{patience}ms"])
        try:
            connection.execute("SELECT pg_advisory_lock(%s, %s)", [_SPACE, _WRITER])
        except psycopg.errors.LockNotAvailable:
            raise LockBusy(
                f"the database is being written by {_holder(connection)}", help="wait for it, and try again"
            ) from None
        connection.execute(
            "SELECT set_config('lock_timeout', %s, false), set_config('idle_session_timeout', '60s', false),"
            " set_config('idle_in_transaction_session_timeout', '60s', false)",
            [f"{min(own or _ROW_TIMEOUT, _ROW_TIMEOUT)}ms"],
        )
    try:
        yield
    finally:
        with suppress(psycopg.Error):  # a session that broke has no lock any more
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, _WRITER])
            connection.execute(
                "SELECT set_config('lock_timeout', %s, false), set_config('idle_session_timeout', '0', false),"
                " set_config('idle_in_transaction_session_timeout', '0', false)",
                [f"{own}ms"],
            )


def held_by(connection: Connection, pid: int) -> bool:
    """Whether a session, named by its server process, has the lock."""
    query = sql.SQL("SELECT EXISTS (SELECT {} AND l.pid = %s)").format(_HOLDERS)
    row = connection.execute(query, [_SPACE, _WRITER, pid]).fetchone()
    return bool(row and row[0])


def _lock_timeout(connection: Connection) -> int:
    row = connection.execute("SELECT setting::integer FROM pg_settings WHERE name = 'lock_timeout'").fetchone()
    return int(row[0]) if row else 0


def _holder(connection: Connection) -> str:
    query = sql.SQL(
        "SELECT a.pid, a.usename, a.application_name, a.backend_start FROM pg_stat_activity a"
        " WHERE a.pid IN (SELECT l.pid {})"
    ).format(_HOLDERS)
    row = connection.execute(query, [_SPACE, _WRITER]).fetchone()
    if row is None:
        return "another session, which has just finished"
    pid, role, application, since = row
    return (
        f"`{application or 'a session without a name'}` (role {role}, server process {pid}, since {since:%H:%M:%S} UTC)"
    )
