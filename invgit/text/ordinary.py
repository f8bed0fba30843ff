"""The YAML that people ordinarily write, read a line at a time, in a fraction of libyaml's time.

Knows block mappings of simple keys; plain, quoted, listed and flow values that end in their line; comments. One value
that it does not know (folded text, an escape, a list of mappings) goes to libyaml, with its key and what is indented
below it. Whatever might be wrong makes it give up the whole text, because it refuses nothing itself: where it answers,
it answers exactly what libyaml's events say.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from invgit.text.document import NULLS, Head, Keys, quoted
from invgit.text.problem import MAX_DEPTH, MAX_NODES, MAX_SCALAR


class Said(NamedTuple):
    """What lines say, and where the keys of the first two levels stand."""

    value: dict[str, Any]
    heads: dict[Keys, Head]


Part = Callable[[str, int], Said | None]
"""Reads a mapping that stands in whole lines, so many levels deep; None when anything is wrong with it."""

# Possessive quantifiers: no backtracking, so no text makes them slow
_KEY = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}+"
_BEGIN = r"(?:[\w/.+(]|-(?=\w))"
_QUOTED = r"\"[^\"\\\t\r\n]*+\"|'[^'\t\r\n]*+'"
_PLAIN = rf"{_BEGIN}[^\s:#]*+(?:(?: ++|:)[^\s:#]++)*+"
_WORD = r"[^\s:#,?\[\]{}]"
_PLAIN_IN_FLOW = rf"{_BEGIN}{_WORD}*+(?:(?: ++|:){_WORD}++)*+"
_FLOW = r"\{[^\t\r\n]*\}|\[[^\t\r\n]*\]"
_NESTED = r"\{[^{}\[\]\"']*+\}|\[[^{}\[\]\"']*+\]"
_END = r"(?:\r?\n| *+(?:(?<= )#[^\r\n]*+)?\r?\n)"
_NOTHING = r" *+(?:#[^\r\n]*+)?\r?\n"
_FLOW_VALUE = rf"({_PLAIN_IN_FLOW}|{_QUOTED}|{_NESTED}) *+(?:,|$)"
# A key with its value and the items below it; or nothing, or a comment; or (the last group) a line that is not ordinary
_LINE = re.compile(
    rf"( *+)({_KEY}):(?: ++({_PLAIN}|{_QUOTED}|{_FLOW}))?{_END}((?: *+- [^\n]*+\n)*+)|{_NOTHING}|([^\n]*+\n)"
)
_ITEM = re.compile(rf"( *+)- ++({_PLAIN}|{_QUOTED}){_END}|([^\n]*+\n)")
_FLOW_PAIR = re.compile(rf" *+({_KEY}): ++{_FLOW_VALUE}|(.+)")
_FLOW_ITEM = re.compile(rf" *+{_FLOW_VALUE}|(.+)")
_HEADER = re.compile(rf"(?:{_NOTHING})*+(?:--- *+\r?\n)?")
_OWNER = re.compile(rf"( *)({_KEY}):(?: |\r?\n)")
_LINE_END = re.compile(r"\n|.\Z", re.DOTALL)
_DASH = re.compile(r"-[ \r\n]")
_SAYS_NOTHING = frozenset("#\r\n")
_SIGNS = frozenset("\"'{[")


def read(text: str, part: Part) -> Said | None:
    """What a text says; None where libyaml has to look at the whole of it."""
    if sum(map(text.count, "\n,{[")) > MAX_NODES:
        return None
    if len(text) > MAX_SCALAR and max(map(len, text.split("\n"))) > MAX_SCALAR:
        return None
    try:
        return _Reader(text, part).read()
    except _Unusual:
        return None


class _Unusual(Exception):
    """Something that is not ordinary, or not right."""


class _Reader:
    """One pass over the lines of one text. `made` is the mapping whose keys stand in column `level`."""

    def __init__(self, text: str, part: Part) -> None:
        self.text = text
        self.part = part
        self.heads: dict[Keys, Head] = {}
        self.known: dict[str, str] = {}  # each name once: most are field names, seen thousands of times
        self.made: dict[str, Any] = {}
        self.level = 0
        self.top = ""
        self.above: list[tuple[dict[str, Any], int]] = []
        self.key, self.line = "", 0  # the last key of `made`, and its line

    def read(self) -> Said:
        """The hot loop: one turn for each key. Lines up to `done` have been read already."""
        text = self.text if self.text.endswith("\n") else f"{self.text}\n"
        begin = found.end() if (found := _HEADER.match(text)) else 0
        root, open_ = self.made, False
        number = done = text.count("\n", 0, begin)
        for indent, name, value, items, unknown in _LINE.findall(text, begin):
            number += 1
            at = len(indent)
            if number <= done or not (name or unknown):
                pass
            elif unknown:
                done, open_ = self._unknown(number, unknown, open_=open_), False
            elif at > self.level and not open_:
                done = self._part()
            else:
                if at != self.level:
                    self._turn(at)
                made, key = self.made, self._key(name, number)
                open_ = not (value or items)
                if items or value in NULLS or value[0] in _SIGNS:
                    done = self._other(value, items) or done
                else:
                    made[key] = value
            if items:
                number += items.count("\n")
                if done >= self.line and number > done:
                    raise _Unusual
        return Said(root, self.heads)

    def _other(self, value: str, items: str) -> int:
        """The value of the last key, where it is not plain; the line up to which it was read elsewhere, or 0."""
        if items:
            content = None if value else _items(items, self.level)
        elif value in {"", "null"}:
            return 0
        elif value in NULLS:
            raise _Unusual
        else:
            content = _signed(value, self.known) if self.above or value[0] not in "{[" else None
        if content is None:
            return self._part()
        self.made[self.key] = content
        return 0

    def _key(self, name: str, number: int) -> str:
        """The key of `made` that stands in a line, at `level`; it has no value yet."""
        if name in self.made or name in NULLS:
            raise _Unusual
        self.key = key = self.known.setdefault(name, name)
        self.line = number
        self.made[key] = None
        if len(self.above) < 2:
            self.top = self.top if self.above else key
            self.heads[(self.top, key) if self.above else (key,)] = (number, self.level + 1)
        return key

    def _turn(self, at: int) -> None:
        """A mapping begins below the last key, or those end whose keys stand further right."""
        if at > self.level:
            if len(self.above) + 4 > MAX_DEPTH:
                raise _Unusual
            self.above.append((self.made, self.level))
            self.made[self.key] = self.made = {}
            self.level = at
        while self.level > at and self.above:
            self.made, self.level = self.above.pop()
        if self.level != at:
            raise _Unusual

    def _unknown(self, number: int, line: str, *, open_: bool) -> int:
        """A line that is not ordinary: it begins a value of its own, or goes on with the last one."""
        at = len(line) - len(line.lstrip(" "))
        owner = _OWNER.match(line)
        if at <= self.level or (open_ and owner):
            if not owner:
                raise _Unusual
            self._turn(at)
            self._key(owner[2], number)
        return self._part()

    def _part(self) -> int:
        """Have the last key read elsewhere, with everything indented below it; the line that ends there."""
        last = self.line
        while last < len(self._starts) - 1 and self._below(last + 1):
            last += 1
        begin, end = self._starts[self.line - 1], self._starts[last]
        said = self.part(self.text[begin:end], len(self.above)) if self.key else None
        if said is None or said.value.keys() != {self.key}:
            raise _Unusual
        self.made[self.key] = said.value[self.key]
        if not self.above:
            below = {keys: head for keys, head in said.heads.items() if len(keys) == 2}
            self.heads.update({keys: (line + self.line - 1, column) for keys, (line, column) in below.items()})
        return last

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, and where the text ends."""
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    def _below(self, number: int) -> bool:
        """Whether a line belongs to what stands in column `level` above it."""
        line = self.text[self._starts[number - 1] : self._starts[number]]
        rest = line.lstrip(" ")
        at = len(line) - len(rest)
        return at > self.level or rest[:1] in _SAYS_NOTHING or (at == self.level and _DASH.match(rest) is not None)


