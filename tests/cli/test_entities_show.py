"""`show`: what counts for one entity, who decided it and where, and who names it."""

import pytest
from support_house import HOSTS, HOUSE
from support_project import Project

from invgit.cli.main import ENTITIES


def explained(project: Project, *words: str) -> dict[str, tuple[str, str | None]]:
    """By field: who decided its value, and where."""
    found = project.run(*words, "--explain", "-o", "json").json["explained"]
    return {each["field"]: (each["by"], each["place"]) for each in found}


def test_one_is_shown_with_all_that_counts(house: Project) -> None:
    result = house.run("device", "show", "home/front-door")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "device:o/home/front-door  inventory/o/home/devices.yaml:4:3"
    shown = dict(line.split(maxsplit=1) for line in lines[2:])
    assert (shown["zone"], shown["refs.homeseer"], shown["metadata.power"]) == ("hall", "3398", "poe")
    form = house.run("device", "show", "home/front-door", "-o", "json").json
    (row,) = house.run("device", "list", "--where", "refs.homeseer=3398", "-o", "json").json
    assert form == row


@pytest.mark.parametrize("word", ENTITIES)
def test_every_kind_can_be_shown_by_each_of_its_addresses(house: Project, word: str) -> None:
    for row in house.run(word, "list", "-o", "json").json:
        for output in ("table", "json", "yaml", "csv"):
            result = house.run(word, "show", row["address"], "--explain", "--refs", "-o", output)
            assert result.code == 0, result


def test_each_value_knows_who_decided_it_and_where(house: Project) -> None:
    found = explained(house, "device", "show", "home/front-door")
    assert found["zone"] == ("itself", "inventory/o/home/devices.yaml:7:11")
    assert found["refs.homeseer"] == ("itself", "inventory/o/home/devices.yaml:10:22")
    assert found["network"] == ("defaults of the file", "inventory/o/home/devices.yaml:2:22")
    assert found["manufacturer"] == ("device-type:doorbell-2", "inventory/catalog/c.yaml:5:66")
    assert found["metadata.power"][0] == "device-type:doorbell-2"
    assert found["metadata.os"] == ("itself", "inventory/o/home/devices.yaml:12:20")
    assert found["usage_status"] == ("usual", None)
    assert found["site"] == ("computed", None)


def test_the_table_explains_too(house: Project) -> None:
    out = house.run("device", "show", "home/front-door", "--explain").out
    assert "by" in out.splitlines()[1].split()
    assert "device-type:doorbell-2" in out
    assert "inventory/catalog/c.yaml:5:66" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["device", "show", "switch"], [("connection:o/home/nas--switch", "to")]),
        (["zone", "show", "home/hall"], [
            ("zone:o/home/closet-10", "parent"), ("zone:o/home/closet-2", "parent"),
            ("device:o/home/front-door", "zone"),
        ]),
        (["network", "show", "home/wifi"], [("device:o/home/nas", "interfaces.eth1.network")]),
        (["vlan", "show", "main"], [("network:o/home/lan", "vlan"), ("network:o/home/wifi", "vlan")]),
        (["device-type", "show", "doorbell-2"], [("device:o/home/front-door", "type")]),
        (["category", "show", "network"], [("device:o/home/nas", "category")]),
        (["reservation", "show", "printer"], []),
    ],
)  # fmt: skip
def test_refs_are_all_who_name_it(house: Project, words: list[str], expected: list[tuple[str, str]]) -> None:
    found = house.run(*words, "--refs", "-o", "json").json["named_by"]
    assert [(each["address"], each["field"]) for each in found] == expected
    assert all(each["place"].startswith("inventory/o/home/") for each in found)


def test_an_unknown_name_is_refused_with_the_one_that_was_meant(house: Project) -> None:
    result = house.run("device", "show", "front-dor")
    assert (result.code, result.out) == (2, "")
    assert "error: there is no device `front-dor`\n  help: did you mean `front-door`?" in result.err
    several = house.run("device", "show", "front-door")
    assert "`front-door` could be device:o/cabin/front-door, device:o/home/front-door" in several.err


def test_a_broken_file_elsewhere_does_not_forbid_looking(house: Project) -> None:
    house.write({**HOUSE, "o/cabin/site.yaml": "site: {name: [}"})
    result = house.run("device", "show", "nas")
    assert (result.code, "SN-77" in result.out) == (1, True)
    assert "inventory/o/cabin/site.yaml:1:" in result.err


def test_the_database_shows_what_it_has(project: Project) -> None:
    project.write(HOUSE)
    project.apply()
    form = project.run("device", "show", "nas", "--from", "db", "--refs", "-o", "json").json
    assert (form["ip"], form["interfaces"]["eth1"]["network"]) == ("192.168.1.20", "o/home/wifi")
    assert [each["address"] for each in form["named_by"]] == ["connection:o/home/nas--switch"]
    assert project.run("device", "show", "nas", "--from", "db", "--explain").code == 2


def test_nothing_is_written(house: Project) -> None:
    before = house.root.joinpath("inventory", HOSTS).read_bytes()
    house.run("device", "show", "nas", "--explain", "--refs")
    assert house.root.joinpath("inventory", HOSTS).read_bytes() == before
