"""`invgit network scan` on a real network of machines that come, go, move and change."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_database import Database
from support_lab import Lab, needs
from support_project import Result
from support_scans import NETWORK, THERE, Watched

pytestmark = pytest.mark.root(mounts=True)
STRANGER, OTHER = "b8:27:eb:00:00:77", "b8:27:eb:00:00:78"
NAMES = {"10.61.0.1": "router", "10.61.0.2": "hub", "10.61.0.20": "camera", "10.61.0.30": "lamp"}


@pytest.fixture
def lab() -> Iterator[Lab]:
    needs()
    with Lab(NETWORK) as made:
        for mac, ip in THERE.items():
            made.add(NAMES.get(ip, f"nas{ip[-1]}"), mac, ip)
        yield made


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Watched:
    watched = Watched(tmp_path / "project", database, "missing_after: 1")
    text = watched.root.joinpath("inventory/ash-lane/house/devices.yaml")
    here = '  laptop: {name: Laptop, type: computer, network: lan, mac: "a0:1e:0b:5c:00:00", ip: 10.61.0.254}\n'
    text.write_text(text.read_text(encoding="utf-8") + here, encoding="utf-8")
    watched.apply()
    return watched


def scan(lab: Lab, house: Watched, *options: str, code: int = 0) -> Result:
    """A scan by the scanner of the lab; its database is reached through a socket, which knows no network."""
    command = (sys.executable, "-m", "invgit", "-C", str(house.root), "network", "scan", *options)
    done = lab.run(*command, as_root=True, env=house.environment())
    result = Result(done.returncode, done.stdout, done.stderr)
    assert result.code == code, result
    return result


def differences(house: Watched) -> list[tuple[str, str | None, str | None]]:
    """How what was scanned last differs."""
    result = house.run("network", "diff", "-o", "json")
    assert result.code == 0, result
    return sorted((each["kind"], (each["device"] or "").rpartition("/")[2], each["ip"]) for each in result.json)


METHODS = ["neighbours", "nmap", "arp-scan"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_who_is_there_with_their_macs_and_asks_nobody_else(
    lab: Lab, house: Watched, method: str
) -> None:
    needs(*({method} & {"nmap", "arp-scan"}))
    with lab.watched() as asked:
        shown = scan(lab, house, "--no-import", "--method", method, "-o", "json").json
    assert {each["ip"]: each["mac"] for each in shown} == lab.expected
    assert {each["device"] for each in shown} >= {"device:ash-lane/house/nas", "device:ash-lane/house/laptop"}
    assert all(ip.startswith(("10.61.0.", "ff02:")) for ip in asked), asked
    assert differences(house) == []


def test_what_happens_on_the_network_is_told_as_what_it_is_and_a_second_scan_changes_no_byte(
    lab: Lab, house: Watched
) -> None:
    before = house.files()
    scan(lab, house, "--quick")
    assert house.proposals() == []
    lab.vanish("lamp")
    lab.move("camera", "10.61.0.20", "10.61.0.21")
    lab.change_mac("router", OTHER)
    lab.add("stranger", STRANGER, "10.61.0.77")
    lab.forget()
    scan(lab, house)
    assert differences(house) == [
        ("changed", "porch-camera", "10.61.0.21"),
        ("conflicting", "router", "10.61.0.1"),
        ("missing", "lamp", "10.61.0.30"),
        ("untracked", "", "10.61.0.77"),
    ]
    found = {(each["op"], each["address"].rpartition("/")[2]) for each in house.proposals()}
    assert found == {("add", "device-00-00-77"), ("update", "porch-camera"), ("missing", "lamp")}
    assert "10.61.0.1 was given to device:ash-lane/house/router" in house.run("status").out
    changes = house.root / "changes/ash-lane/house/scan.yaml"
    files = {name: data for name, data in house.files().items() if not name.startswith(".invgit/")}
    assert changes.relative_to(house.root).as_posix() in files
    scan(lab, house, "--quick")
    assert {name: data for name, data in house.files().items() if not name.startswith(".invgit/")} == files
    assert {name for name in files if name not in before} == {"changes/ash-lane/house/scan.yaml"}


def test_a_scan_travels_as_a_file_from_who_has_no_rights_at_all(lab: Lab, house: Watched) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy, out = Path(folder, "project"), Path(folder, "scan.json")
        shutil.copytree(house.root, copy)
        for each in (Path(folder), copy):
            each.chmod(0o777)
        command = (sys.executable, "-m", "invgit", "-C", str(copy), "network", "scan", "--no-import", "--out", str(out))
        done = lab.run(*command, env=house.environment(HOME=folder))
        assert done.returncode == 0, done
        document = json.loads(out.read_text(encoding="utf-8"))
        assert (document["method"], document.get("privileged", False)) == ("neighbours", False)
        assert {each["ip"]: each["mac"] for each in document["hosts"]} == lab.expected
        result = house.run("network", "import", str(out))
    assert result.code == 0, result
    assert house.proposals() == []


def test_a_scan_is_kept_where_the_database_cannot_be_reached(lab: Lab, house: Watched) -> None:
    lab.vanish("lamp")
    house.root.joinpath("invgit.yaml").write_text("database: {env: NO_DATABASE}\n", encoding="utf-8")
    result = scan(lab, house, code=3)
    assert "the scan is kept" in result.err
    assert ("missing", "lamp", "10.61.0.30") in differences(house)


def test_on_another_network_a_scan_says_that_it_sees_nothing(house: Watched) -> None:
    needs()
    with Lab("10.99.0.0/24") as lab, lab.watched() as asked:
        result = scan(lab, house, "--no-import", code=3)
        assert not any(ip.startswith("10.61.") for ip in asked)
    assert "10.61.0.0/24" in result.err
    assert house.run("network", "diff").code == 2
