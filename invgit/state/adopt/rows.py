"""Rows of a database that invgit did not make, and what is wrong with them, told in the words of that database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from invgit.model.entity import Address, Values
from invgit.model.scalars import shown
from invgit.model.spec import KindSpec

Rows = Mapping[str, list[dict[str, Any]]]
"""Table to its rows, as `to_jsonb` gives them, by id."""


class Fault(NamedTuple):
    """Why a row cannot be adopted: where it is, the value (never a secret), the reason, and the way on."""

    table: str
    id: str
    name: str
    column: str
    value: str
    reason: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An entity, and the row that it was: None where it has to be made, for other rows say that it is there."""

    address: Address
    spec: KindSpec
    row: str | None
    label: str
    values: Values
    """What stands in YAML: normal form, references as paths, nothing that is derived."""


@dataclass(slots=True)
class Converted:
    """All rows as entities, or what is wrong with those that cannot be."""

    entities: list[Taken] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Rows that became parts of an entity, by what they are in it (`address field key`): table and id."""


def name_of(row: Mapping[str, Any]) -> str:
    """What people call a row."""
    for column in ("name", "attribute_key", "hostname", "ip_address", "slug"):
        if row.get(column):
            return str(row[column])
    return ""


def fault(
    table: str, row: Mapping[str, Any], column: str, reason: str, help: str = "", *, hidden: bool = False
) -> Fault:
    """A fault of a column of a row, whose value is shown unless it is `hidden`."""
    value = row.get(column)
    told = "" if value is None or hidden or isinstance(value, dict | list) else shown(str(value))
    return Fault(table, str(row["id"]), name_of(row), column, told, reason, help)
