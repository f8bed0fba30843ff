"""A device with two network ports is two findings; that is no dispute, and the loss of one port no loss of a device."""

from dataclasses import replace
from itertools import permutations

import pytest
from support_looks import FILES as HOUSE
from support_looks import Runs, thing
from support_scan_looks import FILES, NAS, TV, Scans, mac, port, unknown

from invgit.errors import Refused
from invgit.model.entity import Address

MAIN, FURTHER = port(1, NAS, ip="10.0.0.5"), port(2, NAS, eth="eth1", ip="10.0.20.5")


def test_two_ports_of_a_device_are_two_proposals_for_it() -> None:
    runs = Scans().see(MAIN, FURTHER)
    assert runs.edits == ["nas ip: None → 10.0.0.5", "nas interfaces.eth1.ip: None → 10.0.20.5"] or runs.edits == [
        "nas interfaces.eth1.ip: None → 10.0.20.5", "nas ip: None → 10.0.0.5"
    ]  # fmt: skip
    assert len({each.id for each in runs.last.proposals}) == 2
    assert runs.last.warnings == ()


@pytest.mark.parametrize("order", [*permutations([0, 1]), (0,), (1,)])
def test_both_are_accepted_together_one_after_the_other_and_each_alone(order: tuple[int, ...]) -> None:
    seen = Scans().see(MAIN, FURTHER)
    both = seen.last.proposals
    for number in order:
        seen.accept([both[number]])
    text = seen.files["o/home/devices.yaml"]
    assert [each.after[path] in text for each in both for path in each.after] == [n in order for n in (0, 1)]
    assert "# two ports" in text
    assert len(seen.see(MAIN, FURTHER).said) == 2 - len(order)
    together = Scans().see(MAIN, FURTHER)
    together.accept(together.last.proposals)
    assert together.see(MAIN, FURTHER).said == []


def test_new_ports_of_a_device_without_any_are_accepted_together() -> None:
    ports = [port(20 + n, TV, eth=f"eth{n}.1", ip=f"10.0.20.{20 + n}") for n in range(3)]
    runs = Scans().see(*ports)
    runs.accept(runs.last.proposals)
    assert runs.see(*ports).said == []
    assert [mac(20 + n) in runs.files["o/home/devices.yaml"] for n in range(3)] == [True] * 3


def test_two_that_speak_of_one_field_are_told_once_and_nothing_is_proposed_for_them() -> None:
    other = replace(port(9, NAS, ip="10.0.0.9"), entity=NAS)
    more = [port(40, TV, ip="10.0.0.40"), port(41, TV, ip="10.0.0.41")]
    runs = Scans().see(MAIN, other, FURTHER, *more)
    assert runs.edits == ["nas interfaces.eth1.ip: None → 10.0.20.5"], "that one nobody disputes"
    (told,) = runs.last.warnings
    assert "device:o/home/nas is seen 2 times (mac:a0:1e:0b:00:00:01, mac:a0:1e:0b:00:00:09)" in told
    assert "device:o/home/tv is seen 2 times" in told


def test_two_of_a_controller_that_are_one_device_stay_refused() -> None:
    runs = Runs().see(thing("1", "Lamp", serial="S1"), thing("3", "NAS", serial="S1"), thing("2", "Bell", serial="S1"))
    assert [each for each in runs.said if "nas" in each] == []
    assert len([each for each in runs.last.warnings if "times" in each]) <= 1


def test_a_port_that_is_not_seen_is_no_missing_device() -> None:
    runs = Scans(missing_after=1).see(MAIN, FURTHER)
    for _ in range(3):
        runs.see(MAIN)
        assert [each.op for each in runs.last.proposals] == ["update"]
    assert [(each.key, each.missed) for each in runs.memory] == [(MAIN.key, 0), (FURTHER.key, 3)]


