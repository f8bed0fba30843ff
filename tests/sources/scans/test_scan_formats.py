"""Other programs' files become scans: what each says, and what is said of those that are not understood."""

import json
import re
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest
import support_scan_files as files

from invgit.errors import BrokenFile, UsageError
from invgit.model.scans import Host, Scan
from invgit.sources.scan import document
from invgit.sources.scan.formats import FORMATS, read_hosts

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)
ONE, NINE = "a0:1e:0b:00:00:01", "a0:1e:0b:00:00:09"
EVERY = list(chain.from_iterable(files.FILES.values()))


def imported(text: str, format: str | None = None, encoding: str = "utf-8") -> Scan:
    return read_hosts("list", text.encode(encoding), AT, format)


def found(text: str) -> list[tuple[str | None, str | None, str]]:
    return [(each.ip, each.mac, each.state) for each in imported(text).hosts]


def by_ip(text: str) -> dict[str | None, Host]:
    return {each.ip: each for each in imported(text).hosts}


def test_every_format_is_known_by_what_is_in_it() -> None:
    assert files.FILES.keys() == FORMATS.keys()
    for name, texts in files.FILES.items():
        assert FORMATS[name].name == name
        for text in texts:
            made = imported(text)
            assert made.method == (name if name != "invgit" else "powershell")
            assert document.written(imported(text, name)) == document.written(made)


def test_the_page_tells_of_every_format() -> None:
    page = (Path(__file__).parents[3] / "docs/network.md").read_text(encoding="utf-8")
    told = page.partition("## Other programs' files")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    assert sorted(re.findall("`([a-z-]+)`", "".join(rows[1:]))) == sorted(FORMATS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_and_line_ends_make_no_difference(encoding: str) -> None:
    for text in EVERY:
        for ends in (text, text.replace("\r\n", "\n"), text.replace("\r\n", "\n").replace("\n", "\r\n")):
            assert document.written(imported(ends, None, encoding)) == document.written(imported(text))


@pytest.mark.parametrize("page", ["cp437", "cp850", "cp866", "cp1252"])
def test_headings_of_windows_may_be_in_any_language_and_code_page(page: str) -> None:
    words = {"cp866": "динамический", "cp1252": "dinâmico"}.get(page, "dinámico")
    text = files.ARP_WINDOWS.replace("dynamisch", words).replace("Schnittstelle", words)
    assert [each.ip for each in imported(text, None, page).hosts] == ["192.0.2.1", "192.0.2.9"]


UP = [("192.0.2.1", ONE, "up"), ("192.0.2.9", NINE, "up")]
HALF = [("192.0.2.1", ONE, "up"), ("192.0.2.9", NINE, "unsure")]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        (files.ARP_WINDOWS, UP),
        (files.ARP_LINUX, UP),
        (files.ARP_MACOS, [UP[0], ("192.0.2.9", "00:1e:0b:0a:0b:0c", "up")]),
        (files.ARP_N, UP),
        (files.PROC, UP),
        (files.IP_NEIGH, [*HALF, ("fd00:10::9", NINE, "unsure")]),
        (files.IP_J_NEIGH, HALF),
        (files.NET_NEIGHBOR, HALF),
        (files.NET_NEIGHBOR_WORDS, HALF),
        (files.NET_NEIGHBOR_FULL, HALF),
        (files.NET_NEIGHBOR_WRAPPED, HALF),
        (json.dumps(files.NEIGHBOURS[0]), UP[:1]),
    ],
)
def test_tables_of_neighbours_hold_who_answered(text: str, hosts: list[tuple[str, str, str]]) -> None:
    assert found(text) == hosts
    assert imported(text).networks == imported(text).warnings == ()


def test_colours_of_a_terminal_are_not_read() -> None:
    coloured = files.IP_NEIGH.replace("REACHABLE", "\x1b[32mREACHABLE\x1b[0m").replace("192", "\x1b[35m192")
    assert found(coloured) == found(files.IP_NEIGH)


def test_names_of_neighbours_are_host_names() -> None:
    assert [each.hostname for each in imported(files.ARP_LINUX).hosts] == ["_gateway", None]
    assert [each.hostname for each in imported(files.ARP_MACOS).hosts] == [None, "nas.lan"]


def test_arp_scan_says_who_made_it_and_who_asked() -> None:
    hosts = by_ip(files.ARP_SCAN)
    assert [(each.ip, each.vendor) for each in hosts.values() if each.vendor] == [
        ("192.0.2.9", "Nine Corporation, Ltd")
    ]
    assert [each.mac for each in hosts.values() if each.scanner] == ["a0:1e:0b:00:00:fe"]
    assert imported(files.ARP_SCAN).privileged
    assert [each.vendor for each in imported(files.ARP_SCAN_COLUMNS).hosts] == ["Nine Corporation", None]


