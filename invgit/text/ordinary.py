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
    """What lines say, where the keys of the first two levels stand, and all keys."""

    value: dict[str, Any]
    heads: dict[Keys, Head]
    names: frozenset[str]


Part = Callable[[str, int], Said | None]
"""Reads a mapping that stands in whole lines, so many levels deep; None when anything is wrong with it."""

# Characters are repeated possessively, so that no text makes these slow. Groups are not: before 3.11.5 Python matches
# possessive groups wrongly (python/cpython#106052). They match in one way only, and give up in linear time.
_KEY = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}+"
_BEGIN = r"(?:[\w/.+(]|-(?=\w))"
_QUOTED = r"\"[^\"\\\t\r\n]*+\"|'[^'\t\r\n]*+'"
_PLAIN = rf"{_BEGIN}[^\s:#]*+(?:(?: ++|:)[^\s:#]++)*"
_WORD = r"[^\s:#,?\[\]{}]"
_PLAIN_IN_FLOW = rf"{_BEGIN}{_WORD}*+(?:(?: ++|:){_WORD}++)*"
_FLOW = r"\{[^\t\r\n]*\}|\[[^\t\r\n]*\]"
_NESTED = r"\{[^{}\[\]\"']*+\}|\[[^{}\[\]\"']*+\]"
_END = r"(?:\r?\n| *+(?:(?<= )#[^\r\n]*+)?\r?\n)"
_NOTHING = r" *+(?:#[^\r\n]*+)?\r?\n"
_FLOW_VALUE = rf"({_PLAIN_IN_FLOW}|{_QUOTED}|{_NESTED}) *+(?:,|$)"
# A key with its value and the items below it; or nothing, or a comment; or (the last group) a line that is not ordinary
_LINE = re.compile(
    rf"( *+)({_KEY}):(?: ++({_PLAIN}|{_QUOTED}|{_FLOW}))?{_END}((?: *+- [^\n]*+\n)*)|{_NOTHING}|([^\n]*+\n)"
)
_ITEM = re.compile(rf"( *+)- ++({_PLAIN}|{_QUOTED}){_END}|([^\n]*+\n)")
_FLOW_PAIR = re.compile(rf" *+({_KEY}): ++{_FLOW_VALUE}|(.+)")
_FLOW_ITEM = re.compile(rf" *+{_FLOW_VALUE}|(.+)")
_HEADER = re.compile(rf"(?:{_NOTHING})*(?:--- *+\r?\n)?")
_OWNER = re.compile(rf"( *)({_KEY}):(?: |\r?\n)")
_LINE_END = re.compile(r"\n|.\Z", re.DOTALL)
_DASH = re.compile(r"-[ \r\n]")
_SAYS_NOTHING = frozenset("#\r\n")
_QUOTES = frozenset("\"'")
_SPECIAL = frozenset(["", *"\"'{[nN"])
"""What a value begins with that is not plain text, or may be a null."""


