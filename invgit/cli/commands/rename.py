"""`invgit device rename`: another slug; whoever names it follows."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from invgit.cli.authoring import author_options, authored
from invgit.cli.complete import addresses
from invgit.cli.main import Session
from invgit.model.naming import meant, require_slug
from invgit.model.spec import KindSpec
from invgit.text.words import a_

if TYPE_CHECKING:
    from invgit.edit.draft import Draft


def rename_of(spec: KindSpec) -> click.Command:
    """The command of a kind."""

    @click.command("rename")
    @click.argument("address", shell_complete=addresses(spec.name))
    @click.argument("slug")
    @author_options
    @click.pass_obj
    def command(session: Session, address: str, slug: str, now: datetime, *, yes: bool, dry_run: bool) -> int:
        require_slug(spec, slug)

        def change(draft: "Draft") -> None:
            known = [each.address for each in draft.inventory.of(spec.cls)]
            draft.rename(meant(address, known, spec.name), slug)

        return authored(session, now, change, yes=yes, dry_run=dry_run)

    command.help = (
        f"Give {a_(spec.name)} another SLUG. References follow; `renamed_from` tells the next apply that it is the"
        " same, so that its id and history stay. What people call it is its name: `update --name`."
    )
    return command
