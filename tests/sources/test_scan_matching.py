"""Who on the wire is which device: by what only one has, else by things that agree, and never by a guess."""

from support_wire import (
    AT,
    CAM,
    GUEST,
    MADE_UP,
    NAS,
    STRANGER,
    TV,
    VRRP,
    as_declared,
    described,
    differing,
    host,
    keys,
    of,
    seen,
    short,
)


def test_what_is_as_declared_differs_in_nothing() -> None:
    inventory = described()
    rows = as_declared(inventory)
    assert short(differing(inventory, *rows)) == []
    found = seen(inventory, *rows)
    assert keys(found) == [f"mac:{NAS}", f"mac:{CAM}"]
    nas = of(found, f"mac:{NAS}")
    assert str(nas.entity) == "device:o/home/nas"
    assert nas.why == f"the same mac: {NAS}"
    assert nas.said == {"mac": NAS, "ip": "10.0.0.5", "hostname": "nas", "network": "o/home/lan"}
    assert (nas.status, nas.evidence) == ("online", {"mac": NAS})
    assert found.complete
    assert not found.warnings


def test_a_host_that_is_gone_is_missing_and_nothing_else() -> None:
    assert short(differing(described(), host("10.0.0.5", NAS))) == ["missing cam 10.0.0.6"]


def test_a_known_mac_at_another_address_has_moved_and_is_not_new() -> None:  # complaints 6, 8
    rows = (host("10.0.0.5", NAS, "nas"), host("10.0.0.9", CAM))
    assert short(differing(described(), *rows)) == ["changed cam ip: 10.0.0.6 → 10.0.0.9"]
    cam = of(seen(described(), *rows), f"mac:{CAM}")
    assert cam.said == {"mac": CAM, "ip": "10.0.0.9", "network": "o/home/lan"}


def test_a_stranger_is_untracked_and_nothing_else() -> None:
    rows = (*as_declared(described()), host("10.0.0.50", STRANGER, "Porch.lan."))
    assert short(differing(described(), *rows)) == [f"untracked {STRANGER} 10.0.0.50"]
    (row,) = differing(described(), *rows).untracked
    assert (row.sentence, row.name) == (f"{STRANGER} at 10.0.0.50: nobody has described it", "porch")
    made = f"--network lan --mac {STRANGER} --hostname porch --ip 10.0.0.50"
    assert row.way == f"invgit device create o/home/… --name … --type … {made}"
    new = of(seen(described(), *rows, vendor=lambda mac: "Acme"), f"mac:{STRANGER}")
    assert new.said == {
        "name": "porch",
        "type": "unknown",
        "network": "o/home/lan",
        "mac": STRANGER,
        "ip": "10.0.0.50",
        "hostname": "porch",
        "manufacturer": "Acme",
    }
    assert (new.entity, new.evidence, new.tentative) == (None, {"mac": STRANGER}, False)


def test_a_changed_mac_is_a_change_where_the_host_name_agrees_and_a_conflict_where_it_does_not() -> None:
    cam = host("10.0.0.6", CAM)
    known = (host("10.0.0.5", TV, "NAS.example."), cam)
    assert short(differing(described(), *known)) == [f"changed nas mac: {NAS} → {TV}"]
    nas = of(seen(described(), *known), f"mac:{TV}")
    assert nas.why == "the same ip and hostname: 10.0.0.5, nas"
    assert nas.said["mac"] == TV
    unknown = (host("10.0.0.5", TV), cam)
    assert short(differing(described(), *unknown)) == ["conflicting nas 10.0.0.5"]
    found = seen(described(), *unknown)
    assert keys(found) == ["conflict:10.0.0.5", f"mac:{CAM}"]
    conflict = of(found, "conflict:10.0.0.5")
    assert conflict.tentative
    assert conflict.details["conflict"] == f"10.0.0.5 was given to device:o/home/nas, and {TV} answers there"


def test_a_declared_device_at_the_address_of_another_has_moved_and_quarrels() -> None:
    rows = (host("10.0.0.5", CAM),)
    assert short(differing(described(), *rows)) == ["conflicting nas 10.0.0.5", "changed cam ip: 10.0.0.6 → 10.0.0.5"]
    assert "ip" not in of(seen(described(), *rows), f"mac:{CAM}").said


def test_two_macs_at_one_address_quarrel_unless_a_virtual_router_is_one() -> None:
    rows = (host("10.0.0.50", TV), host("10.0.0.50", STRANGER))
    found = seen(described(), *rows)
    assert keys(found) == ["conflict:10.0.0.50", f"mac:{TV}", f"mac:{STRANGER}"]
    assert all("ip" not in each.said for each in found.findings)
    assert "conflict:10.0.0.50" not in keys(seen(described(), host("10.0.0.50", TV), host("10.0.0.50", VRRP)))


def test_where_no_mac_can_be_seen_an_address_tells_that_somebody_is_there_and_no_more() -> None:
    found = seen(described(), host("10.0.0.5"), host("10.0.0.6", hostname="other"))
    assert [(each.key, each.said, str(each.entity)) for each in found.findings] == [
        ("ip:10.0.0.5", {}, "device:o/home/nas"),
        ("ip:10.0.0.6", {}, "device:o/home/cam"),
    ]
    assert found.findings[0].why == "the same ip: 10.0.0.5"
    assert short(differing(described(), host("10.0.0.5"), host("10.0.0.6"))) == []


def test_made_up_macs_are_counted_and_never_new() -> None:  # complaints 1, 5
    rows = (*as_declared(described()), host("10.0.0.150", MADE_UP, "pixel"), host("10.0.0.151", f"{MADE_UP[:-1]}2"))
    found = seen(described(), *rows)
    assert keys(found) == [f"mac:{NAS}", f"mac:{CAM}"]
    assert found.warnings[0].startswith("2 MACs are locally administered (likely randomised) and not declared")
    differs = differing(described(), *rows)
    assert (short(differs), differs.randomised) == ([], 2)


def test_a_made_up_mac_that_a_person_has_declared_counts() -> None:  # complaints 2, 4
    inventory = described(f"devices:\n  phone: {{name: Phone, type: phone, mac: {MADE_UP}}}\n")
    found = seen(inventory, host("10.0.0.150", MADE_UP))
    assert (keys(found), str(found.findings[0].entity)) == ([f"mac:{MADE_UP}"], "device:o/home/phone")
    assert not found.warnings


def test_a_virtual_machine_is_no_made_up_phone() -> None:  # complaint 3
    assert keys(seen(described(), host("10.0.0.60", GUEST))) == [f"mac:{GUEST}"]


def test_when_life_was_seen() -> None:
    rows = (
        host("10.0.0.5", NAS),
        host("10.0.0.6", CAM, state="unsure"),
        host("10.0.0.50", TV, state="listed", seen="2026-05-01T00:00:00Z"),
        host("10.0.0.51", STRANGER, seen="2030-01-01T00:00:00Z"),
    )
    found = seen(described(), *rows)
    told = {each.key: (each.status, each.seen.isoformat() if each.seen else None) for each in found.findings}
    assert told == {
        f"mac:{NAS}": ("online", "2026-06-01T11:59:00+00:00"),
        f"mac:{CAM}": (None, None),
        f"mac:{TV}": (None, "2026-05-01T00:00:00+00:00"),
        f"mac:{STRANGER}": ("online", AT.isoformat()),
    }
