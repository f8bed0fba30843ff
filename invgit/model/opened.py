"""Files of ours that somebody else may have written: read strictly, and everything that is wrong is told by place."""

from typing import TypeVar

from invgit.errors import BrokenFile
from invgit.model.fields import Fields
from invgit.model.values import Fault, checked
from invgit.text.decode import decode
from invgit.text.places import nearest, places
from invgit.text.problem import Problem
from invgit.text.span import Source, Span
from invgit.text.tree import parse

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUES = 5_000_000
"""A controller with 100,000 devices that nobody has described needs half of both."""
_TOLD = 20
F = TypeVar("F", bound=Fields)


class Opened:
    """The text of a file, to tell what is wrong in it."""

    def __init__(self, data: bytes, shown: str) -> None:
        self.shown = shown
        text, problem = decode(data, MAX_BYTES)
        self.text, self._problem = text, problem

    def document(self, cls: type[F], what: str) -> F:
        """What it says. Raises BrokenFile with everything that is wrong."""
        if self._problem:
            raise self.broken([(self._problem.span, _told(self._problem))])
        document = parse(self.text, MAX_VALUES)
        if document.problems:
            raise self.broken([(each.span, _told(each)) for each in document.problems])
        found, faults = checked(cls, what, document.value if document.value is not None else {})
        if found is None:
            raise self.faulty(faults)
        return found

    def faulty(self, faults: list[Fault]) -> BrokenFile:
        """The error that tells of faults at paths."""
        stands = places(self.text)
        return self.broken([(nearest(stands, each.path, key=each.on_key), _told(each)) for each in faults])

    def broken(self, told: list[tuple[Span, str]]) -> BrokenFile:
        """The error with all that is wrong, by place."""
        source = Source(self.shown, self.text)
        lines = [f"{source.place(span)}: {message}" for span, message in sorted(told)]
        more = [f"… and {len(lines) - _TOLD:,} more"] if len(lines) > _TOLD else []
        return BrokenFile("\n".join([f"{self.shown} cannot be used", *lines[:_TOLD], *more]))


def _told(problem: Problem | Fault) -> str:
    return f"{problem.message}; {problem.help}" if problem.help else problem.message
