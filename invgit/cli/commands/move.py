"""`invgit device move`: another site, or another file; whoever names it follows."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from invgit.cli.authoring import author_options, authored, file_below
from invgit.cli.complete import addresses
from invgit.cli.main import Session
from invgit.errors import UsageError
from invgit.model.naming import holders, meant
from invgit.model.spec import KindSpec
from invgit.text.words import a_

if TYPE_CHECKING:
    from invgit.edit.draft import Draft


def move_of(spec: KindSpec) -> click.Command:
    """The command of a kind that does not have a folder of its own."""

    @click.command("move")
    @click.argument("address", shell_complete=addresses(spec.name))
    @click.argument("folder", metavar="[FOLDER]", required=False, shell_complete=addresses("site", "organization"))
    @click.option("--file", metavar="FILE", help="Into this file; else where others of its kind stand.")
    @author_options
    @click.pass_obj
    def command(
        session: Session, address: str, folder: str | None, file: str | None, now: datetime, *, yes: bool, dry_run: bool
    ) -> int:
        if folder is None and file is None:
            raise UsageError("where to?", help="name a site, or --file FILE")

        def change(draft: "Draft") -> None:
            found = meant(address, [each.address for each in draft.inventory.of(spec.cls)], spec.name)
            there = found.path.rpartition("/")[0]
            if folder is not None:
                kinds = holders(spec)
                known = [each.address for each in draft.inventory if each.address.kind in kinds]
                there = meant(folder, known, " or ".join(sorted(kinds))).path
            draft.move(found, there, file_below(session.settings(), file))

        return authored(session, now, change, yes=yes, dry_run=dry_run)

    command.help = (
        f"Put {a_(spec.name)} into another FOLDER (a site, or where it may stand there an organization), or another"
        " file. References follow in both directions, and what came from the defaults of the old file is written out."
    )
    return command
