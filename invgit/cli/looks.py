"""What the commands that only look have in common: where they look, and what is told when not all can be seen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from invgit.cli.options import INVENTORY_WRONG
from invgit.errors import UsageError
from invgit.text.inert import line
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.cli.main import Session
    from invgit.model.inventory import Inventory
    from invgit.model.spec import KindSpec

F = TypeVar("F", bound=Callable[..., Any])
_TOLD = 3


class Look(NamedTuple):
    """What could be seen, and the exit code that says whether it is all."""

    inventory: "Inventory"
    code: int


def from_option(command: F) -> F:
    """`--from`: look at the files, or at the database."""
    choice = click.Choice(["yaml", "db"])
    text = "Look at what the YAML says, or at what is in the database."
    return click.option("--from", "origin", type=choice, default="yaml", show_default=True, help=text)(command)


def looked(
    session: "Session", origin: str, *, embedded: bool = False, derived: bool = True, observed: bool = False
) -> Look:
    """The inventory, with its derived fields if somebody looks at them, and with what was observed, if it is there.

    What cannot be understood is told, and the rest can be looked at.
    """
    from invgit import pipeline
    from invgit.model.derive import derive

    settings = session.settings(embedded=embedded)
    if origin == "db":
        return Look(pipeline.stored(settings, session.say, observed=observed), 0)
    found = pipeline.read_inventory(settings)
    if found.failed:
        from invgit.cli.main import complain
        from invgit.diagnostics import Severity

        errors = [each for each in found.diagnostics if each.severity is Severity.ERROR]
        told = "".join(f"\n{each.place}: {line(each.message)}" for each in errors[:_TOLD])
        message = f"{count(len(errors), 'error')} in the inventory: what they are about may be missing here{told}"
        complain(message, "`invgit validate` shows all, with the way on")
    inventory = derive(found.inventory) if derived else found.inventory
    return Look(inventory, INVENTORY_WRONG if found.failed else 0)


def require_stored(spec: "KindSpec", origin: str) -> None:
    """Raise UsageError for a look into the database at what is not in it."""
    if origin == "db" and spec.table is None:
        raise UsageError(
            f"a {spec.name} is not in the database: its devices have all that it says", help="leave out `--from db`"
        )
