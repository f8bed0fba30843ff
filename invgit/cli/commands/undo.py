"""`invgit undo`: what an apply has changed, taken back on a branch."""

from datetime import datetime

import click

from invgit.cli.main import Session
from invgit.cli.options import accepted, embedded_option, now_option
from invgit.cli.planned import shown
from invgit.cli.views.plans import FORMATS


@click.command("undo")
@click.argument("apply_id", metavar="APPLY-ID")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show the plan.")
@embedded_option
@now_option
@click.pass_obj
def command(session: Session, apply_id: str, form: str, now: datetime, *, embedded: bool) -> int:
    """Make a branch without what an apply has changed in the YAML, and show the plan for it.

    APPLY-ID is an apply's id, or its generation. The branch is made of HEAD; neither the files nor the database are
    changed: merge it, and apply. Refused when later applies have changed the same things.
    """
    from invgit import pipeline
    from invgit.apply.undo import forgotten
    from invgit.git.revert import make_branch
    from invgit.plan import budgets

    settings = session.settings(embedded=embedded)
    undo, commit, found = pipeline.undo(settings, apply_id, now, session.say)
    number = undo.run.generation
    inventory = accepted(session, found, f"without what generation {number} changed; no branch was made")
    plan = pipeline.plan(settings, inventory, (), session.say)
    if not plan.failed:
        make_branch(settings.root, undo.branch, commit)
    shown(session, settings, plan, inventory, form)
    for lost in forgotten(undo, plan):
        session.say(f"warning: {lost}")
    for excess in budgets.refused(plan, settings.limits, ()):
        session.say(f"warning: {excess.message}; `invgit apply --allow {excess.allow}` lets that through")
    session.say(f"the branch {undo.branch} takes back generation {number}: merge it, and apply; no more was changed")
    return 0
