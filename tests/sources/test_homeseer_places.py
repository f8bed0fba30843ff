"""Locations of a controller are zones of its site: those that are there, and those that are to be added."""

from datetime import timedelta
from typing import Any

import pytest
from support_homeseer_looks import AT, BASE, SESSION, record, seen
from support_inventory import read_and_checked

from invgit.model.findings import MOST_OF_KEY
from invgit.sources.homeseer.answers import Session
from invgit.sources.homeseer.collapse import collapse
from invgit.sources.homeseer.findings import look

ZONE = "o/house/"


def stands(found: Any, ref: int = 5) -> str | None:
    """The zone of a device, or the key of the one it needs."""
    (device,) = (each for each in found.findings if each.key == str(ref))
    if device.needs:
        return device.needs[0]
    return device.said.get("zone", "").removeprefix(ZONE) or None


@pytest.mark.parametrize(
    ("room", "floor", "expected"),
    [
        ("Kitchen", "", "kitchen"),
        ("KÜCHE", "First  Floor", "kitchen"),
        ("kueche", "", "location:kueche"),
        ("Kitchen", "Unheard of", "location:unheard of/kitchen"),
        ("guest-room", "Upstairs", "guest-room"),
        ("Guest Room", "First floor", "location:first floor/guest room"),  # the one upstairs is another one
        ("Bath", "Upstairs", "bath-up"),
        ("Bath", "first-floor", "bath-down"),
        ("Bath", "", None),
        ("Bath", "Ground", "location:ground/bath"),
        ("Garage", "Ground", "garage"),
        ("Garage", "First floor", "garage"),  # a zone on no floor
        ("Garage", "Garage", "garage"),
        ("", "Upstairs", "upstairs"),
        ("", "Cellar", "location:cellar/"),
        ("Wine", "Cellar", "location:cellar/wine"),
        ("", "", None),
        ("客厅 1", "", "location:客厅 1"),
    ],
)
def test_a_location_is_the_zone_of_its_name_on_its_floor(room: str, floor: str, expected: str | None) -> None:
    found = seen(record(5, location=room, location2=floor))
    assert stands(found) == expected
    assert any("could be several zones" in each for each in found.warnings) == (expected is None and room == "Bath")
    assert any("no floor" in each for each in found.warnings) == (
        floor in {"Unheard of", "Ground"} and room != "Garage"
    )


def test_a_location_without_a_zone_is_a_zone_to_add_with_its_floor() -> None:
    found = seen(
        record(5, location="Wine", location2="Cellar"),
        record(6, location="WINE", location2=" cellar"),
        record(7, location="Pantry", location2="First floor"),
        record(8, location="Wine"),
        record(9, location="Closet"),
        record(10, location2="Cellar"),
        record(11, location="Deck", location2="Deck"),
    )
    zones = {each.key: (dict(each.said), each.needs) for each in found.findings if each.kind == "zone"}
    assert zones == {
        "location:cellar/": ({"name": "Cellar", "type": "floor"}, ()),
        "location:cellar/wine": ({"name": "Wine", "type": "room"}, ("location:cellar/",)),
        "location:first floor/pantry": ({"name": "Pantry", "type": "room", "parent": "o/house/first-floor"}, ()),
        "location:closet": ({"name": "Closet", "type": "closet"}, ()),
        "location:deck/": ({"name": "Deck", "type": "floor"}, ()),
    }
    needs = [stands(found, ref) for ref in range(5, 12)]
    assert needs == [
        "location:cellar/wine", "location:cellar/wine", "location:first floor/pantry", "location:cellar/wine",
        "location:closet", "location:cellar/", "location:deck/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("session", "room", "expected"),
    [
        (Session(), None, "location:b/a"),
        (Session(first_is_location1=False), None, "location:b/a"),
        (Session(first_is_location1=True), None, "location:a/b"),
        (Session(first_is_location1=True, label1="Room", label2="Floor"), None, "location:b/a"),
        (Session(first_is_location1=True, label1="Room", label2="Area"), None, "location:b/a"),
        (Session(label1="Building", label2="Place"), None, "location:a/b"),
        (Session(label1="Floor", label2="Room"), None, "location:a/b"),
        (Session(label1="Floor", label2="Room"), "location1", "location:b/a"),
        (Session(), "location2", "location:a/b"),
        (Session(uses_location2=False, first_is_location1=True), None, "location:a"),
        (Session(uses_location2=False), "location2", "location:a/b"),
    ],
)
def test_which_location_is_the_room_says_the_controller_or_a_setting(
    session: Session, room: Any, expected: str
) -> None:
    assert stands(seen(record(5, location="A", location2="B"), session=session, room=room)) == expected


def test_the_label_of_the_floors_says_what_they_are() -> None:
    found = seen(record(5, location="A", location2="B"), session=Session(label1="Room", label2="Building"))
    assert {each.said["type"] for each in found.findings if each.kind == "zone"} == {"room", "building"}


RULES = """\
  rack: {when: {room: Rack}, zone: garage}
  first: {when: {floor: EG}, zone: first-floor}
  nowhere: {when: {room: Attic}, zone: attic}
  lock: {when: {refs: [9], floor: EG}, zone: upstairs}
"""


def test_a_rule_says_the_zone_of_a_room_and_what_a_floor_is_called() -> None:
    found = seen(
        record(5, location="rack", location2="EG"),
        record(6, location="Kitchen", location2="EG"),
        record(7, location="Pantry", location2="eg"),
        record(8, location="Attic"),
        record(9, location="Kitchen", location2="EG"),
        record(10, location2="EG"),
        rules=RULES,
    )
    assert [stands(found, ref) for ref in range(5, 11)] == [
        "garage", "kitchen", "location:eg/pantry", "location:attic", "upstairs", "first-floor",
    ]  # fmt: skip
    (pantry,) = (each for each in found.findings if each.key == "location:eg/pantry")
    assert pantry.said["parent"] == "o/house/first-floor"
    assert "A rule says the zone attic, which the site does not have: ref 8." in found.warnings


def test_zones_that_are_part_of_themselves_end_somewhere() -> None:
    zones = "zones:\n  a: {name: Aa, parent: b}\n  b: {name: Bb, parent: a}\n"
    inventory, errors = read_and_checked({**BASE, "o/house/more.yaml": zones})
    assert {each.code for each in errors} == {"zone-cycle"}
    records = collapse([record(5, location="Bb", location2="Aa")])
    assert stands(look(records, SESSION, inventory, "o/house", AT, timedelta(days=7))) == "b"


def test_a_place_with_a_long_name_has_a_key_that_can_be_stored_and_is_its_own() -> None:
    rooms = ["x" * 255, "x" * 254 + "y", "%" * 255, "\ufdfa" * 255, "/" * 1000]
    records = [record(ref, location=room, location2="ground " + "g" * 255) for ref, room in enumerate(rooms, 1)]
    found = seen(*records)
    keys = {each.key for each in found.findings if each.key.startswith("location:")}
    assert len(keys) > len(rooms)
    assert max(map(len, keys)) <= MOST_OF_KEY
    assert {need for each in found.findings for need in each.needs} <= keys
    assert found == seen(*reversed(records))
