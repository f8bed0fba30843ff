"""Rows as an aligned table, JSON, YAML or CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from invgit.cli.views.style import line

FORMS = ("table", "json", "yaml", "csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_as(form: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> str:
    """The rows in one of `FORMS`; `columns` are those of the narrow ones (table, csv), all of the first row without."""
    names = list(columns or (rows[0] if rows else ()))
    if form == "json":
        return "[\n" + ",\n".join(f"  {json.dumps(row, ensure_ascii=False, default=str)}" for row in rows) + "\n]"
    if form == "yaml":
        return "\n".join(_yaml(row) for row in rows) or "[]"
    if form == "csv":
        return _csv(rows, names)
    return _table(rows, names)


def _table(rows: Sequence[Mapping[str, Any]], names: list[str]) -> str:
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    head = click.style(
        "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip(), bold=True
    )
    body = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([head, *body])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ", timespec="seconds"))
    text = value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return line(text)


def _csv(rows: Sequence[Mapping[str, Any]], names: list[str]) -> str:
    """RFC 4180; a cell that a spreadsheet would compute begins with an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        cells = [_cell(row.get(name)) for name in names]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return file.getvalue().rstrip("\n")


def _yaml(row: Mapping[str, Any]) -> str:
    """A list item whose values are JSON, which is YAML: nothing in them can be read as anything else."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False, default=str)}" for name, value in row.items()]
    return "- " + "\n  ".join(lines)
