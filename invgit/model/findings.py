"""What sources see: findings, looks, and what is remembered of a thing between two looks.

A source (HomeSeer, a network scan) gives a `Look`; `propose` compares it with the inventory and what is remembered, and
`state` keeps the memory. None of them knows the others: they speak in the words of this page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from invgit.model.entity import Address

MOST_OF_KEY = 500
"""So many characters a key may have."""
_COMMANDS = {"homeseer": "invgit sync homeseer", "scan": "invgit network scan"}
Status = Literal["online", "offline", "unknown"]
"""What can be seen; maintenance and decommissioned are decided by people."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a source saw at a site, in terms of a kind, and how it was."""

    key: str
    """What the source calls it, unlike all else that it sees at the site: a ref, a MAC, `location:Kitchen`.

    Not longer than `MOST_OF_KEY`: it is looked up by it.
    """
    kind: str
    said: Mapping[str, Any]
    """Values of fields in normal form, as `model.values.plain` has them: references are paths of addresses."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """What the source says it by, for people: the same as long as the thing is; no clock, no state, no secret."""
    needs: tuple[str, ...] = ()
    """Keys of findings of the same look that this one refers to, such as its zone."""
    status: Status | None = None
    """How it was; None where the source cannot tell, or the thing is none that has a status."""
    seen: datetime | None = None
    """When it last showed life, in UTC; None is never."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What else was observed and is never written to YAML, as JSON: display texts, features, current addresses."""
    entity: Address | None = None
    """The entity that the source itself found it to be; None leaves that to who compares."""
    why: str = ""
    """By what it is that entity."""
    slug: str = ""
    """The slug that it would like to have, where its name makes no good one."""
    tentative: bool = False
    """Whether it is only kept, and nothing comes of it: it was seen too seldom, or is no thing but a conflict."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a source saw at one site at one moment."""

    source: str
    """`homeseer`, `scan`: the name of its change file."""
    site: str
    """Path of the site."""
    findings: tuple[Finding, ...]
    """By key, sorted; each key once."""
    ref: str | None = None
    """The field that holds the source's own key at a device, as a path with dots: `refs.homeseer`."""
    complete: bool = True
    """Whether all that there is was seen: only then can anything be missing."""
    warnings: tuple[str, ...] = ()
    """What was odd, one sentence each."""
    beyond: frozenset[str] = frozenset()
    """Keys of what it did not look for: nothing can be said of these, and what is known of them stays."""
    ignored: frozenset[str] = frozenset()
    """Keys of what was seen too, and is nobody's business: nothing is proposed of it, and it is not missing."""
    sleepers: bool = False
    """Whether things may be there and not be seen: what is proposed of them stays until they would be missing."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of one thing since earlier looks, by (source, site, key)."""

    key: str
    kind: str
    agreed: Mapping[str, Any]
    """What the source said when the inventory said the same, or did not know the thing, or said otherwise on purpose.

    A field is proposed only where the inventory still says this and the source no longer does: whatever a person has
    written stays.
    """
    missed: int = 0
    """In how many complete looks, one after the other, it was not there."""
    address: Address | None = None
    """The entity that it was found to be; where it was proposed to add it, the address that it is to have."""
    offered: Mapping[str, Any] = field(default_factory=dict)
    """What was proposed of it at the last look: where the inventory says so now, that was accepted, and is agreed."""
    sightings: int = 0
    """In how many looks it was there, while it was tentative; of what says nothing that is not counted."""


def asking(source: str) -> str:
    """The command that asks a source, and writes its change files."""
    return _COMMANDS.get(source, f"invgit sync {source}")
