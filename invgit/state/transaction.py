"""One transaction and what became of it, even when the connection breaks at COMMIT."""

from collections.abc import Callable
from typing import TypeVar

import psycopg

from invgit.errors import DatabaseError
from invgit.state.database import Connection, reconnected, translated

T = TypeVar("T")

_ATTEMPTS = 4
"""Serialization failures and deadlocks (40001, 40P01) end a transaction that may simply be tried again."""


def committed(connection: Connection, apply_id: str, work: Callable[[], T]) -> T:
    """Run `work` in a transaction and commit it.

    When the connection breaks, COMMIT may have been carried out or not: whether the apply's own row is there tells. Raises
    DatabaseError when nothing was changed, and says so; or when the database cannot be asked, and says that.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return _attempt(connection, apply_id, work)
        except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
            if attempt == _ATTEMPTS - 1:
                raise DatabaseError(
                    "other sessions kept changing the same rows; nothing was changed", help="try again"
                ) from None
    raise AssertionError


def _attempt(connection: Connection, apply_id: str, work: Callable[[], T]) -> T:
    result: list[T] = []
    try:
        with connection.transaction():
            result.append(work())
    except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
        raise
    except psycopg.OperationalError:
        if result and _is_recorded(connection, apply_id):
            return result[0]
        raise DatabaseError(
            "the connection to PostgreSQL broke; nothing was changed", help="try again once it answers"
        ) from None
    except psycopg.Error:
        with translated():
            raise
    return result[0]


def _is_recorded(connection: Connection, apply_id: str) -> bool:
    """Ask a new connection whether the apply is on record."""
    try:
        with reconnected(connection) as another:
            return another.execute("SELECT 1 FROM applies WHERE id = %s", [apply_id]).fetchone() is not None
    except psycopg.Error:
        message = f"the connection to PostgreSQL broke while committing, and it cannot be asked whether apply {apply_id} was carried out"
        raise DatabaseError(
            message, help="`invgit status` shows it once the server answers; a second apply does no harm"
        ) from None
