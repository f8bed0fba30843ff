"""What a scan proposes of a host: what will be so tomorrow, and nobody else was given."""

from typing import Any

import pytest
from support_wire import (
    CAM,
    IOT,
    LAN,
    MADE_UP,
    NAS,
    SITE_FILE,
    STRANGER,
    TV,
    covered,
    described,
    differing,
    host,
    keys,
    of,
    seen,
    short,
)

from invgit.model.entity import Address
from invgit.model.findings import Remembered
from invgit.model.inventory import Inventory

NEW = f"mac:{STRANGER}"


def new(*rows: Any, **more: Any) -> dict[str, Any]:
    return dict(of(seen(described(), *rows, **more), NEW).said)


@pytest.mark.parametrize(
    ("ip", "more", "proposed"),
    [
        ("10.0.0.50", {}, {"ip": "10.0.0.50"}),
        ("10.0.0.150", {}, {}),
        ("10.0.0.150", {"reserved": True}, {"ip": "10.0.0.150", "ip_from": "dhcp"}),
        ("10.0.0.50", {"reserved": True}, {"ip": "10.0.0.50", "ip_from": "dhcp"}),
        ("10.0.0.50", {"state": "unsure"}, {"ip": "10.0.0.50"}),
        ("10.0.0.50", {"state": "listed"}, {}),
        ("10.0.0.150", {"state": "listed", "reserved": True}, {"ip": "10.0.0.150", "ip_from": "dhcp"}),
        ("10.0.0.6", {"state": "listed"}, {}),
        ("10.0.0.255", {}, {}),
        ("192.0.2.9", {}, {}),
        ("fd00:1::9", {}, {}),
    ],
)
def test_an_address_is_proposed_where_it_will_be_so_tomorrow(
    ip: str, more: dict[str, Any], proposed: dict[str, Any]
) -> None:
    said = new(host(ip, STRANGER, **more))
    assert {name: said[name] for name in ("ip", "ip6", "ip_from") if name in said} == proposed


@pytest.mark.parametrize(
    ("hostname", "proposed"),
    [
        ("Porch-Cam.home.", "porch-cam"),
        ("nas", None),
        ("NAS.elsewhere", None),
        ("10.0.0.50", None),
        ("localhost", None),
        ("under_score", None),
        ("two words", None),
        ("", None),
        ("\x1b[31mred", None),
    ],
)
def test_a_host_name_is_proposed_where_it_is_one_and_nobody_has_it(hostname: str, proposed: str | None) -> None:
    assert new(host("10.0.0.50", STRANGER, hostname)).get("hostname") == proposed


def test_a_host_name_that_two_hosts_have_is_proposed_for_neither() -> None:
    look = seen(described(), host("10.0.0.50", STRANGER, "esp"), host("10.0.0.51", TV, "ESP.lan"))
    assert [each.said.get("hostname") for each in look.findings] == [None, None]
    assert [each.said["name"] for each in look.findings] == ["esp", "esp"]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"name": "Porch camera", "hostname": "cam-1"}, "Porch camera"),
        ({"hostname": "cam-1.lan"}, "cam-1"),
        ({}, "Device 00:00:99"),
        ({"name": "a\u202eb\nc"}, "a\\u202eb\\nc"),
    ],
)
def test_a_new_device_is_called_what_people_or_the_network_call_it(more: dict[str, str], name: str) -> None:
    said = new(host("10.0.0.50", STRANGER, **more), vendor=lambda mac: "Acme")
    assert (said["name"], said["type"]) == (name, "unknown")


def test_of_what_shows_no_mac_its_lasting_address_is_the_name() -> None:
    (found,) = seen(described(), host("10.0.0.50")).findings
    assert (found.key, found.evidence) == ("ip:10.0.0.50", {"ip": "10.0.0.50"})
    assert found.said == {"name": "Device 10.0.0.50", "type": "unknown", "network": "o/home/lan", "ip": "10.0.0.50"}


def test_a_device_that_moved_into_another_network_moves_with_its_address() -> None:
    fixed, leased = (of(seen(described(), host(ip, CAM)), f"mac:{CAM}").said for ip in ("10.0.20.9", "10.0.20.150"))
    assert fixed == {"mac": CAM, "ip": "10.0.20.9", "network": "o/home/iot"}
    assert leased == {"mac": CAM}, "the network alone would leave its address outside of it"
    rows = (host("10.0.0.5", NAS), host("10.0.20.150", CAM))
    assert short(differing(described(), *rows)) == ["changed cam ip: 10.0.0.6 → 10.0.20.150"]
    roaming = described(f"devices:\n  tv: {{name: TV, type: tv, network: lan, mac: '{TV}'}}\n")
    assert of(seen(roaming, host("10.0.20.150", TV)), f"mac:{TV}").said["network"] == "o/home/iot"
    lease = host("10.0.20.150", TV, state="listed")
    assert "network" not in of(seen(roaming, lease), f"mac:{TV}").said, "an old lease tells where it was"
    assert short(differing(roaming, host("10.0.20.150", TV))) == ["changed tv network: o/home/lan → o/home/iot"]


