"""`invgit sync homeseer`: ask controllers what they have, keep what was seen, propose what differs."""

from datetime import datetime
from typing import Any

import click

from invgit.cli import branching, proposing
from invgit.cli.branching import branch_options
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, now_option, output_option
from invgit.errors import UsageError


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
    from invgit.pipeline import synced
    from invgit.pipeline.looked import Wishes

    wish = branching.wanted(wishes["branch"], push=wishes["push"], pr=wishes["pr"])
    accept = wishes["accept"] or wish is not None
    if wishes["observe_only"] and (accept or wishes["full"]):
        raise UsageError("--observe-only proposes nothing: there is nothing to accept, and nothing missing")
    settings = session.settings(embedded=embedded)
    found = proposing.understood(settings, now)
    wanted = Wishes(wishes["full"], wishes["observe_only"] or found.failed, wishes["allow_shrink"])
    done = synced.sync(settings, now, found.inventory, wishes["sites"], wanted, session.say)
    rows = [{**proposing.row(each), **proposing.states(each), **proposing.end(each)} for each in done]
    proposing.show(session, output, done, rows)
    how = proposing.How(synced.SOURCE, wish, accept, failed=found.failed)
    return proposing.finished(session, settings, now, done, how)
