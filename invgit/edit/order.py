"""Entries of a mapping in another order: each goes with its lines and its comments, blank lines stay where they are."""

import re
from itertools import pairwise
from typing import NamedTuple

from invgit.edit.survey import Keyed
from invgit.text.nodes import Node
from invgit.text.regions import Splice

_COMMENT = re.compile(r"( *)#")


class Unsure(Exception):
    """Nobody can tell what belongs to what."""


class _Chunk(NamedTuple):
    """The lines of one entry, its comments included."""

    start: int
    end: int


def reordered(text: str, keyed: Keyed) -> list[Splice]:
    """The changes that bring the entries of a mapping into its order. Raises Unsure."""
    pairs = keyed.node.pairs or []
    wanted = sorted(range(len(pairs)), key=lambda at: keyed.order.get(pairs[at][0].text, len(keyed.order)))
    chunks = _in_flow(text, pairs) if keyed.node.style else _in_lines(text, pairs)
    return [
        Splice(here.start, here.end, text[chunks[at].start : chunks[at].end])
        for number, (here, at) in enumerate(zip(chunks, wanted, strict=True))
        if number != at
    ]


def _in_flow(text: str, pairs: list[tuple[Node, Node]]) -> list[_Chunk]:
    chunks = [_Chunk(key.start, max(key.end, value.end)) for key, value in pairs]
    for before, after in pairwise(chunks):
        if text[before.end : after.start].strip() != ",":
            raise Unsure("a comment stands among its entries")
    for chunk in chunks:
        if "\n" in text[chunk.start : chunk.end]:
            raise Unsure("an entry in braces has several lines")
    return chunks


def _in_lines(text: str, pairs: list[tuple[Node, Node]]) -> list[_Chunk]:
    column = _column(text, pairs[0][0])
    starts, ends = [], []
    for key, value in pairs:
        if _column(text, key) != column:
            raise Unsure("its keys do not stand in one column")
        if value.style in {"|", ">"} and "+" in text[value.start : value.start + 3]:
            raise Unsure("the blank lines after a text are part of it")
        starts.append(_line(text, key.start))
        ends.append(_deeper(text, _next_line(text, max(key.end, value.end)), column))
    if not text.endswith("\n"):
        raise Unsure("the last line has no end")
    chunks = []
    for number, start in enumerate(starts):
        above = ends[number - 1] if number else _top(text, start, column)
        lead = start
        while lead > above and _is_comment(text, before := _line(text, lead - 1), column):
            lead = before
        if number and text[above:lead].strip():
            raise Unsure("a comment stands apart among its entries")
        chunks.append(_Chunk(lead, ends[number]))
    if _is_comment(text, ends[-1], column):
        raise Unsure("a comment stands directly below its last entry")
    return chunks


def _column(text: str, key: Node) -> int:
    before = text[_line(text, key.start) : key.start]
    if before.strip(" "):
        raise Unsure("an entry does not begin its line")
    return len(before)


def _top(text: str, start: int, column: int) -> int:
    """Where the comments of the first entry can begin: those at the beginning of a file are the file's."""
    if column:
        return 0
    at = 0
    while at < start and _COMMENT.match(text, at):
        at = _next_line(text, at)
    return at


def _deeper(text: str, at: int, column: int) -> int:
    """Where the comments end that are indented below an entry which ends at `at`."""
    end = at
    while at < len(text):
        comment = _COMMENT.match(text, at)
        if comment and len(comment[1]) > column:
            end = _next_line(text, at)
        elif text[at : _next_line(text, at)].strip():
            break
        at = _next_line(text, at)
    return end


def _is_comment(text: str, at: int, column: int) -> bool:
    found = _COMMENT.match(text, at)
    return found is not None and len(found[1]) == column


def _line(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _next_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return found + 1 if found >= 0 else len(text)
