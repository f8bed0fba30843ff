"""Every address that is declared somewhere, with the blocks it may lie in: found once, read by several rules."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Network, Reservation
from invgit.model.subnets import Block

Path = tuple[str | int, ...]


class Declared(NamedTuple):
    """An address: who holds it, the path to it there, and the blocks it may lie in.

    `known` is false where its network is named but could not be understood: then nothing can be said of its place.
    """

    entity: AnyEntity
    path: Path
    ip: str
    static: bool
    blocks: Sequence[Block]
    known: bool
    home: Block | None
    """The block it lies in."""


def declared_addresses(inventory: Inventory) -> Iterator[Declared]:
    """The addresses of devices, their interfaces, and reservations."""
    known: dict[tuple[str, str | None, int], tuple[Sequence[Block], bool]] = {}
    for entity, path, ip, network, static in _written(inventory):
        site, version = entity.address.path.rpartition("/")[0], 6 if ":" in ip else 4
        found = known.get((site, network, version))
        if found is None:
            understood = network is None or inventory.get(Network, network) is not None
            blocks = inventory.subnets.candidates(site, network, version) if understood else ()
            found = known[site, network, version] = (blocks, understood)
        home = inventory.subnets.home(site, network, ip) if found[1] else None
        yield Declared(entity, path, ip, static, *found, home)


def _written(inventory: Inventory) -> Iterator[tuple[AnyEntity, Path, str, str | None, bool]]:
    """Holder, path, address, the network that the holder names, and whether the address is set on a device."""
    for device in inventory.of(Device):
        values = device.values
        static = values.ip_from == "static"
        if values.ip:
            yield device, ("ip",), values.ip, values.network, static
        if values.ip6:
            yield device, ("ip6",), values.ip6, values.network, static
        for name, port in values.interfaces.items():
            for field, ip in (("ip", port.ip), ("ip6", port.ip6)):
                if ip:
                    yield device, ("interfaces", name, field), ip, port.network, port.ip_from == "static"
    for reservation in inventory.of(Reservation):
        kept = reservation.values
        yield reservation, ("ip",), kept.ip, kept.network, kept.type == "static"
