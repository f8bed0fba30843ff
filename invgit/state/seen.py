"""What observations say of devices: the columns of theirs that sources own, and when what was seen no longer counts.

In `place` are source, site, `at` (the moment of the look) and `cutoff`: what is older is stale, and nothing where it is
None.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

from invgit.state.database import Connection
from invgit.state.tables import DECIDED

Place = Mapping[str, Any]


def aged(connection: Connection, place: Place) -> int:
    """Let what is stale by now count as unknown; how many rows that are."""
    return connection.execute(_AGED, place).rowcount


def shown(connection: Connection, place: Place) -> int:
    """Let devices have the status and the last life that was seen of them; how many were otherwise.

    What people have decided stays, and a row that somebody else has open is left to the next look.
    """
    return connection.execute(_SHOWN, place).rowcount


def unseen(connection: Connection, place: Place, ids: Sequence[str]) -> int:
    """Let those of some devices be unknown that nobody sees any more: their key is another's now, or forgotten."""
    return connection.execute(_UNSEEN, {**place, "ids": ids}).rowcount


# Life is as old as it was seen; that something is off, and that it is there at all, as old as the look.
_AGED = """
UPDATE observations o SET status = 'unknown', stale = true, changed_at = %(at)s FROM looks l
WHERE o.source = %(source)s AND o.site = %(site)s AND l.source = o.source AND l.site = o.site
AND o.status <> 'unknown' AND coalesce(CASE WHEN o.missed = 0 AND (o.status = 'offline' OR o.seen IS NULL)
    THEN l.looked_at ELSE o.seen END, '-infinity') < %(cutoff)s::timestamptz
"""

# Several sources may see one device, and a source may see it twice: what has seen life last counts.
_SHOWN = sql.SQL("""
UPDATE devices d SET status = n.status, last_seen = greatest(d.last_seen, n.seen),
    last_status_change = CASE WHEN n.status = d.status THEN d.last_status_change ELSE %(at)s END
FROM (
    SELECT d.id, c.seen,
           CASE WHEN d.status = ANY ({decided}) THEN d.status ELSE coalesce(c.status, d.status) END AS status
    FROM (
        SELECT entity_id, max(seen) AS seen,
               (array_agg(status ORDER BY status = 'unknown', seen DESC NULLS LAST, source, key)
                FILTER (WHERE status IS NOT NULL))[1] AS status
        FROM observations WHERE entity_id IN (
            SELECT entity_id FROM observations WHERE source = %(source)s AND site = %(site)s)
        GROUP BY entity_id
    ) c JOIN devices d ON d.id = c.entity_id
    WHERE c.seen > coalesce(d.last_seen, '-infinity') OR (c.status <> d.status AND d.status <> ALL ({decided}))
    FOR NO KEY UPDATE OF d SKIP LOCKED
) n WHERE d.id = n.id
""").format(decided=sql.Literal(list(DECIDED)))

_UNSEEN = """
UPDATE devices d SET status = 'unknown', last_status_change = %(at)s
WHERE d.id = ANY (%(ids)s::uuid[]) AND d.status IN ('online', 'offline')
AND NOT EXISTS (SELECT FROM observations o WHERE o.entity_id = d.id)
"""
