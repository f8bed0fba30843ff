"""Roots and features become devices: nothing is lost, nothing is there twice, the order is nobody's business."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invgit.sources.homeseer.answers import Record, when
from invgit.sources.homeseer.collapse import collapse, place

REFS = st.integers(1, 9)
MANY = st.lists(REFS, max_size=4).map(tuple)
RECORD = st.builds(Record, ref=REFS, name=st.text(max_size=3), relationship=st.integers(0, 5), associated=MANY)
RECORDS = st.lists(RECORD, unique_by=lambda record: record.ref)


@given(RECORDS, st.randoms())
def test_every_ref_is_in_exactly_one_device_whatever_the_order(records, random) -> None:
    found = collapse(records)
    refs = [each.ref for device in found.devices for each in (device.root, *device.features)]
    assert sorted(refs) == sorted(each.ref for each in records)
    shuffled = list(records)
    random.shuffle(shuffled)
    assert collapse(shuffled) == found


def test_the_root_names_the_device_and_a_feature_may_say_what_it_is() -> None:
    root = Record(5, "  Front   Door ", relationship=2, associated=(6, 7), type_string="Z-Wave Root Device")
    battery = Record(6, "Battery", relationship=4, associated=(5,), type_string="Z-Wave Battery")
    lock = Record(7, "Lock", relationship=4, associated=(5,), type_string="Z-Wave Door Lock")
    (device,) = collapse([lock, battery, root]).devices
    assert (device.name, device.type_string) == ("Front Door", "Z-Wave Door Lock")


def test_orphans_and_circles_stand_for_themselves_with_a_warning() -> None:
    found = collapse([Record(1, "a", relationship=4, associated=(99,))])
    assert found.devices[0].orphan
    assert len(found.warnings) == 1
    circle = [Record(1, "a", relationship=4, associated=(2,)), Record(2, "b", relationship=4, associated=(1,))]
    assert [each.ref for each in collapse(circle).devices] == [1, 2]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("Z-Wave", "Node 122", (None, None, 122)),
        ("Z-Net #1", "101", (None, None, 101)),
        ("Kitchen", "Node 5", ("Kitchen", None, 5)),
        ("Unknown", "", (None, None, None)),
        ("Hue", "Plugin", (None, None, None)),
        (" Living  Room", "First", ("Living Room", "First", None)),
    ],
)
def test_what_no_person_called_a_place_is_none(first, second, found) -> None:
    assert place(Record(1, "x", first, second, interface="Hue")) == found


def test_last_changes_are_utc_and_before_1970_is_never() -> None:
    assert when("/Date(1643162400545-0500)/") == datetime(2022, 1, 26, 2, 0, 0, 545000, UTC)
    assert when("/Date(1643162400545+0100)/") == when("/Date(1643162400545)/")
    assert when("/Date(-62135596800000)/") is when("/Date(-62135578800000)/") is None
