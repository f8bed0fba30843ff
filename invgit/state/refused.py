"""What PostgreSQL itself refuses, row by row: a constraint or a trigger that somebody has added, a value too large."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psycopg

from invgit.errors import Refused
from invgit.model.entity import AnyEntity
from invgit.state.database import Connection

T = TypeVar("T")

_BY_VALUE = (psycopg.DataError, psycopg.errors.IntegrityError, psycopg.errors.RaiseException)
"""Errors of what is written; all others are of the server, the connection, or the role."""
_SHOWN = 10


def attempted(connection: Connection, batch: Sequence[T], write: Callable[[Sequence[T]], None]) -> list[tuple[T, str]]:
    """Write a batch, or find what of it PostgreSQL refuses and why, at most so many as anybody reads.

    Where nothing of it is refused by itself, psycopg's error of the whole comes through.
    """
    try:
        with connection.transaction():
            write(batch)
    except _BY_VALUE:
        found = _searched(connection, batch, write, _SHOWN)
        if not found:
            raise
        return [(each, _said(error)) for each, error in found]
    return []


def _searched(
    connection: Connection, batch: Sequence[T], write: Callable[[Sequence[T]], None], most: int
) -> list[tuple[T, psycopg.Error]]:
    """Half by half; whatever of it could be written is taken back."""
    try:
        with connection.transaction(force_rollback=True):
            write(batch)
    except _BY_VALUE as error:
        if len(batch) == 1:
            return [(batch[0], error)]
        half = len(batch) // 2
        found = _searched(connection, batch[:half], write, most)
        return found + (_searched(connection, batch[half:], write, most - len(found)) if len(found) < most else [])
    return []


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or " ".join(str(error).split())


def refusal(found: Iterable[tuple[AnyEntity, str]]) -> Refused:
    """The refusal of some entities, each at its place."""
    lines = [f"{entity.origin.place()}: {entity.address}: {why}" if entity.origin else f"{entity.address}: {why}"
             for entity, why in found]  # fmt: skip
    return Refused(
        "\n".join(["PostgreSQL refuses what is to be written; nothing was changed", *lines[:_SHOWN]]),
        help="correct the values here, or the constraint or trigger that somebody has added to the database",
    )
