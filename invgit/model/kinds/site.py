"""A place with an address and a network of its own."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Column, Derived, Ref
from invgit.model.places import Country, Timezone
from invgit.model.scalars import Flag, Json, Name, Text20, Text100, Text255, decimal


class Site(Values):
    """A house, an office: a place with a street address, zones and networks."""

    kind: ClassVar[str] = "site"
    key: ClassVar[str] = "site"
    table: ClassVar[str | None] = "sites"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    name: Name
    """What people call it."""

    type: Annotated[Literal["residence", "office", "datacenter", "warehouse", "other"] | None, Column("site_type")] = (
        None
    )
    """What it is."""

    address_line1: Text255 | None = None
    """Street and number."""

    address_line2: Text255 | None = None
    """Second line of the street address."""

    city: Text100 | None = None
    """City."""

    state: Text100 | None = None
    """State, province or region."""

    postal_code: Text20 | None = None
    """Postal code, as written on a letter."""

    country: Country | None = "USA"
    """Country, ISO 3166."""

    latitude: Annotated[str, decimal(10, 8, -90, 90)] | None = None
    """Degrees north (WGS 84)."""

    longitude: Annotated[str, decimal(11, 8, -180, 180)] | None = None
    """Degrees east (WGS 84)."""

    timezone: Timezone | None = "America/Los_Angeles"
    """Time zone, IANA database: dates and times of the site are shown in it."""

    is_primary: Flag = False
    """Whether it is the organization's main site."""

    metadata: Json = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""

    organization: Annotated[str | None, Ref("organization"), Column("organization_id"), Derived()] = None
    """The organization it belongs to."""
