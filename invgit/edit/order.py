"""Entries of a mapping in another order: each goes with its lines and its comments, blank lines stay where they are."""

from itertools import pairwise
from typing import NamedTuple

from invgit.edit.survey import Keyed
from invgit.text.lines import after_top, deeper, is_comment, lead, line_of, next_line
from invgit.text.nodes import Node
from invgit.text.regions import Splice


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
        starts.append(line_of(text, key.start))
        ends.append(deeper(text, next_line(text, max(key.end, value.end)), column))
    if not text.endswith("\n"):
        raise Unsure("the last line has no end")
    chunks = []
    for number, start in enumerate(starts):
        above = ends[number - 1] if number else 0 if column else after_top(text)
        begin = lead(text, start, column, above)
        if number and text[above:begin].strip():
            raise Unsure("a comment stands apart among its entries")
        chunks.append(_Chunk(begin, ends[number]))
    if is_comment(text, ends[-1], column):
        raise Unsure("a comment stands directly below its last entry")
    return chunks


def _column(text: str, key: Node) -> int:
    before = text[line_of(text, key.start) : key.start]
    if before.strip(" "):
        raise Unsure("an entry does not begin its line")
    return len(before)
