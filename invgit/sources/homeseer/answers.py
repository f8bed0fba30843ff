"""Answers of HomeSeer's JSON interface as plain records: strict about what is used, tolerant about all else.

Texts stay what they are, hostile ones too: whoever shows or writes them checks them.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from invgit.errors import SourceError
from invgit.sources.homeseer.body import AGAIN, JSON_OFF
from invgit.text.words import count

NOT_SET, INDETERMINATE, ROOT, STANDALONE, CHILD = range(5)
"""`relationship`, as HomeSeer's SDK numbers it."""

_DATE = re.compile(r"/Date\((-?[0-9]{1,17})(?:[+-][0-9]{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeviceType:
    """`device_type`: HomeSeer's numbers for what a device is; 0 is also what plug-ins leave that say nothing."""

    api: int = 0
    type: int = 0
    subtype: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What `getstatus` says of one ref: a root, a feature of one, or a device without features."""

    ref: int
    name: str
    location: str = ""
    location2: str = ""
    value: float | None = None
    status: str = ""
    type_string: str = ""
    """`device_type_string`: free text, often empty, people change it."""
    last_change: datetime | None = None
    """In UTC; None is never."""
    relationship: int = NOT_SET
    hidden: bool = False
    associated: tuple[int, ...] = ()
    """A root's features, a feature's root."""
    device_type: DeviceType = DeviceType()
    interface: str = ""
    """The plug-in; empty where it is HomeSeer itself, or an HS3 that does not say."""


@dataclass(frozen=True, slots=True)
class Status:
    """All devices that a controller showed to this user, each ref once, and what was odd about the answer."""

    version: str
    records: tuple[Record, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """One way to control a ref: its label, the value that it sends, and HomeSeer's number of its use."""

    ref: int
    label: str
    value: float | None
    use: int


@dataclass(frozen=True, slots=True)
class Locations:
    """The names that a controller knows for its two levels of places."""

    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """How a controller calls and orders its two levels of places; None where it does not say."""

    version: str | None = None
    first_is_location1: bool | None = None
    uses_location2: bool | None = None
    label1: str | None = None
    label2: str | None = None


def status(found: dict[str, Any]) -> Status:
    """The answer to `getstatus`. No devices at all is an error: it must never read as if all had gone."""
    devices = _devices("getstatus", found)
    if not devices:
        raise SourceError(
            "HomeSeer showed no devices at all",
            help="The user may see none, or HomeSeer is still starting. Nothing was changed.",
        )
    unread: list[int] = []
    records = tuple(_record(each, at, unread) for at, each in enumerate(devices, 1))
    twice = sorted(ref for ref, times in Counter(each.ref for each in records).items() if times > 1)
    if twice:
        shown = ", ".join(map(str, twice[:10]))
        raise SourceError(f"HomeSeer's answer to getstatus names these refs more than once: {shown}", help=AGAIN)
    warnings: tuple[str, ...] = ()
    if unread:
        shown = ", ".join(map(str, unread[:10]))
        warnings = (f"The time of the last change cannot be read of {count(len(unread), 'ref')}: {shown}.",)
    return Status(_text(found, "Version", "getstatus"), records, warnings)


def controls(found: dict[str, Any]) -> tuple[Control, ...]:
    """The answer to `getcontrol`: for one ref, for all, or for one that cannot be controlled."""
    one = "ControlPairs" in found and "Devices" not in found
    owners = [found] if one else _devices("getcontrol", found)
    made = []
    for at, owner in enumerate(owners, 1):
        what = f"getcontrol, device {at}"
        pairs = owner.get("ControlPairs") if isinstance(owner, dict) else 0
        if pairs is None:
            continue
        if not isinstance(pairs, list) or not all(isinstance(each, dict) for each in pairs):
            _unusable(what, "ControlPairs", "a list of objects")
        ref = _ref(owner, what)
        for pair in pairs:
            value, label = _number(pair, "ControlValue"), _text(pair, "Label", what)
            made.append(Control(ref, label, value, _integer(pair, "ControlUse", what)))
    return tuple(made)


def locations(found: dict[str, Any]) -> Locations:
    """The answer to `getlocations`."""
    levels = []
    for key in ("location1", "location2"):
        names = found.get(key, [])
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            _unusable("getlocations", key, "a list of texts")
        levels.append(tuple(names))
    if not found.keys() & {"location1", "location2"}:
        _unusable("getlocations", "location1", "a list of texts")
    return Locations(*levels)


def session(found: dict[str, Any]) -> Session:
    """The answer to `getsessionconfig`; older versions say less, and people get along without it."""

    def said(key: str, of: type) -> Any:
        value = found.get(key)
        return value if isinstance(value, of) else None

    return Session(
        said("hsVersion", str),
        said("isLocation1First", bool),
        said("useLocation2", bool),
        said("location1Label", str),
        said("location2Label", str),
    )


def version(found: dict[str, Any]) -> str:
    """The answer to `hsversion`, such as 4.2.22.4."""
    said = found.get("Response")
    if not isinstance(said, str) or not said.strip():
        _unusable("hsversion", "Response", "a version")
    return said.strip()


def when(text: str) -> datetime | None:
    """`/Date(ms)/`, `/Date(ms+hhmm)/`: milliseconds are UTC, the suffix informs. Before 1970 is never.

    Raises ValueError for any other text.
    """
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    milliseconds = int(found[1])
    if milliseconds < 0:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise ValueError(text) from None


def _devices(request: str, found: dict[str, Any]) -> list[Any]:
    devices = found.get("Devices")
    if not isinstance(devices, list):
        raise SourceError(f"HomeSeer's answer to {request} has no list of devices", help=JSON_OFF)
    return devices


def _record(found: Any, at: int, unread: list[int]) -> Record:
    what = f"getstatus, device {at}"
    if not isinstance(found, dict):
        _unusable(what, "itself", "an object")
    ref = _ref(found, what)
    what = f"getstatus, ref {ref}"
    associated = found.get("associated_devices") or []
    if not isinstance(associated, list) or not all(type(each) is int for each in associated):
        _unusable(what, "associated_devices", "a list of refs")
    kinds = found.get("device_type") or {}
    if not isinstance(kinds, dict):
        _unusable(what, "device_type", "an object")
    hidden = found.get("hide_from_view") or False
    if not isinstance(hidden, bool):
        _unusable(what, "hide_from_view", "true or false")
    changed, said = None, _text(found, "last_change", what)
    try:
        changed = when(said) if said else None
    except ValueError:
        unread.append(ref)
    return Record(
        ref=ref,
        name=_text(found, "name", what),
        location=_text(found, "location", what),
        location2=_text(found, "location2", what),
        value=_number(found, "value"),
        status=_text(found, "status", what),
        type_string=_text(found, "device_type_string", what),
        last_change=changed,
        relationship=_integer(found, "relationship", what),
        hidden=hidden,
        associated=tuple(associated),
        device_type=DeviceType(
            *(_integer(kinds, key, what) for key in ("Device_API", "Device_Type", "Device_SubType"))
        ),
        interface=_text(found, "interface_name", what),
    )


def _ref(found: dict[str, Any], what: str) -> int:
    ref = found.get("ref")
    if type(ref) is not int or not 0 < ref < 1 << 31:  # the SDK's -1 is a ref that nobody has set
        _unusable(what, "ref", "a positive number")
    return ref


def _text(found: dict[str, Any], key: str, what: str) -> str:
    value = found.get(key)
    if value is not None and not isinstance(value, str):
        _unusable(what, key, "a text")
    return value or ""


def _integer(found: dict[str, Any], key: str, what: str) -> int:
    value = found.get(key)
    if value is not None and type(value) is not int:
        _unusable(what, key, "a whole number")
    return value or 0


def _number(found: dict[str, Any], key: str) -> float | None:
    """A number that is only looked at: where it is none, it is unknown."""
    value = found.get(key)
    known = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
    return float(value) if known and value is not None else None


def _unusable(what: str, key: str, wanted: str) -> NoReturn:
    raise SourceError(f"HomeSeer's answer cannot be used: {what}: {key} is not {wanted}", help=AGAIN)
