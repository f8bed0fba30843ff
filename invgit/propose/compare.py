"""What of a finding is worth proposing: what a source says otherwise than before, where no person has said anything."""

from typing import Any, NamedTuple

from invgit.model.entity import Address
from invgit.model.fieldpaths import FieldPath
from invgit.model.findings import Remembered
from invgit.model.inventory import Inventory
from invgit.propose.match import says_nothing
from invgit.propose.parts import Owned
from invgit.propose.seen import Seen


class Compared(NamedTuple):
    """What is proposed, by paths: what is said now and what is to be; and what is agreed upon with that entity."""

    offered: dict[str, tuple[Any, Any]]
    agreed: dict[str, Any]


def compared(one: Seen, known: Remembered | None, owned: Owned, ref: str | None, inventory: Inventory) -> Compared:
    """Compare a finding with its entity in three ways: what it says, what the inventory says, what both said before.

    Whatever the inventory says otherwise than what the source ever said is a person's, and stays. `ref` is the path of
    the source's own key: where the finding was only taken for the entity, that is what is proposed.
    """
    assert one.entity is not None, "it was matched"
    was, open_ = (known.agreed, known.offered) if known else ({}, {})
    offered: dict[str, tuple[Any, Any]] = {}
    agreed = dict(was)
    for path, value in one.values.items():
        if not owned(path):
            continue
        way = one.ways[path]
        now = way.of(one.entity.values)
        if path == ref and not one.sure:
            offered[path] = (now, value)
        elif now == value:
            agreed[path] = value
        elif path in was and (now == was[path] or _renamed(way, now, was[path], inventory)):
            offered[path] = (now, value)
        elif path in open_ and now == open_[path]:  # accepted since, and the source says something else already
            agreed[path] = now
            offered[path] = (now, value)
        elif path not in was and _unsaid(one, path, now):
            offered[path] = (now, value)
        else:
            agreed[path] = value
    return Compared(offered, agreed)


def _renamed(way: FieldPath, now: Any, was: Any, inventory: Inventory) -> bool:
    """Whether a reference leads where it did, and only that has another name."""
    entity = inventory.at(Address(way.leaf.ref, now)) if way.leaf and way.leaf.ref and isinstance(now, str) else None
    return entity is not None and entity.before is not None and entity.before.path == was


def _unsaid(one: Seen, path: str, now: Any) -> bool:
    """Whether what counts is nobody's word: nothing, or what the field is without one."""
    assert one.entity is not None, "it was matched"
    way = one.ways[path]
    usual = way.field.default if not way.keys else None
    return now in (None, usual, []) and says_nothing(one.entity, way)