def test_a_device_does_not_move_without_its_other_address() -> None:
    site = SITE_FILE.replace("10.0.20.0/24,", '10.0.20.0/24, cidr6: "fd00:2::/64",')
    devices = f"devices:\n  tv: {{name: TV, type: tv, network: lan, mac: '{TV}', ip: 10.0.0.7, ip6: 'fd00:1::7'}}\n"
    inventory = described(devices, site=site)
    assert of(seen(inventory, host("10.0.20.7", TV)), f"mac:{TV}").said == {"mac": TV}
    assert of(seen(inventory, host("10.0.0.8", TV)), f"mac:{TV}").said["ip"] == "10.0.0.8"
    assert short(differing(inventory, host("10.0.20.7", TV))) == ["changed tv ip: 10.0.0.7 → 10.0.20.7"]


def test_a_new_device_in_two_networks_stands_in_that_of_its_address() -> None:
    said = new(host("10.0.0.150", STRANGER), host("10.0.20.7", STRANGER))
    assert (said["ip"], said["network"]) == ("10.0.20.7", "o/home/iot")


def test_a_wifi_without_addresses_has_those_of_its_vlan() -> None:
    site = (
        "site: {name: Home}\nvlans: {main: {name: Main, vlan_id: 1}}\nnetworks:\n"
        "  lan: {name: LAN, cidr: 10.0.0.0/24, vlan: main}\n  wifi: {name: Wi-Fi, type: wifi, vlan: main}\n"
    )
    inventory = described(f"devices:\n  tv: {{name: TV, type: tv, network: wifi, mac: '{TV}'}}\n", site=site)
    assert of(seen(inventory, host("10.0.0.9", TV)), f"mac:{TV}").said["network"] == "o/home/wifi"
    assert short(differing(inventory, host("10.0.0.9", TV))) == []
    assert short(differing(inventory)) == ["missing tv None"]


def test_a_name_alone_tells_what_has_nothing_else() -> None:
    inventory = described("devices:\n  tv: {name: TV, type: tv, network: lan, hostname: tv}\n")
    (found,) = seen(inventory, host("10.0.0.150", TV, "TV.lan")).findings
    assert (str(found.entity), found.why) == ("device:o/home/tv", "the same hostname: tv")
    assert found.said == {"mac": TV, "hostname": "tv", "network": "o/home/lan"}
    assert found.evidence == {"mac": TV, "hostname": "tv"}
    two = seen(inventory, host("10.0.0.150", TV, "tv"), host("10.0.0.151", CAM, "tv"))
    assert all(each.entity is None for each in two.findings), "two hosts have it"
    fixed = described(f"devices:\n  tv: {{name: TV, type: tv, mac: '{CAM}', hostname: tv}}\n")
    assert seen(fixed, host("10.0.0.150", TV, "tv")).findings[0].entity is None, "it has a MAC of its own"


def test_two_that_could_be_one_are_neither_and_told() -> None:
    inventory = described("devices:\n  nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5, hostname: nas}\n")
    rows = (host("10.0.0.5", TV, "nas"), host("10.0.0.5", CAM, "nas"))
    look = seen(inventory, *rows)
    assert keys(look) == ["conflict:10.0.0.5"]
    assert look.warnings == (f"device:o/home/nas could be {CAM} and {TV}: nothing is proposed for it",)
    assert short(differing(inventory, *rows)) == ["conflicting nas 10.0.0.5"]
    known = Remembered(f"mac:{TV}", "device", {"ip": "10.0.0.5"}, address=Address("device", "o/home/nas"))
    look = seen(inventory, *rows, known={known.key: known})
    assert (look.beyond, look.ignored) == ({known.key}, set()), "what was known stays until it is clear"


def test_a_mac_that_two_devices_have_is_neither() -> None:
    files = [f"devices:\n  {slug}: {{name: X, type: x, mac: '{TV}'}}\n" for slug in ("a", "b")]
    inventory = Inventory(entity for devices in files for entity in described(devices))
    look = seen(inventory, host("10.0.0.5", TV))
    assert not look.findings
    assert look.warnings == (f"{TV} could be device:o/home/a and device:o/home/b: nothing is proposed for it",)


def test_one_that_could_be_two_is_neither_and_told() -> None:
    devices = "devices:\n  a: {name: A, type: x, network: lan, ip: 10.0.0.5}\n  b: {name: B, type: x, ip: 10.0.0.6}\n"
    look = seen(described(devices), host("10.0.0.5", TV), host("10.0.0.6", TV))
    assert not look.findings
    told = f"{TV} could be device:o/home/a and device:o/home/b: nothing is proposed for it"
    assert look.warnings == (told,)


