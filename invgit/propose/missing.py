"""What a source does not show any more: after how many looks, and when that is not to be believed."""

from collections.abc import Collection, Iterable, Iterator

from invgit.errors import Refused
from invgit.model.entity import AnyEntity
from invgit.model.findings import Look, Remembered, asking
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.propose.match import Matcher, is_retired
from invgit.propose.parts import Absent, spoken
from invgit.propose.proposal import IN_USE, LIFE
from invgit.propose.seen import Seen

_LISTED = 5
_FEW, _PERCENT, _ASLEEP = 3, 30, 60
"""More than both vanishing at once is not believed: the source has lost something, and not the house. Of things that
sleep, twice as many do so at night."""
_MOST = 100
"""Looks without a thing are counted up to here: `missing_after` is no more, and to count on is a write each time."""


def is_thing(kind: str) -> bool:
    """Whether what is of a kind can go missing: rooms do not."""
    return LIFE in specs()[kind].by_name


def require_plausible(look: Look, remembered: Collection[Remembered], *, shrink_allowed: bool) -> None:
    """Raise Refused where more vanish at once than anybody would carry out of a house.

    What nobody looked for does not count, nor that of which nothing ever came.
    """
    keys = look.ignored.union(each.key for each in look.findings)
    counting = (each for each in remembered if is_thing(each.kind) and each.key not in look.beyond)
    present = [each for each in counting if not each.missed and (each.agreed or each.offered or each.address)]
    percent = _ASLEEP if look.sleepers else _PERCENT
    gone = sorted(each.key for each in present if each.key not in keys)
    if not look.complete or shrink_allowed or len(gone) <= _FEW or len(gone) * 100 <= percent * len(present):
        return
    listed = ", ".join(gone[:5]) + (f" and {len(gone) - 5:,} more" if len(gone) > 5 else "")
    raise Refused(
        f"{len(gone):,} of {len(present):,} things that {look.source} had are gone at once ({listed});"
        " nothing was proposed, and nothing remembered",
        help=f"see whether all of it answers; if they are gone for good: {asking(look.source)} --allow-shrink",
    )


def absent(
    look: Look,
    inventory: Inventory,
    remembered: Collection[Remembered],
    matcher: Matcher,
    findings: Collection[Seen],
    *,
    full: bool,
) -> Iterator[Absent]:
    """The things of one kind, and parts of things, that a complete look did not show, each with how often that was so.

    With `full` also those that no look has ever shown. What is found under another key, or ignored, is not absent; nor
    is that of which nothing can be said.
    """
    keys = (look.ignored | look.beyond).union(each.key for each in findings)
    claimed = spoken(findings)
    known = {each.key: each for each in remembered if each.key not in keys}
    if full:
        for key in matcher.by_ref.keys() - keys - known.keys():
            known[key] = Remembered(key, matcher.spec.name, {})
    for key in sorted(known):
        found = known[key]
        entities = matcher.by_ref.get(key, [])
        entity = entities[0] if entities else _before(inventory, found)
        if (
            entity
            and len(entities) < 2
            and entity.address.site == look.site
            and _apart(found, claimed.get(entity.address))
        ):
            missed = min(found.missed + 1, _MOST)
            yield Absent(Remembered(key, found.kind, found.agreed, missed, entity.address, found.offered), entity)


def asleep(look: Look, remembered: Iterable[Remembered], missing_after: int) -> Iterator[Remembered]:
    """What a complete look did not show though it may be there: too seldom yet to be missing, or to be forgotten."""
    keys = (look.ignored | look.beyond).union(each.key for each in look.findings)
    for each in remembered if look.sleepers and look.complete else ():
        known = each.agreed or each.address or each.sightings
        if known and each.key not in keys and is_thing(each.kind) and each.missed + 1 < missing_after:
            yield each


def _apart(known: Remembered, said: Collection[str] | None) -> bool:
    """Whether nothing took its place: it was not seen (None), or what was seen of it are other parts."""
    return said is None or (bool(known.agreed) and known.agreed.keys().isdisjoint(said))


def _before(inventory: Inventory, found: Remembered) -> AnyEntity | None:
    return inventory.at(found.address) if found.address and found.agreed else None


def seen_retired(findings: Collection[Seen]) -> Iterator[str]:
    """A sentence about what is retired, and there all the same: nobody has to be right but the people."""
    found = sorted({one.entity.address for one in findings if one.entity and one.sure and is_retired(one.entity)})
    if found:
        listed = ", ".join(map(str, found[:_LISTED])) + (
            f" and {len(found) - _LISTED:,} more" if found[_LISTED:] else ""
        )
        yield f"Retired, and seen all the same: {listed}; `usage_status: active` says that something is in use again."


def in_use(entity: AnyEntity) -> bool:
    """Whether it should be there: it is neither stored, retired nor switched off, and nobody is working on it."""
    values = entity.values
    return bool(getattr(values, LIFE) == IN_USE and values.is_active and not values.maintenance)
