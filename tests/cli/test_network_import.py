"""`invgit network import` and `network diff`: what scans see, from their files to the YAML and the database."""

from pathlib import Path

import pytest
from support_database import Database
from support_scans import HOUSE, Watched, Wire

CAMERA, LAMP, STRANGER, PHONE = "9c:8e:cd:00:00:20", "48:22:54:00:00:30", "b8:27:eb:00:00:77", "da:a1:19:00:00:01"
WIRE = Wire()


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Watched:
    return Watched(tmp_path / "project", database)


def _named(house: Watched) -> list[tuple[str, str]]:
    return [(each["op"], each["address"].rpartition("/")[2]) for each in house.proposals()]


def test_who_is_where_he_is_declared_is_seen_and_nothing_is_proposed(house: Watched) -> None:
    files = house.files()
    house.take(WIRE)
    assert house.files() == files
    shown = house.run("device", "list", "--from", "db", "-o", "json").json
    assert {each["observed"]["status"] for each in shown} == {"online"}
    assert house.differences(WIRE) == []


def test_a_stranger_is_proposed_accepted_and_a_second_look_changes_no_byte(house: Watched) -> None:
    wire = WIRE.with_(STRANGER, "10.61.0.77", hostname="weather-station")
    house.take(WIRE)
    house.take(wire)
    assert _named(house) == [("add", "weather-station")]
    files = house.files()
    house.take(wire)
    assert house.files() == files
    assert house.run("changes", "accept", "weather-station", "--yes").code == 0
    assert house.run("validate").code == 0
    shown = house.run("device", "show", "weather-station", "-o", "json").json
    assert (shown["mac"], shown["ip"], shown["network"]) == (STRANGER, "10.61.0.77", "ash-lane/house/lan")
    files = house.files()
    house.take(wire)
    assert house.files() == files
    assert house.run("apply", "--yes").code == 0
    house.take(wire)
    assert house.files() == files
    assert house.differences(wire) == []


def test_a_vanished_host_a_moved_address_a_changed_card_and_a_stranger_are_what_they_are(house: Watched) -> None:
    house.take(WIRE)
    assert house.differences(WIRE.without(LAMP)) == [("missing", "device:ash-lane/house/lamp", "10.61.0.30")]
    moved = WIRE.with_(CAMERA, "10.61.0.21")
    assert house.differences(moved) == [("changed", "device:ash-lane/house/porch-camera", "10.61.0.21")]
    other = WIRE.without(LAMP).with_(STRANGER, "10.61.0.30")
    assert ("conflicting", "device:ash-lane/house/lamp", "10.61.0.30") in house.differences(other)
    assert house.differences(WIRE.with_(STRANGER, "10.61.0.77")) == [("untracked", None, "10.61.0.77")]


def test_what_moved_after_it_was_seen_where_it_is_declared_is_proposed(house: Watched) -> None:
    house.take(WIRE)
    house.take(WIRE.with_(CAMERA, "10.61.0.21"))
    (proposal,) = house.proposals()
    assert (proposal["op"], proposal["address"]) == ("update", f"device:{HOUSE}/porch-camera")
    shown = house.run("changes", "show", "porch-camera").out
    assert "10.61.0.21" in shown
    assert house.run("changes", "accept", "porch-camera", "--yes").code == 0
    text = (house.root / "inventory/ash-lane/house/devices.yaml").read_text(encoding="utf-8")
    assert "ip: 10.61.0.21" in text
    assert "# what has a cable" in text


def test_one_port_of_two_that_moved_is_proposed_for_that_port(house: Watched) -> None:
    house.take(WIRE)
    house.take(WIRE.with_("00:11:32:00:00:11", "10.61.0.12"))
    assert _named(house) == [("update", "nas")]
    assert house.run("changes", "accept", "nas", "--yes").code == 0
    shown = house.run("device", "show", "nas", "-o", "json").json
    assert shown["interfaces"]["eth1"]["ip"] == "10.61.0.12"
    assert shown["ip"] == "10.61.0.10"


