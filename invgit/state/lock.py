"""One writer at a time: a session lock, taken before BEGIN.

Inside the transaction it would be too late: under REPEATABLE READ the snapshot is older than the wait, and the second of two
writers would work on what the first has just changed, without any error.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from invgit.errors import LockBusy
from invgit.state.database import Connection, translated

_SPACE, _WRITER = 0x696E7667, 1
"""Key of the advisory lock: `invg` in ASCII, and a number; advisory locks belong to one database."""

TIMEOUT = 60.0
"""Seconds to wait for another writer."""


@contextmanager
def writer(connection: Connection, timeout: float = TIMEOUT) -> Iterator[None]:
    """Hold the lock. Raises LockBusy, with the name of who has it, after `timeout` seconds.

    While it is held, the server ends this session when nothing is heard of it for a minute: a stopped client blocks nobody.
    """
    with translated():
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{max(1, int(timeout * 1000))}ms"])
        try:
            connection.execute("SELECT pg_advisory_lock(%s, %s)", [_SPACE, _WRITER])
        except psycopg.errors.LockNotAvailable:
            raise LockBusy(
                f"the database is being written by {_holder(connection)}", help="wait for it, and try again"
            ) from None
        connection.execute(
            "SELECT set_config('lock_timeout', '30s', false), set_config('idle_session_timeout', '60s', false),"
            " set_config('idle_in_transaction_session_timeout', '60s', false)"
        )
    try:
        yield
    finally:
        if not connection.closed and not connection.broken:
            with translated():
                connection.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, _WRITER])
                connection.execute("SELECT set_config('idle_session_timeout', '0', false)")


def _holder(connection: Connection) -> str:
    row = connection.execute(
        "SELECT a.pid, a.usename, a.application_name, a.state_change FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s AND l.granted"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [_SPACE, _WRITER],
    ).fetchone()
    if row is None:
        return "another session, which has just finished"
    pid, role, application, since = row
    return (
        f"`{application or 'a session without a name'}` (role {role}, server process {pid}, since {since:%H:%M:%S} UTC)"
    )
