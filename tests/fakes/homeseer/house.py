"""The devices of an invented house, with the keys and types of HS3 and HS4 answers."""

from typing import Any

ROOMS = ("Kitchen", "Hall", "Garage", "Study", "Attic", "Porch", "Cellar")
DIMMER = [("Dimmer", "Z-Wave Switch Multilevel", (513, 0, 2)), ("Battery", "Z-Wave Battery", (513, 0, 0))]
HEATING = [
    ("Temperature", "Z-Wave Temperature", (16, 2, 1)),
    ("Heating  Setpoint 1", "Z-Wave Heating  Setpoint", (16, 6, 1)),
]
PLUGINS = (
    ("Z-Wave", "Z-Wave Switch Multilevel Root Device", (512, 3, 0), DIMMER),
    ("Z-Wave", "", (4, 999, 0), HEATING),
    ("Insteon", "Dual-Band On/Off Module", (513, 0, 0), []),
    ("", "Virtual Switch", (0, 0, 0), []),
    ("OMNI", "OMNI", (8, 99, 0), [("Zone 1", "OMNI", (8, 30, 0))]),
)


def device(
    ref: int, name: str, relationship: int, associated: list[int], hs3: bool = False, **more: Any
) -> dict[str, Any]:
    """One element of `Devices`; HS3 of before 2018 has no interface_name, HS4 no device_image."""
    api, type_, sub = more.pop("numbers", (0, 0, 0))
    made: dict[str, Any] = {
        "ref": ref, "name": name, "location": "Kitchen", "location2": "Ground", "value": 0 if hs3 else 0.0,
        "status": "Off", "device_type_string": "", "last_change": f"/Date({1_700_000_000_000 + ref})/",
        "relationship": relationship, "hide_from_view": False, "associated_devices": associated,
        "device_type": {
            "Device_API": api, "Device_API_Description": "", "Device_Type": type_, "Device_Type_Description": "",
            "Device_SubType": sub, "Device_SubType_Description": "",
        },
        "UserNote": "", "UserAccess": "Any", "status_image": "/images/off.png",
    }  # fmt: skip
    if hs3:
        made["device_image"] = ""
    else:
        made |= {"device_type_values": None, "voice_command": "", "misc": 4352, "interface_name": ""}
    return made | more


def house(count: int = 320, hs3: bool = False) -> list[dict[str, Any]]:
    """At least `count` refs, not sorted: roots with features, standalone ones, and what people do to names."""
    made: list[dict[str, Any]] = []
    ref = 10
    while len(made) < count:
        plugin, text, numbers, features = PLUGINS[ref % len(PLUGINS)]
        room = {"location": ROOMS[ref % len(ROOMS)], "location2": "Upper" if ref % 2 else "Ground"}
        if plugin == "Z-Wave" and ref % 3 == 0:
            room = {"location": "Z-Wave", "location2": f"Node {ref % 230}"}
        own = {} if hs3 else {"interface_name": plugin}
        refs = [ref + at for at in range(1, len(features) + 1)]
        when = f"/Date({1_700_000_000_000 + ref}{'+0100' if ref % 2 else '-0500'})/"
        name = f" {plugin}  thing {ref}" if ref % 4 else "Thing"
        made += [
            device(each, feature, 4, [ref], hs3, device_type_string=said, numbers=of, last_change=when, **room, **own)
            for each, (feature, said, of) in zip(refs, features, strict=True)
        ]
        kind = 2 if features else 3 if ref % 2 else 0
        own |= {"device_type_string": text, "numbers": numbers, "last_change": "/Date(-62135596800000)/"}
        made.append(device(ref, name, kind, refs, hs3, **room, **own))
        ref += 4
    return made
