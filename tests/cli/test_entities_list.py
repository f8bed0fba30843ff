"""`list` of every kind: filters, sorting, columns, forms; what cannot be read is told, and the rest is shown."""

import csv
import io
from typing import Any

import pytest
from support_house import HOSTS, HOUSE
from support_project import Project

from invgit.cli.main import ENTITIES
from invgit.model.naming import SHORT, command_of
from invgit.model.spec import specs


def slugs(project: Project, *words: str) -> list[str]:
    """The names of what a list shows, in its order."""
    result = project.run(*words, "-o", "json")
    assert result.code == 0, result
    return [row["address"].rpartition("/")[2].rpartition(":")[2] for row in result.json]


def test_every_kind_has_its_commands() -> None:
    assert [SHORT.get(word, word) for word in ENTITIES] == sorted(specs(), key=[*map(_kind, ENTITIES)].index)
    assert {command_of(kind) for kind in specs()} == ENTITIES.keys()


def _kind(word: str) -> str:
    return SHORT.get(word, word)


@pytest.mark.parametrize("word", ENTITIES)
def test_every_kind_is_listed_in_every_form(house: Project, word: str) -> None:
    table, number = house.run(word, "list"), len(house.run(word, "list", "-o", "json").json)
    assert number
    assert (table.code, len(table.out.splitlines())) == (0, number + 1)
    assert len(list(csv.DictReader(io.StringIO(house.run(word, "list", "-o", "csv").out)))) == number
    assert house.run(word, "list", "-o", "yaml").out.count("- address: ") == number


def test_a_list_names_references_as_people_write_them_and_programs_get_whole_paths(house: Project) -> None:
    table = house.run("device", "list", "--site", "o/home", "--columns", "address,zone,category").out
    assert "o/home/front-door  hall       security" in table
    (row,) = house.run("device", "list", "--where", "serial=SN-77", "-o", "json").json
    assert (row["address"], row["zone"], row["place"]) == (
        "device:o/home/nas", "o/home/closet-10", "inventory/o/home/devices.yaml:13:3",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--site", "home"], ["front-door", "nas", "old-nas", "switch"]),
        (["--site", "home", "--site", "cabin", "--zone", "o/home/hall"], ["front-door", "nas", "switch"]),
        (["--zone", "ground"], ["front-door", "nas", "switch"]),
        (["--site", "cabin", "--zone", "hall"], ["front-door"]),
        (["--zone", "closet-2", "--zone", "closet-10"], ["nas", "switch"]),
        (["--network", "wifi"], ["nas"]),
        (["--network", "o/home/lan"], ["front-door", "nas", "switch"]),
        (["--category", "security"], ["front-door"]),
        (["--type", "nas"], ["nas", "old-nas"]),
        (["--type", "*o*"], ["front-door", "front-door"]),
        (["--tag", "bell", "--tag", "other"], ["front-door"]),
        (["--status", "retired"], ["old-nas"]),
        (["--status", "maintenance", "--status", "decommissioned"], ["old-nas", "switch"]),
        (["--where", "metadata.os=linux"], ["nas"]),
        (["--where", "metadata.power=poe"], ["front-door"]),
        (["--where", "metadata.disks=4"], ["nas"]),
        (["--where", "refs.homeseer=33*"], ["front-door"]),
        (["--where", "mac=a01e.0b00.0001"], ["front-door"]),
        (["--where", "interfaces.eth1.ip=192.168.1.*"], ["nas"]),
        (["--where", "maintenance=yes"], ["switch"]),
        (["--where", "tags=bell"], ["front-door"]),
        (["--where", "zone=hall"], ["front-door", "front-door"]),
        (["--where", "network="], ["old-nas"]),
        (["--where", "mac!="], ["front-door"]),
        (["--where", "type!=nas", "--where", "name=*door"], ["front-door", "front-door"]),
        (["--where", "status!=decommissioned", "--type", "nas"], ["nas"]),
        (["--where", "allocations=*192.168.1.21*"], ["nas"]),
    ],
)
def test_filters_say_which(house: Project, options: list[str], expected: list[str]) -> None:
    assert sorted(slugs(house, "device", "list", *options)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["zone", "list", "--zone", "ground"], ["closet-10", "closet-2", "ground", "hall"]),
        (["connection", "list", "--device", "switch"], ["nas--switch"]),
        (["network", "list", "--vlan", "main"], ["lan", "wifi"]),
        (["network", "list", "--type", "wifi"], ["wifi"]),
        (["device-type", "list", "--category", "security"], ["doorbell-2"]),
        (["reservation", "list", "--network", "o/home/lan"], ["printer"]),
        (["site", "list", "--type", "residence"], ["home"]),
    ],
)
def test_each_kind_has_the_filters_of_its_fields(house: Project, words: list[str], expected: list[str]) -> None:
    assert slugs(house, *words) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("ip", ["front-door", "front-door", "switch", "nas", "old-nas"]),
        ("-ip", ["nas", "switch", "front-door", "front-door", "old-nas"]),
        ("zone,name", ["front-door", "old-nas", "switch", "nas", "front-door"]),
        ("name", ["front-door", "switch", "front-door", "nas", "old-nas"]),
    ],
)
def test_sorting_knows_addresses_and_numbers_and_what_is_absent_comes_last(
    house: Project, order: str, expected: list[str]
) -> None:
    assert slugs(house, "device", "list", "--sort", order) == expected


