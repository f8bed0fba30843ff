"""What is known of a device because it was seen: kept in PostgreSQL, never written to YAML by itself."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from invgit.errors import UsageError
from invgit.model.entity import Address, AnyEntity
from invgit.model.fieldpaths import FieldPath, field_of, field_path
from invgit.model.fields import Fields
from invgit.model.kinds import Device
from invgit.model.scalars import Text50, Text255
from invgit.model.spec import FieldSpec, KindSpec, record_fields
from invgit.model.times import Moment

OBSERVED = "observed"
"""How what was observed is called where fields are named: `observed.status`."""
USUAL = (f"{OBSERVED}.status", f"{OBSERVED}.last_seen")
"""What of it is shown where nobody says what."""


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


class Way(NamedTuple):
    """How a value is found at every entity, and the field that it is of; None within what is free-form."""

    path: FieldPath
    seen: Mapping[Address, Observed] | None = None

    @property
    def leaf(self) -> FieldSpec | None:
        """The field at its end."""
        return self.path.leaf

    def of(self, entity: AnyEntity) -> Any:
        """The plain value; None where there is none."""
        values = entity.values if self.seen is None else self.seen.get(entity.address)
        return self.path.of(values) if values is not None else None


def way(spec: KindSpec, text: str, observed: Mapping[Address, Observed] | None) -> Way:
    """What a path such as `zone`, `refs.homeseer` or `observed.status` leads to.

    Raises UsageError where a word is no field; and for what was observed, where nobody looked for that.
    """
    name, dot, rest = text.partition(".")
    if name != OBSERVED or not dot or spec.name != Device.kind:
        return Way(field_path(spec, text))
    field = field_of(record_fields(Observed), rest, "observed of a device")
    if observed is None:
        raise UsageError(f"`{text}` is not in the YAML: sources see it", help="add `--from db`")
    return Way(FieldPath(text, field, (), field), observed)
