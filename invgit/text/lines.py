"""Lines of a text by their offsets, and whose a comment is.

A comment belongs to the entry that it stands directly above, in the same column; what is indented deeper than an entry
belongs to the entry above it; a comment where the file begins belongs to the file.
"""

import re

_COMMENT = re.compile(r"( *)#")


def line_of(text: str, at: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, at) + 1


def next_line(text: str, at: int) -> int:
    """Where the line after that of an offset begins; the end of the text when there is none."""
    found = text.find("\n", at)
    return found + 1 if found >= 0 else len(text)


def is_comment(text: str, at: int, column: int) -> bool:
    """Whether the line that begins at an offset is a comment in a column (from 0)."""
    found = _COMMENT.match(text, at)
    return found is not None and len(found[1]) == column


def after_top(text: str) -> int:
    """Where the comments end with which a file begins: they are the file's."""
    at = 0
    while at < len(text) and _COMMENT.match(text, at):
        at = next_line(text, at)
    return at


def lead(text: str, start: int, column: int, above: int) -> int:
    """Where the comments begin that stand directly above the line at `start`, not before `above`."""
    while start > above and (before := line_of(text, start - 1)) >= above and is_comment(text, before, column):
        start = before
    return start


def deeper(text: str, at: int, column: int) -> int:
    """Where the comments end that belong to an entry in a column, whose last line ends at `at`."""
    end = at
    while at < len(text):
        comment = _COMMENT.match(text, at)
        if comment and len(comment[1]) > column:
            end = next_line(text, at)
        elif text[at : next_line(text, at)].strip():
            break
        at = next_line(text, at)
    return end
