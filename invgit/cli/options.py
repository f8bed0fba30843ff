"""Options that several commands share, and what they have in common when they report."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from invgit.cli.views.table import FORMS
from invgit.diagnostics import Diagnostic
from invgit.state.settings import LOCK_TIMEOUT

if TYPE_CHECKING:
    from invgit.cli.main import Session
    from invgit.config import Settings
    from invgit.git import Commit
    from invgit.model.inventory import Inventory
    from invgit.pipeline import Compiled

INVENTORY_WRONG = 1

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """A day or a moment, ISO 8601; without an offset it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Text to a moment with its offset."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"`{value}` is neither a day such as 2026-03-31 nor a moment such as 2026-03-31T18:00:00Z", param, ctx
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _now() -> datetime:
    from invgit import pipeline

    return pipeline.now()


def now_option(command: F) -> F:
    """`--now`: which moment counts as now, for warranties and waivers."""
    text = "The moment that counts as now; default: the clock, or SOURCE_DATE_EPOCH."
    return click.option("--now", type=Moment(), default=_now, help=text, show_default=False)(command)


def compiled(
    session: "Session", settings: "Settings", now: datetime, commit: "Commit | None" = None, *, base: bool = False
) -> "Inventory":
    """The inventory, when there is no error in it; otherwise all diagnostics are shown and the command ends with 1.

    It is that of a commit, or of the working tree. A `base` is what others are compared with: nobody mends it now, so
    its warnings are not shown, and it may have none yet.
    """
    from invgit import pipeline

    found = pipeline.compile_inventory(settings, now, commit, absent=base)
    return accepted(session, found, f"in the revision {commit}" if commit else None, silent=base)


def accepted(session: "Session", found: "Compiled", where: str | None, *, silent: bool = False) -> "Inventory":
    """What was compiled, when there is no error in it; else that is told, and `where` it is, and the command ends."""
    from invgit.cli.main import complain

    if found.failed or not (session.quiet or silent):
        tell(found.diagnostics, found.inventory)
    if found.failed and where:
        complain(f"the inventory has these errors {where}")
    if found.failed:
        raise click.exceptions.Exit(INVENTORY_WRONG)
    return found.inventory


def tell(found: Sequence[Diagnostic], inventory: "Inventory") -> None:
    """Show what was found beside what a command is for, if anything was."""
    from invgit.cli.views import diagnostics as view

    if found:
        click.echo(view.as_text(view.told_once(found, len(inventory))), err=True)


def say_some(session: "Session", lines: Sequence[str]) -> None:
    """Lines for the person who waits: the first of very many, and how many more there are."""
    from invgit.cli.views.diagnostics import SHOWN

    for text in lines[:SHOWN]:
        session.say(text)
    if len(lines) > SHOWN:
        session.say(f"… and {len(lines) - SHOWN:,} more")


def site_option(command: F) -> F:
    """`--site`: only a part of the plan."""
    text = "Only changes in this site, and what they need; may be given more than once."
    return click.option("--site", "sites", multiple=True, metavar="SITE", help=text)(command)


def _allowed(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    from invgit.plan import budgets

    return tuple(map(budgets.checked, words))


def allow_option(command: F) -> F:
    """`--allow`: what a plan may delete beyond its budget."""
    text = "Let a plan delete more than its budget, in the words of its refusal; may be given more than once."
    return click.option("--allow", "allowed", multiple=True, metavar="WHAT", callback=_allowed, help=text)(command)


def embedded_option(command: F) -> F:
    """`--embedded`: yes, the embedded database, in CI too."""
    return click.option("--embedded", is_flag=True, help="Use the embedded database in CI too.")(command)


def lock_timeout_option(command: F) -> F:
    """`--lock-timeout`: how long to wait for somebody else who is writing."""
    seconds = click.FloatRange(0.001, 86_400)
    text = "Seconds to wait for another apply or migration."
    return click.option("--lock-timeout", type=seconds, default=LOCK_TIMEOUT, show_default=True, help=text)(command)


def output_option(command: F) -> F:
    """`--output`: how rows are shown."""
    choice = click.Choice(FORMS)
    return click.option("-o", "--output", type=choice, default="table", help="How to show the rows.")(command)


def within(diagnostics: Iterable[Diagnostic], root: Path, paths: tuple[Path, ...]) -> tuple[list[Diagnostic], int]:
    """The diagnostics in given files and folders (all of them without any), and how many are elsewhere."""
    found = list(diagnostics)
    if not paths:
        return found, 0
    wanted = chosen(root, paths)
    shown = [each for each in found if any(map(wanted, _files(each)))]
    return shown, len(found) - len(shown)


def chosen(root: Path, paths: tuple[Path, ...]) -> Callable[[str], bool]:
    """Whether a file, by the name people know it by, is one of those given, or in one; without any, all are."""
    wanted = [path.absolute() for path in paths]
    return lambda file: not paths or _in((root / file).absolute(), wanted)


def _files(diagnostic: Diagnostic) -> list[str]:
    return [diagnostic.place.file, *(related.place.file for related in diagnostic.related)]


def _in(file: Path, wanted: list[Path]) -> bool:
    return any(file == path or path in file.parents for path in wanted)
