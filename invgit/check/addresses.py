"""Addresses and the networks they are of."""

import ipaddress
from collections.abc import Iterator

from invgit.check.rule import Context, Finding, error, warning
from invgit.check.unique import addresses
from invgit.model.entity import AnyEntity
from invgit.model.kinds import Device, Network, Reservation
from invgit.model.subnets import Block, Subnet


@error
def ip_outside_network(context: Context) -> Iterator[Finding]:
    """An address lies inside the network that its holder names.

    A Wi-Fi without addresses of its own takes those of the network on its VLAN.

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.1.5}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5}
    """
    for entity, path, ip, blocks in _placed(context):
        address = ipaddress.ip_address(ip)
        if blocks and not any(block.holds(address) for block in blocks):
            cidrs = ", ".join(str(block.subnet) for block in blocks[:4])
            message = (
                f"{ip} is not inside {cidrs}" if len(blocks) == 1 else f"{ip} is in no network of the site: {cidrs}"
            )
            network = blocks[0].network
            name = "cidr6" if address.version == 6 else "cidr"
            others = ((network, (name,), "the network is here"),) if len(blocks) == 1 else ()
            yield Finding(entity, path, message, None, others)


@warning
def ip_without_network(context: Context) -> Iterator[Finding]:
    """An address belongs to a described network; otherwise it is not in the table of allocations.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, ip: 10.0.0.5}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5}
    """
    for entity, path, ip, blocks in _placed(context):
        if not blocks:
            help = "describe the network with its `cidr` (or `cidr6`)"
            yield Finding(entity, path, f"no described network has addresses that {ip} could be of", help)


@error
def not_a_host_address(context: Context) -> Iterator[Finding]:
    """A host does not have the network's own address, nor its broadcast address.

    Networks of one or two addresses (/31, /32, /127, /128) have neither (RFC 3021, RFC 6164).

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.255}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.254}
    """
    for entity, path, ip, blocks in _placed(context):
        number = int(ipaddress.ip_address(ip))
        for block in blocks:
            if block.last - block.first > 1 and number in {block.first, block.last}:
                what = "network address" if number == block.first else "broadcast address"
                if block.subnet.version == 4 or number == block.first:
                    yield Finding(entity, path, f"{ip} is the {what} of {block.subnet}; no host has it")


@error
def static_in_dhcp_range(context: Context) -> Iterator[Finding]:
    """An address set on a device lies outside the range that DHCP hands out; otherwise another device may get it.

    An address that the DHCP server reserves for the device may lie inside: `ip_from: dhcp`.

    Wrong:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.100, to: 10.0.0.199}}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.150}
    Right:
        networks:
          lan: {name: LAN, cidr: 10.0.0.0/24, dhcp: {from: 10.0.0.100, to: 10.0.0.199}}
        devices:
          nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.150, ip_from: dhcp}
    """
    for entity, path, ip, blocks in _placed(context):
        if ":" in ip or not _is_static(entity, path):
            continue
        number = int(ipaddress.IPv4Address(ip))
        for network in {block.network.address: block.network for block in blocks}.values():
            dhcp = network.values.dhcp
            if dhcp and int(ipaddress.IPv4Address(dhcp.start)) <= number <= int(ipaddress.IPv4Address(dhcp.end)):
                message = f"{ip} lies in the DHCP range {dhcp.start} to {dhcp.end}"
                others = ((network, ("dhcp",), "the range is here"),)
                yield Finding(entity, path, message, "choose one outside, or reserve it: `ip_from: dhcp`", others)


def _is_static(entity: AnyEntity, path: tuple[str | int, ...]) -> bool:
    values = entity.values
    if isinstance(values, Reservation):
        return values.type == "static"
    assert isinstance(values, Device)
    port = values.interfaces[str(path[1])] if len(path) == 3 else values
    return port.ip_from == "static"


def _placed(context: Context) -> Iterator[tuple[AnyEntity, tuple[str | int, ...], str, list[Block]]]:
    """Every declared address with the blocks it may lie in."""
    for entity, path, _, ip in addresses(context):
        values = entity.values
        network = values.interfaces[str(path[1])].network if len(path) == 3 else values.network
        yield entity, path, ip, context.subnets.candidates(entity.address.site or "", network, 6 if ":" in ip else 4)


def blocks_of(network: AnyEntity) -> list[tuple[str, Subnet]]:
    """The CIDRs of a network, with the names of their fields."""
    values = network.values
    assert isinstance(values, Network)
    named = (("cidr", values.cidr), ("cidr6", values.cidr6))
    return [(name, ipaddress.ip_network(cidr)) for name, cidr in named if cidr]
