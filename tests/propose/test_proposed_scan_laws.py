"""Laws of what comes of scans, of whatever networks, in whatever order."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from support_scan_looks import NAS, SWITCH, TV, Scans, conflict, mac, port, unknown
from test_beyond import text

from invgit.model.findings import Finding
from invgit.propose.accept import with_needs

NETWORKS = {"lan": (1, 3, 7, 30, 31), "iot": (2, 50, 51)}


def seen_at(network: str, number: int, last: int) -> Finding:
    known = {1: NAS, 3: TV, 7: SWITCH}
    ip = f"10.0.{0 if network == 'lan' else 20}.{number + 60 * (last - 100)}"
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


def lived(turns: list[tuple[str, set[int], int]]) -> Scans:
    runs = Scans(missing_after=3)
    for network, there, last in turns:
        beyond = frozenset(f"mac:{mac(number)}" for number in NETWORKS["iot" if network == "lan" else "lan"])
        found = [seen_at(network, number, last) for n, number in enumerate(NETWORKS[network]) if n in there]
        runs.see(*found, beyond=beyond, shrink_allowed=True)
    return runs


@given(looks, st.sets(st.sampled_from([number for every in NETWORKS.values() for number in every])))
def test_what_is_there_in_every_scan_comes_to_the_same_bytes(
    turns: list[tuple[str, set[int], int]], there: set[int]
) -> None:
    runs = lived(turns)
    found = [seen_at(name, number, 103) for name, every in NETWORKS.items() for number in every if number in there]
    for _ in range(3):
        runs.see(*found, shrink_allowed=True)
    settled = text(runs)
    assert [text(runs.see(*reversed(found), shrink_allowed=True)) for _ in range(2)] == [settled] * 2


@given(looks, st.randoms())
def test_whatever_is_accepted_of_it_is_proposed_no_more(turns: list[tuple[str, set[int], int]], chance: Random) -> None:
    runs = lived(turns)
    last = turns[-1] if turns else ("lan", set(), 100)
    some = [each for each in runs.pending if chance.random() < 0.7]
    runs.accept(with_needs(some, {each.id: each for each in runs.pending}))
    before = {each.id for each in runs.pending} - {each.id for each in some}
    runs.pending = tuple(each for each in runs.pending if each.id in before)
    found = [seen_at(last[0], number, last[2]) for n, number in enumerate(NETWORKS[last[0]]) if n in last[1]]
    beyond = frozenset(f"mac:{mac(number)}" for number in NETWORKS["iot" if last[0] == "lan" else "lan"])
    runs.see(*found, beyond=beyond, shrink_allowed=True)
    assert not {each.id for each in runs.pending} & {each.id for each in some}
