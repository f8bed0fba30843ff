"""`invgit device create`: a new entity."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from invgit.cli.authoring import author_options, authored, file_below
from invgit.cli.fields import wishes
from invgit.cli.main import Session
from invgit.edit.entities import Wishes
from invgit.model.naming import fresh
from invgit.model.spec import KindSpec
from invgit.text.words import a_

if TYPE_CHECKING:
    from invgit.edit.draft import Draft


def create_of(spec: KindSpec) -> click.Command:
    """The command of a kind."""

    @click.command(
        "create", help=f"Write {a_(spec.name)} into the YAML. `next` is the next free address of its network."
    )
    @click.argument("address")
    @wishes(spec)
    @click.option("--file", metavar="FILE", help="In this file; else where others of its kind stand.")
    @author_options
    @click.pass_obj
    def command(
        session: Session, address: str, wished: Wishes, file: str | None, now: datetime, *, yes: bool, dry_run: bool
    ) -> int:
        from invgit.edit.entities import create

        def change(draft: "Draft") -> None:
            folders = [each.address for each in draft.inventory if each.address.kind in {"organization", "site"}]
            create(draft, fresh(address, spec, folders), wished, file_below(session.settings(), file))

        return authored(session, now, change, yes=yes, dry_run=dry_run)

    return command
