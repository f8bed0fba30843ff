"""Which entity a finding is: by what only one thing has, else by what was known of it, else by what it is called."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from invgit.model.addresses import is_local
from invgit.model.entity import Address, AnyEntity
from invgit.model.fieldpaths import FieldPath, field_path
from invgit.model.findings import Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.marked import values_in
from invgit.model.spec import FieldSpec, KindSpec, specs
from invgit.propose.named import LISTED, Named, grouped
from invgit.propose.parts import Owned, require_single
from invgit.propose.proposal import LIFE, RETIRED, Proposal
from invgit.propose.seen import Seen, called, told
from invgit.text.inert import line

Token = tuple[str, Any]


class Matcher:
    """The entities of one kind that a look can be about."""

    def __init__(
        self,
        look: Look,
        inventory: Inventory,
        spec: KindSpec,
        remembered: Mapping[str, Remembered],
        owned: Owned,
        warnings: list[str],
    ) -> None:
        self.look, self.inventory, self.spec, self.remembered = look, inventory, spec, remembered
        self.owned, self.warnings = owned, warnings
        self.ref = field_path(spec, look.ref) if look.ref and look.ref.partition(".")[0] in spec.by_name else None
        self.here: list[AnyEntity] = [each for each in inventory.of(spec.cls) if each.address.site == look.site]
        self.by_ref: dict[str, list[AnyEntity]] = defaultdict(list)
        for each in self.here if self.ref else ():
            if (value := self.ref_of(each)) is not None:
                self.by_ref[value].append(each)

    def ref_of(self, entity: AnyEntity) -> str | None:
        """What the source calls an entity, as the inventory has it."""
        value = self.ref.of(entity.values) if self.ref else None
        return None if value is None else str(value)

    def match(self, findings: Collection[Seen]) -> None:
        """Give each finding its entity, where there is one."""
        for one in findings:
            if not self._as_told(one):
                self._surely(one)
        claimed = self._claimed(findings)
        for one in self._open(findings):
            self._as_before(one, claimed)
        claimed = self._claimed(findings)
        for one in self._open(findings):
            self._by_ip(one, claimed)
        self.warnings += require_single(findings, self.owned)
        claimed = self._claimed(findings)
        if self.ref:
            free = [each for each in self.here if each.address not in claimed and not is_retired(each)]
            nameless = [each for each in free if self._nameless(each)]
            self._by_name(findings, nameless, sure=False)
            keys = self.look.ignored.union(self._ref_said(one) for one in findings)
            claimed = self._claimed(findings)
            gone = [
                each
                for each in self.here
                if each.address not in claimed
                and not is_retired(each)
                and (ref := self.ref_of(each)) is not None
                and ref not in keys
            ]
            self._again(findings, gone if self.look.complete else [])
        elif "usage_status" not in self.spec.by_name:  # of rooms the name is all there is; things have many of one name
            self._by_name(findings, [each for each in self.here if each.address not in claimed], sure=True)

    @staticmethod
    def _claimed(findings: Iterable[Seen]) -> set[Address]:
        return {one.entity.address for one in findings if one.entity}

    @staticmethod
    def _open(findings: Iterable[Seen]) -> list[Seen]:
        return [one for one in findings if one.entity is None and not one.refused]

    def _ref_said(self, one: Seen) -> str:
        return str(one.values.get(self.ref.text, one.key)) if self.ref else one.key

    # by what the source knows, or only one thing has

    def _as_told(self, one: Seen) -> bool:
        """Whether the source itself found it to be something that is described."""
        address = one.finding.entity
        entity = self.inventory.at(address) if address and address.kind == self.spec.name else None
        if entity is None:
            return False
        why = told(one.finding.why) or f"{self.look.source} knows it"
        if entity.address.site != self.look.site:
            self._elsewhere(one, entity, why)
        else:
            _take(one, entity, why, sure=True)
        return True

    def _surely(self, one: Seen) -> None:
        found: dict[Address, tuple[AnyEntity, str]] = {}
        for each in self.by_ref.get(self._ref_said(one), ()) if self.ref else ():
            found.setdefault(each.address, (each, f"the same {self.look.ref}: {line(self._ref_said(one))}"))
        for token in _tokens(one):
            for each in self._identities.get(token, ()):
                found.setdefault(each.address, (each, f"the same {token[0]}: {token[1]}"))
        if len(found) > 1:
            one.refused = True
            listed = " and ".join(map(str, sorted(found)[:LISTED]))
            self.warnings.append(f"{self._named(one)} could be {listed}: nothing is proposed for it")
        for entity, why in found.values() if len(found) == 1 else ():
            if entity.address.site != self.look.site:
                self._elsewhere(one, entity, why)
            else:
                _take(one, entity, why, sure=True)

    @cached_property
    def _identities(self) -> Mapping[Token, list[AnyEntity]]:
        found: dict[Token, list[AnyEntity]] = defaultdict(list)
        for each in values_in(self.inventory, self.spec, _identifies):
            found[each.field.name, each.value].append(each.entity)
        return found

    # by what was known

    def _as_before(self, one: Seen, claimed: set[Address]) -> None:
        known = self.remembered.get(one.key)
        if known is None or not known.agreed or known.address is None or known.address.kind != self.spec.name:
            return
        entity = self.inventory.at(known.address) or self._moved.get(known.address)
        if entity is None or entity.address in claimed or self._contradicted(one, entity):
            return
        ref, why = self.ref_of(entity), "it was this one before"
        if entity.address.site != self.look.site:
            if ref == self._ref_said(one):
                self._elsewhere(one, entity, why)
        elif ref == self._ref_said(one) or self.ref is None or self._nameless(entity):
            _take(one, entity, why, sure=True)

    @cached_property
    def _moved(self) -> Mapping[Address, AnyEntity]:
        """What has another address now, and says so, by the one that it had."""
        return {each.before: each for each in self.inventory.of(self.spec.cls) if each.before}

    def _elsewhere(self, one: Seen, entity: AnyEntity, why: str) -> None:
        one.refused = True
        self.warnings.append(f"{self._named(one)} is {entity.address}, which is described elsewhere ({why})")

    def _contradicted(self, one: Seen, entity: AnyEntity) -> bool:
        """Whether both have an identity of the same kind, and another one."""
        for text, value in one.values.items():
            way = one.ways[text]
            if way.leaf and _identifies(way.leaf) and not _made_up(way.leaf, value):
                other = way.of(entity.values)
                if other is not None and other != value and not _made_up(way.leaf, other):
                    return True
        return False

    def _by_ip(self, one: Seen, claimed: set[Address]) -> None:
        """An address may be anybody's one day: it counts in its network, and with the host name."""
        ip, hostname = self._observed(one, "ip"), called(self._observed(one, "hostname"))
        if not ip or not hostname:
            return
        network = self._observed(one, "network")
        found = [
            each
            for each in self._addressed.get((str(ip), hostname), ())
            if each.address not in claimed and not self._contradicted(one, each) and self._in(network, each)
        ]
        if len(found) == 1:
            _take(one, found[0], f"the same ip and hostname: {line(str(ip))}, {line(hostname)}", sure=True)

    @staticmethod
    def _observed(one: Seen, name: str) -> Any:
        return one.values.get(name, one.finding.details.get(name))

    @cached_property
    def _addressed(self) -> Mapping[tuple[str, str], list[AnyEntity]]:
        found: dict[tuple[str, str], list[AnyEntity]] = defaultdict(list)
        for each in self.here if "ip" in self.spec.by_name else ():
            if each.values.ip and each.values.hostname:
                found[each.values.ip, called(each.values.hostname)].append(each)
        return found

    def _in(self, network: Any, entity: AnyEntity) -> bool:
        values = entity.values
        home = self.inventory.subnets.home(self.look.site, values.network, values.ip)
        return network in {None, values.network, home.network.address.path if home else None}

    # by what it is called

    def _nameless(self, entity: AnyEntity) -> bool:
        """Whether nobody has said what the source calls an entity, not even that it calls it nothing."""
        return self.ref is not None and self.ref_of(entity) is None and says_nothing(entity, self.ref)

    def _by_name(self, findings: Collection[Seen], entities: list[AnyEntity], *, sure: bool) -> None:
        """One finding and one entity of a name; of things the zone has to be the same, where both have one."""
        ours, theirs = Named(self._open(findings), _place), Named(entities, _stands)
        for one in self._open(findings):
            if not one.name:
                continue
            near, rivals = theirs.near(one.name, _place(one)), 0
            if len(near) == 1:
                zone = _stands(near[0])
                rivals = len(ours.near(one.name, zone)) - 1
                if not rivals:
                    same = zone is not None and zone == _place(one)
                    _take(one, near[0], f"the same name{' and zone' if same else ''}", sure=sure)
                    continue
            if near:
                others = ", ".join(str(each.address) for each in near[:LISTED])
                also = f", and so could {rivals} more of this name" if rivals else ""
                self.warnings.append(f"{self._named(one)} could be {others}{also}: it is proposed as another one")

    def _again(self, findings: Collection[Seen], gone: list[AnyEntity]) -> None:
        """What the source has under another ref now: included again, it is called the same and stands in the same."""
        ours = grouped(self._open(findings), lambda one: (one.name, _place(one)))
        theirs = grouped(gone, lambda each: (called(each.label), _stands(each)))
        for place, found in ours.items():
            if place[0] and len(found) == 1 and len(theirs.get(place, ())) == 1:
                (entity,) = theirs[place]
                why = f"the same name and zone, and {line(str(self.ref_of(entity)))} is not there any more"
                _take(found[0], entity, why, sure=False)

    def _named(self, one: Seen) -> str:
        name = one.values.get("name")
        return f"{line(one.key)} ({line(str(name))})" if name else line(one.key)


