"""`invgit sync homeseer`: ask controllers what they have, keep what was seen, propose what differs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from invgit.cli import branching
from invgit.cli.branching import branch_options
from invgit.cli.main import Session, complain
from invgit.cli.options import INVENTORY_WRONG, embedded_option, now_option, output_option, say_some, tell
from invgit.cli.views.table import rows_as
from invgit.errors import InvgitError, UsageError
from invgit.propose.proposal import OPS
from invgit.text.inert import line
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.pipeline.synced import Synced
    from invgit.propose.proposal import Proposal

_COLUMNS = (
    "site",
    "seen",
    *OPS,
    "silenced",
    "online",
    "offline",
    "unknown",
    "seconds",
    "outcome",
)


@click.group("sync")
def command() -> None:
    """Ask sources what exists, and propose what differs: nobody's YAML is changed unasked."""


@command.command("homeseer")
@click.option(
    "--site", "sites", multiple=True, metavar="SITE", help="Only the controller of this site; may be repeated."
)
@click.option("--full", is_flag=True, help="Also what no look ever saw can be missing: the first import.")
@click.option("--observe-only", is_flag=True, help="Keep what was observed, and propose nothing.")
@click.option("--accept", is_flag=True, help="Accept what is proposed: write it to the YAML files.")
@click.option("--allow-shrink", is_flag=True, help="Believe it when much has gone at once.")
@branch_options
@output_option
@now_option
@embedded_option
@click.pass_obj
def homeseer(session: Session, /, now: datetime, output: str, *, embedded: bool, **wishes: Any) -> int:
    """Ask HomeSeer controllers (HS3, HS4) what they have.

    Status and last seen go to the database at once. What differs from the YAML is proposed, in
    changes/<organization>/<site>/homeseer.yaml: `invgit changes` shows it, accepts it, rejects it.
    """
    from invgit import pipeline
    from invgit.pipeline import synced

    wish = branching.wanted(wishes["branch"], push=wishes["push"], pr=wishes["pr"])
    accept = wishes["accept"] or wish is not None
    if wishes["observe_only"] and (accept or wishes["full"]):
        raise UsageError("--observe-only proposes nothing: there is nothing to accept, and nothing missing")
    settings = session.settings(embedded=embedded)
    found = pipeline.compile_inventory(settings, now)
    if found.failed:
        tell(found.diagnostics, found.inventory)
        complain("the inventory has these errors: what controllers see is kept, and nothing is proposed")
    observe = wishes["observe_only"] or found.failed
    wanted = synced.Wishes(wishes["sites"], wishes["full"], observe, shrink_allowed=wishes["allow_shrink"])
    done = synced.sync(settings, now, found.inventory, wanted, session.say)
    _tell(session, done)
    click.echo(rows_as(output, [_row(each) for each in done], _COLUMNS))
    proposed = {each.id: each for one in done for each in one.open}
    code = INVENTORY_WRONG if found.failed else 0
    if wish and not found.failed:  # also where nothing is proposed any more: a pull request that is open has to know
        by_site = {(synced.SOURCE, each.site): each.open for each in done if not each.error}
        code = branching.branched(session, now, by_site, proposed, wish, yes=True, dry_run=False)
    elif proposed and accept:
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


def _tell(session: Session, done: "Iterable[Synced]") -> None:
    for each in done:
        say_some(session, [f"{each.site}: {line(text)}" for text in each.warnings])
        if each.error:
            complain(f"{each.site}: {each.error.message}", each.error.help)


def _row(done: "Synced") -> dict[str, Any]:
    findings = done.look.findings if done.look else ()
    states = Counter(each.status for each in findings)
    ops = Counter(each.op for each in done.open)
    return {
        "site": done.site,
        "seen": len(findings),
        **{op: ops[op] for op in OPS},
        "silenced": done.proposed.silenced if done.proposed else 0,
        **{status: states[status] for status in ("online", "offline", "unknown")},
        "seconds": round(done.took.total_seconds(), 1),
        "outcome": "failed" if done.error else "observed" if done.proposed is None else "done",
        "error": done.error.message if done.error else None,
    }


def _code(done: "Iterable[Synced]") -> int:
    """The exit code that all failures have in common; else that of the environment."""
    codes = {each.error.exit_code for each in done if each.error}
    return codes.pop() if len(codes) == 1 else InvgitError.exit_code if codes else 0
