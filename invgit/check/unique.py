"""Values that belong to one thing only. Which they are is marked in the model; here stands what is said about them."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from typing import Any

from invgit.check.rule import Context, Finding, error
from invgit.model.entity import AnyEntity
from invgit.model.kinds import Device, Reservation
from invgit.model.spec import FieldSpec, leaves, specs

Path = tuple[str | int, ...]


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
    return _shared(context, "duplicate-mac", "the MAC address")


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
    return _shared(context, "duplicate-serial", "the serial number")


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
    return _shared(context, "duplicate-radio-address", "the radio address")


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
    return _shared(context, "duplicate-hostname", "the host name")


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
    return _shared(context, "duplicate-ref", "the reference")


@error
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
    return _shared(context, "duplicate-vlan", "the VLAN number")


@error
def duplicate_ip(context: Context) -> Iterator[Finding]:
    """An address of a network belongs to one port of one device, or to one reservation.

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5}
        reservations:
          spare: {network: lan, ip: 10.0.0.5}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5}
        reservations:
          spare: {network: lan, ip: 10.0.0.6}
    """
    holders: dict[tuple[str, str], tuple[AnyEntity, Path]] = {}
    for entity, path, network, ip in addresses(context):
        first = holders.setdefault((network, ip), (entity, path))
        if first != (entity, path):
            others = ((*first, "the first is here"),)
            yield Finding(entity, path, f"the address {ip} is also that of {first[0].address}", None, others)


def addresses(context: Context) -> Iterator[tuple[AnyEntity, Path, str, str]]:
    """Every declared address: its holder, the path to it, the network (or site) it is of, the address in normal form."""
    for device in context.inventory.of(Device):
        values, site = device.values, device.address.site or ""
        ports: list[tuple[Path, Any]] = [((), values)]
        ports += ((("interfaces", name), port) for name, port in values.interfaces.items())
        for above, port in ports:
            for name, ip in (("ip", port.ip), ("ip6", port.ip6)):
                if ip:
                    blocks = context.subnets.candidates(site, port.network, 6 if ":" in ip else 4)
                    network = blocks[0].network.address.path if len(blocks) == 1 else site
                    yield device, (*above, name), network, ip
    for reservation in context.inventory.of(Reservation):
        yield reservation, ("ip",), reservation.values.network, reservation.values.ip


@cache
def _marked(code: str) -> tuple[tuple[str, tuple[FieldSpec, ...], FieldSpec], ...]:
    """The fields a rule is about: kind, groups above the field, the field."""
    found = ((spec.name, above, leaf) for spec in specs().values() for above, leaf in leaves(spec.declarable))
    return tuple(each for each in found if each[2].unique and each[2].unique.code == code)


def _shared(context: Context, code: str, what: str) -> Iterator[Finding]:
    """Values that stand twice within the scope their mark names."""
    holders: dict[tuple[str | None, str, Any], tuple[AnyEntity, Path]] = {}
    for kind, above, leaf in _marked(code):
        get = attrgetter(leaf.attribute)
        scope = leaf.unique.within if leaf.unique else "inventory"
        name = leaf.name if code in {"duplicate-ref", "duplicate-radio-address"} else ""
        for entity in context.inventory.of(specs()[kind].cls):
            for path, group in _groups(entity.values, above):
                value = get(group)
                if value is None:
                    continue
                within = None if scope == "inventory" else entity.address.site
                first = holders.setdefault((within, name, value), (entity, (*path, leaf.name)))
                if first != (entity, (*path, leaf.name)):
                    others = ((*first, "the first is here"),)
                    message = f"{what} {value} is also that of {first[0].address}"
                    yield Finding(entity, (*path, leaf.name), message, None, others)


def _groups(values: Any, above: tuple[FieldSpec, ...]) -> Iterator[tuple[Path, Any]]:
    """The groups a field stands in: the entity itself, its `refs`, each of its `interfaces`."""
    if not above:
        yield (), values
        return
    (group,) = above
    content = getattr(values, group.attribute)
    if group.many == "map":
        yield from (((group.name, key), item) for key, item in content.items())
    elif content is not None:
        yield (group.name,), content
