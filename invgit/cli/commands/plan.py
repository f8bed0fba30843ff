"""`invgit plan`: what would change."""

from datetime import datetime

import click

from invgit.cli.main import Session
from invgit.cli.options import INVENTORY_WRONG, allow_option, compiled, embedded_option, now_option, site_option, tell
from invgit.cli.views import plan as view
from invgit.cli.views.document import json_text

CHANGES_PENDING = 4


@click.command("plan")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to show the plan.")
@click.option("--exit-code", is_flag=True, help="End with 4 when there are changes.")
@site_option
@allow_option
@embedded_option
@now_option
@click.pass_obj
def command(
    session: Session,
    form: str,
    sites: tuple[str, ...],
    allowed: tuple[str, ...],
    now: datetime,
    *,
    exit_code: bool,
    embedded: bool,
) -> int:
    """Show what would change in the database to make it what the YAML says. Nothing is changed."""
    from invgit import pipeline
    from invgit.plan.changes import as_json

    settings = session.settings(embedded=embedded)
    inventory = compiled(session, settings, now)
    plan = pipeline.plan(settings, inventory, sites, session.say)
    if plan.failed or not session.quiet:
        tell(plan.diagnostics, inventory)
    if plan.failed:
        return INVENTORY_WRONG
    document = as_json(plan)
    click.echo(json_text(document) if form == "json" else view.as_text(document))
    pipeline.require_budget(settings, plan, allowed, session.say)
    return CHANGES_PENDING if exit_code and not plan.empty else 0
