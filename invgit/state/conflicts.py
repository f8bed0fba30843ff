"""Addresses that two hosts have, or another than the declared one, as scans saw it last."""

from datetime import datetime
from typing import NamedTuple

from invgit.state.database import Connection, translated

_MOST = 1000
"""So many are read; more are no conflicts, but a network that is none."""

_CONFLICTS = """
SELECT site, left(coalesce(details ->> 'ip', key), 255), left(details ->> 'conflict', 2000), first_looked
FROM observations WHERE details ->> 'conflict' IS NOT NULL AND missed = 0
ORDER BY site, length(key), key, source LIMIT %s
"""


class Conflict(NamedTuple):
    """A conflict that is there. Its texts come from the network."""

    site: str
    """Path of the site."""
    ip: str
    sentence: str
    """Who has the address, and who should."""
    since: datetime
    """The first look that saw it, UTC."""


def conflicts(connection: Connection) -> list[Conflict]:
    """The conflicts that are there, by site and address."""
    with translated():
        return [Conflict(*row) for row in connection.execute(_CONFLICTS, [_MOST])]
