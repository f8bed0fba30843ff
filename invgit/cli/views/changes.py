"""Proposals as rows, and one as people look at it before they decide."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from invgit.model.fieldpaths import field_path
from invgit.model.references import written
from invgit.model.spec import specs
from invgit.text.inert import json_line, line

if TYPE_CHECKING:
    from invgit.propose.proposal import Proposal, Verdict

COLUMNS = ("id", "op", "address", "source", "change", "why")


def row(proposal: "Proposal", source: str) -> dict[str, Any]:
    """All that a proposal says, for programs."""
    return {
        "id": proposal.id,
        "op": proposal.op,
        "address": str(proposal.address),
        "source": source,
        "site": proposal.address.site,
        "file": proposal.file,
        "key": proposal.key,
        "why": proposal.why,
        "before": dict(proposal.before),
        "after": dict(proposal.after),
        "evidence": dict(proposal.evidence),
        "digest": proposal.digest,
        "needs": list(proposal.needs),
    }


def brief(proposal: "Proposal", source: str) -> dict[str, Any]:
    """What a line of a table has room for."""
    change = ", ".join(_changed(proposal))
    return {**row(proposal, source), "change": change}


def _changed(proposal: "Proposal") -> Iterator[str]:
    for path, after in proposal.after.items():
        new = _shown(proposal, path, after)
        if proposal.op == "add":
            yield f"{path}: {new}"
        else:
            yield f"{path}: {_shown(proposal, path, proposal.before.get(path))} → {new}"


def _shown(proposal: "Proposal", path: str, value: Any) -> str:
    """A value as people write it there: references in short."""
    leaf = field_path(specs()[proposal.address.kind], path).leaf
    if value is None:
        return "nothing"
    if leaf and leaf.ref and isinstance(value, str):
        folder = proposal.address.path.rpartition("/")[0]
        return line(written(leaf.ref, value, folder, lambda _: False) or value)
    return line(value) if isinstance(value, str) else json_line(value)


def details(proposal: "Proposal", source: str, verdict: "Verdict | None", needs: Mapping[str, str]) -> Iterator[str]:
    """The lines of one proposal, but for the diff; `needs` are the addresses of those that it goes with, by id."""
    yield f"{proposal.id}  {proposal.op} {proposal.address}"
    yield f"  {source} calls it {line(proposal.key)}; {line(proposal.why)}"
    yield f"  in {line(proposal.file)}"
    for text in _changed(proposal):
        yield f"  {text}"
    for name, value in proposal.evidence.items():
        yield f"  said by {line(name)}: {line(value)}"
    for id, address in needs.items():
        yield f"  goes with {id}: {address}"
    if verdict:
        yield f"  {_decided(verdict, proposal.digest)}"


def _decided(verdict: "Verdict", digest: str) -> str:
    word = "rejected" if verdict.verdict == "reject" else "deferred"
    by = f" by {line(verdict.owner)}" if verdict.owner else ""
    until = f" until {verdict.until.isoformat()}" if verdict.until else ""
    reason = f": {line(verdict.reason)}" if verdict.reason else ""
    other = "" if verdict.evidence == digest else "; it was said by something else then"
    return f"{word}{by}{until}{reason}{other}"
