"""HomeSeer's refs as devices: a root and its features are one, whoever of them says so; nothing is lost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from invgit.sources.homeseer.answers import CHILD, ROOT, DeviceType, Record

_NODE = re.compile(r"node\s+([0-9]{1,4})", re.IGNORECASE)
_Z_NET = re.compile(r"z-net\b.*", re.IGNORECASE)
_NOWHERE = {"", "unknown", "plugin", "none"}
_ROOT_DEVICE = re.compile(r"\s*\broot device$", re.IGNORECASE)
_ASIDE = re.compile(r"battery|notification|central scene|meter|watts", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a controller: what its root says, and its features by ref."""

    ref: int
    name: str
    location: str | None
    location2: str | None
    """None where HomeSeer or a plug-in has put it there, and no person."""
    node: int | None
    """The Z-Wave node number, where new devices carry it as their location."""
    type_string: str
    device_type: DeviceType
    """Both of the root, or where it says nothing, of the first feature that says what the device is for."""
    interface: str
    hidden: bool
    last_change: datetime | None
    root: Record
    features: tuple[Record, ...] = ()
    orphan: bool = False
    """A feature whose root is not there: hidden from the user, or not in the location that was asked for."""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """All devices by ref, and what was odd about how they hang together."""

    devices: tuple[Device, ...]
    warnings: tuple[str, ...] = ()


def collapse(records: Iterable[Record]) -> Collapsed:
    """One device for a root and its features; each ref is in exactly one. The order of the records does not matter.

    A feature's own word about its root counts more than the root's. Features whose root is not there, or which name
    each other in a circle, are devices of their own.
    """
    index = {each.ref: each for each in sorted(records, key=lambda record: record.ref)}
    warnings: list[str] = []
    parents = _parents(index, warnings)
    tops = _tops(parents, warnings)
    members: dict[int, list[Record]] = {}
    for ref, record in index.items():
        members.setdefault(tops[ref], []).append(record)
    devices = []
    for ref in sorted(members):
        root = index[ref]
        orphan = root.relationship == CHILD
        if orphan:
            warnings.append(f"Feature {ref} has no root that could be seen; it stands as a device of its own.")
        devices.append(_device(root, tuple(each for each in members[ref] if each.ref != ref), orphan))
    return Collapsed(tuple(devices), tuple(warnings))


def _parents(index: Mapping[int, Record], warnings: list[str]) -> dict[int, int]:
    """The root that each ref names, or that claims it."""
    claims: dict[int, list[int]] = {}
    for record in index.values():
        if record.relationship != CHILD:
            for ref in dict.fromkeys(record.associated):
                known = index.get(ref)
                if known and ref != record.ref and _may_claim(record, known):
                    claims.setdefault(ref, []).append(record.ref)
    parents = {}
    for record in index.values():
        named = [each for each in record.associated if each in index and each != record.ref]
        own = named[0] if named and record.relationship == CHILD else None
        claimed = claims.get(record.ref, [])
        if own is not None:
            parents[record.ref] = own
            if claimed and own not in claimed:
                warnings.append(
                    f"Feature {record.ref} names {own} as its root, and {claimed[0]} claims it; {own} it is."
                )
        elif claimed:
            parents[record.ref] = claimed[0]
            if len(claimed) > 1:
                both = " and ".join(map(str, claimed[:2]))
                warnings.append(f"Roots {both} both claim {record.ref}; it goes to {claimed[0]}.")
    return parents


def _may_claim(root: Record, other: Record) -> bool:
    """What calls itself a device is one, unless a root says otherwise; a root is nobody's feature."""
    return other.relationship == CHILD or (root.relationship == ROOT and other.relationship != ROOT)


def _tops(parents: dict[int, int], warnings: list[str]) -> "_Tops":
    """Where the way up from each ref ends; ways that end nowhere are cut."""
    for ref in sorted(parents):
        trail: dict[int, None] = {}
        at = ref
        while at in parents and at not in trail:
            trail[at] = None
            at = parents[at]
        if at in trail:
            circle = list(trail)[list(trail).index(at) :]
            warnings.append(f"{', '.join(map(str, sorted(circle)))} name each other as roots; each stands for itself.")
            for each in circle:
                del parents[each]
            trail = {each: None for each in trail if each in parents}
            at = parents[list(trail)[-1]] if trail else at
        if len(trail) > 1:
            warnings.append(f"Feature {ref} hangs on a feature; both belong to {at}.")
        for each in trail:
            parents[each] = at
    return _Tops(parents)


class _Tops(dict[int, int]):
    """What hangs on nothing is its own root."""

    def __missing__(self, ref: int) -> int:
        return ref


def _device(root: Record, features: tuple[Record, ...], orphan: bool) -> Device:
    location, location2, node = place(root)
    changes = [each.last_change for each in (root, *features) if each.last_change]
    return Device(
        ref=root.ref,
        name=clean(root.name) or f"HomeSeer {root.ref}",
        location=location,
        location2=location2,
        node=node,
        type_string=next((text for each in _telling(root, features) if (text := _type(each))), ""),
        device_type=next(
            (each.device_type for each in _telling(root, features) if _says(each.device_type)), root.device_type
        ),
        interface=clean(root.interface),
        hidden=root.hidden,
        last_change=max(changes, default=None),
        root=root,
        features=features,
        orphan=orphan,
    )


def _telling(root: Record, features: tuple[Record, ...]) -> list[Record]:
    """Who may say what a device is: not its battery."""
    return [root, *(each for each in features if not _ASIDE.search(f"{each.type_string} {each.name}"))]


def _type(record: Record) -> str:
    text = clean(record.type_string)
    return "" if _ROOT_DEVICE.search(text) else text


def _says(device_type: DeviceType) -> bool:
    """0 and 4 are any plug-in, and 0/0 is what plug-ins leave that say nothing."""
    return device_type.api not in {0, 4} and (device_type.api, device_type.type, device_type.subtype) not in {
        (512, 0, 0),
        (513, 0, 0),
    }


def clean(text: str) -> str:
    """A name without the blanks that nobody meant."""
    return " ".join(text.split())


def place(record: Record) -> tuple[str | None, str | None, int | None]:
    """Both locations of a record, None for those that no person has given; and the node number that one of them is."""
    first, second = clean(record.location), clean(record.location2)
    node = None
    for text, other in ((second, first), (first, second)):
        found = _NODE.fullmatch(text)
        if found or (text.isascii() and text.isdigit() and len(text) <= 4 and _Z_NET.fullmatch(other)):
            node = int(found[1] if found else text)
            given = "" if _Z_NET.fullmatch(other) or other.casefold() == "z-wave" else other
            first, second = (given, "") if text is second else ("", given)
            break
    plugin = clean(record.interface).casefold()
    if second.casefold() == "plugin" and plugin and first.casefold() == plugin:
        first = ""
    return (
        None if first.casefold() in _NOWHERE else first,
        None if second.casefold() in _NOWHERE else second,
        node,
    )
