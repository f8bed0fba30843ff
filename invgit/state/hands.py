"""What somebody but an apply has done to rows: who, when, to which fields; and the rows that no apply wrote."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from psycopg import sql

from invgit.model.spec import KindSpec, specs
from invgit.state.database import Connection, translated
from invgit.state.tables import child_tables, columns, own_rows


class Hand(NamedTuple):
    """One change by hand: of which fields (None: of all), by which role and session, when (UTC)."""

    fields: frozenset[str] | None
    role: str
    actor: str
    at: datetime


class Unmanaged(NamedTuple):
    """A row that no apply wrote: its kind, its id, and what it is called."""

    kind: str
    id: str
    name: str


def hands(connection: Connection, kind: str, ids: Collection[str]) -> dict[str, list[Hand]]:
    """The changes by hand of some entities of a kind, by id, the latest first: those since their last apply."""
    spec = specs()[kind]
    with translated():
        rows = connection.execute(
            "SELECT entity_id::text, entity_type, action, changed_fields, actor_id, actor_name, created_at"
            " FROM audit_log a WHERE request_id IS NULL AND entity_id = ANY (%s) AND id > coalesce((SELECT max(b.id)"
            " FROM audit_log b JOIN entities e ON e.id = b.entity_id AND e.apply_id::text = b.request_id"
            " WHERE b.entity_id = a.entity_id), 0) ORDER BY id DESC",
            [list(ids)],
        ).fetchall()
    found: dict[str, list[Hand]] = {}
    for id, called, action, changed, role, actor, at in rows:
        found.setdefault(id, []).append(Hand(_fields(spec, called, action, changed), role, actor, at))
    return found


def _fields(spec: KindSpec, called: str, action: str, changed: list[str] | None) -> frozenset[str] | None:
    """The fields that an entry of the log speaks of."""
    part = next((child.field.name for child in child_tables(spec) if child.called == called), None)
    if part:
        return frozenset({part})
    if action not in {"update", "status_change"} or changed is None:
        return None
    return frozenset(column.path[0] for column in columns(spec) if column.name in changed)


def unmanaged(connection: Connection, limit: int) -> Iterator[Unmanaged]:
    """Rows that no apply wrote, at most so many of each kind; what sources own is not meant, nor parts of devices."""
    for spec in specs().values():
        if spec.table is None:
            continue
        query = sql.SQL(
            "SELECT id::text, coalesce(r ->> 'name', r ->> 'slug', r ->> 'ip_address', '-')"
            " FROM {} t, LATERAL to_jsonb(t) r WHERE NOT EXISTS (SELECT FROM entities e WHERE e.id = t.id) AND {}"
            " ORDER BY 2, 1 LIMIT {}"
        ).format(sql.Identifier(spec.table), own_rows(spec), sql.Literal(limit))
        with translated():
            rows = connection.execute(query).fetchall()
        yield from (Unmanaged(spec.name, id, name) for id, name in rows)
