"""Saving a plan, and carrying out a saved one: only while every row that it speaks of is as it was."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from invgit import __version__
from invgit.apply.apply import Outcome, Stamp, carried_out
from invgit.apply.look import Look, look_at
from invgit.errors import Refused, StalePlan
from invgit.model.digest import digest
from invgit.model.entity import Address, AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.values import encoded, plain
from invgit.plan import Action, differences, moved, references
from invgit.plan.saved import Base, Reference, Row, SavedPlan
from invgit.state import history
from invgit.state.database import Connection, identity, server, translated
from invgit.state.load import Managed, fingerprints, load
from invgit.state.lock import writer
from invgit.state.migrate import version
from invgit.state.transaction import committed

_SHOWN = 10
_AGAIN = "make a new plan, and look at it: `invgit plan --out FILE`"


def base(connection: Connection) -> Base:
    """What a plan that is made now is bound to."""
    last = history.run(connection)
    generation = last.generation if last else 0
    return Base(identity(connection), server(connection), version(connection), generation, __version__)


def saved_plan(
    connection: Connection,
    desired: Inventory,
    stamp: Stamp,
    *,
    sites: Collection[str] = (),
    allowed: Collection[str] = (),
) -> SavedPlan:
    """The plan for the database as it is now, with all that is needed to carry it out later."""
    with translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        look = look_at(connection, desired, sites)
        bound = base(connection)
    changes = look.plan.changes
    written = [each.address for each in changes if each.action is not Action.DELETE]
    rows = []
    for change in changes:
        new = change.action is not Action.DELETE
        address = look.plan.before.get(change.address, change.address) if new else change.address
        known = look.managed.get(address)
        rows.append(Row(address, known.id if known else None, look.current.at(address)))
    return SavedPlan(
        look.plan,
        bound,
        Inventory(desired.stored[address] for address in written),
        tuple(rows),
        dict(_referred(look, desired, written, {row.address for row in rows})),
        stamp.commit,
        stamp.dirty,
        tuple(sites),
        tuple(allowed),
    )


def _referred(
    look: Look, desired: Inventory, written: list[Address], rows: Collection[Address]
) -> Iterator[tuple[Address, Reference]]:
    """What is written stands in, or refers to, and the plan does not change."""
    seen: set[Address] = set()
    for address in written:
        for other in (*references(desired.stored[address]), *address.containers):
            old = look.plan.before.get(other)
            if old is None or old in rows or old in seen:
                continue
            seen.add(old)
            there = look.current.at(old)
            yield old, Reference(look.managed[old].id, digest(there) if there else look.managed[old].digest or "")


def apply_saved(connection: Connection, saved: SavedPlan, actor: str, *, timeout: float) -> Outcome:
    """Carry out a saved plan. What has been done since and concerns none of its rows does not matter.

    Raises StalePlan when a row that it changes or refers to is not as it was: with what was planned, what was, and what
    is there now. Raises Refused for a plan of another database, schema or version; LockBusy, DatabaseError as `apply`.
    """
    stamp = Stamp(actor, saved.commit, saved.dirty)

    def work() -> Outcome:
        _require_same(saved.base, base(connection))
        done = history.run(connection, saved.id)
        if done:
            return Outcome(saved.plan, saved.id, done.generation, again=True)
        managed = fingerprints(connection)
        current = load(connection, managed, {row.address for row in saved.rows} & managed.keys())
        stale = [*_changed_rows(saved, managed, current), *_changed_references(connection, saved, managed)]
        if stale:
            more = [f"… and {len(stale) - _SHOWN:,} more"] if len(stale) > _SHOWN else []
            head = "the database has changed since the plan was made; nothing was changed"
            raise StalePlan("\n".join([head, *stale[:_SHOWN], *more]), help=_AGAIN)
        renamed = {each.former: each.address for each in saved.plan.changes if each.former}
        before = {moved(address, renamed): address for address in managed}
        plan = replace(saved.plan, before=before)
        look = Look(plan, managed, current, frozenset())
        return carried_out(connection, saved.id, look, saved.wanted, stamp, None)

    with writer(connection, timeout):
        return committed(connection, saved.id, work)


def _require_same(planned: Base, now: Base) -> None:
    """Refuse a plan that was made for something else."""
    if planned.database != now.database:
        message = f"the plan was made for the database {planned.database}; this one is {now.database}"
        raise Refused(message, help="name the right database, or make a plan for this one")
    if planned.server != now.server:
        help = f"if it was restored on purpose, {_AGAIN}"
        raise Refused("the plan was made for another database, of which this one is a copy", help=help)
    if planned.schema != now.schema:
        raise Refused(f"the plan was made for schema {planned.schema}; the database has {now.schema}", help=_AGAIN)
    if planned.tool != now.tool:
        raise Refused(f"the plan was made by invgit {planned.tool}; this is {now.tool}", help=_AGAIN)
    if planned.generation > now.generation:
        message = f"the plan was made at generation {planned.generation}; the database is at {now.generation}"
        raise Refused(message, help=f"was it restored from an older backup? {_AGAIN}")


def _changed_rows(saved: SavedPlan, managed: Mapping[Address, Managed], current: Inventory) -> Iterator[str]:
    """The rows that are neither as they were nor as they are to become, with what was planned, what was and what is."""
    for change, then in zip(saved.plan.changes, saved.rows, strict=True):
        address = then.address
        now, known, wanted = current.at(address), managed.get(address), saved.wanted_by(change)
        if _alike(now, wanted) and address == change.address:
            continue  # somebody has done it already
        if (known.id if known else None) != then.id and now:
            yield f"{address}: planned to {change.action}; " + (
                "it was another one then" if then.entity else "it was not there then, and now it is"
            )
        elif now is None and then.entity:
            yield f"{address}: planned to {change.action}; it was there then, and now it is gone"
        elif not _alike(then.entity, now):
            for field in differences(then.entity, now):
                planned = plain(wanted.values).get(field.name) if wanted else None
                told = (("planned", planned), ("then", field.before), ("now", field.after))
                yield f"{address} {field.name}: " + ", ".join(f"{word} {_said(value)}" for word, value in told)


def _alike(one: AnyEntity | None, other: AnyEntity | None) -> bool:
    if one is None or other is None:
        return one is other
    return not [*differences(one, other)]


def _said(value: object) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else encoded(value)


def _changed_references(connection: Connection, saved: SavedPlan, managed: Mapping[Address, Managed]) -> Iterator[str]:
    """What the plan refers to, where it is another one now, or has other values."""
    unlike = [
        address
        for address, each in saved.references.items()
        if address not in managed or managed[address].id != each.id or managed[address].digest != each.digest
    ]
    there = load(connection, managed, [address for address in unlike if address in managed])
    for address in unlike:
        each, known, row = saved.references[address], managed.get(address), there.at(address)
        if known is None or row is None:
            yield f"{address}, which the plan refers to, is gone"
        elif known.id != each.id:
            yield f"{address}, which the plan refers to, is another one now"
        elif digest(row) != each.digest:
            yield f"{address}, which the plan refers to, has changed"
