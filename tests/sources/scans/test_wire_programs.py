"""Programs that scan: bounded, ended with us; and what systems print of their links."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from invgit.errors import SourceError
from invgit.model.fields import made
from invgit.model.scans import Host, Scan
from invgit.sources.scan import arp_scan, machine, nmap, powershell, scanned
from invgit.sources.scan.names import _name, _question, servers
from invgit.sources.scan.programs import run
from invgit.sources.scan.rows import Rows

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
AT = datetime(2026, 3, 31, 18, tzinfo=UTC)


@posix
def test_a_program_that_does_not_end_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"sh has not ended within 0 seconds") as error:
        run(["sh", "-c", "exec sleep 60"], 0.3)
    assert "--quick" in str(error.value.help)
    assert time.monotonic() - begun < 30


@posix
def test_a_program_that_says_too_much_is_not_listened_to() -> None:
    with pytest.raises(SourceError, match="yes says more than 64 MiB"):
        run(["yes", "x" * 1000], 60)


@posix
def test_trouble_is_told_in_the_program_s_first_words_and_inert() -> None:
    assert run(["sh", "-c", "printf 'no \\033[2J rights\\nmore\\n' >&2; exit 3"], 60) == (3, b"", "no \\x1b[2J rights")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_whoever_ends_us_ends_the_program(number: signal.Signals) -> None:
    says = "sleep 1; echo $$ > /proc/$PPID/fd/1; exec sleep 97"  # a second: by then we listen to it
    script = f"from invgit.sources.scan.programs import run; run(['sh', '-c', {says!r}], 600)"
    if number != signal.SIGINT:  # whoever runs the tests under nohup has it ignored
        script = f"import signal; signal.signal({int(number)}, signal.SIG_DFL); {script}"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as ours:
        assert ours.stdout
        child = int(ours.stdout.readline())
        ours.send_signal(number)
        assert ours.wait(30) != 0
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


@posix
def test_a_method_that_is_not_installed_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("invgit.sources.scan.programs._ALSO_AT", ())
    assert not arp_scan.permitted()
    with pytest.raises(SourceError, match="arp-scan is not installed") as error:
        arp_scan.look([], Rows("a scan", "arp-scan"), quick=True)
    assert "apt install arp-scan" in str(error.value.help)
    with pytest.raises(SourceError, match="nmap is not installed") as error:
        nmap.look([ip_network("192.0.2.0/24")], AT, quick=True)
    assert "apt install nmap" in str(error.value.help)


@posix
@pytest.mark.parametrize("answer", ["exit 1", "echo '<nmaprun'", "echo QUITTING! >&2; exit 2"])
def test_an_nmap_that_fails_or_is_cut_off_is_an_error(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nmap").write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    (tmp_path / "nmap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SourceError, match="nmap") as error:
        nmap.look([ip_network("192.0.2.0/24")], AT, quick=True)
    assert error.value.exit_code == 3


def test_powershell_is_told_what_to_look_at() -> None:
    networks = [ip_network("192.0.2.0/24"), ip_network("10.80.0.0/16")]
    words = powershell.arguments(networks, Path("scan.json"), quick=True)
    assert Path(words[words.index("-File") + 1]).is_file()
    after = words[words.index("-File") + 2 :]
    assert after == ["-Network", "192.0.2.0/24,10.80.0.0/16", "-OutFile", "scan.json", "-Quick", "-NoNames", "-Large"]
    assert "-Large" not in powershell.arguments(networks[:1], Path("scan.json"), quick=False)


def test_one_that_answers_for_everybody_is_not_believed() -> None:
    hosts = [made(Host, {"ip": f"192.0.2.{number}", "mac": "a0:1e:0b:00:00:01"}) for number in range(1, 60)]
    other = made(Host, {"ip": "192.0.2.90", "mac": "a0:1e:0b:00:00:90"})
    found = scanned._not_for_others(made(Scan, {"method": "arp-scan", "hosts": (*hosts, other)}))
    assert {each.state for each in found.hosts[:-1]} == {"unsure"}
    assert found.hosts[-1].state == "up"
    assert found.warnings == ("a0:1e:0b:00:00:01 answers for 59 addresses, as a proxy does: they may be nobody's",)


ARP = """? (192.0.2.1) at a0:1e:b:0:0:1 on en0 ifscope [ethernet]
nas.lan (192.0.2.10) at a0:1e:b:0:0:10 on en0 ifscope permanent [ethernet]
? (192.0.2.20) at (incomplete) on en0 ifscope [ethernet]
Neighbor                                Linklayer Address  Netif Expire    1s 5s
fd00:91:4::10                           a0:1e:b:0:0:10       en0 23h59m58s S  R
fe80::1%en0                             (incomplete)         en0 expired   N
"""
IFCONFIG = """lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether a0:1e:0b:5c:00:01
\tinet6 fe80::8:1%en0 prefixlen 64 secured scopeid 0xb
\tinet 192.0.2.7 netmask 0xffffff00 broadcast 192.0.2.255
\tinet6 fd00:91:4::7 prefixlen 64 autoconf secured
en1: flags=8822<BROADCAST,SMART,SIMPLEX,MULTICAST> mtu 1500
\tether a0:1e:0b:5c:00:02
"""


def test_what_macos_prints_of_its_links_is_understood() -> None:
    assert [*machine.of_arp(ARP)] == [
        ("192.0.2.1", "a0:1e:0b:00:00:01", "en0"),
        ("192.0.2.10", "a0:1e:0b:00:00:10", "en0"),
        ("fd00:91:4::10", "a0:1e:0b:00:00:10", "en0"),
    ]
    (found,) = machine._of_ifconfig(IFCONFIG)
    assert (found.name, found.mac) == ("en0", "a0:1e:0b:5c:00:01")
    assert {str(each) for each in found.addresses} == {"192.0.2.7/24", "fd00:91:4::7/64"}


def answer(record: bytes, *, flags: int = 0x8180, records: int = 1) -> bytes:
    asked = _question(7, "192.0.2.10")
    head = bytes((0, 7)) + flags.to_bytes(2) + b"\0\1" + records.to_bytes(2) + bytes(4)
    return head + asked[12:] + record


def ptr(name: bytes) -> bytes:
    return b"\xc0\x0c\0\x0c\0\1\0\0\0\0" + len(name).to_bytes(2) + name


def test_an_answer_of_dns_is_read_and_a_hostile_one_is_none() -> None:
    asked = _question(7, "192.0.2.10")
    assert _name(answer(ptr(b"\3nas\3lan\0")), asked) == "nas.lan"
    assert _name(answer(b"\xc0\x0c\0\5\0\1\0\0\0\0\0\2\xc0\x0c" + ptr(b"\3nas\0"), records=2), asked) == "nas"
    for hostile in (b"", ptr(b""), ptr(b"\0"), ptr(b"\xc0\xff"), ptr(b"\x3f"), b"\xc0" * 50):
        assert _name(answer(hostile), asked) is None
    looped = answer(ptr(b""))
    looped = looped[:-2] + b"\0\2" + (0xC000 | len(looped)).to_bytes(2)
    assert _name(looped, asked) is None
    assert _name(answer(ptr(b"\3nas\0"), flags=0x0100), asked) is None
    assert _name(answer(ptr(b"\3nas\0")), _question(7, "192.0.2.11")) is None


def test_servers_are_those_of_resolv_conf() -> None:
    text = (
        "# nameserver 192.0.2.9\nsearch lan\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nnameserver\nnameserver x\n"
    )
    assert [*servers(text)] == ["192.0.2.53", "fe80::1%eth0"]


@posix
def test_an_arp_scan_that_says_something_else_is_none_in_which_nobody_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    program, interface = tmp_path / "arp-scan", machine.Interface(2, "lan0", "a0:1e:0b:00:00:05", ())
    part = machine.Part(interface, ip_network("10.9.0.0/24"), "10.9.0.5")
    for said, wrong in (("<html>\\033[2J\\n", True), ("", False)):
        program.write_text(f"#!/bin/sh\nprintf '{said}'\n", encoding="utf-8")
        program.chmod(0o755)
        rows = Rows("the scan", "arp-scan")
        if wrong:
            with pytest.raises(SourceError, match=r"arp-scan says nothing on lan0 that can be read: `<html>"):
                arp_scan.look([part], rows, quick=True)
        else:
            arp_scan.look([part], rows, quick=True)
        assert rows.scan(none=True).hosts == ()
