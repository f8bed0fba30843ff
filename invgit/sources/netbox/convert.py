"""Objects of NetBox to entities; what has no counterpart is counted, not lost in silence."""

from collections.abc import Callable, Iterable, Mapping

from invgit.model.inventory import Inventory
from invgit.model.kinds import Category, DeviceType, Network
from invgit.model.slugs import is_slug, slugified
from invgit.sources.items import Item, Problem, slugs
from invgit.sources.netbox import addresses, cables
from invgit.sources.netbox.objects import Object, squeezed
from invgit.sources.netbox.world import Where, World, metadata, plain

_USAGE = {
    "active": None,
    "offline": "stored",
    "planned": "pending",
    "staged": "pending",
    "failed": "failed",
    "inventory": "stored",
    "decommissioning": "retired",
}
"""`usage_status` for the status of a device (NetBox, DeviceStatusChoices)."""
_GONE = frozenset({"retired", "decommissioning", "deprecated"})
_TOLD_ELSEWHERE = frozenset({"manufacturers", "device-roles", "mac-addresses"})
"""What other objects repeat: nothing of it is lost."""


def items(
    objects: Iterable[Object], where: Where, inventory: Inventory
) -> tuple[list[Item], list[Problem], Mapping[str, int]]:
    """The entities of all objects, what is wrong with some, and how many of what have no counterpart."""
    world = World(where, inventory)
    by_kind: dict[str, list[Object]] = {}
    for each in objects:
        by_kind.setdefault(each.kind, []).append(each)
    # in the order in which one names the other
    work: Mapping[str, Callable[[World, Object], None]] = {
        "sites": _site,
        "locations": _location,
        "vlans": _vlan,
        "prefixes": _prefix,
        "device-types": _device_type,
        "devices": _device,
        "interfaces": addresses.interface,
        "ip-addresses": addresses.ip_address,
        "cables": cables.cable,
    }
    for kind, take in work.items():
        begin = len(world.items)
        taken = by_kind.pop(kind, [])
        for each in taken:
            take(world, each)
        world.problems += slugs(world.items[begin:])  # what comes next may name them
        _unasked(world, kind, taken)
    for kind, found in by_kind.items():
        if kind not in _TOLD_ELSEWHERE:
            world.lost[kind] += len(found)
    return world.items, world.problems, world.lost


def _unasked(world: World, kind: str, objects: Iterable[Object]) -> None:
    """Count the values under names that nobody has asked for."""
    found = list(objects)
    asked = {name for each in found for name in each.asked}
    for each in found:
        for name in each.said():
            if squeezed(name) not in asked:
                world.lost[f"`{each.columns.get(name, name)}` of {kind}"] += 1


def _site(world: World, of: Object) -> None:
    if world.where.site:
        world.lose("sites (all goes into one)")
        return
    slug = of.text("slug") or slugified(of.text("name") or "")
    lines = [line.strip() for line in (of.text("physical_address") or "").splitlines() if line.strip()]
    said = {
        "name": of.text("name"),
        "address_line1": lines[0] if lines else None,
        "address_line2": ", ".join(lines[1:]) or None,
        "timezone": of.text("time_zone"),
        "latitude": of.text("latitude"),
        "longitude": of.text("longitude"),
        "is_active": "false" if of.word("status") in _GONE else None,
        "metadata": metadata(
            of,
            description=of.text("description"),
            facility=of.text("facility"),
            region=of.text("region"),
            tenant=of.text("tenant"),
        ),
    }
    world.keep(of, world.add("site", world.where.organization, of, said, slug))


def _location(world: World, of: Object) -> None:
    site = world.site(of, "site")
    if site is None:
        world.problems.append(_homeless(of, "a location"))
        return
    slug = of.text("slug")
    parent = world.find("locations", of, "parent", folder=site)
    said = {
        "name": (of.text("name") or "").strip("•· ") or None,
        "parent": (parent.slug or parent.said["name"]) if parent else of.text("parent"),
        "is_active": "false" if of.word("status") in _GONE else None,
        "metadata": metadata(of, description=of.text("description"), facility=of.text("facility")),
    }
    world.keep(of, world.add("zone", site, of, said, slug if is_slug(slug) else None))


def _homeless(of: Object, what: str) -> Problem:
    return Problem(of.file, of.line, of.column("site"), f"{what} without a site", "--site ORG/SITE puts all into one")


def _vlan(world: World, of: Object) -> None:
    site = world.site(of, "site", "scope")
    if site is None:
        world.lose("VLANs of no site")
        return
    said = {
        "name": of.text("name"),
        "vlan_id": of.text("vid", "id"),
        "description": of.text("description"),
        "is_active": "false" if of.word("status") in _GONE else None,
        "metadata": metadata(of, role=of.text("role"), group=of.text("group"), tenant=of.text("tenant")),
    }
    item = world.add("vlan", site, of, said)
    world.keep(of, item)
    world.known.setdefault(("vlans", f"{of.text('name')} ({said['vlan_id']})".casefold()), item)  # as CSV names it


