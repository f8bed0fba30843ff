"""What devices are connected to."""

from typing import Annotated, ClassVar, Literal

from invgit.model.addresses import Cidr4, Cidr6, Ip, Ip4, Ip6
from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Column, Derived, Example, Named, Ref, Show
from invgit.model.scalars import Flag, Json, Name, Prose, Text20, Text50, Text100, integer


class DhcpRange(Fields):
    """The addresses a DHCP server hands out."""

    start: Annotated[Ip4, Column("dhcp_from"), Named("from"), Example("192.168.1.100")]
    """First address of the range."""

    end: Annotated[Ip4, Column("dhcp_to"), Named("to"), Example("192.168.1.199")]
    """Last address of the range."""


class Network(Values):
    """An IP subnet, a Wi-Fi, a Z-Wave or Zigbee mesh; under an organization, one that spans sites."""

    kind: ClassVar[str] = "network"
    example: ClassVar[str] = "main-lan"
    key: ClassVar[str] = "networks"
    table: ClassVar[str | None] = "networks"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.ORGANIZATION, Scope.SITE)

    name: Annotated[Name, Example("Main LAN"), Show()]
    """What people call it."""

    type: Annotated[
        Literal["ethernet", "wifi", "zwave", "zigbee", "bluetooth", "thread", "matter", "other"] | None,
        Column("network_type"),
        Show(),
    ] = None
    """What carries it."""

    description: Annotated[Prose | None, Example("Everything with a cable.")] = None
    """Anything worth knowing."""

    cidr: Annotated[Cidr4 | None, Show()] = None
    """IPv4 network, as 192.168.1.0/24."""

    gateway: Annotated[Ip4 | None, Column("gateway_ip"), Show()] = None
    """IPv4 address of the router."""

    cidr6: Cidr6 | None = None
    """IPv6 network, as fd00:10::/64."""

    gateway6: Annotated[Ip6 | None, Column("gateway6_ip")] = None
    """IPv6 address of the router; often a link-local one (fe80::1)."""

    dns: Annotated[tuple[Ip, ...], Column("dns_servers")] = ()
    """Addresses of the DNS servers, in the order clients ask them."""

    dhcp: DhcpRange | None = None
    """The addresses a DHCP server hands out."""

    vlan: Annotated[str | None, Ref("vlan"), Column("network_vlan_id"), Show()] = None
    """The VLAN that carries it."""

    vlan_id: Annotated[int | None, Derived()] = None
    """Number of its VLAN."""

    ssid: Annotated[Text100 | None, Example("smith-home"), Show()] = None
    """Name of the Wi-Fi."""

    frequency: Annotated[Text20 | None, Example("5 GHz")] = None
    """Frequency or band, as 5 GHz or 908.4 MHz."""

    security_type: Annotated[Text50 | None, Example("WPA3")] = None
    """How it is secured, as WPA3 or S2."""

    controller: Annotated[str | None, Ref("device"), Column("controller_device_id")] = None
    """The device that runs it: an access point, a Z-Wave stick."""

    pan_id: Annotated[Text20 | None, Example("0x1A62")] = None
    """Zigbee or Thread PAN identifier."""

    channel: Annotated[Annotated[int, integer(0, 1000)] | None, Example(36)] = None
    """Radio channel."""

    home_id: Annotated[Text20 | None, Example("E1B2C3D4")] = None
    """Z-Wave home identifier."""

    is_primary: Flag = False
    """Whether it is the site's main network."""

    metadata: Annotated[Json, Example({"lease_hours": 24})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""

    organization: Annotated[str | None, Ref("organization"), Column("organization_id"), Derived()] = None
    """The organization it belongs to."""

    site: Annotated[str | None, Ref("site"), Column("site_id"), Derived()] = None
    """The site it belongs to."""
