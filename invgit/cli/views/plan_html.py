"""A plan as one page for a browser: made from its JSON form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from invgit.cli.views.outline import (
    ACTIONS,
    NOTHING,
    SYMBOLS,
    Change,
    Group,
    author,
    fields,
    outline,
    place,
    scope,
    unchanged,
)
from invgit.render.page import page

_OPEN = 100
"""Up to so many changes everything is unfolded."""


def as_html(form: Mapping[str, Any]) -> str:
    """The page: counts, what is refused, deleted and kept, then everything else."""
    parts = outline(form)
    summary = form["summary"]
    groups = [each for each in parts.changed if isinstance(each, Group)]
    single = [each for each in parts.changed if not isinstance(each, Group)]
    data = {
        "counts": [(SYMBOLS[action], summary[action], action) for action in ACTIONS if summary[action]],
        "unchanged": unchanged(summary),
        "refused": form.get("refused", ()),
        "deleted": [_change(each) for each in parts.deleted],
        "kept": [_change(each) for each in parts.kept],
        "groups": [_group(each) for each in groups],
        "scopes": _by_scope(single),
        "drift": _by_scope(parts.drift),
        "open": len(form["changes"]) <= _OPEN,
        "digest": form["digest"],
    }
    return page("plan", data)


def _by_scope(changes: Iterable[Change]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The changes of each site, organization, or the catalog."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        found[scope(change)].append(_change(change))
    return [*found.items()]


def _change(change: Change) -> dict[str, Any]:
    return {
        "action": change["action"],
        "symbol": SYMBOLS[change["action"]],
        "address": change["address"],
        "name": change["name"],
        "former": change.get("from"),
        "because": change.get("because"),
        **_decided(change["source"]),
        "fields": _fields(change),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "size": group.size,
        **_decided(group.source),
        "fields": _fields(group),
        "members": [_change(each) for each in group.members],
    }


def _decided(source: Mapping[str, Any]) -> dict[str, str]:
    return {"place": place(source), "author": author(source), "at": source.get("at", "")}


def _fields(change: Change | Group) -> list[tuple[str, str, str, str]]:
    return [(told.name, told.was or NOTHING, told.becomes or NOTHING, told.note) for told in fields(change)]
