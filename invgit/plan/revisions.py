"""The plan between two inventories that both come from files: what a merge of one into the other would mean."""

from collections.abc import Collection

from invgit.model.derive import derive
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.plan.changes import Plan
from invgit.plan.diff import diff, restricted, still_same
from invgit.plan.sites import meant


def between(before: Inventory, desired: Inventory, sites: Collection[str] = ()) -> Plan:
    """What makes `before` into `desired`, as if a database held the first; `sites` are words for sites of either.

    Raises UsageError for a word that means none, or more than one.
    """
    known = {site.address.path for inventory in (before, desired) for site in inventory.of(Site)}
    chosen = meant(sites, known) if sites else frozenset()
    derive(before)
    derive(desired)
    digests = desired.digests
    equal = {address for address, digest in before.digests.items() if digests.get(address) == digest}
    same = still_same(desired, before.stored.keys(), equal)
    rest = Inventory(entity for address, entity in before.stored.items() if address not in same)
    files = {address: entity.origin.source.file for address, entity in before.stored.items() if entity.origin}
    return restricted(diff(desired, rest, files, same), desired, chosen)
