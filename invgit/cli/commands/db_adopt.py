"""`invgit db adopt`: take over a database that was kept by hand."""

from datetime import datetime

import click

from invgit.cli.main import Session, complain
from invgit.cli.options import INVENTORY_WRONG, embedded_option, lock_timeout_option, now_option, output_option
from invgit.errors import Refused
from invgit.text.words import count


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be written and changed, and do nothing.")
@output_option
@lock_timeout_option
@embedded_option
@now_option
@click.pass_obj
def adopt(session: Session, output: str, lock_timeout: float, now: datetime, *, dry_run: bool, embedded: bool) -> int:
    """Take over a database that was kept by hand: its rows become YAML, its tables invgit's, with every id and value.

    Run it as the role that owns the tables, after a dump. What YAML cannot say is listed by row, and nothing is done.
    """
    from invgit import pipeline
    from invgit.cli.views.adopted import as_text, faults

    settings = session.settings(embedded=embedded)
    if settings.in_ci and not dry_run:
        raise Refused("a database is not adopted in CI", help="let a person do it, who commits the files")
    found = pipeline.adopt(settings, now, session.say, dry_run=dry_run, lock_timeout=lock_timeout)
    if found is None:
        session.say(
            "there is nothing to adopt: the database is invgit's already; `invgit plan` shows what would change"
        )
        return 0
    if found.faults:
        click.echo(faults(output, found))
        complain(
            f"{count(len(found.faults), 'value')} cannot be adopted; nothing was written",
            "correct them in the database, and run it again",
        )
        return INVENTORY_WRONG
    click.echo(as_text(found))
    for warning in found.warnings:
        session.say(f"warning: {warning.place}: {warning.message}")
    for lost in found.lost:
        session.say(f"warning: {lost} {'would not be' if dry_run else 'is not'} kept: invgit notes who changes what")
    if found.generation is None:
        session.say("nothing was changed")
    else:
        session.say(f"adopted as generation {found.generation}: commit the files; a plan is empty now")
    return 0