def test_columns_are_any_fields(house: Project) -> None:
    result = house.run("device", "list", "--type", "nas", "--columns", "name,metadata.disks,interfaces.eth1.mac")
    assert result.out.splitlines() == [
        "name     metadata.disks  interfaces.eth1.mac",
        "NAS      4               a0:1e:0b:00:00:02",
        "Old NAS",
    ]
    rows: list[dict[str, Any]] = house.run("zone", "list", "--columns", "name", "-o", "json").json
    assert {tuple(row) for row in rows} == {("name",)}


@pytest.mark.parametrize(
    ("options", "message", "help"),
    [
        (["--where", "serail=1"], "`serail` is not a field of a device", "did you mean `serial`?"),
        (["--where", "refs.homeser=1"], "`homeser` is not a field of `refs`", "did you mean `homeseer`?"),
        (["--where", "interfaces.eth1.mca=1"], None, None),
        (["--where", "serial"], "`serial` is no condition", "write field=value or field!=value; * stands"),
        (["--where", "serial.x=1"], "there is nothing below the field `serial`", "name it alone: `serial`"),
        (["--columns", "nmae"], "`nmae` is not a field of a device", "did you mean `name`?; besides the fields there"),
        (["--sort", "nmae"], "`nmae` is not a field of a device", "did you mean `name`?"),
        (["--zone", "hall"], "`hall` could be zone:o/cabin/hall, zone:o/home/hall", "name it by more of its address"),
        (["--zone", "halll"], "there is no zone `halll`", "did you mean `hall`?"),
        (["--site", "hom"], "there is no site `hom`", "did you mean `home`?"),
    ],
)
def test_what_means_nothing_is_refused_with_a_way_on(
    house: Project, options: list[str], message: str | None, help: str | None
) -> None:
    result = house.run("device", "list", *options)
    assert (result.code, result.out) == ((2, "") if message else (0, ""))
    assert (message or "") in result.err
    assert (help or "") in result.err


def test_nothing_that_fits_is_no_failure(house: Project) -> None:
    assert house.run("device", "list", "--tag", "none").err == "no devices fit\n"
    assert house.run("device", "list", "--tag", "none", "-o", "json").json == []
    house.write({"o/organization.yaml": "organization: {name: O}"})
    assert house.run("device", "list").err == "no devices\n"


def test_what_cannot_be_read_is_told_and_the_rest_is_shown(house: Project) -> None:
    broken = HOUSE[HOSTS].replace("SN-77", '"SN-77').replace("  old-nas", "  Old NAS")
    house.write({**HOUSE, HOSTS: broken})
    result = house.run("device", "list")
    assert result.code == 1
    assert "o/cabin/front-door" in result.out
    assert "the inventory: what they are about may be missing here" in result.err
    assert "inventory/o/home/devices.yaml:" in result.err
    assert "`invgit validate` shows all" in result.err


def test_what_does_not_go_together_hides_nothing(house: Project) -> None:
    house.write({**HOUSE, HOSTS: HOUSE[HOSTS].replace("192.168.1.20", "10.0.0.20")})
    assert house.run("validate").code == 1
    result = house.run("device", "list")
    assert (result.code, result.err) == (0, "5 devices\n")


def test_the_database_is_listed_like_the_files(project: Project) -> None:
    project.write(HOUSE)
    project.apply()
    for word in (command_of(spec.name) for spec in specs().values() if spec.table):
        files = project.run(word, "list", "-o", "json").json
        rows = project.run(word, "list", "--from", "db", "-o", "json").json
        assert all(("observed" in row) == (word == "device") for row in rows)
        rows = [{name: value for name, value in row.items() if name != "observed"} for row in rows]
        assert [{**row, "place": None} for row in files] == rows, word
    assert slugs(project, "device", "list", "--from", "db", "--zone", "ground") == ["front-door", "nas", "switch"]
    refused = project.run("device-type", "list", "--from", "db")
    assert (refused.code, "is not in the database" in refused.err) == (2, True)
