"""A numbered slice of a site's Ethernet."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Column, Derived, Example, Ref, Show, Unique
from invgit.model.scalars import Flag, Json, Name, Prose, integer


class Vlan(Values):
    """A VLAN (IEEE 802.1Q) of a site."""

    kind: ClassVar[str] = "vlan"
    example: ClassVar[str] = "iot"
    key: ClassVar[str] = "vlans"
    table: ClassVar[str | None] = "network_vlans"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    name: Annotated[Name, Example("Things"), Show()]
    """What people call it."""

    vlan_id: Annotated[int, integer(1, 4094), Unique("site", "duplicate-vlan"), Example(20), Show()]
    """Its number, 1 to 4094 (0 and 4095 are reserved)."""

    type: Annotated[
        Literal["management", "iot", "guest", "security", "servers", "workstations", "other"] | None,
        Column("vlan_type"),
        Show(),
    ] = None
    """What it is for."""

    description: Annotated[Prose | None, Example("No way to the internet.")] = None
    """Anything worth knowing."""

    network: Annotated[str | None, Ref("network"), Column("network_id"), Derived(), Show()] = None
    """The network it carries; of several the one with addresses."""

    metadata: Annotated[Json, Example({"dscp": 46})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""

    site: Annotated[str | None, Ref("site"), Column("site_id"), Derived()] = None
    """The site it belongs to."""
