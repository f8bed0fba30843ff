"""What people complain about in other tools that scan networks, and how it is here."""

from dataclasses import replace

import pytest
from support_wire import (
    CAM,
    LAN,
    MADE_UP,
    NAS,
    STRANGER,
    TV,
    VRRP,
    as_declared,
    covered,
    described,
    differing,
    host,
    keys,
    of,
    remembered,
    seen,
    short,
)

from invgit.model.entity import Address
from invgit.model.findings import Remembered

TWO_PORTS = (
    "defaults: {devices: {network: lan}}\n"
    "devices:\n"
    "  nas:\n"
    "    {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, ip: 10.0.0.5, hostname: nas,\n"
    "     interfaces: {eth1: {mac: a0:1e:0b:00:00:02, network: iot, ip: 10.0.20.5}}}\n"
)


def test_a_phone_that_changes_its_mac_each_night_is_there_under_its_own_name() -> None:  # 1
    inventory = described("devices:\n  phone: {name: Phone, type: phone, network: lan, hostname: pixel}\n")
    nights = [seen(inventory, host("10.0.0.150", f"92:c9:7c:00:00:0{night}", "pixel")) for night in (1, 2)]
    assert nights[0] == nights[1]
    (phone,) = nights[0].findings
    assert (phone.key, str(phone.entity), phone.status) == ("ip:10.0.0.150", "device:o/home/phone", "online")
    assert phone.said.keys() == {"hostname", "network"}
    assert not nights[0].warnings


def test_a_phone_with_a_made_up_mac_and_its_own_name_is_not_missing() -> None:  # 1
    inventory = described(
        "devices:\n  phone: {name: Phone, type: phone, network: lan, mac: a0:1e:0b:00:00:03, hostname: pixel}\n"
    )
    assert short(differing(inventory)) == ["missing phone None"]
    differs = differing(inventory, host("10.0.0.150", MADE_UP, "pixel"))
    assert (short(differs), differs.randomised) == ([], 1)


def test_an_address_that_somebody_else_has_now_is_not_the_one_shown() -> None:  # 7
    rows = (host("10.0.0.6", NAS, state="unsure"), host("10.0.0.9", NAS), host("10.0.0.6", CAM))
    found = of(seen(described(), *rows), f"mac:{NAS}")
    assert (found.said["ip"], found.details["ip"]) == ("10.0.0.9", "10.0.0.9")
    assert short(differing(described(), *rows)) == ["changed nas ip: 10.0.0.5 → 10.0.0.9"]
    only_old = (host("10.0.0.9", NAS, state="listed"), host("10.0.0.6", CAM), host("10.0.0.5"))
    assert short(differing(described(), *only_old)) == [], "a list tells of the past"


def test_a_container_whose_mac_changes_stays_itself_by_its_address_and_name() -> None:  # 9
    inventory = described("devices:\n  web: {name: Web, type: vm, network: lan, ip: 10.0.0.7, hostname: web}\n")
    found = seen(inventory, host("10.0.0.7", "02:42:ac:11:00:02", "web"), vendor=lambda mac: "Docker")
    (web,) = found.findings
    assert str(web.entity) == "device:o/home/web"
    assert "manufacturer" not in web.said, "what a person wrote is not for a list of vendors to say"


def test_several_interfaces_of_a_device_are_one_device() -> None:  # 10
    inventory = described(TWO_PORTS)
    rows = (host("10.0.0.5", NAS, "nas"), host("10.0.20.5", CAM, "nas"))
    found = seen(inventory, *rows)
    assert {str(each.entity) for each in found.findings} == {"device:o/home/nas"}
    eth1 = {"mac": CAM, "network": "o/home/iot", "ip": "10.0.20.5"}
    assert of(found, f"mac:{CAM}").said == {"interfaces": {"eth1": eth1}}
    assert short(differing(inventory, *rows)) == []
    both = (*rows, host("10.0.20.5", NAS), host("10.0.0.5", CAM))
    assert short(differing(inventory, *both)) == [], "some systems answer for all of their addresses on each port"


def test_one_mac_with_addresses_in_two_networks_is_no_change() -> None:  # 11
    inventory = described(TWO_PORTS.replace("mac: a0:1e:0b:00:00:02, ", ""))
    rows = (host("10.0.0.5", NAS, "nas"), host("10.0.20.5", NAS, "nas"))
    assert short(differing(inventory, *rows)) == []
    (found,) = seen(inventory, *rows).findings
    assert (found.said["ip"], found.said["network"]) == ("10.0.0.5", "o/home/lan")


def test_several_addresses_of_one_mac_are_one_thing() -> None:  # 12
    rows = (host("10.0.0.50", STRANGER), host("10.0.0.9", STRANGER), host("fd00:1::9", STRANGER))
    (found,) = seen(described(), *rows).findings
    assert found.said["ip"] == "10.0.0.9"
    assert "ip6" not in found.said
    assert found.details["addresses"] == ["10.0.0.9", "10.0.0.50", "fd00:1::9"]
    known = (host("10.0.0.2", NAS), host("10.0.0.5", NAS))
    assert short(differing(described(), *known, host("10.0.0.6", CAM))) == [], "the declared one is among them"


