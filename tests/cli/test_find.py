"""`find`: whatever somebody knows of a thing leads to it, the best first."""

import pytest
from support_house import HOUSE
from support_project import Project


def found(project: Project, text: str) -> list[tuple[str, str | None]]:
    """Address and field of each hit."""
    result = project.run("find", text, "-o", "json")
    assert result.code == 0, result
    return [(row["address"], row["field"]) for row in result.json]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("a0:1e:0b:00:00:01", ("device:o/home/front-door", "mac")),
        ("A0-1E-0B-00-00-01", ("device:o/home/front-door", "mac")),
        ("a01e.0b00.0001", ("device:o/home/front-door", "mac")),
        ("a01e0b000001", ("device:o/home/front-door", "mac")),
        ("00:01", ("device:o/home/front-door", "mac")),
        ("0001", ("device:o/home/front-door", "mac")),
        ("0b-00-00-02", ("device:o/home/nas", "interfaces.eth1.mac")),
        ("192.168.1.21", ("device:o/home/nas", "interfaces.eth1.ip")),
        ("sn-77", ("device:o/home/nas", "serial")),
        ("nas.oak", ("device:o/home/nas", "hostname")),
        ("3398", ("device:o/home/front-door", "refs.homeseer")),
        ("core sw", ("device:o/home/switch", "name")),
        ("Oak", ("organization:o", "name")),
        ("10.99.0.0/29", ("network:o/vpn", "cidr")),
        ("ring", ("device:o/home/front-door", "manufacturer")),
        ("bell", ("device:o/home/front-door", "tags.0")),
        ("nas--sw", ("connection:o/home/nas--switch", None)),
        ("device:o/home/nas", ("device:o/home/nas", None)),
    ],
)
def test_whatever_is_known_leads_to_it(house: Project, text: str, hit: tuple[str, str | None]) -> None:
    assert hit in found(house, text)


def test_the_whole_comes_before_the_beginning_and_that_before_a_part(house: Project) -> None:
    assert found(house, "nas")[0] == ("device:o/home/nas", None)
    assert {address for address, _ in found(house, "nas")} >= {"device:o/home/old-nas", "connection:o/home/nas--switch"}
    assert found(house, "192.168.1.2")[0] == ("network:o/home/lan", "dns.0")
    assert found(house, "closet")[0] == ("zone:o/home/closet-2", "name")


def test_octets_with_separators_stand_where_octets_do(house: Project) -> None:
    assert found(house, "01:e0") == []
    assert ("device:o/home/front-door", "mac") in found(house, "01e0")


def test_an_address_is_no_part_of_a_mac(house: Project) -> None:
    assert all(field != "mac" for _, field in found(house, "0.0"))


def test_each_hit_has_its_place(house: Project) -> None:
    (row,) = house.run("find", "sn-77", "-o", "json").json
    assert (row["value"], row["place"]) == ("SN-77", "inventory/o/home/devices.yaml:19:13")
    assert "inventory/o/home/devices.yaml:19:13" in house.run("find", "sn-77").out


def test_nothing_found_is_told_and_no_failure(house: Project) -> None:
    result = house.run("find", "zzzz")
    assert (result.code, result.out, result.err) == (0, "", "nothing is called `zzzz`, in whole or in part\n")
    assert house.run("find", "zzzz", "-o", "json").json == []


def test_of_very_many_the_first_are_shown(house: Project) -> None:
    devices = "".join(f"  lamp-{number}: {{name: Lamp {number}, type: lamp}}\n" for number in range(120))
    house.write({**HOUSE, "o/home/lamps.yaml": f"devices:\n{devices}"})
    result = house.run("find", "lamp")
    assert len(result.out.splitlines()) == 51
    assert result.err == "the first 50 of 120; --limit shows more\n"
    assert len(house.run("find", "lamp", "--limit", "1000", "-o", "json").json) == 120


def test_the_database_is_searched_too(project: Project) -> None:
    project.write(HOUSE)
    project.apply()
    (row,) = project.run("find", "sn-77", "--from", "db", "-o", "json").json
    assert (row["address"], row["place"]) == ("device:o/home/nas", None)
