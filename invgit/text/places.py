"""Where each key and value of a text stands: a second pass, for the few files that somebody asks about."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from yaml import events
from yaml._yaml import CParser
from yaml.error import YAMLError

from invgit.text.problem import MAX_DEPTH, MAX_PROBLEMS
from invgit.text.span import Span

Path = tuple[str | int, ...]
_OF_VALUES = (events.NodeEvent, events.CollectionEndEvent)


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
    """The places of a text; of a repeated key the first."""

    places: Mapping[Path, Places]
    repeated: tuple[Repeated, ...]


@dataclass(slots=True)
class _Open:
    """A collection that has not ended: its path and key, and in a mapping the key that waits for its value."""

    path: Path
    key: Span
    start: int
    is_map: bool
    pending: str | None = None
    names: dict[str, Span] = field(default_factory=dict)
    items: int = 0


def places(text: str) -> Mapping[Path, Places]:
    """Where every key and item of a text stands."""
    return layout(text).places


@lru_cache(maxsize=32)
def layout(text: str) -> Layout:
    """The places of a text, up to its first fault: the fault itself is `parse`'s to tell."""
    found: dict[Path, Places] = {}
    repeated: list[Repeated] = []
    open_: list[_Open] = []
    try:
        for event in _values(CParser(text)):
            if isinstance(event, events.CollectionEndEvent):
                ended = open_.pop()
                found.setdefault(ended.path, Places(ended.key, Span(ended.start, span_of(event).end)))
                continue
            span, above = span_of(event), open_[-1] if open_ else None
            starts = isinstance(event, events.CollectionStartEvent)
            if above and above.is_map and above.pending is None:
                if starts:
                    break
                above.pending = name = composed(getattr(event, "value", ""))
                if above.names.setdefault(name, span) != span and len(repeated) < MAX_PROBLEMS:
                    repeated.append(Repeated(name, above.names[name], span))
                continue
            path, key = _position(above, span)
            if not starts:
                found.setdefault(path, Places(key, span))
                continue
            open_.append(_Open(path, key, span.start, isinstance(event, events.MappingStartEvent)))
            if len(open_) > MAX_DEPTH:
                break
    except YAMLError:
        pass
    found.pop((), None)
    return Layout(found, tuple(repeated))


def _position(above: _Open | None, span: Span) -> tuple[Path, Span]:
    """The path of a value, and where its key stands."""
    if above is None:
        return (), span
    if above.pending is not None:
        name, above.pending = above.pending, None
        return (*above.path, name), above.names[name]
    above.items += 1
    return (*above.path, above.items - 1), span


def _values(parser: CParser) -> Iterator[Any]:
    """The events that are values: scalars, aliases, starts and ends of collections."""
    while (event := parser.get_event()) is not None:
        if isinstance(event, _OF_VALUES):
            yield event


def span_of(event: Any) -> Span:
    """The characters an event was made of."""
    return Span(event.start_mark.index, event.end_mark.index)


def head_of(event: Any) -> tuple[int, int]:
    """The line and column, from 1, where an event begins."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def composed(key: str) -> str:
    """A key in Unicode's composed form (NFC): two spellings that look the same are the same."""
    return key if key.isascii() else unicodedata.normalize("NFC", key)
