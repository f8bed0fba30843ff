"""`invgit device update`: other values, of one entity or of all that fit."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from invgit.cli.authoring import author_options, authored
from invgit.cli.complete import addresses
from invgit.cli.fields import field_names, wishes
from invgit.cli.filters import filters
from invgit.cli.main import Session
from invgit.edit.entities import Wishes
from invgit.errors import UsageError
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.model.naming import meant
from invgit.model.select import Wanted, selected
from invgit.model.spec import KindSpec

if TYPE_CHECKING:
    from invgit.edit.draft import Draft


def update_of(spec: KindSpec) -> click.Command:
    """The command of a kind."""
    words = spec.key.replace("_", " ")

    @click.command("update", help=f"Change {words} in the YAML: those named, or all that fit the filters.")
    @click.argument("names", metavar="[ADDRESS]...", nargs=-1, shell_complete=addresses(spec.name))
    @wishes(spec)
    @filters(spec, beside=field_names(spec))
    @author_options
    @click.pass_obj
    def command(
        session: Session,
        names: tuple[str, ...],
        wished: Wishes,
        wanted: Wanted,
        now: datetime,
        *,
        yes: bool,
        dry_run: bool,
    ) -> int:
        from invgit.edit.entities import update

        if not wished.values and not wished.cleared:
            raise UsageError("nothing is to be changed", help="say it: --set field=value, --clear field, --name TEXT")

        def change(draft: "Draft") -> None:
            update(draft, chosen(draft.inventory, spec, names, wanted), wished)

        return authored(session, now, change, yes=yes, dry_run=dry_run)

    return command


def chosen(inventory: Inventory, spec: KindSpec, names: tuple[str, ...], wanted: Wanted) -> list[Address]:
    """Those that are named, and fit; all that fit, where none is named. Raises UsageError where none is meant."""
    known = [each.address for each in inventory.of(spec.cls)]
    named = list(dict.fromkeys(meant(name, known, spec.name) for name in names))
    if not names and not wanted:
        raise UsageError(f"which {spec.name}?", help="name it, or say with filters which; --where name=* fits all")
    fit = [each.address for each in selected(inventory, spec, wanted)] if wanted else named
    found = [address for address in named if address in set(fit)] if names else fit
    if not found:
        raise UsageError(f"no {spec.name} fits", help=f"`invgit {spec.name} list` takes the same filters")
    return found
