"""Of what nobody looked for nothing is said; what is tentative is kept in mind, and nothing comes of it."""

from dataclasses import replace
from typing import Any

import pytest
from support_scan_looks import NAS, TV, Scans, conflict, mac, port, unknown

from invgit.errors import Refused
from invgit.model.entity import Address
from invgit.model.findings import Finding, Remembered
from invgit.propose.changes import Changes, written

TELEVISION, BOX = port(3, TV, ip="10.0.0.3"), unknown(50, "Box", ip="10.0.20.50")


def text(runs: Scans) -> str:
    return written(Changes("scan", "o/home", runs.last.proposals))


def keys(*findings: Finding) -> frozenset[str]:
    return frozenset(each.key for each in findings)


def test_what_nobody_looked_for_stays_known_and_proposed_and_is_not_missing() -> None:
    runs = Scans(missing_after=1).see(TELEVISION, BOX)
    before, known = text(runs), runs.memory
    for _ in range(3):
        runs.see(beyond=keys(TELEVISION, BOX))
        assert (text(runs), runs.memory) == (before, known)
    assert runs.see(TELEVISION, beyond=keys(BOX)).memory == known
    assert [each.op for each in runs.see(beyond=keys(BOX)).last.proposals] == ["add", "missing"]


def test_what_is_seen_is_seen_whether_anybody_looked_for_it_or_not() -> None:
    runs = Scans().see(TELEVISION)
    assert runs.see(replace(TELEVISION, said={**TELEVISION.said, "ip": "10.0.0.4"}), beyond=keys(TELEVISION)).edits == [
        "tv ip: None → 10.0.0.4"
    ]


def test_what_is_missing_already_stays_so_while_nobody_looks() -> None:
    runs = Scans(missing_after=1).see(TELEVISION).see()
    assert runs.said == ["missing device:o/home/tv usage_status"]
    before = text(runs)
    assert text(runs.see(beyond=keys(TELEVISION))) == before
    assert runs.see(TELEVISION).said == ["update device:o/home/tv ip"]


def test_a_network_that_nobody_looked_at_is_no_shrink() -> None:
    many = [unknown(100 + number, f"Thing {number}") for number in range(10)]
    runs = Scans().see(TELEVISION, *many)
    assert len(runs.see(TELEVISION, beyond=keys(*many)).memory) == 11
    with pytest.raises(Refused, match="4 of 4") as refused:
        runs.see(beyond=keys(*many[3:]))
    assert "invgit network scan --allow-shrink" in str(refused.value.help)


def test_the_slug_of_what_is_still_to_be_added_goes_to_nobody_else() -> None:
    runs = Scans().see(BOX)
    runs.see(unknown(51, "Box"), beyond=keys(BOX))
    assert [str(each.address) for each in runs.last.proposals] == ["device:o/home/box", "device:o/home/box-2"]


def test_a_device_of_which_one_port_was_not_looked_for_is_missing_when_neither_was_seen_for_long() -> None:
    main, further = port(1, NAS, ip="10.0.0.5"), port(2, NAS, eth="eth1", ip="10.0.20.5")
    runs = Scans(missing_after=2).see(main, further)
    for _ in range(3):
        assert {each.op for each in runs.see(beyond=keys(further)).last.proposals} == {"update"}
    runs.see(beyond=keys(main))
    assert {each.op for each in runs.last.proposals} == {"update"}, "a look ago nobody looked for the other one"
    missing = ["missing device:o/home/nas usage_status"]
    assert runs.see(beyond=keys(main)).said == missing
    assert runs.see(beyond=keys(further)).said == missing, "the same, and once"
    assert runs.see().said == missing


def test_what_sleeps_stays_proposed_until_it_would_be_missing() -> None:
    runs = Scans(missing_after=3).see(TELEVISION, BOX)
    before = text(runs)
    for _ in range(2):
        assert text(runs.see()) == before
        assert text(runs.see(TELEVISION)) == text(runs.see(BOX)) == text(runs.see(TELEVISION, BOX)) == before
    assert text(runs.see().see()) == before
    assert runs.see().said == ["missing device:o/home/tv usage_status"]
    assert [each.key for each in runs.memory] == [TELEVISION.key]
    assert text(runs.see(TELEVISION, BOX)) == before


def test_what_never_sleeps_is_no_longer_proposed_when_it_is_gone() -> None:
    assert Scans(missing_after=3).see(TELEVISION, BOX).see(sleepers=False).said == []


def test_what_is_accepted_and_sleeps_is_known_when_it_is_back() -> None:
    runs = Scans(missing_after=9).see(BOX)
    runs.accept(runs.last.proposals).see().see()
    box = Address("device", "o/home/box")
    assert runs.see(port(50, box, ip="10.0.20.51")).edits == ["box ip: 10.0.20.50 → 10.0.20.51"]


@pytest.mark.parametrize("how", [{}, {"complete": False}, {"beyond": keys(BOX)}])
def test_what_somebody_describes_while_it_sleeps_is_proposed_no_more(how: dict[str, Any]) -> None:
    runs = Scans(missing_after=9).see(BOX)
    runs.now({"o/home/mine.yaml": f"devices: {{mine: {{name: Mine, type: box, mac: {mac(50)}}}}}\n"})
    assert runs.see(**how).said == []


def test_what_is_seen_now_and_then_is_seen_often_enough_one_day() -> None:
    seldom = replace(BOX, tentative=True)
    runs = Scans(missing_after=3).see(seldom).see().see().see(seldom)
    assert [each.sightings for each in runs.memory] == [2]
    assert runs.see().see().see().memory == ()


def test_half_of_a_house_may_go_to_sleep() -> None:
    many = [unknown(100 + number, f"Thing {number}") for number in range(20)]
    assert len(Scans().see(*many).see(*many[12:]).said) == 20
    with pytest.raises(Refused, match="13 of 20"):
        Scans().see(*many).see(*many[13:])
    with pytest.raises(Refused, match="7 of 20"):
        Scans().see(*many).see(*many[7:], sleepers=False)


def test_what_is_tentative_is_remembered_and_nothing_comes_of_it() -> None:
    runs = Scans(missing_after=1).see(replace(BOX, tentative=True), conflict("10.0.0.9"))
    assert runs.said == []
    assert runs.last.matched == {}
    kept = (Remembered("conflict:10.0.0.9", "device", {}), Remembered(BOX.key, "device", {}, sightings=1))
    assert runs.memory == kept
    runs.see(replace(BOX, tentative=True))
    assert [each.sightings for each in runs.memory] == [2], "how often it was seen"
    assert runs.see().said == []
    assert runs.memory == (), "gone when it is gone"


def test_very_much_that_is_tentative_may_go_at_once() -> None:
    assert Scans().see(*(conflict(f"10.0.0.{number}") for number in range(50))).see().memory == ()


def test_a_conflict_stays_while_nobody_looks() -> None:
    runs = Scans().see(conflict("10.0.0.9"))
    assert [each.key for each in runs.see(beyond=frozenset({"conflict:10.0.0.9"})).memory] == ["conflict:10.0.0.9"]


def test_what_was_agreed_outlives_a_tentative_look() -> None:
    runs = Scans().see(TELEVISION)
    runs.accept(runs.last.proposals).see(TELEVISION)
    known = runs.memory
    assert runs.see(replace(TELEVISION, tentative=True)).memory == known
    assert runs.see(replace(TELEVISION, said={"ip": "10.0.0.8"})).edits == ["tv ip: 10.0.0.3 → 10.0.0.8"]
