"""Drift: what the database says otherwise than the last apply made it, who did that, and what the YAML says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from invgit.model.derive import derive
from invgit.model.entity import Address, AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.model.values import plain
from invgit.plan import differences
from invgit.state.database import Connection, translated
from invgit.state.hands import Hand, Unmanaged, hands, unmanaged
from invgit.state.load import fingerprints, last_applied, load

_SHOWN = 1000


class Drift(NamedTuple):
    """One field that somebody changed by hand: as it was applied, as it is now, as the YAML has it.

    Without a `field` the whole row is gone. Who did it and when (UTC) is known where the audit log has it.
    """

    address: Address
    field: str | None
    applied: Any
    now: Any
    wanted: Any
    derived: bool = False
    role: str | None = None
    actor: str | None = None
    at: datetime | None = None


class Found(NamedTuple):
    """What is not as applies left it, and what they never wrote."""

    drift: tuple[Drift, ...]
    unmanaged: tuple[Unmanaged, ...]


def find_drift(connection: Connection, desired: Inventory) -> Found:
    """Compare what is there with what the last apply made. Only rows that somebody has touched are looked at."""
    derive(desired)
    with translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        managed = fingerprints(connection)
        applied = last_applied(connection, managed)
        current = load(connection, managed, (entity.address for entity in applied))
        by_id: dict[str, list[Hand]] = {}
        for kind in {entity.address.kind for entity in applied}:
            ids = [managed[entity.address].id for entity in applied if entity.address.kind == kind]
            by_id |= hands(connection, kind, ids)
        rows = tuple(unmanaged(connection, _SHOWN))
    found: list[Drift] = []
    for entity in applied:
        who = by_id.get(managed[entity.address].id, [])
        found += _of(entity, current.at(entity.address), desired.at(entity.address), who)
    return Found(tuple(found), rows)


def _of(was: AnyEntity, now: AnyEntity | None, wanted: AnyEntity | None, who: list[Hand]) -> Iterator[Drift]:
    if now is None:
        yield _signed(Drift(was.address, None, was.label, None, wanted.label if wanted else None), who[:1])
        return
    values = plain(wanted.values) if wanted else {}
    for field in differences(was, now):
        derived = field.name in specs()[was.address.kind].computed
        found = Drift(was.address, field.name, field.before, field.after, values.get(field.name), derived)
        yield _signed(found, [hand for hand in who if hand.fields is None or field.name in hand.fields])


def _signed(drift: Drift, who: list[Hand]) -> Drift:
    """With the last one who did it."""
    return drift._replace(role=who[0].role, actor=who[0].actor, at=who[0].at) if who else drift
