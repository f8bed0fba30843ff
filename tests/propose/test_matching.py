"""A finding is the entity that has its ref, its address or its number; else what is called so; else something new."""

from dataclasses import replace

import pytest
from support_looks import FILES, LAMP, Runs, room, thing

from invgit.model.findings import Finding

BELL = thing("2", "door  BELL")


def test_what_the_inventory_knows_by_its_ref_is_found_and_needs_nothing() -> None:
    runs = Runs().see(LAMP)
    assert runs.last.proposals == ()
    assert runs.last.matched == {"1": ("device", "o/home/lamp")}
    assert runs.memory[0].agreed["zone"] == "o/home/kitchen"


def test_a_device_without_a_ref_is_known_by_its_name_and_gets_the_ref() -> None:
    runs = Runs(owns=["name"]).see(LAMP, BELL)
    assert runs.said == ["update device:o/home/bell refs.homeseer"]
    assert "same name" in runs.last.proposals[0].why
    assert "2" not in runs.last.matched, "that is not sure yet"
    before = runs.last.proposals
    assert runs.see(LAMP, BELL).last.proposals == before


def test_a_zone_that_both_have_has_to_be_the_same() -> None:
    files = {"o/home/devices.yaml": "devices:\n  bell: {name: Bell, type: bell, zone: hall}\n"}
    said = {where: Runs({**FILES, **files}).see(thing("2", "Bell", zone=where)).said for where in ("hall", "kitchen")}
    assert said["hall"] == ["update device:o/home/bell refs.homeseer"]
    assert said["kitchen"] == ["add device:o/home/bell-2 name, type, zone, refs.homeseer"]


def test_two_devices_of_a_name_are_neither() -> None:
    files = {"o/home/devices.yaml": "devices:\n  a: {name: Fan, type: fan}\n  b: {name: Fan, type: fan, zone: hall}\n"}
    runs = Runs({**FILES, **files}).see(thing("2", "Fan"))
    assert runs.said == ["add device:o/home/fan name, type, refs.homeseer"]
    assert "device:o/home/a, device:o/home/b" in runs.last.warnings[0]


def test_two_findings_of_a_name_are_not_the_one_device() -> None:
    runs = Runs().see(BELL, thing("3", "Door bell"))
    assert [each.op for each in runs.last.proposals] == ["add", "add"]
    assert len(runs.last.warnings) == 2


def test_a_bare_null_says_that_the_controller_does_not_have_it() -> None:
    files = {"o/home/devices.yaml": "devices:\n  bell: {name: Door bell, type: bell, refs: {homeseer: null}}\n"}
    assert Runs({**FILES, **files}).see(BELL).said[0].startswith("add device:o/home/door-bell ")


def test_what_was_included_again_has_a_new_ref() -> None:
    runs = Runs().see(replace(LAMP, key="9", said={**LAMP.said, "refs": {"homeseer": "9"}}))
    assert runs.edits == ["lamp refs.homeseer: 1 → 9"]
    assert "1 is not there any more" in runs.last.proposals[0].why
    assert runs.see(LAMP, thing("9", "Lamp", zone="kitchen")).said[0].startswith("add"), "the old one is there, too"


def test_it_is_not_missing_while_it_may_have_a_new_ref_unless_that_is_rejected() -> None:
    runs = Runs(missing_after=1).see(LAMP)
    again = thing("9", "Lamp", zone="kitchen")
    assert runs.see(again).edits == ["lamp refs.homeseer: 1 → 9"]
    assert runs.reject("device:o/home/lamp").see(again).said == ["missing device:o/home/lamp usage_status"]
    assert runs.last.silenced == 1


def scanned(key: str, **said: str) -> Finding:
    return Finding(key, "device", said, {"mac": key})


def test_a_global_mac_address_and_a_serial_are_identities() -> None:
    for said in ({"mac": "A0-1E-0B-00-00-01"}, {"serial": "S1"}):
        runs = Runs(owns=[]).see(scanned("x", **said), ref=None, source="scan")
        assert runs.last.matched == {"x": ("device", "o/home/nas")}, said
        assert runs.last.proposals == ()


def test_a_made_up_mac_address_is_nobodys() -> None:
    files = {"o/home/devices.yaml": "devices:\n  phone: {name: Phone, type: phone, mac: a2:1e:0b:00:00:01}\n"}
    runs = Runs({**FILES, **files}).see(scanned("x", mac="a2:1e:0b:00:00:01"), ref=None, source="scan")
    assert runs.last.matched == {}


NETWORK = {
    "o/home/network.yaml": "networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}\ndevices:\n"
    "  printer: {name: P, type: p, ip: 10.0.0.7, network: lan, hostname: printer, mac: a0:1e:0b:00:00:07}\n"
}


