"""What each request is answered with, from what the house is now."""

from typing import Any

from fakes.homeseer.house import House
from fakes.homeseer.things import CONTROLS


def answer(house: House, request: str, query: dict[str, str]) -> dict[str, Any] | str:
    """The answer to a request, `error` where HomeSeer knows none of that name."""
    if request == "getstatus":
        return _envelope(house, _asked(house, query))
    if request == "getcontrol":
        return _controls(house, query)
    if request == "getlocations":
        names = [sorted({each[key] for each in house.devices}) for key in ("location", "location2")]
        return {"Name": "HomeSeer Locations", "Version": "1.0", "location1": names[0], "location2": names[1]}
    version = "3.0.0.548" if house.hs3 else "4.2.22.4"
    if request == "getsessionconfig":
        return {
            "hsVersion": version, "isLocation1First": False, "useLocation2": True, "location1Label": "Room",
            "location2Label": "Floor", "username": "guest",
            "userPermissions": {
                "user_permissions": 6, "user_permissions_valid": True, "eventAccess": True, "cameraAdd": True
            },
        }  # fmt: skip
    return {"Response": version} if request == "hsversion" else "error"


def _envelope(house: House, devices: list[dict[str, Any]]) -> dict[str, Any]:
    more = {} if house.hs3 else {"TempFormatF": False}
    return {"Name": "HomeSeer Devices", "Version": "1.0" if house.hs3 else "1.1", **more, "Devices": devices}


def _asked(house: House, query: dict[str, str]) -> list[dict[str, Any]]:
    """The devices that a request names, by their refs or their places; unknown refs are nobody's."""
    refs = query.get("ref", "all").casefold()
    wanted = None if refs == "all" else {int(each) for each in refs.split(",") if each.strip().isdecimal()}
    places = {key: query[parameter] for parameter, key in (("location1", "location"), ("location2", "location2"))
              if parameter in query}  # fmt: skip
    return [
        each
        for each in house.devices
        if (wanted is None or each["ref"] in wanted) and all(each[key] == text for key, text in places.items())
    ]


def _controls(house: House, query: dict[str, str]) -> dict[str, Any]:
    found = [
        {
            "ControlPairs": _pairs(each["ref"], house.controls[each["ref"]]), "ref": each["ref"], "name": each["name"],
            "location": each["location"], "location2": each["location2"],
        }
        for each in _asked(house, query)
        if each["ref"] in house.controls
    ]  # fmt: skip
    one = query.get("ref", "").isdecimal()
    return found[0] if one and found else _envelope(house, []) if not found else {"Devices": found}


def _pairs(ref: int, name: str) -> list[dict[str, Any]]:
    return [
        {
            "Do_Update": True, "SingleRangeEntry": True, "ControlButtonType": 0, "ControlButtonCustom": "",
            "CCIndex": at, "Range": _range() if "(value)" in label else None, "Ref": ref, "Label": label,
            "ControlType": 7 if "(value)" in label else 5,
            "ControlLocation": {"Row": 1, "Column": at + 1, "ColumnSpan": 0},
            "ControlLoc_Row": 1, "ControlLoc_Column": at + 1, "ControlLoc_ColumnSpan": 0, "ControlUse": use,
            "ControlValue": value, "ControlString": "", "ControlStringList": None, "ControlStringSelected": None,
            "ControlFlag": False,
        }
        for at, (label, value, use) in enumerate(CONTROLS[name])
    ]  # fmt: skip


def _range() -> dict[str, Any]:
    return {
        "RangeStart": 1, "RangeEnd": 98, "RangeStatusDecimals": 0, "RangeStatusValueOffset": 0,
        "RangeStatusDivisor": 0, "ScaleReplace": "", "HasScale": False, "RangeStatusPrefix": "Dim ",
        "RangeStatusSuffix": "%",
    }  # fmt: skip
