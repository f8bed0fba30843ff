"""What the devices of a controller are in the words of the model: by the rules of the catalog, and never by guesses."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from invgit.model.findings import Finding, Look, Status
from invgit.model.inventory import Inventory
from invgit.model.kinds import Category, DeviceType, HomeseerRule
from invgit.model.kinds import Device as Described
from invgit.model.mapping import Rules, compared, compared_type
from invgit.sources.homeseer.answers import Record, Session
from invgit.sources.homeseer.collapse import Collapsed, Device, telling
from invgit.sources.homeseer.odd import Odd
from invgit.sources.homeseer.places import Places, Spot, levels, settled
from invgit.sources.homeseer.settings import Room
from invgit.text.words import count
from invgit.text.written import inline

SOURCE, REF = "homeseer", "refs.homeseer"
OTHER = "other"
"""The category of what no rule knows."""
_UNKNOWN = "unknown"
_BATTERY = re.compile(r"\bbattery( level)?$", re.IGNORECASE)
_STATUS, _FEATURES, _TYPES_TOLD = 200, 100, 20
_NODES = range(1, 4001)
"""What `zwave_node_id` can be: Z-Wave Long Range ends at 4000."""
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Catalog:
    """What the catalog says that counts here."""

    rules: Rules
    categories: frozenset[str]
    of_types: frozenset[str]
    """Device types that say what they are for."""

    @classmethod
    def of(cls, inventory: Inventory) -> "_Catalog":
        return cls(
            Rules(inventory.of(HomeseerRule)),
            frozenset(each.address.path for each in inventory.of(Category)),
            frozenset(each.address.path for each in inventory.of(DeviceType) if each.values.category),
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """A device that is no ignored one: what the rules say of it, and where it is."""

    device: Device
    type_string: str
    decided: Mapping[str, Any]
    spot: Spot


def look(
    collapsed: Collapsed,
    session: Session,
    inventory: Inventory,
    site: str,
    at: datetime,
    stale_after: timedelta,
    *,
    room: Room | None = None,
    complete: bool = True,
) -> Look:
    """What a controller has at a site: the same for the same answers, in whatever order they came.

    `at` is the moment of the answers: what showed life within `stale_after` before it is online. `room` says which
    location is the room, where the labels of the session do not. Never fails for anything that a record may hold.
    """
    odd = Odd()
    catalog = _Catalog.of(inventory)
    ordered = levels(session, room)
    spots = {each.ref: ordered.spot(each, odd) for each in collapsed.devices}
    known = list(_known(collapsed, catalog, spots, site, odd))
    places = Places.of(inventory, site, ordered, odd)
    nodes = _nodes(known, inventory, site, odd)
    at_spots = settled({each.device.ref: each.spot for each in known})
    found = []
    unknown: dict[str, list[str]] = {}
    for each in known:
        said = _said(each, catalog, unknown, odd)
        if each.device.ref in nodes:
            said["zwave_node_id"] = each.device.node
        needs = _stands(each, at_spots[each.device.ref], places, said, odd)
        seen = _seen(each.device, at, odd)
        found.append(
            Finding(
                str(each.device.ref),
                Described.kind,
                said,
                _evidence(each, said, odd),
                needs,
                _status(each, seen, at, stale_after),
                seen,
                _details(each.device, odd),
            )
        )
    found += places.lacking.values()
    warnings = (*collapsed.warnings, *odd.sentences(), *_untyped(unknown, catalog.categories))
    ignored = frozenset(str(ref) for ref in spots.keys() - {each.device.ref for each in known})
    return Look(SOURCE, site, tuple(sorted(found, key=lambda one: one.key)), REF, complete, warnings, ignored=ignored)


def _known(collapsed: Collapsed, catalog: _Catalog, spots: Mapping[int, Spot], site: str, odd: Odd) -> Iterator[_Known]:
    """The devices that no rule ignores, by ref."""
    for device in sorted(collapsed.devices, key=lambda each: each.ref):
        text = odd.text(device.type_string, 100, "A type text", device.ref)
        spot, numbers = spots[device.ref], device.device_type
        facts = {
            "refs": device.ref,
            "type_strings": compared_type(text),
            "api": numbers.api,
            "type": numbers.type,
            "subtype": numbers.subtype,
            "plugin": compared(device.interface),
            "room": compared(spot.room),
            "floor": compared(spot.floor),
            "site": site,
        }
        decided = catalog.rules.decided(facts, catalog.of_types)
        if not decided.get("ignore"):
            yield _Known(device, text, decided, spot)


def _said(each: _Known, catalog: _Catalog, unknown: dict[str, list[str]], odd: Odd) -> dict[str, Any]:
    device, decided = each.device, each.decided
    said: dict[str, Any] = {
        "name": odd.text(device.name, 255, "A name", device.ref) or f"HomeSeer {device.ref}",
        "type": decided.get("type") or each.type_string or _UNKNOWN,
        "refs": {SOURCE: str(device.ref)},
    }
    category = decided.get("category")
    if not decided.keys() & {"type", "category"} and said["type"] not in catalog.of_types:
        category = OTHER
        words, conditions = _rule_for(each, odd)
        unknown.setdefault(words, []).append(conditions)
    if category in catalog.categories:
        said["category"] = category
    if any(_is_battery(feature) for feature in device.features):
        said["is_battery_powered"] = True
    return said


def _is_battery(feature: Record) -> bool:
    return any(_BATTERY.search(text.strip()) for text in (feature.type_string, feature.name))


def _stands(each: _Known, spot: Spot, places: Places, said: dict[str, Any], odd: Odd) -> tuple[str, ...]:
    """Say the zone of a device, or return the key of the finding that it needs."""
    ruled = {name: slug for name in ("zone", "floor") if (slug := each.decided.get(name))}
    zones = {name: places.zone(slug) for name, slug in ruled.items()}
    for name, path in zones.items():
        if path is None:
            odd.tell(f"A rule says the zone {ruled[name]}, which the site does not have", each.device.ref)
    if zones.get("zone"):
        said["zone"] = zones["zone"]
        return ()
    found = places.find(spot, zones.get("floor"), each.device.ref)
    if found and found.path:
        said["zone"] = found.path
    return (found.key,) if found and found.key else ()


def _nodes(known: list[_Known], inventory: Inventory, site: str, odd: Odd) -> set[int]:
    """The refs of which the Z-Wave node can be said: nobody else has that number, here or in the inventory."""
    numbers = Counter(each.device.node for each in known)
    held: dict[int, list[Described]] = {}
    for entity in inventory.of(Described):
        if entity.values.zwave_node_id is not None and entity.address.site == site:
            held.setdefault(entity.values.zwave_node_id, []).append(entity.values)
    found = set()
    for each in known:
        node, ref = each.device.node, each.device.ref
        if node is None:
            continue
        if node not in _NODES:
            odd.tell("A number that no Z-Wave node can have is left out", ref)
        elif numbers[node] > 1:
            odd.tell("A Z-Wave node that several devices have is left out of all of them", ref)
        elif any(not (other.refs and other.refs.homeseer == str(ref)) for other in held.get(node, ())):
            odd.tell(
                "A device of the inventory with another ref, or none, has the same Z-Wave node; it is left out", ref
            )
        else:
            found.add(ref)
    return found


def _evidence(each: _Known, said: Mapping[str, Any], odd: Odd) -> dict[str, str]:
    device, numbers = each.device, each.device.device_type
    found = {
        "ref": str(device.ref),
        "name": said["name"],
        "type": each.type_string,
        "numbers": "" if numbers == type(numbers)() else f"{numbers.api}/{numbers.type}/{numbers.subtype}",
        "room": each.spot.room,
        "floor": each.spot.floor,
        "plug-in": _plugin(device, odd),
        "node": "" if device.node is None else str(device.node),
    }
    return {name: text for name, text in found.items() if text}


def _plugin(device: Device, odd: Odd) -> str:
    return odd.text(device.interface, 100, "The name of a plug-in", device.ref)


def _seen(device: Device, at: datetime, odd: Odd) -> datetime | None:
    """When a device last changed; what lies ahead is the clocks' difference, or no time at all."""
    if device.last_change and device.last_change > at + _CLOCKS_DIFFER:
        odd.tell("A last change lies more than a day ahead, and is taken for none", device.ref)
        return None
    return min(device.last_change, at) if device.last_change else None


