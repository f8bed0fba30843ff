"""`device list` and `device show --from db`: devices as they were seen, who saw it, and how long ago."""

import pytest
from support_database import Database
from support_inventory import NOW
from support_observed import BOX, HOUSE, LAMP, LOCK, ago, known, look, looked, saw
from support_project import Project, Result


@pytest.fixture
def house(project: Project, database: Database) -> Project:
    """A house whose lamp was seen three hours ago, and whose lock has been silent for a week and more."""
    project.write(HOUSE)
    project.apply()
    lamp = saw("1", "online", ago(hours=3), ip="192.168.1.9", firmware_version="2.0")
    with database.opened(dsn=database.syncer) as connection:
        memory = known("1", LAMP), known("2", LOCK), known("3", BOX)
        looked(connection, look(lamp, saw("2", seen=ago(days=9)), saw("3", seen=ago(minutes=1))), *memory)
    return project


def listed(project: Project, *words: str) -> Result:
    return project.run("device", "list", "--from", "db", "--now", NOW.isoformat(), *words)


def test_a_list_of_the_database_shows_status_and_age(house: Project) -> None:
    lines = [line.split() for line in listed(house).out.splitlines()]
    assert lines[0][-2:] == ["observed.status", "observed.last_seen"]
    assert [line[0] for line in lines[1:]] == ["o/s/box", "o/s/lamp", "o/s/lock", "o/s/old"]
    assert lines[1][-4:] == ["maintenance", "1", "min", "ago"]
    assert lines[2][-4:] == ["online", "3", "h", "ago"]
    assert lines[3][-4:] == ["unknown", "9", "d", "ago"]
    assert lines[4][-1] == "decommissioned"


def test_programs_get_moments_beside_all_fields(house: Project) -> None:
    rows = {row["address"]: row for row in listed(house, "-o", "json").json}
    lamp = rows["device:o/s/lamp"]
    assert lamp.pop("observed") == {
        "status": "online", "status_by": "homeseer", "status_since": "2026-06-01T12:00:00Z",
        "last_seen": "2026-06-01T09:00:00Z", "last_seen_by": "homeseer", "ip": "192.168.1.9", "ip_by": "homeseer",
        "firmware_version": "2.0", "firmware_version_by": "homeseer",
    }  # fmt: skip
    (declared,) = house.run("device", "list", "--where", "name=Lamp", "-o", "json").json
    assert "observed" not in declared
    assert {**lamp, "place": None} == {**declared, "place": None}
    csv = listed(house, "--columns", "address,observed.last_seen", "--where", "name=Lamp", "-o", "csv").out
    assert csv.splitlines() == ["address,observed.last_seen", "device:o/s/lamp,2026-06-01T09:00:00Z"]
    zones = house.run("zone", "list", "--from", "db", "-o", "json").json
    assert zones
    assert "observed" not in zones[0]


def test_what_was_observed_can_be_asked_for_and_sorted_by(house: Project) -> None:
    def names(*words: str) -> list[str]:
        return [row["address"].rpartition("/")[2] for row in listed(house, *words, "-o", "json").json]

    assert names("--where", "observed.status=unknown") == ["lock"]
    assert names("--where", "observed.status!=decommissioned", "--where", "observed.last_seen=") == []
    assert names("--where", "observed.last_seen=") == ["old"]
    assert names("--sort", "observed.last_seen") == ["lock", "lamp", "box", "old"]
    assert names("--sort", "-observed.last_seen") == ["box", "lamp", "lock", "old"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["device", "list", "--columns", "observed.status"], "`observed.status` is not in the YAML"),
        (["device", "list", "--where", "observed.status=online"], "add `--from db`"),
        (["device", "list", "--from", "db", "--sort", "observed.stats"], "`stats` is not observed of a device"),
        (["device", "list", "--from", "db", "--columns", "observed"], "`observed` is not a field of a device"),
        (["zone", "list", "--from", "db", "--columns", "observed.status"], "`observed` is not a field of a zone"),
    ],
)
def test_what_nobody_can_have_observed_is_told(house: Project, words: list[str], said: str) -> None:
    result = house.run(*words)
    assert (result.code, said in result.err) == (2, True), result


def test_one_device_shows_who_saw_what(house: Project) -> None:
    words = ("device", "show", "lamp", "--from", "db", "--now", NOW.isoformat())
    lines = [" ".join(line.split()) for line in house.run(*words).out.splitlines()]
    assert lines[-5:] == [
        "observed.status online (homeseer)", "observed.status_since 0 s ago", "observed.last_seen 3 h ago (homeseer)",
        "observed.ip 192.168.1.9 (homeseer)", "observed.firmware_version 2.0 (homeseer)",
    ]  # fmt: skip
    assert house.run(*words, "-o", "json").json["observed"]["last_seen"] == "2026-06-01T09:00:00Z"
    assert "observed.status_by,homeseer" in house.run(*words, "-o", "csv").out
    assert "observed" not in house.run("device", "show", "lamp").out
