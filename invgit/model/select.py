"""Which entities somebody means: by site, by what they refer to, by tags and states, by any field."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from invgit.errors import UsageError
from invgit.model.entity import Address, AnyEntity, Scope
from invgit.model.fieldpaths import field_path
from invgit.model.inventory import Inventory
from invgit.model.kinds import Zone
from invgit.model.marked import Value, values_in
from invgit.model.naming import meant
from invgit.model.observed import Observed, Way, way
from invgit.model.scalars import normal
from invgit.model.spec import FieldSpec, KindSpec, leaves

Test = Callable[[AnyEntity], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. Of several words of one kind one has to fit, and something of each kind."""

    sites: Collection[str] = ()
    named: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By a kind that fields refer to: what the field has to name."""
    types: Collection[str] = ()
    tags: Collection[str] = ()
    statuses: Collection[str] = ()
    where: Collection[str] = ()
    """`field=value`, `field!=value`: all of them."""

    def __bool__(self) -> bool:
        return any((self.sites, *self.named.values(), self.types, self.tags, self.statuses, self.where))


def selected(inventory: Inventory, spec: KindSpec, wanted: Wanted) -> list[AnyEntity]:
    """The entities of a kind that are wanted, by path. Raises UsageError for a word that means nothing."""
    tests = list(_tests(inventory, spec, wanted))
    return [entity for entity in inventory.of(spec.cls) if all(test(entity) for test in tests)]


def references(spec: KindSpec) -> Mapping[str, tuple[FieldSpec, ...]]:
    """The kinds that a kind refers to, each with the fields that do, wherever they stand."""
    found: dict[str, list[FieldSpec]] = defaultdict(list)
    for _, leaf in leaves(spec.declarable):
        if leaf.ref:
            found[leaf.ref].append(leaf)
    return {kind: tuple(fields) for kind, fields in found.items()}


def states(spec: KindSpec) -> tuple[FieldSpec, ...]:
    """The fields that say in which state something is."""
    return tuple(each for each in spec.fields if each.name.rpartition("_")[2] == "status" and each.choices)


def has_sites(spec: KindSpec) -> bool:
    """Whether entities of a kind stand in sites."""
    return Scope.SITE in spec.scopes and spec.name != "site"


def _tests(inventory: Inventory, spec: KindSpec, wanted: Wanted) -> Iterator[Test]:
    if wanted.sites:
        sites = {_path(inventory, "site", word) for word in wanted.sites}
        yield lambda entity: entity.address.site in sites
    for kind, words in wanted.named.items():
        if words:
            yield _referring(inventory, spec, kind, _all_paths(inventory, kind, words, wanted.sites))
    if wanted.types:
        types = [Condition(Way(field_path(spec, "type")), word) for word in wanted.types]
        yield lambda entity: any(each(entity) for each in types)
    if wanted.tags:
        tags = {*wanted.tags}
        yield lambda entity: not tags.isdisjoint(entity.values.tags)
    if wanted.statuses:
        get = [each.attribute for each in states(spec)]
        yield lambda entity: any(getattr(entity.values, name) in wanted.statuses for name in get)
    yield from (condition(spec, text, inventory.observed) for text in wanted.where)


def _path(inventory: Inventory, kind: str, word: str, within: Collection[str] = ()) -> str:
    addresses = [entity.address for entity in inventory if entity.address.kind == kind]
    if within:
        near = [each for each in addresses if each.site is None or each.site in within]
        addresses = near or addresses
    return meant(word, addresses, kind).path


def _all_paths(inventory: Inventory, kind: str, words: Collection[str], sites: Collection[str]) -> frozenset[str]:
    """The paths that words mean, in the sites that are meant too; a zone with all that are part of it."""
    within = {_path(inventory, "site", word) for word in sites}
    found = {_path(inventory, kind, word, within) for word in words}
    return frozenset(_with_parts(inventory, found) if kind == Zone.kind else found)


def _with_parts(inventory: Inventory, zones: set[str]) -> set[str]:
    parts: dict[str, list[str]] = defaultdict(list)
    for zone in inventory.of(Zone):
        if zone.values.parent:
            parts[zone.values.parent].append(zone.address.path)
    found, left = set(zones), list(zones)
    while left:
        new = [each for each in parts[left.pop()] if each not in found]
        found.update(new)
        left += new
    return found


def _referring(inventory: Inventory, spec: KindSpec, kind: str, paths: frozenset[str]) -> Test:
    """Whether an entity refers to one of the paths, or is itself one of them."""
    found = set(paths) if spec.name == kind else set()
    values: Iterator[Value] = values_in(inventory, spec, lambda each: each.ref == kind)
    found |= {each.entity.address.path for each in values if each.value in paths}
    return lambda entity: entity.address.path in found


class Condition:
    """Whether a value is as somebody writes it: `*` stands for anything, letter case does not matter.

    Of a list one item has to be so. What stands for nothing is written as nothing.
    """

    def __init__(self, path: Way, word: str, *, negative: bool = False) -> None:
        self.path = path
        self.negative = negative
        word = _normal(path.leaf, word).casefold()
        pattern = ".*".join(map(re.escape, word.split("*")))
        self._fits = re.compile(pattern, re.DOTALL).fullmatch if "*" in word else word.__eq__
        self._tails = path.leaf is not None and path.leaf.ref is not None
        self._anything = word == "*"

    def __call__(self, entity: AnyEntity) -> bool:
        """Whether an entity is wanted."""
        return self._holds(self.path.of(entity)) != self.negative

    def _holds(self, value: Any) -> bool:
        if isinstance(value, list) and value:
            return any(self._holds(item) for item in value)
        if value is None or value in ([], {}):
            return not self._anything and bool(self._fits(""))
        text = _text(value)
        if self._tails:
            return any(self._fits(text[at:]) for at in (0, *(each.end() for each in re.finditer("/", text))))
        return bool(self._fits(text))


def condition(spec: KindSpec, text: str, observed: Mapping[Address, Observed] | None) -> Condition:
    """The condition that a text says. Raises UsageError for one that says none, or of a field that is not there."""
    path, sign, word = text.partition("=")
    if not sign:
        raise UsageError(f"`{text}` is no condition", help="write field=value or field!=value; * stands for anything")
    found = way(spec, path.removesuffix("!").strip(), observed)
    return Condition(found, word.strip(), negative=path.endswith("!"))


def _normal(leaf: FieldSpec | None, word: str) -> str:
    """A word as a field would keep it, where it could be a value of it."""
    made = normal(leaf.scalar, word) if leaf and word and "*" not in word else None
    return word if made is None else _text(made)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        from invgit.model.values import encoded

        return encoded(value).casefold()
    return str(value).casefold()
