"""The fake says what real controllers were seen to say: keys and types of captured and documented answers.

Seen: the vendor's documented samples (HS3, 2014), captures of an HS3 (2017) and of an HS4 (2020).
"""

import json
from urllib.request import urlopen

import pytest
from fakes.homeseer import HomeSeer, house

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
PAIR = {"Ref": int, "Label": str, "ControlValue": (int, float), "ControlUse": int, "ControlString": str}


def said(fake: HomeSeer, request: str):
    with urlopen(f"{fake.url}/JSON?request={request}") as answer:
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
        for device in said(fake, "getcontrol")["Devices"]:
            holds(device["ControlPairs"][0], PAIR)
