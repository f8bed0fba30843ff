"""`invgit diff`: what lies between two revisions."""

from datetime import datetime

import click

from invgit.cli.main import Session
from invgit.cli.options import allow_option, now_option, site_option
from invgit.cli.planned import CHANGES_PENDING, compare, told
from invgit.cli.views.plans import FORMATS


@click.command("diff")
@click.argument("before", metavar="[REV", default="HEAD")
@click.argument("rev", metavar="[REV]]", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show the plan.")
@click.option("--exit-code", is_flag=True, help="End with 4 when there are changes.")
@site_option
@allow_option
@now_option
@click.pass_obj
def command(
    session: Session,
    before: str,
    rev: str | None,
    form: str,
    sites: tuple[str, ...],
    allowed: tuple[str, ...],
    now: datetime,
    *,
    exit_code: bool,
) -> int:
    """Show the plan from one revision to another, or to the files as they are; without any, from HEAD.

    No database is asked and nothing is fetched: what a pull request would change can be looked at anywhere.
    """
    settings = session.settings()
    inventory, plan = compare(session, settings, now, before, rev, sites)
    told(session, settings, plan, inventory, form, allowed)
    return CHANGES_PENDING if exit_code and not plan.empty else 0