def test_arp_scan_that_was_interrupted_is_told() -> None:
    cut = files.ARP_SCAN.split("\n\n")[0]
    assert len(imported(cut).hosts) == 4
    assert imported(cut).warnings[0].startswith("arp-scan was interrupted")
    assert not imported(files.ARP_SCAN).warnings


def test_leases_of_dnsmasq() -> None:
    hosts = by_ip(files.DNSMASQ)
    assert {ip: (each.mac, each.hostname, each.reserved) for ip, each in hosts.items()} == {
        "192.0.2.2": ("a0:1e:0b:00:00:02", None, False),
        "192.0.2.9": (NINE, "nas", True),
        "192.0.2.77": ("92:1e:0b:00:00:77", "Pixel-8", False),
        "fd00:10::77": (None, "Pixel-8", False),
    }
    assert {(each.state, each.seen) for each in hosts.values()} == {("listed", None)}


def test_leases_of_isc_dhcpd_where_the_last_block_counts() -> None:
    hosts = by_ip(files.ISC_LEASES)
    assert hosts.keys() == {"192.0.2.77", "192.0.2.80"}
    phone = hosts["192.0.2.77"]
    assert (phone.mac, phone.hostname, phone.state) == ("92:1e:0b:00:00:77", 'Café "one"', "listed")
    assert {each.seen for each in hosts.values()} == {"2026-03-31T17:00:00Z"}
    assert not imported(files.ISC_LEASES).warnings
    (cut,) = imported(files.ISC_LEASES[:-60] + "lease 192.0.2.81 {").warnings
    assert "ends in the middle" in cut


def test_hosts_of_isc_dhcpd_have_addresses_of_their_own() -> None:
    said = [(each.ip, each.mac, each.hostname, each.reserved) for each in imported(files.ISC_CONF).hosts]
    assert said == [
        ("192.0.2.9", NINE, "nas", True),
        ("192.0.2.10", NINE, "nas", True),
        (None, "a0:1e:0b:00:00:02", "front-door", False),
    ]


def test_leases_of_kea_where_the_last_row_counts() -> None:
    hosts = by_ip(files.KEA)
    assert {ip: (each.mac, each.hostname, each.seen) for ip, each in hosts.items()} == {
        "192.0.2.9": (NINE, "nas, 9", None),
        "192.0.2.77": ("92:1e:0b:00:00:77", "pixel-8.lan", "2026-03-31T08:46:40Z"),
    }
    assert [(each.ip, each.mac, each.hostname) for each in imported(files.KEA6).hosts] == [("fd00:10::9", NINE, "nas")]


def test_reservations_of_kea_between_comments_and_inclusions() -> None:
    made = imported(files.KEA_CONF)
    assert [(each.ip, each.mac, each.hostname, each.reserved) for each in made.hosts] == [
        ("192.0.2.9", NINE, "nas.lan", True),
        ("192.0.2.10", None, None, True),
        (None, "a0:1e:0b:00:00:02", 'door // no comment " ,]', True),
    ]
    assert made.warnings[0].startswith("it includes other files")
    with pytest.raises(BrokenFile, match=r"list:7:\d+: the JSON is broken"):
        imported(files.KEA_CONF.replace('"reservations": [{"hw', '"reservations" [{"hw').replace("lines", ""))


def test_clients_of_unifi_with_what_they_are_plugged_into() -> None:
    plug, nas, fixed, away = imported(files.UNIFI).hosts
    assert (plug.hostname, plug.name, plug.vendor, plug.state) == ("plug", "Lamp plug", "Nine Corporation", "up")
    assert (plug.reserved, nas.reserved, fixed.reserved, away.reserved) == (True, False, True, False)
    assert (fixed.ip, fixed.mac, fixed.state) == ("192.0.2.10", NINE, "listed")
    assert (away.ip, away.mac, away.state, away.seen) == (None, "a0:1e:0b:00:00:05", "listed", "2023-11-14T22:13:20Z")
    assert plug.uplink
    assert nas.uplink
    assert (plug.uplink.mac, plug.uplink.port, plug.uplink.wireless) == ("a0:1e:0b:00:00:f1", None, True)
    assert (nas.uplink.mac, nas.uplink.port, nas.uplink.wireless) == ("a0:1e:0b:00:00:f2", "7", False)
    assert imported(json.dumps(files.STA["data"])).hosts[0].ip == "192.0.2.1"


