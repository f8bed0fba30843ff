"""What a pull request and its commit say of proposals: obeyed by nobody, short enough for a forge, without a clock.

Names of people and things stand in code only, where a forge looks neither for names nor for numbers of issues; titles
and commits hold none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from invgit.propose.proposal import OPS, Op, Proposal
from invgit.text.inert import code, fence, json_line, line
from invgit.text.markdown import details, joined, within

_MARK = re.compile(r"<!-- invgit:proposals ([0-9a-f]{16}) -->")
_WORDS: Mapping[Op, str] = {"add": "new", "update": "changed", "missing": "missing"}
_SIGNS: Mapping[Op, str] = {"add": "+", "update": "~", "missing": "-"}
MAX_TITLE = 256
"""GitHub refuses a longer title."""
_UNFOLDED = 10
"""So many proposals of one sort are shown as they are."""
_LISTED = 100
"""So many addresses stand in a commit's message."""


WITHDRAWN = "Nothing of it is proposed any more.\n"
"""The body of a pull request that nothing is left of: without a mark, so that another one may follow it."""


class Request(NamedTuple):
    """What a pull request says, and its commit."""

    title: str
    body: str
    message: str
    """Of the commit, without trailers."""


class _Depth(NamedTuple):
    """How much is told of single proposals, and what is said to be missing."""

    missing: str = ""
    evidence: bool = True
    fields: bool = True
    most: int | None = None
    """So many of each sort; all without it."""


_DEPTHS = (
    _Depth(),
    _Depth("what it was seen by", evidence=False),
    _Depth("single fields", evidence=False, fields=False),
    _Depth("all but the first of each sort", evidence=False, fields=False, most=150),
    _Depth("all but the first of each sort", evidence=False, fields=False, most=30),
)


def request(source: str, site: str, proposals: Sequence[Proposal]) -> Request:
    """The words for proposals of one source and site."""
    by_op = {op: [each for each in proposals if each.op == op] for op in OPS}
    counts = ", ".join(f"{len(found):,} {_WORDS[op]}" for op, found in by_op.items() if found)
    title = f"{source}: {counts} at {site}"
    message = "\n".join([title, "", *_listed(proposals)])
    blocks = (within(_blocks(source, site, by_op, counts, depth)) for depth in _DEPTHS)
    text = next(filter(None, blocks), None)
    if text is None:
        text = "\n\n".join([_head(source, site, counts), _left_out("everything but these numbers"), _TAIL])
    mark = sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Request(title[:MAX_TITLE], f"<!-- invgit:proposals {mark} -->\n{text}\n", message)


def mark_of(body: str) -> str | None:
    """By what the proposals of a pull request's body are told from others; None for one that nobody made here."""
    found = _MARK.search(body)
    return found[1] if found else None


_TAIL = (
    "Every run makes this branch anew. What is not wanted is not proposed again after `invgit changes reject ID`;"
    " commits of others on this branch are kept, and nothing is changed any more while they are there."
)


def _head(source: str, site: str, counts: str) -> str:
    return f"{code(source)} proposes this for {code(site)}: {counts}. Merging it makes it so."


def _left_out(what: str) -> str:
    return f"> [!NOTE]\n> Too long for a pull request: {what} had to be left out. The changed files show all."


def _blocks(
    source: str, site: str, by_op: Mapping[Op, Sequence[Proposal]], counts: str, depth: _Depth
) -> Iterator[str]:
    yield _head(source, site, counts)
    if depth.missing:
        yield _left_out(depth.missing)
    for op, found in by_op.items():
        if found:
            lines = [text for each in found[: depth.most] for text in _proposal(each, depth)]
            lines += [f"# … and {len(found) - depth.most:,} more"] if depth.most and len(found) > depth.most else []
            summary = f"{len(found):,} {_WORDS[op]}"
            yield details(summary, fence(joined(lines), "diff"), shown=len(found) <= _UNFOLDED)
    yield _TAIL


def _proposal(proposal: Proposal, depth: _Depth) -> Iterator[str]:
    yield f"# {_SIGNS[proposal.op]} {line(str(proposal.address))}  ({line(proposal.id)})  {line(proposal.file)}"
    yield f"#   {line(proposal.why)}"
    if depth.evidence:
        yield from (f"#   {line(name)}: {line(text)}" for name, text in proposal.evidence.items())
    for path, value in proposal.after.items() if depth.fields else ():
        if path in proposal.before:
            yield f"-   {line(path)}: {_value(proposal.before[path])}"
        yield f"+   {line(path)}: {_value(value)}"


def _value(value: Any) -> str:
    return line(value) if isinstance(value, str) else json_line(value)


def _listed(proposals: Sequence[Proposal]) -> Iterator[str]:
    for each in proposals[:_LISTED]:
        yield f"{_SIGNS[each.op]} {line(str(each.address))}"
    if len(proposals) > _LISTED:
        yield f"… and {len(proposals) - _LISTED:,} more"
