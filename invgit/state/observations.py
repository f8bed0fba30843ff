"""What sources saw: remembered from look to look, and shown in the observed columns of devices.

A row is written when what it says has changed, and a look at which nothing has changed writes one row: when it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from psycopg import sql

from invgit.model.entity import Address
from invgit.model.findings import Finding, Look, Remembered
from invgit.state import database, seen
from invgit.state.database import Connection, translated
from invgit.state.lock import writer
from invgit.state.settings import LOCK_TIMEOUT
from invgit.state.stage import listed, stage
from invgit.state.storable import json_text, text


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a look has changed, in numbers of rows."""

    found: int = 0
    """Things that were there."""
    new: int = 0
    """Things that were not known before."""
    changed: int = 0
    """Things that are otherwise than before, or of which something else is remembered."""
    forgotten: int = 0
    """Things that are gone, and that nobody wants to know of any more."""
    stale: int = 0
    """Things of which the last sign of life has just become too old."""
    devices: int = 0
    """Devices whose status or last sign of life was written."""


class _Memory(NamedTuple):
    """What is remembered of a thing, in the order of its columns."""

    agreed: Mapping[str, Any]
    offered: Mapping[str, Any]
    missed: int
    sightings: int
    address: str | None

    @classmethod
    def of(cls, known: Remembered) -> "_Memory":
        address = str(known.address) if known.address else None
        return cls(known.agreed, known.offered, known.missed, known.sightings, address)

    def cells(self) -> tuple[str, str, int, int, str | None]:
        """As they are sent."""
        return json_text(self.agreed), json_text(self.offered), self.missed, self.sightings, self.address


class _Known(NamedTuple):
    """What a row says now, as far as it has to be compared."""

    kind: str
    memory: _Memory
    entity: str | None
    digest: str
    stale: bool


def remembered(connection: Connection, source: str, site: str) -> dict[str, Remembered]:
    """What is known of the things that a source has seen at a site (by its path), by key.

    An entity that was renamed since has its new address; one that is deleted has none.
    """
    with translated():
        known = _known(connection, source, site)
    return {
        key: Remembered(key, kind, agreed, missed, Address.parse(address) if address else None, offered, sightings)
        for key, (kind, (agreed, offered, missed, sightings, address), *_) in known.items()
    }


def record(
    connection: Connection,
    look: Look,
    remember: Iterable[Remembered] | None,
    *,
    at: datetime,
    stale_after: timedelta | None = None,
    actor: str | None = None,
    timeout: float = LOCK_TIMEOUT,
) -> Recorded:
    """Write what a look at the moment `at` has found, and all that is to be remembered from now on; None keeps what is.

    A thing that shows no life for `stale_after` has the status unknown, and so has
    its device; a status that people have decided stays. `actor` is who did it, as the audit log has it.

    Devices that somebody else has open are left to the next look. Raises LockBusy while others apply; DatabaseError.
    """
    cutoff = _before(at, stale_after)
    memory = {text(each.key): (each.kind, _Memory.of(each)) for each in remember or ()}
    found = {text(each.key): each for each in look.findings}
    place = {"source": look.source, "site": look.site, "at": at, "cutoff": cutoff}
    with _writing(connection, actor, timeout):
        connection.execute(_LOOKED, place | {"complete": look.complete})
        known = _known(connection, look.source, look.site)
        rows = (_row(key, each, memory.get(key), known.get(key), at, cutoff) for key, each in found.items())
        new, changed = _written(connection, place, [row for row in rows if row])
        missing = {key: each for key, each in memory.items() if key not in found}
        changed += _reminded(connection, place, known, missing)
        kept = found.keys() | memory.keys() | set(map(text, look.beyond))
        gone = [key for key in known if key not in kept] if remember is not None else []
        forgotten = connection.execute(_FORGET, place | {"gone": gone}).rowcount
        connection.execute(_RESOLVE, place)
        stale, devices = seen.aged(connection, place), seen.shown(connection, place)
        if changed or forgotten:
            devices += seen.unseen(connection, place, [row.entity for row in known.values() if row.entity])
    return Recorded(len(found), new, changed, forgotten, stale, devices)


def mark_stale(
    connection: Connection,
    source: str,
    site: str,
    *,
    at: datetime,
    stale_after: timedelta | None,
    actor: str | None = None,
    timeout: float = LOCK_TIMEOUT,
) -> Recorded:
    """Let what a source has not seen alive for `stale_after` count as unknown: for when a look has failed."""
    place = {"source": source, "site": site, "at": at, "cutoff": _before(at, stale_after)}
    with _writing(connection, actor, timeout):
        return Recorded(stale=seen.aged(connection, place), devices=seen.shown(connection, place))


