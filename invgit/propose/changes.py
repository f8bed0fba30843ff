"""A change file: the proposals of one source for one site. The same proposals are the same bytes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from invgit.edit.declared import text
from invgit.errors import BrokenFile, UsageError
from invgit.model.entity import Address, Scope
from invgit.model.fieldpaths import field_path
from invgit.model.findings import asking
from invgit.model.opened import Opened
from invgit.model.spec import specs
from invgit.model.values import Fault
from invgit.propose.documents import CHANGES_FORMAT, ChangesDocument, ProposalEntry
from invgit.propose.proposal import Proposal, digest_of, is_whole
from invgit.text.written import entry

_ABOUT = """\
# What {source} gives reason to change. `{asking}` writes this file: what is edited in it is lost.
# Look at it:  invgit changes list --site {site}
# Then:        invgit changes accept ID   or   reject ID --reason WHY   or   defer ID --until DATE
"""
FOLDER = "changes"
"""Below the project: a folder for each organization, in it one for each site, in it a file for each source."""
_LINES = 3
"""So many levels have lines of their own, so that a diff shows what has changed: proposals, their parts, fields."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one source proposes for one site."""

    source: str
    site: str
    proposals: tuple[Proposal, ...]

    @property
    def path(self) -> str:
        """The file, below the folder of changes."""
        return f"{self.site}/{self.source}.yaml"

    def without(
        self, accepted: Iterable[str] = (), refused: Iterable[str] = (), *, only: Collection[str] = ()
    ) -> "Changes":
        """The same when some are accepted, and some are not wanted: what refers to these does so no more.

        Of an update of which `only` some fields were accepted, the others stay.
        """
        done, away = set(accepted), set(refused)
        gone = {each.id: each.address for each in self.proposals if each.id in away}
        left = []
        for each in self.proposals:
            partly = bool(only) and each.op == "update"
            if each.id in away or (each.id in done and not partly):
                continue
            made = _partly(each, only) if each.id in done else each
            made = _unreferring(made, {gone[id] for id in each.needs if id in gone})
            needs = tuple(id for id in each.needs if id not in done | away)
            if is_whole(made):
                left.append(replace(made, needs=needs))
        return replace(self, proposals=tuple(left))


def _partly(proposal: Proposal, accepted: Collection[str]) -> Proposal:
    """What is left of a proposal, as the next look would propose it."""
    left = _except(proposal, accepted)
    return replace(left, digest=digest_of(left.op, left.after, left.evidence))


def _except(proposal: Proposal, paths: Collection[str]) -> Proposal:
    """A proposal without some of its fields."""
    after = {path: value for path, value in proposal.after.items() if path not in paths}
    before = {path: value for path, value in proposal.before.items() if path not in paths}
    return replace(proposal, after=after, before=before)


def _unreferring(proposal: Proposal, gone: set[Address]) -> Proposal:
    """A proposal without the references to what will not be there."""
    if not gone:
        return proposal
    spec = specs()[proposal.address.kind]
    paths = {
        path
        for path, value in proposal.after.items()
        if (leaf := field_path(spec, path).leaf) and leaf.ref and Address(leaf.ref, str(value)) in gone
    }
    return _except(proposal, paths)


def written(changes: Changes) -> str:
    """The text of a change file; nothing where nothing is proposed."""
    if not changes.proposals:
        return ""
    head: dict[str, str] = {"format": CHANGES_FORMAT, "source": changes.source, "site": changes.site}
    lines = [line for name, value in head.items() for line in entry(name, value, 0)]
    body = entry("proposals", {each.id: _said(each) for each in changes.proposals}, 0, nested=_LINES)
    return (
        _ABOUT.format(source=changes.source, asking=asking(changes.source), site=changes.site)
        + "\n".join([*lines, "", *body])
        + "\n"
    )


def _said(proposal: Proposal) -> dict[str, Any]:
    said: dict[str, Any] = {
        "op": proposal.op,
        "address": str(proposal.address),
        "file": text(proposal.file),
        "key": text(proposal.key),
        "why": text(proposal.why),
        "before": dict(proposal.before),
        "after": dict(proposal.after),
        "evidence": {name: text(value) for name, value in proposal.evidence.items()},
        "digest": proposal.digest,
        "needs": list(proposal.needs),
    }
    return {name: value for name, value in said.items() if value}


def read(data: bytes, shown: str, path: str) -> Changes:
    """What a change file says, which stands at a path below the folder of changes.

    Raises BrokenFile with everything that is wrong with it, by place.
    """
    opened = Opened(data, shown)
    found = opened.document(ChangesDocument, "a change file")
    faults = list(_faults(found, path))
    if faults:
        raise opened.faulty(faults)
    return Changes(found.source, found.site, tuple(_proposal(id, each) for id, each in found.proposals.items()))


def _faults(found: ChangesDocument, path: str) -> Iterator[Fault]:
    """What is wrong with values that are right one by one."""
    site, _, name = path.rpartition("/")
    for key, said, meant in (("site", found.site, site), ("source", found.source, name.rpartition(".")[0])):
        if said != meant:
            yield Fault((key,), "bad-change", f"this file is that of {key} `{meant}`, by its path")
    for id, each in found.proposals.items():
        for inside, message in _wrong(each, found):
            yield Fault(("proposals", id, *inside), "bad-change", message)


def _wrong(each: ProposalEntry, found: ChangesDocument) -> Iterator[tuple[tuple[str, ...], str]]:
    address = Address.parse(each.address)
    spec = specs().get(address.kind)
    if spec is None or Scope.SITE not in spec.scopes or spec.single:
        yield ("address",), f"`{address.kind}` is no kind of what stands in a site"
        return
    if address.site != found.site:
        yield ("address",), f"it does not stand in {found.site}"
    if not each.after:
        yield ("after",), "nothing would change"
    for need in each.needs:
        if need not in found.proposals:
            yield ("needs",), f"there is no proposal {need}"
    for part, fields in (("before", each.before), ("after", each.after)):
        for name in fields:
            try:
                field = field_path(spec, name).field
            except UsageError as error:
                yield (part, name), error.message
                continue
            if field.derived or field.directive:
                yield (part, name), f"`{field.name}` is not for sources to say"
    if each.op != "add":
        for name in each.before.keys() ^ each.after.keys():
            yield ("before" if name in each.before else "after", name), "it has to stand in `before` and in `after`"


def _proposal(id: str, each: ProposalEntry) -> Proposal:
    return Proposal(
        id,
        each.op,
        Address.parse(each.address),
        each.file,
        each.key,
        each.why,
        each.after,
        each.digest,
        each.before,
        each.evidence,
        each.needs,
    )


def by_id(all_: Iterable[Changes]) -> Mapping[str, Proposal]:
    """The proposals of several files by their ids. Raises BrokenFile where two are the same."""
    found: dict[str, Proposal] = {}
    for changes in all_:
        for each in changes.proposals:
            if found.setdefault(each.id, each) is not each:
                raise BrokenFile(f"{FOLDER}/{changes.path}: the id {each.id} stands in another change file, too")
    return found
