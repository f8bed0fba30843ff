"""Networks: their blocks, gateways and DHCP ranges."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator

from invgit.check.addresses import blocks_of
from invgit.check.rule import Context, Finding, error
from invgit.model.entity import Entity
from invgit.model.kinds import Network
from invgit.model.subnets import Subnet


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
        widest = None
        for network, name, block in _sorted_blocks(networks):
            if widest and widest[2].version == block.version and block.network_address in widest[2]:
                other = ((widest[0], (widest[1],), "the other is here"),)
                message = f"{block} overlaps {widest[2]} of {widest[0].address}"
                yield Finding(network, (name,), message, None, other)
            else:
                widest = (network, name, block)


def _together(context: Context) -> Iterator[list[Entity[Network]]]:
    """The networks that devices of one place can be in: those of each site with those of its organization."""
    by_folder: dict[str, list[Entity[Network]]] = defaultdict(list)
    for network in context.inventory.of(Network):
        by_folder[network.address.path.rpartition("/")[0]].append(network)
    for folder, networks in by_folder.items():
        yield networks + (by_folder.get(folder.partition("/")[0], []) if "/" in folder else [])


def _sorted_blocks(networks: list[Entity[Network]]) -> list[tuple[Entity[Network], str, Subnet]]:
    """By first address, the wider block first: whatever overlaps follows what holds it."""
    blocks = [(network, name, block) for network in networks for name, block in blocks_of(network)]
    return sorted(
        blocks, key=lambda each: (each[2].version, int(each[2].network_address), each[2].prefixlen, each[0].address)
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
                yield Finding(network, (name,), f"the gateway {gateway} is not inside {cidr}")


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
            yield Finding(network, ("dhcp",), f"the DHCP range ends before it begins: {start} to {end}")
        if network.values.cidr is None:
            yield Finding(network, ("dhcp",), "a network with a DHCP range has a `cidr`")
            continue
        block = ipaddress.IPv4Network(network.values.cidr)
        for name, address in (("from", start), ("to", end)):
            edge = block.prefixlen < 31 and address in {block.network_address, block.broadcast_address}
            if address not in block or edge:
                yield Finding(network, ("dhcp", name), f"{address} is no host address of {block}")


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
            (int(ipaddress.IPv4Address(dhcp.start)), int(ipaddress.IPv4Address(dhcp.end)), network.address.path)
            for network in networks
            if (dhcp := network.values.dhcp)
        )
        for (_, end, first), (start, _, path) in zip(ranges, ranges[1:], strict=False):
            network, other = context.inventory.get(Network, path), context.inventory.get(Network, first)
            if network and other and start <= end:
                message = f"the DHCP range overlaps that of {other.address}"
                yield Finding(network, ("dhcp",), message, None, ((other, ("dhcp",), "the other is here"),))
