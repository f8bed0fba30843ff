"""Which characters belong to one entry of a mapping or a list: its lines, the comments above it, those below it."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from invgit.text.document import Document, Head
from invgit.text.lines import after_top, deeper, lead, line_of, next_line
from invgit.text.places import Path, Places, block, places
from invgit.text.span import Source, Span

_NOTHING = re.compile(r"(?:---(?=\s)|[ \t\r\n]|#[^\r\n]*)*")
"""What may stand before a value: blanks, comments, the beginning of the document."""


class Unfaithful(Exception):
    """A text cannot be changed in one place alone, for this reason, at this offset."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


class Splice(NamedTuple):
    """The characters of a span become `text`."""

    start: int
    end: int
    text: str


class Region(NamedTuple):
    """One entry: where its comments begin, where its own first line does, where its last line ends (with its break)."""

    above: int
    """Where what stands above it ends, an entry or the key of all; blank lines and other comments may be between."""
    lead: int
    start: int
    end: int
    column: int
    """Blanks before its key, or before the dash of an item."""


class Parsed:
    """A text that was read without a fault, and where its entries stand. Raises Unfaithful for one with CR alone."""

    def __init__(self, file: str, text: str, document: Document) -> None:
        self.source = Source(file, text)
        self.text = text
        self.heads = document.heads
        self.newline = "\r\n" if "\r\n" in text else "\n"
        if text.count("\r") > text.count("\r\n"):
            raise Unfaithful("a line ends in a carriage return alone", text.find("\r"))

    def places(self, path: Path) -> Places:
        """Where the key and the value of a path stand; the lines of one entity are enough, mostly."""
        head = self._head(path[:2]) if len(path) > 1 else None
        own = block(self.source, head) if head else None
        found = own.get(path[1:]) if own else None
        return found or places(self.text)[path]

    def _head(self, path: Path) -> Head | None:
        return self.heads.get(tuple(map(str, path)))

    def key(self, path: Path) -> Span:
        """Where the key of a path stands."""
        head = self._head(path)
        if head is None:
            return self.places(path).key
        start = self.source.offset(*head)
        name = str(path[-1])
        return Span(start, start + len(name)) if self.text.startswith(name, start) else self.places(path).key

    def in_flow(self, path: Path) -> bool:
        """Whether a collection stands in braces or brackets."""
        if len(path) > 1:
            at = self.places(path).value.start
        else:
            begin = self.text.index(":", self.key(path).end) + 1 if path else 0
            found = _NOTHING.match(self.text, begin)
            at = found.end() if found else begin
        return self.text[at : at + 1] in {"{", "["}

    def regions(self, path: Path, content: Any, wanted: Sequence[str | int]) -> dict[str | int, Region]:
        """The regions of the entries `wanted` of a collection in block style, whose content that is."""
        names: list[str | int] = list(content) if isinstance(content, dict) else list(range(len(content)))
        index = {name: number for number, name in enumerate(names)}
        made = {}
        for name in wanted:
            number = index[name]
            above = self._end((*path, names[number - 1]), content[names[number - 1]]) if number else self._top(path)
            made[name] = self._region((*path, name), content[name], above)
        return made

    def _top(self, path: Path) -> int:
        """Where entries can begin: below the line of the key that they stand under."""
        if path:
            return next_line(self.text, self.key(path).end)
        return after_top(self.text)

    def _region(self, path: Path, value: Any, above: int) -> Region:
        start, column = self._start(path)
        return Region(above, lead(self.text, start, column, above), start, self._end(path, value), column)

    def _start(self, path: Path) -> tuple[int, int]:
        is_item = isinstance(path[-1], int)
        at = self.places(path).value.start if is_item else self.key(path).start
        start = line_of(self.text, at)
        before = self.text[start:at]
        if before.strip(" ") != ("-" if is_item else ""):
            raise Unfaithful("it does not begin its line", at)
        return start, len(before) - len(before.lstrip(" "))

    def _end(self, path: Path, value: Any) -> int:
        """Where the last line of an entry ends, comments that are indented below it included."""
        _, column = self._start(path)
        return deeper(self.text, next_line(self.text, self.value_end(path, value)), column)

    def value_end(self, path: Path, value: Any) -> int:
        """Where the value of a path ends, within its last line."""
        if isinstance(value, dict | list) and value and not self.in_flow(path):
            last = next(reversed(value)) if isinstance(value, dict) else len(value) - 1
            return self.value_end((*path, last), value[last])
        span = self.places(path).value
        end = span.end
        if self.text[span.start : span.start + 1] in {"|", ">"}:  # libyaml's end is where the next thing begins
            header = self.text[span.start : next_line(self.text, span.start)].partition("#")[0]
            kept = "+" in header  # then the blank lines at its end are part of it
            end = max(span.start, end - 1) if kept else span.start + len(self.text[span.start : end].rstrip())
        return end