def test_the_address_of_a_virtual_router_is_found_by_its_address_and_never_new() -> None:  # 14
    inventory = described("devices:\n  fw: {name: Firewall, type: firewall, network: lan, ip: 10.0.0.2}\n")
    found = seen(inventory, host("10.0.0.2", VRRP), host("10.0.20.9", VRRP), host("10.0.0.1", VRRP))
    assert [(each.key, str(each.entity), each.said) for each in found.findings] == [
        ("ip:10.0.0.2", "device:o/home/fw", {})
    ]
    differs = differing(inventory, host("10.0.0.2", VRRP), host("10.0.20.9", VRRP), host("10.0.0.1", VRRP))
    assert short(differs) == [f"untracked {VRRP} 10.0.20.9"], "the gateway of a network is declared there"
    assert differs.rows[0].way == "invgit reservation create o/home/… --network iot --ip 10.0.20.9"


def test_the_same_network_at_another_site_is_another_network() -> None:  # 18
    cabin = {
        "o/cabin/site.yaml": "site: {name: Cabin}\nnetworks:\n  lan: {name: LAN, cidr: 10.0.0.0/24}\n",
        "o/cabin/devices.yaml": "devices: {pump: {name: P, type: pump, network: lan, ip: 10.0.0.50, hostname: pump}}\n",
    }
    inventory = described(more=cabin)
    new = of(seen(inventory, host("10.0.0.50", STRANGER, "pump")), f"mac:{STRANGER}")
    assert (new.entity, new.said["ip"]) == (None, "10.0.0.50")


def test_a_mac_of_another_site_is_told_and_not_proposed_again() -> None:  # 18
    cabin = {
        "o/cabin/site.yaml": "site: {name: Cabin}\n",
        "o/cabin/devices.yaml": f"devices:\n  pump: {{name: Pump, type: pump, mac: '{TV}'}}\n",
    }
    inventory = described(more=cabin)
    rows = (*as_declared(described()), host("10.0.0.50", TV))
    look = seen(inventory, *rows)
    assert keys(look) == [f"mac:{NAS}", f"mac:{CAM}"]
    assert look.warnings == (f"{TV} is device:o/cabin/pump, which is described at another site",)
    assert short(differing(inventory, *rows)) == ["changed pump site: o/cabin → o/home"]


def test_what_a_vendor_is_called_changes_nothing() -> None:  # 20, 21, 22
    rows = (host("10.0.0.5", NAS, vendor="Acme"), host("10.0.0.50", STRANGER))
    one, other = (seen(described(), *rows, vendor=lambda mac, words=words: words) for words in ("Acme", "ACME Inc."))
    for first, second in zip(one.findings, other.findings, strict=True):
        assert (first.evidence, first.entity) == (second.evidence, second.entity)
        assert "Acme" not in str(first.evidence)
    assert one.findings[0].said == other.findings[0].said


def test_a_single_sighting_can_be_too_few() -> None:  # 23
    first = seen(described(), host("10.0.0.50", STRANGER), wishes={"new_after": 2})
    assert of(first, f"mac:{STRANGER}").tentative
    again = seen(described(), host("10.0.0.50", STRANGER), wishes={"new_after": 2}, known=remembered(first))
    assert not of(again, f"mac:{STRANGER}").tentative


def test_a_scan_without_macs_after_one_with_them_makes_no_doubles() -> None:  # 15, 25
    proposed = Remembered(f"mac:{STRANGER}", "device", {}, 0, None, {"ip": "10.0.0.50", "mac": STRANGER})
    known = {each.key: each for each in (proposed, Remembered(f"mac:{NAS}", "device", {"ip": "10.0.0.5"}))}
    known[f"mac:{NAS}"] = replace(known[f"mac:{NAS}"], address=Address("device", "o/home/nas"))
    blind = covered("10.0.0.0/24", macs=False)
    look = seen(described(), host("10.0.0.50"), host("10.0.0.5"), host("10.0.0.6"), known=known, networks=(blind,))
    assert keys(look) == ["ip:10.0.0.5", "ip:10.0.0.6"]
    assert look.beyond == known.keys(), "the MACs could not be seen: nothing of them is gone"
    known[f"mac:{NAS}"] = replace(known[f"mac:{NAS}"], agreed={"mac": NAS})
    assert seen(described(), host("10.0.0.5"), known=known, networks=(blind,)).beyond == {f"mac:{NAS}"}


@pytest.mark.parametrize("ip", ["10.0.0.150", "fd00:1::9"])
def test_what_shows_neither_mac_nor_name_nor_a_lasting_address_is_no_device(ip: str) -> None:  # 15, 25
    assert keys(seen(described(), host(ip))) == []
    assert short(differing(described(), *as_declared(described()), host(ip))) == [f"untracked None {ip}"]


def test_a_device_that_only_has_an_address_is_there_and_its_mac_is_told() -> None:
    inventory = described("devices:\n  nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5}\n")
    look = seen(inventory, host("10.0.0.5", STRANGER))
    assert [(each.key, str(each.entity), each.said) for each in look.findings] == [
        (f"mac:{STRANGER}", "device:o/home/nas", {})
    ]
    differs = differing(inventory, host("10.0.0.5", STRANGER), networks=(LAN,))
    assert short(differs) == [f"changed nas mac: None → {STRANGER}"]
    assert differs.rows[0].way == f"invgit device update o/home/nas --mac {STRANGER}"
