"""Devices as they are now, for people: read from what is declared and what sources saw."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invgit.model.entity import Address
from invgit.model.observed import Observed
from invgit.model.spec import construct
from invgit.model.times import normal_moment
from invgit.state.database import Connection, translated

_MOST = 255
"""So many characters of a text that only a source has said are shown."""

_DEVICES = """
SELECT address, status, status_by, last_status_change AS status_since, last_seen, last_seen_by,
       left(ip_address, %(most)s) AS ip, ip_address_by AS ip_by,
       left(firmware_version, %(most)s) AS firmware_version, firmware_version_by
FROM current_devices WHERE address IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class SiteDevices:
    """How many devices of a site (by its path) are how; `stale` of the unknown ones showed life, and not lately."""

    site: str
    online: int
    offline: int
    unknown: int
    stale: int
    maintenance: int
    decommissioned: int


def devices(connection: Connection) -> dict[Address, Observed]:
    """Every managed device, also those that nobody has seen."""
    with translated():
        cursor = connection.execute(_DEVICES, {"most": _MOST})
        names = [column.name for column in cursor.description or ()][1:]
        return {Address.parse(address): _observed(dict(zip(names, row, strict=True))) for address, *row in cursor}


def by_site(connection: Connection) -> list[SiteDevices]:
    """The sites that have devices, by path; devices that no apply wrote count too."""
    with translated():
        rows = connection.execute(
            "SELECT o.slug || '/' || s.slug, count(*) FILTER (WHERE d.status = 'online'),"
            " count(*) FILTER (WHERE d.status = 'offline'), count(*) FILTER (WHERE d.status = 'unknown'),"
            " count(*) FILTER (WHERE d.status = 'unknown'"
            " AND d.id IN (SELECT entity_id FROM observations WHERE stale)),"
            " count(*) FILTER (WHERE d.status = 'maintenance'), count(*) FILTER (WHERE d.status = 'decommissioned')"
            " FROM devices d JOIN sites s ON s.id = d.site_id JOIN organizations o ON o.id = s.organization_id"
            " GROUP BY 1 ORDER BY 1"
        ).fetchall()
    return [SiteDevices(*row) for row in rows]


def _observed(row: dict[str, Any]) -> Observed:
    plain = {
        name: normal_moment(value.isoformat()) if isinstance(value, datetime) else value for name, value in row.items()
    }
    found: Observed = construct(Observed, plain)
    return found
