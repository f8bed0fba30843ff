"""From who is on the wire to what is proposed, accepted and known: scan after scan."""

from typing import Any

from support_scan_looks import Scans
from support_wire import CAM, DEVICES, NAS, STRANGER, TV, covered, files_of, host, seen

from invgit.model.scans import Host

LAN, IOT = covered("10.0.0.0/24"), covered("10.0.20.0/24")
FILES = files_of(
    DEVICES + "  switch: {name: Switch, type: switch, mac: a0:1e:0b:00:00:07, ip: 10.0.0.7,"
    " interfaces: {sfp1: {mac: a0:1e:0b:00:00:08, network: iot, ip: 10.0.20.7}}}\n"
)
SWITCH = (host("10.0.0.7", "a0:1e:0b:00:00:07"), host("10.0.20.7", "a0:1e:0b:00:00:08"))
THERE = (host("10.0.0.5", NAS, "nas"), host("10.0.0.6", CAM), *SWITCH)


class Wire(Scans):
    """A wire that is scanned."""

    def __init__(self, missing_after: int = 2, **wishes: Any) -> None:
        super().__init__(FILES, missing_after)
        self.wishes = wishes

    def scan(self, *hosts: Host, **more: Any) -> "Wire":
        """Look who is there."""
        known = {each.key: each for each in self.memory}
        found = seen(self.inventory, *hosts, known=known, wishes=self.wishes, **more)
        how = {"complete": found.complete, "beyond": found.beyond, "ignored": found.ignored, "sleepers": found.sleepers}
        self.see(*found.findings, **how)
        return self


def test_a_wire_that_is_as_it_is_described_proposes_nothing_in_any_scan() -> None:
    runs = Wire()
    for _ in range(3):
        assert runs.scan(*THERE).said == []
        assert runs.last.warnings == ()
    assert [each.missed for each in runs.memory] == [0] * 4


def test_what_is_new_is_proposed_accepted_and_known() -> None:
    tv = host("10.0.0.9", TV, "tv")
    runs = Wire().scan(*THERE, tv)
    assert runs.said == ["add device:o/home/tv name, type, network, mac, ip, hostname"]
    before = runs.last.proposals
    assert runs.scan(*THERE).last.proposals == runs.scan(*THERE, tv).last.proposals == before, "it slept"
    runs.accept(before)
    assert runs.scan(*THERE, tv).said == []
    moved = host("10.0.0.19", TV, "tv")
    assert runs.scan(*THERE, moved).edits == ["tv ip: 10.0.0.9 → 10.0.0.19"]
    runs.accept(runs.last.proposals)
    assert runs.scan(*THERE, moved).said == []


def test_an_unknown_device_is_proposed_when_it_was_seen_often_enough() -> None:
    runs, one = Wire(missing_after=5, new_after=3), host("10.0.0.9", STRANGER)
    found = [bool(runs.scan(*THERE, *rows).said) for rows in ((one,), (), (one,), (), (one,), (one,), ())]
    assert found == [False, False, False, False, True, True, True]


def test_who_moves_at_both_ports_is_two_proposals_and_who_unplugs_one_is_not_missing() -> None:
    runs = Wire().scan(*THERE)
    both = (host("10.0.0.17", "a0:1e:0b:00:00:07"), host("10.0.20.17", "a0:1e:0b:00:00:08"))
    assert sorted(runs.scan(*THERE[:2], *both).edits) == [
        "switch interfaces.sfp1.ip: 10.0.20.7 → 10.0.20.17",
        "switch ip: 10.0.0.7 → 10.0.0.17",
    ]
    runs.accept(runs.last.proposals)
    for _ in range(4):
        assert runs.scan(*THERE[:2], both[0]).said == []
    assert runs.scan(*THERE[:2]).said == []
    assert runs.scan(*THERE[:2]).said == ["missing device:o/home/switch usage_status"]


def test_a_scan_of_one_network_says_nothing_of_the_other() -> None:
    tv = host("10.0.20.9", TV, "tv")
    runs = Wire().scan(*THERE, tv)
    before, known = runs.last.proposals, runs.memory
    for _ in range(3):
        runs.scan(*THERE[:3], networks=(LAN,))
        assert (runs.last.proposals, runs.memory) == (before, known)
    runs.scan(*THERE[:3]).scan(*THERE[:3])
    assert runs.said == [], "it was not there twice"


def test_two_with_one_address_are_proposed_none_and_the_rest_is_as_it_was() -> None:
    runs = Wire().scan(*THERE)
    assert runs.scan(*THERE, host("10.0.0.6", STRANGER)).edits == []
    assert "conflict:10.0.0.6" in {each.key for each in runs.memory}
    assert "conflict:10.0.0.6" not in {each.key for each in runs.scan(*THERE).memory}


def test_what_a_device_is_plugged_into_becomes_a_connection() -> None:
    link = {"mac": "a0:1e:0b:00:00:07", "port": "7"}
    nas = host("10.0.0.5", NAS, "nas", uplink=link)
    runs = Wire().scan(nas, *THERE[1:])
    assert [str(each.address) for each in runs.last.proposals] == ["connection:o/home/nas--switch"]
    runs.accept(runs.last.proposals)
    assert runs.scan(nas, *THERE[1:]).said == runs.scan(*THERE).said == runs.scan(nas, *THERE[1:]).said == []
