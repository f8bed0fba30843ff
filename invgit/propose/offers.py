"""What could be proposed, to what is: as people have decided, and with what one refers to of another."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from invgit.model.entity import Address, AnyEntity
from invgit.model.fieldpaths import field_path
from invgit.model.findings import Look
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.propose.proposal import LIFE, RETIRED, Op, Proposal, Verdict, digest_of, id_of, is_whole
from invgit.propose.seen import Seen, declared_value, told


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What could be proposed, with all that it says."""

    proposal: Proposal
    waits: Mapping[str, str] = field(default_factory=dict)
    """Paths of references to what is to be added itself, and the ids of the proposals to do so."""
    sure: bool = True


def of_finding(look: Look, one: Seen, op: Op, file: str, fields: Mapping[str, tuple[Any, Any]]) -> Offer:
    """The offer of a finding that has its address; `fields` are plain values before and after, by paths."""
    assert one.address is not None, "it was given one"
    way, order = one.ways, one.spec.order
    paths = sorted(fields, key=lambda path: (order[way[path].field.name], path))
    before = {path: declared_value(way[path], fields[path][0]) for path in paths} if op == "update" else {}
    after = {path: declared_value(way[path], fields[path][1]) for path in paths}
    said = sorted((told(name), told(value)) for name, value in one.finding.evidence.items())
    evidence = {name: value for name, value in said if name and value}
    made = Proposal(
        id_of(look.source, look.site, one.key, op),
        op,
        one.address,
        file,
        told(one.key),
        one.why,
        after,
        digest_of(op, after, evidence),
        before,
        evidence,
    )
    waits = {path: id for path, id in waiting(look, one).items() if path in fields}
    return Offer(made, waits, one.sure or op == "add")


def waiting(look: Look, one: Seen) -> dict[str, str]:
    """The ids of the proposals to add what a finding refers to, by the paths of the references."""
    return {path: id_of(look.source, look.site, need.key, "add") for path, need in one.waits.items()}


def of_absent(look: Look, key: str, entity: AnyEntity, looks: int) -> Offer:
    """The offer to retire what was not there in so many complete looks."""
    after = {LIFE: RETIRED}
    evidence = {look.ref or "key": told(key)}
    often = "in the last complete look" if looks <= 1 else f"in {looks} complete looks, one after the other"
    made = Proposal(
        id_of(look.source, look.site, key, "missing"),
        "missing",
        entity.address,
        standing_file(entity),
        told(key),
        f"it was not there {often}",
        after,
        digest_of("missing", after, evidence),
        {LIFE: getattr(entity.values, LIFE)},
        evidence,
    )
    return Offer(made)


def standing_file(entity: AnyEntity) -> str:
    """The file below the inventory in which an entity stands."""
    return entity.origin.source.file.partition("/")[2] if entity.origin else ""


def rejected(offers: Iterable[Offer], verdicts: Mapping[str, Verdict], today: date) -> set[str]:
    """The ids of what somebody has rejected, and not only put off."""
    found = ((each.proposal, verdicts.get(each.proposal.id)) for each in offers)
    return {one.id for one, said in found if said and said.verdict == "reject" and said.silences(one.digest, today)}


def settled(
    offers: Collection[Offer], named: Collection[str], verdicts: Mapping[str, Verdict], today: date
) -> tuple[tuple[Proposal, ...], int]:
    """The proposals that are open, sorted; and how many a verdict keeps quiet.

    What findings refer to (its ids are `named`) is proposed where one that is proposed needs it. What is not wanted
    they are proposed without.
    """
    by_id = {each.proposal.id: each for each in offers}
    quiet = {
        each.proposal.id
        for each in offers
        if (said := verdicts.get(each.proposal.id)) and said.silences(each.proposal.digest, today)
    }
    todo = [each for id, each in by_id.items() if id not in named]
    reached: dict[str, Offer] = {}
    while todo:
        each = todo.pop()
        if each.proposal.id not in reached:
            reached[each.proposal.id] = each
            if each.proposal.id not in quiet:
                todo += [by_id[id] for id in each.waits.values() if id in by_id]
    open_ = [_without(each, quiet, reached) for id, each in reached.items() if id not in quiet]
    made = [each for each in open_ if is_whole(each)]
    known = {each.id for each in made}
    made = [replace(each, needs=tuple(id for id in each.needs if id in known)) for each in made]
    kinds = {kind: number for number, kind in enumerate(specs())}
    made.sort(key=lambda each: (kinds[each.address.kind], each.address.path, each.op, each.id))
    return tuple(made), len(quiet & reached.keys())


def _without(offer: Offer, quiet: Collection[str], known: Collection[str]) -> Proposal:
    """A proposal without the references to what is not wanted, with the ids of what it needs."""
    gone = {path for path, id in offer.waits.items() if id in quiet or id not in known}
    needs = {id for path, id in offer.waits.items() if path not in gone}
    if not offer.waits:
        return offer.proposal
    after = {path: value for path, value in offer.proposal.after.items() if path not in gone}
    before = {path: value for path, value in offer.proposal.before.items() if path not in gone}
    return replace(offer.proposal, after=after, before=before, needs=tuple(sorted(needs)))


def carried(pending: Iterable[Proposal], standing: Iterable[Proposal], inventory: Inventory) -> Iterator[Offer]:
    """The offers of things that a look does not speak of, as they were, of all that is pending."""
    known = {each.id: each.address for each in pending if inventory.at(each.address) is None}
    for each in standing:
        spec, waits = specs()[each.address.kind], {}
        for id in each.needs:
            for path, value in each.after.items():
                leaf = field_path(spec, path).leaf
                if id in known and leaf and leaf.ref and Address(leaf.ref, str(value)) == known[id]:
                    waits[path] = id
        yield Offer(each, waits)


def addresses(offers: Iterable[Offer], but: Collection[str]) -> set[Address]:
    """What findings were taken for without being sure, where the offer is not among those."""
    return {each.proposal.address for each in offers if not each.sure and each.proposal.id not in but}
