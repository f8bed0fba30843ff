"""Whether a proposal still speaks of what is there."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from invgit.model.entity import AnyEntity
from invgit.model.fieldpaths import field_path
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.propose.proposal import Proposal
from invgit.propose.seen import declared_value


class Moved(NamedTuple):
    """A field that says something else than it did."""

    path: str
    was: Any
    now: Any


def moved(proposal: Proposal, entity: AnyEntity) -> Iterator[Moved]:
    """The fields of a proposal that the inventory has changed since."""
    spec = specs()[proposal.address.kind]
    for path in proposal.after:
        way = field_path(spec, path)
        now, was = declared_value(way, way.of(entity.values)), proposal.before.get(path)
        if now != was:
            yield Moved(path, was, now)


def stands(proposal: Proposal, inventory: Inventory) -> bool:
    """Whether a proposal can be carried out as it was made."""
    entity = inventory.at(proposal.address)
    if proposal.op == "add":
        return entity is None
    return entity is not None and next(moved(proposal, entity), None) is None
