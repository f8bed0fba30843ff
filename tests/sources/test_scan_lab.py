"""The lab itself: what it promises to those who scan it."""

import subprocess
import sys
from pathlib import Path

import pytest
from support_lab import Lab, needs

pytestmark = pytest.mark.root(mounts=True)
NAS, CAMERA = "a0:1e:0b:00:00:10", "a0:1e:0b:00:00:20"


@pytest.fixture(autouse=True)
def _possible() -> None:
    needs()


def _pinged(lab: Lab, address: str) -> bool:
    script = "import socket, sys; s = socket.socket(); s.settimeout(2); s.connect_ex((sys.argv[1], 9))"
    lab.run(sys.executable, "-c", script, address)
    return "lladdr" in lab.run("ip", "neigh", "show", address).stdout


def test_nothing_leads_out_of_the_lab_and_nothing_of_it_stays() -> None:
    before = _here()
    with Lab("10.91.4.0/24", "10.91.5.0/24") as lab:
        lab.add("nas", NAS, "10.91.4.10")
        assert _here() == before
        routes = lab.run("ip", "route").stdout
        assert "default" not in routes
        assert lab.run("ip", "route", "get", "192.0.2.1").returncode != 0
        assert lab.expected == {
            "10.91.4.10": NAS, "10.91.4.254": "a0:1e:0b:5c:00:00", "10.91.5.254": "a0:1e:0b:5c:00:01",
        }  # fmt: skip
    assert not [each for each in Path("/run/netns").iterdir() if each.name.startswith(lab.scanner[:-8])]
    assert _here() == before


def _here() -> str:
    return subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout


def test_machines_come_and_go_move_and_change() -> None:
    with Lab("10.91.4.0/24") as lab:
        lab.add("nas", NAS, "10.91.4.10")
        assert _pinged(lab, "10.91.4.10")
        lab.vanish("nas")
        lab.forget()
        assert not _pinged(lab, "10.91.4.10")
        lab.back("nas")
        lab.move("nas", "10.91.4.10", "10.91.4.12")
        lab.change_mac("nas", CAMERA)
        lab.forget()
        with lab.watched() as asked:
            assert _pinged(lab, "10.91.4.12")
        assert asked == {"10.91.4.12"}
        assert CAMERA in lab.run("ip", "neigh").stdout
        assert lab.expected["10.91.4.12"] == CAMERA


def test_a_silent_machine_answers_nothing_but_arp() -> None:
    with Lab("10.91.4.0/24") as lab:
        lab.add("camera", CAMERA, "10.91.4.20")
        lab.silence("camera")
        assert _pinged(lab, "10.91.4.20")
        script = "import socket; s=socket.socket(); s.settimeout(0.3); s.connect(('10.91.4.20', 9))"
        assert "imed out" in lab.run(sys.executable, "-c", script).stderr


def test_who_scans_is_nobody_unless_root_is_asked_for() -> None:
    with Lab("10.91.4.0/24") as lab:
        assert lab.run("id", "-u").stdout == "65534\n"
        assert lab.run("ip", "link", "set", "lo", "down").returncode != 0
        assert lab.run("id", "-u", as_root=True).stdout == "0\n"


def test_a_test_that_fails_leaves_no_lab_behind() -> None:
    lab = Lab("10.91.4.0/24")
    with pytest.raises(subprocess.CalledProcessError), lab:  # noqa: PT012 - what runs in it is part of what is left
        lab.add("nas", NAS, "10.91.4.10")
        left = subprocess.Popen(["ip", "netns", "exec", lab.scanner, "sleep", "600"])
        while str(left.pid) not in lab.run("ip", "netns", "pids", lab.scanner, as_root=True).stdout.split():
            assert left.poll() is None
        lab.add("nas", NAS, "10.91.4.10")
    assert left.wait(10) == -9
    assert not [each for each in Path("/run/netns").iterdir() if each.name.startswith(lab.scanner[:-8])]
