"""`invgit apply`: carry the plan out."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from invgit.cli.main import Session
from invgit.cli.options import (
    INVENTORY_WRONG,
    allow_option,
    compiled,
    embedded_option,
    lock_timeout_option,
    now_option,
    site_option,
    tell,
)
from invgit.cli.views.plans import report
from invgit.errors import InvgitError, UsageError

if TYPE_CHECKING:
    from invgit.apply.apply import Outcome
    from invgit.plan import Plan


@click.command("apply")
@click.argument("planfile", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to show the plan.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@site_option
@allow_option
@lock_timeout_option
@embedded_option
@now_option
@click.pass_obj
def command(
    session: Session,
    planfile: Path | None,
    form: str,
    sites: tuple[str, ...],
    allowed: tuple[str, ...],
    lock_timeout: float,
    now: datetime,
    *,
    yes: bool,
    embedded: bool,
) -> int:
    """Make the database what the YAML says, in one transaction: all of the plan, or nothing.

    PLANFILE is a plan that `invgit plan --out` has saved: it is carried out as it is, without the YAML and without a
    question, unless a row that it speaks of has changed since.
    """
    from invgit import pipeline

    if planfile:
        return _saved(session, planfile, form, (*sites, *allowed), lock_timeout, embedded=embedded)
    if not yes and not sys.stdin.isatty():
        raise UsageError("nobody is here to say yes", help="pass --yes to apply without a question")

    def show(plan: "Plan") -> None:
        if plan.failed or not session.quiet:
            tell(plan.diagnostics, inventory)
        if plan.failed:
            return
        _show(plan, form)

    def approve() -> bool:
        answer = click.prompt("Apply this? Only `yes` is a yes", default="", show_default=False, err=True)
        return bool(answer == "yes")

    settings = session.settings(embedded=embedded)
    inventory = compiled(session, settings, now)
    asked = None if yes else approve
    outcome = pipeline.apply(
        settings,
        inventory,
        sites,
        session.say,
        show=show,
        approve=asked,
        allowed=allowed,
        lock_timeout=lock_timeout,
    )
    if outcome is None:
        session.say("nothing was changed")
        return 0
    return _told(session, outcome)


def _saved(
    session: Session, path: Path, form: str, planning: tuple[str, ...], lock_timeout: float, *, embedded: bool
) -> int:
    """Carry out a saved plan."""
    from invgit import pipeline

    if planning:
        message = "a saved plan takes no planning options: it is carried out as it was looked at"
        raise UsageError(message, help="leave out --site and --allow, or make a new plan with them")
    saved = pipeline.read_plan(path)
    _show(saved.plan, form)
    settings = session.settings(embedded=embedded)
    return _told(session, pipeline.apply_plan(settings, saved, session.say, lock_timeout=lock_timeout))


def _show(plan: "Plan", form: str) -> None:
    from invgit.plan.changes import as_json

    text = report(form, as_json(plan))
    try:
        click.echo(text)
    except OSError as error:
        message = f"the plan cannot be written ({error.strerror}); nothing was changed"
        raise InvgitError(message, help="what nobody can see is not carried out") from None


def _told(session: Session, outcome: "Outcome") -> int:
    """Say what became of it."""
    if outcome.plan.failed:
        return INVENTORY_WRONG
    if outcome.again:
        session.say(f"this plan was carried out before, as generation {outcome.generation}; nothing was changed")
    elif outcome.generation is not None:
        session.say(f"applied as generation {outcome.generation} ({outcome.id})")
    for change in outcome.plan.protected:
        session.say(f"warning: {change.address} is kept: {change.reason}")
    return 0
