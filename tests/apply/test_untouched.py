"""Where the files are as the last apply had them, and nobody has touched a row, the plan is empty without a comparison.

Whether there was one shows: a comparison makes the fingerprints of all entities.
"""

import pytest
from support_database import Database
from support_inventory import applied, changes, compiled, planned

from invgit.model.inventory import Inventory

SITE = """
site: {name: S}
zones: {hall: {name: Hall}}
devices:
  lamp: {name: Lamp, type: lamp, zone: hall, protect: true}
  fan: {name: Fan, type: fan, zone: hall}
"""
BASE = {"o/organization.yaml": "organization: {name: O}", "o/s/site.yaml": SITE}


def compared(inventory: Inventory) -> bool:
    return "digests" in vars(inventory)


def test_the_same_files_need_no_comparison(database: Database) -> None:
    with database.opened() as connection:
        first = applied(connection, BASE).plan
        inventory = compiled(BASE)
        plan = planned(connection, inventory)
        assert (plan.empty, compared(inventory)) == (True, False)
        slow = planned(connection, compiled({**BASE, "o/s/none.yaml": ""}))
        assert plan == slow
        assert plan.inventory_digest == first.inventory_digest
        assert applied(connection, inventory).generation is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE devices SET name = 'X' WHERE slug = 'fan'",
        "DELETE FROM devices WHERE slug = 'fan'",
        "UPDATE sites SET slug = 'x'",
        "TRUNCATE zones CASCADE",
        "DELETE FROM entities WHERE address = 'device:o/s/fan'",
        "UPDATE applies SET tool_version = '0'",
        "UPDATE applies SET sources_digest = NULL",
    ],
)
def test_a_hand_anywhere_asks_for_a_comparison(database: Database, statement: str) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        database.execute(statement)
        inventory = compiled(BASE)
        plan = planned(connection, inventory)
        assert compared(inventory)
        assert plan.empty == ("applies" in statement)


def test_other_files_ask_for_a_comparison(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        for files in ({**BASE, "o/s/site.yaml": f"# c\n{SITE}"}, {**BASE, "o/s/b.yml": "zones: {attic: {name: A}}"}):
            inventory = compiled(files)
            planned(connection, inventory)
            assert compared(inventory)
        moved = compiled({"o/organization.yaml": BASE["o/organization.yaml"], "o/s/other.yaml": SITE})
        assert (planned(connection, moved).empty, compared(moved)) == (True, True)


def test_an_older_revision_is_another_one(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        applied(connection, {**BASE, "o/s/b.yaml": "zones: {attic: {name: A}}"})
        assert changes(planned(connection, BASE)) == ["delete zone:o/s/attic"]


def test_what_was_applied_in_part_or_kept_is_compared_again(database: Database) -> None:
    files = {**BASE, "o/t/site.yaml": "site: {name: T}"}
    with database.opened() as connection:
        applied(connection, files, sites=("o/s",))
        inventory = compiled(files)
        assert changes(planned(connection, inventory)) == ["create site:o/t"]
        applied(connection, files)
        without = {**files, "o/s/site.yaml": "site: {name: S2}"}
        applied(connection, without)
        plan = planned(connection, without)
        assert [str(change.address) for change in plan.protected] == ["zone:o/s/hall", "device:o/s/lamp"]


def test_a_rename_without_an_origin_is_told_every_time(database: Database) -> None:
    files = {**BASE, "o/s/b.yaml": "zones: {attic: {name: A, renamed_from: garret}}"}
    with database.opened() as connection:
        assert applied(connection, files).plan.diagnostics
        assert planned(connection, files).diagnostics
