"""`invgit device delete`: entities go from the YAML, unless something still names them."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from invgit.cli.authoring import author_options, authored
from invgit.cli.commands.update import chosen
from invgit.cli.complete import addresses
from invgit.cli.filters import filters
from invgit.cli.main import Session
from invgit.model.select import Wanted
from invgit.model.spec import KindSpec

if TYPE_CHECKING:
    from invgit.edit.draft import Draft


def delete_of(spec: KindSpec) -> click.Command:
    """The command of a kind."""
    words = spec.key.replace("_", " ")

    @click.command("delete", help=f"Take {words} out of the YAML: those named, or all that fit the filters.")
    @click.argument("names", metavar="[ADDRESS]...", nargs=-1, shell_complete=addresses(spec.name))
    @filters(spec)
    @author_options
    @click.pass_obj
    def command(
        session: Session, names: tuple[str, ...], wanted: Wanted, now: datetime, *, yes: bool, dry_run: bool
    ) -> int:
        from invgit.edit.entities import delete

        def change(draft: "Draft") -> None:
            doomed = chosen(draft.inventory, spec, names, wanted)
            delete(draft, doomed)
            for entity in filter(None, map(draft.inventory.at, doomed)):
                if getattr(entity.values, "protect", False):
                    say = f"warning: {entity.address} is protected: plans keep it until an apply has lifted that"
                    session.say(say)

        return authored(session, now, change, yes=yes, dry_run=dry_run)

    return command
