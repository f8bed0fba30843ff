"""Declared values as YAML that our reader reads back exactly, and other tools take for the same.

A value is what `tree.parse` gives: text, None, lists, mappings, and `Quoted` text. Text is left bare only where no
other YAML reader types it otherwise than ours: YAML 1.1 knows `no`, `012` and `11:22:33` as a boolean, an octal and a
number in base 60.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from invgit.text.document import NULLS, Quoted

WIDTH = 120
"""Columns that a line should not exceed."""

ENTITIES = 2
"""Levels below the top that have lines of their own: a kind's entities, an entity's fields."""

_BARE = re.compile(r"[^\W]|[./(+]|-(?=[^\s-])")
"""What text without quotes may begin with."""
_SIGNS = re.compile(r": |:$| #|[\n\t]|^(?:---|\.\.\.)")
_IN_FLOW = re.compile(r"[,\[\]{}]|:(?![\w/.-])")
# What YAML 1.1 types, and JSON does not: https://yaml.org/type/ (bool, int, float, null, merge, value)
_TYPED_ELSEWHERE = re.compile(
    r"y|n|yes|no|on|off|true|false|null|~|<<|="
    r"|[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?0x[0-9a-f_]+|[-+]?[0-9][0-9_]*(?:e[-+]?[0-9]+)?"
    r"|[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:e[-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[-+]?\.inf|\.nan",
    re.IGNORECASE | re.ASCII,
)
_TYPED_HERE = re.compile(r"null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_LITERAL = re.compile(r"[^\s][^\t]*", re.DOTALL)


def scalar(value: str | None, *, flow: bool = False) -> str:
    """One value in one line: bare where that is safe, else in quotes. `flow` is inside of braces and brackets."""
    if value is None:
        return "null"
    if not isinstance(value, Quoted) and _bare(value) and not (flow and _IN_FLOW.search(value)):
        return str(value)
    if '"' in value and "'" not in value and "\n" not in value and "\t" not in value:
        return f"'{value}'"
    if "\\" in value and "\n" not in value and "\t" not in value:
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'


def _bare(text: str) -> bool:
    if _TYPED_HERE.fullmatch(text):
        return True  # not `Quoted`: what it looks like is what is meant
    if text in NULLS or text != text.strip() or not _BARE.match(text) or _SIGNS.search(text):
        return False
    return not _TYPED_ELSEWHERE.fullmatch(text)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A key of a mapping. Bare digits are a slug too."""
    typed = _TYPED_HERE.fullmatch(name) or _IN_FLOW.search(name)
    return name if (name.isascii() and name.isdigit()) or (_bare(name) and not typed) else scalar(Quoted(name))


def inline(value: Any, *, flow: bool = False) -> str:
    """A value in one line: collections in braces and brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(name)}: {inline(item, flow=True)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(item, flow=True) for item in value) + "]"
    return scalar(value, flow=flow)


def entry(name: str, value: Any, indent: int, *, step: int = 2, nested: int = 0) -> list[str]:
    """The lines of one key with its value, indented, without line breaks at their ends.

    So many levels of collections as `nested` says have lines of their own even if they fit in one.
    """
    begin = f"{' ' * indent}{key(name)}:"
    if isinstance(value, str) and "\n" in value and (header := _literal(value)):
        inside = " " * (indent + step)
        return [f"{begin} {header}", *(f"{inside}{line}" if line else "" for line in _literal_lines(value))]
    many = isinstance(value, Mapping | list | tuple) and len(value) > 0
    if not many or nested <= 0:
        one = f"{begin} {inline(value)}"
        if not many or len(one) <= WIDTH:
            return [one]
    return [begin, *below(value, indent + step, step=step, nested=nested - 1)]


def below(value: Any, indent: int, *, step: int = 2, nested: int = 0) -> list[str]:
    """The lines of a collection that is not empty, one or more for each of its entries."""
    if isinstance(value, Mapping):
        return [line for name, item in value.items() for line in entry(name, item, indent, step=step, nested=nested)]
    return [line for item in value for line in _item(item, indent)]


def _item(value: Any, indent: int) -> Iterator[str]:
    yield f"{' ' * indent}- {inline(value)}"


def _literal(text: str) -> str | None:
    """The header of a block scalar for a text of several lines; None where quotes say it better."""
    if not _LITERAL.match(text) or "\t" in text or any(line != line.rstrip() for line in text.split("\n")):
        return None
    if not text.endswith("\n"):
        return "|-"
    return "|" if text.strip("\n") and not text.endswith("\n\n") else None


def _literal_lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def document(value: Mapping[str, Any], comment: str = "") -> str:
    """A whole file: kinds with their entities in lines of their own, a blank line between kinds.

    `comment` is what stands above all, with its `#`.
    """
    parts = [entry(name, content, 0, nested=ENTITIES) for name, content in value.items()]
    body = "\n\n".join("\n".join(lines) for lines in parts)
    return "\n".join(part for part in (comment, body) if part) + "\n"
