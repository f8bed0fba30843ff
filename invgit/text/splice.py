"""A text changed so that it says something else, and nothing but what has to change.

What a text says and what it shall say are compared key by key; where they differ, characters are replaced, inserted or
deleted. All else stays as people wrote it: comments, quotes, order, blank lines, indentation, line breaks.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from invgit.text.amend import Amendment, Hints, same
from invgit.text.document import Document
from invgit.text.regions import Parsed, Splice, Unfaithful
from invgit.text.tree import parse


def spliced(file: str, text: str, document: Document, wanted: Mapping[str, Any], hints: Hints | None = None) -> str:
    """The text, changed so that it says `wanted`; `document` is what it says now.

    Raises Unfaithful where that cannot be done without changing more.
    """
    amendment = Amendment(Parsed(file, text, document), hints or Hints())
    amendment.amend((), document.value or {}, dict(wanted))
    made = applied(text, amendment.splices)
    said = parse(made)
    if said.problems:
        problem = said.problems[0]
        raise Unfaithful(f"it could not be read back: {problem.message}", 0)
    if not same(said.value or {}, dict(wanted)):
        raise Unfaithful("it could not be read back as it was meant", 0)
    return made


def cut(file: str, text: str, document: Document, path: tuple[str, str]) -> str | None:
    """The lines of an entry of the second level with the comments above it, from column 0; None for one in braces."""
    parsed, content = Parsed(file, text, document), document.value[path[0]]
    if parsed.in_flow(path[:1]):
        return None
    region = parsed.regions(path[:1], content, [path[1]])[path[1]]
    lines = text[region.lead : region.end].replace("\r\n", "\n").removesuffix("\n").split("\n")
    return "\n".join(line.lstrip(" ") if line[: region.column].strip(" ") else line[region.column :] for line in lines)


def applied(text: str, splices: Iterable[Splice]) -> str:
    """A text with its splices made. Deletions may overlap; what is inserted at the same place keeps its order."""
    made, at = [], 0
    for splice in sorted(splices, key=lambda each: each.start):
        made += [text[at : splice.start], splice.text]
        at = max(at, splice.start, splice.end)
    return "".join([*made, text[at:]])
