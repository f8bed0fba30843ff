"""Addresses that are spoken for although no device here has them."""

from typing import Annotated, ClassVar, Literal

from invgit.model.addresses import Ip, Mac
from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Column, Example, Ref, Show
from invgit.model.scalars import Flag, Hostname, Json, Prose


class Reservation(Values):
    """An address of a network without a device: kept free, or given to something that is not described here."""

    kind: ClassVar[str] = "reservation"
    example: ClassVar[str] = "old-printer"
    key: ClassVar[str] = "reservations"
    table: ClassVar[str | None] = "ip_allocations"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    network: Annotated[str, Ref("network"), Column("network_id"), Show()]
    """The network the address is of."""

    ip: Annotated[Ip, Column("ip_address"), Show()]
    """The address."""

    type: Annotated[Literal["static", "dhcp_reservation", "reserved"], Column("allocation_type"), Show()] = "reserved"
    """How the address is given out."""

    hostname: Annotated[Hostname | None, Show()] = None
    """Host name that goes with it."""

    dns_names: Annotated[tuple[Hostname, ...], Column(sql="text[]")] = ()
    """Further names in DNS."""

    mac: Annotated[Mac | None, Column("mac_address")] = None
    """Hardware address it is for."""

    notes: Annotated[Prose | None, Example("Keep free."), Show()] = None
    """Why it is reserved."""

    metadata: Annotated[Json, Example({"asked_by": "Priya"})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""