def test_what_is_gone_is_missing_after_as_many_looks_as_the_settings_say_and_only_where_it_was_looked(
    house: Watched,
) -> None:
    house.take(WIRE)
    gone = WIRE.without(LAMP)
    house.take(gone, covered=False)
    house.take(gone, covered=False)
    assert house.proposals() == []
    house.take(gone)
    assert house.proposals() == []
    house.take(gone)
    assert _named(house) == [("missing", "lamp")]
    house.take(WIRE)
    assert house.proposals() == []


def test_one_port_that_is_silent_is_no_missing_device(house: Watched) -> None:
    house.take(WIRE)
    for _ in range(3):
        house.take(WIRE.without("00:11:32:00:00:11"))
    assert house.proposals() == []


def test_a_conflict_is_kept_shown_and_over_when_it_is_gone(house: Watched) -> None:
    house.take(WIRE)
    house.take(WIRE.with_(STRANGER, "10.61.0.20"))
    status = house.run("status").out
    assert "10.61.0.20" in status
    assert "conflict" in status
    house.take(WIRE)
    assert "10.61.0.20" not in house.run("status").out


def test_made_up_addresses_are_counted_and_propose_nothing(house: Watched) -> None:
    wire = WIRE.with_(PHONE, "10.61.0.150", hostname="someones-phone")
    result = house.take(wire)
    assert house.proposals() == []
    assert "1 MAC is locally administered" in result.err
    assert house.differences(wire) == []


def test_an_address_that_dhcp_lends_is_no_declared_one(house: Watched) -> None:
    house.take(WIRE)
    house.take(WIRE.with_(STRANGER, "10.61.0.123", hostname="kettle"))
    assert house.run("changes", "accept", "kettle", "--yes").code == 0
    shown = house.run("device", "show", "kettle", "-o", "json").json
    assert shown.get("ip") is None
    assert house.run("validate").code == 0


def test_a_rejected_stranger_stays_quiet(house: Watched) -> None:
    wire = WIRE.with_(STRANGER, "10.61.0.77", hostname="neighbour")
    house.take(WIRE)
    house.take(wire)
    assert house.run("changes", "reject", "neighbour", "--reason", "next door").code == 0
    house.take(wire)
    house.take(wire.with_(STRANGER, "10.61.0.78", hostname="neighbour"))
    assert house.proposals() == []


def test_an_import_is_on_record(house: Watched) -> None:
    house.take(WIRE)
    with house.database.connect() as connection:
        rows = connection.execute("SELECT import_source, filename, total_rows, status FROM import_batches").fetchall()
        runs = connection.execute("SELECT count(*) FROM sync_history").fetchone()
    assert rows == [("scan:neighbours", "scan.json", 6, "completed")]
    assert runs == (0,)


def test_without_a_scan_diff_says_how_to_get_one(house: Watched) -> None:
    result = house.run("network", "diff")
    assert result.code == 2
    assert "invgit network scan" in result.err


def test_a_kept_scan_that_is_broken_says_so_and_is_followed_nowhere(house: Watched) -> None:
    kept = house.root / ".invgit/scans/ash-lane/house.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(WIRE.scan()[:300], encoding="utf-8")
    result = house.run("network", "diff")
    assert result.code == 1
    assert ".invgit/scans/ash-lane/house.json" in result.err
    assert "makes it anew" in result.err
    kept.unlink()
    outside = house.root.parent / "outside.json"
    outside.write_text(WIRE.scan(), encoding="utf-8")
    kept.symlink_to(outside)
    result = house.run("network", "diff")
    assert result.code == 5
    assert "is a link" in result.err


