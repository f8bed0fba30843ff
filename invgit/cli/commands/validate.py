"""`invgit validate`: everything that is wrong, at once."""

from datetime import datetime
from pathlib import Path

import click

from invgit.cli.main import Session
from invgit.cli.options import now_option, within
from invgit.cli.views.diagnostics import document, told_once
from invgit.cli.views.reports import FORMATS, OF_FORGES, report


@click.command("validate")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show what was found.")
@now_option
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def command(session: Session, form: str, now: datetime, paths: tuple[Path, ...]) -> int:
    """Check the whole inventory; with PATHS, show only what is found in those files and folders.

    Ends with 0 when there is no error (warnings never count), else with 1.
    """
    from invgit import pipeline

    settings = session.settings()
    compiled = pipeline.compile_inventory(settings, now)
    shown, hidden = within(compiled.diagnostics, settings.root, paths)
    folder = ""
    if form in OF_FORGES:
        from invgit import git

        folder = git.path_of(settings.root)
    found = (told_once if form == "text" else document)(shown, len(compiled.inventory))
    click.echo(report(form, found, folder=folder, rules=pipeline.rules))
    pipeline.refresh_live(settings, compiled)
    if hidden:
        session.say(f"{hidden} more outside of the given paths; run without them to see all")
    return 1 if compiled.failed else 0
