"""Edits as people review them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher

from invgit.edit.files import FileEdit


def unified(edits: Iterable[FileEdit], shown: str) -> Iterator[str]:
    """The lines of a unified diff, without line breaks; `shown` is what people call the inventory's folder."""
    for edit in edits:
        before, after = _lines(edit.before), _lines(edit.after)
        yield f"--- a/{shown}/{edit.path}" if edit.before is not None else "--- /dev/null"
        yield f"+++ b/{shown}/{edit.path}" if edit.after is not None else "+++ /dev/null"
        yield from _hunks(before, after)


def _lines(data: bytes | None) -> list[str]:
    """Lines as git shows them; one without its line break says so."""
    if not data:
        return []
    lines = data.decode("utf-8", "replace").split("\n")
    if lines[-1]:
        return [*lines[:-1], f"{lines[-1]}\n\\ No newline at end of file"]
    return lines[:-1]


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The changes with the lines around them, in the form of POSIX diff -u."""
    for group in _Lines(before, after).get_grouped_opcodes():
        (_, start, _, begin, _), (_, _, end, _, until) = group[0], group[-1]
        yield f"@@ -{_range(start, end)} +{_range(begin, until)} @@"
        for action, low, high, bottom, top in group:
            if action == "equal":
                yield from (f" {line}" for line in before[low:high])
            else:
                yield from (f"-{line}" for line in before[low:high])
                yield from (f"+{line}" for line in after[bottom:top])


def _range(start: int, end: int) -> str:
    """First line and number of lines; the line before, where there are none."""
    length = end - start
    return f"{start + 1 if length else start}" + ("" if length == 1 else f",{length}")


class _Lines(SequenceMatcher[str]):
    """Lines that stand once in each of two texts are found first, so that little is left between them to compare.

    In time that grows with the texts, and not with their product (patience diff).
    """

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, "", "")
        self.a, self.b = before, after

    def get_matching_blocks(self) -> list[Match]:
        """Runs of lines that both texts have; the last one is empty."""
        found: list[Match] = []
        start = begin = 0
        ends = (len(self.a), len(self.b))
        for at, to in [*_anchors(self.a, self.b), ends]:
            between = SequenceMatcher(None, self.a[start:at], self.b[begin:to], autojunk=False)
            here = [Match(start + low, begin + top, size) for low, top, size in between.get_matching_blocks()[:-1]]
            for match in [*here, Match(at, to, 0 if (at, to) == ends else 1)]:
                last = found[-1] if found else Match(0, 0, 0)
                if match.size and (last.a + last.size, last.b + last.size) == match[:2] and found:
                    found[-1] = Match(last.a, last.b, last.size + match.size)
                else:
                    found.append(match)
            start, begin = at + 1, to + 1
        return found


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that stand once in both texts: the longest run of them that is in the same order (patience sorting)."""
    counts, others = Counter(before), Counter(after)
    places = {line: number for number, line in enumerate(after) if others[line] == 1}
    pairs = [(at, places[line]) for at, line in enumerate(before) if counts[line] == 1 and line in places]
    tops: list[int] = []
    piles: list[int] = []
    above: list[int | None] = []
    for number, (_, to) in enumerate(pairs):
        pile = bisect_left(tops, to)
        above.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1], piles[pile : pile + 1] = [to], [number]
    found: list[tuple[int, int]] = []
    at = piles[-1] if piles else None
    while at is not None:
        found.append(pairs[at])
        at = above[at]
    return found[::-1]
