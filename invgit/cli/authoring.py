"""What the commands that change files have in common: the diff, what would be wrong, the question, the writing."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from invgit.cli.options import INVENTORY_WRONG, now_option, tell
from invgit.errors import UsageError
from invgit.text.inert import whole

if TYPE_CHECKING:
    from invgit.cli.main import Session
    from invgit.config import Settings
    from invgit.edit.draft import Draft
    from invgit.pipeline import Authored

F = TypeVar("F", bound=Callable[..., Any])
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def author_options(command: F) -> F:
    """`--yes`, `--dry-run`, `--now`."""
    command = now_option(command)
    command = click.option("--dry-run", is_flag=True, help="Show what would be written, and do not write it.")(command)
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


def authored(
    session: "Session",
    now: datetime,
    change: "Callable[[Draft], None]",
    *,
    yes: bool,
    dry_run: bool,
    then: Callable[[], None] | None = None,
) -> int:
    """Have the files edited by `change`: the diff is shown, the whole inventory checked, somebody asked; the exit code.

    Where the change brings an error, or nobody says yes, nothing is written; `then` is done when it was.
    """
    from invgit import pipeline
    from invgit.cli.main import complain

    if not (yes or dry_run) and not sys.stdin.isatty():
        raise UsageError("nobody is here to say yes", help="pass --yes to write, or --dry-run to look")
    settings = session.settings()
    made = pipeline.author(settings, now, change)
    if not made.edits:
        session.say("nothing to change: the files say so already")
        return 0
    show_diff(made)
    if made.failed or (made.new and not session.quiet):
        tell(made.new, made.after.inventory)
    if made.failed:
        complain("the inventory would have these errors; nothing was written")
        return INVENTORY_WRONG
    if dry_run:
        session.say("nothing was written")
        return 0
    if not yes and click.prompt("Write this? Only `yes` is a yes", default="", show_default=False, err=True) != "yes":
        session.say("nothing was written")
        return 0
    pipeline.write(settings, made)
    pipeline.refresh_live(settings, made.after)
    if then:
        then()
    session.say(f"written: {', '.join(edit.path for edit in made.edits)}")
    return 0


def file_below(settings: "Settings", word: str | None) -> str | None:
    """The path below the inventory of a file that somebody names from where he is, or from the inventory."""
    if word is None:
        return None
    inventory = settings.inventory.absolute()
    here = Path(os.path.normpath(Path(word).absolute()))
    if here.is_relative_to(inventory):
        return here.relative_to(inventory).as_posix()
    root = Path(os.path.normpath(settings.root.absolute() / word))
    return root.relative_to(inventory).as_posix() if root.is_relative_to(inventory) else Path(word).as_posix()


def show_diff(made: "Authored") -> None:
    """What files become."""
    for text in made.diff:
        shown = whole(text.removesuffix("\r").replace("\r\n", "\n"))
        click.echo(click.style(shown, fg=_COLOURS[text[0]]) if text[:1] in _COLOURS else shown)
