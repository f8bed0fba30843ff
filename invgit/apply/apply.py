"""The apply protocol: lock, look, compare, write, record, commit. One transaction, always."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import uuid4

from invgit.errors import StalePlan
from invgit.model.derive import derive
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.plan import Action, Plan, diff, restricted
from invgit.state.database import Connection, translated
from invgit.state.history import record, untouched
from invgit.state.load import Managed, fingerprints, load
from invgit.state.lock import writer
from invgit.state.transaction import committed
from invgit.state.write import Upsert, refresh, write


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who applies which revision: what history keeps beside the plan itself."""

    actor: str
    commit: str | None
    dirty: bool | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an apply did: its plan, and its generation (None when there was nothing to do)."""

    plan: Plan
    id: str | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at the database: the plan, what `entities` knows, and whose rows are as desired."""

    plan: Plan
    managed: dict[Address, Managed]
    equal: frozenset[Address]


def current_plan(connection: Connection, desired: Inventory, sites: Collection[str] = ()) -> Plan:
    """The plan for the database as it is now."""
    with translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _look(connection, desired, sites).plan


def apply(
    connection: Connection,
    desired: Inventory,
    stamp: Stamp,
    *,
    sites: Collection[str] = (),
    approved: str | None = None,
    show: Callable[[Plan], None] = lambda _: None,
    timeout: float,
) -> Outcome:
    """Make the database what is desired. `show` sees the plan that is going to be carried out, under the lock.

    `approved` is the digest of the plan that somebody has said yes to: any other is refused. `timeout` is how long to
    wait for another writer, in seconds.

    Raises LockBusy, StalePlan, Refused or DatabaseError; then nothing was changed.
    """
    id = str(uuid4())
    seen = [approved] if approved is not None else []

    def work() -> Outcome:
        look = _look(connection, desired, sites)
        if not seen:
            show(look.plan)
            seen.append(look.plan.digest)
        if look.plan.digest != seen[0]:
            raise StalePlan(
                "the database has changed since the plan was shown", help="look at the new plan and try again"
            )
        whole = not sites and not look.plan.protected
        return _carried_out(connection, id, look, desired, stamp, desired.sources if whole else None)

    with writer(connection, timeout):
        return committed(connection, id, work)


def _look(connection: Connection, desired: Inventory, sites: Collection[str]) -> _Look:
    """Compare, in the open transaction. Only rows that may differ are loaded.

    Where the files are as they were, nobody need look at what they say: that takes longer than to read them.
    """
    if not sites and desired.sources and not any(entity.before for entity in desired):
        digest = untouched(connection, desired.sources, len(desired.stored))
        if digest:
            return _Look(Plan((), digest, len(desired.stored)), {}, frozenset())
    derive(desired)
    managed = fingerprints(connection)
    digests = desired.digests
    same = frozenset(
        address for address, each in managed.items() if each.digest is not None and digests.get(address) == each.digest
    )
    current = load(connection, managed, (address for address in managed if address not in same))
    plan = diff(desired, current, {address: each.file for address, each in managed.items()}, same)
    changed = {change.address for change in plan.changes}
    equal = frozenset(address for address in managed if address in digests and address not in changed)
    return _Look(restricted(plan, desired, sites), managed, equal)


def _carried_out(
    connection: Connection, id: str, look: _Look, desired: Inventory, stamp: Stamp, sources: str | None
) -> Outcome:
    """Write the plan in the open transaction. What only moved to another file is noted, and is no apply."""
    plan, managed = look.plan, look.managed
    moved = [
        (address, desired.digests[address], origin.source.file)
        for address in look.equal
        if (origin := desired.stored[address].origin)
        if (managed[address].digest, managed[address].file) != (desired.digests[address], origin.source.file)
    ]
    if plan.empty:
        refresh(connection, moved)
        return Outcome(plan)
    generation = record(
        connection,
        id,
        actor=stamp.actor,
        commit=stamp.commit,
        dirty=stamp.dirty,
        sources_digest=sources,
        inventory_digest=plan.inventory_digest,
        plan_digest=plan.digest,
        summary=plan.summary,
    )
    upserts = [
        Upsert(
            desired.stored[change.address],
            desired.digests[change.address],
            managed[change.address].id if change.address in managed else None,
            exists=change.action is Action.UPDATE,
        )
        for change in plan.changes
        if change.action is not Action.DELETE
    ]
    deletes = [change.address for change in plan.changes if change.action is Action.DELETE]
    write(connection, id, managed, upserts, deletes)
    refresh(connection, moved)
    return Outcome(plan, id, generation)
