"""Rows of a table as entities: each cell as the field of its column takes it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from invgit.model.spec import FieldSpec, KindSpec
from invgit.sources.items import Item, Problem
from invgit.sources.sheet import Record, Sheet
from invgit.sources.targets import SLUG, Target
from invgit.text.document import quoted

_TRUE, _FALSE = {"1", "y", "t", "x", "ja", "oui", "si", "wahr"}, {"0", "n", "f", "nein", "non", "falsch"}
"""What people and programs write for yes and no, beside the words that YAML has."""
_BETWEEN = re.compile(r"\s*[;,\n]\s*")


def items(
    spec: KindSpec, folder: str, sheet: Sheet, targets: Mapping[int, Target], constants: Mapping[Target, str]
) -> tuple[list[Item], list[Problem]]:
    """The entities of all rows. `constants` are for rows that say nothing of a target."""
    found, problems = [], [Problem(sheet.name, line, "", why) for line, why in sheet.broken]
    for record in sheet.records:
        item = Item(spec.name, folder, "", sheet.name, record.line)
        problems += _filled(item, sheet, record, targets)
        for target, value in constants.items():
            if not _has(item, target):
                problems += _set(item, target, value, "")
        found.append(item)
    return found, problems


def _filled(item: Item, sheet: Sheet, record: Record, targets: Mapping[int, Target]) -> Iterator[Problem]:
    for number, target in targets.items():
        cell = record.cells[number]
        if cell:
            yield from _set(item, target, cell, sheet.columns[number])


def _has(item: Item, target: Target) -> bool:
    inside: Any = {**item.said, **({"slug": item.slug} if item.slug else {})}
    for step in target.path:
        if not isinstance(inside, dict) or step not in inside:
            return False
        inside = inside[step]
    return True


def _set(item: Item, target: Target, cell: str, column: str) -> Iterator[Problem]:
    if target.path == SLUG:
        item.slug, item.named = cell, True
        item.columns["slug"] = column
        return
    item.columns[target.name] = column
    try:
        value = _value(target, cell)
    except ValueError as error:
        yield item.problem(target.path, str(error))
        return
    inside = item.said
    for step in target.path[:-1]:
        inside = inside.setdefault(step, {})
    inside[target.path[-1]] = value


def _value(target: Target, cell: str) -> Any:
    """A cell as the reader would give it. In free-form values text stays text: `007` and `1.10` are what they are."""
    field = target.field
    if field is None:
        return cell
    if field.base == "json":
        return quoted(cell) if target.inside else _json(cell)
    if field.many == "list":
        return [_scalar(field, each) for each in _BETWEEN.split(cell) if each]
    return _scalar(field, cell)


def _scalar(field: FieldSpec, cell: str) -> str:
    if field.python is bool:
        lower = cell.lower()
        return "true" if lower in _TRUE else "false" if lower in _FALSE else lower
    return quoted(cell) if field.base == "scalar" and field.python is str else cell


def _json(cell: str) -> Any:
    """A whole mapping stands in its cell as JSON."""
    try:
        made = json.loads(cell, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError(
            "expected a JSON mapping in one cell; single keys have columns such as `metadata.shelf`"
        ) from None
    return _quoted(made)


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _quoted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return quoted(value) if isinstance(value, str) else value
