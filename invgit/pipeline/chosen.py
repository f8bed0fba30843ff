"""What of proposals a branch can have: those that somebody accepts now, and those that it has already."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from invgit.config import Settings
from invgit.pipeline.authored import Authored, author
from invgit.propose.proposal import Proposal

if TYPE_CHECKING:
    from invgit.edit.draft import Draft
    from invgit.git import Commit

_DELETE = "delete"


class Accepted(NamedTuple):
    """A proposal, and whether what is missing is deleted and not only retired."""

    proposal: Proposal
    remove: bool = False

    @property
    def note(self) -> str:
        """It in a word: the id, and the digest that somebody has looked at."""
        return " ".join([self.proposal.id, self.proposal.digest, *([_DELETE] if self.remove else [])])

    @property
    def shown(self) -> Proposal:
        """What is to be told of it."""
        gone = replace(self.proposal, why=f"{self.proposal.why}; it is deleted", before={}, after={})
        return gone if self.remove else self.proposal


@dataclass(frozen=True, slots=True)
class Chosen:
    """Accepted proposals, as edits of a commit."""

    made: Authored
    accepted: tuple[Accepted, ...]
    left: tuple[Proposal, ...]
    """Those that the commit has already, or that do not fit it: there it says something else, or lacks something."""


def chosen(
    settings: Settings,
    at: datetime,
    base: "Commit",
    proposals: Iterable[Proposal],
    known: Mapping[str, Proposal],
    before: Collection[str] = (),
    *,
    remove: bool = False,
) -> Chosen:
    """Accept proposals on a commit, with what they need, and with those of `before` that are `known` still.

    `known` are all that are proposed, by id; `before` are notes; with `remove` what is missing goes.
    """
    from invgit.propose.accept import accept, with_needs
    from invgit.propose.standing import stands

    wanted = {each.id: Accepted(each, remove and each.op == "missing") for each in proposals}
    for each in known.values():
        for one in (Accepted(each), Accepted(each, remove=True)):
            if one.note in before:
                wanted.setdefault(each.id, one)
    needed = with_needs([each.proposal for each in wanted.values()], known)
    all_ = [wanted.get(each.id, Accepted(each)) for each in needed]
    standing: list[Accepted] = []

    def change(draft: "Draft") -> None:
        standing.extend(each for each in all_ if stands(each.proposal, draft.inventory))
        for gone in (False, True):
            accept(draft, [each.proposal for each in standing if each.remove == gone], remove=gone)

    made = author(settings, at, change, base)
    fit = {each.proposal.id for each in standing}
    left = [each.proposal for each in all_ if each.proposal.id not in fit]
    return Chosen(made, tuple(standing), tuple(left))
