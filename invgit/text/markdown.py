"""Markdown for a comment or a pull request: short enough for a forge. What stands in it is made inert by `inert`."""

from collections.abc import Iterable

MOST = 65_000
"""GitHub refuses a text of more than 65,536 characters."""


def within(blocks: Iterable[str]) -> str | None:
    """The blocks as one text, unless it becomes too long. Looks at no more of them than fit."""
    made, room = [], MOST
    for block in blocks:
        room -= len(block.encode("utf-16-le", "surrogatepass")) // 2 + 2  # as browsers count
        if room < 0:
            return None
        made.append(block)
    return "\n\n".join(made)


def joined(lines: Iterable[str]) -> str:
    """The lines as one text; of what is too long anyway not all of them."""
    made, room = [], MOST
    for each in lines:
        made.append(each)
        room -= len(each)
        if room < 0:
            break
    return "\n".join(made)


def details(summary: str, body: str, *, shown: bool = False) -> str:
    """A text behind a line that unfolds it."""
    return f"<details{' open' if shown else ''}><summary>{summary}</summary>\n\n{body}\n\n</details>"