def _status(each: _Known, seen: datetime | None, at: datetime, stale_after: timedelta) -> Status:
    """Offline is only what a rule calls so; what has long been quiet may be off, or at rest."""
    meant = {compared(text) for text in each.decided.get("offline", ())}
    if meant and any(compared(record.status) in meant for record in (each.device.root, *each.device.features)):
        return "offline"
    return "online" if seen and at - seen <= stale_after else "unknown"


def _details(device: Device, odd: Odd) -> dict[str, Any]:
    """What is observed and belongs into no file."""
    ref = device.ref
    shown = (odd.text(each.status, _STATUS, "A status", ref) for each in telling(device.root, device.features))
    found: dict[str, Any] = {"status": next(filter(None, shown), ""), "hidden": device.hidden}
    if plugin := _plugin(device, odd):
        found["interface"] = plugin
    if device.features:
        found["features"] = [
            {
                "ref": each.ref,
                "name": odd.text(each.name, _STATUS, "The name of a feature", ref),
                "status": odd.text(each.status, _STATUS, "A status", ref),
            }
            for each in device.features[:_FEATURES]
        ]
    if len(device.features) > _FEATURES:
        found["more_features"] = len(device.features) - _FEATURES
    return found


def _rule_for(each: _Known, odd: Odd) -> tuple[str, str]:
    """What no rule knows, in words, and the condition of a rule that would."""
    text, numbers, plugin = each.type_string, each.device.device_type, _plugin(each.device, odd)
    if text:
        return f"the type text {inline(text)}", inline({"type_strings": [text]})
    if not plugin:
        return "no type text and no plug-in", inline({"refs": [str(each.device.ref)]})
    conditions = {"api": str(numbers.api), "type": str(numbers.type), "subtype": str(numbers.subtype), "plugin": plugin}
    words = f"no type text, the numbers {numbers.api}/{numbers.type}/{numbers.subtype} and the plug-in {inline(plugin)}"
    return words, inline(conditions)


def _untyped(unknown: Mapping[str, list[str]], categories: frozenset[str]) -> Iterator[str]:
    """One sentence for each sort that no rule knows, the most frequent first, with a rule to add."""
    ordered = sorted(unknown.items(), key=lambda item: (-len(item[1]), item[0]))
    what = f"category {OTHER}" if OTHER in categories else "no category"
    for words, conditions in ordered[:_TYPES_TOLD]:
        rule = f"my-rule: {{when: {conditions[0]}, type: …, category: …}}"
        number = count(len(conditions), "device")
        yield f"No rule knows {number} with {words}: {what}; a rule to add under `homeseer:` in the catalog: {rule}"
    if len(ordered) > _TYPES_TOLD:
        yield f"{len(ordered) - _TYPES_TOLD:,} more types are known to no rule."
