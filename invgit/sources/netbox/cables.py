"""Cables of NetBox: what they connect, where both ends are ports of devices."""

from collections.abc import Mapping
from typing import Any

from invgit.sources.items import Item
from invgit.sources.netbox.objects import Object
from invgit.sources.netbox.world import World, metadata

_BY_END = {"power": "power", "console": "serial"}
"""What a cable is by the ports that it ends in (the API's object types: dcim.powerport, dcim.consoleport …)."""
_BY_TYPE = {"usb": "usb", "power": "power", "hdmi": "hdmi"}


def cable(world: World, of: Object) -> None:
    """A cable with one port at each end; others have no counterpart."""
    one, other = _end(world, of, "a"), _end(world, of, "b")
    if one is None or other is None:
        world.lose("cables that do not connect two ports of devices that are here")
        return
    (source, from_port, kind), (target, to_port, _) = one, other
    if source is target:
        world.lose("cables from a device to itself")
        return
    if source.folder.partition("/")[0] != target.folder.partition("/")[0]:
        world.lose("cables between organizations")
        return
    word = of.word("type") or ""
    length, unit = of.text("length"), of.text("length_unit")
    said = {
        "from": source.path,
        "to": target.path,
        "from_port": from_port,
        "to_port": to_port,
        "type": next((made for known, made in _BY_TYPE.items() if word.startswith(known)), kind),
        "notes": of.text("label", "description"),
        "is_active": "false" if of.word("status") in {"planned", "decommissioning"} else None,
        "metadata": metadata(of, cable=of.text("type"), length=" ".join(filter(None, (length, unit))) or None),
    }
    world.add("connection", source.folder, of, said)


def _end(world: World, of: Object, letter: str) -> tuple[Item, str | None, str] | None:
    """The device, the port, and what a cable in it is."""
    if of.flat:
        name = of.text(f"device_{letter}", f"side_{letter}_device")
        found = world.known.get(("devices", name.casefold())) if name else None
        port = of.text(f"termination_{letter}", f"side_{letter}_name")
        return (found, port, "ethernet") if found else None
    ends: Any = of.value(f"{letter}_terminations")
    end = ends[0] if isinstance(ends, list) and len(ends) == 1 else None
    port_of = end.get("object") if isinstance(end, Mapping) else None
    if not isinstance(end, Mapping) or not isinstance(port_of, Mapping):
        return None
    inner = Object("ports", of.file, of.line, port_of, False, {})
    found = world.find("devices", inner, "device")
    what = str(end.get("object_type", "")).rpartition(".")[2]
    kind = next((made for begin, made in _BY_END.items() if what.startswith(begin)), "ethernet")
    return (found, inner.text("name"), kind) if found else None
