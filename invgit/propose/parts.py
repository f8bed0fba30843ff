"""Things that a source sees in parts: each network port of a device is a finding of its own."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from invgit.model.entity import Address, AnyEntity
from invgit.model.findings import Remembered
from invgit.propose.named import LISTED, grouped
from invgit.propose.seen import Seen
from invgit.text.inert import line

Owned = Callable[[str], bool]
"""Whether a source may propose what stands at a path."""


class Absent(NamedTuple):
    """Something that a complete look did not show: the memory of it, and the entity that it is, or is a part of."""

    remembered: Remembered
    entity: AnyEntity


def require_single(findings: Iterable[Seen], owned: Owned) -> Iterator[str]:
    """Refuse findings of one entity of which two speak of the same field: one of them is another thing.

    What speak of different fields are parts of it. One sentence, where there is anything to tell.
    """
    wrong = []
    for address, ones in grouped((one for one in findings if one.entity), lambda one: one.address).items():
        speaking = defaultdict(list)
        for one in ones if len(ones) > 1 else ():
            for path in filter(owned, one.values):
                speaking[path].append(one)
        refused = {one.key: one for same in speaking.values() if len(same) > 1 for one in same}
        for one in refused.values():
            one.refused = True
        if refused:
            keys = ", ".join(map(line, sorted(refused)[:LISTED]))
            wrong.append(f"{address} is seen {len(refused)} times ({keys})")
    if wrong:
        more = f", and {len(wrong) - LISTED:,} more are" if len(wrong) > LISTED else ""
        yield f"{', '.join(wrong[:LISTED])}{more}: nothing is proposed for that"


def spoken(findings: Iterable[Seen]) -> Mapping[Address, set[str]]:
    """The entities that were surely seen, with the paths of all that was said of each."""
    found: dict[Address, set[str]] = defaultdict(set)
    for one in findings:
        if one.entity and one.sure:
            found[one.entity.address].update(one.values)
    return found


def lost(absent: Iterable[Absent], there: Collection[Address], beyond: Iterable[Remembered]) -> Iterator[Absent]:
    """The things of which no part was seen, each once: under the key of its first part, and as often as was every part.

    `there` are those that were seen, and `beyond` are the parts that nobody looked for.
    """
    entities, parts = dict[Address, AnyEntity](), defaultdict[Address, list[Remembered]](list)
    for each in absent:
        entities[each.entity.address] = each.entity
        parts[each.entity.address].append(each.remembered)
    for known in beyond:
        if known.address and known.agreed:
            parts[known.address].append(known)
    for address, entity in entities.items():
        if address not in there:
            first = min(parts[address], key=lambda part: part.key)
            yield Absent(replace(first, missed=min(part.missed for part in parts[address])), entity)
