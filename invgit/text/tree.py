"""YAML text to plain values, strictly: every scalar stays text, and what could mean two things is refused.

Ordinary lines are read by `ordinary`; for all else, and for everything that is wrong, there are libyaml's `events`.
"""

from invgit.text import ordinary
from invgit.text.decode import refused_as_a_whole
from invgit.text.document import Document
from invgit.text.problem import MAX_NODES


def parse(text: str, most: int = MAX_NODES) -> Document:
    """Read one document of so many values; everything that is wrong with it is in `problems`."""
    refused = refused_as_a_whole(text)
    if refused:
        return Document(problems=refused, broken=True)
    said = ordinary.read(text, _part, most)
    if said:
        return Document(said.value or None, heads=said.heads, names=said.names)
    from invgit.text import events

    return events.read(text, most=most)


def _part(text: str, depth: int) -> ordinary.Said | None:
    """A mapping in whole lines of a text; None when anything is wrong with it."""
    from invgit.text import events

    made = events.read(text, depth)
    return (
        ordinary.Said(made.value, made.heads, made.names)
        if isinstance(made.value, dict) and not made.problems
        else None
    )
