"""Budgets: what may be deleted without a word, what it takes to delete more, and that it allows nothing else."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_edits import Pair, pairs
from support_inventory import between
from support_inventory import understood as compiled
from support_project import Project

from invgit.errors import Refused, UsageError
from invgit.model.inventory import Inventory
from invgit.plan import Plan, budgets

OWNERS = {"catalog/c.yaml": "categories: {a: {name: A}}", "o/organization.yaml": "organization: {name: O}"}


def homes(devices: int, *, elsewhere: int = 5, site: str = "home") -> dict[str, str]:
    """Two sites with so many devices; the first one under any name."""
    made = dict(OWNERS)
    for name, number in ((site, devices), ("cabin", elsewhere)):
        listed = "".join(f"  d{at}: {{name: D{at}, type: x}}\n" for at in range(number))
        made[f"o/{name}/site.yaml"] = (
            f"site: {{name: {name}}}\nzones: {{hall: {{name: Hall}}}}\ndevices:\n{listed or '  {}'}"
        )
    return made


def plan(before: int, after: int) -> Plan:
    return between(compiled(homes(before)), compiled(homes(after)))


def words(of: Plan, limits: Mapping[str, Any] = {}) -> list[str]:
    return [excess.allow for excess in budgets.exceeded(of, limits)]


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (3, 0, []),
        (4, 0, ["delete:device@o/home=4"]),
        (9, 1, ["delete:device@o/home=8"]),
        (40, 36, []),
        (39, 35, ["delete:device@o/home=4"]),
        (200, 180, []),
        (200, 179, ["delete:device@o/home=21"]),
        (5, 9, []),
    ],
)
def test_more_than_three_and_more_than_a_tenth_is_refused(before: int, after: int, refused: list[str]) -> None:
    assert words(plan(before, after)) == refused


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        ({"deletes": {"count": 8}}, []),
        ({"deletes": {"count": 7}}, ["delete:device@o/home=8"]),
        ({"kinds": {"device": {"percent": 90}}}, []),
        ({"kinds": {"zone": {"percent": 90}}}, ["delete:device@o/home=8"]),
        ({"sites": {"o/home": {"deletes": {"count": 8}}}}, []),
        ({"sites": {"o/cabin": {"deletes": {"count": 8}}}}, ["delete:device@o/home=8"]),
        (
            {"sites": {"o/home": {"kinds": {"device": {"count": 2}}}}, "deletes": {"count": 99}},
            ["delete:device@o/home=8"],
        ),
    ],
)
def test_the_nearest_limit_counts(limits: Mapping[str, Any], refused: list[str]) -> None:
    assert words(plan(9, 1), limits) == refused


def test_a_refusal_names_count_limit_setting_and_the_word() -> None:
    limits = {"sites": {"o/home": {"kinds": {"device": {"count": 5}}}}}
    with pytest.raises(Refused) as refused:
        budgets.require(plan(9, 1), limits, ())
    assert refused.value.message == (
        "the plan deletes more than its budget; nothing was changed\n8 of 9 devices in o/home would be deleted;"
        " the limit is 5 and 10 % (limits.sites.o/home.kinds.device in invgit.yaml)"
    )
    assert refused.value.help == "if all of it is meant, add --allow delete:device@o/home=8"
    budgets.require(plan(9, 1), limits, ["delete:device@o/home=8"])


@pytest.mark.parametrize(
    "word", ["delete:device@o/home=9", "delete:device@o/home=7", "delete:device@o/cabin=8", "delete:zone@o/home=8",
             "delete:device=8", "empty:o/home", "empty:everything"],
)  # fmt: skip
def test_no_other_word_lets_it_through(word: str) -> None:
    with pytest.raises(Refused):
        budgets.require(plan(9, 1), {}, [budgets.checked(word)])
    assert budgets.needless(plan(9, 1), {}, [word]) == (word,)


def test_a_site_that_loses_all_is_refused_however_small() -> None:
    before = compiled(homes(1))
    gone = {path: text for path, text in homes(1).items() if "home" not in path}
    bare = {**homes(1), "o/home/site.yaml": "site: {name: home}"}
    assert words(between(before, compiled(gone))) == ["empty:o/home"]
    assert words(between(before, compiled(bare))) == ["empty:o/home"]
    budgets.require(between(before, compiled(bare)), {}, ["empty:o/home"])


def test_nothing_declared_is_refused_as_a_whole() -> None:
    nothing = between(compiled(homes(1)), Inventory(()))
    assert words(nothing) == ["empty:everything"]
    with pytest.raises(Refused, match="all 12 entities of the database would be deleted"):
        budgets.require(nothing, {"deletes": {"count": 10**9}}, ["empty:o/home", "empty:o/cabin"])


def test_a_renamed_site_loses_nothing() -> None:
    moved = homes(9, site="house")
    moved["o/house/site.yaml"] = moved["o/house/site.yaml"].replace("site: {", "site: {renamed_from: home, ")
    assert words(between(compiled(homes(9)), compiled(moved))) == []
    fewer = homes(1, site="house")
    fewer["o/house/site.yaml"] = fewer["o/house/site.yaml"].replace("site: {", "site: {renamed_from: home, ")
    assert words(between(compiled(homes(9)), compiled(fewer))) == ["delete:device@o/house=8"]


def test_what_stands_above_sites_has_a_budget_too() -> None:
    many = {
        **homes(1),
        "catalog/c.yaml": "categories: {" + ", ".join(f"c{at}: {{name: C{at}}}" for at in range(9)) + "}",
    }
    assert words(between(compiled(many), compiled(homes(1)))) == ["delete:category=9"]


@pytest.mark.parametrize(
    "word", ["", "force", "delete", "delete:device", "delete:thing=1", "empty:", "delete:device@O/h=1"]
)
def test_a_word_that_allows_nothing_is_told(word: str) -> None:
    with pytest.raises(UsageError, match="allows nothing"):
        budgets.checked(word)


@given(pairs())
def test_what_a_refusal_asks_for_is_enough_and_all_of_it_is_needed(pair: Pair) -> None:
    made = between(*pair.inventories)
    found = words(made)
    budgets.require(made, {}, found)
    for left_out in found:
        with pytest.raises(Refused) as refused:
            budgets.require(made, {}, [word for word in found if word != left_out])
        assert re.findall(r"--allow (\S+)", refused.value.help or "") == [left_out]
    for word in found:
        assert budgets.checked(word) == word
    assert bool(found) <= bool(made.summary["delete"])


@given(st.integers(0, 60), st.integers(0, 60))
def test_what_is_refused_is_more_than_both_limits(before: int, fewer: int) -> None:
    gone = max(0, before - fewer)
    assert bool(words(plan(before, fewer))) == (gone > 3 and gone * 10 > before)


def test_plan_and_apply_are_refused_alike_and_the_word_lets_them_through(project: Project) -> None:
    project.write(homes(9))
    project.apply()
    project.write(homes(1))
    for command in (("plan",), ("apply", "--yes")):
        result = project.run(*command)
        assert result.code == 5
        assert result.out.startswith("Plan: 8 to delete")
        assert "help: if all of it is meant, add --allow delete:device@o/home=8\n" in result.err
    assert project.run("plan", "--exit-code", "--allow", "delete:device@o/home=8").code == 4
    assert project.run("plan", "--allow", "delete:device=8").code == 5
    assert project.run("plan", "--allow", "all").code == 2
    done = project.run("apply", "--yes", "--allow", "delete:device@o/home=8", "--allow", "empty:o/home")
    assert done.code == 0
    assert "warning: `--allow empty:o/home` is not needed" in done.err
    assert project.changes() == []


def test_a_limit_of_the_project_is_its_own(project: Project) -> None:
    project.write(homes(9))
    project.apply()
    project.write(homes(1))
    settings = project.root / "invgit.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "limits: {deletes: {count: 10}}\n", encoding="utf-8")
    assert project.run("plan").code == 0
    settings.write_text(settings.read_text(encoding="utf-8").replace("10}", "ten}"), encoding="utf-8")
    result = project.run("plan")
    assert result.code == 3
    assert "invgit.yaml:2:" in result.err
