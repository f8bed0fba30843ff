"""The things themselves."""

from typing import Annotated, ClassVar, Literal

from invgit.model.addresses import Bluetooth, Eui64, Ip, Ip4, Ip6, Mac
from invgit.model.entity import Scope
from invgit.model.fields import EMPTY, Fields
from invgit.model.kinds.hardware import Hardware
from invgit.model.marks import Column, Derived, Example, Identity, Normal, Offers, Ref, Show, Unique, Unit
from invgit.model.places import Currency
from invgit.model.scalars import (
    BY_KEY,
    Flag,
    Hostname,
    InterfaceName,
    Name,
    Prose,
    Tags,
    Text10,
    Text20,
    Text50,
    Text100,
    Text255,
    decimal,
    integer,
)
from invgit.model.times import Date

IpFrom = Literal["static", "dhcp"]


class Refs(Fields):
    """What other systems call the device."""

    homeseer: Annotated[
        Text100 | None, Column("homeseer_ref"), Unique("site", "duplicate-ref"), Identity(strong=False), Example("3398")
    ] = None
    """Its reference number in the site's HomeSeer."""

    homeassistant: Annotated[
        Text255 | None,
        Column("homeassistant_entity_id"),
        Unique("site", "duplicate-ref"),
        Identity(strong=False),
        Example("switch.hub"),
    ] = None
    """Its entity in Home Assistant, as switch.hub."""

    blueiris: Annotated[
        Text50 | None,
        Column("blueiris_short_name"),
        Unique("site", "duplicate-ref"),
        Identity(strong=False),
        Example("FrontDoor"),
    ] = None
    """Its short name in Blue Iris."""


def _given(refs: Refs | None) -> Refs | None:
    """A group in which nothing is said says nothing."""
    return refs if refs and (refs.homeseer or refs.homeassistant or refs.blueiris) else None


class Interface(Fields):
    """A further port or radio of the device."""

    mac: Annotated[Mac | None, Column("mac_address"), Unique("inventory", "duplicate-mac"), Identity()] = None
    """Hardware address."""

    network: Annotated[str | None, Ref("network"), Column("network_id")] = None
    """The network it is connected to."""

    ip: Annotated[Ip4 | None, Column("ip_address")] = None
    """IPv4 address."""

    ip6: Annotated[Ip6 | None, Column("ip6_address")] = None
    """IPv6 address."""

    ip_from: IpFrom = "static"
    """Whether the address is set on the device, or reserved in the DHCP server."""

    hostname: Annotated[Hostname | None, Unique("site", "duplicate-hostname")] = None
    """Host name of this interface."""


class Allocation(Fields):
    """An address the device holds in a network."""

    ip: Annotated[Ip, Column("ip_address")]
    """The address."""

    network: Annotated[str, Ref("network"), Column("network_id")]
    """The network the address is of."""

    type: Annotated[Literal["static", "dhcp_reservation"], Column("allocation_type")]
    """Whether the address is set on the device, or reserved in the DHCP server."""

    mac: Annotated[Mac | None, Column("mac_address")] = None
    """Hardware address it belongs to."""

    hostname: Hostname | None = None
    """Host name it belongs to."""


