"""What the kernel's neighbour table says, and what it only seems to say: in real networks of namespaces."""

import json
import sys
import time

import pytest
from support_lab import Lab, needs
from test_lab_methods import LAN, LAN6, NAS, PLUG, house, scanned, tried, up

pytestmark = pytest.mark.root(mounts=True)


@pytest.fixture(autouse=True)
def _possible() -> None:
    needs("nmap", "arp-scan")


@pytest.mark.slow
def test_a_quick_scan_asks_once_and_is_unsure_of_who_was_there_before() -> None:
    with Lab(LAN, as_shipped=True) as lab:
        house(lab)
        scanned(lab, "neighbours")
        lab.vanish("plug")
        lab.add("stranger", "a0:1e:0b:00:00:66", "10.91.4.66")
        scan = scanned(lab, "neighbours", quick=True)
        assert [each["ip"] for each in scan["hosts"] if each.get("state") == "unsure"] == ["10.91.4.20", "10.91.4.30"]
        assert {"10.91.4.10", "10.91.4.66"} <= up(scan).keys()
        assert scan["networks"][0]["complete"] is False, "who sleeps was not waited for"


@pytest.mark.slow
def test_the_same_answers_are_the_same_scan() -> None:
    with Lab(LAN) as lab:
        house(lab)
        first = scanned(lab, "neighbours")
        assert scanned(lab, "neighbours") == first
        lab.forget()
        assert scanned(lab, "neighbours") == first


@pytest.mark.slow
def test_ipv6_neighbours_are_woken_and_read_and_nobody_says_that_there_are_no_others() -> None:
    with Lab(LAN) as lab:
        lab.add("nas", NAS, "10.91.4.10", "fd00:91:4::10")
        lab.add("guest", PLUG, "fd00:91:5::30")
        lab.address("fd00:91:4::fe")
        with lab.nothing_outside(), lab.watched() as asked:
            scan = scanned(lab, "auto", LAN, LAN6, as_root=True)
        assert up(scan)["fd00:91:4::10"] == NAS
        assert "fd00:91:5::30" not in up(scan)
        assert [each.get("complete", True) for each in scan["networks"]] == [True, False]
        six = {each for each in asked if ":" in each}
        assert "ff02::1" in six
        assert all(each.startswith(("ff02::1", "fd00:91:4:")) for each in six)
        lab.vanish("nas")
        time.sleep(2)
        assert "fd00:91:4::10" not in up(scanned(lab, "auto", LAN, LAN6, as_root=True))
        lab.back("nas")
        told = scanned(lab, "neighbours", LAN, LAN6)["warnings"]
        assert [each for each in told if "it may not ping" in each]


@pytest.mark.slow
def test_of_a_network_that_this_machine_is_not_on_nothing_is_claimed() -> None:
    with Lab(LAN) as lab:
        lab.add("nas", NAS, "10.91.4.10")
        with lab.watched() as asked:
            scan = scanned(lab, "neighbours", LAN, "10.91.7.0/24", "10.91.4.0/23")
        assert asked <= {f"10.91.4.{number}" for number in range(256)}
        assert [each["cidr"] for each in scan["networks"]] == [LAN]
        beyond, part = scan["warnings"]
        assert beyond.startswith("10.91.7.0/24 was not looked at: this machine has no address in it; scan from")
        assert part.startswith("of 10.91.4.0/23 only 10.91.4.0/24 was looked at")


def test_on_none_of_the_networks_there_is_no_scan() -> None:
    with Lab(LAN) as lab:
        done = tried(lab, "auto", "10.91.7.0/24", "fd00:91:7::/64", as_root=True)
        assert done.stderr.startswith(
            "3 this machine is on none of these networks: 10.91.7.0/24, fd00:91:7::/64 | scan"
        )
        assert "--method nmap" in done.stderr


def test_a_method_that_is_asked_for_and_not_permitted_says_so() -> None:
    with Lab(LAN) as lab:
        done = tried(lab, "arp-scan")
        assert done.stderr.startswith("3 arp-scan failed on lan0: ")
        assert "it needs root (sudo)" in done.stderr
        assert tried(lab, "powershell").stderr.startswith("3 the method powershell is for Windows")


@pytest.mark.slow
def test_a_slash_24_takes_less_than_five_seconds_as_the_kernel_is_shipped() -> None:
    with Lab(LAN, as_shipped=True) as lab:
        house(lab)
        begun = time.monotonic()
        assert up(scanned(lab, "neighbours")) == lab.expected
        assert time.monotonic() - begun < 5 + 2, "five, and Python's start on a busy machine"


@pytest.mark.slow
@pytest.mark.parametrize(("method", "as_root"), [("neighbours", False), ("arp-scan", True)])
def test_a_slash_20_takes_less_than_thirty_seconds_quickly(method: str, as_root: bool) -> None:
    with Lab("10.91.16.0/20", as_shipped=True) as lab:
        for number in range(12):
            lab.add(f"h{number}", f"a0:1e:0b:00:01:{number:02x}", f"10.91.{16 + number}.{number * 20 + 1}")
        begun = time.monotonic()
        scan = scanned(lab, method, "10.91.16.0/20", quick=True, as_root=as_root)
        assert time.monotonic() - begun < 30
        assert up(scan) == lab.expected


@pytest.mark.slow
def test_who_vanished_a_minute_ago_is_gone_as_the_kernel_is_shipped() -> None:
    with Lab(LAN, as_shipped=True) as lab:
        house(lab)
        assert up(scanned(lab, "neighbours")) == lab.expected
        lab.vanish("plug")
        lab.change_mac("camera", "a0:1e:0b:00:00:21")
        at_once = scanned(lab, "neighbours")
        assert "10.91.4.30" not in up(at_once)
        time.sleep(60)
        scan = scanned(lab, "neighbours")
        assert {each["ip"]: each["mac"] for each in scan["hosts"]} == lab.expected


NAME_SERVER = r"""
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 53)); print("ready", flush=True)
known = {"10": [b"nas", b"lan"], "20": [b"cam\x1b[31m::error::", b"lan"], "30": None}
while True:
    data, peer = s.recvfrom(512)
    labels = known.get(data[13:13 + data[12]].decode())
    answer = b"" if labels is None else b"".join(bytes([len(each)]) + each for each in labels) + b"\0"
    loop = b"\xc0\x0c\0\x0c\0\1\0\0\0\0\0\x02" + struct.pack("!H", 0xC000 | len(data) + 12)
    record = b"\xc0\x0c\0\x0c\0\1\0\0\0\0" + struct.pack("!H", len(answer)) + answer if answer else loop
    s.sendto(data[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + data[12:] + record, peer)
"""


@pytest.mark.slow
def test_names_are_asked_of_the_network_s_own_server_and_are_inert() -> None:
    with Lab(LAN) as lab:
        house(lab)
        router = lab.add("router", "a0:1e:0b:00:00:01", "10.91.4.1")
        with lab.serving(router, sys.executable, "-c", NAME_SERVER, "10.91.4.1"), lab.watched() as asked:
            scan = scanned(lab, "neighbours", f"{LAN}@192.0.2.53,10.91.4.1")
            quick = scanned(lab, "neighbours", f"{LAN}@10.91.4.1", quick=True)
        assert "192.0.2.53" not in asked
        names = {each["ip"]: each["hostname"] for each in scan["hosts"] if "hostname" in each}
        assert names == {"10.91.4.10": "nas.lan", "10.91.4.20": "cam\\x1b[31m::error::.lan"}
        assert "hostname" not in json.dumps(quick)
