"""What commands that look at what exists have in common: what became of it, and what of that is accepted at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from invgit.cli import branching
from invgit.cli.main import Session, complain
from invgit.cli.options import INVENTORY_WRONG, say_some, tell
from invgit.cli.views.table import rows_as
from invgit.errors import InvgitError
from invgit.propose.proposal import OPS
from invgit.text.inert import line
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.config import Settings
    from invgit.pipeline import Compiled
    from invgit.pipeline.branched import Wanted
    from invgit.pipeline.looked import Looked
    from invgit.propose.proposal import Proposal


@dataclass(frozen=True, slots=True)
class How:
    """What is to become of what is proposed."""

    source: str
    wish: "Wanted | None"
    """The branch that it goes to."""
    accept: bool
    """Whether it goes into the files."""
    failed: bool
    """Whether the inventory has errors, and nothing was proposed."""


def understood(settings: "Settings", now: datetime) -> "Compiled":
    """The inventory. Where it has errors they are shown: what is seen can be kept, and nothing be proposed."""
    from invgit import pipeline

    found = pipeline.compile_inventory(settings, now)
    if found.failed:
        tell(found.diagnostics, found.inventory)
        complain("the inventory has these errors: what is seen is kept, and nothing is proposed")
    return found


def row(done: "Looked") -> dict[str, Any]:
    """How much was seen at a site, and what is proposed there."""
    ops = Counter(each.op for each in done.open)
    return {
        "site": done.site,
        "seen": len(done.look.findings) if done.look else 0,
        **{op: ops[op] for op in OPS},
        "silenced": done.proposed.silenced if done.proposed else 0,
    }


def states(done: "Looked") -> dict[str, int]:
    """How many of what was seen are on, off, or nobody knows."""
    found = Counter(each.status for each in (done.look.findings if done.look else ()))
    return {status: found[status] for status in ("online", "offline", "unknown")}


def end(done: "Looked") -> dict[str, Any]:
    """How long it took, and how it ended."""
    return {
        "seconds": round(done.took.total_seconds(), 1),
        "outcome": "failed" if done.error else "observed" if done.proposed is None else "done",
        "error": done.error.message if done.error else None,
    }


def show(session: Session, output: str, done: "Sequence[Looked]", rows: Sequence[Mapping[str, Any]]) -> None:
    """What was odd and what failed, for the person; the rows, for whoever reads them."""
    for each in done:
        say_some(session, [f"{each.site}: {line(text)}" for text in each.warnings])
        if each.error:
            complain(f"{each.site}: {each.error.message}", each.error.help)
    columns = [name for name in (rows[0] if rows else ()) if name != "error"]
    click.echo(rows_as(output, rows, columns))


def finished(session: Session, settings: "Settings", now: datetime, done: "Sequence[Looked]", how: How) -> int:
    """Accept what is proposed where that is wished, tell whoever wants to be told; the exit code of all."""
    from invgit import pipeline

    proposed = {each.id: each for one in done for each in one.open}
    code = INVENTORY_WRONG if how.failed else 0
    if how.wish and not how.failed:  # also where nothing is proposed any more: a pull request that is open has to know
        by_site = {(how.source, each.site): each.open for each in done if not each.error}
        code = branching.branched(session, now, by_site, proposed, how.wish, yes=True, dry_run=False)
    elif proposed and how.accept:
        code = _accept(session, now, list(proposed.values()))
    elif proposed:
        session.say(f"{count(len(proposed), 'proposal')} in changes/: `invgit changes list` shows them")
    failures = pipeline.notify_afterwards(settings, now, session.say).failures
    for failure in failures:
        complain(failure.message, failure.help)
    return code or _code(done) or max((each.exit_code for each in failures), default=0)


def _accept(session: Session, now: datetime, proposals: "Sequence[Proposal]") -> int:
    """Write what is proposed to the files; the exit code. What would bring errors is not accepted."""
    from invgit import pipeline
    from invgit.pipeline import changed

    settings = session.settings()
    made = pipeline.author(settings, now, changed.accepting(proposals))
    if made.new and (made.failed or not session.quiet):
        tell(made.new, made.after.inventory)
    if made.failed:
        complain("the inventory would have these errors; nothing was accepted", "`invgit changes accept` takes some")
        return INVENTORY_WRONG
    pipeline.write(settings, made)
    changed.settle(settings, proposals)
    pipeline.refresh_live(settings, made.after)
    session.say(f"accepted: {count(len(proposals), 'proposal')}, in {', '.join(edit.path for edit in made.edits)}")
    return 0


def _code(done: "Iterable[Looked]") -> int:
    """The exit code that all failures have in common; else that of the environment."""
    codes = {each.error.exit_code for each in done if each.error}
    return codes.pop() if len(codes) == 1 else InvgitError.exit_code if codes else 0
