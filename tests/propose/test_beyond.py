"""Of what nobody looked for nothing is said; what is tentative is kept in mind, and nothing comes of it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_scan_looks import NAS, SWITCH, TV, Scans, conflict, mac, port, unknown

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


def uplink(one: Finding, other: Finding, **said: str) -> Finding:
    return Finding(
        f"uplink:{one.key}", "connection", {"type": "ethernet", **said}, {"port": "7"}, (one.key, other.key),
        slug="box--switch",
    )  # fmt: skip


AT = port(7, SWITCH)


def test_what_something_is_plugged_into_is_proposed_with_it() -> None:
    seen = (BOX, AT, uplink(BOX, AT, to_port="7"))
    runs = Scans().see(*seen)
    device, connection = runs.last.proposals
    assert (str(connection.address), connection.file) == (
        "connection:o/home/box--switch",
        "o/home/connections/scan.yaml",
    )
    assert connection.needs == (device.id,)
    assert (connection.after["from"], connection.after["to"]) == ("o/home/box", "o/home/switch")
    before = text(runs)
    assert text(runs.see(*seen)) == before
    assert text(runs.see(beyond=keys(*seen))) == before
    runs.accept(runs.last.proposals)
    words = runs.files["o/home/connections/scan.yaml"].replace('"', "'").split()
    assert words == "connections: box--switch: from: box to: switch type: ethernet to_port: '7'".split()
    entity = next(each for each in runs.inventory if each.address.kind == "connection").address
    known = replace(seen[2], entity=entity)
    assert runs.see(BOX, AT, known).said == []


def test_without_an_end_there_is_no_connection() -> None:
    seen = (BOX, AT, uplink(BOX, AT))
    runs = Scans().see(*seen).reject("device:o/home/box")
    assert runs.see(*seen).said == []
    left = Changes("scan", "o/home", Scans().see(*seen).last.proposals)
    refused = left.without(refused=[each.id for each in left.proposals if each.address.kind == "device"])
    assert refused.proposals == ()
    unsure = replace(BOX, tentative=True)
    assert (runs.see(unsure, AT, uplink(unsure, AT)).said, runs.last.warnings) == ([], ())


def test_a_device_is_proposed_though_its_connection_is_rejected() -> None:
    seen = (BOX, AT, uplink(BOX, AT))
    runs = Scans().see(*seen).reject("connection:o/home/box--switch").see(*seen)
    assert [str(each.address) for each in runs.last.proposals] == ["device:o/home/box"]


@pytest.mark.parametrize(("slug", "given"), [("spare-box", "spare-box"), ("No slug!", "box"), ("a--b", "box")])
def test_a_wanted_slug_is_given_where_it_is_one(slug: str, given: str) -> None:
    runs = Scans().see(replace(BOX, slug=slug))
    (first,) = runs.last.proposals
    assert first.address.slug == given
    assert first in runs.see(replace(BOX, slug=slug), unknown(40, "Box")).last.proposals


NETWORKS = {"lan": (1, 3, 7, 30, 31), "iot": (2, 50, 51)}


def seen_at(network: str, number: int, last: int) -> Finding:
    known = {1: NAS, 3: TV, 7: SWITCH}
    ip = f"10.0.{0 if network == 'lan' else 20}.{last}"
    if number == 2:
        return port(2, NAS, eth="eth1", ip=ip)
    return port(number, known[number], ip=ip) if number in known else unknown(number, "Box", ip=ip)


looks = st.lists(
    st.tuples(st.sampled_from(sorted(NETWORKS)), st.sets(st.integers(0, 4)), st.integers(100, 102)), max_size=8
)


@given(looks)
def test_a_look_at_one_network_leaves_the_others_as_they_were(turns: list[tuple[str, set[int], int]]) -> None:
    runs = Scans(missing_after=2)
    known_keys = {name: frozenset(f"mac:{mac(number)}" for number in numbers) for name, numbers in NETWORKS.items()}
    for network, there, last in turns:
        beyond = known_keys["iot" if network == "lan" else "lan"]
        before = [each for each in runs.memory if each.key in beyond]
        proposed = [each for each in runs.pending if each.key in beyond and each.op != "missing"]
        found = [seen_at(network, number, last) for n, number in enumerate(NETWORKS[network]) if n in there]
        runs.see(*found, beyond=beyond, shrink_allowed=True)
        assert [each for each in runs.memory if each.key in beyond] == before
        assert [each for each in runs.pending if each.key in beyond and each.op != "missing"] == proposed
        ids = [each.id for each in runs.pending]
        assert len(ids) == len(set(ids))
        adds = [each.address for each in runs.pending if each.op == "add"]
        assert len(adds) == len(set(adds))
        gone = [each.address for each in runs.pending if each.op == "missing"]
        assert len(gone) == len(set(gone))


@given(looks, st.sets(st.integers(0, 4)), st.booleans())
def test_what_is_tentative_never_changes_a_proposal(
    turns: list[tuple[str, set[int], int]], more: set[int], complete: bool
) -> None:
    plain, beside = Scans(), Scans()
    for network, there, last in turns:
        found = [seen_at(network, number, last) for n, number in enumerate(NETWORKS[network]) if n in there]
        extra = [replace(unknown(200 + n, "Box", ip="10.0.0.200"), tentative=True) for n in more]
        extra += [replace(seen_at("lan", 3, 9), key=f"mac:{mac(220 + n)}", tentative=True) for n in more]
        plain.see(*found, complete=complete, shrink_allowed=True)
        beside.see(*found, *extra, conflict("10.0.0.9"), complete=complete, shrink_allowed=True)
        assert text(plain) == text(beside)
