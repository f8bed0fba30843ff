"""What several appliers said and what the database remembers, held against each other: pure, and tested by itself.

Each apply brings a word of its own into the inventory, and its plan shows the word that it replaces. So the words form
a chain, if and only if every apply worked on what the one before it had left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Result = Literal["applied", "nothing", "old", "busy", "stale", "refused", "unknown", "killed", "bug"]
"""What a command claimed: done; nothing to do; nothing was changed (broken, or could not wait any longer, or somebody's
hand was faster); refused; not to be known; nothing at all; our bug."""


@dataclass(frozen=True)
class Said:
    """One apply, as its client tells it."""

    word: str
    """What it brings."""
    result: Result
    base: str | None = None
    """What it replaces, by the plan that it showed; None where nothing was, or it showed none."""
    id: str | None = None
    generation: int | None = None


@dataclass(frozen=True)
class Recorded:
    """One apply, as the database remembers it."""

    id: str
    generation: int
    base: str | None
    word: str | None


def anomalies(said: Sequence[Said], recorded: Sequence[Recorded], final: str | None) -> Iterator[str]:
    """Whatever cannot be, had the applies happened one after the other. `final` is the word in the database now."""
    by_word = {each.word: each for each in said}
    yield from _chain(recorded, final)
    for each in said:
        rows = [row for row in recorded if row.word == each.word]
        if each.result == "applied":
            if [(row.id, row.generation) for row in rows] != [(each.id, each.generation)]:
                yield f"{each.word} was applied as generation {each.generation}, and the database does not know it"
            elif rows[0].base != each.base:
                yield f"{each.word} was planned on {each.base}, and replaced {rows[0].base}"
        elif each.result in {"nothing", "refused", "bug"}:
            yield f"{each.word}: {each.result}, though there was something to do and nothing in its way"
        elif each.result in {"old", "busy", "stale"} and rows:
            yield f"{each.word}: {each.result}, and yet it is generation {rows[0].generation}"
        elif each.result == "unknown" and rows and rows[0].id != each.id:
            yield f"{each.word} is not known by the id {each.id} that was told"
    for row in recorded:
        if row.word not in by_word:
            yield f"generation {row.generation} brought {row.word}, which nobody wanted"


def _chain(recorded: Sequence[Recorded], final: str | None) -> Iterator[str]:
    generations = [row.generation for row in recorded]
    if sorted(generations) != list(range(1, len(recorded) + 1)):
        twice = [number for number, count in Counter(generations).items() if count > 1]
        yield f"generations have a gap or a double: {twice or sorted(generations)}"
        return
    ordered = sorted(recorded, key=lambda row: row.generation)
    before = None
    for row in ordered:
        if row.base != before:
            yield f"generation {row.generation} replaced {row.base}, and the one before it had brought {before}"
        before = row.word
    if final != before:
        yield f"the database has {final}, and the last apply brought {before}"
