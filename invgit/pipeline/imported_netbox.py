"""What NetBox exports, taken into the YAML."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from invgit.config import Settings
from invgit.errors import UsageError
from invgit.model.inventory import Inventory
from invgit.model.kinds import Organization
from invgit.pipeline.imported import Found, Imported, Wishes, imported, require_site
from invgit.sources import netbox


def exports(
    settings: Settings,
    at: datetime,
    wishes: Wishes,
    files: Iterable[tuple[str, bytes]],
    *,
    organization: str | None,
    site: str | None,
) -> tuple[Imported, Mapping[str, int]]:
    """What files of NetBox come to, all of them together; and how many of what have no counterpart here.

    All goes into one `site`, or sites by their own names into an `organization` (the only one, without either).
    Raises UsageError for files that are not NetBox's.
    """
    objects = [each for name, data in files for each in netbox.read(name, data)]
    lost: dict[str, int] = {}

    def look(inventory: Inventory) -> Found:
        path = require_site(inventory, site) if site else None
        where = netbox.Where(path.partition("/")[0] if path else _organization(inventory, organization), path)
        items, problems, found = netbox.items(objects, where, inventory)
        lost.update(found)
        return items, problems

    return imported(settings, at, wishes, look), lost


def _organization(inventory: Inventory, said: str | None) -> str:
    known = [each.address.path for each in inventory.of(Organization)]
    if said in known or (said is None and len(known) == 1):
        return said or known[0]
    help = f"say which with --organization: {', '.join(known)}" if known else "describe it first: `invgit org create`"
    raise UsageError(f"there is no organization `{said}`" if said else "no organization is named", help=help)
