"""`invgit plan`: what would change."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from invgit.cli.main import Session
from invgit.cli.options import (
    INVENTORY_WRONG,
    allow_option,
    compiled,
    embedded_option,
    now_option,
    site_option,
    tell,
)
from invgit.cli.views.plans import FORMATS, report

if TYPE_CHECKING:
    from invgit.config import Settings
    from invgit.plan import Plan

CHANGES_PENDING = 4


@click.command("plan")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show the plan.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan for `invgit apply FILE`.")
@click.option("--rehearse", is_flag=True, help="Carry it out and take it back: what PostgreSQL refuses is told now.")
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
    inventory = compiled(session, settings, now)
    saved = pipeline.save_plan(settings, inventory, sites, allowed, session.say) if out else None
    plan = saved.plan if saved else pipeline.plan(settings, inventory, sites, session.say)
    if plan.failed or not session.quiet:
        tell(plan.diagnostics, inventory)
    if plan.failed:
        return INVENTORY_WRONG
    click.echo(report(form, _document(settings, plan, allowed)))
    pipeline.require_budget(settings, plan, allowed, session.say)
    if rehearse and not plan.empty:
        pipeline.rehearse(settings, inventory, sites, session.say, plan)
        session.say("rehearsed: PostgreSQL takes all of it; it was taken back")
    if saved and out:
        pipeline.write_plan(saved, out)
        session.say(f"saved: `invgit apply {out}` carries out this plan, and no other")
    return CHANGES_PENDING if exit_code and not plan.empty else 0


def _document(settings: "Settings", plan: "Plan", allowed: tuple[str, ...]) -> dict[str, Any]:
    """The JSON form of a plan, with what else is known of it."""
    from invgit.plan import budgets
    from invgit.plan.authors import signed
    from invgit.plan.changes import as_json

    document = signed(as_json(plan), settings.root)
    refused = budgets.refused(plan, settings.limits, allowed)
    if refused:
        document["refused"] = [each._asdict() for each in refused]
    return document
