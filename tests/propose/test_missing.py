"""What is not there any more is told after some complete looks; too much at once is not believed."""

from datetime import date

import pytest
from support_looks import FILES, LAMP, TODAY, Runs, thing

from invgit.errors import Refused

MISSING = ["missing device:o/home/lamp usage_status"]


def test_it_takes_complete_looks_one_after_the_other() -> None:
    runs = Runs(missing_after=3).see(LAMP).see().see()
    assert runs.said == []
    assert runs.see(complete=False).said == []
    runs.see(LAMP).see().see()
    assert runs.said == [], "it came back, and the count begins again"
    assert runs.see().said == MISSING
    assert runs.last.proposals[0].before == {"usage_status": "active"}
    before = runs.last.proposals
    assert runs.see().last.proposals == before
    assert runs.see(LAMP).said == []


def test_it_may_be_named_otherwise_by_now() -> None:
    runs = Runs().see(LAMP).see()
    runs.now({"o/home/devices.yaml": "devices: {spot: {name: Spot, type: x, refs: {homeseer: '1'}}}\n"})
    assert runs.see().said == ["missing device:o/home/spot usage_status"]


@pytest.mark.parametrize("word", ["usage_status: retired", "usage_status: stored", "is_active: no", "maintenance: yes"])
def test_what_is_known_not_to_be_there_is_not_missing(word: str) -> None:
    runs = Runs().see(LAMP)
    runs.now({"o/home/devices.yaml": f"devices: {{lamp: {{name: L, type: x, refs: {{homeseer: '1'}}, {word}}}}}\n"})
    assert runs.see().see().see().said == []


def test_what_is_not_described_any_more_is_forgotten() -> None:
    runs = Runs().see(LAMP, thing("5", "Fan"))
    assert [each.key for each in runs.see(LAMP).memory] == ["1"], "it was proposed only"
    assert runs.now({"o/home/devices.yaml": "devices: {}\n"}).see().memory == ()


def test_what_no_look_ever_saw_is_missing_in_full_looks_only() -> None:
    assert Runs(missing_after=1).see().said == []
    runs = Runs(missing_after=2).see(full=True)
    assert runs.said == []
    assert runs.see().said == MISSING
    assert Runs(missing_after=1).see(full=True).said == MISSING
    assert Runs(missing_after=1).see(full=True, complete=False).said == []


def test_a_verdict_counts_until_its_day_is_over() -> None:
    runs = Runs(missing_after=1).see(LAMP).see().reject("device:o/home/lamp", "defer", until=TODAY)
    assert (runs.see().said, runs.last.silenced) == ([], 1)
    assert runs.see(today=date(2026, 6, 2)).said == MISSING


def many(count: int) -> dict[str, str]:
    lines = "".join(f"  d{n}: {{name: D{n}, type: x, refs: {{homeseer: 'k{n}'}}}}\n" for n in range(count))
    return {**FILES, "o/home/devices.yaml": f"devices:\n{lines}"}


def test_a_shrink_that_nobody_believes_is_refused_with_numbers_and_remembers_nothing() -> None:
    things = [thing(f"k{n}", f"D{n}") for n in range(10)]
    runs = Runs(many(10), missing_after=1).see(*things)
    memory = runs.memory
    with pytest.raises(Refused) as refused:
        runs.see(*things[4:])
    assert "4 of 10" in refused.value.message
    assert "--allow-shrink" in (refused.value.help or "")
    assert runs.memory == memory
    assert len(runs.see(*things[4:], shrink_allowed=True).said) == 4


def test_a_few_or_a_small_part_are_believed() -> None:
    things = [thing(f"k{n}", f"D{n}") for n in range(20)]
    assert len(Runs(many(4), missing_after=1).see(*things[:4]).see(things[0]).said) == 3
    assert len(Runs(many(20), missing_after=1).see(*things).see(*things[6:]).said) == 6


@pytest.mark.parametrize("full", [False, True])
def test_what_a_rule_ignores_by_now_is_there_and_not_missing(full: bool) -> None:
    runs = Runs(missing_after=1).see(LAMP)
    assert runs.see(ignored=frozenset({"1"}), full=full).said == []
    assert runs.memory == (), "nobody wants to know of it"
    assert Runs(missing_after=1).see(ignored=frozenset({"1"}), full=True).said == []


def test_a_rule_that_ignores_half_of_a_house_is_no_shrink() -> None:
    things = [thing(f"k{key}", f"Thing {key}") for key in range(20)]
    runs = Runs().see(*things)
    assert len(runs.see(*things[:10], ignored=frozenset(each.key for each in things[10:])).said) == 10
