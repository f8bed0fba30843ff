"""The apply protocol: lock, look, compare, write, record, commit. One transaction, always."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from invgit import git
from invgit.apply.look import Look, look_at
from invgit.errors import StalePlan
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.plan import Action, Plan, moved
from invgit.state.database import Connection, actor, translated
from invgit.state.history import record
from invgit.state.lock import writer
from invgit.state.transaction import committed
from invgit.state.write import Noted, Upsert, refresh, relocate, write


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who applies which revision: what history keeps beside the plan itself."""

    actor: str
    commit: str | None
    dirty: bool | None


def stamp_of(folder: Path, desired: Inventory) -> Stamp:
    """Who applies now, and the commit: that of the inventory, or what the working tree in `folder` stands on."""
    revision = git.Revision(desired.commit, dirty=False) if desired.commit else git.revision(folder)
    return Stamp(actor(), revision.commit if revision else None, revision.dirty if revision else None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an apply did: its plan, and its generation (None when there was nothing to do)."""

    plan: Plan
    id: str | None = None
    generation: int | None = None
    again: bool = False
    """Whether it was carried out before, under this id, and there was nothing to do any more."""


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

    Raises LockBusy, StalePlan, Refused or DatabaseError; then nothing was changed, nor where the plan has failed.
    """
    id = str(uuid4())
    seen = [approved] if approved is not None else []

    def work() -> Outcome:
        look = look_at(connection, desired, sites)
        if not seen:
            show(look.plan)
            seen.append(look.plan.digest)
        if look.plan.failed:
            return Outcome(look.plan)
        _require_same(look.plan, seen[0])
        whole = not sites and not look.plan.protected
        sources = desired.sources() if whole and desired.sources else None
        return carried_out(connection, id, look, desired, stamp, sources)

    with writer(connection, timeout):
        return committed(connection, id, work)


def _require_same(plan: Plan, seen: str) -> None:
    if plan.digest != seen:
        raise StalePlan("the database has changed since the plan was shown", help="look at the new plan and try again")


def rehearse(
    connection: Connection,
    desired: Inventory,
    stamp: Stamp,
    *,
    sites: Collection[str] = (),
    seen: str,
    timeout: float,
) -> None:
    """Do all that `apply` does, and take it back: what PostgreSQL would refuse, it refuses here.

    `seen` is the digest of the plan that is meant. Raises what `apply` raises; the lock is held as by an apply.
    """
    with writer(connection, timeout), translated(), connection.transaction(force_rollback=True):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        look = look_at(connection, desired, sites)
        _require_same(look.plan, seen)
        carried_out(connection, str(uuid4()), look, desired, stamp, None)


def carried_out(
    connection: Connection,
    id: str,
    look: Look,
    desired: Inventory,
    stamp: Stamp,
    sources: str | None,
    *,
    even_empty: bool = False,
) -> Outcome:
    """Write the plan in the open transaction. What only moved to another file is noted, and is no apply.

    `sources` is the fingerprint of the files, where all that they describe is applied. With `even_empty` a plan in
    which nothing changes is on record as well.
    """
    plan = look.plan
    known = {address: look.managed[old] for address, old in plan.before.items()}
    noted = [
        Noted(known[address].id, desired.stored[address], desired.digests[address])
        for address in look.equal
        if (origin := desired.stored[address].origin)
        if (address, known[address].digest, known[address].file)
        != (plan.before[address], desired.digests[address], origin.source.file)
    ]
    if plan.empty and not even_empty:
        refresh(connection, noted)
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
            known[change.address].id if change.address in known else None,
            exists=change.address in plan.before and look.current.at(plan.before[change.address]) is not None,
        )
        for change in plan.changes
        if change.action is not Action.DELETE
    ]
    deletes = [
        (change.address, look.managed[change.address].id)
        for change in plan.changes
        if change.action is Action.DELETE and change.address in look.managed
    ]
    relocate(connection, _taken_along(look))
    write(connection, id, {address: each.id for address, each in known.items()}, upserts, deletes)
    refresh(connection, noted)
    return Outcome(plan, id, generation)


def _taken_along(look: Look) -> Iterator[tuple[str, Address]]:
    """Ids and new addresses of all that stands in what is renamed, whichever sites are applied."""
    renamed = {each.former: each.address for each in look.plan.changes if each.former}
    for old, each in look.managed.items() if renamed else ():
        new = moved(old, renamed)
        if new != old and old not in renamed:
            yield each.id, new
