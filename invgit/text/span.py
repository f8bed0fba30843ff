"""A source text and places in it: offsets become lines and columns only when somebody wants to read them."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_MASKED = 20
"""So many secrets are looked for in one message: it repeats a few words."""


class Span(NamedTuple):
    """Half-open range of character offsets into one text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: `file` as people know it, lines and columns from 1 in characters, the end exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Source:
    """The text of one file, under the name people know it by (relative, with forward slashes)."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._hidden: list[Span] = []
        self._lines: dict[int, str] = {}

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        text, at = self.text, 0
        while (at := _next_line(text, at)) > 0:
            starts.append(at)
        return starts

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both from 1."""
        return self._line_starts[line - 1] + column - 1

    def place(self, span: Span) -> Place:
        """The lines and columns of a span."""
        line, column = self._position(span.start)
        end_line, end_column = self._position(max(span.start, span.end))
        return Place(self.file, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def hide(self, span: Span) -> None:
        """Never show these characters: a secret stands there."""
        self._hidden.append(span)
        self._lines.clear()
        self.__dict__.pop("_covered", None)

    @cached_property
    def _covered(self) -> list[Span]:
        """What is hidden, from first to last, without overlaps."""
        found: list[Span] = []
        for span in sorted(self._hidden):
            if found and span.start <= found[-1].end:
                found[-1] = Span(found[-1].start, max(span.end, found[-1].end))
            else:
                found.append(span)
        return found

    def _hidden_in(self, span: Span) -> list[Span]:
        first = bisect_right(self._covered, span.start, key=lambda each: each.end)
        last = bisect_left(self._covered, span.end, key=lambda each: each.start)
        return self._covered[first:last]

    def hides(self, span: Span) -> bool:
        """Whether something is hidden between the two ends of a span."""
        return bool(self._hidden_in(Span(span.start, max(span.end, span.start + 1))))

    def masked(self, said: str, span: Span) -> str:
        """A message about a span, which may repeat it, with stars for what is hidden there."""
        for hidden in self._hidden_in(span)[:_MASKED]:
            said = said.replace(self.text[hidden.start : hidden.end], "*" * (hidden.end - hidden.start))
        return said

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its line break, with stars for what is hidden."""
        if number not in self._lines:
            starts = self._line_starts
            start, end = starts[number - 1], starts[number] if number < len(starts) else len(self.text)
            text = self.text[start:end].rstrip("\r\n")
            shown, at = [], 0
            for hidden in self._hidden_in(Span(start, start + len(text))):
                low, high = max(hidden.start - start, 0), min(hidden.end - start, len(text))
                shown += [text[at:low], "*" * (high - low)]
                at = high
            self._lines[number] = "".join([*shown, text[at:]])
        return self._lines[number]


def _next_line(text: str, at: int) -> int:
    """Offset after the next line break (LF, CRLF or CR: YAML 1.2, 5.4), 0 when there is none."""
    feed = text.find("\n", at)
    carriage = text.find("\r", at, feed if feed >= 0 else len(text))
    if carriage >= 0 and carriage + 1 != feed:
        return carriage + 1
    return feed + 1
