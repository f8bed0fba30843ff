"""What a text says, as plain values: `str`, `None`, `list`, and `dict` with text keys."""

import re
from dataclasses import dataclass, field
from typing import Any

from invgit.text.problem import Problem

Keys = tuple[str, ...]
Head = tuple[int, int]
"""Line and column of a key, both from 1."""

NULLS = frozenset({"", "null", "~", "Null", "NULL"})
"""What YAML takes for nothing; of these only the first two are allowed."""
_TYPED = re.compile(r"null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_TYPED_STARTS = frozenset("ntf-0123456789")


@dataclass(slots=True)
class Document:
    """What a text says (None when it says nothing), what is wrong with it, where its first two levels stand."""

    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    heads: dict[Keys, Head] = field(default_factory=dict)
    """Where the keys of the first level `(key,)` and of the second `(key, key)` stand that begin a line."""
    names: frozenset[str] = frozenset()
    """Every key that stands somewhere in it."""
    broken: bool = False
    """The text could not be read to its end, so what it says is not known."""


class Quoted(str):
    """Text in quotes (or a block scalar) that would be typed without them: `"80"`, `"true"`. Free-form fields ask."""

    __slots__ = ()


def quoted(text: str) -> str:
    """Text that stands in quotes."""
    return Quoted(text) if text[:1] in _TYPED_STARTS and _TYPED.fullmatch(text) else text
