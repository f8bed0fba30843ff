"""Undoing an apply: which one is meant, and whether it can be. The database changes by apply alone."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from invgit import git
from invgit.errors import Refused, UsageError
from invgit.git.revert import branch_exists, taken_back, there_already
from invgit.model.inventory import Inventory
from invgit.plan import Action, Change, Plan
from invgit.plan.revisions import between
from invgit.state import history
from invgit.state.database import Connection, translated
from invgit.state.history import Run
from invgit.state.load import fingerprints
from invgit.text.inert import line

_SHOWN = 10
_BY_HAND = "change the files back by hand, and apply them; `invgit audit -o json` has the values from before"


class Undo(NamedTuple):
    """An apply, the commit that it was of, and that of the apply before it."""

    run: Run
    since: git.Commit
    until: git.Commit
    renamed: tuple[Change, ...] = ()
    """What was renamed between the two; known once it has been `checked`."""

    @property
    def branch(self) -> str:
        """The branch on which it is taken back."""
        return f"invgit/undo-{self.run.generation}"


def undoable(connection: Connection, folder: Path, word: str) -> Undo:
    """The apply that a word means: an id, or a generation.

    Raises UsageError for no apply at all, Refused for one whose files nobody knows or that has its branch already,
    GitError for one whose commits are not in the repository of `folder`.
    """
    with translated():
        run = history.find_run(connection, word)
        before = history.find_run(connection, str(run.generation - 1)) if run else None
    if run is None:
        help = "`invgit status` names the last one; `invgit audit -o json` has the apply of every change"
        raise UsageError(f"there is no apply `{word}`", help=help)
    if before is None:
        help = "`invgit db reset` empties a database; applying an inventory without entities deletes what is managed"
        raise Refused(f"generation {run.generation} is the first: before it there was nothing to go back to", help=help)
    for each in (run, before):
        of = f"generation {each.generation}" + ("" if each is run else f", which generation {run.generation} followed,")
        if each.commit is None:
            raise Refused(f"{of} was not applied from a commit: what its files were is not known", help=_BY_HAND)
        if each.dirty is not False:
            raise Refused(f"{of} was applied from files that were not committed", help=_BY_HAND)
    since, until = (git.commit(folder, each.commit or "") for each in (before, run))
    undo = Undo(run, since, until)
    if branch_exists(folder, undo.branch):
        raise there_already(undo.branch)
    return undo


def checked(
    connection: Connection, undo: Undo, before: Inventory, after: Inventory, say: Callable[[str], None]
) -> Undo:
    """The same, and what was renamed; what differs between the inventories, and the apply has not changed, is told.

    Raises Refused when later applies have changed what it has, or what differs between its inventories. What is again
    as it left it does not count: what changed that has been undone.
    """
    run, changes = undo.run, between(before, after).changes
    with translated():
        touched = history.touched(connection, run.id)
        known = fingerprints(connection)
        managed = {address: each.id for address, each in known.items()}
        named = {address for each in changes for address in (each.address, each.former) if address}
        beside = {managed[address] for address in named if address in managed} - touched
        as_left = {each.id for address, each in known.items() if each.digest == after.digests.get(address, "")}
        later = history.later(connection, run.generation, touched - as_left | beside)
    if later:
        told = [f"generation {generation}: {_listed(names)}" for generation, names in later.items()]
        more = [f"… and {len(told) - _SHOWN:,} more"] if len(told) > _SHOWN else []
        head = f"what generation {run.generation} changed has been changed again since; nothing was done"
        help = f"undo the later ones first, the last one to begin with: `invgit undo {max(later)}`, and apply that"
        raise Refused("\n".join([head, *told[:_SHOWN], *more]), help=help)
    more = [
        str(each.address)
        for each in changes
        if (each.address in managed if each.action is Action.DELETE else managed.get(each.address) not in touched)
    ]
    if more:
        say(f"warning: generation {run.generation} has not changed these, and they are taken back too: {_listed(more)}")
    return undo._replace(renamed=tuple(each for each in changes if each.former))


def forgotten(undo: Undo, plan: Plan) -> list[str]:
    """What a plan for the branch would delete and create anew, though it is the same thing under its former name."""
    gone = {each.address for each in plan.changes if each.action is Action.DELETE}
    made = {each.address for each in plan.changes if each.action is Action.CREATE}
    return [
        f"{each.former} would be made anew; `renamed_from: {each.address.slug}` there keeps the id and history it has"
        for each in undo.renamed
        if each.address in gone and each.former in made
    ]


def without(folder: Path, name: str, undo: Undo) -> git.Commit:
    """A commit of HEAD without what an apply has changed below `folder`/`name`; see `git.revert.taken_back`."""
    run = undo.run
    told = f"Takes back what invgit has applied as generation {run.generation} ({run.id}),\nof commit {run.commit}."
    message = f"Undo generation {run.generation}\n\n{told}\n"
    return taken_back(folder, name, undo.since, undo.until, message)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{', '.join(map(line, names[:_SHOWN]))}{more}"
