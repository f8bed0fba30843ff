"""Laws of plans, in memory: what a plan says is what it does, all of it, and nothing else."""

import json
import re
from random import Random
from typing import Any

import jsonschema
from hypothesis import assume, given
from support_edits import Pair, entities, pairs
from support_interpreter import State, alike, carried_out, own, spec_of, state
from support_inventory import between, understood
from support_strategies import SEEDS, Tree, as_json, trees

from invgit.cli.views import plan as view
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.plan import Plan, changes, restricted
from invgit.plan.schema import schema
from invgit.text.problem import BAD_CHARACTER

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_VALIDATOR = jsonschema.Draft202012Validator(schema())


def form(plan: Plan) -> dict[str, Any]:
    """A plan as JSON, once written and read."""
    made: dict[str, Any] = json.loads(json.dumps(changes.as_json(plan)))
    _VALIDATOR.validate(made)
    return made


def spoken(plan: Plan, wanted: Inventory) -> State:
    """What an inventory says; of what the plan creates only what is not computed."""
    created = {str(change.address) for change in plan.changes if change.action == "create"}
    return {key: own(key, values) if key in created else values for key, values in state(wanted).items()}


@given(pairs())
def test_a_plan_carried_out_leads_to_what_is_desired(pair: Pair) -> None:
    before, after = pair.inventories
    plan = between(before, after)
    assert alike(carried_out(form(plan), state(before)), spoken(plan, after))
    assert plan.unchanged == len(after.stored) - sum(change.action != "delete" for change in plan.changes)
    assert plan.empty == (before.digests == after.digests)
    assert between(after, after).empty


@given(pairs(protected=True))
def test_a_plan_and_the_way_back_are_mirrored(pair: Pair) -> None:
    before, after = pair.inventories
    there, back = between(before, after), between(after, before)
    assume(not there.summary["rename"] and not back.summary["rename"])  # there is one way only
    mirror = {"create": "delete", "delete": "create", "update": "update"}
    kept = {str(change.address) for plan in (there, back) for change in plan.protected}

    def told(plan: Plan, *, mirrored: bool) -> dict[str, Any]:
        return {
            change["address"]: (
                mirror[change["action"]] if mirrored else change["action"],
                {
                    name: (each["after"], each["before"]) if mirrored else (each["before"], each["after"])
                    for name, each in change["fields"].items()
                },
            )
            for change in form(plan)["changes"]
            if change["address"] not in kept
        }

    assert told(there, mirrored=False) == told(back, mirrored=True)


@given(pairs(protected=True))
def test_what_is_known_to_be_equal_need_not_be_loaded(pair: Pair) -> None:
    before, after = pair.inventories
    whole, quick = between(before, after), between(before, after, fresh=True)
    assert {change.address for change in quick.changes} >= {change.address for change in whole.changes}
    assert [change for change in quick.changes if change.action == "delete"] == [
        change for change in whole.changes if change.action == "delete"
    ]
    assert changes.as_json(quick) == changes.as_json(whole)


@given(pairs(protected=True))
def test_what_is_protected_stays_and_all_it_needs(pair: Pair) -> None:
    before, after = pair.inventories
    plan = between(before, after)
    made = carried_out(form(plan), state(before))
    kept = {str(change.address): moved_along(str(change.address), plan) for change in plan.protected}
    assert not kept.keys() & state(after).keys()
    assert made.keys() == state(after).keys() | set(kept.values())
    gone = {str(change.address) for change in plan.changes if change.action == "delete"}
    assert not {address for address, values in state(before).items() if values.get("protect") and address in gone}
    for address, now in kept.items():
        assert not named(now, made[now]) & gone
        assert now != address or made[now] == state(before)[address]


def moved_along(address: str, plan: Plan) -> str:
    """The address that something has once what it stands in has another name."""
    for change in plan.changes:
        if change.former and change.address.kind in {"organization", "site"}:
            address = address.replace(f":{change.former.path}/", f":{change.address.path}/")
    return address


def named(address: str, values: dict[str, Any]) -> set[str]:
    """The addresses that an entity's values name; its site and organization as well."""
    found = set()
    for field in spec_of(address).stored:
        value = values.get(field.name)
        if field.ref and value:
            found.add(f"{field.ref}:{value}")
        groups = value.values() if field.many == "map" and value else value if field.many == "list" and value else ()
        for group in groups if field.record else ():
            found |= {f"{inner.ref}:{group[inner.name]}" for inner in field.fields if inner.ref and inner.name in group}
    return found


@given(pairs(), SEEDS)
def test_what_a_plan_for_a_site_leaves_the_next_one_does(pair: Pair, seed: int) -> None:
    """Nothing outside of the site is deleted; what is written refers to what is there."""
    before, after = pair.inventories
    sites = sorted({found.path for tree in pair for found in entities(tree, "site")}) or ["o0/s0"]
    site = Random(seed).choice(sites)
    plan = restricted(between(before, after), after, [site])
    assert all(change.address.site == site for change in plan.changes if change.action == "delete")
    assert {change.address for change in plan.changes} >= {
        change.address for change in between(before, after).changes if change.address.site == site
    }
    made = carried_out(form(plan), state(before))
    for change in plan.changes:
        if change.action != "delete":
            assert named(str(change.address), state(after)[str(change.address)]) <= made.keys()
    rest = [change for change in between(before, after).changes if change not in plan.changes]
    renamed = {str(change.former): str(change.address) for change in plan.changes if change.former}
    done = carried_out({"changes": form(Plan(tuple(rest), ""))["changes"]}, made, renamed)
    assert alike(done, spoken(between(before, after), after))


def test_a_plan_for_a_site_renames_what_its_devices_no_longer_name() -> None:
    """Else it would speak of the old value under a name that nobody has yet."""
    site = "site: {name: S}\ndevices: {d: {name: D, type: t, category: %s}}"
    before = {"o/organization.yaml": "organization: {name: O}", "catalog/c.yaml": "categories: {old: {name: C}}"}
    after = {**before, "catalog/c.yaml": "categories: {new: {name: C, renamed_from: old}}", "o/s/s.yaml": site % "null"}
    whole = understood({**before, "o/s/s.yaml": site % "old"}), understood(after)
    plan = restricted(between(*whole), whole[1], ["o/s"])
    assert [str(change.address) for change in plan.changes] == ["category:new", "device:o/s/d"]


@given(pairs(protected=True))
def test_a_plan_is_printed_without_characters_that_nobody_sees(pair: Pair) -> None:
    """Neither a control character nor a mark that turns text around: what names say stays words."""
    plan = between(*pair.inventories)
    for text in (view.as_text(changes.as_json(plan)), json.dumps(changes.as_json(plan))):
        plain = _COLOUR.sub("", text)
        assert not BAD_CHARACTER.search(plain)
        assert not [each for each in plain.splitlines() if each.startswith("::")]


@given(trees())
def test_an_address_reads_back(documents: Tree) -> None:
    for address in understood(as_json(documents)).stored:
        assert Address.parse(str(address)) == address
