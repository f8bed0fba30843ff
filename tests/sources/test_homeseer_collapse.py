"""Roots and features become devices: nothing is lost, nothing is there twice, the order is nobody's business."""

import time
from datetime import UTC, datetime

import pytest
from fakes.homeseer import house
from hypothesis import given
from hypothesis import strategies as st

from invgit.sources.homeseer.answers import Record, status, when
from invgit.sources.homeseer.collapse import Device, clean, collapse, place

REFS = st.integers(1, 12)
MANY = st.lists(REFS, max_size=5).map(tuple)
TIME = st.none() | st.integers(0, 1 << 31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
RECORD = st.builds(
    Record, ref=REFS, name=st.text(max_size=3), relationship=st.integers(0, 5), associated=MANY, last_change=TIME,
    hidden=st.booleans(),
)  # fmt: skip
RECORDS = st.lists(RECORD, unique_by=lambda record: record.ref)


def members(device: Device) -> list[Record]:
    return [device.root, *device.features]


@given(RECORDS, st.randoms())
def test_every_ref_is_in_exactly_one_device_whatever_the_order(records, random) -> None:
    found = collapse(records)
    refs = [each.ref for device in found.devices for each in members(device)]
    assert sorted(refs) == sorted(each.ref for each in records)
    shuffled = list(records)
    random.shuffle(shuffled)
    assert collapse(shuffled) == found


@given(RECORDS)
def test_what_the_rules_say_holds_of_every_house(records) -> None:
    found = collapse(records)
    known = {each.ref: each for each in records}
    top = {each.ref: device.ref for device in found.devices for each in members(device)}
    for device in found.devices:
        assert device.ref == device.root.ref
        assert [each.ref for each in device.features] == sorted(each.ref for each in device.features)
        assert device.last_change == max(
            (each.last_change for each in members(device) if each.last_change), default=None
        )
        assert device.hidden == device.root.hidden
        assert device.orphan == (device.root.relationship == 4)
    for record in records:
        if record.relationship == 2:
            assert top[record.ref] == record.ref
        named = [each for each in record.associated if each in known and each != record.ref]
        if record.relationship == 4 and named and known[named[0]].relationship == 2:
            assert top[record.ref] == named[0]
        claimed = any(record.ref in each.associated for each in records if each.relationship == 2)
        if record.relationship in {0, 1, 3, 5} and not claimed:
            assert top[record.ref] == record.ref
    assert len(found.warnings) <= 5


@pytest.mark.no_cover  # it is timed
@pytest.mark.parametrize("step", [1, -1])
def test_chains_rings_and_stars_of_any_size_end(step: int) -> None:
    count = 20_000
    refs = range(1, count + 1)
    chain = [Record(ref, "x", relationship=4, associated=(ref + step,)) for ref in refs]
    ring = [Record(ref, "x", relationship=4, associated=((ref - 1 + step) % count + 1,)) for ref in refs]
    star = [Record(1, "x", relationship=2, associated=tuple(refs))]
    star += [Record(ref, "x", relationship=4, associated=(1,)) for ref in refs if ref > 1]
    started = time.process_time()
    assert len(collapse(chain).devices) == 1
    assert len(collapse(ring).devices) == count
    assert len(collapse(star).devices) == 1
    assert time.process_time() - started < 30


def test_the_root_names_the_device_and_a_feature_may_say_what_it_is() -> None:
    root = Record(5, "  Front   Door ", relationship=2, associated=(6, 7), type_string="Z-Wave Root Device")
    battery = Record(6, "Battery", relationship=4, associated=(5,), type_string="Z-Wave Battery")
    lock = Record(7, "Lock", relationship=4, associated=(5,), type_string="Z-Wave Door Lock")
    (device,) = collapse([lock, battery, root]).devices
    assert (device.name, device.type_string) == ("Front Door", "Z-Wave Door Lock")


@pytest.mark.parametrize(
    ("root", "features", "said"),
    [
        ("Z-Wave Switch Binary", ["Z-Wave Door Lock"], "Z-Wave Switch Binary"),
        (
            "Z-Wave Switch Multilevel Root Device",
            ["Z-Wave Battery", "Z-Wave  Switch Multilevel"],
            "Z-Wave Switch Multilevel",
        ),
        ("Z-Wave Switch Multilevel Root Device", ["Z-Wave Battery"], "Z-Wave Switch Multilevel"),
        ("", ["Z-Wave Electric Meter", "Z-Wave Watts", "Z-Wave Notification", "Z-Wave Central Scene"], ""),
        ("", ["Z-Wave Battery", "", "Barometer"], "Barometer"),
        ("", ["Thermometer"], "Thermometer"),
        ("Root Device", [], ""),
        ("root device", ["x"], "x"),
    ],
)
def test_the_first_feature_counts_that_is_not_beside_the_point(root: str, features: list[str], said: str) -> None:
    refs = tuple(range(2, 2 + len(features)))
    records = [Record(1, "x", relationship=2, associated=refs, type_string=root)]
    records += [
        Record(ref, "Battery", relationship=4, type_string=text) for ref, text in zip(refs, features, strict=True)
    ]
    (device,) = collapse(records).devices
    assert device.type_string == said


def test_orphans_circles_and_disputes_are_told_once_for_all() -> None:
    found = collapse([Record(ref, "a", relationship=4, associated=(99_000,)) for ref in range(1, 31)])
    assert all(each.orphan for each in found.devices)
    shown = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
    assert found.warnings == (
        f"Features without a root that could be seen are devices of their own: {shown} and 20 more.",
    )
    circle = [Record(1, "a", relationship=4, associated=(2,)), Record(2, "b", relationship=4, associated=(1,))]
    found = collapse(circle)
    assert [each.ref for each in found.devices] == [1, 2]
    assert found.warnings == ("Features that take each other for their root are devices of their own: 1, 2.",)
    disputed = [Record(ref, "r", relationship=2, associated=(3,)) for ref in (1, 2)]
    disputed.append(Record(3, "f", relationship=4, associated=(2,)))
    found = collapse(disputed)
    assert [(each.ref, len(each.features)) for each in found.devices] == [(1, 0), (2, 1)]
    assert "name another root" in found.warnings[0]
    found = collapse([disputed[0], Record(2, "r", relationship=2), disputed[2]])
    assert [(each.ref, len(each.features)) for each in found.devices] == [(1, 0), (2, 1)]
    assert "name another root" in found.warnings[0]
    assert "several roots" in collapse([*disputed[:2], Record(3, "f", relationship=4)]).warnings[0]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("Z-Wave", "Node 122", (None, None, 122)),
        ("Node 7", "Z-Wave", (None, None, 7)),
        ("Z-Net #1", "101", (None, None, 101)),
        ("Z-Net", "007", (None, None, 7)),
        ("Kitchen", "Node 5", ("Kitchen", None, 5)),
        ("Node 5", "Ground", (None, "Ground", 5)),
        ("Kitchen", "Node 9999", ("Kitchen", None, 9999)),
        ("Kitchen", "Node 10000", ("Kitchen", "Node 10000", None)),
        ("Kitchen", "12", ("Kitchen", "12", None)),
        ("Room 101", "Node Lane", ("Room 101", "Node Lane", None)),
        ("Unknown", "", (None, None, None)),
        ("Hue", "Plugin", (None, None, None)),
        ("Kitchen", "Plugin", ("Kitchen", None, None)),
        (" Living  Room", "First", ("Living Room", "First", None)),
        ("K\u00fcche\r\n", "", ("K\u00fcche", None, None)),
    ],
)
def test_what_no_person_called_a_place_is_none(first, second, found) -> None:
    assert place(Record(1, "x", first, second, interface="Hue")) == found


