"""Laws of looks: order means nothing, nothing that a record may hold fails, and what is accepted is found again."""

import json
from datetime import timedelta
from typing import Any

import pytest
from fakes.homeseer.house import AT as NOW
from fakes.homeseer.house import house
from hypothesis import given, settings
from hypothesis import strategies as st
from support_homeseer_looks import AT, BASE, SESSION
from support_inventory import understood

from invgit.model.findings import Look
from invgit.model.kinds import Zone
from invgit.propose.proposal import Proposal
from invgit.propose.proposed import proposed
from invgit.propose.seen import seen as sound
from invgit.sources.homeseer import answers
from invgit.sources.homeseer.answers import DeviceType, Record, Session
from invgit.sources.homeseer.collapse import collapse
from invgit.sources.homeseer.findings import look

WEEK = timedelta(days=7)
OWNS = ("name", "type", "category", "zone", "zwave_node_id", "is_battery_powered")
WORDS = st.sampled_from(
    ["", "Kitchen", "kitchen ", "Upstairs", "Cellar", "Bath", "Node 12", "Z-Wave", "Timer", "a/b", "%"]
)
TEXT = WORDS | st.text(max_size=8) | st.text(st.characters(), min_size=1, max_size=2).map(lambda text: text * 200)
NUMBER = st.sampled_from([0, 4, 8, 16, 512, 513, 999, -1, 2**40])
RECORDS = st.lists(
    st.builds(
        Record,
        ref=st.integers(1, 12),
        name=TEXT,
        location=TEXT,
        location2=TEXT,
        status=TEXT,
        type_string=TEXT,
        last_change=st.none() | st.datetimes(timezones=st.just(AT.tzinfo)),
        relationship=st.integers(-1, 5),
        associated=st.lists(st.integers(1, 12), max_size=3).map(tuple),
        device_type=st.builds(DeviceType, NUMBER, NUMBER, NUMBER),
        interface=TEXT,
    ),
    unique_by=lambda record: record.ref,
)
MAYBE = st.none() | st.booleans()
SESSIONS = st.builds(Session, st.none(), MAYBE, MAYBE, st.none() | TEXT, st.none() | TEXT)
INVENTORY = understood(BASE)


def looked(records: list[Record], session: Session = SESSION, inventory: Any = INVENTORY) -> Look:
    return look(collapse(records), session, inventory, "o/house", AT, WEEK)


@given(RECORDS, SESSIONS, st.randoms(use_true_random=False))
def test_no_record_is_too_odd_and_their_order_means_nothing(
    records: list[Record], session: Session, chance: Any
) -> None:
    found = looked(records, session)
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert looked(shuffled, session) == found
    keys = [each.key for each in found.findings]
    assert keys == sorted(set(keys))
    told: list[str] = []
    sound(found, told)
    assert told == []  # all that is said can be the value of a field
    json.dumps([[each.details, each.evidence] for each in found.findings], ensure_ascii=False).encode()
    assert {need for each in found.findings for need in each.needs} <= set(keys)


def accepted(files: dict[str, str], proposals: tuple[Proposal, ...]) -> dict[str, str]:
    """The files with what is proposed to be added."""
    made: dict[str, dict[str, Any]] = {"zones": {}, "devices": {}}
    for each in proposals:
        assert each.op == "add", each
        said: dict[str, Any] = {}
        for path, value in each.after.items():
            group, _, name = path.rpartition(".")
            into = said.setdefault(group, {}) if group else said
            into[name] = value.rpartition("/")[2] if path in {"zone", "parent"} else value
        made[f"{each.address.kind}s"][each.address.slug] = said
    return {**files, "o/house/added.yaml": json.dumps(made, ensure_ascii=False)}


@pytest.mark.parametrize("hs3", [False, True])
def test_what_is_accepted_validates_and_is_found_again(hs3: bool) -> None:
    rule = "homeseer:\n  odd-names: {when: {type_strings: [Virtual Switch], site: o/house}, ignore: false}\n"
    files = {**BASE, "catalog/own.yaml": rule}
    before = understood(files)
    records = list(answers.status({"Version": "1.1", "Devices": house(300, hs3=hs3).devices}).records)
    session = Session(label1="Room", label2="Floor")
    first = look(collapse(records), session, before, "o/house", NOW, WEEK)
    result = proposed(first, before, (), {}, NOW.date(), owns=OWNS, full=True)
    inventory = understood(accepted(files, result.proposals))
    again = look(collapse(records), session, inventory, "o/house", NOW, WEEK)
    assert [each.key for each in again.findings if each.kind == "zone"] == []
    after = proposed(again, inventory, result.remember, {}, NOW.date(), owns=OWNS, full=True)
    assert after.proposals == ()
    assert len(after.matched) == len(again.findings) > 280


def test_a_room_on_another_floor_is_another_zone_to_add() -> None:
    records = [Record(5, "Lamp", "Guest room", "First floor"), Record(6, "Fan", "Guest room", "Upstairs")]
    result = proposed(looked(records), INVENTORY, (), {}, AT.date(), owns=OWNS, full=True)
    inventory = understood(accepted(BASE, result.proposals))
    assert len(inventory.of(Zone)) == len(INVENTORY.of(Zone)) + 1
    assert [each.values.parent for each in inventory.of(Zone) if each.address.slug == "guest-room-2"] == [
        "o/house/first-floor"
    ]


@settings(max_examples=20)
@given(RECORDS)
def test_what_any_records_propose_validates(records: list[Record]) -> None:
    result = proposed(looked(records), INVENTORY, (), {}, AT.date(), owns=OWNS, full=True)
    understood(accepted(BASE, result.proposals))
