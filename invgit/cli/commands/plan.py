"""`invgit plan`: what would change."""

from datetime import datetime
from pathlib import Path

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
from invgit.cli.views import plan as view
from invgit.cli.views.document import json_text

CHANGES_PENDING = 4


@click.command("plan")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to show the plan.")
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
    from invgit.plan.changes import as_json

    settings = session.settings(embedded=embedded)
    inventory = compiled(session, settings, now)
    saved = pipeline.save_plan(settings, inventory, sites, allowed, session.say) if out else None
    plan = saved.plan if saved else pipeline.plan(settings, inventory, sites, session.say)
    if plan.failed or not session.quiet:
        tell(plan.diagnostics, inventory)
    if plan.failed:
        return INVENTORY_WRONG
    document = as_json(plan)
    click.echo(json_text(document) if form == "json" else view.as_text(document))
    pipeline.require_budget(settings, plan, allowed, session.say)
    if rehearse and not plan.empty:
        pipeline.rehearse(settings, inventory, sites, session.say, plan)
        session.say("rehearsed: PostgreSQL takes all of it; it was taken back")
    if saved and out:
        pipeline.write_plan(saved, out)
        session.say(f"saved: `invgit apply {out}` carries out this plan, and no other")
    return CHANGES_PENDING if exit_code and not plan.empty else 0
