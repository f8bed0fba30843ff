"""What a look, the inventory and the memory of earlier looks come to: proposals, and what to remember."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from invgit.model.entity import Address
from invgit.model.findings import Finding, Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.propose.adding import Slugs, file_for
from invgit.propose.compare import compared
from invgit.propose.match import Matcher, Token, described, identities
from invgit.propose.missing import absent, asleep, in_use, is_thing, require_plausible, seen_retired
from invgit.propose.offers import (
    Offer,
    addresses,
    carried,
    of_absent,
    of_finding,
    rejected,
    settled,
    standing_file,
)
from invgit.propose.parts import Absent, lost, spoken
from invgit.propose.proposal import Proposal, Verdict, id_of
from invgit.propose.seen import Seen, resolve, seen, told, without_dangling
from invgit.propose.standing import stands

_MOST = 100
"""Sightings are counted up to here: nobody waits for more, and to count on is a write each time."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed now, of which source and site; and what is known of its things from now on."""

    proposals: tuple[Proposal, ...] = ()
    """Those that nobody has decided about, sorted."""
    silenced: int = 0
    """So many more are rejected or put off."""
    remember: tuple[Remembered, ...] = ()
    """All that is known of the source's things at the site, by key: what is not among it is forgotten."""
    matched: Mapping[str, Address] = field(default_factory=dict)
    """The entity of each finding of which that is sure."""
    warnings: tuple[str, ...] = ()


def proposed(
    look: Look,
    inventory: Inventory,
    remembered: Iterable[Remembered],
    verdicts: Mapping[str, Verdict],
    today: date,
    *,
    owns: Collection[str],
    missing_after: int = 3,
    full: bool = False,
    shrink_allowed: bool = False,
    pending: Iterable[Proposal] = (),
) -> Proposed:
    """Compare what a source sees at a site with what people have written.

    `owns` are the paths of fields that the source may propose, a group with all that is in it; `missing_after` so many
    complete looks, one after the other, have to be without a thing. `pending` is what the change file holds: what is
    still to be added keeps its slug, and what an incomplete look does not speak of stays proposed, as does what is
    beyond a look, or may be asleep. Nothing is proposed over what a person has written, nor of what is tentative.
    Raises Refused for a shrink that is not to be believed.
    """
    work = _Work(look, inventory, {each.key: each for each in remembered}, owns, tuple(pending), missing_after)
    return work.run(verdicts, today, full=full, shrink_allowed=shrink_allowed)


