"""Specs to tables: which column keeps which part of the plain values, and how a row becomes plain values again."""

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from psycopg import sql

from invgit.model.scalars import normal_decimal
from invgit.model.spec import FieldSpec, KindSpec
from invgit.model.times import normal_moment
from invgit.model.values import encoded

Plain = Mapping[str, Any]
Ids = Callable[[str, str], str]
"""Kind and path to the id of that entity. Raises Refused for one that is in no database."""
Paths = Callable[[str], str]
"""Id to path; an id that no managed entity has is shown as it is."""

DECIDED = ("maintenance", "decommissioned")
"""The statuses that an apply writes; the others are seen by sources."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and the path of its value in the plain values."""

    name: str
    sql: str
    path: tuple[str, ...]
    field: FieldSpec

    @property
    def default(self) -> Any:
        """The value a row has without saying so; the database's default is the same, a test compares them."""
        if self.field.many == "list":
            return []
        return {} if self.field.many == "map" or self.field.base == "json" else self.field.default

    def values(self, plains: Sequence[Plain]) -> list[Any]:
        """The column's plain values, for all rows at once: this is what makes many rows cheap."""
        *above, name = self.path
        for step in above:
            plains = [plain.get(step) or {} for plain in plains]
        return [plain.get(name) for plain in plains]

    def stored(self, values: list[Any], ids: Ids) -> list[Any]:
        """Plain values as psycopg sends them."""
        kind = self.field.ref
        if kind:
            return [None if value is None else ids(kind, value) for value in values]
        if self.sql == "jsonb":
            return [None if value is None else encoded(value) for value in values]
        return values

    def plain(self, value: Any, paths: Paths) -> Any:
        """What `to_jsonb` made of the column, in normal form."""
        if value is None:
            return None
        if self.field.ref:
            return paths(value)
        if self.sql == "jsonb":
            return _numbers(value)
        if self.sql.startswith("decimal"):
            return normal_decimal(str(value))
        if self.sql == "timestamptz":
            return normal_moment(value)
        if self.sql.startswith("inet"):
            return [_address(item) for item in value] if isinstance(value, list) else _address(value)
        if self.name == "status":
            return value if value in DECIDED else None
        return value


@dataclass(frozen=True, slots=True)
class ChildTable:
    """A table with a row per item of one field: attributes, interfaces, allocations of a device."""

    name: str
    key: str
    field: FieldSpec
    columns: tuple[Column, ...]

    @property
    def called(self) -> str:
        """What the audit log calls one of its rows."""
        return self.name.removesuffix("s")

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell the items of one entity apart."""
        return ("network_id", self.key) if self.name == "ip_allocations" else (self.key,)

    @property
    def declared(self) -> sql.SQL:
        """Which of its rows (as `t`) are declared; the others belong to sources."""
        if self.name == "ip_allocations":
            return sql.SQL("t.allocation_type IN ('static', 'dhcp_reservation')")
        return sql.SQL("true")

    def rows(self, plain: Plain) -> Iterator[Plain]:
        """The items of an entity; the key of a mapping is one of their values."""
        content: Any = plain.get(self.field.name) or {}
        if self.field.many == "map":
            yield from ({**item, "": key} for key, item in content.items())
        else:
            yield from content

    def collected(self, rows: list[dict[str, Any]]) -> Any:
        """Rows in plain form back to the field's value."""
        if self.field.many == "map":
            return {row.pop(""): row for row in sorted(rows, key=lambda row: str(row[""]))}
        return sorted(rows, key=lambda row: str(row.get("ip")))


@cache
def columns(spec: KindSpec) -> tuple[Column, ...]:
    """The columns of a kind's own table, without its id."""
    return tuple(_columns(spec.stored, ()))


@cache
def child_tables(spec: KindSpec) -> tuple[ChildTable, ...]:
    """The tables with rows of their own for each entity of a kind."""
    return tuple(_child(field) for field in spec.stored if field.table and field.table != "entities")


def own_rows(spec: KindSpec) -> sql.SQL:
    """Which rows of a kind's own table (as `t`) can be entities: leases are sources', a device has its addresses."""
    if spec.name == "reservation":
        return sql.SQL("t.allocation_type <> 'dynamic' AND (t.device_id IS NULL OR t.allocation_type = 'reserved')")
    return sql.SQL("true")


def _columns(fields: tuple[FieldSpec, ...], above: tuple[str, ...]) -> Iterator[Column]:
    for field in fields:
        if field.table:
            continue
        if field.base == "record" and field.many == "one":
            yield from _columns(field.fields, (*above, field.name))
        else:
            yield Column(field.column, field.sql, (*above, field.name), field)


def _child(field: FieldSpec) -> ChildTable:
    inner = tuple(_columns(field.fields, ()))
    if field.many == "map":
        kind = field.key.sql if field.key else "text"
        key = FieldSpec(name="", attribute="", owner=field.owner, base="scalar", column=field.column, sql=kind)
        inner = (Column(field.column, kind, ("",), key), *inner)
    return ChildTable(field.table or "", field.column, field, inner)


def _address(value: str) -> str:
    """An address as Python writes it (PostgreSQL has ::ffff:10.0.0.1 for ::ffff:a00:1); what is none stays as it is."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return value


def _numbers(value: Any) -> Any:
    """Numbers of jsonb in normal form: whole ones are `int`, others `float`."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
