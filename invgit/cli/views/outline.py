"""A plan in the order in which people read it, made from its JSON form; how it looks is each view's own."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from invgit.model.entity import Address
from invgit.text.words import count

ACTIONS = ("delete", "create", "update", "rename")
SYMBOLS = {"create": "+", "update": "~", "rename": ">", "delete": "-"}
NOTHING = "nothing"
"""What no value is called; a text that says so stands in quotes."""
_TOGETHER = 2
"""From so many updates on that the same lines decided alike, they are one group. An entity's own lines are its own, so
what two have in common was inherited: one edit is told once, however few it reaches."""
_LONGEST = 200
_LIKE_JSON = re.compile(r"true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[\[{\"].*", re.DOTALL)

Change = Mapping[str, Any]
"""A change of the JSON form."""


class Group(NamedTuple):
    """Updates that one edit of a device type or a `defaults:` block made."""

    source: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]
    """What the edit did, to every member alike."""
    members: tuple[Change, ...]
    """Each with what else changes of it, if anything does."""

    @property
    def size(self) -> str:
        """`40 devices`."""
        kinds = Counter(member["address"].partition(":")[0] for member in self.members)
        return ", ".join(count(number, kind) for kind, number in kinds.items())


class Outline(NamedTuple):
    """The parts of a plan; each change is in exactly one of them."""

    deleted: tuple[Change, ...]
    kept: tuple[Change, ...]
    """Deletes of what is protected, which are not carried out."""
    changed: tuple[Change | Group, ...]
    drift: tuple[Change, ...]
    """What only sets back what somebody has done in the database by hand."""


class Told(NamedTuple):
    """One value of a field: what it was and what it becomes; None where there is no value."""

    name: str
    was: str | None
    becomes: str | None
    note: str = ""


def outline(form: Mapping[str, Any]) -> Outline:
    """The parts of a plan, each in the plan's own order."""
    deleted: list[Change] = []
    drift: list[Change] = []
    others: list[Change] = []
    for change in form["changes"]:
        part = deleted if change["action"] == "delete" else drift if is_drift(change) else others
        part.append(change)
    return Outline(tuple(deleted), tuple(form["protected"]), tuple(_grouped(others)), tuple(drift))


def is_drift(change: Change) -> bool:
    """Whether a change only sets back what somebody has done in the database by hand."""
    return "drift" in change or bool(change["fields"] and all("drift" in field for field in change["fields"].values()))


def counts(summary: Mapping[str, int]) -> str:
    """How much a plan does; deletes first."""
    words = [f"{summary[action]:,} to {action}" for action in ACTIONS if summary[action]]
    if summary["protected"]:
        words.append(f"{summary['protected']:,} protected, skipped")
    return ", ".join(words)


def unchanged(summary: Mapping[str, int]) -> str:
    """How much is as it should be."""
    return f"{count(summary['unchanged'], 'entity')} as described"


def scope(change: Change) -> str:
    """What a change lies in: a site, an organization, or the catalog."""
    address = Address.parse(change["address"])
    return address.site or address.organization or "catalog"


def place(source: Mapping[str, Any]) -> str:
    """`inventory/home/house/devices.yaml:3:5`; of what goes only the file is known."""
    return f"{source['file']}:{source['line']}:{source['column']}" if "line" in source else f"{source['file']}"


def author(source: Mapping[str, Any]) -> str:
    """The short commit and who made it, where git knows."""
    return f"{source['commit'][:8]} {source['author']}" if "commit" in source else ""


def fields(change: Change | Group) -> Iterator[Told]:
    """What changes, one value each; of nested values only what differs inside."""
    if isinstance(change, Group):
        yield from _told(change.fields, change.source["file"], by_hand=False)
    elif change["action"] in {"create", "delete"}:
        for name, field in change["fields"].items():
            yield Told(name, value(field["before"]), value(field["after"]))
    else:
        yield from _told(change["fields"], change["source"]["file"], by_hand=not is_drift(change))


def _told(fields: Mapping[str, Mapping[str, Any]], file: str, *, by_hand: bool) -> Iterator[Told]:
    for name, field in fields.items():
        before, after = field["before"], field["after"]
        notes = [place(field["source"])] if "source" in field and field["source"]["file"] != file else []
        notes += ["changed by hand"] if by_hand and "drift" in field else []
        note = ", ".join(notes)
        if isinstance(before, dict | list) or isinstance(after, dict | list):
            from invgit.plan.nested import nested_changes

            for path, was, becomes in nested_changes(before, after):
                yield Told(f"{name}{path}", value(was, inside=True), value(becomes, inside=True), note)
        else:
            yield Told(name, value(before), value(after), note)


def value(plain: Any, *, inside: bool = False) -> str | None:
    """A value as people write it; a very long one is cut.

    A text in a nested value has quotes where it would read like something else: there `true` and `"true"` differ.
    """
    if plain is None:
        return None
    bare = isinstance(plain, str) and plain != NOTHING and not (inside and _LIKE_JSON.fullmatch(plain))
    text = plain if bare else json.dumps(plain, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _grouped(changes: list[Change]) -> Iterator[Change | Group]:
    """Changes in order; updates that the same inherited lines decided alike are one group, where the first stands."""
    users = Counter(
        at for change in changes if change["action"] == "update" for at in {*map(_at, _decided(change).values())}
    )
    keys = [_inherited(change, users) for change in changes]
    together: dict[_Key, list[Change]] = defaultdict(list)
    for key, change in zip(keys, changes, strict=True):
        if key:
            together[key].append(change)
    for key, change in zip(keys, changes, strict=True):
        members = together.get(key, [])
        if len(members) < _TOGETHER:
            yield change
        elif members[0] is change:
            yield _group(members, {name for name, *_ in key})


def _decided(change: Change) -> dict[str, Mapping[str, Any]]:
    """The place that decided each field."""
    return {name: field.get("source", change["source"]) for name, field in change["fields"].items()}


def _at(source: Mapping[str, Any]) -> tuple[str, int, int]:
    return source["file"], source.get("line", 0), source.get("column", 0)


_Key = tuple[tuple[str, tuple[str, int, int], str], ...]


def _inherited(change: Change, users: Mapping[tuple[str, int, int], int]) -> _Key:
    """The fields that a line decided which decided something for others too: name, line, and what it did."""
    if change["action"] != "update":
        return ()
    return tuple(
        (name, _at(source), json.dumps([change["fields"][name]["before"], change["fields"][name]["after"]]))
        for name, source in _decided(change).items()
        if users[_at(source)] >= _TOGETHER
    )


def _group(members: list[Change], names: set[str]) -> Group:
    first = members[0]
    sources = _decided(first)
    source = min((sources[name] for name in names), key=_at)
    common = {
        name: {**field, "source": sources[name]} if sources[name] != source else _without_source(field)
        for name, field in first["fields"].items()
        if name in names
    }
    own = tuple(
        {**member, "fields": {name: field for name, field in member["fields"].items() if name not in names}}
        for member in members
    )
    return Group(source, common, own)


def _without_source(field: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in field.items() if name != "source"}
