"""What a rule is: a function over the context that yields findings; its docstring is what `explain` prints."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from invgit.diagnostics import Diagnostic, Fix, Related, Rule, Severity, instead
from invgit.model.entity import AnyEntity
from invgit.model.holders import Declared, declared_addresses
from invgit.model.inventory import Inventory
from invgit.model.times import day

Other = tuple[AnyEntity, tuple[str | int, ...], str]
"""Another entity that belongs to a finding, the path to the value there, and what it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the entity, the path to the value that is wrong, and the other entities that belong to it."""

    entity: AnyEntity
    path: tuple[str | int, ...]
    message: str
    help: str | None = None
    others: tuple[Other, ...] = ()
    key: bool = False
    right: str | None = None
    """What the last word of the path was surely meant to be."""


@dataclass(frozen=True)
class Context:
    """What rules may know: the inventory, the moment that counts as now, and indexes made once."""

    inventory: Inventory
    now: datetime
    folders: tuple[str, ...] = ()
    """Organizations and sites that files speak of, where not everything they say could be understood."""

    @property
    def complete(self) -> bool:
        """Whether the inventory is all that the files say."""
        return not self.folders

    @cached_property
    def addresses(self) -> tuple[Declared, ...]:
        """Every address that is declared."""
        return tuple(declared_addresses(self.inventory))

    @cached_property
    def _days(self) -> dict[str | None, date]:
        return {}

    def today(self, site: str | None) -> date:
        """The date at a site, by its own clock; where there is none, in UTC."""
        if site not in self._days:
            self._days[site] = day(self.now, self.inventory.timezone(site))
        return self._days[site]


def standing(entity: AnyEntity) -> tuple[str, tuple[int, int]]:
    """Where an entity stands, to be compared: of two that clash, the later one is wrong."""
    return (entity.origin.source.file, entity.origin.at) if entity.origin else ("", (0, 0))


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and the function that finds what it speaks of."""

    rule: Rule
    find: Callable[[Context], Iterator[Finding]]
    waivable: bool = True

    def __call__(self, context: Context) -> Iterator[Finding]:
        """The findings, in any order."""
        return self.find(context)


def error(find: Callable[[Context], Iterator[Finding]]) -> Check:
    """Make a rule of a function; its name is the code, with hyphens."""
    return Check(_rule(find, Severity.ERROR), find)


def constraint(find: Callable[[Context], Iterator[Finding]]) -> Check:
    """Make a rule that nobody can waive: the database holds it too, and would refuse the whole inventory."""
    return Check(_rule(find, Severity.ERROR), find, waivable=False)


def warning(find: Callable[[Context], Iterator[Finding]]) -> Check:
    """Make a rule that never stops a plan."""
    return Check(_rule(find, Severity.WARNING), find)


def _rule(find: Callable[[Context], Iterator[Finding]], severity: Severity) -> Rule:
    return Rule(find.__name__.replace("_", "-"), inspect.cleandoc(find.__doc__ or ""), severity)


def told(rule: Rule, finding: Finding) -> Diagnostic:
    """A finding as a diagnostic, with the places it speaks of."""
    origin = finding.entity.origin
    assert origin is not None, "rules speak of what files say"
    source, span = origin.find(*finding.path, key=finding.key)
    place = source.place(span)
    related = tuple(
        Related(other.origin.place(*path), message) for other, path, message in finding.others if other.origin
    )
    speaks_of = (finding.entity, *(other for other, _, _ in finding.others))
    addresses = tuple(dict.fromkeys(str(entity.address) for entity in speaks_of))  # one may clash with itself
    line = source.line(place.line)
    right = instead(source, span, str(finding.path[-1]) if finding.path else "", finding.right)
    fix = None if right is None else Fix(place, span, right)
    return Diagnostic(rule.code, finding.message, place, rule.severity, finding.help, related, line, addresses, fix)
