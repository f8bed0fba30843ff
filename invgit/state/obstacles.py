"""What stands in the way of a change: rows that invgit does not manage, found and named before they are touched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from invgit.errors import Refused
from invgit.model.entity import AnyEntity
from invgit.model.spec import specs
from invgit.state.database import Connection
from invgit.state.refused import refusal
from invgit.state.tables import child_tables

_SHOWN = 5
_HELP = "describe it in YAML under its own name, or delete it by hand; what no apply wrote is not touched"


@dataclass(frozen=True, slots=True)
class _Key:
    """A foreign key of one column between tables of the inventory."""

    table: str
    column: str
    target: str


def require_unreferenced(connection: Connection, gone: sql.Identifier, tables: set[str]) -> None:
    """Raise when a row that stays refers to one that goes: it would go too, or lose its reference.

    `gone` is a table of the ids that go, `tables` where their rows are. Leases go with their network: sources own them.
    """
    found: list[tuple[str, str, str, bool]] = []
    for key in _keys(connection):
        if key.target in tables:
            query = sql.SQL(
                "SELECT {label}, {table}, r.name, EXISTS (SELECT FROM entities e WHERE e.id = {owner}) FROM {from_} t"
                " JOIN {gone} g ON g.id = t.{column} JOIN LATERAL (SELECT coalesce((SELECT address FROM entities e"
                " WHERE e.id = g.id), g.id::text)) r (name) ON true"
                " WHERE NOT EXISTS (SELECT FROM {gone} o WHERE o.id = {owner}) AND {counts} ORDER BY 1 LIMIT {limit}"
            ).format(
                label=_label(),
                table=sql.Literal(key.table),
                owner=_owner(key.table),
                from_=sql.Identifier(key.table),
                gone=gone,
                column=sql.Identifier(key.column),
                counts=sql.SQL("t.allocation_type <> 'dynamic'" if key.table == "ip_allocations" else "true"),
                limit=sql.Literal(_SHOWN),
            )
            found += connection.execute(query).fetchall()
    if found:
        lines = [
            f"{address} is referred to by {'a managed' if managed else 'an unmanaged'} row of `{table}`: {label}"
            for label, table, address, managed in found[:_SHOWN]
        ]
        help = (
            "the reference lies outside of what is applied; apply its site too"
            if all(managed for *_, managed in found)
            else _HELP
        )
        raise Refused("\n".join(["rows that stay refer to what the plan deletes", *lines]), help=help)


def settle(connection: Connection, written: Mapping[str, AnyEntity]) -> None:
    """Check now what COMMIT would check, while it can still be asked who is in the way. `written` are entities by id.

    Raises Refused, with the names of the rows that share what only one may have; of what is written, with its place.
    Else psycopg's error comes through.
    """
    try:
        with connection.transaction():
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.errors.UniqueViolation as error:
        twins = list(_twins(connection, error.diag.table_name or "", error.diag.constraint_name or ""))
        ours = [
            (written[id], f"the same {what} as another") for id, _, what, managed in twins if managed and id in written
        ]
        rows = [(label, what) for _, label, what, managed in twins if not managed]
        if not rows and ours:
            raise refusal(ours) from error
        if not rows:
            raise
        lines = [f"`{error.diag.table_name}`: {label}, the same {what}" for label, what in rows]
        raise Refused("\n".join(["rows that invgit does not manage are in the way", *lines]), help=_HELP) from error


def _twins(connection: Connection, table: str, constraint: str) -> Iterator[tuple[str, str, str, bool]]:
    """Rows that share a unique key with another one: the id of their entity, their name, what they share, and whether
    they are managed; those that are not come first."""
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT a.attname FROM pg_constraint c CROSS JOIN unnest(c.conkey) k (number) JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = k.number WHERE c.conname = %s AND c.conrelid = to_regclass(%s)",
            [constraint, f"public.{table}"],
        )
    ]
    if not columns or table not in _tables():
        return
    both = sql.SQL(" AND ").join(sql.SQL("o.{0} = t.{0}").format(sql.Identifier(name)) for name in columns)
    told = [name for name in columns if not name.endswith("_id") or name == "vlan_id"] or columns
    what = sql.SQL(" || ', ' || ").join(
        sql.SQL("{} || ' ' || coalesce(t.{}::text, '-')").format(sql.Literal(name), sql.Identifier(name))
        for name in told
    )
    query = sql.SQL(
        "SELECT {owner}::text, {label}, {what}, EXISTS (SELECT FROM entities e WHERE e.id = {owner}) FROM {table} t"
        " WHERE EXISTS (SELECT FROM {table} o WHERE o.id <> t.id AND {both}) ORDER BY 4, 2 LIMIT {limit}"
    ).format(
        label=_label(),
        what=what,
        table=sql.Identifier(table),
        owner=_owner(table),
        both=both,
        limit=sql.Literal(_SHOWN),
    )
    yield from connection.execute(query).fetchall()


def _keys(connection: Connection) -> list[_Key]:
    """The foreign keys there are, between tables of the inventory; history may refer to whatever it likes."""
    rows = connection.execute(
        "SELECT f.relname, a.attname, t.relname FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid"
        " JOIN pg_class t ON t.oid = c.confrelid JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace ORDER BY 1, 2"
    ).fetchall()
    return [_Key(*row) for row in rows if row[0] in _tables()]


def _tables() -> dict[str, bool]:
    """Every table of the inventory, and whether its rows are parts of a device."""
    own = {spec.table: False for spec in specs().values() if spec.table}
    parts = {child.name: True for spec in specs().values() if spec.table for child in child_tables(spec)}
    return parts | own


def _owner(table: str) -> sql.SQL:
    """The id of the entity that a row `t` belongs to."""
    if table == "ip_allocations":
        return sql.SQL("CASE WHEN t.allocation_type = 'reserved' THEN t.id ELSE coalesce(t.device_id, t.id) END")
    return sql.SQL("t.device_id" if _tables()[table] else "t.id")


def _label() -> sql.SQL:
    return sql.SQL(
        "coalesce(to_jsonb(t) ->> 'name', to_jsonb(t) ->> 'slug', to_jsonb(t) ->> 'attribute_key',"
        " to_jsonb(t) ->> 'ip_address', 'a row without a name') || ' (id ' || t.id || ')'"
    )
