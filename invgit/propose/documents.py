"""The files below `changes/`: their form, and how they are read, whoever has written them."""

from typing import Annotated, Any, Literal

from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Example, Freeform
from invgit.model.scalars import CONNECTION_SLUG, SLUG, Prose, SitePath, Text255, formed, kind_of, wrong
from invgit.model.times import Date

CHANGES_FORMAT: Literal["invgit-changes/1"] = "invgit-changes/1"
VERDICTS_FORMAT: Literal["invgit-verdicts/1"] = "invgit-verdicts/1"

_SLUGS, _CONNECTION = SLUG.strip("^$"), CONNECTION_SLUG.strip("^$")
Id = Annotated[str, formed("the id of a proposal", "[aum][0-9a-f]{11}", "a3f9c1d2e4b5", 100)]
Digest = Annotated[str, formed("a digest", "e[0-9a-f]{11}", "e9f86d081884", 100)]
SourceName = Annotated[str, formed("the name of a source", _SLUGS, "homeseer", 100)]
AddressText = Annotated[
    str,
    formed(
        "an address",
        rf"[a-z-]+:{_SLUGS}(/{_SLUGS}){{2}}|connection:{_SLUGS}/{_SLUGS}/{_CONNECTION}",
        "device:anand-family/home/kitchen-lamp",
        400,
    ),
]
FileText = Annotated[
    str,
    formed(
        "a file of the inventory",
        r"(?:[^/\\:.][^/\\:]*/)+[^/\\:.][^/\\:]*\.ya?ml",
        "anand-family/home/devices/homeseer.yaml",
        1000,
    ),
]


def _declared(value: Any) -> Any:
    if not isinstance(value, dict):
        raise wrong("wrong-type", f"expected a mapping of fields, found {kind_of(value)}")
    return value


Declared = Annotated[dict[str, Any], Freeform("a mapping of fields", _declared)]
"""Values under paths of fields, as a file of the inventory has them; references are paths of entities."""


_ADDRESS, _DIGEST = "device:anand-family/home/kitchen-lamp", "e9f86d081884"
_PROPOSAL = {
    "op": "update",
    "address": _ADDRESS,
    "file": "anand-family/home/devices/homeseer.yaml",
    "key": "3398",
    "why": "the same refs.homeseer: 3398",
    "before": {"zone": None},
    "after": {"zone": "anand-family/home/kitchen"},
    "evidence": {"location": "Kitchen"},
    "digest": _DIGEST,
}
_VERDICT = {"verdict": "defer", "of": _ADDRESS, "evidence": _DIGEST, "until": "2027-05-31"}


class ProposalEntry(Fields):
    """An edit that a source gives reason for."""

    op: Literal["add", "update", "missing"]
    """To add what nobody has described, to change fields, or to retire what is not there any more."""

    address: AddressText
    """The entity that it is about."""

    file: FileText
    """The file below the inventory that it is to be added to, or stands in."""

    key: Annotated[Prose, Example("3398")]
    """What the source calls it."""

    why: Annotated[Prose, Example("the same name and zone")]
    """Why it is taken for this entity, or for none."""

    before: Annotated[Declared, Example({"zone": None})] = EMPTY
    """What is said now of the fields that change; nothing of what is added."""

    after: Annotated[Declared, Example({"zone": "anand-family/home/kitchen"})]
    """What they are to say."""

    evidence: Annotated[dict[Text255, Prose], Example({"location": "Kitchen"})] = EMPTY
    """What the source says it by."""

    digest: Digest
    """Fingerprint of all that: a verdict counts for this one alone."""

    needs: tuple[Id, ...] = ()
    """The proposals that this one goes with."""


class ChangesDocument(Fields):
    """What a source proposes for a site, written by invgit; accept, reject or defer it with `invgit changes`."""

    format: Literal["invgit-changes/1"]
    """Version of this file's form."""

    source: SourceName
    """Who proposes it."""

    site: SitePath
    """The site, as organization/site."""

    proposals: Annotated[dict[Id, ProposalEntry], Example({"u3f9c1d2e4b5": _PROPOSAL})] = EMPTY
    """The edits, by their ids."""


class VerdictEntry(Fields):
    """That a proposal is not wanted."""

    verdict: Literal["reject", "defer"]
    """Never, or not now."""

    evidence: Digest
    """Digest of what was looked at: what is said by something else is asked about again."""

    of: AddressText
    """The entity that it was about."""

    reason: Annotated[Prose | None, Example("a lamp of the neighbours")] = None
    """Why."""

    owner: Annotated[Text255 | None, Example("ann@example.com")] = None
    """Who has decided."""

    until: Date | None = None
    """The last day on which it counts; without one, it always does."""


class VerdictsDocument(Fields):
    """What people have decided about proposals."""

    format: Literal["invgit-verdicts/1"]
    """Version of this file's form."""

    verdicts: Annotated[dict[Id, VerdictEntry], Example({"a3f9c1d2e4b5": _VERDICT})] = EMPTY
    """By the ids of proposals."""
