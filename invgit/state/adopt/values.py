"""A row through the gate: what YAML would say of it, or every column that YAML cannot say."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from invgit.model.entity import Values
from invgit.model.forgiving import forgiven
from invgit.model.scalars import shown
from invgit.model.spec import KindSpec
from invgit.model.values import Fault as Refusal
from invgit.model.values import check
from invgit.state.adopt.rows import Fault, fault
from invgit.state.tables import Column, columns
from invgit.text.document import quoted
from invgit.text.problem import BAD_CHARACTER, MAX_DEPTH, MAX_KEY, MAX_SCALAR

Paths = Callable[[str], str]
Path = tuple[str | int, ...]
Part = Callable[[Path], tuple[str, Mapping[str, Any], str] | None]
"""Table, row and column of what stands at a path, where that is another row's than the entity's own."""
_BELOW = 5
"""So deep is an entity's free-form value in a file, at most."""


def said(spec: KindSpec, table: str, row: Mapping[str, Any], paths: Paths) -> tuple[dict[str, Any], list[Fault]]:
    """The values of a row's own columns as a file would say them, references as paths; and what nobody could write."""
    plain: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in columns(spec):
        value = row.get(column.name)
        if column.field.derived or column.name not in row:
            continue
        if value is None or value == "":
            if column.field.nullable and column.field.default is not None:
                _put(plain, column.path, None)  # nothing, where a file that says nothing would mean something
            continue
        try:
            written = _written(column, column.plain(value, paths))
        except (ValueError, OverflowError):
            faults.append(fault(table, row, column.name, "PostgreSQL knows this value, and no calendar does"))
            continue
        reason = _unwritable(written, 0)
        if reason:
            faults.append(fault(table, row, column.name, reason, "correct it in the database", hidden=True))
        else:
            _put(plain, column.path, written)
    return plain, faults


def gated(
    spec: KindSpec, table: str, row: Mapping[str, Any], plain: dict[str, Any], part: Part = lambda _: None
) -> tuple[Values | None, list[Fault]]:
    """The entity's values in normal form; what differs in spelling only is spelled as its field wants it.

    Where there are faults, the rest: it may have others, that show only beside other entities.
    """
    values, refused = forgiven(spec, plain)
    if values is None:
        wrong = {each.path[0] for each in refused if each.path}
        values, _ = check(spec, {name: value for name, value in plain.items() if name not in wrong})
    return values, [_told(spec, table, row, each, part) for each in refused]


def _told(spec: KindSpec, table: str, row: Mapping[str, Any], refusal: Refusal, part: Part) -> Fault:
    other = part(refusal.path)
    if other:
        return fault(other[0], other[1], other[2], refusal.message)
    column = next((each for each in columns(spec) if refusal.path[: len(each.path)] == each.path), None)
    name = column.name if column else ".".join(map(str, refusal.path))
    missing = refusal.code == "missing-field"
    reason = "it has no value, and needs one" if missing else refusal.message
    return fault(table, row, name, reason, refusal.help or "" if not missing else "")


def _written(column: Column, value: Any) -> Any:
    """A plain value as the reader gives it, before any field has typed it."""
    if column.field.freeform:
        return _free(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _free(value: Any) -> Any:
    """Text that would be taken for a number stands in quotes."""
    if isinstance(value, dict):
        return {key: _free(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_free(item) for item in value]
    return quoted(value) if isinstance(value, str) else value


def _unwritable(value: Any, depth: int) -> str | None:
    """Why no file may hold a value: characters nobody sees, too long, too deep."""
    if depth > MAX_DEPTH - _BELOW:
        return f"it is nested more than {MAX_DEPTH - _BELOW} levels deep"
    for text in _texts(value):
        found = BAD_CHARACTER.search(text)
        if found:
            return f"it holds the character U+{ord(found.group()):04X}, which no file may hold"
        if len(text) > MAX_SCALAR:
            return f"a text in it has {len(text):,} characters; the limit is {MAX_SCALAR:,}"
    if isinstance(value, dict):
        long = next((key for key in value if len(key) > MAX_KEY or not key), None)
        if long is not None:
            return f"the key `{shown(long)}` is {'too long' if long else 'empty'}"
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((reason for item in inside if (reason := _unwritable(item, depth + 1))), None)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value


def _put(plain: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        plain = plain.setdefault(step, {})
    plain[path[-1]] = value