def test_what_is_known_of_a_port_is_still_known_when_it_is_back() -> None:
    runs = Scans().see(MAIN, FURTHER)
    runs.accept(runs.last.proposals).see(MAIN, FURTHER)
    moved = port(2, NAS, eth="eth1", ip="10.0.20.77")
    assert runs.see(MAIN).see(MAIN, moved).edits == ["nas interfaces.eth1.ip: 10.0.20.5 → 10.0.20.77"]


def test_a_device_is_missing_once_when_each_of_its_ports_was_not_seen_for_long() -> None:
    runs = Scans(missing_after=2).see(MAIN, FURTHER).see(MAIN).see(MAIN)
    assert runs.see().said == ["update device:o/home/nas ip"], "its main port was there a look ago"
    assert runs.see().said == ["missing device:o/home/nas usage_status"]
    before = runs.last.proposals
    assert runs.see().last.proposals == before
    assert runs.see(FURTHER).said == ["update device:o/home/nas interfaces.eth1.ip"]


def test_a_port_that_was_replaced_is_forgotten() -> None:
    runs = Scans().see(MAIN, FURTHER)
    replaced = FILES["o/home/devices.yaml"].replace(mac(1), mac(11))
    runs.now({"o/home/devices.yaml": replaced}).see(port(11, NAS, ip="10.0.0.5"), FURTHER)
    assert [each.key for each in runs.memory] == [FURTHER.key, f"mac:{mac(11)}"]


def test_the_source_is_believed_what_it_found_a_port_to_be() -> None:
    taken = port(99, TV, ip="10.0.0.99")
    runs = Scans().see(replace(taken, why="the same hostname:\ntv"))
    assert [str(each.address) for each in runs.last.proposals] == ["device:o/home/tv"]
    assert runs.last.proposals[0].why == "the same hostname:\\ntv"
    assert runs.last.matched == {taken.key: TV}


@pytest.mark.parametrize("address", [Address("device", "o/home/gone"), Address("zone", "o/home/nas")])
def test_an_entity_that_is_not_there_is_nobody_s_word(address: Address) -> None:
    runs = Scans().see(replace(port(3, ip="10.0.0.3"), entity=address))
    assert [str(each.address) for each in runs.last.proposals] == ["device:o/home/tv"], "found by its mac"


def test_what_the_source_found_described_at_another_site_is_not_added_here() -> None:
    runs = Scans().see(replace(port(15), entity=Address("device", "o/cabin/router"), why="the same mac"))
    assert runs.said == []
    assert "described elsewhere (the same mac)" in runs.last.warnings[0]


def test_two_sources_see_one_device_and_neither_knows_of_the_other() -> None:
    files = {**HOUSE, "o/home/net.yaml": "networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}\n"}
    scan = Scans(files).see(port(1, NAS, ip="10.0.0.5"))
    homeseer = Runs(files).see(thing("77", "NAS", type="nas"))
    assert {each.address for each in (*scan.last.proposals, *homeseer.last.proposals)} == {NAS}
    assert not {each.id for each in scan.last.proposals} & {each.id for each in homeseer.last.proposals}
    scan.accept([*scan.last.proposals, *homeseer.last.proposals])
    assert "10.0.0.5" in scan.files["o/home/devices.yaml"]
    assert "'77'" in scan.files["o/home/devices.yaml"].replace('"', "'")


def test_two_that_say_otherwise_of_one_field_are_not_accepted_together() -> None:
    runs = Scans().see(port(1, NAS, ip="10.0.0.5"))
    other = Scans().see(port(1, NAS, ip="10.0.0.6"))
    with pytest.raises(Refused, match=r"`ip`.*10\.0\.0\.5.*10\.0\.0\.6"):
        runs.accept([*runs.last.proposals, *(replace(each, id="u00000000000") for each in other.last.proposals)])


def test_what_two_sources_want_to_add_under_one_name_is_added_once() -> None:
    runs = Scans().see(unknown(60, "Fan"))
    (one,) = runs.last.proposals
    with pytest.raises(Refused, match="device:o/home/fan would be added twice"):
        runs.accept([one, replace(one, id="a00000000000")])
    assert runs.accept([one]).see(unknown(60, "Fan")).said == []