def test_warnings_are_few_however_many_there_are() -> None:
    devices = "devices:\n" + "".join(
        f"  d{at}: {{name: D, type: x, network: lan, ip: 10.0.0.{at + 2}}}\n" for at in range(80)
    )
    rows = [host(f"10.0.0.{at + 2}", f"a0:1e:0b:00:01:{at // 2:02x}") for at in range(80)]
    told = seen(described(devices), *rows).warnings
    assert (len(told), told[-1]) == (21, "… and 20 more that could not be matched")


@pytest.mark.parametrize(
    ("reservation", "row", "expected"),
    [
        ("ip: 10.0.0.50", host("10.0.0.50"), []),
        ("ip: 10.0.0.50", host("10.0.0.50", TV), ["conflicting spare 10.0.0.50"]),
        ("ip: 10.0.0.50, type: static", host("10.0.0.50", TV), []),
        ("ip: 10.0.0.50, hostname: plug", host("10.0.0.50", TV, "Plug"), []),
        (f"ip: 10.0.0.50, mac: '{TV}'", host("10.0.0.50", TV), []),
        (f"ip: 10.0.0.50, mac: '{TV}'", host("10.0.0.50", STRANGER), ["conflicting spare 10.0.0.50"]),
        (f"ip: 10.0.0.50, mac: '{TV}'", host("10.0.0.51", TV), ["changed spare ip: 10.0.0.50 → 10.0.0.51"]),
        ("ip: 10.0.0.50, type: static", host("10.0.0.50", STRANGER, state="listed"), []),
    ],
)
def test_a_reservation_speaks_for_who_it_is_for(reservation: str, row: Any, expected: list[str]) -> None:
    inventory = described(f"reservations:\n  spare: {{network: lan, {reservation}}}\n")
    assert short(differing(inventory, row)) == expected
    assert [key for key in keys(seen(inventory, row)) if not key.startswith("conflict:")] == []


def test_a_conflict_tells_its_way_on() -> None:
    eth1 = f"devices:\n  fw: {{name: F, type: x, interfaces: {{eth1: {{network: lan, ip: 10.0.0.9, mac: '{NAS}'}}}}}}\n"
    (row,) = differing(described(eth1), host("10.0.0.9", STRANGER)).conflicting
    assert row.way == f"invgit device update o/home/fw --set interfaces.eth1.mac={STRANGER}"
    assert (row.field, row.declared, row.seen) == ("interfaces.eth1.mac", NAS, STRANGER)
    assert row.sentence == f"10.0.0.9 was given to device:o/home/fw, and {STRANGER} answers there"


def test_what_is_out_of_use_is_not_missing_and_holds_no_address() -> None:
    for state in ("usage_status: stored", "maintenance: true", "is_active: false"):
        inventory = described(f"devices:\n  nas: {{name: NAS, type: nas, network: lan, ip: 10.0.0.5, {state}}}\n")
        assert short(differing(inventory)) == [], state
    retired = described(
        f"devices:\n  nas: {{name: N, type: nas, network: lan, mac: '{NAS}', ip: 10.0.0.5, usage_status: retired}}\n"
    )
    (found,) = seen(retired, host("10.0.0.5", STRANGER)).findings
    assert "ip" not in found.said, "it is written down there still"
    assert short(differing(retired, host("10.0.0.5", STRANGER))) == [f"untracked {STRANGER} 10.0.0.5"]
    assert str(seen(retired, host("10.0.0.7", NAS)).findings[0].entity) == "device:o/home/nas"


@pytest.mark.parametrize(
    ("known", "networks", "expected"),
    [
        (Remembered(f"mac:{NAS}", "device", {"ip": "10.0.0.5"}, address=Address("device", "o/home/nas")), [LAN], False),
        (Remembered(f"mac:{NAS}", "device", {"ip": "10.0.0.5"}, address=Address("device", "o/home/nas")), [IOT], True),
        (Remembered(f"mac:{NAS}", "device", {"mac": NAS}, address=Address("device", "o/home/nas")), [LAN], False),
        (Remembered(NEW, "device", {}, offered={"ip": "10.0.0.50"}), [LAN], False),
        (Remembered(NEW, "device", {}, offered={"ip": "10.0.0.50"}), [IOT], True),
        (Remembered(NEW, "device", {}, offered={"network": "o/home/lan"}), [LAN], False),
        (Remembered(NEW, "device", {}, offered={"network": "o/home/lan"}), [covered("10.0.0.0/25")], True),
        (Remembered(NEW, "device", {}, offered={"network": "o/home/lan"}), [covered("10.0.0.0/24", macs=False)], True),
        (Remembered(NEW, "device", {}), [LAN, IOT], True),
        (Remembered("ip:10.0.0.9", "device", {}), [LAN], False),
        (Remembered("ip:10.0.0.9", "device", {}), [covered("10.0.0.0/24", complete=False)], True),
        (
            Remembered("ip:10.0.0.9", "device", {}),
            [covered("10.0.0.0/24", complete=False), covered("10.0.0.0/8")],
            False,
        ),
        (Remembered("conflict:10.0.0.9", "device", {}), [LAN], False),
        (Remembered("conflict:10.0.0.9", "device", {}), [IOT], True),
        (Remembered(f"uplink:{NAS}", "connection", {}), [LAN, IOT], True),
    ],
)
def test_what_was_not_looked_for_is_beyond(known: Remembered, networks: list[Any], expected: bool) -> None:
    look = seen(described(), known={known.key: known}, networks=networks)
    assert look.beyond == ({known.key} if expected else set())


