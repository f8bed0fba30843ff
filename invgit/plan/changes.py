"""What a plan is: changes in a fixed order, and the revisions they lie between."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

from invgit.diagnostics import Diagnostic, has_errors
from invgit.model.entity import Address
from invgit.model.values import encoded
from invgit.text.span import Place

FORMAT = "invgit-plan/1"


class Action(StrEnum):
    """What happens to an entity."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    DELETE = "delete"


class FieldChange(NamedTuple):
    """One field: plain values before and after (None: no value), and the place that decided the new one.

    `drift` says that the last apply wrote the new one already, and somebody has changed it in the database since.
    """

    name: str
    before: Any
    after: Any
    source: Place | None = None
    drift: bool = False


class Change(NamedTuple):
    """What happens to one entity, and the place that decided it; of a delete only the last file is known.

    What is renamed had another address before, and there is a reason to take it for the same thing. There is one, too,
    for what is kept although nothing describes it.
    """

    action: Action
    address: Address
    label: str
    fields: tuple[FieldChange, ...] = ()
    source: Place | None = None
    file: str | None = None
    former: Address | None = None
    reason: str | None = None
    drift: bool = False
    """Of a create: somebody has deleted the row in the database."""


@dataclass(frozen=True)
class Plan:
    """All changes, sorted by kind and address."""

    changes: tuple[Change, ...]
    inventory_digest: str
    unchanged: int = 0
    protected: tuple[Change, ...] = ()
    """Deletes that are not carried out: the database says that the entity is protected, or something that needs it."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is wrong with the files, and only a plan can know."""
    before: Mapping[Address, Address] = field(default_factory=dict, compare=False)
    """The address that everything in the database has there, by the name that is wanted for it."""

    @property
    def failed(self) -> bool:
        """Whether it cannot be carried out: somebody has to decide something first."""
        return has_errors(self.diagnostics)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changes

    @cached_property
    def summary(self) -> Mapping[str, int]:
        """How many changes of each action."""
        counts = Counter(change.action for change in self.changes)
        return {action.value: counts[action] for action in Action}

    @cached_property
    def digest(self) -> str:
        """Fingerprint of what would be done: equal plans, equal digest, wherever the files stand."""
        lines = [
            encoded(
                [
                    change.action,
                    str(change.address),
                    str(change.former),
                    [[each.name, each.before, each.after] for each in change.fields],
                ]
            )
            for change in self.changes
        ]
        return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def as_json(plan: Plan) -> dict[str, Any]:
    """The plain form of a plan (schemas/plan.schema.json), from which every view is made."""
    return {
        "format": FORMAT,
        "digest": plan.digest,
        "inventory_digest": plan.inventory_digest,
        "summary": {**plan.summary, "unchanged": plan.unchanged, "protected": len(plan.protected)},
        "changes": [_change(change) for change in plan.changes],
        "protected": [_change(change) for change in plan.protected],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "action": change.action.value,
        "address": str(change.address),
        **({"from": str(change.former)} if change.former else {}),
        **({"because": change.reason} if change.reason else {}),
        "name": change.label,
        **({"drift": True} if change.drift else {}),
        "source": place_as_json(change.source) if change.source else {"file": change.file},
        "fields": {
            each.name: {"before": each.before, "after": each.after}
            | ({"source": place_as_json(each.source)} if each.source and each.source != change.source else {})
            | ({"drift": True} if each.drift else {})
            for each in change.fields
        },
    }


def place_as_json(place: Place) -> dict[str, Any]:
    """A place in the JSON form."""
    return {"file": place.file, "line": place.line, "column": place.column}