def test_pages_of_unifi_that_are_missing_are_told() -> None:
    made = imported(files.UNIFI_NEW)
    assert [(each.ip, each.mac, each.name, each.state) for each in made.hosts] == [("192.0.2.9", NINE, "nas", "up")]
    assert made.warnings == ("it holds 2 of 5 clients: the other pages are missing (offset, limit)",)


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("", "list is empty", "Get-NetNeighbor"),
        (" \r\n", "list is empty", None),
        ("hello\n", "list is in no form that is understood", "`--format NAME`"),
        ("[Unit]\nDescription=x\n", "list is in no form that is understood", "arp-scan"),
        (files.NET_NEIGHBOR[:300], r"list:\d+:\d+: the JSON is broken: ", "cut off"),
        ('{"a": 1}', "list is in no form", None),
        ("<html></html>", "list is in no form", None),
        ("PK\x03\x04", "list is packed", "unpack"),
        ("a\x00b\x01", "list is no text", None),
        ("# Nmap 7.94 scan initiated now as: nmap -oG x\nHost: 192.0.2.1 ()\tStatus: Up\n", "nmap's output", "-oX"),
        ("Starting Nmap 7.94 ( https://nmap.org )\nNmap scan report for 192.0.2.1\n", "nmap's output", "-oX"),
        ("8  192.0.2.1   A0-1E-0B-00-00-01   Reachable   ActiveStore\n", "table of Get-NetNeighbor", "ConvertTo-Json"),
        (files.ARP_NAMED, "host names, cut to the width", "arp -n"),
        (files.UNIFI_ERROR, r"answered with an error, api\.err\.LoginRequired", None),
        (files.UNIFI_NEW.replace("macAddress", "x"), "2 without a hardware address, as over a VPN", None),
        ('{"meta": {"rc": "ok"}, "data": []}', "list: no host can be read from it: it has no rows", None),
        ("? (192.0.2.5) at <incomplete> on eth0\n" * 254, "254 rows, none complete", None),
        (files.PROC.replace("0x2", "0x0").replace("0x6", "0x0"), "3 rows, none complete", None),
        (files.DNSMASQ.splitlines()[3], "1 row: 1 expired", None),
        (
            "? (192.0.2.5) at 1:0:5e:0:0:fb on en0\nx\n",
            "1 of groups or of the machine itself, 1 not readable; .*`x`",
            None,
        ),
        ("[" * 100_000, "is JSON that no program means", None),
        ('{"format": "invgit-scan/1", "method": "nmap"}', "the scan has no hosts", None),
        ('{"format": "invgit-scan/9", "method": "nmap"}', "`invgit-scan/9` is none of invgit-scan/1", None),
    ],
)
def test_what_cannot_be_imported_is_told_with_a_way_on(text: str, message: str, help: str | None) -> None:
    with pytest.raises(BrokenFile, match=message) as caught:
        imported(text)
    assert caught.value.exit_code == 1
    assert help is None or help in (caught.value.help or "")


def test_a_format_can_be_said_and_has_to_exist() -> None:
    with pytest.raises(BrokenFile, match="list: no host can be read from it: 1 row: 1 not readable"):
        imported("hello\n", "arp")
    with pytest.raises(BrokenFile, match="the JSON is broken"):
        imported("hello\n", "unifi")
    with pytest.raises(UsageError, match="`arpscan` is no format") as caught:
        imported("hello\n", "arpscan")
    assert "arp-scan" in (caught.value.help or "")


def test_rows_that_say_nothing_are_counted_and_told() -> None:
    made = imported(files.PROC + "192.0.2.300      0x1         0x2         a0:1e:0b:00:00:03     *        eth0\nbye\n")
    assert len(made.hosts) == 2
    (warning,) = made.warnings
    assert warning == "2 rows say nothing that can be read; the first is `192.0.2.300 a0:1e:0b:00:00:03`"


def test_too_much_is_refused() -> None:
    rows = "".join(f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}\ta0:1e:0b:00:00:01\n" for at in range(200_001))
    with pytest.raises(BrokenFile, match="list has more than 200,000 rows"):
        imported(rows)
    with pytest.raises(BrokenFile, match="list has more than 64 MiB"):
        read_hosts("list", b" " * (64 * 1024 * 1024 + 1), AT)


def test_what_a_file_says_is_shown_and_not_obeyed() -> None:
    hostile = "x\x1b]0;y\x07\u202e\x9b##[error]" + "z" * 5000
    texts = [
        files.DNSMASQ.replace("Pixel-8", hostile[:100]),
        files.UNIFI.replace("Lamp plug", json.dumps(hostile)[1:-1]),
    ]
    for text in texts:
        words = [word for each in imported(text).hosts for word in (each.hostname, each.name) if word and "x" in word]
        assert all(word.startswith(r"x\x1b]0;y\x07\u202e\x9b##\x5berror]") or word == "Pixel-8" for word in words)
        assert all(len(word) <= 255 for word in words)
        assert words
