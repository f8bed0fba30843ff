"""`device replace`: the place keeps its name and whoever names it, the old unit its id, history and papers."""

from typing import Any

import pytest
from support_database import Database
from support_house import HOSTS, HOUSE
from support_inventory import understood
from support_project import Project

from invgit.plan.revisions import between

NEW = ("--mac", "a0:1e:0b:aa:00:01", "--serial", "SN-88")
FILES = {
    **HOUSE,
    HOSTS: HOUSE[HOSTS].replace(
        "    serial: SN-77\n",
        '    serial: SN-77\n    refs: {homeseer: "7"}\n    warranty_expiry: 2031-01-01\n    mac: a0:1e:0b:00:00:05\n',
    ),
}


def shown(project: Project, name: str, *more: str) -> dict[str, Any]:
    """What counts for a device."""
    result = project.run("device", "show", name, "-o", "json", *more)
    assert result.code == 0, result
    found: dict[str, Any] = result.json
    return found


@pytest.fixture
def applied(project: Project) -> Project:
    """The house, with a NAS that has all there is, applied."""
    project.write(FILES)
    project.apply()
    return project


def rows(database: Database) -> dict[str, tuple[str, str, str]]:
    """Id, MAC address and serial number of the devices of the house, by slug."""
    found = database.execute("SELECT slug, id::text, mac_address::text, serial_number FROM devices")
    return {slug: (id, mac, serial) for slug, id, mac, serial in found}


def test_the_new_unit_takes_the_place_and_the_old_one_keeps_what_is_its_own(house: Project) -> None:
    house.write(FILES)
    result = house.run(
        "device", "replace", "nas", *NEW, "--reason", "PSU died", "--rma", "R-1", "--now", "2026-06-01T02:00:00Z", "-y"
    )
    assert result.code == 0, result
    new, old = shown(house, "home/nas"), shown(house, "nas-retired-1")
    assert (new["mac"], new["serial"], new["ip"], new["hostname"]) == (
        "a0:1e:0b:aa:00:01", "SN-88", "192.168.1.20", "nas.oak.example",
    )  # fmt: skip
    assert (new["refs"], new["zone"], new["usage_status"]) == ({"homeseer": "7"}, "o/home/closet-10", "active")
    assert "warranty_expiry" not in new
    assert new["interfaces"]["eth1"] == {
        "network": "o/home/wifi", "ip": "192.168.1.21", "ip_from": "static",
    }  # fmt: skip
    assert (old["mac"], old["serial"], old["warranty_expiry"]) == ("a0:1e:0b:00:00:05", "SN-77", "2031-01-01")
    assert (old["usage_status"], old["failure_date"]) == ("retired", "2026-05-31")  # in Los Angeles
    assert (old["failure_reason"], old["rma_reference"], old["name"]) == ("PSU died", "R-1", "NAS")
    assert {"ip", "hostname", "refs"}.isdisjoint(old)
    named = house.run("device", "show", "home/nas", "--refs", "-o", "json").json["named_by"]
    assert [each["address"] for each in named] == ["connection:o/home/nas--switch"]
    assert house.run("validate").code == 0


def test_applied_the_old_unit_has_the_id_and_the_place_points_to_the_new_one(
    applied: Project, database: Database
) -> None:
    before = rows(database)
    assert applied.run("device", "replace", "nas", *NEW, "--yes").code == 0
    assert sorted(applied.changes()) == [
        ("create", "device:o/home/nas"),
        ("rename", "device:o/home/nas-retired-1"),
        ("update", "connection:o/home/nas--switch"),
    ]
    applied.apply()
    after = rows(database)
    assert after["nas-retired-1"] == before["nas"]
    assert after["nas"][1:] == ("a0:1e:0b:aa:00:01", "SN-88")
    assert after["nas"][0] not in {id for id, *_ in before.values()}
    ends = database.execute("SELECT slug FROM devices WHERE id = (SELECT source_device_id FROM device_connections)")
    assert ends == [("nas",)]
    addresses = database.execute(
        "SELECT d.slug, host(a.ip_address) FROM ip_allocations a JOIN devices d ON d.id = a.device_id"
        " WHERE d.slug LIKE 'nas%' ORDER BY 2"
    )
    assert addresses == [("nas", "192.168.1.20"), ("nas", "192.168.1.21")]
    assert applied.changes() == []
    assert applied.run("plan").err == ""
    assert applied.run("db", "health").code == 0
    log = applied.run("audit", "device:o/home/nas-retired-1", "-o", "json").json
    assert {row["type"] for row in log} >= {"device"}
    assert len(log) >= 2


