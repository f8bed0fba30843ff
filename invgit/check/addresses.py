"""Addresses and the networks they are of."""

from collections.abc import Iterator

from invgit.check.rule import Context, Finding, Other, constraint, error, standing, warning
from invgit.model.holders import Declared
from invgit.model.kinds import Reservation
from invgit.model.subnets import Block, as_number

_TAKEN = "give one of the two another address"


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
    for found in context.addresses:
        if not found.blocks or found.home:
            continue
        cidrs = ", ".join(str(block.subnet) for block in found.blocks[:4])
        if len(found.blocks) > 1:
            message = f"{found.ip} is in no network of the site: {cidrs}"
            yield Finding(found.entity, found.path, message, "correct the address, or describe its network")
            continue
        network = found.blocks[0].network
        name = "cidr6" if ":" in found.ip else "cidr"
        message = f"{found.ip} is not inside {cidrs}"
        others = ((network, (name,), "the network is here"),)
        yield Finding(found.entity, found.path, message, _another_network(context, found), others)


def _another_network(context: Context, found: Declared) -> str:
    """The network of the site that has an address, if there is one."""
    block = context.inventory.subnets.home(found.entity.address.path.rpartition("/")[0], None, found.ip)
    meant = f"name its network, `network: {block.network.address.slug}`" if block else "name another network"
    return f"correct the address, or {meant}"


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
    for found in context.addresses:
        if not found.blocks and found.known:
            help = f"describe the network with its `{'cidr6' if ':' in found.ip else 'cidr'}`"
            message = f"no described network has addresses that {found.ip} could be of"
            yield Finding(found.entity, found.path, message, help)


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
    for found in context.addresses:
        block = found.home
        if block is None or block.last - block.first < 2:
            continue
        if found.ip == block.first_ip:
            message = f"{found.ip} is the network address of {block.subnet}; no host has it"
            yield Finding(found.entity, found.path, message, _hosts(block))
        elif found.ip == block.last_ip and block.subnet.version == 4:
            message = f"{found.ip} is the broadcast address of {block.subnet}; no host has it"
            yield Finding(found.entity, found.path, message, _hosts(block))


def _hosts(block: Block) -> str:
    last = block.subnet[-2] if block.subnet.version == 4 else block.subnet[-1]
    return f"choose another one, from {block.subnet[1]} to {last}"


@error
def static_in_dhcp_range(context: Context) -> Iterator[Finding]:
    """An address set on a device lies outside the range that DHCP hands out; otherwise another device may get it.

    An address that the DHCP server reserves may lie inside: `ip_from: dhcp` at a device or interface,
    `type: dhcp_reservation` at a reservation.

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
    for found in context.addresses:
        block = found.home
        dhcp = block.network.values.dhcp if block and found.static and ":" not in found.ip else None
        if block and dhcp and as_number(dhcp.start) <= as_number(found.ip) <= as_number(dhcp.end):
            message = f"{found.ip} lies in the DHCP range {dhcp.start} to {dhcp.end}"
            reserved = "type: dhcp_reservation" if isinstance(found.entity.values, Reservation) else "ip_from: dhcp"
            others = ((block.network, ("dhcp",), "the range is here"),)
            help = f"choose one outside, or reserve it: `{reserved}`"
            yield Finding(found.entity, found.path, message, help, others)


@constraint
def duplicate_ip(context: Context) -> Iterator[Finding]:
    """An address of a network belongs to one port of one device, or to one reservation.

    What counts is the block that holds the address: a Wi-Fi without addresses of its own shares those of its VLAN.

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
    holders: dict[tuple[str, str], Declared] = {}
    for found in context.addresses:
        block = found.home
        within = block.network.address.path if block else found.entity.address.path.rpartition("/")[0]
        held = holders.setdefault((within, found.ip), found)
        if held is found:
            continue
        first, second = sorted((held, found), key=lambda each: standing(each.entity))
        holders[within, found.ip] = first
        whose = "another port of the device" if first.entity is second.entity else str(first.entity.address)
        others: tuple[Other, ...] = ((first.entity, first.path, "the first is here"),)
        yield Finding(second.entity, second.path, f"the address {found.ip} is also that of {whose}", _TAKEN, others)
