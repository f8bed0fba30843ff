"""Rows to an inventory: fingerprints of everything, values of what somebody asks about."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import sql

from invgit.model.entity import Address, AnyEntity, Entity
from invgit.model.inventory import Inventory
from invgit.model.spec import KindSpec, construct, specs
from invgit.state.database import Connection, translated
from invgit.state.tables import ChildTable, Paths, child_tables, columns


class Managed(NamedTuple):
    """What `entities` knows of one entity. Without a digest, somebody but an apply has changed it."""

    id: str
    digest: str | None
    file: str
    protect: bool


def fingerprints(connection: Connection) -> dict[Address, Managed]:
    """Every managed entity."""
    with translated():
        rows = connection.execute("SELECT address, id::text, digest, file, protect FROM entities").fetchall()
    return {Address.parse(address): Managed(*known) for address, *known in rows}


def load(connection: Connection, managed: Mapping[Address, Managed], wanted: Iterable[Address]) -> Inventory:
    """The entities of `wanted` as their rows are now; one whose row is gone is not in it."""
    by_kind: dict[str, list[Address]] = {}
    for address in wanted:
        by_kind.setdefault(address.kind, []).append(address)
    names = {each.id: address.path for address, each in managed.items()} if by_kind else {}
    found: list[AnyEntity] = []
    with translated():
        for kind, addresses in by_kind.items():
            found.extend(_loaded(connection, specs()[kind], addresses, managed, names))
    return Inventory(found)


def last_applied(connection: Connection, managed: Mapping[Address, Managed]) -> Inventory:
    """What somebody but an apply has changed since, as the last apply made it; and what is gone."""
    with translated():
        rows = connection.execute("SELECT address, declared FROM entities WHERE digest IS NULL").fetchall()
    found = ((Address.parse(address), values) for address, values in rows)
    return Inventory(
        Entity(address, construct(specs()[address.kind].cls, values)) for address, values in found if address in managed
    )


def _loaded(
    connection: Connection,
    spec: KindSpec,
    addresses: list[Address],
    managed: Mapping[Address, Managed],
    names: Mapping[str, str],
) -> Iterable[AnyEntity]:
    ids = {managed[address].id: address for address in addresses}

    def path(id: str) -> str:
        return names.get(id, f"(unmanaged {id})")

    query = sql.SQL("SELECT id::text, to_jsonb(t)::text FROM {} AS t WHERE id = ANY (%s)")
    rows = connection.execute(query.format(sql.Identifier(spec.table or "")), [list(ids)]).fetchall()
    children = [(child, _children(connection, child, list(ids), path)) for child in child_tables(spec)]
    for id, text in rows:
        row = _decoded(text)
        plain: dict[str, Any] = {}
        for column in columns(spec):
            _put(plain, column.path, column.plain(row.get(column.name), path))
        for child, items in children:
            plain[child.field.name] = child.collected(items.get(id, []))
        if "protect" in spec.by_name:
            plain["protect"] = managed[ids[id]].protect
        yield Entity(ids[id], construct(spec.cls, plain))


def _children(
    connection: Connection, child: ChildTable, ids: list[str], path: Paths
) -> dict[str, list[dict[str, Any]]]:
    query = sql.SQL("SELECT device_id::text, to_jsonb(t)::text FROM {} AS t WHERE device_id = ANY (%s) AND {}")
    named = query.format(sql.Identifier(child.name), child.declared)
    found: dict[str, list[dict[str, Any]]] = {}
    for id, text in connection.execute(named, [ids]).fetchall():
        row = _decoded(text)
        item: dict[str, Any] = {}
        for column in child.columns:
            value = column.plain(row.get(column.name), path)
            if value is not None:
                item[column.path[-1]] = value
        found.setdefault(id, []).append(item)
    return found


def _decoded(text: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return row


def _put(plain: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a value at a path; a group of which nothing is set is not there."""
    if value is None:
        return
    for step in path[:-1]:
        plain = plain.setdefault(step, {})
    plain[path[-1]] = value
