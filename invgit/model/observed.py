"""What is known of a device because it was seen: kept in PostgreSQL, never written to YAML by itself."""

from typing import Literal

from invgit.model.fields import Fields
from invgit.model.scalars import Text50, Text255
from invgit.model.times import Moment

DECLARED = "declared"
"""What says so, where no source does."""


class Observed(Fields):
    """A device as it is now: what is declared, else what was seen of it last, and who says so."""

    status: Literal["online", "offline", "unknown", "maintenance", "decommissioned"] = "unknown"
    """Whether it works. Unknown is also what shows no life for too long."""

    status_by: Text50 | None = None
    """The source that says so, or `declared`."""

    status_since: Moment | None = None
    """When the status was first seen."""

    last_seen: Moment | None = None
    """When it last showed life."""

    last_seen_by: Text50 | None = None
    """The source that saw it."""

    ip: Text255 | None = None
    """Its address; one that a source has is text that nobody has checked."""

    ip_by: Text50 | None = None
    """The source that says so, or `declared`."""

    firmware_version: Text255 | None = None
    """Its firmware, likewise."""

    firmware_version_by: Text50 | None = None
    """The source that says so, or `declared`."""
