"""The fields nobody writes: computed from the whole inventory, then planned and stored like all others."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from invgit.model.entity import AnyEntity, Entity
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Network, Site, Vlan, Zone
from invgit.model.kinds.device import Allocation, Interface
from invgit.model.spec import completed as made_complete
from invgit.model.spec import construct
from invgit.model.subnets import Subnets


def derive(inventory: Inventory) -> Inventory:
    """The same inventory with its derived fields: owners, VLAN numbers, allocations, decided status."""
    subnets = Subnets(inventory)
    carried = _carried(inventory)
    return Inventory(_completed(entity, inventory, subnets, carried) for entity in inventory)


def _completed(entity: AnyEntity, inventory: Inventory, subnets: Subnets, carried: dict[str, str]) -> AnyEntity:
    """The entity with what it owes to others: its folder's owner, and what its kind computes."""
    values, address = entity.values, entity.address
    derived: dict[str, Any] = {"slug": address.slug}
    folder = address.path.rpartition("/")[0]
    if isinstance(values, Site) or (isinstance(values, Network) and "/" not in folder):
        derived["organization"] = folder
    elif isinstance(values, Zone | Vlan | Network | Device):
        derived["site"] = folder
    if isinstance(values, Device):
        retired, maintained = values.usage_status == "retired", values.maintenance
        derived["status"] = "decommissioned" if retired else "maintenance" if maintained else None
        derived["allocations"] = tuple(sorted(_allocations(entity, subnets), key=lambda each: each.ip))
    elif isinstance(values, Network):
        vlan = inventory.get(Vlan, values.vlan)
        derived["vlan_id"] = vlan.values.vlan_id if vlan else None
    elif isinstance(values, Vlan):
        derived["network"] = carried.get(address.path)
    return Entity(address, made_complete(values, derived), entity.origin)


def _carried(inventory: Inventory) -> dict[str, str]:
    """The network of each VLAN; of several the one with addresses, then the first by path."""
    found: dict[str, tuple[bool, str]] = {}
    for network in inventory.of(Network):
        if network.values.vlan:
            rank = (network.values.cidr is None and network.values.cidr6 is None, network.address.path)
            found[network.values.vlan] = min(found.get(network.values.vlan, rank), rank)
    return {vlan: path for vlan, (_, path) in found.items()}


def _allocations(device: Entity[Device], subnets: Subnets) -> Iterator[Allocation]:
    """An address becomes one allocation in the network that holds it; where none does, it is the device's alone."""
    site = device.address.site or ""
    ports: list[Device | Interface] = [device.values, *device.values.interfaces.values()]
    seen: set[str] = set()
    for port in ports:
        for ip in (port.ip, port.ip6):
            block = subnets.home(site, port.network, ipaddress.ip_address(ip)) if ip and ip not in seen else None
            if ip and block:
                seen.add(ip)
                kind = "dhcp_reservation" if port.ip_from == "dhcp" else "static"
                plain = {"ip": ip, "network": block.network.address.path, "type": kind, "mac": port.mac}
                yield construct(Allocation, {**plain, "hostname": port.hostname})
