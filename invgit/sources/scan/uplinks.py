"""What things are plugged into, as connections: where both ends are devices that somebody has described."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from invgit.model.entity import Entity
from invgit.model.findings import Finding
from invgit.model.inventory import Inventory
from invgit.model.kinds import Connection, Device
from invgit.model.scalars import MAX_SLUG
from invgit.model.scans import Uplink
from invgit.sources.scan.matching import Matching
from invgit.sources.scan.nics import Nic

Pair = frozenset[str]


def uplinks(matching: Matching, inventory: Inventory) -> Iterator[Finding]:
    """A finding for each pair of devices of which one is connected to the other; of two that are the same, the first.

    A radio link is nothing new where one is described already: things that move choose another access point.
    """
    described, wireless = _described(inventory, matching.site)
    done: set[Pair] = set()
    for nic in matching.nics:
        match, link = matching.found.get(nic), next((host.uplink for host in nic.hosts if host.uplink), None)
        if match is None or link is None or not (match.by == "mac" or (match.is_sure and nic.is_known_by_mac)):
            continue
        upper = {port.device.address.path: port.device for port in matching.ports.by_mac.get(link.mac, ())}
        pair = Pair({match.port.device.address.path, *upper})
        if len(upper) != 1 or len(pair) != 2 or pair in done:
            continue
        done.add(pair)
        there = described.get(pair, [])
        if len(there) > 1 or (link.wireless and not there and match.port.device.address.path in wireless):
            continue
        (end,) = upper.values()
        yield _finding(nic, link, match.port.device, end, there[0] if there else None)


def _described(inventory: Inventory, site: str) -> tuple[dict[Pair, list[Entity[Connection]]], set[str]]:
    """The connections of a site by their ends; and what has a radio link."""
    found: dict[Pair, list[Entity[Connection]]] = defaultdict(list)
    wireless: set[str] = set()
    for each in inventory.of(Connection):
        if each.address.site == site:
            ends = Pair({each.values.source, each.values.target})
            found[ends].append(each)
            if each.values.is_wireless or each.values.type == "wifi":
                wireless |= ends
    return found, wireless


def _finding(
    nic: Nic, link: Uplink, device: Entity[Device], end: Entity[Device], there: Entity[Connection] | None
) -> Finding:
    evidence = {"mac": str(nic.mac), "uplink": link.mac}
    key = f"uplink:{nic.mac}"
    if there:
        port = "to_port" if there.values.target == end.address.path else "from_port"
        declared = there.values.to_port if port == "to_port" else there.values.from_port
        said = {port: link.port} if link.port and declared in {None, link.port} else {}
        return Finding(key, Connection.kind, said, evidence, entity=there.address, why="it joins the same two devices")
    new: dict[str, Any] = {"from": device.address.path, "to": end.address.path}
    new |= {"type": "wifi", "is_wireless": True} if link.wireless else {"type": "ethernet"}
    if link.port:
        new["to_port"] = link.port
    slug = f"{device.address.slug}--{end.address.slug}"
    return Finding(key, Connection.kind, new, evidence, slug=slug if len(slug) <= MAX_SLUG else "")
