"""Real networks of namespaces, scanned by every method that Linux has."""

import json
import sys
from typing import Any

import pytest
from support_lab import Lab, needs

METHODS = [
    ("neighbours", False),
    pytest.param("neighbours", True, marks=pytest.mark.slow),
    ("arp-scan", True),
    pytest.param("nmap", True, marks=pytest.mark.slow),
    pytest.param("nmap", False, marks=pytest.mark.slow),
]
LAN, LAN6 = "10.91.4.0/24", "fd00:91:4::/64"
NAS, CAMERA, PLUG, STRANGER = (f"a0:1e:0b:00:00:{number}" for number in ("10", "20", "30", "66"))
SCAN = """
import sys
from datetime import UTC, datetime
from invgit.errors import InvgitError
from invgit.sources.scan.document import written
from invgit.sources.scan.scanned import scan
from invgit.sources.scan.targets import Target
method, quick, *networks = sys.argv[1:]
targets = [Target(f"o/home/{at}", cidr, tuple(dns.split(","))) for at, (cidr, _, dns) in
           enumerate(each.partition("@") for each in networks)]
at = datetime(2026, 3, 31, 18, tzinfo=UTC)
try:
    print(written(scan(targets, "o/home", at, method=method, quick=quick == "quick")))
except InvgitError as error:
    sys.exit(f"{error.exit_code} {error.message} | {error.help}")
"""

pytestmark = pytest.mark.root(mounts=True)


@pytest.fixture(autouse=True)
def _possible() -> None:
    needs("nmap", "arp-scan")


def tried(lab: Lab, method: str, *networks: str, quick: bool = False, as_root: bool = False) -> Any:
    command = (sys.executable, "-c", SCAN, method, "quick" if quick else "", *(networks or [LAN]))
    return lab.run(*command, as_root=as_root, cwd="/")


def scanned(lab: Lab, method: str, *networks: str, quick: bool = False, as_root: bool = False) -> Any:
    done = tried(lab, method, *networks, quick=quick, as_root=as_root)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def up(scan: Any) -> dict[str, str | None]:
    return {each["ip"]: each.get("mac") for each in scan["hosts"] if each.get("state", "up") == "up"}


def house(lab: Lab) -> None:
    lab.add("nas", NAS, "10.91.4.10", "10.91.4.11")
    lab.add("camera", CAMERA, "10.91.4.20")
    lab.silence("camera")
    lab.add("plug", PLUG, "10.91.4.30")
    lab.no_ping("plug")


@pytest.mark.parametrize(("method", "as_root"), METHODS)
def test_found_is_expected_and_nobody_outside_is_asked(method: str, as_root: bool) -> None:
    with Lab(LAN) as lab:
        house(lab)
        with lab.nothing_outside(), lab.watched() as asked:
            scan = scanned(lab, method, as_root=as_root)
        assert asked <= {f"10.91.4.{number}" for number in range(256)}
        assert len(asked) >= 253
        assert {each["ip"]: each["mac"] for each in scan["hosts"]} == lab.expected
        assert [each["ip"] for each in scan["hosts"] if each.get("scanner")] == [lab.scanner_ip()]
        assert (scan["method"], scan.get("privileged", False)) == (method, as_root and method != "neighbours")
        complete = method != "nmap" or as_root
        assert [(each["cidr"], each.get("complete", True)) for each in scan["networks"]] == [(LAN, complete)]
        assert "warnings" not in scan


@pytest.mark.slow
@pytest.mark.parametrize(("method", "as_root"), METHODS)
def test_who_vanishes_changes_moves_or_comes_is_seen_at_the_next_scan(method: str, as_root: bool) -> None:
    with Lab(LAN) as lab:
        house(lab)
        scanned(lab, method, as_root=as_root)
        lab.vanish("plug")
        lab.change_mac("camera", "a0:1e:0b:00:00:21")
        lab.move("nas", "10.91.4.11", "10.91.4.12")
        lab.add("stranger", STRANGER, "10.91.4.66")
        scan = scanned(lab, method, as_root=as_root)
        assert all("state" not in each for each in scan["hosts"])
        assert up(scan) == lab.expected
        assert lab.expected["10.91.4.20"] == "a0:1e:0b:00:00:21"
