"""What is the same thing under another name: said by `renamed_from`, or seen by an identity that only one thing has."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from invgit import diagnostics
from invgit.diagnostics import Diagnostic, Rule, Severity
from invgit.model.addresses import is_local
from invgit.model.entity import Address, AnyEntity, Entity
from invgit.model.fields import Fields, made
from invgit.model.inventory import Inventory
from invgit.model.marked import Value, values_of
from invgit.model.spec import FieldSpec, specs

RENAMED_FROM_NOTHING = Rule(
    "renamed-from-nothing",
    """What an entity was renamed from is in the database, and is going to be renamed.

Once the rename is applied, the line has done its work. Before that, the slug is not spelled as it was. `plan` and
`apply` find this; `validate` asks no database.

Wrong:
    zones:
      study: {name: Study, renamed_from: ofice}
Right:
    zones:
      study: {name: Study}
""",
    Severity.WARNING,
)
AMBIGUOUS_RENAME = Rule(
    "ambiguous-rename",
    """A thing that has got another name is one thing, and it is clear which.

Where a device is no longer described, and exactly one new device has its MAC address, serial number or radio address,
it is the same device under another name: its id and its history stay. Where it could be one or the other, somebody has
to say it: `renamed_from: old-slug` at the one that it was, `renamed_from: null` at one that is new. Nothing is renamed
to what the database has already. `plan` and `apply` find this; `validate` asks no database.

Before:
    devices:
      nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, serial: S1234}
Wrong:
    devices:
      storage: {name: Storage, type: nas, mac: a0:1e:0b:00:00:01}
      backup: {name: Backup, type: nas, serial: S1234}
Right:
    devices:
      storage: {name: Storage, type: nas, mac: a0:1e:0b:00:00:01, renamed_from: nas}
      backup: {name: Backup, type: nas, serial: S1234}
""",
)

_CONTAINERS = ("organization", "site")
"""Kinds whose slug is a part of the addresses of all that stands in them; the outer one first."""


@dataclass(frozen=True, slots=True)
class Renames:
    """Which known things have another address now, why, and what could not be decided."""

    before: Mapping[Address, Address]
    """Where everything known would stand by the names that are wanted: new address → the address it has."""
    reasons: Mapping[Address, str] = field(default_factory=dict)
    """Of what is renamed itself, by its new address; what stands in a renamed site only moves along."""
    problems: tuple[Diagnostic, ...] = ()


def renames(desired: Inventory, current: Inventory, known: Collection[Address]) -> Renames:
    """Match what is `known` under other names to what is desired. `current` has the values of what is not desired."""
    before = {address: address for address in known}
    reasons: dict[Address, str] = {}
    problems: list[Diagnostic] = []
    for entity in _said(desired):
        old = entity.before
        if old not in before or old is None or not _is_free(desired, old):
            continue
        if entity.address in before and old in desired.stored:
            continue  # what is new there has come already
        if entity.address in before:
            problems.append(_taken(entity, old))
            continue
        reasons[entity.address] = "renamed_from"
        before[entity.address] = before.pop(old)
        for address in [*before] if old.kind in _CONTAINERS else ():
            new = moved(address, {old: entity.address})
            if new not in before:
                before[new] = before.pop(address)
    for old, new, reason in _inferred(desired, current, before, problems):
        before[new] = before.pop(old)
        reasons[new] = reason
    return Renames(before, reasons, tuple(problems))


def _is_free(desired: Inventory, old: Address) -> bool:
    """Whether what had an address can be meant: nothing is wanted there, or something new."""
    holder = desired.stored.get(old)
    return holder is None or holder.is_new


def retaken(desired: Inventory, known: Collection[Address]) -> frozenset[Address]:
    """The `known` addresses at which something new is wanted, while what is there gets another name."""
    former = {old for entity in _said(desired) if entity.address not in known and (old := entity.before)}
    return frozenset(old for old in former if old in known and (new := desired.stored.get(old)) and new.is_new)


def readdressed(entity: AnyEntity, name: Callable[[Address], Address]) -> AnyEntity:
    """The same thing under the names that are wanted, in its own address and wherever it refers to something."""
    return Entity(
        name(entity.address), _renamed(specs()[entity.address.kind].stored, entity.values, name), entity.origin
    )


def moved(address: Address, renamed: Mapping[Address, Address]) -> Address:
    """The address of something, by the old and new addresses of what is renamed: itself, or what it stands in."""
    if address in renamed:
        return renamed[address]
    for container in reversed(address.containers):
        new = renamed.get(container)
        if new:
            return Address(address.kind, new.path + address.path[len(container.path) :])
    return address


def from_nothing(desired: Inventory, known: Collection[Address]) -> Iterator[Diagnostic]:
    """A warning for each `renamed_from` whose origin is neither described nor among the `known` entities."""
    for entity in _said(desired):
        before = entity.before
        if before and entity.origin and before not in known and desired.at(before) is None:
            there = entity.address in known
            help = "delete the line: the rename is done" if there else "is it spelled as it was? If so, delete the line"
            message = f"there is no {before} in the database to be renamed"
            found = diagnostics.at(*entity.origin.find("renamed_from"), RENAMED_FROM_NOTHING.code, message, help=help)
            yield replace(found, severity=RENAMED_FROM_NOTHING.severity, addresses=(str(entity.address),))


def _said(desired: Inventory) -> Iterator[AnyEntity]:
    """What says that it was renamed, what contains others first."""
    some = [entity for entity in desired.stored.values() if entity.values.renamed_from]
    yield from (entity for kind in _CONTAINERS for entity in some if entity.address.kind == kind)
    yield from (entity for entity in some if entity.address.kind not in _CONTAINERS)


def _taken(entity: AnyEntity, old: Address) -> Diagnostic:
    message = f"{old} cannot become {entity.address}: the database has both"
    help = f"delete {entity.address.slug} first, in an apply of its own; or delete this line"
    return _problem(entity, ("renamed_from",), message, help)


def _problem(entity: AnyEntity, path: tuple[str | int, ...], message: str, help: str) -> Diagnostic:
    assert entity.origin, "what is desired stands in a file"
    found = diagnostics.at(*entity.origin.find(*path), AMBIGUOUS_RENAME.code, message, help=help)
    return replace(found, addresses=(str(entity.address),))


class _Pair(NamedTuple):
    """Something that goes and something that comes, and the value that both have."""

    old: Address
    new: Value

    @property
    def reason(self) -> str:
        return f"the same {self.new.field.name}: {self.new.value}"


def _inferred(
    desired: Inventory, current: Inventory, before: Mapping[Address, Address], problems: list[Diagnostic]
) -> list[tuple[Address, Address, str]]:
    """What goes and what comes, where each shares an identity with the other and with nothing else."""
    kinds = {spec.name for spec in specs().values() if any(field.identity for field in _identities(spec.stored))}
    gone = {
        address: entity
        for address, old in before.items()
        if address.kind in kinds and address not in desired.stored and (entity := current.at(old))
    }
    come = [
        entity
        for address, entity in desired.stored.items()
        if address.kind in kinds and address not in before and not entity.is_new
    ]
    if not gone or not come:
        return []
    pairs = list(_pairs(gone, come, before, desired))
    ends: dict[Address, set[Address]] = defaultdict(set)
    for pair in pairs:
        ends[pair.old].add(pair.new.entity.address)
        ends[pair.new.entity.address].add(pair.old)
    found: dict[Address, tuple[Address, Address, str]] = {}
    told: set[Address] = set()
    for pair in pairs:
        new = pair.new.entity.address
        if len(ends[new]) == 1 and len(ends[pair.old]) == 1:
            found.setdefault(new, (pair.old, new, pair.reason))
        elif new not in told:
            told.add(new)
            problems.append(_ambiguous(pair, ends))
    return list(found.values())


def _identities(fields: Iterable[FieldSpec]) -> Iterator[FieldSpec]:
    for each in fields:
        if each.identity:
            yield each
        yield from _identities(each.fields)


def _pairs(
    gone: Mapping[Address, AnyEntity], come: list[AnyEntity], before: Mapping[Address, Address], desired: Inventory
) -> Iterator[_Pair]:
    """Whoever goes and comes with the same identity; a value that something else has as well says nothing."""
    names = {old: new for new, old in before.items() if old != new}
    former = [replace(readdressed(each, lambda old: names.get(old, old)), address=at) for at, each in gone.items()]
    staying = {
        _token(value) for value in _identifying(each for each in desired.stored.values() if each.address in before)
    }
    by_token: dict[tuple[str | None, str, Any], list[Value]] = defaultdict(list)
    for value in _identifying(former):
        by_token[_token(value)].append(value)
    for value in _identifying(come):
        token = _token(value)
        for other in by_token.get(token, ()) if token not in staying else ():
            if value.field.identity and (value.field.identity.strong or _corroborated(other.entity, value.entity)):
                yield _Pair(other.entity.address, value)


def _identifying(entities: Iterable[AnyEntity]) -> Iterator[Value]:
    """Values that identify; an address that somebody made up is nobody's for ever."""
    for found in values_of(Inventory(entities), lambda field: field.identity is not None):
        if not (found.field.sql == "macaddr" and is_local(found.value)):
            yield found


