"""What NetBox exports becomes YAML, from its API or its pages; what has no counterpart is counted."""

import json
from pathlib import Path

import pytest
from support_netbox import CSV, OBJECTS, answer
from support_project import Project, Result

BEFORE = {
    "o/organization.yaml": "organization: {name: O}\n",
    "catalog/c.yaml": "categories: {network: {name: Network}}\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Project:
    made = Project(tmp_path / "home", "host=/nowhere")
    made.write(BEFORE)
    return made


def exported(home: Project, files: dict[str, str], *options: str) -> Result:
    for name, text in files.items():
        (home.root / name).write_text(text, encoding="utf-8")
    paths = [str(home.root / name) for name in files]
    return home.run("import", "netbox", *paths, "--yes", "--no-record", *options)


def as_json(**but: str) -> dict[str, str]:
    return {f"{kind}.json": answer(objects) for kind, objects in OBJECTS.items()} | but


def files(home: Project) -> dict[str, str]:
    folder = home.root / "inventory"
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_answers_of_the_api_become_an_inventory(home: Project) -> None:
    result = exported(home, as_json())
    assert result.code == 0, result
    assert home.run("validate").code == 0
    made = files(home)
    devices = made["o/head-office/devices/netbox.yaml"]
    assert devices.startswith(
        "devices:\n  core:\n    name: core\n    type: acme-sw-24\n    zone: closet\n"
        "    location_description: rack R1, U12 front\n    mac: a0:1e:0b:00:10:01\n    ip: 10.1.0.2\n"
        '    serial: "0042"\n'
        "    tags: [core-net]\n    category: network\n"
        '    metadata: {asset_tag: A-1, comments: "two\\nlines", floor: 3, owner: "007"}\n'
    ), devices
    for line in (
        "    type: s1\n",
        "    mac: a0:1e:0b:00:10:02\n",
        "    ip_from: dhcp\n",
        "    interfaces: {eth1: {mac: a0:1e:0b:00:10:03, ip: 10.1.20.3, hostname: server-iot.example.com}}\n",
        "    usage_status: pending\n",
        "    metadata: {role: Server}\n",
        "    usage_status: retired\n",
    ):
        assert line in devices, (line, devices)
    assert "vlan: things" in made["o/head-office/networks/netbox.yaml"]
    assert "parent: floor-1" in made["o/head-office/zones/netbox.yaml"]
    assert "hostname: printer.example.com" in made["o/head-office/reservations/netbox.yaml"]
    assert "  core--server:\n    from: core\n    to: server\n" in made["o/head-office/connections/netbox.yaml"]
    assert "is_active: false" in made["o/cabin/site.yaml"]
    assert "model_number: SW24-B" in made["catalog/device-types/netbox.yaml"]


def test_what_has_no_counterpart_is_counted(home: Project) -> None:
    err = exported(home, as_json()).err
    for told in (
        "no counterpart: 1 racks",
        "no counterpart: 1 VLANs of no site",
        "no counterpart: 1 prefixes that only contain others",
        "no counterpart: 1 cables that do not connect two ports",
        "no counterpart: 1 interfaces without a MAC address",
        "no counterpart: 1 `u_height` of device-types",
    ):
        assert told in err, (told, err)
    assert "manufacturers" not in err


def test_a_second_run_has_nothing_to_do(home: Project) -> None:
    for made in (as_json(), CSV):
        assert exported(home, made).code == 0
        known = files(home)
        again = exported(home, made)
        assert (again.code, "nothing to do" in again.err) == (0, True), again
        assert files(home) == known
        home.write(BEFORE)


def test_tables_of_its_pages_become_the_same(home: Project) -> None:
    result = exported(home, CSV)
    assert result.code == 0, result
    assert home.run("validate").code == 0
    made = files(home)
    devices = made["o/head-office/devices/netbox.yaml"]
    for line in (
        "    type: acme-sw-24\n",
        "    zone: closet\n",
        "    location_description: rack R1\n",
        "    mac: a0:1e:0b:00:10:01\n",
        '    serial: "0042"\n',
        "    category: network\n",
        "    ip_from: dhcp\n",
        "    interfaces: {eth1: {mac: a0:1e:0b:00:10:03, ip: 10.1.20.3}}\n",
        "    manufacturer: Acme\n",
        "    model: S1\n",
    ):
        assert line in devices, (line, devices)
    assert "vlan: things" in made["o/head-office/networks/netbox.yaml"]
    assert "from_port: Gi0/1" in made["o/head-office/connections/netbox.yaml"]
    assert "notes: keep free" in made["o/head-office/reservations/netbox.yaml"]


def test_all_of_it_can_go_into_one_site(home: Project) -> None:
    home.write(BEFORE | {"o/house/site.yaml": "site: {name: House}\n"})
    result = exported(home, as_json(), "--site", "house")
    assert result.code == 0, result
    assert {path.split("/")[1] for path in files(home) if path.startswith("o/")} == {"organization.yaml", "house"}
    assert home.run("validate").code == 0
    assert exported(home, {}, "--site", "house", "--organization", "o").code == 2


def test_kinds_are_told_by_content_where_names_say_nothing(home: Project) -> None:
    renamed = {f"{number}.csv": text for number, text in enumerate(CSV.values())}
    assert exported(home, renamed).code == 0
    csv = files(home)
    home.write(BEFORE)
    bare = [{name: value for name, value in each.items() if name != "url"} for each in OBJECTS["vlans"]]
    assert exported(home, {"a.json": answer(OBJECTS["sites"]), "b.json": json.dumps(bare)}).code == 0
    assert "vlan_id: 20" in files(home)["o/head-office/vlans/netbox.yaml"]
    assert "vlan_id: 20" in csv["o/head-office/vlans/netbox.yaml"]
    home.write(BEFORE)
    path = home.root / "b.json"
    path.write_text(json.dumps(bare), encoding="utf-8")
    assert home.run("import", "netbox", f"vlans={path}", str(home.root / "a.json"), "--yes", "--no-record").code == 0


def test_errors_are_told_by_object(home: Project) -> None:
    wrong = [{**OBJECTS["devices"][0], "serial": " ", "primary_ip4": {"id": 9, "address": "300.1.1.1/24"}}]
    alone = {**OBJECTS["ip-addresses"][3], "address": "172.16.0.1/24"}
    result = exported(home, as_json() | {"devices.json": answer(wrong), "ip-addresses.json": answer([alone])})
    assert result.code == 1
    place = (home.root / "devices.json").read_text().split('"results"')[0].count("\n") + 2
    assert f"devices.json:{place}: ip: `300.1.1.1` is not an IPv4 address" in result.err, result.err
    assert "no prefix of a site holds 172.16.0.1" in result.err
    assert files(home).keys() == BEFORE.keys()
    one_line = exported(home, {"devices.json": answer(wrong, indent=None), "sites.json": answer(OBJECTS["sites"])})
    assert "devices.json#1: ip:" in one_line.err or "devices.json:1: ip:" in one_line.err, one_line.err


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.json", "[{]", "is no JSON"),
        ("x.json", "[1]", "expected objects"),
        ("x.json", '[{"a": 1}]', "nothing tells"),
        ("x.csv", "Colour\nred\n", "nothing tells"),
        ("x.json", '{"count": 90, "next": "https://n/?offset=50", "results": []}', "one page of several"),
        ("x.json", "[" * 100_000, "is no JSON"),
        ("devices.csv", 'Name,Site\n"core,x\n', "a quote that is not closed"),
    ],
)
def test_what_is_no_export_is_told(home: Project, name: str, text: str, told: str) -> None:
    result = exported(home, {name: text})
    assert (result.code, told in result.err) == (2, True), result
    assert files(home).keys() == BEFORE.keys()
