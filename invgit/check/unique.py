"""Values that belong to one thing only. Which they are is marked in the model; here stands what is said about them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from invgit.check.rule import Context, Finding, constraint, error, standing
from invgit.model.entity import Address
from invgit.model.kinds import Device, Network
from invgit.model.marked import Value, has_repeated, values_of
from invgit.model.spec import FieldSpec

K = TypeVar("K")
_OWN = "each device has its own: correct one of the two, or leave it out"


@error
def duplicate_mac(context: Context) -> Iterator[Finding]:
    """A hardware address belongs to one port of one device, in the whole inventory.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01}
          tv: {name: TV, type: tv, mac: A0-1E-0B-00-00-01}
    Right:
        devices:
          nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01}
          tv: {name: TV, type: tv, mac: a0:1e:0b:00:00:02}
    """
    return _shared(context, "duplicate-mac", "the MAC address", "each port has its own: correct one of the two")


@error
def duplicate_serial(context: Context) -> Iterator[Finding]:
    """A serial number belongs to one device, in the whole inventory.

    Some makers give every unit the same one; waive the rule there.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, serial: S1234}
          old-nas: {name: Old NAS, type: nas, serial: S1234}
    Right:
        devices:
          nas: {name: NAS, type: nas, serial: S1234}
          old-nas: {name: Old NAS, type: nas, serial: S0815}
    """
    help = "each device has its own: correct one of the two, or waive the rule where a maker gives all the same"
    return _shared(context, "duplicate-serial", "the serial number", help)


@error
def duplicate_radio_address(context: Context) -> Iterator[Finding]:
    """A fixed Zigbee, Thread or Bluetooth address belongs to one device, in the whole inventory.

    Wrong:
        devices:
          door: {name: Door, type: sensor, zigbee_ieee_address: 00:12:4b:00:01:02:03:04}
          window: {name: Window, type: sensor, zigbee_ieee_address: 00:12:4b:00:01:02:03:04}
    Right:
        devices:
          door: {name: Door, type: sensor, zigbee_ieee_address: 00:12:4b:00:01:02:03:04}
          window: {name: Window, type: sensor, zigbee_ieee_address: 00:12:4b:00:01:02:03:05}
    """
    return _shared(context, "duplicate-radio-address", "the radio address", _OWN)


@error
def duplicate_hostname(context: Context) -> Iterator[Finding]:
    """A host name belongs to one device of a site.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, hostname: storage}
          tv: {name: TV, type: tv, hostname: storage}
    Right:
        devices:
          nas: {name: NAS, type: nas, hostname: storage}
          tv: {name: TV, type: tv, hostname: tv}
    """
    return _shared(context, "duplicate-hostname", "the host name", "give one of the two another name")


@error
def duplicate_ref(context: Context) -> Iterator[Finding]:
    """A controller's reference means one device of a site.

    Each site may have its own controller, so the same number in two sites is no clash.

    Wrong:
        devices:
          lamp: {name: Lamp, type: dimmer, refs: {homeseer: "120"}}
          fan: {name: Fan, type: switch, refs: {homeseer: "120"}}
    Right:
        devices:
          lamp: {name: Lamp, type: dimmer, refs: {homeseer: "120"}}
          fan: {name: Fan, type: switch, refs: {homeseer: "121"}}
    """
    return _shared(context, "duplicate-ref", "the reference", _OWN)


@constraint
def duplicate_vlan(context: Context) -> Iterator[Finding]:
    """A VLAN number means one VLAN of a site.

    Wrong:
        vlans:
          iot: {name: IoT, vlan_id: 20}
          guests: {name: Guests, vlan_id: 20}
    Right:
        vlans:
          iot: {name: IoT, vlan_id: 20}
          guests: {name: Guests, vlan_id: 30}
    """
    return _shared(context, "duplicate-vlan", "the VLAN number", "give one of the two another number")


@constraint
def duplicate_category(context: Context) -> Iterator[Finding]:
    """A category's name means one category: readers of the database know categories by name.

    Wrong:
        # inventory/catalog/categories.yaml
        categories:
          cameras: {name: Security}
          locks: {name: Security}
    Right:
        # inventory/catalog/categories.yaml
        categories:
          cameras: {name: Cameras}
          locks: {name: Locks}
    """
    return _shared(context, "duplicate-category", "the name", "give one of the two another name")


@error
def duplicate_zwave_node(context: Context) -> Iterator[Finding]:
    """A node number means one device of a site's Z-Wave network.

    Which network that is says `zwave_home_id`, else the `home_id` of the device's network, else that network itself.

    Wrong:
        devices:
          lamp: {name: Lamp, type: dimmer, zwave_node_id: 12}
          fan: {name: Fan, type: switch, zwave_node_id: 12}
    Right:
        devices:
          lamp: {name: Lamp, type: dimmer, zwave_node_id: 12}
          fan: {name: Fan, type: switch, zwave_node_id: 13}
    """
    holders: dict[tuple[str | None, str, int], Value] = {}
    for found in values_of(context.inventory, lambda field: field.owner is Device and field.name == "zwave_node_id"):
        device = found.entity.values
        network = context.inventory.get(Network, device.network)
        home = device.zwave_home_id or (network and network.values.home_id) or device.network or ""
        key = (found.entity.address.site, home.upper(), found.value)
        if key in holders:
            yield _clash(holders, key, found, "the Z-Wave node", _OWN)
        else:
            holders[key] = found


def _shared(context: Context, code: str, what: str, help: str) -> Iterator[Finding]:
    """Values that stand twice within the scope their mark names."""

    def is_meant(field: FieldSpec) -> bool:
        return field.unique is not None and field.unique.code == code

    if not has_repeated(context.inventory, is_meant):
        return
    holders: dict[tuple[str | None, str, Any], Value] = {}
    for found in values_of(context.inventory, is_meant):
        unique = found.field.unique
        within = _WITHIN[unique.within](found.entity.address) if unique else None
        name = found.field.name if code in {"duplicate-ref", "duplicate-radio-address"} else ""
        key = (within, name, found.value)
        if key in holders:
            yield _clash(holders, key, found, what, help)
        else:
            holders[key] = found


_WITHIN: Mapping[str, Callable[[Address], str | None]] = {
    "inventory": lambda _: None,
    "organization": lambda address: address.organization,
    "site": lambda address: address.path.rpartition("/")[0],
}


def _clash(holders: dict[K, Value], key: K, found: Value, what: str, help: str) -> Finding:
    """The finding at the later one of two; the earlier one holds the value."""
    first, second = sorted((holders[key], found), key=lambda value: standing(value.entity))
    holders[key] = first
    whose = "another port of the device" if first.entity is second.entity else str(first.entity.address)
    message = f"{what} {found.value} is also that of {whose}"
    return Finding(second.entity, second.path, message, help, ((first.entity, first.path, "the first is here"),))