class _Work:
    """One comparison, kind by kind: what others refer to comes first."""

    def __init__(
        self,
        look: Look,
        inventory: Inventory,
        remembered: Mapping[str, Remembered],
        owns: Collection[str],
        pending: tuple[Proposal, ...],
        missing_after: int,
    ) -> None:
        tentative = [each for each in look.findings if each.tentative]
        firm = tuple(each for each in look.findings if not each.tentative)
        beyond = look.beyond.difference(each.key for each in firm)
        ignored = look.ignored.union(each.key for each in tentative)
        self.look = replace(look, findings=firm, beyond=beyond, ignored=ignored)
        self.inventory, self.remembered = inventory, remembered
        self.owns = frozenset(owns)
        self.pending, self.missing_after = pending, missing_after
        self.described: dict[str, frozenset[Token]] = {}
        self.carried, self.asleep = self._carried(), self._asleep()
        self.warnings: list[str] = list(look.warnings)
        self.memory = _tentative(tentative, remembered)
        self.memory |= {key: each for key, each in remembered.items() if key in beyond}
        self.offers: list[Offer] = []
        self.absent: list[Absent] = []

    def _carried(self) -> list[Proposal]:
        """What is pending of things that the look does not speak of, and could still be carried out."""
        look = self.look
        spoken = {told(each.key) for each in look.findings}
        beyond = set(map(told, look.beyond))
        found = (each for each in self.pending if (each.key not in spoken and not look.complete) or each.key in beyond)
        return [each for each in found if self._stands(each)]

    def _asleep(self) -> list[Proposal]:
        """What is pending of things that the look did not show, and that may be there all the same."""
        quiet = asleep(self.look, self.remembered.values(), self.missing_after)
        known = {told(each.key): "update" if each.agreed else "add" for each in quiet}
        return [each for each in self.pending if known.get(each.key) == each.op and self._stands(each)]

    def _stands(self, pending: Proposal) -> bool:
        """Whether it could still be carried out: it is not described by now, under this name or another one."""
        return stands(pending, self.inventory) and (
            pending.op != "add" or self._described(pending.address.kind).isdisjoint(identities(pending))
        )

    def _described(self, kind: str) -> frozenset[Token]:
        if kind not in self.described:
            self.described[kind] = described(self.inventory, specs()[kind])
        return self.described[kind]

    def run(
        self,
        verdicts: Mapping[str, Verdict],
        today: date,
        *,
        full: bool,
        shrink_allowed: bool,
    ) -> Proposed:
        require_plausible(self.look, self.remembered.values(), shrink_allowed=shrink_allowed)
        all_ = seen(self.look, self.warnings)
        by_key = {one.key: one for one in all_}
        for kind in specs():
            self._kind(kind, [one for one in all_ if one.spec.name == kind], by_key, full=full)
        self.warnings += seen_retired(all_)
        taken = addresses(self.offers, rejected(self.offers, verdicts, today))
        for known, entity in self.absent:
            if known.missed >= self.missing_after and in_use(entity) and entity.address not in taken:
                self.offers.append(of_absent(self.look, known.key, entity, self.missing_after))
        kept = set(map(told, self.memory))
        asleep = [each for each in self.asleep if each.key in kept]
        self.offers += carried(self.pending, [*self.carried, *asleep], self.inventory)
        places = (need for one in all_ for need in one.waits.values() if not is_thing(need.spec.name))
        named = {id_of(self.look.source, self.look.site, need.key, "add") for need in places}
        proposals, silenced = settled(self.offers, named, verdicts, today)
        return Proposed(
            proposals,
            silenced,
            tuple(self.memory[key] for key in sorted(self.memory)),
            {one.key: one.entity.address for one in all_ if one.entity and one.sure},
            tuple(self.warnings),
        )

    def _kind(self, kind: str, findings: list[Seen], by_key: Mapping[str, Seen], *, full: bool) -> None:
        known = [each for each in self.remembered.values() if each.kind == kind]
        if not (findings or known or (full and is_thing(kind))):
            return
        for one in findings:
            resolve(one, by_key, self.inventory)
        matcher = Matcher(self.look, self.inventory, specs()[kind], self.remembered, self._owned, self.warnings)
        matcher.match(findings)
        new = [one for one in findings if one.entity is None and not one.refused]
        Slugs(self.look, self.inventory, kind, self.pending, self.remembered, [*self.carried, *self.asleep]).give(new)
        for one in findings:
            resolve(one, by_key, self.inventory)  # to others of its kind
            without_dangling(one, self.inventory, self.warnings)
            self._offer(one, matcher.ref.text if matcher.ref else None)
        if not self.look.complete:
            keys = {one.key for one in findings}
            self.memory |= {each.key: each for each in known if each.key not in keys | self.memory.keys()}
        elif is_thing(kind):
            found = list(absent(self.look, self.inventory, known, matcher, findings, full=full))
            quiet = (each for each in asleep(self.look, known, self.missing_after) if not each.agreed)
            self.memory |= {each.key: replace(each, missed=each.missed + 1) for each in quiet}
            self.memory |= {each.remembered.key: each.remembered for each in found}
            beyond = [each for each in known if each.key in self.look.beyond]
            self.absent += lost(found, spoken(findings), beyond)

    def _owned(self, path: str) -> bool:
        return path == self.look.ref or any(path == each or path.startswith(f"{each}.") for each in self.owns)

    def _offer(self, one: Seen, ref: str | None) -> None:
        """What is offered of a finding, and what is remembered of it."""
        known = self.remembered.get(one.key)
        if one.refused:
            if known:
                self.memory[one.key] = Remembered(known.key, known.kind, known.agreed, 0, known.address, known.offered)
            return
        if one.entity is None:
            self._add(one, ref)
            return
        found = compared(one, known if one.sure else None, self._owned, ref, self.inventory)
        if found.offered:
            self.offers.append(of_finding(self.look, one, "update", standing_file(one.entity), found.offered))
        offered = {path: after for path, (_, after) in found.offered.items()}
        agreed, address = (found.agreed, one.entity.address) if one.sure else ({}, None)
        self.memory[one.key] = Remembered(one.key, one.spec.name, agreed, 0, address, offered)

    def _add(self, one: Seen, ref: str | None) -> None:
        if ref and ref not in one.values:
            one.say(ref, one.key)
        required = one.spec.required
        lacking = sorted(required - one.values.keys())
        offered = {
            path: value
            for path, value in one.values.items()
            if path in required or not is_thing(one.spec.name) or self._owned(path)
        }
        if lacking and any(one.spec.by_name[name].ref for name in lacking):  # to what is nothing yet
            self.memory[one.key] = Remembered(one.key, one.spec.name, {})
            return
        if lacking or one.address is None:
            self.warnings.append(f"{one.key}: nothing can be added for it without {', '.join(lacking)}")
            self.memory[one.key] = Remembered(one.key, one.spec.name, {})
            return
        file = file_for(self.look.source, self.look.site, one.spec)
        fields = {path: (None, value) for path, value in offered.items()}
        self.offers.append(of_finding(self.look, one, "add", file, fields))
        self.memory[one.key] = Remembered(one.key, one.spec.name, {}, 0, one.address, offered)


def _tentative(findings: Iterable[Finding], remembered: Mapping[str, Remembered]) -> dict[str, Remembered]:
    """What is remembered of what nothing comes of: nothing, but what was known."""
    found = {}
    for each in findings:
        known = remembered.get(each.key, Remembered(each.key, each.kind, {}))
        counts = each.said and not known.agreed and not known.address
        sightings = min(known.sightings + 1, _MOST) if counts else 0
        found[each.key] = replace(known, missed=0, sightings=sightings)
    return found
