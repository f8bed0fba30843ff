"""A place with an address and a network of its own."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Column, Derived, Example, Ref, Show
from invgit.model.places import Country, Timezone
from invgit.model.scalars import Flag, Json, Name, Text20, Text100, Text255, decimal


class Site(Values):
    """A house, an office: a place with a street address, zones and networks."""

    kind: ClassVar[str] = "site"
    example: ClassVar[str] = "cabin"
    key: ClassVar[str] = "site"
    table: ClassVar[str | None] = "sites"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    name: Annotated[Name, Example("Cabin"), Show()]
    """What people call it."""

    type: Annotated[
        Literal["residence", "office", "datacenter", "warehouse", "other"] | None, Column("site_type"), Show()
    ] = None
    """What it is."""

    address_line1: Annotated[Text255 | None, Example("12 Lake Road")] = None
    """Street and number."""

    address_line2: Annotated[Text255 | None, Example("Second floor")] = None
    """Second line of the street address."""

    city: Annotated[Text100 | None, Example("Duluth"), Show()] = None
    """City."""

    state: Annotated[Text100 | None, Example("MN")] = None
    """State, province or region."""

    postal_code: Annotated[Text20 | None, Example("55802")] = None
    """Postal code, as written on a letter."""

    country: Annotated[Country | None, Show()] = "USA"
    """Country, ISO 3166."""

    latitude: Annotated[Annotated[str, decimal(10, 8, -90, 90)] | None, Example("46.7867")] = None
    """Degrees north (WGS 84)."""

    longitude: Annotated[Annotated[str, decimal(11, 8, -180, 180)] | None, Example("-92.1005")] = None
    """Degrees east (WGS 84)."""

    timezone: Annotated[Timezone | None, Show()] = "America/Los_Angeles"
    """Time zone, IANA database: dates and times of the site are shown in it."""

    is_primary: Flag = False
    """Whether it is the organization's main site."""

    metadata: Annotated[Json, Example({"alarm_company": "Northern"})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""

    organization: Annotated[str | None, Ref("organization"), Column("organization_id"), Derived()] = None
    """The organization it belongs to."""
