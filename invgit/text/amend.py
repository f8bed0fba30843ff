"""What has to change in a text so that it says something else: the two are compared key by key."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from invgit.text import written
from invgit.text.flow import flow_splices
from invgit.text.lines import line_of, next_line
from invgit.text.places import Path
from invgit.text.regions import Parsed, Region, Splice, Unfaithful

Name = str | int
Added = tuple[Name | None, Any]
"""Something new, and the entry after which it comes; without one it comes before the first that stays."""
_COMPARED = 500
"""Lists of more items than that are written anew as a whole."""
_EMPTY = re.compile(r"^(\{\s*\})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Hints:
    """What a comparison cannot know: a key that has another name now, and lines that an entry brings with it.

    `renamed` holds the old name by the new path; `carried` the lines of a new entry by its path, from column 0.
    """

    renamed: Mapping[Path, str] = field(default_factory=dict)
    carried: Mapping[Path, str] = field(default_factory=dict)


def same(one: Any, other: Any) -> bool:
    """Whether two declared values are the same, quotes that matter included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


class Amendment:
    """The splices that one text needs."""

    def __init__(self, parsed: Parsed, hints: Hints) -> None:
        self.parsed = parsed
        self.text = parsed.text
        self.hints = hints
        self.splices: list[Splice] = []

    def amend(self, path: Path, old: Any, new: Any) -> None:
        """Make what stands at a path say something else. Raises Unfaithful where more would have to change."""
        if same(old, new):
            return
        if isinstance(old, dict) and isinstance(new, dict) and old and (new or not path):
            self._mapping(path, old, new)
        elif not path:
            self._whole(new)
        elif isinstance(old, list) and isinstance(new, list) and _comparable(old) and _comparable(new):
            self._list(path, old, new)
        else:
            self._value(path, old, new)

    def _add(self, start: int, end: int, text: str) -> None:
        self.splices.append(Splice(start, end, text))

    def _whole(self, new: Any) -> None:
        """A text that said nothing, or so in braces."""
        end = len(self.text)
        if self.parsed.in_flow(()):
            found = _EMPTY.search(self.text)
            if found is None:
                raise Unfaithful("something stands in braces that hold nothing", 0)
            self._add(found.start(1), found.end(1), "")
        for number, (name, value) in enumerate(new.items()):
            lines = self._entry((name,), value, 0, written.ENTITIES)
            self._add(end, end, self._lines([*([""] if number else []), *lines], end))

    def _mapping(self, path: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
        renamed = {name: self.hints.renamed[*path, name] for name in new if (*path, name) in self.hints.renamed}
        away = set(renamed.values())
        before = {name: renamed.get(name) or (name if name not in away else None) for name in new}
        added: list[Added] = []
        last: str | None = None
        for name, was in before.items():
            if was is None or was not in old:
                added.append((last, name))
                continue
            last = was
            if was != name:
                self._add(*self.parsed.key((*path, was)), written.key(name))
            self.amend((*path, was), old[was], new[name])
        kept = set(before.values())
        gone = [name for name in old if name not in kept]
        if not gone and not added:
            return
        if self.parsed.in_flow(path):
            pairs = [(after, f"{written.key(name)}: {written.inline(new[name], flow=True)}") for after, name in added]
            self.splices += flow_splices(self.parsed, path, old, gone, pairs)
        else:
            nested, outer = self._nested(path, old) if added else 0, self._column(path) if path else -2

            def lines(name: str, column: int) -> list[str]:
                return self._entry((*path, name), new[name], column, nested, column - outer)

            self._block(path, old, gone, added, lines)

    def _nested(self, path: Path, beside: dict[str, Any]) -> int:
        """How many levels of a new entry have lines of their own: as many as those of the last one beside it."""
        if not path:
            return written.ENTITIES
        collection = next((each for each in reversed(beside) if isinstance(beside[each], dict) and beside[each]), None)
        return int(len(path) == 1 if collection is None else not self.parsed.in_flow((*path, collection)))

    def _entry(self, path: Path, value: Any, column: int, nested: int, step: int = 2) -> list[str]:
        """The lines of a new entry."""
        carried = self.hints.carried.get(path)
        if carried is not None:
            return [f"{' ' * column}{line}" if line else "" for line in carried.split("\n")]
        name = str(path[-1])
        if any(each[: len(path)] == path for each in self.hints.carried):
            lines = [self._entry((*path, inner), item, column + step, nested - 1) for inner, item in value.items()]
            return [f"{' ' * column}{written.key(name)}:", *(line for each in lines for line in each)]
        return written.entry(name, value, column, step=step, nested=nested if isinstance(value, dict) else 0)

    def _column(self, path: Path) -> int:
        """Blanks before a key."""
        start = self.parsed.key(path).start
        return start - line_of(self.text, start)

    def _list(self, path: Path, old: list[Any], new: list[Any]) -> None:
        from difflib import SequenceMatcher

        gone: list[Name] = []
        added: list[Added] = []
        for action, start, end, begin, until in SequenceMatcher(None, _marked(old), _marked(new), False).get_opcodes():
            if action == "replace" and end - start == until - begin:
                for number in range(end - start):
                    self._value((*path, start + number), old[start + number], new[begin + number])
            elif action != "equal":
                gone += range(start, end)
                added += [(start - 1 if start else None, item) for item in new[begin:until]]
        if not gone and not added:
            return
        if self.parsed.in_flow(path):
            pairs = [(after, written.scalar(item, flow=True)) for after, item in added]
            self.splices += flow_splices(self.parsed, path, old, gone, pairs)
        else:
            self._block(path, old, gone, added, lambda item, column: [f"{' ' * column}- {written.scalar(item)}"])

    def _block(
        self,
        path: Path,
        old: Any,
        gone: Sequence[Name],
        added: Sequence[Added],
        lines: Callable[[Any, int], list[str]],
    ) -> None:
        """Lines go, and lines come; `lines` gives those of something new in a column."""
        names: list[Name] = list(old) if isinstance(old, dict) else list(range(len(old)))
        going = set(gone)
        staying = next((name for name in names if name not in going), names[0])
        beside = dict.fromkeys(staying if after is None else after for after, _ in added)
        regions = self.parsed.regions(path, old, list({**dict.fromkeys(gone), **beside}))
        spaced = {name: self._spaced(path, old, names, name) for name in beside}
        for run in _runs(names, going):
            first, last = run[0] == names[0], run[-1] == names[-1]
            self._delete(regions[run[0]], regions[run[-1]], first=first, last=last, alone=not added)
        for after, new in added:
            region = regions[staying if after is None else after]
            made = lines(new, region.column)
            blank = [""] if spaced[staying if after is None else after] else []
            at = region.lead if after is None else region.end
            self._add(at, at, self._lines([*made, *blank] if after is None else [*blank, *made], at))

    def _delete(self, top: Region, bottom: Region, *, first: bool, last: bool, alone: bool) -> None:
        """Entries that follow each other go, and the blank lines that kept them apart from the others."""
        start, end = top.lead, bottom.end
        if not first:
            while start > top.above and not self.text[line_of(self.text, start - 1) : start].strip():
                start = line_of(self.text, start - 1)
        elif not last:
            while end < len(self.text) and not self.text[end : next_line(self.text, end)].strip():
                end = next_line(self.text, end)
        if alone and start and end == len(self.text) and not self.text.endswith("\n"):
            start -= len(self.parsed.newline)
        self._add(start, end, "")

    def _spaced(self, path: Path, old: Any, names: Sequence[Name], beside: Name) -> bool:
        """Whether blank lines keep the entries apart; kinds, of which there may be one only, they do."""
        if len(names) < 2:
            return not path
        number = names.index(beside)
        lower = names[number or 1]
        region = self.parsed.regions(path, old, [lower])[lower]
        between = self.text[region.above : region.lead].split("\n")
        return any(not line.strip() for line in between[:-1])

    def _lines(self, lines: Sequence[str], at: int) -> str:
        """Lines as they are inserted at an offset: each begins with one where the text ends without."""
        newline = self.parsed.newline
        if at == len(self.text) and self.text and not self.text.endswith("\n"):
            return "".join(f"{newline}{line}" for line in lines)
        return "".join(f"{line}{newline}" for line in lines)

    def _value(self, path: Path, old: Any, new: Any) -> None:
        """Another value in the place of one."""
        span, end = self.parsed.places(path).value, self.parsed.value_end(path, old)
        if isinstance(path[-1], int) or any(self.parsed.in_flow(path[:length]) for length in range(len(path))):
            self._replace_inline(path, span.start, end, written.inline(new, flow=True))
            return
        key, name = self.parsed.key(path), str(path[-1])
        blocks = isinstance(old, dict | list) and bool(old) and not self.parsed.in_flow(path)
        column, colon = self._column(path), self.text.index(":", key.end) + 1
        if self.text[line_of(self.text, key.start) : key.start].strip(" "):
            raise Unfaithful("it does not begin its line", key.start)
        nested = written.ENTITIES if len(path) == 1 else blocks and isinstance(new, dict | list)
        first, *more = written.entry(name, new, column, nested=nested)
        first = first[column + len(written.key(name)) + 1 :]
        if blocks:
            self._add(colon, colon, first)
            begin = next_line(self.text, colon)
            self._add(begin, max(begin, next_line(self.text, end)), self._lines(more, begin) if more else "")
            return
        if span.start < end and first:
            self._add(span.start, end, first.lstrip(" "))
        else:
            self._add(colon, max(colon, end), first)
        if more:
            at = next_line(self.text, max(colon, end))
            self._add(at, at, self._lines(more, at))

    def _replace_inline(self, path: Path, start: int, end: int, text: str) -> None:
        if start < end:
            self._add(start, end, text)
            return
        key = self.parsed.key(path)
        colon = self.text.find(":", key.end, start)
        if colon < 0:
            raise Unfaithful("a key stands there without its colon", key.start)
        self._add(colon + 1, colon + 1, f" {text}")


def _comparable(items: list[Any]) -> bool:
    """A list whose items are looked at one by one: not empty, not too long, texts in it."""
    return 0 < len(items) <= _COMPARED and not any(isinstance(item, dict | list) or item is None for item in items)


def _marked(items: list[Any]) -> list[tuple[type, str]]:
    return [(type(item), str(item)) for item in items]


def _runs(names: Sequence[Name], gone: set[Name]) -> Iterator[list[Name]]:
    """The names that are gone, in runs that follow each other."""
    run: list[Name] = []
    for name in names:
        if name in gone:
            run.append(name)
        elif run:
            yield run
            run = []
    if run:
        yield run
