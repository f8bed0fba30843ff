"""create, update, rename, move, delete: one diff, a check of everything, and only then a file that changes."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support_database import Database
from support_house import HOSTS, HOUSE
from support_project import Project, Result

from invgit.cli.fields import field_names
from invgit.model.spec import specs


def tree(project: Project) -> dict[str, bytes]:
    """Every file of the inventory."""
    inventory = project.root / "inventory"
    return {
        each.relative_to(inventory).as_posix(): each.read_bytes() for each in inventory.rglob("*") if each.is_file()
    }


def done(result: Result) -> Result:
    """A command that did what it was asked."""
    assert result.code == 0, result
    return result


def shown(project: Project, kind: str, name: str) -> dict[str, Any]:
    """What counts for an entity."""
    found: dict[str, Any] = done(project.run(kind, "show", name, "-o", "json")).json
    return found


LIVES = [
    ("org", "p", "q", ["--name", "Pine", "--type", "lab"], ["--name", "Pines"]),
    ("site", "o/barn", "stable", ["--name", "Barn"], ["--city", "Mesa", "--timezone", "America/Phoenix"]),
    ("zone", "home/loft", "roof", ["--name", "Loft", "--parent", "attic"], ["--floor-number", "3"]),
    ("vlan", "home/guest", "visitors", ["--name", "Guest", "--vlan-id", "30"], ["--type", "guest"]),
    ("network", "home/iot", "things", ["--name", "IoT", "--cidr", "10.9.0.0/24"], ["--gateway", "10.9.0.1"]),
    ("network", "o/mesh", "net", ["--name", "Mesh"], ["--description", "Of #all\nhouses"]),
    (
        "device",
        "home/tv",
        "television",
        ["--name", "TV", "--type", "tv"],
        ["--mac", "A0-1E-0B-00-00-09", "--ip", "next"],
    ),
    ("connection", "home/tv--nas", "nas--tv", ["--from", "front-door", "--to", "nas"], ["--speed", "1Gbps"]),
    ("reservation", "home/spare", "free", ["--network", "lan", "--ip", "next"], ["--notes", "Keep: it's free"]),
    ("category", "water", "pumps", ["--name", "Water"], ["--sort-order", "3"]),
    ("device-type", "lamp", "bulb", ["--name", "Lamp", "--is-battery-powered"], ["--set", "metadata.watts=9"]),
    (
        "homeseer-rule",
        "timers",
        "clocks",
        ["--when.type-strings", "Timer", "--ignore"],
        ["--when.api", "0", "--zone", "hall"],
    ),
]


@pytest.mark.parametrize(("kind", "name", "slug", "fields", "more"), LIVES, ids=[f"{one[0]} {one[1]}" for one in LIVES])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_life_leaves_no_trace(
    house: Project, kind: str, name: str, slug: str, fields: list[str], more: list[str], ending: str
) -> None:
    for path, text in HOUSE.items():
        Path(house.root, "inventory", path).write_bytes(text.replace("\n", ending).encode())
    before = tree(house)
    done(house.run(kind, "create", name, *fields, "--yes"))
    made = tree(house)
    assert made != before
    done(house.run(kind, "update", name, *more, "--yes"))
    done(house.run(kind, "rename", name, slug, "--yes"))
    assert tree(house) not in (made, before)
    assert house.run("validate").code == 0, house.run("validate")
    new = f"{name.rpartition('/')[0]}/{slug}".lstrip("/")
    done(house.run(kind, "delete", new, "--yes"))
    assert tree(house) == before


def test_what_is_created_stands_beside_its_kind_with_values_as_people_write_them(house: Project) -> None:
    fields = ["--name", "TV: big", "--type", "tv", "--zone", "o/home/hall", "--network", "home/lan", "--ip", "next"]
    more = ["--refs.homeseer", "0077", "--tags", "b,a", "--maintenance", "--set", "metadata.port=80"]
    result = done(house.run("device", "create", "home/tv", *fields, *more, "--set", 'metadata.os="12"', "--yes"))
    assert result.err == "written: o/home/devices.yaml\n"
    added = [line[1:] for line in result.out.splitlines() if line.startswith("+ ")]
    assert added == [
        "  tv:",
        '    name: "TV: big"',
        "    type: tv",
        "    zone: hall",
        "    network: lan",
        "    ip: 192.168.1.6",
        '    refs: {homeseer: "0077"}',
        "    tags: [b, a]",
        "    maintenance: true",
        '    metadata: {port: 80, os: "12"}',
    ]
    found = shown(house, "device", "tv")
    assert (found["name"], found["ip"], found["metadata"]) == ("TV: big", "192.168.1.6", {"port": 80, "os": "12"})


def test_a_file_can_be_named_from_where_one_is_and_from_the_inventory(
    house: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(house.run("zone", "create", "home/a", "--name", "A", "--file", "inventory/o/home/more/zones.yaml", "--yes"))
    done(house.run("zone", "create", "home/b", "--name", "B", "--file", "o/home/more/zones.yaml", "--yes"))
    monkeypatch.chdir(house.root / "inventory" / "o" / "home")
    done(house.run("zone", "create", "home/c", "--name", "C", "--file", "more/zones.yaml", "--yes"))
    assert (house.root / "inventory/o/home/more/zones.yaml").read_text() == (
        "zones:\n  a:\n    name: A\n  b:\n    name: B\n  c:\n    name: C\n"
    )
    refused = house.run("zone", "create", "home/d", "--name", "D", "--file", "../../../out.yaml", "--yes")
    assert (refused.code, (house.root / "out.yaml").exists()) == (1, False)
    done(house.run("zone", "create", "home/e", "--name", "E", "--file", "./more/../zones.yaml", "--yes"))
    assert "  e:\n" in (house.root / "inventory/o/home/zones.yaml").read_text()


def test_no_entity_goes_into_a_file_that_is_not_read(house: Project) -> None:
    for file in (".git/zones.yaml", "more/.hidden/zones.yaml", ".zones.yaml"):
        refused = house.run("zone", "create", "home/d", "--name", "D", "--file", f"inventory/o/home/{file}", "--yes")
        assert (refused.code, "is no file of zone:o/home/d" in refused.err) == (1, True)
        assert not (house.root / "inventory/o/home" / file).exists()


def test_only_the_first_site_need_not_be_named(house: Project) -> None:
    result = house.run("zone", "create", "loft", "--name", "Loft", "--yes")
    assert (result.code, "where is a zone `loft`?" in result.err) == (2, True)
    assert "folders are o/cabin, o/home" in result.err
    house.write({"o/organization.yaml": "organization: {name: O}", "o/s/site.yaml": "site: {name: S}"})
    done(house.run("zone", "create", "loft", "--name", "Loft", "--yes"))
    assert shown(house, "zone", "loft")["address"] == "zone:o/s/loft"


def test_new_errors_are_shown_and_nothing_is_written(house: Project) -> None:
    before = tree(house)
    for words, code in (
        (
            ["device", "create", "home/tv", "--name", "TV", "--type", "tv", "--mac", "a0:1e:0b:00:00:01"],
            "duplicate-mac",
        ),
        (["device", "create", "home/tv", "--type", "tv"], "missing-field"),
        (["device", "update", "nas", "--zone", "hal"], "unknown-reference"),
        (["device", "update", "nas", "--mac", "12"], "bad-mac"),
        (["device", "update", "nas", "--ip", "192.168.1.150"], "static-in-dhcp-range"),
        (["zone", "update", "ground", "--parent", "hall"], "zone-cycle"),
        (["network", "update", "home/lan", "--clear", "cidr"], "dhcp-outside-network"),
    ):
        result = house.run(*words, "--yes")
        assert result.code == 1, (words, result)
        assert f"error[{code}]" in result.err, result
        assert "the inventory would have these errors; nothing was written" in result.err
        assert result.out.startswith("--- a/inventory/")
        assert tree(house) == before


def test_errors_that_were_there_before_do_not_forbid_an_edit(house: Project) -> None:
    house.write({**HOUSE, "o/cabin/more.yaml": "devices: {lamp: {name: Lamp, type: lamp, zone: nowhere}}"})
    done(house.run("device", "update", "nas", "--name", "Storage", "--yes"))
    assert house.run("validate").code == 1


def test_without_a_terminal_somebody_has_to_say_yes(house: Project) -> None:
    before = tree(house)
    result = house.run("device", "update", "nas", "--name", "Storage")
    assert (result.code, result.out, tree(house) == before) == (2, "", True)
    assert "nobody is here to say yes" in result.err


def test_a_dry_run_shows_and_does_not_write(house: Project) -> None:
    before = tree(house)
    result = done(house.run("device", "update", "nas", "--name", "Storage", "--dry-run"))
    assert "-    name: NAS\n+    name: Storage" in result.out
    assert (result.err, tree(house)) == ("nothing was written\n", before)


def test_what_is_so_already_is_no_change(house: Project) -> None:
    result = done(house.run("device", "update", "nas", "--name", "NAS", "--yes"))
    assert (result.out, result.err) == ("", "nothing to change: the files say so already\n")


def test_many_are_changed_at_once_by_the_filters_of_list(house: Project) -> None:
    result = done(house.run("device", "update", "--where-zone", "ground", "--site", "home", "--maintenance", "--yes"))
    assert result.err == "written: o/home/devices.yaml\n"
    rows = house.run("device", "list", "--where", "maintenance=yes", "-o", "json").json
    assert [row["address"].rpartition("/")[2] for row in rows] == ["front-door", "nas", "switch"]
    done(house.run("device", "update", "--type", "router", "--where-type", "switch", "--yes"))
    assert shown(house, "device", "switch")["type"] == "router"
    assert house.run("device", "update", "--where", "name=zzz", "--name", "X", "--yes").code == 2
    assert house.run("device", "update", "--name", "X", "--yes").code == 2
    assert house.run("device", "update", "nas", "--yes").code == 2


def test_many_get_different_addresses(house: Project) -> None:
    done(house.run("device", "update", "nas", "switch", "--ip", "next", "--yes"))
    assert {shown(house, "device", name)["ip"] for name in ("nas", "switch")} == {"192.168.1.6", "192.168.1.7"}
    done(house.run("device", "update", "nas", "--set", "interfaces.eth1.ip=next", "--ip6", "next", "--yes"))
    found = shown(house, "device", "nas")
    assert (found["interfaces"]["eth1"]["ip"], found["ip6"]) == ("192.168.1.5", "fd00:1::1")


def test_a_full_network_gives_nothing(house: Project) -> None:
    small = HOUSE["o/organization.yaml"].replace("/29", "/30") + "  full: {name: F, cidr: 10.98.0.0/32}\n"
    device = "devices: {one: {name: One, type: x, network: full, ip: 10.98.0.0}}"
    house.write({**HOUSE, "o/organization.yaml": small, "o/home/one.yaml": device})
    result = house.run(
        "device", "create", "home/two", "--name", "T", "--type", "x", "--network", "full", "--ip", "next", "-y"
    )
    assert (result.code, "no address of 10.98.0.0/32 is free" in result.err) == (5, True)
    result = house.run("zone", "create", "home/x", "--set", "ip=next", "--yes")
    assert (result.code, "`ip` is not a field of a zone" in result.err) == (2, True)


def test_clearing_takes_away_or_says_that_there_is_nothing(house: Project) -> None:
    done(
        house.run("device", "update", "home/front-door", "--clear", "network", "--clear", "ip", "--clear", "refs", "-y")
    )
    text = Path(house.root, "inventory", HOSTS).read_text(encoding="utf-8")
    assert "network: null" in text  # the file's defaults have one
    assert "192.168.1.3" not in text
    found = shown(house, "device", "home/front-door")
    assert {"network", "ip", "refs"}.isdisjoint(found)
    done(house.run("device", "update", "home/front-door", "--clear", "manufacturer", "--clear", "metadata.os", "-y"))
    found = shown(house, "device", "home/front-door")
    assert ("manufacturer" in found, found["metadata"]) == (False, {"power": "poe"})
    assert house.run("device", "update", "nas", "--clear", "allocations", "--yes").code == 2
    assert house.run("device", "update", "nas", "--clear", "name", "--yes").code == 1


def test_one_key_of_what_is_inherited_can_be_changed(house: Project) -> None:
    done(house.run("device", "update", "home/front-door", "--set", "metadata.power=battery", "--yes"))
    assert shown(house, "device", "home/front-door")["metadata"] == {"os": "RTOS", "power": "battery"}
    done(house.run("network", "update", "home/lan", "--set", "dhcp.from=192.168.1.120", "--yes"))
    assert shown(house, "network", "home/lan")["dhcp"] == {"from": "192.168.1.120", "to": "192.168.1.199"}
    done(house.run("device", "update", "nas", "--set", "interfaces.eth1.mac=a01e.0b00.0007", "--yes"))
    assert shown(house, "device", "nas")["interfaces"] == {
        "eth1": {"mac": "a0:1e:0b:00:00:07", "network": "o/home/wifi", "ip": "192.168.1.21", "ip_from": "static"}
    }


def test_delete_names_who_still_needs_it(house: Project) -> None:
    before = tree(house)
    result = house.run("zone", "delete", "home/hall", "--yes")
    assert (result.code, result.out, tree(house) == before) == (1, "", True)
    assert "error: still named in 3 places; nothing was written" in result.err
    assert "device:o/home/front-door has o/home/hall as `zone`: inventory/o/home/devices.yaml:7:11" in result.err
    site = house.run("site", "delete", "cabin", "--yes")
    assert (site.code, "device:o/cabin/front-door stands in site:o/cabin" in site.err) == (1, True)
    type_ = house.run("device-type", "delete", "doorbell-2", "--yes")
    assert (type_.code, "has doorbell-2 as `type`" in type_.err) == (1, True)
    done(house.run("connection", "delete", "--device", "switch", "--yes"))
    done(house.run("device", "delete", "switch", "--yes"))
    done(house.run("zone", "delete", "closet-2", "--yes"))


def test_a_protected_device_is_told(house: Project) -> None:
    done(house.run("device", "update", "old-nas", "--protect", "--yes"))
    assert "device:o/home/old-nas is protected" in done(house.run("device", "delete", "old-nas", "--yes")).err


def test_rename_takes_references_along(house: Project) -> None:
    done(house.run("zone", "rename", "home/hall", "entrance", "--yes"))
    assert shown(house, "device", "home/front-door")["zone"] == "o/home/entrance"
    done(house.run("device-type", "rename", "doorbell-2", "bell", "--yes"))
    assert shown(house, "device", "home/front-door")["manufacturer"] == "Ring"
    done(house.run("site", "rename", "home", "house", "--yes"))
    assert shown(house, "device", "house/nas")["zone"] == "o/house/closet-10"
    result = house.run("zone", "rename", "attic", "Top Floor", "--yes")
    assert (result.code, "write it as `top-floor`" in result.err) == (2, True)
    assert house.run("zone", "rename", "attic", "entrance", "--yes").code == 2


def test_move_takes_values_and_references_along(house: Project) -> None:
    done(house.run("device", "move", "old-nas", "--file", "o/home/attic.yaml", "--yes"))
    found = shown(house, "device", "old-nas")
    assert str(found["place"]).startswith("inventory/o/home/attic.yaml:")
    done(house.run("device", "update", "old-nas", "--clear", "zone", "--yes"))
    done(house.run("device", "move", "old-nas", "cabin", "--yes"))
    assert shown(house, "device", "old-nas")["address"] == "device:o/cabin/old-nas"
    assert house.run("device", "move", "nas", "--yes").code == 2


def test_no_option_of_ours_has_the_name_of_a_field() -> None:
    ours = {"set", "clear", "file", "yes", "dry-run", "now", "help", "site", "where", "tag", "status"}
    for spec in specs().values():
        assert not field_names(spec) & ours, spec.name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "nmae=x"], "`nmae` is not a field of a device"),
        (["--set", "name"], "`name` sets nothing"),
        (["--set", "site=o/home"], "`site` is computed"),
        (["--set", "metadata=x"], "`metadata` holds a mapping"),
        (["--set", "interfaces=[1]"], "`interfaces` holds a mapping"),
        (["--usage-status", "broken"], "'broken' is not one of"),
        (["--zone", "front"], None),
    ],
)
def test_what_cannot_be_set_is_told(house: Project, words: list[str], message: str | None) -> None:
    result = house.run("device", "update", "nas", *words, "--yes")
    assert result.code == (2 if message else 1), result
    assert (message or "unknown-reference") in result.err


def test_what_drift_prints_can_be_run_and_then_there_is_none(project: Project, database: Database) -> None:
    project.write(HOUSE)
    project.apply()
    database.execute(
        """UPDATE devices SET name = 'It''s "here": #1', zone_id = NULL, purchase_price = 12.5 WHERE slug = 'nas'"""
    )
    database.execute('UPDATE devices SET metadata = \'{"a b": [1, {"x": "80"}], "on": true}\' WHERE slug = \'nas\'')
    database.execute("UPDATE devices SET network_id = NULL, is_controller = true, tags = '{x}' WHERE slug = 'switch'")
    database.execute("UPDATE device_interfaces SET hostname = 'eth1.oak'")
    database.execute(
        "UPDATE zones SET parent_zone_id = (SELECT id FROM zones WHERE slug = 'attic') WHERE slug = 'closet-2'"
    )
    database.execute(
        "UPDATE networks SET dns_servers = '{1.1.1.1,9.9.9.9}', dhcp_from = '192.168.1.110' WHERE name = 'LAN'"
    )
    database.execute("UPDATE organizations SET name = 'Oaks'")
    database.execute("DELETE FROM devices WHERE slug = 'old-nas'")
    lines = project.run("drift", "--patch").out.splitlines()
    assert len(lines) >= 12
    for text in lines:
        done(project.run(*shlex.split(text)[1:], "--yes"))
    assert project.run("drift", "--patch").out == ""
    # the name of an interface is that of its address, too, and what was deleted by hand is forgotten
    assert project.changes() == [("update", "device:o/home/nas"), ("delete", "device:o/home/old-nas")]
    project.apply()
    assert project.changes() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize(("answer", "written"), [("yes", True), ("y", False), ("no", False), ("", False)])
def test_at_a_terminal_only_yes_is_a_yes(house: Project, answer: str, written: bool) -> None:
    import pty

    before = tree(house)
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "invgit", "-C", str(house.root), "device", "update", "nas", "--name", "Storage"]
    process = subprocess.Popen(
        words, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=house.environment(), text=True
    )
    os.write(ours, f"{answer}\n".encode())
    out, err = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert (process.returncode, "+    name: Storage" in out) == (0, True)
    assert "Write this? Only `yes` is a yes" in err
    assert (tree(house) != before) is written
    assert ("nothing was written" in err) is not written


def test_a_file_that_is_wrong_is_not_edited_and_others_are(house: Project) -> None:
    house.write({**HOUSE, HOSTS: HOUSE[HOSTS] + "\n  x: [\n"})
    refused = house.run("device", "update", "nas", "--name", "Storage", "--yes")
    assert refused.code in {1, 2}, refused
    done(house.run("zone", "update", "attic", "--name", "Loft", "--yes"))
