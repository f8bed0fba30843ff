"""Changes to rows, set by set: staged by COPY, then one statement per table and kind of change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

from psycopg import sql

from invgit.errors import Refused
from invgit.model.entity import Address, AnyEntity
from invgit.model.spec import KindSpec, specs
from invgit.model.values import encoded, plain
from invgit.state.children import release, write_children
from invgit.state.database import Connection
from invgit.state.obstacles import require_unreferenced, settle
from invgit.state.refused import attempted, refusal
from invgit.state.stage import copy_rows, listed, stage, temporary
from invgit.state.tables import DECIDED, Column, Ids, child_tables, columns

_MANY = 1000
"""Changes after which the planner should look again; a short-lived server has nobody else to tell it."""
_ANALYZED = ("entities", *(spec.table for spec in specs().values() if spec.table), "device_interfaces")


@dataclass(frozen=True, slots=True)
class Upsert:
    """An entity to write, and its digest; the id of its row, where one was ever managed, and whether it is there."""

    entity: AnyEntity
    digest: str
    id: str | None = None
    exists: bool = False


class Noted(NamedTuple):
    """An entity whose row is as desired, and what is remembered of it is not: its address, file, or digest."""

    id: str
    entity: AnyEntity
    digest: str


@dataclass(frozen=True, slots=True)
class _Written:
    """An upsert on its way, with its plain values."""

    entity: AnyEntity
    digest: str
    id: str
    exists: bool
    plain: dict[str, Any]


def write(
    connection: Connection,
    apply_id: str,
    managed: Mapping[Address, str],
    upserts: Sequence[Upsert],
    deletes: Sequence[tuple[Address, str]],
) -> None:
    """Write a plan inside the open transaction. `managed` has the ids of all managed entities, by the names wanted.

    What goes goes last: a row that is pointed elsewhere by then is not taken along by a cascade.
    """
    written = [
        _Written(each.entity, each.digest, each.id or str(uuid4()), each.exists, plain(each.entity.values))
        for each in upserts
    ]
    known = {**managed, **{each.entity.address: each.id for each in written}}

    def ids(kind: str, path: str) -> str:
        """With --site, what an entity names may be in no database yet."""
        try:
            return known[kind, path]  # type: ignore[index] # an Address is this pair, and need not be made for it
        except KeyError:
            message = f"{kind}:{path} is referred to, and is not in the database"
            raise Refused(message, help="apply it first") from None

    for spec in specs().values():
        batch = [each for each in written if each.entity.address.kind == spec.name]
        if batch and spec.table:
            found = attempted(connection, batch, partial(_write_kind, connection, spec, ids))
            if found:
                raise refusal((each.entity, why) for each, why in found)
    _remember(connection, apply_id, written)
    _delete(connection, deletes)
    settle(connection, {each.id: each.entity for each in written})
    if len(written) + len(deletes) > _MANY:
        _analyze(connection)


def _analyze(connection: Connection) -> None:
    """Let the planner look again at what this role may ask it to; where it may not, autovacuum does by itself."""
    since_17 = connection.info.server_version >= 170000  # whoever owns the table may, and who was given MAINTAIN
    query = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)"
    allowed = " OR has_table_privilege(oid, 'MAINTAIN')" if since_17 else ""
    query += f" AND (pg_has_role(relowner, 'USAGE'){allowed})"
    names = [name for (name,) in connection.execute(query.encode(), [list(_ANALYZED)]).fetchall()]
    if names:
        connection.execute(sql.SQL("ANALYZE {}").format(listed(names)))


def refresh(connection: Connection, noted: Sequence[Noted]) -> None:
    """Remember entities that only moved, to another file or with what they stand in, or are again as they were."""
    if not noted:
        return
    rows = (
        (
            each.id,
            str(each.entity.address),
            each.entity.origin.source.file if each.entity.origin else "",
            encoded(plain(each.entity.values)),
            each.digest,
        )
        for each in noted
    )
    staged = stage(connection, "refreshed", "entities", ["id", "address", "file", "declared", "digest"], rows)
    connection.execute(
        sql.SQL(
            "UPDATE entities e SET address = r.address, file = r.file, declared = r.declared, digest = r.digest"
            " FROM {} r WHERE e.id = r.id"
        ).format(staged)
    )


def relocate(connection: Connection, moved: Iterable[tuple[str, Address]]) -> None:
    """Remember new addresses of entities, by their ids; what stands in a renamed site says nothing of it itself."""
    rows = [(id, str(address)) for id, address in moved]
    if rows:
        staged = stage(connection, "relocated", "entities", ["id", "address"], rows)
        query = sql.SQL("UPDATE entities e SET address = r.address FROM {} r WHERE e.id = r.id")
        connection.execute(query.format(staged))


def _delete(connection: Connection, deletes: Sequence[tuple[Address, str]]) -> None:
    """Remove rows, those that refer before those they refer to; what stays is never taken along."""
    if not deletes:
        return
    gone = temporary("gone")
    connection.execute(sql.SQL("CREATE TEMP TABLE gone (id uuid PRIMARY KEY) ON COMMIT DROP"))
    copy_rows(connection, gone, ["id"], ((id,) for _, id in deletes))
    connection.execute(sql.SQL("ANALYZE {}").format(gone))
    kinds = {address.kind for address, _ in deletes}
    found = [spec for spec in specs().values() if spec.name in kinds]
    require_unreferenced(connection, gone, {spec.table for spec in found if spec.table})
    for spec in reversed(found):
        for child in child_tables(spec):
            connection.execute(
                sql.SQL("DELETE FROM {} t USING {} g WHERE t.device_id = g.id AND {}").format(
                    sql.Identifier(child.name), gone, child.declared
                )
            )
        connection.execute(
            sql.SQL("DELETE FROM {} t USING {} g WHERE t.id = g.id").format(sql.Identifier(spec.table or ""), gone)
        )
    connection.execute(sql.SQL("DELETE FROM entities t USING {} g WHERE t.id = g.id").format(gone))


def _write_kind(connection: Connection, spec: KindSpec, ids: Ids, batch: Sequence[_Written]) -> None:
    table = spec.table or ""
    plains = [each.plain for each in batch]
    used, cells = [], [[each.id for each in batch]]
    for column in columns(spec):
        values, default = column.values(plains), column.default
        if any(value != default for value in values):
            used.append(column)
            cells.append(column.stored(values, ids))
    names = ["id", *(column.name for column in used)]
    rows = list(zip(*cells, strict=True))
    staged = stage(
        connection, spec.name, table, names, (row for each, row in zip(batch, rows, strict=True) if not each.exists)
    )
    if spec.name == "reservation":
        release(connection, staged)
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT id, {} FROM {}").format(
            sql.Identifier(table), listed(names), sql.SQL(", ").join(map(_inserted, used)), staged
        )
    )
    if any(each.exists for each in batch):
        connection.execute(sql.SQL("TRUNCATE {}").format(staged))
        copy_rows(connection, staged, names, (row for each, row in zip(batch, rows, strict=True) if each.exists))
        _update(connection, spec, used, staged)
    owners = [(each.id, each.exists, each.plain) for each in batch]
    for child in child_tables(spec):
        write_children(connection, child, owners, ids)


def _update(connection: Connection, spec: KindSpec, used: list[Column], staged: sql.Identifier) -> None:
    if spec.name == "reservation":
        release(connection, staged)
    assignments: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(column.name), _updated(column, staged=column in used))
        for column in columns(spec)
    ]
    if spec.name != "category":
        assignments.append(sql.SQL("updated_at = now()"))
    connection.execute(
        sql.SQL("UPDATE {} t SET {} FROM {} s WHERE t.id = s.id").format(
            sql.Identifier(spec.table or ""), sql.SQL(", ").join(assignments), staged
        )
    )


def _inserted(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("coalesce({}, 'unknown')").format(name) if column.name == "status" else name


def _updated(column: Column, *, staged: bool) -> sql.Composable:
    """The new value of a column; of the status only what is decided, and what no longer is becomes unknown."""
    new = sql.Identifier("s", column.name) if staged else sql.SQL("NULL" if column.name == "status" else "DEFAULT")
    if column.name != "status":
        return new
    return sql.SQL("coalesce({}, CASE WHEN t.status = ANY ({}) THEN 'unknown' ELSE t.status END)").format(
        new, sql.Literal(list(DECIDED))
    )


def _remember(connection: Connection, apply_id: str, written: list[_Written]) -> None:
    staged = stage(
        connection,
        "entities",
        "entities",
        ["id", "kind", "address", "file", "declared", "digest", "protect", "apply_id"],
        (
            (
                each.id,
                each.entity.address.kind,
                str(each.entity.address),
                each.entity.origin.source.file if each.entity.origin else "",
                encoded(each.plain),
                each.digest,
                each.plain.get("protect", False),
                apply_id,
            )
            for each in written
        ),
    )
    connection.execute(
        sql.SQL(
            "INSERT INTO entities SELECT * FROM {} ON CONFLICT (id) DO UPDATE SET kind = excluded.kind,"
            " address = excluded.address, file = excluded.file, declared = excluded.declared, digest = excluded.digest,"
            " protect = excluded.protect, apply_id = excluded.apply_id"
        ).format(staged)
    )
