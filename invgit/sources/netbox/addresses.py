"""Interfaces and addresses of NetBox: a device has them itself; an address without a device is a reservation."""

import ipaddress
from typing import Any

from invgit.model.kinds import Network
from invgit.model.subnets import as_number
from invgit.sources.items import Item, Problem
from invgit.sources.netbox.objects import Object
from invgit.sources.netbox.world import World, metadata


def interface(world: World, of: Object) -> None:
    """A port with a MAC address. That it is the device's own, its address tells."""
    device = world.find("devices", of, "device")
    name = of.text("name")
    if device is None or name is None:
        world.lose("interfaces of devices that are not here")
        return
    mac = of.text("mac_address", "primary_mac_address")
    if not mac:
        world.lose("interfaces without a MAC address (kept where they have an IP address)")
        if not of.flat and of.id() is not None:
            world.known["interfaces", of.id()] = device
        return
    ports = device.said.setdefault("interfaces", {})
    ports[name] = {"mac": mac}
    device.columns[f"interfaces.{name}"] = f"{of.file}:{of.line}"


def ip_address(world: World, of: Object) -> None:
    """An address: of a device's interface, or by itself."""
    ip = (of.text("address", "ip_address") or "").partition("/")[0]
    parent = of.value("assigned_object")
    if not ip:
        return
    if of.value("assigned_object_type") == "virtualization.vminterface":
        world.lose("addresses of virtual machines")
        return
    device, port = _holder(world, of, parent)
    if device is None:
        _reserve(world, of, ip)
        return
    field = "ip6" if ":" in ip else "ip"
    ports = device.said.get("interfaces", {})
    if device.said.get(field) == ip:  # the device's own: so is the port
        _own(device, ports, port)
    else:
        entry = ports.setdefault(port or f"ip{len(ports) + 1}", {})
        if field in entry:
            world.lose("second addresses of an interface")
            return
        entry[field] = ip
        device.said["interfaces"] = ports
    holder = (
        device.said if device.said.get(field) == ip else next(each for each in ports.values() if each.get(field) == ip)
    )
    hostname = of.text("dns_name")
    if hostname:
        holder.setdefault("hostname", hostname.rstrip("."))
    if of.word("status") == "dhcp":
        holder["ip_from"] = "dhcp"


def _holder(world: World, of: Object, parent: Any) -> tuple[Item | None, str | None]:
    if isinstance(parent, dict):
        nested = Object("interfaces", of.file, of.line, parent, False, {})
        return world.find("devices", nested, "device"), nested.text("name")
    name = of.text("device", "device/vm", "assigned_object_parent", "parent")
    found = world.known.get(("devices", name.casefold())) if name else None
    return found, of.text("interface", "assigned_object")


def _own(device: Item, ports: dict[str, Any], port: str | None) -> None:
    """A port that has the device's own address is its main one: its MAC address is the device's."""
    found = ports.pop(port, None) if port else None
    if found:
        device.said |= {name: value for name, value in found.items() if name not in device.said}
    if not ports:
        device.said.pop("interfaces", None)


def _reserve(world: World, of: Object, ip: str) -> None:
    network = _network(world, ip)
    if network is None:
        message = f"no prefix of a site holds {ip}"
        world.problems.append(
            Problem(of.file, of.line, of.column("address", "ip_address"), message, "import its prefix")
        )
        return
    folder, slug = network
    hostname = of.text("dns_name")
    said = {
        "network": slug,
        "ip": ip,
        "type": "dhcp_reservation" if of.word("status") == "dhcp" else None,
        "hostname": hostname.rstrip(".") if hostname else None,
        "notes": of.text("description"),
        "is_active": "false" if of.word("status") == "deprecated" else None,
        "metadata": metadata(of, role=of.text("role"), vrf=of.text("vrf"), tenant=of.text("tenant")),
    }
    world.add("reservation", folder, of, said, None)


def _network(world: World, ip: str) -> tuple[str, str] | None:
    """The site and slug of the narrowest network that holds an address."""
    try:
        number = as_number(str(ipaddress.ip_address(ip)))
    except ValueError:
        return None
    version = 6 if ":" in ip else 4
    found = [each for each in _blocks(world) if each[0] == version and each[1] <= number <= each[2]]
    return min(found, key=lambda each: each[2] - each[1])[3:] if found else None


def _blocks(world: World) -> list[tuple[int, int, int, str, str]]:
    """Version, first and last address, site and slug of all networks of sites, made once."""
    if not world.blocks:
        known = [(each.folder, each.slug, each.said) for each in world.items if each.kind == Network.kind]
        known += [
            (
                each.address.path.rpartition("/")[0],
                each.address.slug,
                {"cidr": each.values.cidr, "cidr6": each.values.cidr6},
            )
            for each in world.inventory.of(Network)
        ]
        for folder, slug, said in known:
            for cidr in (said.get("cidr"), said.get("cidr6")):
                try:
                    block = ipaddress.ip_network(cidr or "", strict=False)
                except ValueError:
                    continue
                if "/" in folder:
                    first, last = int(block.network_address), int(block.broadcast_address)
                    world.blocks.append((block.version, first, last, folder, slug))
    return world.blocks
