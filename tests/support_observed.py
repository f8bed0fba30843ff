"""A small house, and what sources see in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from support_database import Database
from support_inventory import NOW, applied

from invgit.model.entity import Address
from invgit.model.findings import Finding, Look, Remembered
from invgit.state.database import Connection
from invgit.state.observations import Recorded, record

WEEK = timedelta(days=7)
HOUSE = {
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": "site: {name: S}\nzones: {hall: {name: Hall}}\n"
    "devices:\n  lamp: {name: Lamp, type: lamp}\n  lock: {name: Lock, type: lock}\n"
    "  box: {name: Box, type: box, maintenance: true}\n  old: {name: Old, type: box, usage_status: retired}\n",
}
LAMP, LOCK, BOX, OLD = (Address("device", f"o/s/{name}") for name in ("lamp", "lock", "box", "old"))


@contextmanager
def syncing(database: Database) -> Iterator[Connection]:
    """Somebody who may ask sources, in a database with that house."""
    with database.opened() as other:
        applied(other, HOUSE)
    with database.opened(dsn=database.syncer) as opened:
        yield opened


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def saw(key: str, status: Any = "online", seen: datetime | None = NOW, **details: Any) -> Finding:
    return Finding(key, "device", {"name": key}, status=status, seen=seen, details=details)


def look(*findings: Finding, source: str = "homeseer", complete: bool = True) -> Look:
    return Look(source, "o/s", findings, "refs.homeseer", complete)


def known(key: str, address: Address | None, missed: int = 0) -> Remembered:
    return Remembered(key, "device", {"name": key}, missed, address)


def looked(connection: Connection, found: Look, *remember: Remembered, at: datetime = NOW) -> Recorded:
    return record(connection, found, remember, at=at, stale_after=WEEK, actor="ada@example")
