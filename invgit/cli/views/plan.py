"""A plan for people, made from its JSON form."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from invgit.cli.views.outline import NOTHING, SYMBOLS, Change, Group, author, counts, fields, outline, place, unchanged
from invgit.text.inert import line

_COLOURS = {"create": "green", "update": "yellow", "rename": "cyan", "delete": "red"}
_LISTED = 10
_FIRST = 3
"""Members of a group that are named: all of them up to the one number, of more the other."""


def as_text(form: Mapping[str, Any]) -> str:
    """Counts first, then deletes, then everything else in order; totals last."""
    summary = form["summary"]
    if not form["changes"] and not form["protected"]:
        return f"Nothing to do: {unchanged(summary)}."
    parts = outline(form)
    legend = "  ".join(f"{_symbol(action)} {action}" for action in SYMBOLS if summary[action])
    drift = ["Changed in the database by hand, and set back:", *map(_block, parts.drift)] if parts.drift else []
    sections = [
        [f"Plan: {counts(summary)}", *([legend] if legend else [])],
        [*map(_block, parts.deleted), *map(_block, parts.changed)],
        drift,
        [f"! kept  {line(change['address'])}: {line(change['because'])}" for change in parts.kept],
        [f"{counts(summary)}; {unchanged(summary)}"],
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _block(change: Change | Group) -> str:
    if isinstance(change, Group):
        return "\n".join(_group(change))
    head = f"{_symbol(change['action'])} {line(change['address'])}  {click.style(line(change['name']), bold=True)}"
    if change["action"] == "delete":
        return f"{head}  (was in {_place(change['source'])})"
    lines = [f"{head}  {_place(change['source'])}"]
    if "from" in change:
        lines.append(f"      was {line(change['from'])} ({line(change['because'])})")
    return "\n".join([*lines, *_fields(change)])


def _group(group: Group) -> Iterator[str]:
    yield f"{_symbol('update')} {_place(group.source)}: {group.size}"
    yield from _fields(group)
    alike = [_path(member) for member in group.members if not member["fields"]]
    named = alike if len(alike) <= _LISTED else alike[:_FIRST]
    more = f" and {len(alike) - len(named):,} more" if len(alike) > len(named) else ""
    if alike:
        yield f"      {', '.join(named)}{more}"
    for member in group.members:
        if member["fields"]:
            yield f"      {_path(member)}, and"
            yield from (f"    {text}" for text in _fields(member))


def _fields(change: Change | Group) -> Iterator[str]:
    comes = not isinstance(change, Group) and change["action"] == "create"
    for told in fields(change):
        note = f"  ({line(told.note)})" if told.note else ""
        was = "" if comes else f"{line(told.was or NOTHING)} → "
        yield f"      {line(told.name)}: {was}{line(told.becomes or NOTHING)}{note}"


def _path(change: Change) -> str:
    return line(change["address"].partition(":")[2])


def _place(source: Mapping[str, Any]) -> str:
    who = author(source)
    return click.style(line(place(source)) + (f" ({line(who)})" if who else ""), dim=True)


def _symbol(action: str) -> str:
    return click.style(SYMBOLS[action], fg=_COLOURS[action], bold=True)