def test_two_revisions_show_what_a_database_would(house: Project) -> None:
    house.write(FILES)
    assert house.run("device", "replace", "nas", *NEW, "--yes").code == 0
    inventory = house.root / "inventory"
    files = {each.relative_to(inventory).as_posix(): each.read_bytes() for each in inventory.rglob("*.yaml")}
    plan = between(understood(FILES), understood(files))
    assert sorted((str(change.action), str(change.address), str(change.former)) for change in plan.changes) == [
        ("create", "device:o/home/nas", "None"),
        ("rename", "device:o/home/nas-retired-1", "device:o/home/nas"),
        ("update", "connection:o/home/nas--switch", "None"),
    ]
    back = between(understood(files), understood(FILES))
    assert {str(change.address) for change in back.changes} >= {"device:o/home/nas", "device:o/home/nas-retired-1"}


def test_a_saved_plan_says_the_same(applied: Project, database: Database) -> None:
    before = rows(database)["nas"]
    assert applied.run("device", "replace", "nas", *NEW, "--yes").code == 0
    out = str(applied.root / "saved.plan")
    assert applied.run("plan", "--out", out).code == 0
    result = applied.run("apply", out)
    assert result.code == 0, result
    assert rows(database)["nas-retired-1"] == before
    assert applied.changes() == []


def test_a_rehearsal_takes_it_back(applied: Project, database: Database) -> None:
    before = rows(database)
    assert applied.run("device", "replace", "nas", *NEW, "--yes").code == 0
    result = applied.run("plan", "--rehearse")
    assert (result.code, rows(database)) == (0, before), result


def test_without_new_identities_the_units_are_told_apart_too(applied: Project, database: Database) -> None:
    """The door has no serial; the new one is the same make, and nobody wrote its MAC down yet."""
    before = rows(database)
    assert applied.run("device", "replace", "home/front-door", "--yes").code == 0
    applied.apply()
    after = rows(database)
    assert after["front-door-retired-1"][:2] == next(
        (id, mac) for id, mac, _ in before.values() if mac == "a0:1e:0b:00:00:01"
    )
    assert applied.changes() == []


def test_the_second_replacement_waits_for_the_first_to_be_applied(applied: Project, database: Database) -> None:
    first = rows(database)["nas"]
    assert applied.run("device", "replace", "nas", *NEW, "--yes").code == 0
    again = ("device", "replace", "home/nas", "--mac", "a0:1e:0b:aa:00:02", "--serial", "SN-99", "--yes")
    result = applied.run(*again)
    assert result.code == 2
    assert "device:o/home/nas-retired-1 says `renamed_from: nas`, which may not be applied yet" in result.err
    assert "invgit device update o/home/nas-retired-1 --clear renamed_from" in result.err
    applied.apply()
    second = rows(database)["nas"]
    assert applied.run("device", "update", "nas-retired-1", "--clear", "renamed_from", "--yes").code == 0
    assert applied.run(*again).code == 0
    applied.apply()
    after = rows(database)
    assert (after["nas-retired-1"], after["nas-retired-2"]) == (first, second)
    assert after["nas"][2] == "SN-99"
    assert applied.changes() == []


def test_the_old_unit_can_be_called_otherwise(house: Project) -> None:
    assert house.run("device", "replace", "nas", "--as", "broken-nas", "--yes").code == 0
    assert shown(house, "broken-nas")["usage_status"] == "retired"
    taken = house.run("device", "replace", "switch", "--as", "broken-nas", "--yes")
    assert (taken.code, "is there already" in taken.err) == (2, True)
    assert house.run("device", "replace", "switch", "--as", "Broken", "--yes").code == 2


def test_what_was_renamed_from_still_exists_unless_that_is_new(house: Project) -> None:
    twice = "zones: {den: {name: Den, renamed_from: attic}}"
    house.write({**HOUSE, "o/home/more.yaml": twice})
    assert "error[renamed-from-exists]" in house.run("validate").out
    site = HOUSE["o/home/site.yaml"].replace("{name: Attic,", "{name: Attic, renamed_from: null,")
    house.write({**HOUSE, "o/home/site.yaml": site, "o/home/more.yaml": twice})
    assert house.run("validate").code == 0
