"""Entries of a collection in braces or brackets: which go, and what comes."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from invgit.text.lines import line_of, next_line
from invgit.text.places import Path, places
from invgit.text.regions import Parsed, Splice, Unfaithful
from invgit.text.span import Span

_COMMA = re.compile(r"[ \t\r\n]*,")
_COMMENT = re.compile(r"[ \t\r\n]#")


def flow_splices(
    parsed: Parsed, path: Path, old: Any, gone: Sequence[str | int], added: Sequence[tuple[str | int | None, str]]
) -> Iterator[Splice]:
    """What changes between the braces; each text that is added comes after an entry that stays, or before the first."""
    names: list[str | int] = list(old) if isinstance(old, dict) else list(range(len(old)))
    spans = [_span(parsed, (*path, name), value) for name, value in zip(names, _values(old), strict=True)]
    stays = [name not in set(gone) for name in names]
    if not any(stays):
        _no_comment(parsed, path, spans[0].start, spans[-1].end)
        comma = _COMMA.match(parsed.text, spans[-1].end) if not added else None
        end = comma.end() if comma else spans[-1].end
        yield Splice(spans[0].start, end, ", ".join(text for _, text in added))
        return
    yield from _deletions(parsed, path, spans, stays)
    for after, group in groupby(added, key=itemgetter(0)):
        texts = [text for _, text in group]
        if after is None:
            first = spans[stays.index(True)].start
            yield Splice(first, first, "".join(f"{text}, " for text in texts))
        else:
            number = names.index(after)
            yield from _addition(parsed, spans[number], texts, alone=all(stays[number + 1 : number + 2]))


def _values(old: Any) -> list[Any]:
    return list(old.values()) if isinstance(old, dict) else list(old)


def _span(parsed: Parsed, path: Path, value: Any) -> Span:
    places = parsed.places(path)
    return Span(min(places.key.start, places.value.start), max(places.key.end, parsed.value_end(path, value)))


def _deletions(parsed: Parsed, path: Path, spans: Sequence[Span], stays: Sequence[bool]) -> Iterator[Splice]:
    """Entries go with the comma after them, the last ones with the comma before."""
    number = 0
    while number < len(spans):
        end = number + 1
        while not stays[number] and end < len(spans) and not stays[end]:
            end += 1
        if not stays[number]:
            last = end == len(spans)
            start = spans[number - 1].end if last else spans[number].start
            until = spans[-1].end if last else spans[end].start
            _no_comment(parsed, path, start, until)
            yield Splice(start, until, "")
        number = end


def _no_comment(parsed: Parsed, path: Path, start: int, end: int) -> None:
    """Raise Unfaithful where a comment would be lost: whose it is, nobody knows."""
    signs = [start + found.start() + 1 for found in _COMMENT.finditer(parsed.text[start:end])]
    inside = [stand for at, stand in places(parsed.text).items() if at[: len(path)] == path] if signs else []
    texts = [span for span in chain(*inside) if parsed.text[span.start : span.start + 1] not in {"{", "["}]
    for sign in signs:
        if not any(span.start <= sign < span.end for span in texts):
            raise Unfaithful("a comment stands among the entries in braces", sign)


def _addition(parsed: Parsed, beside: Span, texts: Sequence[str], *, alone: bool) -> Iterator[Splice]:
    """Entries after another, in lines of their own where that one has; `alone`, when nothing goes in their place."""
    indent = parsed.text[line_of(parsed.text, beside.start) : beside.start]
    if indent.strip(" ") or not line_of(parsed.text, beside.start):
        yield Splice(beside.end, beside.end, "".join(f", {text}" for text in texts))
        return
    between = f",{parsed.newline}{indent}"
    end = next_line(parsed.text, beside.end)
    rest = parsed.text[beside.end : end].lstrip(" ")
    comma = rest.startswith(",")
    last_in_line = not rest.lstrip(" ,").strip("\r\n") or rest.lstrip(" ,").startswith("#")
    if not last_in_line or not alone:
        yield Splice(beside.end, beside.end, "".join(f"{between}{text}" for text in texts))
        return
    if not comma:
        yield Splice(beside.end, beside.end, ",")
    yield Splice(end, end, f"{indent}{between.join(texts)}{',' if comma else ''}{parsed.newline}")
