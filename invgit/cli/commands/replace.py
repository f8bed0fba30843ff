"""`invgit device replace`: another unit in the place of one."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from invgit.cli.authoring import author_options, authored
from invgit.cli.complete import addresses
from invgit.cli.fields import assigned
from invgit.cli.main import Session
from invgit.edit.entities import Wishes
from invgit.model.naming import meant, require_slug
from invgit.model.spec import KindSpec
from invgit.model.times import day

if TYPE_CHECKING:
    from invgit.edit.draft import Draft


def replace_of(spec: KindSpec) -> click.Command:
    """The command; only devices have it."""

    @click.command("replace")
    @click.argument("address", shell_complete=addresses(spec.name))
    @click.option("--mac", metavar="MAC", help="Hardware address of the new unit.")
    @click.option("--serial", metavar="TEXT", help="Serial number of the new unit.")
    @click.option("--set", "said", multiple=True, metavar="FIELD=VALUE", help="Anything else about the new unit.")
    @click.option("--reason", metavar="TEXT", help="Why the old unit failed, or was replaced.")
    @click.option("--rma", metavar="TEXT", help="Number of its return or repair.")
    @click.option("--as", "slug", metavar="SLUG", help="What the old unit is called; else SLUG-retired-1, and so on.")
    @author_options
    @click.pass_obj
    def command(
        session: Session,
        address: str,
        mac: str | None,
        serial: str | None,
        said: tuple[str, ...],
        reason: str | None,
        rma: str | None,
        slug: str | None,
        now: datetime,
        *,
        yes: bool,
        dry_run: bool,
    ) -> int:
        """Put a new unit in the place of a device.

        The new unit takes its slug, name, addresses, place, and what names it: connections, other systems. The old unit
        stays as a retired device with its MAC, serial, purchase and history, and is marked as failed today.
        """
        from invgit.edit.replace import RETIRED, replace

        if slug:
            require_slug(spec, slug)
        unit = [(name, word) for name, word in (("mac", mac), ("serial", serial)) if word]

        def change(draft: "Draft") -> None:
            found = meant(address, [each.address for each in draft.inventory.of(spec.cls)], spec.name)
            today = day(now, draft.inventory.timezone(found.site)).isoformat()
            noted = (
                ("usage_status", RETIRED),
                ("failure_date", today),
                ("failure_reason", reason),
                ("rma_reference", rma),
            )
            old = Wishes([(name, word) for name, word in noted if word])
            replace(draft, found, Wishes([*unit, *map(assigned, said)]), old, slug)

        return authored(session, now, change, yes=yes, dry_run=dry_run)

    return command