def read(text: str, part: Part, most: int = MAX_NODES) -> Said | None:
    """What a text of so many values says; None where libyaml has to look at the whole of it."""
    if sum(map(text.count, "\n,{[")) > most:
        return None
    if text.count("\r") != text.count("\r\n"):  # libyaml ends a line there, and we do not
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
        self.names: frozenset[str] = frozenset()
        self.known: dict[str, str] = {}  # each name once: most are field names, seen thousands of times
        self.made: dict[str, Any] = {}
        self.level = 0
        self.top = ""
        self.above: list[tuple[dict[str, Any], int]] = []
        self.line = 0  # where the last key of `made` stands
        self.open = False  # whether nothing stands after it, so that a mapping may begin below it
        self.done = 0  # up to this line, all has been read

    def read(self) -> Said:
        """The hot loop: of one value beside others it takes care itself, all else it leaves to `_look`."""
        text = self.text if self.text.endswith("\n") else f"{self.text}\n"
        begin = found.end() if (found := _HEADER.match(text)) else 0
        made = root = self.made
        known, beside = self.known, None  # the indentation of plain values, where there are any
        number = self.done = text.count("\n", 0, begin)
        for indent, name, value, items, unknown in _LINE.findall(text, begin):
            number += 1
            key = known.get(name)
            if indent == beside and key and value and not items and key not in made:
                self.line = number
                if value[0] not in _SPECIAL:
                    made[key] = value
                    continue
                made[key] = self._signed(key, value)
                beside = beside if number >= self.done else None
            elif number <= self.done or name or unknown:
                number = self._look(number, indent, name, value, items, unknown)
                made = self.made
                deep = len(self.above) > 1 and number >= self.done and not self.open
                beside = " " * self.level if deep else None
        return Said(root, self.heads, self.names.union(known))

    def _look(self, number: int, indent: str, name: str, value: str, items: str, unknown: str) -> int:
        """What is in a line; the number of the last line of it, a list has several."""
        last = number + items.count("\n")
        if number <= self.done < last:
            raise _Unusual
        if number <= self.done:
            return last
        at = len(indent)
        if unknown:
            self._unknown(number, unknown)
        elif at > self.level and not self.open:
            self._part()
        else:
            self._key(name, at, number)
            self.open = not (value or items)
            if items and value:
                raise _Unusual
            if items:
                self._list(items, at)
            elif value:
                self.made[self.key] = self._signed(self.key, value)
        if items and last > self.done >= number:
            raise _Unusual
        return last

    def _signed(self, key: str, value: str) -> Any:
        """The value of the last key, which may be more than plain text."""
        try:
            return _special(value, self.known)
        except _Unusual:
            self.made[key] = None
            self._part()
            return self.made[key]

    def _list(self, lines: str, at: int) -> None:
        """The items below the last key, which stands in column `at`."""
        found = _ITEM.findall(lines)
        try:
            if any(unknown or len(indent) < at or indent != found[0][0] for indent, _, unknown in found):
                raise _Unusual
            self.made[self.key] = [_special(text, self.known) for _, text, _ in found]
        except _Unusual:
            self._part()

    @property
    def key(self) -> str:
        """The last key of `made`."""
        return next(reversed(self.made), "")

    def _key(self, name: str, at: int, number: int) -> None:
        """A key that stands in column `at` of a line; it has no value yet."""
        if at != self.level:
            self._turn(at)
        if name in self.made or name in NULLS:
            raise _Unusual
        key = self.known.setdefault(name, name)
        self.made[key] = None
        self.line = number
        self.open = False
        if len(self.above) < 2:
            self.top = self.top if self.above else key
            self.heads[(self.top, key) if self.above else (key,)] = (number, at + 1)

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

    def _unknown(self, number: int, line: str) -> None:
        """A line that is not ordinary: it begins a value of its own, or goes on with the last one."""
        at = len(line) - len(line.lstrip(" "))
        owner = _OWNER.match(line)
        if at <= self.level or (self.open and owner):
            if not owner:
                raise _Unusual
            self._key(owner[2], at, number)
        self._part()

    def _part(self) -> None:
        """Have the last key read elsewhere, with everything indented below it."""
        key, last = self.key, self.line
        while last < len(self._starts) - 1 and self._below(last + 1):
            last += 1
        begin, end = self._starts[self.line - 1], self._starts[last]
        said = self.part(self.text[begin:end], len(self.above)) if key else None
        if said is None or said.value.keys() != {key}:
            raise _Unusual
        self.made[key] = said.value[key]
        self.names |= said.names
        if not self.above:
            below = {keys: head for keys, head in said.heads.items() if len(keys) == 2}
            self.heads.update({keys: (line + self.line - 1, column) for keys, (line, column) in below.items()})
        self.done, self.open = last, False

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


def _special(text: str, known: dict[str, str]) -> Any:
    """A value that may be more than plain text."""
    first = text[:1]
    if first in _QUOTES:
        return quoted(text[1:-1])
    if first == "{":
        return _pairs(text[1:-1].strip(" "), known)
    if first == "[":
        found = _FLOW_ITEM.findall(text[1:-1].strip(" "))
        return [_special(item, known) if item[:1] in _SPECIAL else item for item, _ in found]
    if text and text not in NULLS:
        return text
    if text != "null":  # nothing was recognised, or a spelling of null that is refused
        raise _Unusual
    return None


def _pairs(text: str, known: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, item, _ in _FLOW_PAIR.findall(text):
        key = known.get(name) or known.setdefault(name, name)
        if key in made or key in NULLS:
            raise _Unusual
        made[key] = _special(item, known) if item[:1] in _SPECIAL else item
    return made
