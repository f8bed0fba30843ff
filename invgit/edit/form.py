"""The canonical form of a file: order of keys, quotes, spelling of values, ends of lines. What it says stays the same.

All else stays as people wrote it: comments, blank lines, indentation, braces or lines, text of several lines. What is
made is read again; where it would say anything else, or a comment would be lost, the file stays as it is.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from invgit.edit.declared import is_number
from invgit.edit.declared import text as as_text
from invgit.edit.order import Unsure, reordered
from invgit.edit.survey import Keyed, Path, Survey, Value
from invgit.model.spec import FieldSpec
from invgit.text import written
from invgit.text.document import quoted
from invgit.text.nodes import Node, Tree, comments, tree
from invgit.text.regions import Splice
from invgit.text.splice import applied
from invgit.text.tree import parse

_AS_WRITTEN = ("decimal", "timestamp")
"""Types of which people's own spelling says more: 10.50 is a price, and an offset the zone somebody was in."""
_GLUED = re.compile(r"[ \t]*:(?=[^\s,\]}])")
_LINE_END = re.compile(r"[ \t]*(\r?\n)")
_BLANKS = re.compile(r" {2,}(?=#)")
_TRAILING = re.compile(r"[ \t]+(?=\r?\n|\Z)")


class Kept(NamedTuple):
    """Something that stays as it is, at an offset of the formatted text, and why."""

    at: int
    reason: str


class Formed(NamedTuple):
    """A text in canonical form, but for what is `kept`."""

    text: str
    kept: tuple[Kept, ...]


def formed(text: str) -> Formed:
    """The canonical form of a text in which `tree.parse` found nothing wrong."""
    if text.count("\r") != text.count("\r\n"):
        return Formed(text, (Kept(text.index("\r"), "a line ends with a carriage return alone"),))
    found = tree(text)
    survey = Survey(found.root)
    splices = [*_spelling(text, survey), *_ends(text, found)]
    made = applied(text, splices)
    made, kept = _arranged(made, survey if not splices else None)
    if made != text and (reason := _difference(found, text, made)):
        return Formed(text, (Kept(0, reason),))
    return Formed(made, tuple(kept))


def _spelling(text: str, survey: Survey) -> Iterator[Splice]:
    """Keys and values that are written otherwise than they are in canonical form."""
    for _, node, _, _ in survey.keys:
        if not _one_line(text, node):
            continue
        made = _key(node.text)
        if text[node.start : node.end] != made:
            yield Splice(node.start, node.end, made)
        if node.style and (glued := _GLUED.match(text, node.end)):  # only quotes allow that
            yield Splice(glued.end(), glued.end(), " ")
    for _, node, field, flow in survey.values:
        if not _one_line(text, node):
            continue
        if not node.style and node.text in {"", "null"}:
            if not node.text and field and text[node.start - 1 : node.start] == ":":
                yield Splice(node.start, node.start, " null")
            continue
        made = _value(field, node.text, flow, bool(node.style))
        if text[node.start : node.end] != made:
            yield Splice(node.start, node.end, made)
            if blanks := _BLANKS.match(text, node.end):  # a comment stays in its column
                longer = len(made) - (node.end - node.start)
                yield Splice(*blanks.span(), " " * max(1, len(blanks.group()) - longer))


def _one_line(text: str, node: Node) -> bool:
    return node.style not in {"|", ">"} and "\n" not in text[node.start : node.end]


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return written.key(name)


@lru_cache(maxsize=65536)
def _value(field: FieldSpec | None, value: str, flow: bool, in_quotes: bool) -> str:
    """How a value is written: in its normal form, bare where every reader of YAML takes it for the same."""
    if field is None:
        return written.scalar(quoted(value) if in_quotes else value, flow=flow)
    said: object = value
    scalar = field.scalar
    if scalar and scalar.check and field.base == "scalar" and not scalar.sql.startswith(_AS_WRITTEN):
        try:
            said = scalar.check(value)
        except ValueError:  # wrong: `validate` says so, and perhaps mends it
            return written.scalar(as_text(value), flow=flow)
    if field.python is bool:
        return str(said).lower()
    return written.scalar(str(said) if scalar and is_number(field) else as_text(str(said)), flow=flow)


def _ends(text: str, found: Tree) -> Iterator[Splice]:
    """Blanks at the ends of lines, but inside of text; and one line break at the end of the file."""
    inside = [(node.start, node.end) for node in found.scalars if "\n" in text[node.start : node.end]]
    starts = [start for start, _ in inside]
    last = found.scalars[-1] if found.scalars else None
    block = last is not None and last.style in {"|", ">"} and text[last.until :].strip() == ""
    end = len(text.rstrip(" \t\r\n"))
    for blank in _TRAILING.finditer(text):
        number = bisect_right(starts, blank.start()) - 1
        in_text = number >= 0 and blank.start() < inside[number][1]
        if not in_text and (blank.start() < end or block):
            yield Splice(blank.start(), blank.end(), "")
    there = _LINE_END.match(text, end)
    newline = there[1] if there else "\r\n" if "\r\n" in text else "\n"
    if not block and end and text[end:] != newline:
        yield Splice(end, len(text), newline)
    elif block and last and not text.endswith("\n") and "-" in text[last.start : last.start + 3]:
        yield Splice(len(text), len(text), newline)


def _arranged(text: str, survey: Survey | None) -> tuple[str, list[Kept]]:
    """The text with its keys in order, the inner ones first: moving them moves what is around them."""
    survey = survey or Survey(tree(text).root)
    depths = {keyed.depth for keyed in survey.keyed if _is_unordered(keyed)}
    unsure: dict[Path, str] = {}
    for depth in sorted(depths, reverse=True):
        splices: list[Splice] = []
        for keyed in survey.keyed:
            if keyed.depth == depth and _is_unordered(keyed):
                try:
                    splices += reordered(text, keyed)
                except Unsure as reason:
                    unsure[keyed.path] = str(reason)
        if splices:
            text = applied(text, splices)
            survey = Survey(tree(text).root)
    return text, [Kept(keyed.node.start, unsure[keyed.path]) for keyed in survey.keyed if keyed.path in unsure]


def _is_unordered(keyed: Keyed) -> bool:
    ranks = [keyed.order.get(key.text, len(keyed.order)) for key, _ in keyed.node.pairs or ()]
    return any(before > after for before, after in pairwise(ranks))


def _difference(old: Tree, text: str, made: str) -> str | None:
    """Why a text must not take the place of another: it would not say the same."""
    if parse(made).problems:
        return "in canonical form it could not be read"
    new = tree(made)
    if Counter(comments(text, old.scalars)) != Counter(comments(made, new.scalars)):
        return "in canonical form a comment would be another one"
    if _said(Survey(old.root)) != _said(Survey(new.root)):
        return "in canonical form it would say something else"
    return None


def _said(survey: Survey) -> dict[Path, str]:
    """What a file says, whatever its quotes, its order and its spelling."""
    return {value.path: _meant(value) for value in survey.values}


def _meant(value: Value) -> str:
    node = value.node
    if not node.style and node.text in {"", "null"}:
        return ""
    return _value(value.field, node.text, False, bool(node.style))
