"""Two inventories to a plan: pure data, sorted, and the same for the same inventories."""

import json
import random

import jsonschema
import pytest
from hypothesis import given
from support_inventory import between, changes, compiled
from support_strategies import inventories

from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.plan import restricted
from invgit.plan.changes import as_json
from invgit.plan.schema import schema

ORGANIZATION = "organization: {name: O}"
SITE = """
site: {name: S}
devices:
  nas: {name: NAS, type: nas, metadata: {one: 1}}
  tv: {name: TV, type: tv}
"""


def inventory(site: str = SITE) -> Inventory:
    return compiled({"o/organization.yaml": ORGANIZATION, "o/s/site.yaml": site})


NOTHING = Inventory(())


def test_everything_is_created_from_nothing_and_deleted_to_nothing() -> None:
    some = inventory()
    addresses = ["organization:o", "site:o/s", "device:o/s/nas", "device:o/s/tv"]
    assert changes(between(NOTHING, some)) == [f"create {address}" for address in addresses]
    assert changes(between(some, NOTHING)) == [f"delete {address}" for address in addresses]
    assert between(some, some).empty
    assert between(some, some).unchanged == 4


def test_an_update_says_what_was_what_becomes_and_where_that_stands() -> None:
    (change,) = between(inventory(), inventory(SITE.replace("name: NAS", "name: Storage"))).changes
    (field,) = change.fields
    assert (field.name, field.before, field.after) == ("name", "NAS", "Storage")
    assert str(field.source) == "inventory/o/s/site.yaml:4:15"
    assert change.source == field.source


def test_a_delete_says_in_which_file_it_last_stood() -> None:
    (change,) = between(inventory(), inventory(SITE.replace("  tv: {name: TV, type: tv}\n", ""))).changes
    assert (change.file, change.source, change.label) == ("inventory/before.yaml", None, "TV")


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        ("{one: 1}", "{one: true}", True),
        ("{one: 1}", '{one: "1"}', True),
        ("{one: 0}", "{one: false}", True),
        ("{one: 1}", "{one: 1.0}", False),
        ("{one: 1}", "{one: 1e0}", False),
        ("{one: 1, two: 2}", "{two: 2, one: 1}", False),
        ("{one: null}", "{}", True),
        ("{}", "null", False),
        ("{one: [1, 2]}", "{one: [2, 1]}", True),
    ],
)
def test_values_differ_by_meaning_and_type(before: str, after: str, *, differ: bool) -> None:
    first, second = (inventory(SITE.replace("{one: 1}", text)) for text in (before, after))
    assert between(first, second).empty is not differ
    assert (first.digest != second.digest) is differ


@given(first=inventories(), second=inventories())
def test_a_plan_is_sorted_reproducible_and_in_its_own_schema(first: dict[str, str], second: dict[str, str]) -> None:
    before, after = compiled(first), compiled(second)
    plan = between(before, after)
    shuffled = list(after)
    random.Random(1).shuffle(shuffled)
    again = between(before, Inventory(shuffled))
    assert again == plan
    assert again.digest == plan.digest
    document = as_json(plan)
    jsonschema.validate(json.loads(json.dumps(document)), schema())
    kinds = list(dict.fromkeys(change.address.kind for change in plan.changes))
    assert [change.address for change in plan.changes] == sorted(
        (change.address for change in plan.changes), key=lambda address: (kinds.index(address.kind), address.path)
    )
    assert sum(plan.summary.values()) == len(plan.changes)
    assert plan.unchanged + len(plan.changes) - plan.summary["delete"] == len(after.stored)


@given(first=inventories(), second=inventories())
def test_a_plan_for_every_site_and_what_is_above_is_the_whole_plan(
    first: dict[str, str], second: dict[str, str]
) -> None:
    before, after = compiled(first), compiled(second)
    plan = between(before, after)
    sites = {change.address.site for change in plan.changes if change.address.site}
    part = restricted(plan, after, sites or {"o/none"})
    assert [change for change in plan.changes if change in part.changes] == list(part.changes)
    assert all(change in part.changes for change in plan.changes if change.address.site)
    for change in part.changes:
        assert change.address.site or change.action.value != "delete"


def test_what_is_protected_keeps_what_it_stands_in() -> None:
    plan = between(inventory(SITE.replace("type: tv", "type: tv, protect: true")), NOTHING)
    assert changes(plan) == ["delete device:o/s/nas"]
    assert [change.address for change in plan.protected] == [
        Address("organization", "o"),
        Address("site", "o/s"),
        Address("device", "o/s/tv"),
    ]


def test_creating_something_tells_of_a_usual_value_that_it_does_not_have() -> None:
    """A site is in the USA unless it says otherwise: also when it says that it has no country."""
    site = inventory("site: {name: S, country: null, timezone: null}")
    created = between(NOTHING, site).changes[-1]
    assert [(each.name, each.after) for each in created.fields] == [
        ("name", "S"),
        ("country", None),
        ("timezone", None),
    ]
    assert between(NOTHING, site).digest != between(NOTHING, inventory("site: {name: S}")).digest