def test_what_is_seen_and_nobodys_business_is_not_gone() -> None:
    known = {NEW: Remembered(NEW, "device", {}, offered={"ip": "10.0.0.5"})}
    look = seen(described(), host("10.0.0.5", STRANGER), known=known)
    assert (look.ignored, look.beyond) == ({NEW}, set())


CONNECTED = (
    f"devices:\n  cam: {{name: C, type: x, mac: '{CAM}'}}\n  sw: {{name: S, type: x, mac: '{NAS}'}}\n"
    f"  ap: {{name: A, type: x, mac: '{TV}'}}\n"
)
PLUGGED = host("10.0.0.6", CAM, uplink={"mac": NAS, "port": "7"})


def test_what_things_are_plugged_into_is_proposed_as_a_connection() -> None:
    found = of(seen(described(CONNECTED), PLUGGED), f"uplink:{CAM}")
    assert found.said == {"from": "o/home/cam", "to": "o/home/sw", "to_port": "7", "type": "ethernet"}
    assert (found.kind, found.entity, found.slug) == ("connection", None, "cam--sw")
    radio = of(seen(described(CONNECTED), host("10.0.0.6", CAM, uplink={"mac": TV, "wireless": True})), f"uplink:{CAM}")
    assert radio.said == {"from": "o/home/cam", "to": "o/home/ap", "type": "wifi", "is_wireless": True}
    assert keys(seen(described(CONNECTED), PLUGGED, wishes={"connections": "ignore"})) == [f"mac:{CAM}"]
    assert keys(seen(described(), PLUGGED)) == [f"mac:{CAM}", f"uplink:{CAM}"]
    assert keys(seen(described(), host("10.0.0.6", CAM, uplink={"mac": STRANGER}))) == [f"mac:{CAM}"]
    assert keys(seen(described(), host("10.0.0.6", CAM, uplink={"mac": CAM}))) == [f"mac:{CAM}"]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("from: cam, to: sw", {"to_port": "7"}),
        ("from: sw, to: cam", {"from_port": "7"}),
        ("from: cam, to: sw, to_port: '7'", {"to_port": "7"}),
        ("from: cam, to: sw, to_port: '8'", {}),
    ],
)
def test_of_a_connection_that_is_described_only_its_port_is_said(ends: str, said: dict[str, str]) -> None:
    inventory = described(f"{CONNECTED}connections:\n  cable: {{{ends}, type: ethernet}}\n")
    found = of(seen(inventory, PLUGGED), f"uplink:{CAM}")
    assert (str(found.entity), found.said) == ("connection:o/home/cable", said)


def test_what_has_a_radio_link_may_take_another_access_point() -> None:
    inventory = described(f"{CONNECTED}connections:\n  air: {{from: cam, to: ap, type: wifi}}\n")
    assert keys(seen(inventory, host("10.0.0.6", CAM, uplink={"mac": NAS, "wireless": True}))) == [f"mac:{CAM}"]


def test_the_declared_address_is_shown_where_there_are_several() -> None:
    found = of(seen(described(), host("10.0.0.2", NAS), host("10.0.0.5", NAS, "NAS.lan")), f"mac:{NAS}")
    assert found.details == {
        "ip": "10.0.0.5",
        "addresses": ["10.0.0.2", "10.0.0.5"],
        "hostname": "NAS.lan",
        "network": "o/home/lan",
        "method": "neighbours",
    }


def test_a_made_up_mac_never_becomes_the_mac_of_a_device() -> None:
    rows = (host("10.0.0.6", CAM), host("10.0.0.5", MADE_UP, "nas"))
    found = of(seen(described(), *rows), "ip:10.0.0.5")
    assert (str(found.entity), found.why) == ("device:o/home/nas", "the same ip and hostname: 10.0.0.5, nas")
    assert "mac" not in found.said
    assert "mac" not in found.evidence
    assert short(differing(described(), *rows)) == []