def test_names_are_of_one_line() -> None:
    assert clean(" a\r\n b\u00a0 c\t") == "a b c"
    assert collapse([Record(7, " \n ")]).devices[0].name == "HomeSeer 7"


def test_last_changes_are_utc_and_before_1970_is_never() -> None:
    assert when("/Date(1643162400545-0500)/") == datetime(2022, 1, 26, 2, 0, 0, 545000, UTC)
    assert when("/Date(1643162400545+0100)/") == when("/Date(1643162400545)/")
    assert when("/Date(-62135596800000)/") is when("/Date(-62135578800000)/") is None
    for text in ("", "yesterday", "/Date()/", "/Date(1)", "/Date(99999999999999999)/", "/Date(1+1)/", "/Date(\u0661)/"):
        with pytest.raises(ValueError, match=r"^"):
            when(text)


@pytest.mark.parametrize("hs3", [True, False])
def test_a_whole_house_with_all_that_is_odd_in_it_is_understood(hs3: bool) -> None:
    made = house(400, hs3=hs3)
    understood = status({"Version": "1.1", "Devices": made.devices})
    assert understood.warnings == (f"The time of the last change cannot be read of 1 ref: {made.ref('Timeless')}.",)
    found = collapse(understood.records)
    assert len(found.devices) > 400
    told = " ".join(found.warnings)
    assert all(word in told for word in ("without a root", "each other", "of features", "another root"))
    assert len(found.warnings) == 4
    names = {each.name: each for each in found.devices}
    assert "Cellar light" in names
    assert names["Cabinet Lock"].type_string == "Z-Wave Door Lock"
    assert names["Service Switch"].hidden
    assert not names["Porch Lock"].hidden
    assert not any("\n" in text for text in names)
