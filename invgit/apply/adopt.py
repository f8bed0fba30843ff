"""A database that somebody has kept by hand becomes ours: in one transaction, or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from invgit.apply.apply import Stamp, carried_out
from invgit.apply.look import look_at
from invgit.errors import StalePlan
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.model.scalars import shown
from invgit.model.spec import FieldSpec, specs
from invgit.model.values import encoded
from invgit.plan import Action, Plan
from invgit.plan.changes import Change, FieldChange
from invgit.state import legacy as state
from invgit.state.adopt.rows import Fault, Rows, Taken
from invgit.state.database import Connection, translated
from invgit.state.imports import Batch, note
from invgit.state.legacy import Legacy
from invgit.state.lock import writer
from invgit.state.tables import columns
from invgit.state.transaction import committed
from invgit.text.words import count

_FOLLOWS = {"slug", "status", "network_vlans.network_id"}
"""What was not said, but follows from what is: a change of it is no loss."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What becomes of a database: what changes in its rows, or what would be lost; and its first generation."""

    seen: "tuple[Seen, ...]"
    generation: int | None = None

    @property
    def faults(self) -> list[Fault]:
        """The values that would be lost."""
        return [each.as_fault() for each in self.seen if each.fault]


class _Lost(Exception):
    """Values would change that somebody has written; nothing is done."""

    def __init__(self, adoption: Adoption) -> None:
        super().__init__()
        self.adoption = adoption


def adopt(
    connection: Connection,
    legacy: Legacy,
    rows: Rows,
    taken: Iterable[Taken],
    desired: Inventory,
    stamp: Stamp,
    folder: Path,
    *,
    write: Callable[[], None] | None,
    timeout: float,
) -> Adoption:
    """Make the database ours; `folder` has the migrations. `write` writes the files, just before COMMIT: a run that is
    killed in between is completed by the next one. Without it, all is done and taken back.

    Raises LockBusy, StalePlan where the rows are others by now, Refused, DatabaseError; then nothing was changed.
    """
    id = str(uuid4())
    known = {each.address: each for each in taken}

    def work() -> Adoption:
        adoption = _done(connection, id, legacy, rows, known, desired, stamp, folder)
        if adoption.faults:
            raise _Lost(adoption)
        if write:
            write()
        return adoption

    with writer(connection, timeout):
        try:
            if write:
                return committed(connection, id, work)
            with translated(), _taken_back(connection):
                return work()
        except _Lost as lost:
            return lost.adoption


