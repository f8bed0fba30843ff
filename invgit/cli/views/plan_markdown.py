"""A plan as a comment in a pull request: made from its JSON form, short enough for GitHub, obeyed by nobody."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from invgit.cli.views.outline import (
    ACTIONS,
    NOTHING,
    SYMBOLS,
    Change,
    Group,
    Outline,
    author,
    counts,
    fields,
    outline,
    place,
    scope,
    unchanged,
)
from invgit.text.inert import cell, code, fence, html, line
from invgit.text.markdown import details, joined, within

MARKER = "<!-- invgit:plan -->"
"""The first line, by which a CI finds the comment that it replaces."""
_DELETED = 30
_NAMED = 20
_ROWS = 200
"""So many deletes, and so many sites and kinds, are told where not all can be."""

_DRIFT = "### Changed in the database by hand, and set back"

Blocks = Iterator[str]


class _Depth(NamedTuple):
    """How much is told of single changes, and what is said to be missing."""

    missing: str = ""
    names: int | None = None
    """So many members of a group that have no changes of their own are named; None: all."""
    new: bool = True
    """Whether the fields of what is new are told."""
    others: bool = True
    """Whether those of everything else are."""


_DEPTHS = (
    _Depth(),
    _Depth("most names in groups", _NAMED),
    _Depth("most names in groups, and the fields of what is new", _NAMED, new=False),
    _Depth("most names in groups, and the fields of single entities", _NAMED, new=False, others=False),
)


def as_markdown(form: Mapping[str, Any]) -> str:
    """Counts and what is refused and deleted first, everything else folded. Always at most `MOST` characters.

    What does not fit is left out, and said: names, then the fields of what is new, then those of other single entities,
    then single changes.
    """
    parts = outline(form)
    for blocks in (*(_detailed(form, parts, depth) for depth in _DEPTHS), _by_site(form, parts)):
        text = within(blocks)
        if text is not None:
            return text
    return "\n\n".join([*_head(form, brief=True), _left_out("everything but these numbers"), _tail(form)])


def _detailed(form: Mapping[str, Any], parts: Outline, depth: _Depth) -> Blocks:
    yield from _head(form)
    if depth.missing:
        yield _left_out(depth.missing)
    yield from _deleted(parts.deleted)
    yield from _kept(parts.kept)
    yield from (_group(each, depth) for each in parts.changed if isinstance(each, Group))
    yield from _folded([each for each in parts.changed if not isinstance(each, Group)], depth)
    if parts.drift:
        yield _DRIFT
        yield from _folded(parts.drift, depth)
    yield _tail(form)


def _by_site(form: Mapping[str, Any], parts: Outline) -> Blocks:
    yield from _head(form)
    yield _left_out("single changes")
    yield from _deleted(parts.deleted[:_DELETED], len(parts.deleted) - _DELETED)
    yield from _kept(parts.kept[:_DELETED], len(parts.kept) - _DELETED)
    groups = [each for each in parts.changed if isinstance(each, Group)]
    if groups:
        lines = [f"- {code(place(each.source))}: {_reach(each)}" for each in groups[:_DELETED]]
        lines += [f"- … and {len(groups) - _DELETED:,} more"] if len(groups) > _DELETED else []
        yield "### One edit, many entities"
        yield "\n".join(lines)
    if parts.drift:
        yield f"{_DRIFT}: {len(parts.drift):,}"
    table: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for change in form["changes"]:
        table[scope(change), change["address"].partition(":")[0]][change["action"]] += 1
    rows = sorted(table.items(), key=lambda row: (-row[1].total(), row[0]))
    lines = [f"| where | kind | {' | '.join(ACTIONS)} |", f"|---|---|{'--:|' * len(ACTIONS)}"]
    for (where, kind), numbers in rows[:_ROWS]:
        told = " | ".join(f"{numbers[action]:,}" if numbers[action] else "" for action in ACTIONS)
        lines.append(f"| {cell(where)} | {cell(kind)} | {told} |")
    yield "\n".join(lines)
    if len(rows) > _ROWS:
        yield f"… and {len(rows) - _ROWS:,} more rows."
    yield _tail(form)


def _head(form: Mapping[str, Any], *, brief: bool = False) -> Blocks:
    yield f"{MARKER}\n## Plan: {counts(form['summary']) or 'nothing to do'}"
    refused = form.get("refused", ())
    if refused:
        yield "> [!CAUTION]\n> **Refused: it deletes more than its budget.** Nothing will be changed."
    if refused and not brief:
        yield "\n".join(f"- {code(each['message'])}{_setting(each)}" for each in refused[:_DELETED])
        words = " ".join(f"--allow {each['allow']}" for each in refused[:_DELETED])
        more = f"- … and {len(refused) - _DELETED:,} more" if len(refused) > _DELETED else ""
        yield more or f"If all of it is meant: {code(words)}"


def _setting(each: Mapping[str, Any]) -> str:
    return f" ({code(each['setting'])} in `invgit.yaml`)" if each["setting"] else ""


def _tail(form: Mapping[str, Any]) -> str:
    summary = form["summary"]
    return f"{', '.join(filter(None, [counts(summary), unchanged(summary)]))}."


def _left_out(what: str) -> str:
    return f"> [!NOTE]\n> Too long for a comment: {what} had to be left out. `invgit plan` shows all."


def _deleted(changes: Iterable[Change], more: int = 0) -> Blocks:
    lines = [
        f"- {code(change['address'])} {code(change['name'])}, was in {code(place(change['source']))}{_who(change)}"
        for change in changes
    ]
    lines += [f"- … and {more:,} more"] if more > 0 else []
    if lines:
        yield "### Deleted"
        yield "\n".join(lines[:_DELETED])
        if len(lines) > _DELETED:
            yield details(f"and {len(lines) - _DELETED:,} more", joined(lines[_DELETED:]))


def _who(change: Change) -> str:
    who = author(change["source"])
    return f" ({code(who)})" if who else ""


def _kept(changes: Iterable[Change], more: int = 0) -> Blocks:
    lines = [f"- {code(change['address'])} {code(change['name'])}: {code(change['because'])}" for change in changes]
    lines += [f"- … and {more:,} more"] if more > 0 else []
    if lines:
        yield "### Kept, although nothing describes it any more"
        yield "\n".join(lines)


def _group(group: Group, depth: _Depth) -> str:
    alike = [each for each in group.members if not each["fields"]]
    named = alike[: depth.names]
    lines = chain(
        _fields(group),
        (f"# {line(each['address'])}  {line(each['name'])}" for each in named),
        [f"# … and {len(alike) - len(named):,} more"] if len(alike) > len(named) else [],
        (text for each in group.members if each["fields"] for text in _member(each, depth)),
    )
    return details(f"{_where(group.source)}: {_reach(group)}", fence(joined(lines), "diff"))


def _member(change: Change, depth: _Depth) -> Iterator[str]:
    yield f"# {line(change['address'])}  {line(change['name'])}, and"
    yield from _fields(change) if depth.others else ()


def _reach(group: Group) -> str:
    return f"{group.size} (<code>{html(', '.join(group.fields))}</code>)"


def _where(source: Mapping[str, Any]) -> str:
    who = author(source)
    return f"<code>{html(place(source))}</code>" + (f" (<code>{html(who)}</code>)" if who else "")


def _folded(changes: Iterable[Change], depth: _Depth) -> Blocks:
    """One fold for each site, organization, or the catalog."""
    by_scope: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_scope[scope(change)].append(change)
    for where, members in by_scope.items():
        numbers = Counter(change["action"] for change in members)
        told_of = counts({"protected": 0, **dict.fromkeys(ACTIONS, 0), **numbers})
        lines = (text for change in members for text in _change(change, depth))
        yield details(f"<code>{html(where)}</code>: {told_of}", fence(joined(lines), "diff"))


def _change(change: Change, depth: _Depth) -> Iterator[str]:
    who = author(change["source"])
    at = place(change["source"]) + (f" ({who})" if who else "")
    yield f"# {SYMBOLS[change['action']]} {line(change['address'])}  {line(change['name'])}  {line(at)}"
    if "from" in change:
        yield f"#   was {line(change['from'])} ({line(change['because'])})"
    if depth.new if change["action"] == "create" else depth.others:
        yield from _fields(change)


def _fields(change: Change | Group) -> Iterator[str]:
    for told in fields(change):
        note = f"  ({line(told.note)})" if told.note else ""
        gone = told.becomes is None and told.was is not None
        if told.was is not None:
            yield f"-   {line(told.name)}: {line(told.was)}{note if gone else ''}"
        if not gone:
            yield f"+   {line(told.name)}: {line(told.becomes or NOTHING)}{note}"
