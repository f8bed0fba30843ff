"""What the rows said at a moment: as they are now, with the audit log read backwards."""

from collections.abc import Generator
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import sql

from invgit.model.spec import specs
from invgit.state.database import Connection, translated
from invgit.state.tables import child_tables

_UNSEEN = ("created_at", "updated_at", "last_seen", "last_status_change", "lease_start", "lease_end")
"""Columns that the log leaves out, as the trigger function in `migrations/` does."""
_AT_ONCE = 1000


class Past(NamedTuple):
    """A row as it was: what the log calls its kind, its id, what it is called, its columns but for those left out."""

    kind: str
    id: str
    name: str | None
    values: dict[str, Any]


class Loss(NamedTuple):
    """What cannot be read backwards: a TRUNCATE (the log has no rows of it), or entries without the id of their row."""

    kind: str
    what: str
    at: datetime
    role: str


def watched() -> dict[str, str]:
    """The tables on record, each with what the log calls a row of it; parts of devices come after all kinds."""
    known = [spec for spec in specs().values() if spec.table]
    parts = {child.name: child.called for spec in known for child in child_tables(spec)}
    kinds = {spec.table or "": spec.name for spec in known}
    return {**{table: kind for table, kind in kinds.items() if table not in parts}, **parts}


def losses(connection: Connection, moment: datetime) -> list[Loss]:
    """What has happened since a moment that cannot be taken back, the latest first."""
    with translated():
        rows = connection.execute(
            "SELECT entity_type, coalesce(notes, ''), max(created_at), max(actor_id) FROM audit_log"
            " WHERE created_at > %s AND row_id IS NULL AND entity_type = ANY (%s) GROUP BY 1, 2, (actor_id)"
            " ORDER BY 3 DESC",
            [moment, list(watched().values())],
        ).fetchall()
    return [Loss(*row) for row in rows]


def rows_at(connection: Connection, moment: datetime, entity: str | None = None) -> Generator[Past, None, None]:
    """The rows at a moment, all as of one look at them; of one entity, by its id, with its parts.

    A change counts from the beginning of its transaction, and not before changes of the same row that it follows.
    Leases are not on record, and left out. The rows come as they are asked for: not all of them are in memory.
    """
    with translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for number, (table, kind) in enumerate(watched().items()):
            columns = {name for (name,) in connection.execute(_COLUMNS, [table])}
            query = _query(table, owned="device_id" in columns, one=entity is not None)
            given = {"kind": kind, "moment": moment, "entity": entity, "unseen": list(_UNSEEN)}
            with connection.cursor(f"past_{number}") as cursor:
                cursor.itersize = _AT_ONCE
                for id, name, values in cursor.execute(query, given):
                    yield Past(kind, id, name, values)


_COLUMNS = (
    "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass('public.' || %s) AND attnum > 0"
    " AND NOT attisdropped"
)

# later   the entries to take back: those after the moment, and whatever followed the first of them on the same row
# made    where the row was made (again) after the moment: what came after that does not count
# before  each column as the earliest of the entries has it; whole, where one of them has all of the row
_PAST = """
WITH later AS MATERIALIZED (
    SELECT a.row_id, a.id, a.old_values FROM audit_log a JOIN (
        SELECT row_id, min(id) AS first FROM audit_log
        WHERE entity_type = %(kind)s AND created_at > %(moment)s AND row_id IS NOT NULL {mine} GROUP BY row_id
    ) f ON f.row_id = a.row_id AND a.id >= f.first
    WHERE a.entity_type = %(kind)s AND a.id >= (SELECT min(id) FROM audit_log WHERE created_at > %(moment)s)
),
made AS (SELECT row_id, min(id) AS id FROM later WHERE old_values IS NULL GROUP BY row_id),
counted AS (SELECT l.* FROM later l LEFT JOIN made m USING (row_id) WHERE l.id < m.id OR m.id IS NULL),
before AS MATERIALIZED (
    SELECT row_id, bool_or(old_values ? 'id') AS whole,
           jsonb_object_agg(each.key, each.value ORDER BY counted.id DESC) AS values
    FROM counted, jsonb_each(old_values) each GROUP BY row_id
),
present AS (
    SELECT t.id, CASE WHEN m.id IS NULL THEN to_jsonb(t) - %(unseen)s::text[] END AS values
    FROM {table} t LEFT JOIN made m ON m.row_id = t.id {theirs}
),
past AS (
    SELECT coalesce(p.id, b.row_id) AS id, coalesce(p.values, '{{}}') || coalesce(b.values, '{{}}') AS values
    FROM present p FULL JOIN before b ON b.row_id = p.id WHERE p.values IS NOT NULL OR b.whole
)
SELECT id::text, coalesce(values ->> 'name', values ->> 'attribute_key', values ->> 'slug', values ->> 'ip_address'),
       values
FROM past WHERE values ->> 'allocation_type' IS DISTINCT FROM 'dynamic' {only}
ORDER BY 2, 1
"""


def _query(table: str, *, owned: bool, one: bool) -> sql.Composed:
    """The query of one table; `owned`: its rows are parts of a device, or may be."""
    name = sql.Identifier("public", table)
    nothing = sql.SQL("")
    if not one:
        return sql.SQL(_PAST).format(table=name, mine=nothing, theirs=nothing, only=nothing)
    own = sql.SQL("= %(entity)s::uuid")
    if owned:
        known = sql.SQL(
            "IN (SELECT id FROM {0} WHERE device_id = %(entity)s::uuid OR id = %(entity)s::uuid UNION"
            " SELECT row_id FROM audit_log WHERE entity_type = %(kind)s AND (entity_id = %(entity)s::uuid OR"
            " (created_at > %(moment)s AND old_values ->> 'device_id' = %(entity)s::text)))"
        ).format(name)
        only = sql.SQL("AND coalesce(values ->> 'device_id', values ->> 'id') = %(entity)s::text")
        return sql.SQL(_PAST).format(
            table=name, mine=sql.SQL("AND row_id ") + known, theirs=sql.SQL("WHERE t.id ") + known, only=only
        )
    return sql.SQL(_PAST).format(
        table=name, mine=sql.SQL("AND row_id ") + own, theirs=sql.SQL("WHERE t.id ") + own, only=nothing
    )
