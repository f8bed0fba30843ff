"""An invented house as its controller has it: the keys and types of HS3 and HS4, and what people do to names.

The same size, flavour and seed give the same house, on every machine.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from fakes.homeseer.odd import ODD
from fakes.homeseer.things import ONCE, THINGS, WHERE, Feature, Numbers, Thing

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""The moment at which the house is looked at; its last changes lie in the days before."""
NEVER = ("/Date(-62135596800000)/", "/Date(-62135578800000)/")
APIS = {
    0: "No API", 4: "Plug-In API", 8: "Security API", 16: "Thermostat API", 32: "Media API", 256: "Energy API",
    512: "HS4 Device", 513: "Undefined API=513",
}  # fmt: skip


class House:
    """The devices of a controller in the order in which it names them, and how people change them."""

    def __init__(self, devices: list[dict[str, Any]] | None = None, *, hs3: bool = False) -> None:
        self.devices = devices if devices is not None else []
        self.hs3 = hs3
        self.controls: dict[int, str] = {}
        """How a ref can be controlled, by a name of `things.CONTROLS`."""
        self.next = 101

    def __getitem__(self, ref: int) -> dict[str, Any]:
        return next(each for each in self.devices if each["ref"] == ref)

    @property
    def roots(self) -> list[int]:
        """Refs of all that is no feature, in order."""
        return sorted(each["ref"] for each in self.devices if each["relationship"] != 4)

    def ref(self, name: str) -> int:
        """The ref of the first device of this name."""
        return next(each["ref"] for each in self.devices if each["name"] == name)

    def members(self, ref: int) -> list[dict[str, Any]]:
        """A root and its features."""
        return [each for each in self.devices if each["ref"] == ref or ref in (each["associated_devices"] or ())]

    def rename(self, ref: int, name: str) -> None:
        """Give another name; HomeSeer takes that for no change of the device."""
        self[ref]["name"] = name

    def move(self, ref: int, room: str, floor: str) -> None:
        """Put a root and its features into another place."""
        for each in self.members(ref):
            each |= {"location": room, "location2": floor}

    def touch(self, ref: int, at: datetime, status: str | None = None) -> None:
        """Let something happen to a ref."""
        self[ref]["last_change"] = changed(at)
        if status is not None:
            self[ref]["status"] = status

    def remove(self, ref: int) -> None:
        """Take a root away, and its features."""
        gone = {each["ref"] for each in self.members(ref)}
        self.devices[:] = [each for each in self.devices if each["ref"] not in gone]

    def add(self, name: str, room: str, floor: str, thing: Thing = THINGS[0], at: datetime = AT) -> int:
        """A thing more, at the end; the ref of its root."""
        root = self.next
        refs = [root + step for step in range(1, len(thing.features) + 1)]
        self.next = root + len(refs) + 1
        place = {"location": room, "location2": floor, "last_change": changed(at)}
        own: dict[str, Any] = {} if self.hs3 else {"interface_name": thing.plugin}
        kind = 2 if refs or thing.plugin == "Insteon" else 3 if self.hs3 else 0
        main = Feature(name, thing.type, thing.hs3 if self.hs3 else thing.hs4, 0, thing.status, thing.controls)
        self.devices.append(self._record(root, main, kind, refs, **place, **own))
        for ref, feature in zip(refs, thing.features, strict=True):
            self.devices.append(self._record(ref, feature, 4, [root], **place, **own))
        return root

    def _record(self, ref: int, said: Feature, relationship: int, refs: list[int], **more: Any) -> dict[str, Any]:
        if said.controls:
            self.controls[ref] = said.controls
        what = {"name": said.name, "device_type_string": said.type, "status": said.status, **more}
        value = said.value if said.value % 1 else int(said.value)
        return device(
            ref, relationship, refs, self.hs3, said.numbers, value=value if self.hs3 else float(value), **what
        )


def device(
    ref: int, relationship: int, refs: list[int], hs3: bool = False, numbers: Numbers = (0, 0, 0), **more: Any
) -> dict[str, Any]:
    """One element of `Devices`; HS3 of before 2018 has no interface_name, HS4 no device_image."""
    api, type_, sub = numbers
    made: dict[str, Any] = {
        "ref": ref, "name": "Thing", "location": "Kitchen", "location2": "Ground Floor", "value": 0 if hs3 else 0.0,
        "status": "Off", "device_type_string": "", "last_change": changed(AT),
        "relationship": relationship, "hide_from_view": False, "associated_devices": refs,
        "device_type": {
            "Device_API": api, "Device_API_Description": APIS.get(api, ""), "Device_Type": type_,
            "Device_Type_Description": f"Plug-In Type {type_}" if api == 4 else "", "Device_SubType": sub,
            "Device_SubType_Description": "",
        },
    }  # fmt: skip
    if hs3:
        made["device_image"] = ""
    else:
        made["device_type_values"] = None
    made |= {"UserNote": "", "UserAccess": "Any", "status_image": "/images/HomeSeer/status/off.gif"}
    if not hs3:
        made |= {"voice_command": "", "misc": 4352, "interface_name": ""}
    return made | more


def changed(at: datetime, zone: str = "") -> str:
    """A moment as HomeSeer writes it: milliseconds in UTC, whatever the zone behind them."""
    milliseconds = round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    return f"/Date({milliseconds}{zone})/"


def house(count: int = 320, *, hs3: bool = False, seed: int = 5, odd: bool = True) -> House:
    """So many devices, and about twice as many features, in no order; `odd` ones among them, as many as fit."""
    made, chance = House(hs3=hs3), Random(seed)
    oddities = ODD[: count // 4] if odd else ()
    for number in range(count - len(oddities)):
        room, floor = where(number, count)
        # three in five are of the first six things
        common = chance.random() < 0.6
        thing = ONCE[number] if number < len(ONCE) and count > 40 else chance.choice(THINGS[:6] if common else THINGS)
        made.next += chance.randrange(4)
        made.add(chance.choice(thing.names), room, floor, thing)
        _live(made.devices[-1 - len(thing.features) :], chance)
    for oddity in oddities:
        made.next += chance.randrange(1, 40)
        oddity(made)
    chance.shuffle(made.devices)
    return made


def where(number: int, count: int) -> tuple[str, str]:
    """The room of a thing: with many things there are more rooms, in more buildings."""
    at = number // 12 if count > 216 else number
    room, floor = WHERE[at % len(WHERE)]
    building = at // len(WHERE) + 1
    return (room, floor) if building == 1 or count <= 216 else (f"{room} {building}", f"{floor}, Building {building}")


def _live(members: list[dict[str, Any]], chance: Random) -> None:
    """What happened to a device lately: most of them today, some long ago or never; in three zones."""
    zone = chance.choice(("", "+0100", "-0500"))
    days = 60 if chance.random() < 0.03 else 0
    for each in members:
        minutes = chance.choice((1, 10, 60, 300, 1500, 3000)) + chance.random()
        each["last_change"] = changed(AT - timedelta(days=days, minutes=minutes), zone)
    if chance.random() < 0.05:
        members[0]["last_change"] = chance.choice(NEVER)
