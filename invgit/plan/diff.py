"""Two inventories to a plan: pure, and the same for the same inventories."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from invgit.diagnostics import arranged
from invgit.model.entity import Address, AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.model.values import decided, plain
from invgit.plan.changes import Action, Change, FieldChange, Plan
from invgit.plan.renames import from_nothing, readdressed, renames, retaken

_NAMING = {"slug", "site", "organization"}
"""Fields that say where something stands, as its address does."""


def diff(
    desired: Inventory,
    current: Inventory,
    files: Mapping[Address, str],
    same: Collection[Address] = (),
    applied: Inventory | None = None,
) -> Plan:
    """What makes the database into `desired`.

    `files` names every managed entity and its last file, `same` those whose rows are known to be as desired.
    The rows of all others are in `current`, unless they are gone. `applied` is what the last apply made of those that
    somebody has changed by hand since.
    """
    found = renames(desired, current, files.keys())
    before = found.before
    names = {old: new for new, old in before.items() if old != new}
    there = current
    if names:
        there = Inventory(readdressed(entity, lambda address: names.get(address, address)) for entity in current)
    changes = [
        _by_hand(change, applied.at(before.get(address, address)) if applied else None)
        for address, wanted in desired.stored.items()
        if address not in same
        if (change := change_of(there.at(address), wanted, before.get(address), found.reasons.get(address)))
    ]
    removed: dict[Address, Change] = {}
    for address, old in before.items():
        if address not in desired.stored:
            removed[address] = deleted(old, current.at(old), files[old])
    spared = _spared(removed, there)
    changes += [change for address, change in removed.items() if address not in spared]
    protected = [removed[address]._replace(reason=why) for address, why in spared.items()]
    kept = len(desired.stored) - sum(change.action is not Action.DELETE for change in changes)
    placed = sorted(_placed(changes, desired), key=_order)
    told = arranged([*found.problems, *from_nothing(desired, files.keys())])
    return Plan(tuple(placed), desired.digest, kept, tuple(sorted(protected, key=_order)), told, before)


def still_same(desired: Inventory, known: Collection[Address], same: Collection[Address]) -> frozenset[Address]:
    """Of what is the same by its fingerprint, what is so: not what names an address that something new gets."""
    taken = retaken(desired, known)
    if not taken:
        return frozenset(same)
    return frozenset(each for each in same if each not in taken and taken.isdisjoint(references(desired.stored[each])))


def change_of(
    there: AnyEntity | None, wanted: AnyEntity, former: Address | None = None, reason: str | None = None
) -> Change | None:
    """What makes a row (under the names wanted) into an entity, if anything does. `reason` is why it is a rename."""
    fields = tuple(differences(there, wanted))
    if there and reason:
        own = tuple(each for each in fields if each.name not in _NAMING)
        return Change(Action.RENAME, wanted.address, wanted.label, own, former=former, reason=reason)
    if there is None or fields:
        return Change(Action.UPDATE if there else Action.CREATE, wanted.address, wanted.label, fields)
    return None


def _by_hand(change: Change, applied: AnyEntity | None) -> Change:
    """The change with what of it only sets back what somebody has done by hand."""
    if applied is None:
        return change
    if change.action is Action.CREATE:
        return change._replace(drift=True)
    values = plain(applied.values)
    fields = (
        each._replace(drift=_typed(_something(values.get(each.name))) == _typed(each.after)) for each in change.fields
    )
    return change._replace(fields=tuple(fields))


def deleted(address: Address, there: AnyEntity | None, file: str | None) -> Change:
    """That something goes; its row may be gone already."""
    label = there.label if there else address.slug
    return Change(Action.DELETE, address, label, tuple(differences(there, None)), file=file)


def restricted(plan: Plan, desired: Inventory, sites: Collection[str]) -> Plan:
    """The part of a plan that concerns some sites: changes in them, into them or out of them, and what these refer to.

    Deletes outside of them never belong to it. `sites` are paths.
    """
    if not sites:
        return plan
    by_address = {change.address: change for change in plan.changes if change.action is not Action.DELETE}
    by_former = {change.former: change for change in plan.changes if change.former}
    wanted = [change for change in plan.changes if _lies_in(change, sites)]
    kept = {(change.action, change.address) for change in wanted}
    while wanted:
        change = wanted.pop()
        entity = desired.at(change.address)
        needed = {*references(entity), *change.address.containers, *_named_before(change)} if entity else ()
        for other in (*map(by_address.get, needed), by_former.get(change.address)):  # its name has to be free
            if other and (other.action, other.address) not in kept:
                kept.add((other.action, other.address))
                wanted.append(other)
    changes = tuple(change for change in plan.changes if (change.action, change.address) in kept)
    protected = tuple(change for change in plan.protected if change.address.site in sites)
    return replace(plan, changes=changes, protected=protected)


def _named_before(change: Change) -> Iterator[Address]:
    """The entities that the values named which a change takes away: they are told by the names that they have now."""
    for each in change.fields:
        field = specs()[change.address.kind].by_name[each.name]
        groups = each.before.values() if field.many == "map" and each.before else each.before or ()
        if field.ref and each.before:
            yield Address(field.ref, each.before)
        for group in groups if field.record and field.many != "one" else ():
            yield from (
                Address(inner.ref, group[inner.name]) for inner in field.fields if inner.ref and group.get(inner.name)
            )


def _lies_in(change: Change, sites: Collection[str]) -> bool:
    return change.address.site in sites or (change.former is not None and change.former.site in sites)


def _spared(removed: Collection[Address], current: Inventory) -> dict[Address, str]:
    """What is protected, and what that needs (without it, it would go, or lose a value); each with its reason."""
    there = {address: entity for address in removed if (entity := current.at(address))}
    spared = {address: "it is protected" for address, each in there.items() if getattr(each.values, "protect", False)}
    waiting = sorted(spared)
    while waiting:
        address = waiting.pop()
        for needed in references(there[address]):
            if needed in there and needed not in spared:
                spared[needed] = f"{address} needs it"
                waiting.append(needed)
    return spared


def references(entity: AnyEntity) -> Iterator[Address]:
    """The entities that an entity's stored values name."""
    for field in specs()[entity.address.kind].stored:
        value = getattr(entity.values, field.attribute)
        if field.ref and value:
            yield Address(field.ref, value)
        elif field.base == "record" and value and field.many != "one":
            for item in value.values() if isinstance(value, dict) else value:
                for inner in field.fields:
                    if inner.ref and getattr(item, inner.attribute):
                        yield Address(inner.ref, getattr(item, inner.attribute))


