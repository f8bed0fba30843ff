"""A plan for people, made from its JSON form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from invgit.text.inert import line
from invgit.text.words import count

_SYMBOLS = {"create": ("+", "green"), "update": ("~", "yellow"), "rename": (">", "cyan"), "delete": ("-", "red")}
_WORDS = {"create": "to create", "update": "to update", "rename": "to rename", "delete": "to delete"}
_TOGETHER = 10
"""From so many updates on that one line decided alike, they are shown as one group."""


def as_text(form: Mapping[str, Any]) -> str:
    """Counts first, then deletes, then everything else in order; totals last."""
    summary = form["summary"]
    if not form["changes"] and not form["protected"]:
        return f"Nothing to do: {_unchanged(summary)}."
    head = f"Plan: {_counts(summary)}"
    used = [action for action in _SYMBOLS if summary[action]]
    legend = "  ".join(f"{_symbol(action)} {action}" for action in used)
    deletes = [change for change in form["changes"] if change["action"] == "delete"]
    drift = [change for change in form["changes"] if is_drift(change)]
    others = [change for change in form["changes"] if change["action"] != "delete" and not is_drift(change)]
    blocks = [*(_block(change) for change in deletes), *_grouped(others)]
    if drift:
        blocks += ["", "Changed in the database by hand, and set back:", *map(_block, drift)]
    blocks += [f"! kept  {line(change['address'])}: {line(change['because'])}" for change in form["protected"]]
    return "\n".join([head, legend, "", *blocks, "", f"{_counts(summary)}; {_unchanged(summary)}"])


def is_drift(change: Mapping[str, Any]) -> bool:
    """Whether a change only sets back what somebody has done in the database by hand."""
    return "drift" in change or bool(change["fields"] and all("drift" in field for field in change["fields"].values()))


def _counts(summary: Mapping[str, int]) -> str:
    words = [
        f"{summary[action]:,} {_WORDS[action]}"
        for action in ("delete", "create", "update", "rename")
        if summary[action]
    ]
    if summary["protected"]:
        words.append(f"{summary['protected']} protected, skipped")
    return ", ".join(words)


def _unchanged(summary: Mapping[str, int]) -> str:
    return f"{count(summary['unchanged'], 'entity')} as described"


def _grouped(changes: list[Mapping[str, Any]]) -> Iterator[str]:
    """Changes in order; many updates that one line decided come as one group, where the first of them stands."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for change in changes:
        groups.setdefault(_cause(change), []).append(change)
    for cause, members in groups.items():
        if cause and len(members) >= _TOGETHER:
            yield _group(members)
        else:
            yield from map(_block, members)


def _cause(change: Mapping[str, Any]) -> str:
    """What makes updates alike: the deciding line, and what it does."""
    if change["action"] != "update":
        return f"create {change['address']}" if change["action"] == "create" else ""
    return json.dumps([change["source"], change["fields"]], sort_keys=True)


def _group(members: list[Mapping[str, Any]]) -> str:
    first = members[0]
    kind = first["address"].partition(":")[0]
    head = f"{_symbol('update')} {_place(first)}: {count(len(members), kind)}"
    names = ", ".join(member["address"].partition(":")[2] for member in members[:3])
    return "\n".join([head, *_fields(first), f"      {line(names)} and {len(members) - 3} more"])


def _block(change: Mapping[str, Any]) -> str:
    head = f"{_symbol(change['action'])} {line(change['address'])}  {click.style(line(change['name']), bold=True)}"
    place = click.style(_place(change), dim=True)
    if change["action"] == "delete":
        return f"{head}  (was in {place})"
    return "\n".join([f"{head}  {place}", *_fields(change)])


def _fields(change: Mapping[str, Any]) -> Iterator[str]:
    create = change["action"] == "create"
    for name, field in change["fields"].items():
        before, after = field["before"], field["after"]
        note = "  (changed by hand)" if "drift" in field and not is_drift(change) else ""
        if create:
            yield f"      {name}: {_value(after)}"
        elif isinstance(before, dict) or isinstance(after, dict) or isinstance(before, list) or isinstance(after, list):
            yield from _nested(name, before, after)
        else:
            yield f"      {name}: {_value(before)} → {_value(after)}{note}"


def _nested(name: str, before: Any, after: Any) -> Iterator[str]:
    from invgit.plan.nested import nested_changes

    for path, was, becomes in nested_changes(before, after):
        yield f"      {name}{line(path)}: {_value(was)} → {_value(becomes)}"


def _value(value: Any) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = line(text)
    return shown if len(shown) <= 200 else f"{shown[:199]}…"


def _place(change: Mapping[str, Any]) -> str:
    source = change["source"]
    return line(source["file"]) + (f":{source['line']}:{source['column']}" if "line" in source else "")


def _symbol(action: str) -> str:
    symbol, colour = _SYMBOLS[action]
    return click.style(symbol, fg=colour, bold=True)
