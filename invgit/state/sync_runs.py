"""`sync_history`: a row for each time that a source was asked about a site, also when it did not answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from psycopg import sql
from psycopg.types.json import Jsonb

from invgit.state.database import Connection, translated
from invgit.state.stage import listed
from invgit.state.storable import text
from invgit.text.inert import line

Kind = Literal["full", "incremental"]
Outcome = Literal["completed", "failed", "partial"]

MOST = 1000
"""So many warnings of one run are kept."""
_LONGEST = 2000
"""So many characters of an error, or a warning, are kept."""


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One run at one site; moments are UTC."""

    source: str
    site: str
    """Path of the site."""
    kind: Kind
    outcome: Outcome
    """`partial`: not all that there is was seen, or not all that was seen could be used."""
    started: datetime
    took: timedelta
    actor: str
    total: int = 0
    """Things that were seen."""
    created: int = 0
    """Things that are proposed to be added."""
    updated: int = 0
    """Things that are proposed to be changed."""
    deleted: int = 0
    """Things that are proposed as missing."""
    skipped: int = 0
    """Things that are ignored, by a rule or a verdict."""
    failed: int = 0
    """Things that could not be used."""
    error: str | None = None
    """Why it failed, without secrets."""
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """The last run of a source at a site, the last that did not fail, and when it last saw the site."""

    source: str
    site: str
    last: SyncRun | None
    good: SyncRun | None
    looked: datetime | None


def note(connection: Connection, run: SyncRun) -> None:
    """Write the row of a run that is over, in one transaction, or in the one that is open."""
    row = {
        "sync_source": run.source,
        "site": run.site,
        "sync_type": run.kind,
        "direction": "import",
        "status": run.outcome,
        "started_at": run.started,
        "completed_at": run.started + run.took,
        "duration_ms": run.took // timedelta(milliseconds=1),
        "items_total": run.total,
        "items_created": run.created,
        "items_updated": run.updated,
        "items_deleted": run.deleted,
        "items_skipped": run.skipped,
        "items_failed": run.failed,
        "error_message": _inert(run.error) if run.error else None,
        "warnings": Jsonb([_inert(each) for each in run.warnings[:MOST]]) if run.warnings else None,
        "initiated_by": text(run.actor)[:255],
    }
    query = sql.SQL(
        "INSERT INTO sync_history (site_id, {})"
        " VALUES ((SELECT id FROM entities WHERE address = 'site:' || %(site)s), {})"
    ).format(listed(row), sql.SQL(", ").join(map(sql.Placeholder, row)))
    with translated(), connection.transaction():
        connection.execute(
            "INSERT INTO looks (source, site) VALUES (%(sync_source)s, %(site)s) ON CONFLICT DO NOTHING", row
        )
        connection.execute(query, row)


_RUNS = """
SELECT l.source, l.site, l.looked_at, last.row, good.row FROM looks l
LEFT JOIN LATERAL (
    SELECT to_jsonb(h) AS row FROM sync_history h
    WHERE h.sync_source = l.source AND h.site = l.site AND h.status IN ('completed', 'partial', 'failed')
    ORDER BY h.started_at DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT to_jsonb(h) AS row FROM sync_history h
    WHERE h.sync_source = l.source AND h.site = l.site AND h.status IN ('completed', 'partial')
    ORDER BY h.started_at DESC LIMIT 1
) good ON true
ORDER BY 1, 2
"""


def runs(connection: Connection) -> list[Runs]:
    """The runs that count, by source and site."""
    with translated():
        rows = connection.execute(_RUNS).fetchall()
    return [Runs(source, site, _run(last), _run(good), looked) for source, site, looked, last, good in rows]


def _run(row: dict[str, Any] | None) -> SyncRun | None:
    """A row as it was noted."""
    if row is None:
        return None
    return SyncRun(
        source=row["sync_source"],
        site=row["site"],
        kind=row["sync_type"],
        outcome=row["status"],
        started=datetime.fromisoformat(row["started_at"]),
        took=timedelta(milliseconds=row["duration_ms"] or 0),
        actor=row["initiated_by"] or "",
        total=row["items_total"],
        created=row["items_created"],
        updated=row["items_updated"],
        deleted=row["items_deleted"],
        skipped=row["items_skipped"],
        failed=row["items_failed"],
        error=row["error_message"],
        warnings=tuple(row["warnings"] or ()),
    )


def _inert(words: str) -> str:
    return line(text(words))[:_LONGEST]
