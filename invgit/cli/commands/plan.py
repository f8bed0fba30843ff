"""`invgit plan`: what would change."""

from datetime import datetime
from pathlib import Path

import click

from invgit.cli.main import Session
from invgit.cli.options import allow_option, embedded_option, now_option, site_option
from invgit.cli.planned import CHANGES_PENDING, compare, told, wanted
from invgit.cli.views.plans import FORMATS
from invgit.errors import UsageError


@click.command("plan")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show the plan.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan for `invgit apply FILE`.")
@click.option("--rehearse", is_flag=True, help="Carry it out and take it back: what PostgreSQL refuses is told now.")
@click.option("--rev", metavar="REV", help="Take what is wanted from this revision, not from the files as they are.")
@click.option("--against", metavar="REV", help="Compare with this revision, and not with the database.")
@click.option("--exit-code", is_flag=True, help="End with 4 when there are changes.")
@site_option
@allow_option
@embedded_option
@now_option
@click.pass_obj
def command(
    session: Session,
    form: str,
    out: Path | None,
    rev: str | None,
    against: str | None,
    sites: tuple[str, ...],
    allowed: tuple[str, ...],
    now: datetime,
    *,
    rehearse: bool,
    exit_code: bool,
    embedded: bool,
) -> int:
    """Show what would change in the database to make it what the YAML says. Nothing is changed."""
    from invgit import pipeline

    settings = session.settings(embedded=embedded)
    if against is not None:
        if out or rehearse or embedded:
            message = "with --against no database is asked: nothing can be saved for it, or rehearsed in it"
            raise UsageError(message, help="leave out --out, --rehearse and --embedded, or --against")
        inventory, plan = compare(session, settings, now, against, rev, sites)
        told(session, settings, plan, inventory, form, allowed)
        return CHANGES_PENDING if exit_code and not plan.empty else 0
    inventory = wanted(session, settings, now, rev)
    saved = pipeline.save_plan(settings, inventory, sites, allowed, session.say) if out else None
    plan = saved.plan if saved else pipeline.plan(settings, inventory, sites, session.say)
    told(session, settings, plan, inventory, form, allowed)
    if rehearse and not plan.empty:
        pipeline.rehearse(settings, inventory, sites, session.say, plan)
        session.say("rehearsed: PostgreSQL takes all of it; it was taken back")
    if saved and out:
        pipeline.write_plan(saved, out)
        session.say(f"saved: `invgit apply {out}` carries out this plan, and no other")
    return CHANGES_PENDING if exit_code and not plan.empty else 0
