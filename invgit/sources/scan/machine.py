"""What this machine knows of the links it is on: its interfaces, and who is on them.

Linux tells it by netlink; macOS has programs that print it (ifconfig(8), arp(8), ndp(8)).
"""

import ipaddress
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from invgit.errors import SourceError
from invgit.sources.scan.programs import run

_SECONDS = 20
_ETHERNET, _UP, _NO_ARP = 1, 0x1, 0x80
Address = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Interface:
    """One on which others are found by their hardware addresses: Ethernet, Wi-Fi. Tunnels are none."""

    index: int
    name: str
    mac: str
    addresses: tuple[Address, ...]


class Entry(NamedTuple):
    """What is known of a neighbour."""

    mac: str
    age: float = float("inf")
    """Seconds since it was certainly there; of one of which that is not told, for ever."""


Table = dict[tuple[str, str], Entry]
"""By the name of the interface, and address."""


@dataclass(frozen=True, slots=True)
class Part:
    """A network, or as much of it as this machine has on a link."""

    interface: Interface
    network: Network
    source: str
    """The address that this machine has in it."""


@dataclass(slots=True)
class Reach:
    """What of some networks can be seen from this machine."""

    parts: list[Part] = field(default_factory=list)
    beyond: list[Network] = field(default_factory=list)
    """Networks that this machine has no address in, or only behind a link without hardware addresses."""
    cut: list[tuple[Network, Network]] = field(default_factory=list)
    """Networks of which only a part is on a link, and that part."""


def reach(networks: list[Network]) -> Reach:
    """What of these can be seen. Raises SourceError where this machine does not tell what it is on."""
    found = Reach()
    on = [(each, address) for each in interfaces() for address in each.addresses]
    for network in networks:
        parts: dict[Network, Part] = {}
        for interface, address in on:
            if address.version == network.version and address.ip in network:
                part = max(network, address.network, key=lambda each: each.prefixlen)
                parts.setdefault(part, Part(interface, part, str(address.ip)))
        if not parts:
            found.beyond.append(network)
        elif network in parts:
            parts = {network: parts[network]}
        else:
            found.cut += [(network, part) for part in parts]
        known = {part.network for part in found.parts}
        found.parts += [part for part in parts.values() if part.network not in known]
    return found


def interfaces() -> list[Interface]:
    """Those that are up and have hardware addresses, by name. Raises SourceError."""
    if sys.platform == "darwin":
        return sorted(_of_ifconfig(_printed("ifconfig", "-a")), key=lambda each: each.name)
    from invgit.sources.scan import netlink

    try:
        own = list(netlink.own_addresses())
        return sorted(
            (
                Interface(
                    link.number,
                    link.name,
                    link.mac.hex(":"),
                    tuple(
                        ipaddress.ip_interface(f"{each.ip}/{each.prefix}") for each in own if each.link == link.number
                    ),
                )
                for link in netlink.links()
                if link.type == _ETHERNET and link.flags & _UP and not link.flags & _NO_ARP and len(link.mac) == 6
            ),
            key=lambda each: each.name,
        )
    except (OSError, AttributeError) as error:
        raise _untold("its interfaces", error) from error


def table(on: list[Interface]) -> Table:
    """Who is known on interfaces now. Raises SourceError."""
    names = {each.index: each.name for each in on}
    if sys.platform == "darwin":
        return {
            (name, ip): Entry(mac)
            for program in (("arp", "-an"), ("ndp", "-an"))
            for ip, mac, name in of_arp(_printed(*program))
            if name in names.values()
        }
    from invgit.sources.scan import netlink

    try:
        return {
            (names[each.link], each.ip): Entry(each.mac, each.age)
            for each in netlink.neighbours()
            if each.link in names
        }
    except (OSError, AttributeError) as error:
        raise _untold("who its neighbours are", error) from error


def _untold(what: str, error: Exception) -> SourceError:
    help = "--method nmap asks otherwise; `invgit network import` takes what another program or machine has found"
    return SourceError(f"this machine does not tell {what}: {error}", help=help)


def _printed(*command: str) -> str:
    said = run(command, _SECONDS)
    if said.code:
        raise SourceError(f"{command[0]} failed: {said.trouble or said.code}")
    return said.out.decode("utf-8", "replace")


_IFCONFIG = re.compile(r"^(\S+?):? flags=[0-9a-f]+<([^>]*)>.*\n((?:[ \t].*\n?)*)", re.MULTILINE)
_ARP = re.compile(r"^(?:\S+ \(([0-9.]+)\) at|([0-9A-Fa-f:.]+)(?:%\S+)?) +([0-9a-fA-F:]+) (?:on )? *(\S+)", re.MULTILINE)


def _of_ifconfig(text: str) -> Iterator[Interface]:
    """Interfaces as BSD's ifconfig prints them: masks of IPv4 in hexadecimal."""
    for number, (name, flags, body) in enumerate(_IFCONFIG.findall(text)):
        mac = re.search(r"^\s+ether ([0-9a-f:]{17})", body, re.MULTILINE)
        if mac and "UP" in flags.split(","):
            addresses: list[Address] = [
                ipaddress.ip_interface(f"{ip}/{int(mask, 16).bit_count()}")
                for ip, mask in re.findall(r"^\s+inet ([0-9.]+) .*?netmask 0x([0-9a-f]{8})", body, re.MULTILINE)
            ]
            addresses += [
                ipaddress.ip_interface(f"{ip}/{prefix}")
                for ip, prefix in re.findall(r"^\s+inet6 ([0-9a-f:]+) .*?prefixlen ([0-9]{1,3})\b", body, re.MULTILINE)
            ]
            yield Interface(number, name, mac[1], tuple(addresses))


def of_arp(text: str) -> Iterator[tuple[str, str, str]]:
    """Address, hardware address and interface of complete rows of BSD's `arp -an` and `ndp -an`.

    Both leave out leading zeros of octets.
    """
    for ip4, ip6, mac, name in _ARP.findall(text):
        octets = mac.split(":")
        if len(octets) == 6 and all(0 < len(each) < 3 for each in octets):
            yield ip4 or str(ipaddress.ip_address(ip6)), ":".join(each.zfill(2).lower() for each in octets), name
