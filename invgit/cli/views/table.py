"""Rows as an aligned table, JSON, YAML or CSV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from invgit.text.inert import json_line, line, whole

FORMS = ("table", "json", "yaml", "csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection), full-width forms too."""


_WIDE = 48


def rows_as(form: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> str:
    """The rows in one of `FORMS`; `columns` are those of the narrow ones (table, csv), all of the first row without."""
    return "".join(pieces(form, rows, columns or list(rows[0] if rows else ())))


def pieces(form: str, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """The same in pieces, while the rows come: only a table has to know all of them, to be as wide as they are."""
    if form == "table":
        yield _table(list(rows), columns)
        return
    if form == "json":
        yield "[\n"
    if form == "csv":
        yield _record(columns)
    number = -1
    for number, row in enumerate(rows):
        if form == "csv":
            yield "\n" + _record([_cell(row.get(name)) for name in columns])
        else:
            between = (",\n" if form == "json" else "\n") if number else ""
            yield between + (f"  {json_line(row)}" if form == "json" else _yaml(row))
    if form == "json":
        yield "\n]"
    if form == "yaml" and number < 0:
        yield "[]"


def _table(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [_width([len(cell) for cell in column]) for column in zip(names, *cells, strict=True)]
    head = click.style(
        "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip(), bold=True
    )
    body = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([head, *map(whole, body)])


def _width(lengths: Sequence[int]) -> int:
    """As wide as the widest cell; a few long ones do not push the next column out of sight, they reach over it."""
    usual = [length for length in lengths if length <= _WIDE]
    return max(usual) if usual and len(usual) * 10 >= len(lengths) * 9 else max(lengths)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ", timespec="seconds"))
    if isinstance(value, dict):
        return json_line(value)
    if isinstance(value, list):
        return line(", ".join(item if isinstance(item, str) else json_line(item) for item in value))
    return line(value if isinstance(value, str) else json_line(value) if isinstance(value, bool) else str(value))


def _record(cells: Iterable[str]) -> str:
    """RFC 4180; a cell that a spreadsheet would compute begins with an apostrophe."""
    return ",".join(map(_field, cells))


def _field(cell: str) -> str:
    """In quotes where it needs them, and where it begins like a line that a CI would take for a command."""
    text = f"'{cell}" if cell.startswith(_FORMULA) else cell
    quoted = any(sign in text for sign in '",\n') or text.startswith((" ", ":"))
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _yaml(row: Mapping[str, Any]) -> str:
    """A list item whose values are JSON, which is YAML: nothing in them can be read as anything else."""
    lines = [f"{name}: {json_line(value)}" for name, value in row.items()]
    return "- " + "\n  ".join(lines)
