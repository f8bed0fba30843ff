"""A proposed edit of one entity, and what somebody has decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Literal, get_args

from invgit.model.entity import Address
from invgit.model.spec import specs
from invgit.model.values import encoded

Op = Literal["add", "update", "missing"]
OPS: tuple[Op, ...] = get_args(Op)
Decision = Literal["reject", "defer"]

LIFE, IN_USE, RETIRED = "usage_status", "active", "retired"
"""The field that says whether a thing is in use: what has it can be missing, and is retired then."""
_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit that a source gives reason for.

    Values are *declared* ones, as a file has them, under paths with dots; a reference is the path of its entity.
    """

    id: str
    """Of the source, the site, the key and the operation: the same in every run."""
    op: Op
    address: Address
    file: str
    """Below the inventory: where it is to be added, or stands."""
    key: str
    """What the source calls it."""
    why: str
    after: Mapping[str, Any]
    digest: str
    """Of what is proposed and what it is said by: with another one a verdict counts no more."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """What is said now, of each field that is there."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    """Ids of proposals that this one goes with: it refers to what they add."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """That something is not wanted: never (`reject`), or not now (`defer`)."""

    verdict: Decision
    evidence: str
    """Digest of the proposal that was looked at."""
    of: str = ""
    """Its address then, for who reads the file."""
    reason: str | None = None
    owner: str | None = None
    until: date | None = None
    """The last day on which it counts; without one, it always does."""

    def silences(self, digest: str, today: date) -> bool:
        """Whether a proposal of this digest is not to be asked about today."""
        return self.evidence == digest and (self.until is None or today <= self.until)


def is_whole(proposal: Proposal) -> bool:
    """Whether it says something, and of what is to be added all that it cannot be without."""
    required = specs()[proposal.address.kind].required if proposal.op == "add" else frozenset()
    return bool(proposal.after) and required <= proposal.after.keys()


def id_of(source: str, site: str, key: str, op: Op) -> str:
    """The id of a proposal. It begins with a letter: no reader of YAML takes it for a number."""
    return op[0] + _hash([source, site, key, op])


def digest_of(op: Op, after: Mapping[str, Any], evidence: Mapping[str, str]) -> str:
    """The digest of a proposal, of declared values.

    Of what is to be added only what it is said by counts: how it would be described is also a matter of what rooms are
    called here, and of rules.
    """
    said = {} if op == "add" and evidence else after
    return "e" + _hash([op, dict(sorted(said.items())), dict(sorted(evidence.items()))])


def _hash(parts: list[Any]) -> str:
    return blake2b(encoded(parts).encode(), digest_size=8).hexdigest()[:_DIGITS]