def _items(lines: str, at: int) -> list[Any] | None:
    """The items of a list in block style, below a key in column `at`; None when one is not ordinary."""
    found = _ITEM.findall(lines)
    if any(unknown or len(indent) < at or indent != found[0][0] for indent, _, unknown in found):
        return None
    try:
        return [_scalar(text) for _, text, _ in found]
    except _Unusual:
        return None


def _signed(text: str, known: dict[str, str]) -> Any:
    """A value in quotes, or a collection in brackets."""
    try:
        return _collection(text, known) if text[0] in "{[" else _scalar(text)
    except _Unusual:
        return None


def _collection(text: str, known: dict[str, str]) -> dict[str, Any] | list[Any]:
    inside = text[1:-1].strip(" ")
    if text[0] == "[":
        return [_value(item, unknown, known) for item, unknown in _FLOW_ITEM.findall(inside)]
    made: dict[str, Any] = {}
    for name, item, unknown in _FLOW_PAIR.findall(inside):
        if name in made or name in NULLS:  # of an unknown pair the name is empty
            raise _Unusual
        made[known.setdefault(name, name)] = _value(item, unknown, known)
    return made


def _value(text: str, unknown: str, known: dict[str, str]) -> Any:
    if unknown:
        raise _Unusual
    return _collection(text, known) if text[0] in "{[" else _scalar(text)


def _scalar(text: str) -> str | None:
    if text[0] in "\"'":
        return quoted(text[1:-1])
    if text not in NULLS:
        return text
    if text != "null":  # the other spellings are refused, which is not for us
        raise _Unusual
    return None