def says_nothing(entity: AnyEntity, path: FieldPath) -> bool:
    """Whether nobody has said anything of a field without a value of its own; a bare `null` is a person's word."""
    said = vars(entity.values)
    if path.field.attribute in said and said[path.field.attribute] is None:
        return False
    if not path.keys and path.field.nullable:
        return path.field.attribute not in said
    return entity.origin is None or entity.origin.decided((path.field.name, *path.keys)) is None


def _take(one: Seen, entity: AnyEntity, why: str, *, sure: bool) -> None:
    one.entity, one.address, one.why, one.sure = entity, entity.address, why, sure


def is_retired(entity: AnyEntity) -> bool:
    """Whether it is out of use for good: what only is called like it is another one."""
    return getattr(entity.values, LIFE, None) == RETIRED


def described(inventory: Inventory, spec: KindSpec) -> frozenset[Token]:
    """By what the entities of a kind are known that only one thing has."""
    return frozenset((each.field.name, str(each.value)) for each in values_in(inventory, spec, _identifies))


def identities(proposal: Proposal) -> Iterator[Token]:
    """By what it would be known."""
    spec = specs()[proposal.address.kind]
    for path, value in proposal.after.items():
        leaf = field_path(spec, path).leaf
        if leaf and _identifies(leaf):
            yield leaf.name, str(value)


def _identifies(field: FieldSpec) -> bool:
    return field.identity is not None and field.identity.strong


def _made_up(field: FieldSpec, value: str) -> bool:
    """Whether an address is made up, as phones do anew for each network: it is nobody's for long."""
    return field.sql == "macaddr" and is_local(value)


def _tokens(one: Seen) -> Iterator[Token]:
    for text, value in one.values.items():
        leaf = one.ways[text].leaf
        if leaf and _identifies(leaf) and not _made_up(leaf, value):
            yield leaf.name, value


def _place(one: Seen) -> str | None:
    """The zone that a finding stands in, or is part of; what is to be added itself is a place like no other."""
    found: str | None = one.values.get("zone", one.values.get("parent"))
    return found or next(iter(one.finding.needs), None)


def _stands(entity: AnyEntity) -> str | None:
    found: str | None = getattr(entity.values, "zone", None) or getattr(entity.values, "parent", None)
    return found
