"""HomeSeer's refs as devices: a root and its features are one, whoever of them says so; nothing is lost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from invgit.sources.homeseer.answers import CHILD, ROOT, DeviceType, Record

_NODE = re.compile(r"node\s+([0-9]{1,4})", re.IGNORECASE)
_Z_NET = re.compile(r"z-net\b.*", re.IGNORECASE)
_NOWHERE = {"", "unknown", "plugin"}
_ROOT_DEVICE = re.compile(r"\s*\broot device$", re.IGNORECASE)
_ASIDE = re.compile(r"\b(?:battery|notification|central scene|meter|watts)\b", re.IGNORECASE)
_SHOWN = 10
"""So many refs a warning names."""

_ORPHANS = "Features without a root that could be seen are devices of their own"
_CIRCLES = "Features that take each other for their root are devices of their own"
_NESTED = "Features of features belong to the root above both"
_DISPUTED = "Features that name another root than the one that claims them belong to the one they name"
_SHARED = "What several roots claim belongs to the one with the smallest ref"


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a controller: what its root says, and its features by ref."""

    ref: int
    name: str
    location: str | None
    location2: str | None
    """None where HomeSeer or a plug-in has put it there, and no person."""
    node: int | None
    """The Z-Wave node number, where new devices carry it as their location; any number of up to four digits."""
    type_string: str
    device_type: DeviceType
    """Both of the root, or where it says nothing, of the first feature that says what the device is for.

    A root that is a `… Root Device` says nothing beside such a feature; without one, what stands before that counts.
    """
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
    odd = _Odd()
    parents = _parents(index, odd)
    tops = _tops(parents, odd)
    members: dict[int, list[Record]] = {}
    for ref, record in index.items():
        members.setdefault(tops[ref], []).append(record)
    devices, circled = [], odd.circled
    for ref in sorted(members):
        root = index[ref]
        orphan = root.relationship == CHILD
        if orphan and ref not in circled:
            odd.add(_ORPHANS, ref)
        devices.append(_device(root, tuple(each for each in members[ref] if each.ref != ref), orphan))
    return Collapsed(tuple(devices), odd.warnings())


class _Odd:
    """What was odd, and about which refs: a warning for each kind, however many there are of it."""

    def __init__(self) -> None:
        self._refs: dict[str, list[int]] = {}

    @property
    def circled(self) -> frozenset[int]:
        """Refs that take each other for their root."""
        return frozenset(self._refs.get(_CIRCLES, ()))

    def add(self, what: str, ref: int) -> None:
        self._refs.setdefault(what, []).append(ref)

    def warnings(self) -> tuple[str, ...]:
        found = []
        for what, refs in sorted(self._refs.items()):
            shown = ", ".join(map(str, sorted(refs)[:_SHOWN]))
            more = f" and {len(refs) - _SHOWN} more" if len(refs) > _SHOWN else ""
            found.append(f"{what}: {shown}{more}.")
        return tuple(found)


def _parents(index: Mapping[int, Record], odd: _Odd) -> dict[int, int]:
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
            if any(each != own for each in claimed):
                odd.add(_DISPUTED, record.ref)
        elif claimed:
            parents[record.ref] = claimed[0]
            if len(claimed) > 1:
                odd.add(_SHARED, record.ref)
    return parents


def _may_claim(root: Record, other: Record) -> bool:
    """What calls itself a device is one, unless a root says otherwise; a root is nobody's feature."""
    return other.relationship == CHILD or (root.relationship == ROOT and other.relationship != ROOT)


def _tops(parents: dict[int, int], odd: _Odd) -> "_Tops":
    """Where the way up from each ref ends; ways that end nowhere are cut."""
    for ref in sorted(parents):
        trail: dict[int, None] = {}
        at = ref
        while at in parents and at not in trail:
            trail[at] = None
            at = parents[at]
        if at in trail:
            circle = list(trail)[list(trail).index(at) :]
            for each in circle:
                odd.add(_CIRCLES, each)
                del parents[each]
            trail = {each: None for each in trail if each in parents}
            at = parents[list(trail)[-1]] if trail else at
        for each in list(trail)[:-1]:
            odd.add(_NESTED, each)
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
        type_string=next(
            (text for each in telling(root, features) if (text := _type(each))),
            _ROOT_DEVICE.sub("", clean(root.type_string)),
        ),
        device_type=next(
            (each.device_type for each in telling(root, features) if _says(each.device_type)), root.device_type
        ),
        interface=clean(root.interface),
        hidden=root.hidden,
        last_change=max(changes, default=None),
        root=root,
        features=features,
        orphan=orphan,
    )


def telling(root: Record, features: tuple[Record, ...]) -> list[Record]:
    """Who of a root and its features may say what the device is: not its battery."""
    return [root, *(each for each in features if not _ASIDE.search(clean(each.type_string) or each.name))]


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
    """A name on one line, without the blanks that nobody meant."""
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