def _prefix(world: World, of: Object) -> None:
    prefix = (of.text("prefix", "prefix_flat") or "").strip("•· ")
    if of.word("status") == "container":
        world.lose("prefixes that only contain others")
        return
    scope = of.text("scope_type")
    named = () if scope and "site" not in scope.lower() else ("site", "scope")
    folder = world.site(of, *named) if named or world.where.site else None
    vlan = world.find("vlans", of, "vlan")
    folder = folder or (vlan.folder if vlan else world.where.organization)
    name = of.text("description") or (vlan.said.get("name") if vlan else None) or prefix
    said = {
        "name": name[:255].split("\n")[0].strip() or prefix,
        ("cidr6" if ":" in prefix else "cidr"): prefix,
        "vlan": (vlan.slug or vlan.said.get("name")) if vlan and vlan.folder == folder else None,
        "is_active": "false" if of.word("status") in _GONE else None,
        "metadata": metadata(of, role=of.text("role"), vrf=of.text("vrf"), tenant=of.text("tenant")),
    }
    world.keep(of, world.add(Network.kind, folder, of, said))


def _device_type(world: World, of: Object) -> None:
    manufacturer, model = of.text("manufacturer"), of.text("model", "device_type", "Device Type", "name")
    slug = of.text("slug")
    said = {
        "name": " ".join(filter(None, (manufacturer, model))) or None,
        "manufacturer": manufacturer,
        "model": model,
        "model_number": of.text("part_number"),
        "description": of.text("description"),
        "metadata": metadata(of, comments=of.text("comments")),
    }
    item = world.add(DeviceType.kind, "", of, said, slug if is_slug(slug) else slugified(model or "") or None)
    world.keep(of, item)
    if model:
        world.known.setdefault(("device-types", model.casefold()), item)


def _device(world: World, of: Object) -> None:
    site = world.site(of, "site")
    if site is None:
        world.problems.append(_homeless(of, "a device"))
        return
    made = world.find("device-types", of, "device_type", "type")
    word = of.slug("device_type") or slugified(of.text("device_type", "type") or "")
    there = world.inventory.get(DeviceType, word) if word else None
    zone = world.find("locations", of, "location", folder=site)
    role = of.slug("role", "device_role") or slugified(of.text("role", "device_role") or "")
    category = world.inventory.get(Category, role) if role else None
    tags = of.value("tags")
    words = [_slug(each) for each in tags] if isinstance(tags, list) else (of.text("tags") or "").split(",")
    nested = of.value("device_type")
    maker = Object("", of.file, of.line, nested, False, {}) if isinstance(nested, Mapping) else of
    said = {
        "name": of.text("name", "display")
        or f"{of.text('device_type', 'type') or 'device'} {of.text('id') or of.line}",
        "type": made.slug if made else word or of.text("role", "device_role"),
        "description": of.text("description"),
        "zone": (zone.slug or zone.said.get("name")) if zone else of.text("location"),
        "category": role if category else None,
        "manufacturer": None if made or there else maker.text("manufacturer"),
        "model": None if made or there else of.text("device_type", "type"),
        "serial": of.text("serial", "serial_number"),
        "ip": _address(of.text("primary_ip4", "ipv4_address") or _only(of, 4)),
        "ip6": _address(of.text("primary_ip6", "ipv6_address") or _only(of, 6)),
        "usage_status": _USAGE.get(of.word("status") or "active"),
        "location_description": _rack(of),
        "tags": [slugified(str(each)) for each in words if each and slugified(str(each))],
        "metadata": metadata(
            of,
            asset_tag=of.text("asset_tag"),
            comments=of.text("comments"),
            platform=of.text("platform"),
            role=None if category else of.text("role", "device_role"),
            tenant=of.text("tenant"),
            cluster=of.text("cluster"),
        ),
        "configuration": plain(of.value("local_context_data")) if not of.flat else None,
    }
    world.keep(of, world.add("device", site, of, said))


def _slug(tag: object) -> str:
    """A tag is an object with its slug; in other versions a word."""
    return str(tag.get("slug") or tag.get("name") or "") if isinstance(tag, Mapping) else str(tag or "")


def _only(of: Object, version: int) -> str | None:
    """The one address that a table shows, if it is of that version."""
    found = of.text("primary_ip", "ip_address")
    return found if found and (":" in found) == (version == 6) else None


def _address(text: str | None) -> str | None:
    return text.partition("/")[0] if text else None


def _rack(of: Object) -> str | None:
    rack, position, face = of.text("rack"), of.text("position"), of.text("face")
    unit = f"U{position.removesuffix('.0')}" if position else None
    return " ".join(filter(None, (f"rack {rack}," if rack and unit else rack and f"rack {rack}", unit, face))) or None