@contextmanager
def _writing(connection: Connection, actor: str | None, timeout: float) -> Iterator[None]:
    """A transaction in which observed columns are written: never beside an apply, which would have to begin again."""
    with writer(connection, timeout, shared=True), translated(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.execute("SELECT set_config('invgit.actor', %s, true)", [actor or database.actor()])
        yield


def _before(at: datetime, length: timedelta | None) -> datetime | None:
    """The moment so long ago; None where that is always."""
    try:
        return at - length if length is not None else None
    except OverflowError:  # years before the first
        return None


def _known(connection: Connection, source: str, site: str) -> dict[str, _Known]:
    rows = connection.execute(
        "SELECT o.key, o.kind, o.agreed, o.offered, o.missed, o.sightings,"
        " CASE WHEN o.entity_id IS NULL THEN o.address ELSE e.address END, o.entity_id::text, o.digest, o.stale"
        " FROM observations o LEFT JOIN entities e ON e.id = o.entity_id"
        " WHERE o.source = %s AND o.site = %s ORDER BY o.key",
        [source, site],
    ).fetchall()
    return {key: _Known(kind, _Memory(*memory[:5]), *memory[5:]) for key, kind, *memory in rows}


# --- Rows -------------------------------------------------------------------------------------------------------------

_MEMORY = ("key", "kind", "agreed", "offered", "missed", "sightings", "address")
_FOUND = (*_MEMORY, "said", "details", "status", "stale", "seen", "digest")
_NOTHING = _Memory({}, {}, 0, 0, None)


def _row(
    key: str,
    finding: Finding,
    memory: tuple[str, _Memory] | None,
    known: _Known | None,
    at: datetime,
    cutoff: datetime | None,
) -> tuple[Any, ...] | None:
    """A finding as a row of `_FOUND`; None where the row that is there says the same."""
    wanted = (memory[1] if memory else known.memory if known else _NOTHING)._replace(missed=0)
    life = min(finding.seen, at) if finding.seen else None  # its clock may be ahead of ours
    stale = bool(cutoff and finding.status == "online" and life and life < cutoff)
    said, details = json_text(finding.said), json_text(finding.details)
    parts = (finding.kind, said, details, finding.status or "", str(finding.seen))
    digest = sha256("\0".join(parts).encode()).hexdigest()
    if known and (digest, stale, wanted) == (known.digest, known.stale, known.memory):
        return None
    status = "unknown" if stale else finding.status
    return (key, finding.kind, *wanted.cells(), said, details, status, stale, life, digest)


def _written(connection: Connection, place: Mapping[str, Any], rows: list[tuple[Any, ...]]) -> tuple[int, int]:
    """Write findings; how many are new, and how many are otherwise than before."""
    if not rows:
        return 0, 0
    staged = stage(connection, "found", "observations", _FOUND, rows)
    query = sql.SQL(_FOUND_SQL).format(
        staged=staged,
        columns=listed(_FOUND),
        values=sql.SQL(", ").join(sql.Identifier("s", name) for name in _FOUND),
        assigned=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in _FOUND[1:]),
    )
    fresh = [new for (new,) in connection.execute(query, place)]
    return sum(fresh), len(fresh) - sum(fresh)


def _reminded(
    connection: Connection,
    place: Mapping[str, Any],
    known: Mapping[str, _Known],
    missing: Mapping[str, tuple[str, _Memory]],
) -> int:
    """Write what is remembered of things that the look did not find; how many rows that has changed."""
    rows = [
        (key, kind, *memory.cells())
        for key, (kind, memory) in missing.items()
        if key not in known or known[key].memory != memory
    ]
    if not rows:
        return 0
    staged = stage(connection, "reminded", "observations", _MEMORY, rows)
    return connection.execute(sql.SQL(_REMINDED_SQL).format(staged=staged), place).rowcount


# --- Statements: `at` is when it was looked; what is older than `cutoff` is stale, and nothing where that is NULL ----

_LOOKED = """
INSERT INTO looks (source, site, looked_at, complete_at)
VALUES (%(source)s, %(site)s, %(at)s, CASE WHEN %(complete)s THEN %(at)s::timestamptz END)
ON CONFLICT (source, site) DO UPDATE
SET looked_at = excluded.looked_at, complete_at = coalesce(excluded.complete_at, looks.complete_at)
"""

_FOUND_SQL = """
INSERT INTO observations (source, site, entity_id, first_looked, changed_at, {columns})
SELECT %(source)s, %(site)s, e.id, %(at)s, %(at)s, {values}
FROM {staged} s LEFT JOIN entities e ON e.address = s.address ORDER BY s.key
ON CONFLICT (source, site, key) DO UPDATE
SET entity_id = excluded.entity_id, changed_at = excluded.changed_at, {assigned}
RETURNING xmax = 0
"""

# What is new here was never seen, and is missing from the first look on; a retired device is missed by nobody.
_REMINDED_SQL = """
INSERT INTO observations
    (source, site, key, kind, address, agreed, offered, missed, sightings, entity_id, digest, first_looked, changed_at)
SELECT %(source)s::text, %(site)s::text, s.key, s.kind, s.address, s.agreed, s.offered, s.missed, s.sightings, e.id, '',
    %(at)s, %(at)s
FROM {staged} s LEFT JOIN entities e ON e.address = s.address
WHERE NOT EXISTS (SELECT FROM devices d WHERE d.id = e.id AND d.usage_status = 'retired')
   OR EXISTS (SELECT FROM observations t WHERE (t.source, t.site, t.key) = (%(source)s::text, %(site)s::text, s.key))
ORDER BY s.key
ON CONFLICT (source, site, key) DO UPDATE
SET address = excluded.address, agreed = excluded.agreed, offered = excluded.offered, missed = excluded.missed,
    sightings = excluded.sightings, entity_id = excluded.entity_id, changed_at = excluded.changed_at
"""

_FORGET = """
DELETE FROM observations o WHERE o.source = %(source)s AND o.site = %(site)s AND (o.key = ANY (%(gone)s)
    OR (o.missed > 0 AND EXISTS (SELECT FROM devices d WHERE d.id = o.entity_id AND d.usage_status = 'retired')))
"""

_RESOLVE = """
UPDATE observations o SET entity_id = e.id FROM entities e
WHERE o.source = %(source)s AND o.site = %(site)s AND o.entity_id IS NULL AND e.address = o.address
"""