def test_an_address_counts_with_the_host_name_in_its_network_and_against_no_identity() -> None:
    def matched(**details: str) -> bool:
        said = {"mac": details.pop("mac")} if "mac" in details else {}
        finding = Finding("x", "device", said, {}, details=details)
        return bool(Runs({**FILES, **NETWORK}).see(finding, ref=None, source="scan").last.matched)

    assert matched(ip="10.0.0.7", hostname="Printer")
    assert matched(ip="10.0.0.7", hostname="printer", network="o/home/lan", mac="a2:00:00:00:00:01")
    assert not matched(ip="10.0.0.7")
    assert not matched(ip="10.0.0.7", hostname="other")
    assert not matched(ip="10.0.0.7", hostname="printer", network="o/home/iot")
    assert not matched(ip="10.0.0.7", hostname="printer", mac="a0:1e:0b:00:00:99")


def test_what_stands_in_another_site_is_not_added_again() -> None:
    files = {"o/cabin/devices.yaml": "devices: {nas2: {name: N, type: nas, serial: S9}}\n"}
    runs = Runs({**FILES, **files}).see(scanned("x", serial="S9", name="N", type="nas"), ref=None, source="scan")
    assert runs.last.proposals == ()
    assert "device:o/cabin/nas2" in runs.last.warnings[0]


def test_two_identities_of_two_devices_are_told_and_nothing_is_proposed() -> None:
    files = {
        "o/home/more.yaml": "devices: {other: {name: Other, type: nas, serial: S2}}\n",
    }
    runs = Runs({**FILES, **files}).see(scanned("x", mac="a0:1e:0b:00:00:01", serial="S2"), ref=None, source="scan")
    assert runs.last.proposals == ()
    assert "could be" in runs.last.warnings[0]


def test_several_findings_of_one_entity_are_told_and_nothing_is_proposed() -> None:
    one, other = scanned("x", mac="a0:1e:0b:00:00:01", name="One"), scanned("y", serial="S1", name="Two")
    runs = Runs().see(one, other, ref=None, source="scan")
    assert runs.last.proposals == ()
    assert "seen 2 times" in runs.last.warnings[0]


def test_who_takes_the_ref_out_is_not_asked_about_it_again() -> None:
    runs = Runs().see(LAMP)
    runs.now({"o/home/devices.yaml": "devices: {lamp: {name: Lamp, type: dimmer, zone: kitchen}}\n"})
    assert runs.see(LAMP).said == []
    assert runs.last.matched


def test_rooms_are_known_by_their_names() -> None:
    runs = Runs().see(LAMP, thing("5", "Fan", needs=("location:KITCHEN",)), room("KITCHEN"))
    assert runs.said == ["add device:o/home/fan name, type, zone, refs.homeseer"]
    assert runs.last.proposals[0].after["zone"] == "o/home/kitchen"


def described(**lamp: str) -> dict[str, str]:
    said = ", ".join(f"{name}: {value}" for name, value in {"name": "Lamp", "type": "dimmer", **lamp}.items())
    return {"o/home/devices.yaml": f"devices: {{lamp: {{{said}}}}}\n"}


@pytest.mark.parametrize("refs", ["null", "{homeseer: null}"])
def test_what_people_call_none_of_the_source_is_not_what_it_was_before(refs: str) -> None:
    runs = Runs().see(LAMP).now(described(zone="kitchen", refs=refs)).see(LAMP)
    assert runs.said == ["add device:o/home/lamp-2 name, type, zone, refs.homeseer, category"]


def test_what_is_retired_is_told_when_it_is_seen() -> None:
    retired = described(zone="kitchen", refs="{homeseer: '1'}", usage_status="retired")
    runs = Runs().see(LAMP).now(retired).see(LAMP)
    assert runs.said == []
    assert [each.partition(";")[0] for each in runs.last.warnings] == [
        "Retired, and seen all the same: device:o/home/lamp"
    ]
    assert runs.see().last.warnings == ()


@pytest.mark.parametrize("refs", ["{homeseer: '1'}", "{}"])
def test_what_is_called_like_something_retired_is_another_one(refs: str) -> None:
    runs = (
        Runs()
        .now(described(zone="kitchen", refs=refs, usage_status="retired"))
        .see(thing("77", "Lamp", zone="kitchen"))
    )
    assert runs.said == ["add device:o/home/lamp-2 name, type, zone, refs.homeseer"]


def test_what_was_moved_to_another_site_is_not_added_again() -> None:
    lamp = "devices: {lamp: {name: Lamp, type: dimmer, refs: {homeseer: '1'}, renamed_from: home/lamp}}"
    moved = {"o/home/devices.yaml": "devices: {}\n", "o/cabin/site.yaml": f"site: {{name: Cabin}}\n{lamp}\n"}
    runs = Runs().see(LAMP).now(moved)
    for _ in range(2):
        assert runs.see(LAMP).said == []
        assert runs.last.warnings == (
            "1 (Lamp) is device:o/cabin/lamp, which is described elsewhere (it was this one before)",
        )


def test_what_a_rule_ignores_was_not_included_again() -> None:
    runs = Runs().see(LAMP).see(thing("77", "Lamp", zone="kitchen"), ignored=frozenset({"1"}))
    assert runs.said == ["add device:o/home/lamp-2 name, type, zone, refs.homeseer"]
