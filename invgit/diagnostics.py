"""The inventory is wrong: what a finding says, as data. Collected, never raised, shown all at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from invgit.text.span import Place, Source, Span


class Severity(StrEnum):
    """An error stops a plan; a warning never changes what a command does."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to the finding: the first of two duplicates, the network an address misses."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mechanical correction: the characters at `place` become `text`. No person has to choose.

    `span` is the same place as offsets into the file's text: in characters, a byte order mark not counted.
    """

    place: Place
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable and kebab-case; `line` is the source line, absent where it may hold a secret."""

    code: str
    message: str
    place: Place
    severity: Severity = Severity.ERROR
    help: str | None = None
    related: tuple[Related, ...] = ()
    line: str | None = None
    addresses: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """By place, so that a file reads from top to bottom."""
        return self.place, self.code, self.message


@dataclass(frozen=True, slots=True)
class Rule:
    """What can be found: the text is the explanation, with a `Wrong:` and a `Right:` example that the tests compile."""

    code: str
    text: str = field(repr=False)
    severity: Severity = Severity.ERROR

    @property
    def summary(self) -> str:
        """The first sentence of the explanation."""
        return self.text.strip().split("\n", 1)[0].strip()


def instead(source: Source, span: Span, wrong: str, right: str | None) -> str | None:
    """What to write at a span for the word `wrong`, in its quotes; None where something else stands, or a secret."""
    written = source.text[span.start : span.end]
    quote = written[:1] if written[:1] in {'"', "'"} else ""
    if right is None or written != f"{quote}{wrong}{quote}" or source.hides(span):
        return None
    return f"[{written}]" if right == f"[{wrong}]" else f"{quote}{right}{quote}"


def at(
    source: Source,
    span: Span,
    code: str,
    message: str,
    *,
    help: str | None = None,
    fix: str | None = None,
    addresses: tuple[str, ...] = (),
) -> Diagnostic:
    """A diagnostic on characters of a source; `fix` is the text that would be right there."""
    place = source.place(span)
    return Diagnostic(
        code,
        source.masked(message, span),
        place,
        help=help and source.masked(help, span),
        line=source.line(place.line),
        addresses=addresses,
        fix=None if fix is None else Fix(place, span, fix),
    )


def arranged(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, each finding once: a wrong default is one mistake, however many entities inherit it."""
    seen: dict[tuple[Place, str, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        seen.setdefault(diagnostic.sort_key, diagnostic)
    return tuple(seen[key] for key in sorted(seen))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether anything here stops a plan."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def as_json(diagnostic: Diagnostic) -> Mapping[str, object]:
    """The plain form of a diagnostic, from which every view is made."""
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_place(diagnostic.place),
        "help": diagnostic.help,
        "source_line": diagnostic.line,
        "addresses": list(diagnostic.addresses),
        "related": [{"message": related.message, **_place(related.place)} for related in diagnostic.related],
        "fix": fix and {**_place(fix.place), "start": fix.span.start, "end": fix.span.end, "text": fix.text},
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }
