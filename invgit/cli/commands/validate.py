"""`invgit validate`: everything that is wrong, at once."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from invgit.cli.main import Session
from invgit.cli.options import INVENTORY_WRONG, chosen, now_option, say_some, within
from invgit.cli.views.diagnostics import document, told, told_once
from invgit.cli.views.reports import FORMATS, OF_FORGES, report
from invgit.diagnostics import Diagnostic
from invgit.text.inert import line, whole
from invgit.text.words import count


@click.command("validate")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show what was found.")
@click.option("--fix", is_flag=True, help="Carry out the corrections that need no decision.")
@click.option("--diff", is_flag=True, help="Show what --fix would change instead; write nothing.")
@now_option
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def command(session: Session, form: str, now: datetime, paths: tuple[Path, ...], *, fix: bool, diff: bool) -> int:
    """Check the whole inventory; with PATHS, show only what is found in those files and folders.

    Ends with 0 when there is no error (warnings never count), else with 1; with --fix that is said of what remains.
    """
    from invgit import pipeline

    settings = session.settings()
    if fix or diff:
        mended = pipeline.mend(settings, now, chosen(settings.root, paths))
        compiled = mended.after
        if not diff:
            pipeline.write(settings, mended)
        _tell_fixed(session, mended.fixed, would=diff)
        if diff:
            for text in mended.diff:
                click.echo(whole(text))
            return INVENTORY_WRONG if compiled.failed else 0
    else:
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
    return INVENTORY_WRONG if compiled.failed else 0


def _tell_fixed(session: Session, fixed: Sequence[Diagnostic], *, would: bool) -> None:
    """What was put right, where, and how."""
    verb = "would fix" if would else "fixed"
    say_some(
        session,
        [
            f"{verb} {line(each['file'])}:{each['line']}:{each['column']}: {line(each['message'])}: {told(each['fix'])}"
            for each in told_once(fixed, 0)["diagnostics"]
        ],
    )
    session.say(f"{count(len(fixed), 'finding')} {'would be ' if would else ''}fixed")
