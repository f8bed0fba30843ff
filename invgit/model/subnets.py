"""Which network an address is of. A Wi-Fi without addresses of its own takes those of the network on its VLAN."""

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from invgit.model.entity import Entity
from invgit.model.kinds import Network

Subnet = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Block:
    """A CIDR of a network, and its first and last address, as numbers and in normal form."""

    network: Entity[Network]
    subnet: Subnet
    first: int
    last: int
    first_ip: str
    last_ip: str


class Subnets:
    """The CIDRs of networks, found by network, by VLAN, and by site. What was looked up once is known."""

    def __init__(self, networks: Collection[Entity[Network]]) -> None:
        self._of_network: dict[str, list[Block]] = defaultdict(list)
        self._of_vlan: dict[str, list[Block]] = defaultdict(list)
        self._of_folder: dict[str, list[Block]] = defaultdict(list)
        for network in networks:
            for block in _blocks(network):
                self._of_network[network.address.path].append(block)
                self._of_folder[network.address.path.rpartition("/")[0]].append(block)
                if network.values.vlan:
                    self._of_vlan[network.values.vlan].append(block)
        self._vlans = {network.address.path: network.values.vlan for network in networks}
        self._homes: dict[tuple[str, str | None, str], Block | None] = {}
        self._known: dict[tuple[str, str | None, int], list[Block]] = {}

    def candidates(self, site: str, network: str | None, version: int) -> list[Block]:
        """Where an address in `network` may lie: there; where that has no addresses, on its VLAN; else in the site."""
        found = self._known.get((site, network, version))
        if found is None:
            found = self._known[site, network, version] = self._candidates(site, network, version)
        return found

    def _candidates(self, site: str, network: str | None, version: int) -> list[Block]:
        for blocks in (
            self._of_network.get(network or "", ()),
            self._of_vlan.get(self._vlans.get(network or "") or "", ()),
            (*self._of_folder.get(site, ()), *self._of_folder.get(site.partition("/")[0], ())),
        ):
            found = [block for block in blocks if block.subnet.version == version]
            if found:
                return found
        return []

    def home(self, site: str, network: str | None, ip: str) -> Block | None:
        """The block that an address (in normal form) lies in."""
        key = (site, network, ip)
        if key not in self._homes:
            number, blocks = as_number(ip), self.candidates(site, network, 6 if ":" in ip else 4)
            self._homes[key] = next((block for block in blocks if block.first <= number <= block.last), None)
        return self._homes[key]


def as_number(ip: str) -> int:
    """An address in normal form as a number: comparing integers is what makes 100,000 addresses cheap."""
    if ":" in ip:
        return int(ipaddress.IPv6Address(ip))
    first, second, third, fourth = ip.split(".")
    return int(first) << 24 | int(second) << 16 | int(third) << 8 | int(fourth)


def in_order(ip: str | None) -> tuple[int, int]:
    """Addresses by number, IPv4 first; what has none comes last."""
    return (6 if ":" in ip else 4, as_number(ip)) if ip else (9, 0)


def by_range(cidr: str) -> tuple[int, int, int]:
    """By which networks are sorted, as CIDRs: IPv4 first, by their first address, the larger one first."""
    network = ipaddress.ip_network(cidr)
    return network.version, int(network.network_address), network.prefixlen


def _blocks(network: Entity[Network]) -> Iterator[Block]:
    for cidr in (network.values.cidr, network.values.cidr6):
        if cidr:
            subnet = ipaddress.ip_network(cidr)
            first, last = subnet.network_address, subnet.broadcast_address
            yield Block(network, subnet, int(first), int(last), str(first), str(last))
