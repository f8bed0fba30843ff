"""`invgit fmt`: files in canonical form."""

from pathlib import Path

import click

from invgit.cli.main import Session
from invgit.cli.options import INVENTORY_WRONG, chosen, say_some
from invgit.cli.planned import CHANGES_PENDING
from invgit.cli.views import diagnostics as view
from invgit.text.inert import line, whole
from invgit.text.words import count


@click.command("fmt")
@click.option("--check", is_flag=True, help="Write nothing; end with 4 when a file is not in canonical form.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def command(session: Session, paths: tuple[Path, ...], *, check: bool, diff: bool) -> int:
    """Bring the files of the inventory, or those in PATHS, into canonical form: order, quotes, spelling, line ends.

    What they say stays the same, and so does every comment. A file that cannot be read is told, and the others are
    formatted all the same; then the command ends with 1.
    """
    from invgit import config, pipeline

    settings = session.settings()
    made = pipeline.format_files(settings, chosen(settings.root, paths))
    if not check and not diff:
        pipeline.write(settings, made)
    for text in made.diff if diff else [f"{config.INVENTORY}/{edit.path}" for edit in made.edits]:
        click.echo(whole(text))
    say_some(session, [f"{line(str(place))}: left as it is: {reason}" for place, reason in made.kept])
    if made.broken:
        click.echo(view.as_text(view.told_once(made.broken, 0)).rpartition("\n")[0], err=True)
    would = "would be " if check or diff else ""
    broken = len({each.place.file for each in made.broken})
    rest = made.files - len(made.edits) - broken
    session.say(
        f"{count(len(made.edits), 'file')} {would}formatted, {rest} left as they are"
        + (f"; {count(broken, 'file')} could not be read" if broken else "")
    )
    if broken:
        return INVENTORY_WRONG
    return CHANGES_PENDING if check and made.edits else 0