def test_files_of_one_name_are_all_on_record(house: Watched) -> None:
    paths = [house.root.parent / folder / "leases.json" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(WIRE.scan(), encoding="utf-8")
    assert house.run("network", "import", *map(str, paths)).code == 0
    with house.database.connect() as connection:
        rows = connection.execute("SELECT filename, total_rows FROM import_batches").fetchall()
    assert rows == [(", ".join(map(str, paths)), 12)]


def test_a_scan_of_one_site_is_none_of_another_but_a_site_may_have_a_new_name(house: Watched) -> None:
    shed = house.root / "inventory/ash-lane/shed"
    shed.mkdir()
    shed.joinpath("site.yaml").write_text("site: {name: Shed, timezone: Europe/London}\n", encoding="utf-8")
    path = house.root.parent / "scan.json"
    path.write_text(WIRE.scan(), encoding="utf-8")
    for command in ("import", "diff"):
        result = house.run("network", command, str(path), "--site", "shed")
        assert result.code == 2
        assert "about ash-lane/house, and --site says ash-lane/shed" in result.err
    path.write_text(WIRE.scan().replace("ash-lane/house", "ash-lane/old-name"), encoding="utf-8")
    assert house.run("network", "diff", str(path)).code == 2
    assert house.run("network", "diff", str(path), "--site", "house").code == 0


def test_a_secret_in_a_name_is_neither_proposed_nor_told(house: Watched) -> None:
    house.take(WIRE)
    result = house.take(WIRE.with_(STRANGER, "10.61.0.77", name="postgresql://hub:violetlantern@db/x"))
    assert f"add device mac:{STRANGER} is not proposed: it holds a secret" in result.err
    assert "violetlantern" not in result.out + result.err
    assert house.proposals() == []
    assert all(b"violetlantern" not in data for data in house.files().values())


def test_what_cannot_be_read_changes_nothing(house: Watched) -> None:
    house.take(WIRE.with_(STRANGER, "10.61.0.77"))
    files = house.files()
    for name, data in {
        "cut.json": WIRE.scan()[:300].encode(),
        "nothing.json": b"",
        "noise.bin": bytes(range(256)),
        "page.html": b"<html><body>login</body></html>",
        "empty.xml": b'<?xml version="1.0"?><nmaprun></nmaprun>',
    }.items():
        path = house.root.parent / name
        path.write_bytes(data)
        for command in ("import", "diff"):
            result = house.run("network", command, str(path))
            assert result.code in {1, 2, 3}, (name, result)
            assert name in result.err
            assert "Traceback" not in result.err
    assert house.files() == files
    assert house.run("network", "import", str(house.root / "none.xml")).code == 2


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "=1+1", "\x1b[31mred", "a\u202eb", "x" * 5000, "../../etc", "- {a: b}", "é\u0000"],
)
def test_hostile_host_names_are_inert(house: Watched, name: str) -> None:
    wire = WIRE.with_(STRANGER, "10.61.0.77", hostname=name, name=name, vendor=name)
    path = house.root.parent / "scan.json"
    path.write_text(wire.scan(), encoding="utf-8")
    result = house.run("network", "import", str(path), "--accept")
    assert result.code in {0, 1}, result
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err
    assert house.run("validate").code == 0
    text = "".join(data.decode() for path, data in house.files().items() if path.endswith(".yaml"))
    assert "\x1b" not in text


def test_what_a_device_is_plugged_into_is_proposed_and_its_port_where_nobody_has_said_it(house: Watched) -> None:
    switch = "a4:2b:b0:00:00:02"
    uplink = {"uplink": {"mac": switch, "port": "7"}}
    wire = WIRE.with_(CAMERA, "10.61.0.20", **uplink)
    house.take(wire, "--accept")
    (path,) = house.root.joinpath("inventory/ash-lane/house/connections").iterdir()
    text = path.read_text(encoding="utf-8")
    assert "porch-camera--switch:" in text
    assert 'to_port: "7"' in text or "to_port: '7'" in text
    assert house.run("validate").code == 0
    files = house.files()
    house.take(wire)
    assert house.files() == files
    path.write_text(
        "connections:\n  switch--porch-camera: {from: switch, to: porch-camera, type: ethernet}\n", encoding="utf-8"
    )
    house.take(wire)
    (proposal,) = house.proposals()
    assert (proposal["op"], proposal["address"]) == ("update", f"connection:{HOUSE}/switch--porch-camera")
