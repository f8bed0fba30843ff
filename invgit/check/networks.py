"""Networks: their blocks, gateways and DHCP ranges."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from invgit.check.rule import Context, Finding, error, standing
from invgit.model.entity import Entity
from invgit.model.kinds import Network
from invgit.model.subnets import Subnet, as_number


class _Named(NamedTuple):
    """A block of a network, and the name of its field."""

    network: Entity[Network]
    name: str
    subnet: Subnet


@error
def network_overlap(context: Context) -> Iterator[Finding]:
    """Two networks of a site share no address, nor do a site's network and one of its organization.

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/16}
          iot: {name: IoT, cidr: 10.0.20.0/24}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
          iot: {name: IoT, cidr: 10.0.20.0/24}
    """
    for networks in _together(context):
        widest: _Named | None = None
        for block in _sorted_blocks(networks):
            if widest is None or not _holds(widest.subnet, block.subnet):
                widest = block
                continue
            same = block.subnet == widest.subnet
            help = "if both are one (a Wi-Fi on the same VLAN), leave it out at one of the two"
            help = help if same else "make one of the two smaller: `invgit explain network-overlap` shows an example"
            message = (
                f"{block.subnet} {'is also' if same else f'overlaps {widest.subnet},'} that of {widest.network.address}"
            )
            other = ((widest.network, (widest.name,), "the other is here"),)
            yield Finding(block.network, (block.name,), message, help, other)


def _holds(wide: Subnet, block: Subnet) -> bool:
    return wide.version == block.version and block.network_address in wide


def _together(context: Context) -> Iterator[list[Entity[Network]]]:
    """The networks that devices of one place can be in: those of each site with those of its organization."""
    by_folder: dict[str, list[Entity[Network]]] = defaultdict(list)
    for network in context.inventory.of(Network):
        by_folder[network.address.path.rpartition("/")[0]].append(network)
    for folder, networks in by_folder.items():
        yield networks + (by_folder.get(folder.partition("/")[0], []) if "/" in folder else [])


def _sorted_blocks(networks: list[Entity[Network]]) -> list[_Named]:
    """By first address, the wider block first: whatever overlaps follows what holds it."""
    blocks = [
        _Named(network, name, ipaddress.ip_network(cidr))
        for network in networks
        for name, cidr in (("cidr", network.values.cidr), ("cidr6", network.values.cidr6))
        if cidr
    ]
    return sorted(
        blocks,
        key=lambda each: (
            each.subnet.version,
            each.subnet.network_address,
            each.subnet.prefixlen,
            *standing(each.network),
        ),
    )


@error
def gateway_outside_network(context: Context) -> Iterator[Finding]:
    """A network's gateway has an address of the network; an IPv6 gateway may have a link-local one (fe80::/10).

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, gateway: 10.0.1.1}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, gateway: 10.0.0.1}
    """
    for network in context.inventory.of(Network):
        values = network.values
        for name, gateway, cidr in (
            ("gateway", values.gateway, values.cidr),
            ("gateway6", values.gateway6, values.cidr6),
        ):
            if not gateway or not cidr:
                continue
            address, block = ipaddress.ip_address(gateway), ipaddress.ip_network(cidr)
            if address not in block and not address.is_link_local:
                message = f"the gateway {gateway} is not inside {cidr}"
                yield Finding(network, (name,), message, f"correct the `{name}` or the CIDR")


@error
def dhcp_outside_network(context: Context) -> Iterator[Finding]:
    """A DHCP range runs upwards, inside the addresses that hosts of its network can have.

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.200, to: 10.0.0.100}}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.100, to: 10.0.0.200}}
    """
    for network in context.inventory.of(Network):
        dhcp = network.values.dhcp
        if dhcp is None:
            continue
        start, end = ipaddress.IPv4Address(dhcp.start), ipaddress.IPv4Address(dhcp.end)
        if start > end:
            yield Finding(network, ("dhcp",), f"the DHCP range ends before it begins: {start} to {end}", "swap them")
        if network.values.cidr is None:
            help = "add the `cidr` whose addresses are handed out"
            yield Finding(network, ("dhcp",), "a DHCP range in a network without a `cidr`", help, key=True)
            continue
        block = ipaddress.IPv4Network(network.values.cidr)
        for name, address in (("from", start), ("to", end)):
            edge = block.prefixlen < 31 and address in {block.network_address, block.broadcast_address}
            if address not in block or edge:
                message = f"{address} is no host address of {block}"
                yield Finding(network, ("dhcp", name), message, "the range lies inside the `cidr` of its network")


@error
def dhcp_overlap(context: Context) -> Iterator[Finding]:
    """Two networks on one VLAN hand out no address twice.

    Wrong:
        vlans:
          main: {name: Main, vlan_id: 1}
        networks:
          lan: {name: LAN, vlan: main, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.100, to: 10.0.0.200}}
          wifi: {name: Wi-Fi, vlan: main, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.150, to: 10.0.0.250}}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.100, to: 10.0.0.200}}
          wifi: {name: Wi-Fi, cidr: 10.0.1.0/24, dhcp: {from: 10.0.1.100, to: 10.0.1.200}}
    """
    for networks in _together(context):
        ranges = sorted(
            (as_number(dhcp.start), as_number(dhcp.end), network.address.path, network)
            for network in networks
            if (dhcp := network.values.dhcp)
        )
        reaches, widest = -1, None
        for start, end, _, network in ranges:
            if widest and start <= reaches:
                message = f"the DHCP range overlaps that of {widest.address}"
                help = "let one begin where the other has ended"
                yield Finding(network, ("dhcp",), message, help, ((widest, ("dhcp",), "the other is here"),))
            if end > reaches:
                reaches, widest = end, network
