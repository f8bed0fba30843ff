"""Which addresses of a network nobody has: the next ones, or why there is none."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from invgit.errors import Refused, UsageError
from invgit.model.entity import Entity
from invgit.model.holders import declared_addresses
from invgit.model.inventory import Inventory
from invgit.model.kinds import Network
from invgit.model.subnets import Block, as_number
from invgit.text.words import count


class Taken(NamedTuple):
    """Addresses that are spoken for, from the first to the last of them, and by what."""

    first: int
    last: int
    why: str


@dataclass(frozen=True, slots=True)
class Room:
    """The addresses that hosts of a network can have, and what is taken of them, in order."""

    block: Block
    first: int
    last: int
    taken: tuple[Taken, ...]

    def free(self) -> Iterator[str]:
        """The free addresses from the lowest on. Raises Refused after the last, and says what takes the others."""
        at = self.first
        for taken in (*self.taken, Taken(self.last + 1, self.last + 1, "")):
            yield from (str(self._address(number)) for number in range(at, min(taken.first, self.last + 1)))
            at = max(at, taken.last + 1)
        raise Refused(f"no address of {self.block.subnet} is free: {self._why()}", help=_WAYS)

    def _why(self) -> str:
        """What takes the addresses, the largest part first."""
        sizes: dict[str, int] = {}
        at = self.first
        for taken in self.taken:
            first, last = max(at, taken.first), min(taken.last, self.last)
            sizes[taken.why] = sizes.get(taken.why, 0) + max(0, last - first + 1)
            at = max(at, taken.last + 1)
        told = (f"{size:,} {why}" for why, size in sorted(sizes.items(), key=lambda each: -each[1]) if size)
        return f"of {count(self.last - self.first + 1, 'host address')} {', '.join(told)}"

    def _address(self, number: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        return ipaddress.IPv6Address(number) if self.block.subnet.version == 6 else ipaddress.IPv4Address(number)


_WAYS = "make the DHCP range smaller, or give up a reservation: `invgit reservation list` shows them"


class Allotment:
    """The free addresses of an inventory's networks, each given once."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._free: dict[tuple[str, int], Iterator[str]] = {}

    def next(self, network: Entity[Network], version: int | None = None) -> str:
        """The next free address of a network. Raises Refused and UsageError as `room` and `Room.free` do."""
        block = block_of(self._inventory, network, version)
        key = (block.network.address.path, block.first)
        if key not in self._free:
            self._free[key] = _room(self._inventory, block).free()
        return next(self._free[key])


def room(inventory: Inventory, network: Entity[Network], version: int | None = None) -> Room:
    """The room in a network; `version` of IP is 4 where the network has IPv4 addresses, unless somebody says it.

    A Wi-Fi without addresses of its own has those of the network on its VLAN. Raises UsageError where there are none.
    """
    return _room(inventory, block_of(inventory, network, version))


def block_of(inventory: Inventory, network: Entity[Network], version: int | None) -> Block:
    """The addresses that hosts in a network have. Raises UsageError where there are none."""
    for wanted in (4, 6) if version is None else (version,):
        block = _block(inventory, network, wanted)
        if block:
            return block
    name = "cidr6" if version == 6 else "cidr"
    message = f"{network.address} has no {'IPv6 ' if version == 6 else 'IPv4 ' if version else ''}addresses"
    raise UsageError(message, help=f"describe them with its `{name}`, or name the network on the same VLAN")


def _block(inventory: Inventory, network: Entity[Network], version: int) -> Block | None:
    folder, path = network.address.path.rpartition("/")[0], network.address.path
    for block in inventory.subnets.candidates(folder, path, version):
        vlan = block.network.values.vlan
        if block.network.address.path == path or (vlan and vlan == network.values.vlan):
            return block
    return None


def _room(inventory: Inventory, block: Block) -> Room:
    first, last = block.first, block.last
    if last - first >= 2:  # below, every address is a host's: RFC 3021, RFC 6164
        first += 1  # the network's own; in IPv6 that of all routers: RFC 4291, 2.6.1
        last -= block.subnet.version == 4  # broadcast
    found = [each for each in _all_taken(inventory, block) if each.first <= last and each.last >= first]
    return Room(block, first, last, tuple(sorted(found)))


def _all_taken(inventory: Inventory, block: Block) -> Iterator[Taken]:
    folder = block.network.address.path.rpartition("/")[0]
    for network in inventory.of(Network):
        if network.address.path.rpartition("/")[0] not in {folder, folder.partition("/")[0]}:
            continue
        values = network.values
        named = [(values.gateway, "the gateway"), (values.gateway6, "the gateway")]
        for ip, why in (*named, *((ip, "DNS servers") for ip in values.dns)):
            if ip and (":" in ip) == (block.subnet.version == 6):
                yield Taken(as_number(ip), as_number(ip), why)
        if values.dhcp and block.subnet.version == 4:
            yield Taken(as_number(values.dhcp.start), as_number(values.dhcp.end), "in the DHCP range")
    for held in declared_addresses(inventory):
        home = held.home
        if home and home.network.address == block.network.address and home.first == block.first:
            yield Taken(as_number(held.ip), as_number(held.ip), f"of {held.entity.address.kind}s")