@contextmanager
def _taken_back(connection: Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _done(
    connection: Connection,
    id: str,
    legacy: Legacy,
    rows: Rows,
    known: Mapping[Address, Taken],
    desired: Inventory,
    stamp: Stamp,
    folder: Path,
) -> Adoption:
    """All of it, in the open transaction."""
    state.locked(connection, legacy)
    if state.read(connection, legacy) != rows:
        raise StalePlan("somebody has changed the database since it was read; nothing was changed", help="try again")
    had = [each for each in known.values() if each.row]
    filled = state.remade(connection, legacy, ((each.row or "", each.address.slug) for each in had), folder)
    files = {address: entity.origin.source.file for address, entity in desired.stored.items() if entity.origin}
    state.managed(
        connection,
        id,
        ((each.row or "", each.address.kind, str(each.address), files[each.address]) for each in had),
    )
    look = look_at(connection, desired, ())
    whole = (Seen(each.table, "", count(each.rows, "row"), each.column, "", each.value) for each in filled)
    seen = (*whole, *_seen(look.plan, known, rows, legacy))
    if any(each.fault for each in seen):
        return Adoption(seen)
    sources = desired.sources() if desired.sources else None
    generation = carried_out(connection, id, look, desired, stamp, sources, even_empty=True).generation
    note(connection, Batch("database", connection.info.dbname, len(had), len(had)), stamp.actor)
    after = look_at(connection, desired, ()).plan
    assert after.empty, f"a plan after an adoption is empty, and this one has {after.changes[0]}"
    return Adoption(seen, generation)


class Seen(NamedTuple):
    """A value that who reads the tables sees otherwise: table, id, what people call it, column, before and after.

    What was empty is filled in, or a value is spelled as its field wants it, unless there is a `fault`.
    """

    table: str
    id: str
    name: str
    column: str
    before: str
    after: str
    fault: str = ""

    def as_fault(self) -> Fault:
        """Why it cannot be adopted."""
        return Fault(self.table, self.id, self.name, self.column, self.before, self.fault)


def _seen(plan: Plan, known: Mapping[Address, Taken], rows: Rows, legacy: Legacy) -> Iterator[Seen]:
    """What a plan changes in columns that were there before."""
    for change in plan.changes:
        taken = known.get(change.address)
        table = specs()[change.address.kind].table or ""
        if change.action is Action.DELETE:
            yield Seen(table, "", change.label, "", str(change.address), "", "it would be deleted")
        elif taken is None or taken.row is None:
            yield Seen(table, "", change.label, "", "", f"a new row: {change.address}")
        else:
            for each in change.fields:
                if each.name == "allocations":
                    yield from _addresses(change, each, taken.row, rows)
                else:
                    yield from _changed(change, each, taken.row, rows, legacy)


def _changed(change: Change, each: FieldChange, row: str, rows: Rows, legacy: Legacy) -> Iterator[Seen]:
    spec = specs()[change.address.kind]
    field, table = spec.by_name[each.name], spec.table or ""
    holders = [column.name for column in columns(spec) if column.path[0] == each.name]
    names = [name for name in holders if name in legacy.tables.get(table, ())]
    if (holders and not names) or (field.table and field.table not in legacy.tables):
        return  # a column that nobody can have read
    follows = each.name in _FOLLOWS or f"{table}.{field.column}" in _FOLLOWS
    more = each.name == "usage_status" and each.before == "active"  # of a device whose status says so
    fault = "" if follows or more or _kept(field, each.before, each.after) else f"it would become {_told(each.after)}"
    had = next(found for found in rows[table] if found["id"] == row).get(names[0]) if len(names) == 1 else each.before
    yield Seen(table, row, change.label, ", ".join(names) or each.name, _told(had), _told(each.after), fault)


def _told(value: Any) -> str:
    return "" if value is None else shown(value if isinstance(value, str) else encoded(value))


def _addresses(change: Change, each: FieldChange, row: str, rows: Rows) -> Iterator[Seen]:
    """Addresses of a device that become rows, or are completed; or would not be allocated as they are."""
    after = {(item["network"], item["ip"]): item for item in each.after or ()}
    ids = {found["ip_address"]: found["id"] for found in rows.get("ip_allocations", ()) if found["device_id"] == row}
    for item in each.before or ():
        id, new = ids.get(item["ip"], ""), after.pop((item["network"], item["ip"]), None)
        if new is None:
            fault = f"its network would be another one: {item['ip']} has to lie in the cidr of {item['network']}"
            yield Seen("ip_allocations", id, change.label, "network_id", item["ip"], "", fault)
            continue
        for name, value in new.items():
            had = item.get(name)
            if had != value:
                fault = "" if had is None or str(had).lower() == str(value).lower() else f"it would become {value}"
                yield Seen("ip_allocations", id, change.label, name, _told(had), _told(value), fault)
    for network, ip in after:
        yield Seen("ip_allocations", "", change.label, "", "", f"a new row: {ip} in {network}")


def _kept(field: FieldSpec, before: Any, after: Any) -> bool:
    """Whether a value only was filled in, or spelled as its field wants it."""
    if before is None or before == after or (isinstance(before, str) and not before.strip()):
        return True
    if isinstance(before, dict) and isinstance(after, dict):
        inside = {each.name: each for each in field.fields}
        return all(
            (
                _kept(inside.get(key, field), value, after.get(key))
                if field.many == "one"
                else _part(field, value, after.get(key))
            )
            for key, value in before.items()
        )
    return isinstance(before, str) and field.scalar is not None and bool(_spelled(field, before.strip()) == after)


def _part(field: FieldSpec, before: Any, after: Any) -> bool:
    """An item of a mapping of groups."""
    if before == after or not isinstance(before, dict) or not isinstance(after, dict):
        return bool(before == after)
    inside = {each.name: each for each in field.fields}
    return all(key in inside and _kept(inside[key], value, after.get(key)) for key, value in before.items())


def _spelled(field: FieldSpec, text: str) -> Any:
    try:
        return field.scalar.check(text) if field.scalar and field.scalar.check else text
    except ValueError:
        return None
