"""Edits as people review them."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff

from invgit.edit.files import FileEdit

_CONTEXT = 3


def unified(edits: Iterable[FileEdit], shown: str) -> Iterator[str]:
    """The lines of a unified diff, without line breaks; `shown` is what people call the inventory's folder."""
    for edit in edits:
        before, after = _lines(edit.before), _lines(edit.after)
        one = f"a/{shown}/{edit.path}" if edit.before is not None else "/dev/null"
        other = f"b/{shown}/{edit.path}" if edit.after is not None else "/dev/null"
        yield from _hunks(before, after, one, other)


def _lines(data: bytes | None) -> list[str]:
    """Lines as git shows them; one without its line break says so."""
    if not data:
        return []
    lines = data.decode("utf-8", "replace").split("\n")
    if lines[-1]:
        return [*lines[:-1], f"{lines[-1]}\n\\ No newline at end of file"]
    return lines[:-1]


def _hunks(before: Sequence[str], after: Sequence[str], one: str, other: str) -> Iterator[str]:
    """What both have at their beginning and their end is not compared: most edits are small, most files are not."""
    top, limit = 0, min(len(before), len(after))
    while top < limit and before[top] == after[top]:
        top += 1
    bottom = 0
    while bottom < limit - top and before[-1 - bottom] == after[-1 - bottom]:
        bottom += 1
    top, bottom = max(0, top - _CONTEXT), max(0, bottom - _CONTEXT)
    lines = unified_diff(before[top : len(before) - bottom], after[top : len(after) - bottom], one, other, lineterm="")
    for line in lines:
        yield _shifted(line, top) if line.startswith("@@") else line


def _shifted(header: str, by: int) -> str:
    """The line numbers of a hunk, in the whole file."""
    _, one, other, _ = header.split(" ")
    return f"@@ {_range(one, by)} {_range(other, by)} @@"


def _range(text: str, by: int) -> str:
    start, comma, length = text[1:].partition(",")
    return f"{text[0]}{int(start) + by}{comma}{length}"