def differences(before: AnyEntity | None, after: AnyEntity | None) -> Iterator[FieldChange]:
    """The fields in which two forms of an entity differ; nothing at all and an empty collection are the same.

    What comes or goes as a whole is told by what somebody decided: the rest follows from that.
    """
    if before is None or after is None:
        if after:
            yield from (FieldChange(name, None, value) for name, value in decided(after.values).items())
        elif before:
            yield from (FieldChange(name, value, None) for name, value in decided(before.values).items())
        return
    old, new = plain(before.values), plain(after.values)
    spec = specs()[after.address.kind]
    for name in sorted(old.keys() | new.keys(), key=spec.order.__getitem__):
        was, becomes = _something(old.get(name)), _something(new.get(name))
        if was != becomes or (isinstance(was, dict | list | bool) and _typed(was) != _typed(becomes)):
            yield FieldChange(name, was, becomes)


def _something(value: Any) -> Any:
    """An empty collection says as much as nothing at all."""
    return None if value in ({}, []) else value


def _typed(value: Any) -> str:
    """JSON text, in which 1 and true are not equal, and neither the order of keys nor 1 and 1.0 make a difference."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _placed(changes: list[Change], desired: Inventory) -> Iterator[Change]:
    """Changes with the places that decided them, file by file: the places of one are found once, and not kept."""

    def file(change: Change) -> tuple[str, Address]:
        entity = desired.at(change.address)
        return (entity.origin.source.file if entity and entity.origin else "", change.address)

    for change in sorted(changes, key=file):
        entity = desired.at(change.address)
        if change.action is Action.DELETE or entity is None or entity.origin is None:
            yield change
            continue
        own = entity.origin.place()
        if change.action is Action.CREATE:
            yield change._replace(source=own, file=own.file)
            continue
        derived = {field.name for field in specs()[change.address.kind].fields if field.derived}
        fields = tuple(
            each._replace(source=own if each.name in derived else entity.origin.place(each.name))
            for each in change.fields
        )
        decided = sorted({each.source for each in fields if each.source and each.name not in derived})
        if change.former:
            decided = [entity.origin.place("renamed_from") if entity.values.renamed_from else own]
        yield change._replace(fields=fields, source=decided[0] if decided else own, file=own.file)


def _order(change: Change) -> tuple[int, str]:
    return _rank()[change.address.kind], change.address.path


@cache
def _rank() -> dict[str, int]:
    return {kind: index for index, kind in enumerate(specs())}
