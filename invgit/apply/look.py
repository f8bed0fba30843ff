"""A look at the database: what is there, and the plan that makes it what is desired."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from invgit.model.derive import derive
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.plan import Plan, diff, restricted, still_same
from invgit.plan.sites import meant
from invgit.state import report
from invgit.state.database import Connection, translated
from invgit.state.history import untouched
from invgit.state.load import Managed, fingerprints, last_applied, load


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the database: the plan, what `entities` knows, and whose rows are as desired (by the names wanted)."""

    plan: Plan
    managed: Mapping[Address, Managed]
    current: Inventory
    """The rows that are not known to be as desired, under the names they have."""
    equal: frozenset[Address]


def named_sites(connection: Connection, desired: Inventory, words: Collection[str]) -> frozenset[str]:
    """Paths of the sites that words mean. One that only the database knows counts too: the plan may delete it."""
    if not words:
        return frozenset()
    return meant(words, {site.address.path for site in desired.of(Site)} | set(report.sites(connection)))


def current_plan(connection: Connection, desired: Inventory, sites: Collection[str] = ()) -> Plan:
    """The plan for the database as it is now."""
    with translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return look_at(connection, desired, sites).plan


def stored(connection: Connection) -> Inventory:
    """Every managed entity as its row is now."""
    with translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        managed = fingerprints(connection)
        return load(connection, managed, managed)


def look_at(connection: Connection, desired: Inventory, sites: Collection[str]) -> Look:
    """Compare, in the open transaction. Only rows that may differ are loaded.

    Where the files are those of the last apply, and nobody has touched a row since, there is nothing to compare.
    """
    if not sites and desired.sources and not any(entity.before for entity in desired):
        digest = untouched(connection, desired.sources(), len(desired.stored))
        if digest:
            return Look(Plan((), digest, len(desired.stored)), {}, Inventory(()), frozenset())
    derive(desired)
    managed = fingerprints(connection)
    digests = desired.digests
    alike = {
        address for address, each in managed.items() if each.digest is not None and digests.get(address) == each.digest
    }
    same = still_same(desired, managed.keys(), alike)
    current = load(connection, managed, (address for address in managed if address not in same))
    touched = any(each.digest is None for each in managed.values())
    applied = last_applied(connection, managed) if touched else None
    plan = diff(desired, current, {address: each.file for address, each in managed.items()}, same, applied)
    changed = {change.address for change in plan.changes}
    equal = frozenset(
        address
        for address, old in plan.before.items()
        if address in digests and address not in changed and (not sites or {address.site, old.site} & set(sites))
    )
    return Look(restricted(plan, desired, sites), managed, current, equal)
