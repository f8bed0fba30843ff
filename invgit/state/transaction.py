"""One transaction and what became of it, even when the connection breaks at COMMIT."""

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from invgit.errors import DatabaseError
from invgit.state.database import Connection, Reachable, translated
from invgit.state.lock import held_by

T = TypeVar("T")

_ATTEMPTS = 4
"""Serialization failures and deadlocks (40001, 40P01) end a transaction that may simply be tried again."""
_PATIENCE = 70.0
"""Seconds for the server to end a session that nobody hears of any more; it does after 60 (see `lock.writer`)."""


def committed(connection: Connection, apply_id: str, work: Callable[[], T]) -> T:
    """Run `work` in a transaction and commit it. What `work` reads is one moment of the database, and so it has to run
    again when somebody else has changed a row that it writes.

    When the connection breaks, COMMIT may have been carried out or not: whether the apply's own row is there tells.
    Raises DatabaseError when nothing was changed, and says so; or when the database cannot be asked, and says that.
    """
    server = Reachable.of(connection)
    for attempt in range(_ATTEMPTS):
        try:
            return _attempt(connection, server, apply_id, work)
        except (psycopg.Error, DatabaseError) as error:
            if not _may_be_repeated(error):
                raise
            if attempt == _ATTEMPTS - 1:
                raise DatabaseError(
                    "other sessions kept changing the same rows; nothing was changed", help="try again"
                ) from None
    raise AssertionError


def _may_be_repeated(error: BaseException | None) -> bool:
    """Whether others were in the way, whoever has told it."""
    again = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
    return isinstance(error, again) or (isinstance(error, DatabaseError) and isinstance(error.__cause__, again))


def _attempt(connection: Connection, server: Reachable, apply_id: str, work: Callable[[], T]) -> T:
    result: list[T] = []
    try:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            result.append(work())
    except psycopg.Error as error:
        if _may_be_repeated(error):
            raise
        if not connection.closed:
            with translated():
                raise
        if result and _is_recorded(server, apply_id):
            return result[0]
        why = " ".join(str(error).split()).partition(" This probably means")[0]
        raise DatabaseError(
            f"the connection to PostgreSQL broke; nothing was changed ({why})", help="try again once it answers"
        ) from None
    except KeyboardInterrupt:
        # psycopg cancels what runs and waits for its end; a COMMIT may have been faster, and then it is done
        if not (result and _was_faster(connection, server, apply_id)):
            raise
    return result[0]


def _was_faster(connection: Connection, server: Reachable, apply_id: str) -> bool:
    """Whether a COMMIT was carried out before somebody's Ctrl-C. Without its answer another session has to be asked."""
    status = connection.info.transaction_status
    if status == psycopg.pq.TransactionStatus.IDLE:
        return _has_row(connection, apply_id)
    if status in {psycopg.pq.TransactionStatus.INTRANS, psycopg.pq.TransactionStatus.INERROR}:
        return False  # it was not sent, or has failed
    connection.close()
    return _is_recorded(server, apply_id)


def _is_recorded(server: Reachable, apply_id: str) -> bool:
    """Ask a new connection whether the apply is on record; while the old session has the lock, it may be at it.

    A server that restarts is waited for: as long as connecting may take, and longer while it says that it is coming.
    """
    begun = time.monotonic()
    while True:
        try:
            with server.again() as another:
                while held_by(another, server.pid):
                    if time.monotonic() > begun + _PATIENCE:
                        raise _unknown(apply_id)
                    time.sleep(0.02)
                return _has_row(another, apply_id)
        except psycopg.Error as error:
            coming = "the database system is" in str(error)  # starting up, shutting down, in recovery
            if time.monotonic() > begun + (_PATIENCE if coming else server.patience):
                raise _unknown(apply_id) from None
            time.sleep(0.1)
        except KeyboardInterrupt:
            raise _unknown(apply_id) from None


def _has_row(connection: Connection, apply_id: str) -> bool:
    """Whether an apply is on record. Where the table was to be made by the same transaction, it is not there either."""
    try:
        return connection.execute("SELECT 1 FROM applies WHERE id = %s", [apply_id]).fetchone() is not None
    except psycopg.errors.UndefinedTable:
        return False


def _unknown(apply_id: str) -> DatabaseError:
    return DatabaseError(
        "the connection to PostgreSQL broke while committing, and it cannot be asked whether apply"
        f" {apply_id} was carried out",
        help=f"`invgit status {apply_id}` tells once the server answers; a second apply does no harm",
    )
