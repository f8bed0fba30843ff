"""Where each key and value of a text stands: a second pass, for the few files that somebody asks about."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from invgit.text.document import Head
from invgit.text.problem import MAX_DEPTH, MAX_KEY, MAX_PROBLEMS
from invgit.text.span import Source, Span

if TYPE_CHECKING:
    from yaml._yaml import CParser

Path = tuple[str | int, ...]


class Places(NamedTuple):
    """Where a key and its value stand; an item of a list has no key, and its value's place twice."""

    key: Span
    value: Span


class Repeated(NamedTuple):
    """A key that stands twice in one mapping."""

    name: str
    first: Span
    second: Span


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a text, up to its first fault; of a repeated key the first."""

    places: Mapping[Path, Places]
    repeated: tuple[Repeated, ...]
    complete: bool


@dataclass(slots=True)
class _Open:
    """A collection that has not ended: its path and key, and in a mapping the key that waits for its value.

    `end` is where the last thing in it ends, so far: a block ends there, whatever blank lines follow.
    """

    path: Path
    key: Span
    start: int
    end: int
    is_map: bool
    pending: str | None = None
    names: dict[str, Span] = field(default_factory=dict)
    items: int = 0


def places(text: str) -> Mapping[Path, Places]:
    """Where every key and item of a text stands."""
    return layout(text).places


def nearest(places: Mapping[Path, Places], path: Path, *, key: bool = False) -> Span:
    """Where a value stands, or its `key`: what does not stand there is shown by the next thing around it that does."""
    while path and path not in places:
        path = path[:-1]
    found = places.get(path)
    return (found.key if key else found.value) if found else Span(0, 0)


class Block(NamedTuple):
    """The places of one entry of a mapping, from where its first line begins."""

    start: int
    places: Mapping[Path, Places]

    def get(self, path: Path) -> Places | None:
        """Where a path stands, whose first step is the key of the entry."""
        found = self.places.get(path)
        return found and Places(*(Span(self.start + span.start, self.start + span.end) for span in found))


@lru_cache(maxsize=32)
def block(source: Source, head: Head) -> Block | None:
    """The lines of the key at `head` and of what is indented below it; None where they cannot be read alone."""
    line, column = head
    text, start = source.text, source.offset(line, 1)
    if text[start : start + column - 1].strip(" "):
        return None
    end = re.compile(rf"\n {{0,{column - 1}}}+(?![ \r\n#]|-[ \r\n]|\Z)").search(text, start)
    made = layout(text[start : end.start() + 1 if end else len(text)])
    return Block(start, made.places) if made.complete else None


@lru_cache(maxsize=32)
def layout(text: str) -> Layout:
    """The places of a text, up to its first fault: the fault itself is `parse`'s to tell."""
    from yaml import YAMLError, events  # a run in which nothing is pointed at needs no libyaml
    from yaml._yaml import CParser

    found: dict[Path, Places] = {}
    repeated: list[Repeated] = []
    open_: list[_Open] = []
    complete = True
    try:
        for event in _values(CParser(text)):
            if isinstance(event, events.CollectionEndEvent):
                ended = open_.pop()
                bracket = span_of(event)
                end = bracket.end if bracket.end > bracket.start else ended.end
                found.setdefault(ended.path, Places(ended.key, Span(ended.start, end)))
                if open_:
                    open_[-1].end = end
                continue
            span, above = span_of(event), open_[-1] if open_ else None
            if above:
                above.end = span.end
            starts = isinstance(event, events.CollectionStartEvent)
            if above and above.is_map and above.pending is None:
                if starts:
                    complete = False
                    break
                above.pending = name = composed(getattr(event, "value", ""))
                if above.names.setdefault(name, span) != span and len(repeated) < MAX_PROBLEMS:
                    repeated.append(Repeated(name, above.names[name], span))
                continue
            path, key = _position(above, span)
            if not starts:
                found.setdefault(path, Places(key, span))
                continue
            open_.append(_Open(path, key, *span, isinstance(event, events.MappingStartEvent)))
            if len(open_) > MAX_DEPTH:
                complete = False
                break
    except YAMLError:
        complete = False
    found.pop((), None)
    return Layout(found, tuple(repeated), complete)


def _position(above: _Open | None, span: Span) -> tuple[Path, Span]:
    """The path of a value, and where its key stands."""
    if above is None:
        return (), span
    if above.pending is not None:
        name, above.pending = above.pending, None
        return (*above.path, name), above.names[name]
    above.items += 1
    return (*above.path, above.items - 1), span


def _values(parser: "CParser") -> Iterator[Any]:
    """The events that are values: scalars, aliases, starts and ends of collections."""
    from yaml import events

    while (event := parser.get_event()) is not None:
        if isinstance(event, (events.NodeEvent, events.CollectionEndEvent)):
            yield event


def span_of(event: Any) -> Span:
    """The characters an event was made of."""
    return Span(event.start_mark.index, event.end_mark.index)


def head_of(event: Any) -> tuple[int, int]:
    """The line and column, from 1, where an event begins."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def composed(key: str) -> str:
    """A key in Unicode's composed form (NFC): two spellings that look the same are the same."""
    return key if key.isascii() or len(key) > MAX_KEY else unicodedata.normalize("NFC", key)