def _token(found: Value) -> tuple[str | None, str, Any]:
    """What two things have in common: a strong identity counts in an organization, a controller's in its site."""
    address, identity = found.entity.address, found.field.identity
    within = address.organization if identity and identity.strong else address.site
    return within, found.field.name, found.value


def _corroborated(one: AnyEntity, other: AnyEntity) -> bool:
    """Whether a controller's reference and something else agree: a number is given to another device one day."""
    zone = getattr(one.values, "zone", None)
    return one.label == other.label or (zone is not None and zone == getattr(other.values, "zone", None))


def _ambiguous(pair: _Pair, ends: Mapping[Address, set[Address]]) -> Diagnostic:
    new = pair.new.entity
    formers = sorted(ends[new.address])
    others = sorted({each for former in formers for each in ends[former]} - {new.address})
    message = f"{new.address} could be {' or '.join(map(str, formers))} under another name ({pair.reason})"
    if others:
        message += f", and so could {' and '.join(map(str, others))}"
    inside = new.address.path.rpartition("/")[0]
    slugs = [each.slug if each.path.rpartition("/")[0] == inside else each.path.partition("/")[2] for each in formers]
    said = " or ".join(f"`renamed_from: {slug}`" for slug in slugs)
    return _problem(new, pair.new.path, message, f"write {said} here if it is; `renamed_from: null` if it is a new one")


def _renamed(fields: Iterable[FieldSpec], values: Any, name: Callable[[Address], Address]) -> Any:
    """The same values with other names in their references; the same object where there is nothing to change."""
    said = vars(values)
    changed: dict[str, Any] = {}
    for each in fields:
        value = said.get(each.attribute)
        if not value or not (each.ref or each.fields):
            continue
        if each.ref:
            new: Any = name(Address(each.ref, value)).path
        elif isinstance(value, dict):
            new = {key: _renamed(each.fields, item, name) for key, item in value.items()}
        elif isinstance(value, tuple):
            new = tuple(_renamed(each.fields, item, name) for item in value)
        else:
            new = _renamed(each.fields, value, name)
        if new != value:
            changed[each.attribute] = new
    if not changed:
        return values
    cls: type[Fields] = type(values)
    return made(cls, {**said, **changed})
