"""The fields nobody writes: computed from the whole inventory, then planned and stored like all others."""

from typing import Any

from invgit.model.entity import AnyEntity
from invgit.model.fields import made_alike
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Network, Site, Vlan, Zone
from invgit.model.kinds.device import Allocation, Interface
from invgit.model.subnets import Subnets


def derive(inventory: Inventory) -> Inventory:
    """The inventory with its derived fields: owners, VLAN numbers, allocations, decided status.

    They are set on the entities themselves, always to the same: a class of fields does not change for everybody else,
    and copying a device to set four fields would be most of the work.
    """
    subnets = inventory.subnets
    carried = _carried(inventory)
    for entity in inventory:
        entity.values.__dict__.update(_derived(entity, inventory, subnets, carried))
    return inventory


def _derived(entity: AnyEntity, inventory: Inventory, subnets: Subnets, carried: dict[str, str]) -> dict[str, Any]:
    """What an entity owes to others: its folder's owner, and what its kind computes."""
    values = entity.values
    folder, _, slug = entity.address.path.rpartition("/")
    if isinstance(values, Device):
        status = "decommissioned" if values.usage_status == "retired" else "maintenance" if values.maintenance else None
        return {"slug": slug, "site": folder, "status": status, "allocations": _allocations(values, folder, subnets)}
    if isinstance(values, Network):
        vlan = inventory.get(Vlan, values.vlan)
        owner = "site" if "/" in folder else "organization"
        return {"slug": slug, owner: folder, "vlan_id": vlan.values.vlan_id if vlan else None}
    if isinstance(values, Vlan):
        return {"slug": slug, "site": folder, "network": carried.get(entity.address.path)}
    if isinstance(values, Zone):
        return {"slug": slug, "site": folder}
    return {"slug": slug, "organization": folder} if isinstance(values, Site) else {"slug": slug}


def _carried(inventory: Inventory) -> dict[str, str]:
    """The network of each VLAN; of several the one with addresses, then the first by path."""
    found: dict[str, tuple[bool, str]] = {}
    for network in inventory.of(Network):
        if network.values.vlan:
            rank = (network.values.cidr is None and network.values.cidr6 is None, network.address.path)
            found[network.values.vlan] = min(found.get(network.values.vlan, rank), rank)
    return {vlan: path for vlan, (_, path) in found.items()}


def _allocations(device: Device, site: str, subnets: Subnets) -> tuple[Allocation, ...]:
    """An address becomes one allocation in the network that holds it; where none does, it is the device's alone."""
    ports: list[Device | Interface] = [device, *device.interfaces.values()]
    found: dict[str, Allocation] = {}
    for port in ports:
        for ip in (port.ip, port.ip6):
            block = subnets.home(site, port.network, ip) if ip and ip not in found else None
            if ip and block:
                kind = "dhcp_reservation" if port.ip_from == "dhcp" else "static"
                said = {"ip": ip, "network": block.network.address.path, "type": kind}
                found[ip] = made_alike(Allocation, {**said, "mac": port.mac, "hostname": port.hostname})
    return tuple(found[ip] for ip in sorted(found))