class Device(Hardware):
    """A thing with power: a server, a camera, a dimmer, a lock."""

    kind: ClassVar[str] = "device"
    example: ClassVar[str] = "front-door-lock"
    key: ClassVar[str] = "devices"
    crosses: ClassVar[bool] = True
    table: ClassVar[str | None] = "devices"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    name: Annotated[Name, Example("Front door lock"), Show()]
    """What people call it."""

    type: Annotated[Text100, Column("device_type"), Offers("device-type"), Example("smart-lock"), Show()]
    """A device type of the catalog (what it says there counts here), or a word of your own."""

    description: Annotated[Prose | None, Example("Opens with a code, too.")] = None
    """Anything worth knowing."""

    zone: Annotated[str | None, Ref("zone"), Column("zone_id"), Show()] = None
    """Where it stands."""

    location_description: Annotated[Text255 | None, Example("behind the TV")] = None
    """Where in the zone, as behind the TV."""

    network: Annotated[str | None, Ref("network"), Column("network_id"), Show()] = None
    """The network it is connected to."""

    mac: Annotated[Mac | None, Column("mac_address"), Unique("inventory", "duplicate-mac"), Identity(), Show()] = None
    """Hardware address of its main port."""

    ip: Annotated[Ip4 | None, Column("ip_address"), Show()] = None
    """IPv4 address of its main port."""

    ip6: Annotated[Ip6 | None, Column("ip6_address")] = None
    """IPv6 address of its main port."""

    ip_from: IpFrom = "static"
    """Whether the address is set on the device, or reserved in the DHCP server."""

    hostname: Annotated[Hostname | None, Unique("site", "duplicate-hostname")] = None
    """Host name of its main port."""

    interfaces: Annotated[
        dict[InterfaceName, Interface],
        Column("device_interfaces.name"),
        BY_KEY,
        Example({"eth1": {"mac": "a0:1e:0b:00:00:02", "ip": "10.0.20.5"}}),
    ] = EMPTY
    """Further ports and radios, under their names: `{eth1: {mac: …, network: …, ip: …}}`."""

    allocations: Annotated[tuple[Allocation, ...], Column("ip_allocations.ip_address"), Derived()] = ()
    """The addresses it holds, of its main port and of its interfaces."""

    serial: Annotated[
        Text100 | None,
        Column("serial_number"),
        Unique("inventory", "duplicate-serial"),
        Identity(),
        Example("SN-20394"),
    ] = None
    """The maker's number of this one unit."""

    zwave_node_id: Annotated[Annotated[int, integer(1, 4000)] | None, Example(14), Unit()] = None
    """Its node in the Z-Wave network."""

    zwave_home_id: Annotated[Text20 | None, Example("E1B2C3D4")] = None
    """Identifier of its Z-Wave network."""

    zigbee_ieee_address: Annotated[Eui64 | None, Unique("inventory", "duplicate-radio-address"), Identity()] = None
    """Its fixed Zigbee address (EUI-64)."""

    zigbee_network_address: Annotated[Text10 | None, Example("0x4F2A"), Unit()] = None
    """Its short address in the Zigbee network."""

    bluetooth_address: Annotated[Bluetooth | None, Unique("inventory", "duplicate-radio-address"), Identity()] = None
    """Its Bluetooth address."""

    thread_eui64: Annotated[Eui64 | None, Unique("inventory", "duplicate-radio-address"), Identity()] = None
    """Its fixed Thread address (EUI-64)."""

    refs: Annotated[Refs | None, Normal(_given)] = None
    """What other systems call it."""

    tags: Annotated[Tags, Example(["outdoor", "critical"])] = ()
    """Words of your own to find it by."""

    protect: Annotated[Flag, Column("entities.protect")] = False
    """Whether no plan may delete it."""

    maintenance: Flag = False
    """Whether it is being worked on: its status says so, and alerts stay quiet."""

    status: Annotated[Literal["maintenance", "decommissioned"] | None, Derived()] = None
    """The part of its status that is decided here; online and offline are seen, not decided."""

    usage_status: Annotated[Literal["active", "stored", "failed", "retired", "pending"], Show(), Unit()] = "active"
    """Where it is in its life."""

    storage_location: Annotated[Text255 | None, Example("Shelf 3"), Unit()] = None
    """Where it lies while it is not in use."""

    failure_date: Annotated[Date | None, Unit()] = None
    """When it failed."""

    failure_reason: Annotated[Prose | None, Example("Capacitor"), Unit()] = None
    """Why it failed."""

    rma_reference: Annotated[Text100 | None, Example("RMA-5512"), Unit()] = None
    """Number of the return or repair."""

    installation_date: Annotated[Date | None, Unit()] = None
    """When it was put into service."""

    warranty_expiry: Annotated[Date | None, Unit()] = None
    """Last day of the warranty."""

    purchase_date: Annotated[Date | None, Unit()] = None
    """When it was bought."""

    purchase_price: Annotated[Annotated[str, decimal(10, 2, 0, 99_999_999)] | None, Example("129.99"), Unit()] = None
    """What it cost."""

    purchase_currency: Annotated[Currency | None, Unit()] = "USD"
    """Currency of the price, ISO 4217."""

    purchase_source: Annotated[Text255 | None, Example("Local hardware store"), Unit()] = None
    """Where it was bought."""

    receipt_reference: Annotated[Text255 | None, Example("2026/receipt-118.pdf"), Unit()] = None
    """Where the receipt is."""

    is_active: Flag = True
    """Whether it is in use."""

    site: Annotated[str | None, Ref("site"), Column("site_id"), Derived()] = None
    """The site it belongs to."""
