"""Scan files: written and read, and a newer scan put into an older one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from invgit import paths
from invgit.errors import BrokenFile
from invgit.model.scans import Host, Scan
from invgit.model.spec import record_fields
from invgit.sources.scan.document import merged, read, written
from invgit.sources.scan.rows import Rows, uplink
from invgit.sources.scan.schema import schema

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)
SMALL = """\
{
  "format": "invgit-scan/1",
  "site": "o/home",
  "method": "neighbours",
  "networks": [
    {
      "cidr": "192.0.2.0/24",
      "at": "2026-03-31T18:00:00Z",
      "method": "neighbours"
    }
  ],
  "hosts": [
    {
      "ip": "192.0.2.9",
      "mac": "a0:1e:0b:00:00:02"
    },
    {
      "ip": "192.0.2.10",
      "mac": "a0:1e:0b:00:00:01",
      "state": "listed",
      "uplink": {
        "mac": "a0:1e:0b:00:00:07",
        "port": "7"
      }
    },
    {
      "mac": "a0:1e:0b:00:00:05",
      "hostname": "phone"
    }
  ],
  "warnings": [
    "one row says nothing"
  ]
}
"""


def scan(*hosts: dict[str, Any], networks: tuple[str, ...] = (), **more: Any) -> Scan:
    covered = [{"cidr": each, "at": "2026-03-31T18:00:00Z", "method": "nmap"} for each in networks]
    return read(json.dumps({"method": "nmap", "networks": covered, "hosts": hosts, **more}).encode(), "scan.json")


def test_what_is_written_is_read_back_and_written_the_same() -> None:
    assert written(read(SMALL.encode(), "scan.json")) == SMALL
    assert written(read(SMALL.replace("\n", "\r\n").encode(), "scan.json")) == SMALL


def test_hosts_are_written_by_address_whatever_their_order() -> None:
    said = json.loads(SMALL)
    said["hosts"].reverse()
    assert written(read(json.dumps(said).encode(), "scan.json")) == SMALL


def test_everything_wrong_is_told_at_once_and_by_place() -> None:
    text = SMALL.replace("192.0.2.9", "192.0.2.900").replace("/24", "/33").replace('"listed"', '"gone"')
    with pytest.raises(BrokenFile) as caught:
        read(text.encode(), "scan.json")
    told = caught.value.message.splitlines()
    assert told[0] == "scan.json cannot be used"
    assert [line.split(":")[1] for line in told[1:]] == ["7", "14", "20"]
    assert "`192.0.2.0/33` is not a network such as 192.168.1.0/24" in told[1]


def test_a_host_is_somebody() -> None:
    with pytest.raises(BrokenFile, match="neither `ip` nor `mac`"):
        scan({"hostname": "nas"})


def test_the_schema_accepts_what_is_written_and_each_example() -> None:
    made = schema()
    Draft7Validator.check_schema(made)
    assert json.loads((paths.SCHEMAS / "scan.schema.json").read_text(encoding="utf-8")) == made
    assert not list(Draft7Validator(made).iter_errors(json.loads(SMALL)))
    for field in record_fields(Scan):
        whole = {"method": "nmap", field.name: field.example}
        assert not list(Draft7Validator(made).iter_errors(whole)), field.name
        read(json.dumps(whole).encode(), "scan.json")


def test_a_newer_scan_replaces_what_it_covers_and_nothing_else() -> None:
    old = scan(
        {"ip": "192.0.2.9", "mac": "a0:1e:0b:00:00:02"},
        {"ip": "198.51.100.9", "mac": "a0:1e:0b:00:00:03"},
        networks=("192.0.2.0/25", "198.51.100.0/24"),
        site="o/home",
    )
    new = scan({"ip": "192.0.2.10", "mac": "a0:1e:0b:00:00:02"}, networks=("192.0.2.0/24",))
    made = merged(old, new)
    assert [each.ip for each in made.hosts] == ["192.0.2.10", "198.51.100.9"]
    assert [each.cidr for each in made.networks] == ["192.0.2.0/24", "198.51.100.0/24"]
    assert made.site == "o/home"


def test_a_list_adds_what_it_knows_and_takes_nobody_for_gone() -> None:
    seen = {"ip": "192.0.2.9", "mac": "a0:1e:0b:00:00:02", "vendor": "TP-Link"}
    old = scan(seen, {"ip": "192.0.2.10", "mac": "a0:1e:0b:00:00:03"}, networks=("192.0.2.0/24",))
    listed = {"state": "listed", "seen": "2026-03-30T18:00:00Z"}
    new = scan(
        {"ip": "192.0.2.9", "mac": "a0:1e:0b:00:00:02", "hostname": "nas", "reserved": "true", **listed},
        {"ip": "192.0.2.10", "mac": "a0:1e:0b:00:00:04", **listed},
    )
    first, second = merged(old, new).hosts
    assert (first.hostname, first.vendor, first.reserved, first.state) == ("nas", "TP-Link", True, "up")
    assert (second.mac, second.state) == ("a0:1e:0b:00:00:04", "listed")
    assert [each.cidr for each in merged(old, new).networks] == ["192.0.2.0/24"]


def rows(said: list[tuple[Any, ...]]) -> Scan:
    made = Rows("x", "nmap")
    for ip, mac, state, words, port in said:
        link = uplink("a0:1e:0b:00:00:07", port)
        made.add(ip, mac, state=state, hostname=words, name=words, vendor=words, uplink=link, reserved=bool(port))
    return made.scan(none=True)


ADDRESSES = st.one_of(
    st.none(),
    st.ip_addresses().map(str),
    st.sampled_from(["192.0.2.1", "192.0.2.2", "0.0.0.0", "fe80::1%eth0"]),
    st.text(),
)
MACS = st.one_of(
    st.none(), st.sampled_from(["A0-1E-0B-00-00-01", "a01e.0b00.0002", "ff:ff:ff:ff:ff:ff", "0:0:0:0:0:0"]), st.text()
)
ROWS = st.lists(
    st.tuples(ADDRESSES, MACS, st.sampled_from(["up", "unsure", "listed"]), st.text(), st.text()), max_size=8
)


@given(ROWS)
def test_whatever_rows_say_is_a_scan_that_any_reader_takes(said: list[tuple[Any, ...]]) -> None:
    made = rows(said)
    assert written(read(written(made).encode(), "scan.json")) == written(made)
    assert not list(Draft7Validator(schema()).iter_errors(json.loads(written(made))))


@given(ROWS, ROWS, st.sampled_from([(), ("192.0.2.0/24",), ("0.0.0.0/0", "::/0")]))
def test_to_merge_twice_is_to_merge_once(
    before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], networks: tuple[str, ...]
) -> None:
    covered = scan(networks=networks)
    said = {**json.loads(written(covered)), **json.loads(written(rows(after)))}
    new = read(json.dumps(said, ensure_ascii=False).encode(), "x")
    old = rows(before)
    once = merged(old, new)
    assert written(merged(once, new)) == written(once)
    assert written(merged(None, new)) == written(new)
    assert {host.mac for host in new.hosts} <= {host.mac for host in once.hosts}


def test_what_a_host_says_is_one_short_line() -> None:
    hostile = "nas\x1b[31m\u202e##[error]\n" + "x" * 10_000
    made = Rows("x", "nmap")
    made.add("192.0.2.1", None, hostname=hostile)
    (host,) = made.scan().hosts
    assert isinstance(host, Host)
    assert host.hostname is not None
    assert host.hostname.startswith(r"nas\x1b[31m\u202e##\x5berror]\nxxx")
    assert len(host.hostname) == 255
