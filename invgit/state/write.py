"""Changes to rows, set by set: staged by COPY, then one statement per table and kind of change."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from psycopg import sql

from invgit.errors import Refused
from invgit.model.entity import Address, AnyEntity
from invgit.model.spec import KindSpec, specs
from invgit.model.values import plain
from invgit.state.children import release_leases, write_children
from invgit.state.database import Connection
from invgit.state.load import Managed
from invgit.state.report import unmanaged_rows
from invgit.state.stage import copy_rows, listed, stage
from invgit.state.tables import DECIDED, Column, Ids, child_tables, columns

_CASCADES = frozenset({"organization", "site", "network", "device"})
"""Kinds whose rows take others with them when they go."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entity to write, with the id of its row and whether the row is there already."""

    entity: AnyEntity
    id: str
    exists: bool
    digest: str


def write(
    connection: Connection,
    apply_id: str,
    managed: Mapping[Address, Managed],
    upserts: Sequence[tuple[AnyEntity, bool, str]],
    deletes: Sequence[Address],
    refreshed: Iterable[tuple[Address, str, str]] = (),
) -> None:
    """Write a plan inside the open transaction.

    `upserts` are entities, whether their row exists, and their digest; `refreshed` are addresses with the digest and file
    that `entities` should remember although their rows are as desired.
    """
    written = [
        Written(entity, managed[entity.address].id if entity.address in managed else str(uuid4()), exists, digest)
        for entity, exists, digest in upserts
    ]
    known = {address: each.id for address, each in managed.items()} | {each.entity.address: each.id for each in written}

    def ids(kind: str, path: str) -> str | None:
        return known.get(Address(kind, path))

    _delete(connection, deletes, managed)
    for spec in specs().values():
        batch = [each for each in written if each.entity.address.kind == spec.name]
        if batch and spec.table:
            _write_kind(connection, spec, batch, ids)
    _remember(connection, apply_id, written)
    _refresh(connection, refreshed)
    if len(written) + len(deletes) > 1000:
        connection.execute("ANALYZE")


def _delete(connection: Connection, deletes: Sequence[Address], managed: Mapping[Address, Managed]) -> None:
    """Remove rows, those that refer before those they refer to; what invgit does not manage is never taken along."""
    if not deletes:
        return
    cascading = any(address.kind in _CASCADES for address in deletes)
    before = unmanaged_rows(connection) if cascading else {}
    for spec in reversed(list(specs().values())):
        gone = [managed[address].id for address in deletes if address.kind == spec.name]
        if not gone or spec.table is None:
            continue
        for child in child_tables(spec):
            owned = sql.SQL("DELETE FROM {} t WHERE device_id = ANY (%s) AND {}")
            connection.execute(owned.format(sql.Identifier(child.name), child.declared), [gone])
        connection.execute(sql.SQL("DELETE FROM {} WHERE id = ANY (%s)").format(sql.Identifier(spec.table)), [gone])
    connection.execute("DELETE FROM entities WHERE id = ANY (%s)", [[managed[address].id for address in deletes]])
    for table, count in unmanaged_rows(connection).items() if cascading else ():
        lost = before[table] - count
        if lost > 0:
            message = f"the plan would take {lost} unmanaged rows of `{table}` along"
            raise Refused(
                message, help="describe them in YAML, or delete them by hand first; `invgit status` counts them"
            )


def _write_kind(connection: Connection, spec: KindSpec, batch: list[Written], ids: Ids) -> None:
    plains = {each.id: plain(each.entity.values) for each in batch}
    table = spec.table or ""
    used = [column for column in columns(spec) if any(column.value(each) != column.default for each in plains.values())]
    for each in used:
        if each.field.ref:
            _require_known(each, plains, ids)
    staged = stage(
        connection,
        spec.name,
        table,
        ["id", *(column.name for column in used)],
        (
            (each.id, *(column.stored(column.value(plains[each.id]), ids) for column in used))
            for each in batch
            if not each.exists
        ),
    )
    if spec.name == "reservation":
        release_leases(connection, staged)
    names = listed(column.name for column in used)
    connection.execute(
        sql.SQL("INSERT INTO {} (id, {}) SELECT id, {} FROM {}").format(
            sql.Identifier(table), names, sql.SQL(", ").join(_inserted(column) for column in used), staged
        )
    )
    changed = [each for each in batch if each.exists]
    if changed:
        _update(connection, spec, used, staged, changed, plains, ids)
    owners = [(each.id, each.exists, plains[each.id]) for each in batch]
    for child in child_tables(spec):
        write_children(connection, child, owners, ids)


def _require_known(column: Column, plains: Mapping[str, Mapping[str, Any]], ids: Ids) -> None:
    """A reference to what is in no database cannot be written: with --site, what it names may be left out of the plan."""
    for each in plains.values():
        path = column.value(each)
        if path is not None and column.field.ref and ids(column.field.ref, path) is None:
            raise Refused(
                f"{column.field.ref}:{path} is referred to, and is not in the database", help="apply it first"
            )


def _update(
    connection: Connection,
    spec: KindSpec,
    used: list[Column],
    staged: sql.Composable,
    changed: list[Written],
    plains: Mapping[str, Mapping[str, Any]],
    ids: Ids,
) -> None:
    connection.execute(sql.SQL("TRUNCATE {}").format(staged))
    copy_rows(
        connection,
        staged,
        ["id", *(column.name for column in used)],
        ((each.id, *(column.stored(column.value(plains[each.id]), ids) for column in used)) for each in changed),
    )
    assignments: list[sql.Composable] = [
        sql.SQL("{} = {}").format(
            sql.Identifier(column.name), _updated(column) if column in used else sql.SQL("DEFAULT")
        )
        for column in columns(spec)
        if column in used or column.name != "status"
    ]
    if any(column.name == "status" for column in columns(spec)) and all(column.name != "status" for column in used):
        assignments.append(
            sql.SQL("status = CASE WHEN t.status = ANY ({}) THEN 'unknown' ELSE t.status END").format(
                sql.Literal(list(DECIDED))
            )
        )
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


def _updated(column: Column) -> sql.Composable:
    """A staged value; of the status only what is decided, and what was decided and no longer is becomes unknown."""
    name = sql.Identifier("s", column.name)
    if column.name != "status":
        return name
    return sql.SQL("coalesce({}, CASE WHEN t.status = ANY ({}) THEN 'unknown' ELSE t.status END)").format(
        name, sql.Literal(list(DECIDED))
    )


def _remember(connection: Connection, apply_id: str, written: list[Written]) -> None:
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
                json.dumps(plain(each.entity.values), ensure_ascii=False),
                each.digest,
                getattr(each.entity.values, "protect", False),
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


def _refresh(connection: Connection, refreshed: Iterable[tuple[Address, str, str]]) -> None:
    """Entities that only moved to another file, or whose rows were changed and changed back."""
    rows = [(str(address), digest, file) for address, digest, file in refreshed]
    if rows:
        connection.execute("CREATE TEMP TABLE refreshed (address text, digest text, file text) ON COMMIT DROP")
        copy_rows(connection, sql.Identifier("refreshed"), ["address", "digest", "file"], rows)
        connection.execute(
            "UPDATE entities e SET digest = r.digest, file = r.file FROM refreshed r WHERE e.address = r.address"
        )
