"""What holds of every scan: the order of hosts means nothing, and what is as declared is no difference."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_wire import (
    IOT,
    LAN,
    as_declared,
    described,
    differing,
    host,
    keys,
    remembered,
    scan,
    seen,
    short,
)
from support_wire_hosts import MESSY, hosts

from invgit.model.inventory import Inventory
from invgit.model.scans import Host

INVENTORY = described(MESSY)


@given(st.lists(hosts(), max_size=8), st.randoms())
def test_neither_the_order_of_hosts_nor_saying_one_twice_means_anything(found: list[Host], random: Any) -> None:
    other = [*found, *found[:2]]
    random.shuffle(other)
    assert seen(INVENTORY, *other) == seen(INVENTORY, *found)
    assert differing(INVENTORY, *other) == differing(INVENTORY, *found)


@given(st.lists(hosts(), max_size=8))
def test_a_second_look_at_the_same_is_the_same(found: list[Host]) -> None:  # complaints 16, 17
    first = seen(INVENTORY, *found)
    assert seen(INVENTORY, *found, known=remembered(first)) == first


@given(st.lists(hosts(), max_size=8))
def test_whatever_hosts_say_each_key_stands_once_and_nothing_is_said_of_two(found: list[Host]) -> None:
    look = seen(INVENTORY, *found)
    assert keys(look) == sorted(set(keys(look)))
    for name in ("ip", "hostname", "mac"):
        said = [
            port[name]
            for each in look.findings
            for port in (each.said, *each.said.get("interfaces", {}).values())
            if name in port
        ]
        assert len(said) == len(set(said)), name
    json.dumps([dict(each.details) for each in look.findings])
    assert all(text.isprintable() for text in look.warnings)


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    """Devices of all sorts, none of which claims what another one has."""
    lines = ["defaults: {devices: {network: lan}}", "devices:"]
    for number in range(draw(st.integers(1, 5))):
        said = [f"name: D{number}", "type: thing"]
        said += [f"mac: {draw(st.sampled_from(['a0:1e:0b', '92:c9:7c']))}:00:01:0{number}"] * draw(st.booleans())
        said += [f"ip: 10.0.0.{number + 2}"] * draw(st.booleans())
        said += [f"ip6: 'fd00:1::{number + 2}'"] * draw(st.booleans())
        said += [f"hostname: {draw(st.sampled_from(['d', 'D']))}{number}.home"] * draw(st.booleans())
        said += ["ip_from: dhcp"] * draw(st.booleans())
        port = [f"network: iot, ip: 10.0.20.{number + 2}"] * draw(st.booleans())
        port += [f"mac: a0:1e:0b:00:02:0{number}"] * draw(st.booleans())
        port += [f"hostname: e{number}"] * draw(st.booleans())
        said += [f"interfaces: {{eth1: {{{', '.join(port)}}}}}"] * bool(port)
        lines.append(f"  d{number}: {{{', '.join(said)}}}")
    return described("\n".join(lines) + "\n")


@given(inventories())
def test_a_scan_of_what_is_declared_is_no_difference(inventory: Inventory) -> None:
    rows = as_declared(inventory)
    differs = differing(inventory, *rows)
    assert short(differs) == []
    assert not differs.warnings
    look = seen(inventory, *rows)
    assert all(each.entity for each in look.findings)
    for finding in look.findings:
        device = inventory.at(finding.entity)
        ports = [(finding.said, device.values)]
        ports += [(said, device.values.interfaces[name]) for name, said in finding.said.get("interfaces", {}).items()]
        for said, values in ports:
            for name, value in said.items():
                assert name == "interfaces" or getattr(values, name) == value, finding


@given(inventories(), st.data())
def test_who_is_gone_is_missing_and_nothing_else(inventory: Inventory, data: st.DataObject) -> None:
    rows = as_declared(inventory)
    addressed = sorted({row.mac or row.ip for row in rows if row.ip and ":" not in row.ip})
    if not addressed:
        return
    gone = data.draw(st.sampled_from(addressed))
    left = [row for row in rows if (row.mac or row.ip) != gone]
    differs = differing(inventory, *left)
    assert differs.rows == differs.missing
    assert len(differs.missing) <= 1
    assert len(differs.missing) == 1 or any(row.ip and ":" in row.ip for row in left)


def test_nothing_is_missing_where_nobody_looked() -> None:
    assert short(differing(INVENTORY, networks=())) == []
    assert [row.split()[1] for row in short(differing(INVENTORY))] == ["nas", "cam", "cam"]
    look = seen(INVENTORY, networks=())
    assert not look.complete
    assert seen(INVENTORY, networks=(LAN,)).complete
    assert seen(INVENTORY, networks=(IOT,)).complete


def test_scanning_nothing_of_nothing_is_nothing() -> None:
    assert seen(described("{}\n"), networks=()).findings == ()
    assert scan().hosts == ()


@pytest.mark.slow
def test_twenty_thousand_hosts_are_compared_in_seconds() -> None:
    site = "site: {name: Home}\nnetworks:\n  lan: {name: LAN, cidr: 10.0.0.0/8}\n"
    files: dict[str, str] = {}
    rows = []
    for number in range(20_000):
        mac = f"a0:1e:0b:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        ip = f"10.1.{number >> 8}.{number & 255}"
        file = f"o/home/{number // 5000}.yaml"
        files.setdefault(file, "defaults: {devices: {network: lan}}\ndevices:\n")
        files[file] += f"  d{number}: {{name: D, type: thing, mac: '{mac}', ip: {ip}, hostname: h{number}}}\n"
        moved, changed = number % 100 == 7, number % 100 == 8
        now = f"10.2.{number >> 8}.{number & 255}" if moved else ip
        rows.append(host(now, mac.replace("a0:", "a4:") if changed else mac, f"h{number}"))
    inventory = described("{}\n", files, site=site)
    began = time.process_time()
    differs = differing(inventory, *rows)
    look = seen(inventory, *rows)
    taken = time.process_time() - began
    assert (len(differs.changed), len(look.findings)) == (400, 20_000)
    assert taken < 15, taken
