"""A part of a site."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Column, Derived, Example, Ref, Show
from invgit.model.scalars import Color, Flag, Json, Name, Text50, decimal, integer


class Zone(Values):
    """A building, a floor, a room, a closet: where devices stand."""

    kind: ClassVar[str] = "zone"
    example: ClassVar[str] = "kitchen"
    key: ClassVar[str] = "zones"
    table: ClassVar[str | None] = "zones"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    name: Annotated[Name, Example("Kitchen"), Show()]
    """What people call it."""

    type: Annotated[
        Literal["building", "floor", "room", "closet", "outdoor", "garage", "other"] | None, Column("zone_type"), Show()
    ] = None
    """What it is."""

    parent: Annotated[str | None, Ref("zone"), Column("parent_zone_id"), Show()] = None
    """The zone it is part of."""

    floor_number: Annotated[Annotated[int, integer(-20, 200)] | None, Example(1), Show()] = None
    """Floor: 0 is the ground floor, negative is below it."""

    area_sqft: Annotated[Annotated[str, decimal(10, 2, 0, 99_999_999)] | None, Example("180.5")] = None
    """Area in square feet."""

    sort_order: Annotated[Annotated[int, integer(-100_000, 100_000)] | None, Example(10)] = None
    """Place in lists; lower comes first."""

    icon: Annotated[Text50 | None, Example("utensils")] = None
    """Name of an icon."""

    color: Color | None = None
    """Colour on plans, #rrggbb."""

    metadata: Annotated[Json, Example({"ceiling_feet": 9})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""

    site: Annotated[str | None, Ref("site"), Column("site_id"), Derived()] = None
    """The site it belongs to."""
