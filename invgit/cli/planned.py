"""What the commands that show a plan have in common: where its inventories come from, and how it is told."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from invgit.cli.options import INVENTORY_WRONG, compiled, tell
from invgit.cli.views.plans import report

if TYPE_CHECKING:
    from invgit.cli.main import Session
    from invgit.config import Settings
    from invgit.model.inventory import Inventory
    from invgit.plan import Plan

CHANGES_PENDING = 4


def wanted(session: "Session", settings: "Settings", now: datetime, rev: str | None) -> "Inventory":
    """The inventory of a revision, or without one of the working tree; errors end the command."""
    from invgit import git

    return compiled(session, settings, now, git.commit(settings.root, rev) if rev is not None else None)


def compare(
    session: "Session", settings: "Settings", now: datetime, before: str, rev: str | None, sites: Collection[str]
) -> tuple["Inventory", "Plan"]:
    """The inventory of a revision (or of the working tree), and the plan from another revision to it."""
    from invgit import git
    from invgit.plan.revisions import between

    base = git.commit(settings.root, before)
    inventory = wanted(session, settings, now, rev)
    return inventory, between(compiled(session, settings, now, base, base=True), inventory, sites)


def told(
    session: "Session",
    settings: "Settings",
    plan: "Plan",
    inventory: "Inventory",
    form: str,
    allowed: Collection[str],
) -> None:
    """Show a plan, and what is wrong with it: it cannot be made (exit code 1), or deletes too much (Refused)."""
    from invgit import pipeline

    shown(session, settings, plan, inventory, form, allowed)
    pipeline.require_budget(settings, plan, allowed, session.say)


def shown(
    session: "Session",
    settings: "Settings",
    plan: "Plan",
    inventory: "Inventory",
    form: str,
    allowed: Collection[str] = (),
) -> None:
    """Show a plan that somebody may look at, whatever it deletes; one that cannot be made ends the command with 1."""
    if plan.failed or not session.quiet:
        tell(plan.diagnostics, inventory)
    if plan.failed:
        raise click.exceptions.Exit(INVENTORY_WRONG)
    click.echo(report(form, _document(settings, plan, inventory, allowed)))


def _document(settings: "Settings", plan: "Plan", inventory: "Inventory", allowed: Collection[str]) -> dict[str, Any]:
    """The JSON form of a plan, with what else is known of it."""
    from invgit.plan import budgets
    from invgit.plan.authors import signed
    from invgit.plan.changes import as_json

    document = signed(as_json(plan), settings.root, inventory.commit)
    refused = budgets.refused(plan, settings.limits, allowed)
    if refused:
        document["refused"] = [each._asdict() for each in refused]
    return document
