"""The fake says what real controllers were seen to say: keys and types of captured and documented answers.

Seen: the vendor's documented samples (HS3, 2014), captures of an HS3 (2017) and of an HS4 (2020).
"""

import json
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.request import urlopen

import pytest
from fakes.homeseer import AT, HomeSeer, house

from invgit.sources.homeseer.client import Client
from invgit.sources.homeseer.settings import Controller

OF_2014 = {
    "ref": int, "name": str, "location": str, "location2": str, "value": (int, float), "status": str,
    "device_type_string": str, "last_change": str, "relationship": int, "hide_from_view": bool,
    "associated_devices": list, "device_type": dict,
}  # fmt: skip
OF_2016 = {"UserNote": str, "UserAccess": str, "status_image": str}
OF_HS3 = {"device_image": str}
OF_HS4 = {"device_type_values": type(None), "voice_command": str, "misc": int, "interface_name": str}
DEVICE_TYPE = {
    "Device_API": int, "Device_API_Description": str, "Device_Type": int, "Device_Type_Description": str,
    "Device_SubType": int, "Device_SubType_Description": str,
}  # fmt: skip
OLD_ENVELOPE = {"Name": str, "Version": str, "Devices": list}
ENVELOPE = {**OLD_ENVELOPE, "TempFormatF": bool}
SESSION = {
    "hsVersion": str, "isLocation1First": bool, "useLocation2": bool, "location1Label": str, "location2Label": str
}  # fmt: skip
PAIR = {
    "Do_Update": bool, "SingleRangeEntry": bool, "ControlButtonType": int, "ControlButtonCustom": str, "CCIndex": int,
    "Range": (dict, type(None)), "Ref": int, "Label": str, "ControlType": int, "ControlLocation": dict,
    "ControlLoc_Row": int, "ControlLoc_Column": int, "ControlLoc_ColumnSpan": int, "ControlUse": int,
    "ControlValue": (int, float), "ControlString": str, "ControlStringList": type(None),
    "ControlStringSelected": type(None), "ControlFlag": bool,
}  # fmt: skip
RANGE = {
    "RangeStart": int, "RangeEnd": int, "RangeStatusDecimals": int, "RangeStatusValueOffset": int,
    "RangeStatusDivisor": int, "ScaleReplace": str, "HasScale": bool, "RangeStatusPrefix": str,
    "RangeStatusSuffix": str,
}  # fmt: skip
OWNER = {"ControlPairs": list, "ref": int, "name": str, "location": str, "location2": str}


def said(fake: HomeSeer, request: str, path: str = "/JSON"):
    with urlopen(f"{fake.url}{path}?request={request}") as answer:
        return json.load(answer)


def holds(found, shape) -> None:
    assert found.keys() >= shape.keys()
    for key, wanted in shape.items():
        assert isinstance(found[key], wanted), key


@pytest.mark.parametrize(("hs3", "own", "other"), [(True, OF_HS3, OF_HS4), (False, OF_HS4, OF_HS3)])
def test_devices_have_the_keys_and_types_that_were_seen(hs3: bool, own, other) -> None:
    with HomeSeer(house(60, hs3=hs3, odd=False)) as fake:
        found = said(fake, "getstatus")
    holds(found, ENVELOPE if not hs3 else OLD_ENVELOPE)
    for device in found["Devices"]:
        assert device.keys() == OF_2014.keys() | OF_2016.keys() | own.keys()
        holds(device, OF_2014 | OF_2016 | own)
        assert not device.keys() & other.keys()
        assert device["device_type"].keys() == DEVICE_TYPE.keys()
        holds(device["device_type"], DEVICE_TYPE)
        assert type(device["value"]) is float or (hs3 and type(device["value"]) is int)
        assert all(type(each) is int for each in device["associated_devices"])


def test_all_other_answers_have_them_too() -> None:
    with HomeSeer(house(20)) as fake:
        holds(said(fake, "getsessionconfig"), SESSION)
        assert said(fake, "hsversion").keys() == {"Response"}
        assert said(fake, "getlocations").keys() == {"Name", "Version", "location1", "location2"}
        owners = said(fake, "getcontrol&ref=all")["Devices"]
        pairs = [pair for owner in owners for pair in owner["ControlPairs"]]
        one = said(fake, f"getcontrol&ref={owners[0]['ref']}")
        none = said(fake, f"getcontrol&ref={uncontrolled(fake)}")
    assert one == owners[0]
    assert (none.keys(), none["Devices"]) == (ENVELOPE.keys(), [])
    for owner in owners:
        assert owner.keys() == OWNER.keys()
        holds(owner, OWNER)
    for pair in pairs:
        assert pair.keys() == PAIR.keys()
        holds(pair, PAIR)
    ranges = [pair["Range"] for pair in pairs if pair["Range"]]
    assert ranges
    assert all(each.keys() == RANGE.keys() for each in ranges)


def uncontrolled(fake: HomeSeer) -> int:
    return next(each["ref"] for each in fake.house.devices if each["ref"] not in fake.house.controls)


def test_requests_are_understood_as_the_vendor_says() -> None:
    with HomeSeer(house(20)) as fake:
        first, second = (each["ref"] for each in fake.house.devices[:2])
        assert [each["ref"] for each in said(fake, f"GETSTATUS&REF={first},{second}", "/json")["Devices"]] == [
            first,
            second,
        ]
        assert said(fake, "getstatus&ref=999999")["Devices"] == []
        kitchen = said(fake, "getstatus&location1=Kitchen")["Devices"]
        assert kitchen
        assert {each["location"] for each in kitchen} == {"Kitchen"}
        with urlopen(f"{fake.url}/JSON?request=getdevices") as answer:
            assert answer.read() == b"error"


def test_a_house_is_the_same_each_time_and_changes_as_people_change_it() -> None:
    made, again, other = house(330), house(330), house(330, seed=6)
    assert made.devices == again.devices != other.devices
    assert len(made.roots) >= 330
    assert len(made.devices) > 900
    refs = [each["ref"] for each in made.devices]
    assert len(set(refs)) == len(refs)
    assert refs != sorted(refs)
    assert {each["interface_name"] for each in made.devices} >= {"Z-Wave", "Insteon", "JowiHue", "OMNI", "Media", ""}
    thermostat = made.ref("Thermostat")
    members = [each["ref"] for each in made.members(thermostat)]
    made.rename(thermostat, "Warmth")
    assert made.ref("Warmth") == thermostat
    assert made[thermostat]["last_change"] == again[thermostat]["last_change"]
    made.move(thermostat, "Loft", "Attic")
    assert {(made[ref]["location"], made[ref]["location2"]) for ref in members} == {("Loft", "Attic")}
    made.touch(thermostat, AT, "Heating")
    assert (made[thermostat]["status"], made[thermostat]["last_change"]) == ("Heating", "/Date(1795435200000)/")
    added = made.add("New lamp", "Loft", "Attic")
    assert added > max(refs)
    made.remove(thermostat)
    assert {each["ref"] for each in made.devices} == {*refs, *(each["ref"] for each in made.members(added))} - {
        *members
    }


def test_people_can_run_it() -> None:
    command = [sys.executable, "-m", "fakes.homeseer", "--devices", "7", "--user", "ann", "--password", "x", "--hs3"]
    with Popen(command, cwd=Path(__file__).parents[1], stdout=PIPE, encoding="utf-8") as process:
        line = process.stdout.readline()
        try:
            with Client(Controller(line.split("/JSON")[0], "ann", "x")) as client:
                assert client.version().startswith("3.")
        finally:
            process.kill()
    assert "7 devices" in line
