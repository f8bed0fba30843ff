"""What happened: applies with their generations, and the audit log."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from invgit import __version__
from invgit.model import naming
from invgit.model.entity import Address
from invgit.state.database import Connection, translated


@dataclass(frozen=True, slots=True)
class Run:
    """One apply. `generation` counts them without a gap; times are UTC."""

    id: str
    generation: int
    applied_at: datetime
    actor: str
    role: str
    commit: str | None
    dirty: bool | None
    inventory_digest: str
    plan_digest: str
    tool_version: str
    created: int
    updated: int
    renamed: int
    deleted: int


_COLUMNS = sql.SQL(
    "id::text, generation, applied_at, actor, role, commit_id, dirty, inventory_digest, plan_digest, tool_version,"
    " created, updated, renamed, deleted"
)


def record(
    connection: Connection,
    id: str,
    *,
    actor: str,
    commit: str | None,
    dirty: bool | None,
    sources_digest: str | None,
    inventory_digest: str,
    plan_digest: str,
    summary: Mapping[str, int],
) -> int:
    """Write the row of an apply in the open transaction, and mark the session as it; its generation."""
    row = connection.execute(
        "INSERT INTO applies (id, generation, actor, commit_id, dirty, sources_digest, inventory_digest, plan_digest,"
        " tool_version, created, updated, renamed, deleted)"
        " SELECT %s, coalesce(max(generation), 0) + 1, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM applies"
        " RETURNING generation",
        [
            id,
            actor[:255],
            commit,
            dirty,
            sources_digest,
            inventory_digest,
            plan_digest,
            __version__,
            *(summary[action] for action in ("create", "update", "rename", "delete")),
        ],
    ).fetchone()
    connection.execute(
        "SELECT set_config('invgit.apply_id', %s, true), set_config('invgit.actor', %s, true)", [id, actor]
    )
    assert row is not None
    return int(row[0])


def untouched(connection: Connection, sources_digest: str, count: int) -> str | None:
    """The digest of the inventory, if the last apply carried out all that these files describe, and nobody has touched
    a row of it since.

    `count` is how many entities they describe. An apply by another version of invgit does not count: it may have
    understood them otherwise.
    """
    row = connection.execute(
        "SELECT inventory_digest FROM applies WHERE generation = (SELECT max(generation) FROM applies)"
        " AND sources_digest = %s AND tool_version = %s AND (SELECT count(digest) FROM entities) = %s"
        " AND (SELECT count(*) FROM entities) = %s",
        [sources_digest, __version__, count, count],
    ).fetchone()
    return str(row[0]) if row else None


def run(connection: Connection, id: str | None = None) -> Run | None:
    """An apply by its id, or the last one."""
    query = sql.SQL("SELECT {} FROM applies {}").format(
        _COLUMNS, sql.SQL("WHERE id = %s" if id else "ORDER BY generation DESC LIMIT 1")
    )
    with translated():
        row = connection.execute(query, [id] if id else []).fetchone()
    return Run(*row) if row else None


def find_run(connection: Connection, word: str) -> Run | None:
    """The apply of an id, or of a generation."""
    query = sql.SQL("SELECT {} FROM applies WHERE id::text = %(word)s OR generation::text = %(word)s").format(_COLUMNS)
    row = connection.execute(query, {"word": word.lower()}).fetchone()
    return Run(*row) if row else None


def touched(connection: Connection, apply_id: str) -> set[str]:
    """The ids of the entities that an apply has changed."""
    query = "SELECT DISTINCT entity_id::text FROM audit_log WHERE request_id = %s AND entity_id IS NOT NULL"
    return {id for (id,) in connection.execute(query, [apply_id])}


def later(connection: Connection, generation: int, ids: Collection[str]) -> dict[int, list[str]]:
    """The later generations that have changed some of these entities, with the names of those, in their order."""
    rows = connection.execute(
        "SELECT a.generation, coalesce(e.address, min(l.entity_type || ' ' || l.entity_name), l.entity_id::text)"
        " FROM audit_log l JOIN applies a ON a.id::text = l.request_id LEFT JOIN entities e ON e.id = l.entity_id"
        " WHERE a.generation > %s AND l.entity_id = ANY (%s::uuid[]) GROUP BY a.generation, l.entity_id, e.address"
        " ORDER BY 1, 2",
        [generation, list(ids)],
    )
    found: dict[int, list[str]] = {}
    for number, name in rows:
        found.setdefault(number, []).append(name)
    return found


def audit(
    connection: Connection, *, entity: str | None = None, since: datetime | None = None, limit: int = 1000
) -> Iterator[dict[str, Any]]:
    """Entries of the audit log, the latest first; of one entity by its id, or since a moment."""
    with translated():
        cursor = connection.execute(
            "SELECT created_at, entity_type, entity_name, action, actor_id, actor_name, changed_fields, old_values,"
            " new_values, notes, request_id, entity_id::text FROM audit_log"
            " WHERE (%(entity)s::uuid IS NULL OR entity_id = %(entity)s)"
            " AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s) ORDER BY id DESC LIMIT %(limit)s",
            {"entity": entity, "since": since, "limit": limit},
        )
        names = ("at", "type", "name", "action", "role", "actor", "fields", "before", "after", "notes", "apply", "id")
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def find_entity(connection: Connection, word: str) -> list[tuple[str, str]]:
    """The managed entities that a word may mean (see `naming`), by address: (address, id)."""
    with translated():
        rows = connection.execute(
            "SELECT address, id::text FROM entities WHERE right(address, length(%(tail)s)) = %(tail)s",
            {"tail": word.rpartition(":")[2]},
        ).fetchall()
    ids = {Address.parse(address): id for address, id in rows}
    return [(str(address), ids[address]) for address in naming.matching(word, ids)]
