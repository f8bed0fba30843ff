"""What sources saw is remembered, shows in the observed columns of devices, and is in nobody's way."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support_database import Database, everything
from support_inventory import NOW, TINY, applied, changes, compiled, planned
from support_observed import BOX, HOUSE, LAMP, LOCK, OLD, WEEK, ago, known, look, looked, saw, syncing
from support_project import Project

from invgit.errors import DatabaseError, LockBusy
from invgit.model.entity import Address
from invgit.model.findings import Finding, Remembered
from invgit.state.database import Connection
from invgit.state.lock import writer
from invgit.state.observations import Recorded, mark_stale, record, remembered


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with syncing(database) as opened:
        yield opened


def devices(database: Database) -> dict[str, tuple[Any, ...]]:
    rows = database.execute("SELECT slug, status, last_seen, last_status_change FROM devices")
    return {slug: tuple(rest) for slug, *rest in rows}


def versions(database: Database, table: str) -> list[tuple[Any, ...]]:
    """Every row as PostgreSQL keeps it: another one once it was written again."""
    return sorted(database.execute(f"SELECT ctid::text, xmin::text, to_jsonb(t)::text FROM {table} t"))


# --- Remembered -------------------------------------------------------------------------------------------------------


def test_what_was_seen_is_remembered(connection: Connection) -> None:
    assert remembered(connection, "homeseer", "o/s") == {}
    hall = Finding("location:Hall", "zone", {"name": "Hall"})
    memory = [
        known("1", LAMP),
        known("2", None),
        Remembered("location:Hall", "zone", {}, 0, Address("zone", "o/s/hall")),
    ]
    done = looked(connection, look(saw("1"), saw("2"), hall), *memory)
    assert (done.found, done.new, done.changed, done.devices) == (3, 3, 0, 1)
    assert remembered(connection, "homeseer", "o/s") == {each.key: each for each in memory}
    assert remembered(connection, "scan", "o/s") == remembered(connection, "homeseer", "o/t") == {}


def test_a_look_that_finds_nothing_new_writes_no_row(connection: Connection, database: Database) -> None:
    memory = [known("1", LAMP), known("2", LOCK), known("3", Address("device", "o/s/not-yet")), known("4", None)]
    findings = [saw(each.key, "offline" if each.key == "2" else "online", text="22 °C") for each in memory]
    looked(connection, look(*findings), *memory)
    before = {table: versions(database, table) for table in ("observations", "devices", "audit_log", "entities")}
    for later in range(1, 4):
        done = looked(connection, look(*findings), *memory, at=NOW + timedelta(minutes=15 * later))
        assert done == Recorded(found=4)
    assert {table: versions(database, table) for table in before} == before
    assert database.execute("SELECT looked_at, complete_at FROM looks") == [(NOW + timedelta(minutes=45),) * 2]


def test_what_is_missing_is_remembered_as_long_as_somebody_wants_to(connection: Connection, database: Database) -> None:
    looked(connection, look(saw("1"), saw("2")), known("1", LAMP), known("2", LOCK))
    done = looked(connection, look(saw("1", "offline")), known("1", LAMP), known("2", LOCK, missed=1))
    assert (done.found, done.changed, done.forgotten) == (1, 2, 0)
    assert remembered(connection, "homeseer", "o/s") == {"1": known("1", LAMP), "2": known("2", LOCK, missed=1)}
    assert devices(database)["lock"][0] == "online"
    assert looked(connection, look(saw("1", "offline"), saw("2")), known("1", LAMP), known("2", LOCK)).changed == 1
    assert remembered(connection, "homeseer", "o/s")["2"].missed == 0
    assert looked(connection, look(saw("1", "offline")), known("1", LAMP)).forgotten == 1
    assert set(remembered(connection, "homeseer", "o/s")) == {"1"}
    assert devices(database)["lock"][0] == "unknown"


def test_without_another_memory_the_old_one_is_kept(connection: Connection, database: Database) -> None:
    before = replace(known("1", LAMP), offered={"name": "x"})
    looked(connection, look(saw("1"), saw("3")), before, known("3", LOCK))
    record(connection, look(saw("1", "offline"), saw("2")), None, at=NOW)
    new = Remembered("2", "device", {})
    assert remembered(connection, "homeseer", "o/s") == {"1": before, "2": new, "3": known("3", LOCK)}
    assert devices(database)["lamp"][0] == "offline"
    assert devices(database)["lock"][0] == "online"


def test_an_entity_keeps_its_memory_through_an_apply_and_a_rename(database: Database) -> None:
    with database.opened() as connection:
        first = looked(connection, look(saw("1")), known("1", LAMP))
        assert (first.new, first.devices) == (1, 0)
        assert remembered(connection, "homeseer", "o/s")["1"].address == LAMP
        applied(connection, HOUSE)
        assert devices(database)["lamp"][0] == "unknown"
        assert looked(connection, look(saw("1")), known("1", LAMP)).devices == 1
        assert devices(database)["lamp"][0] == "online"
        renamed = HOUSE["o/s/site.yaml"].replace("lamp: {", "light: {renamed_from: lamp, ")
        applied(connection, {**HOUSE, "o/s/site.yaml": renamed})
        assert remembered(connection, "homeseer", "o/s")["1"].address == Address("device", "o/s/light")
        without = "\n".join(line for line in HOUSE["o/s/site.yaml"].splitlines() if "lamp" not in line)
        applied(connection, {**HOUSE, "o/s/site.yaml": without})
        assert remembered(connection, "homeseer", "o/s")["1"].address is None


def test_a_retired_device_is_not_missed(connection: Connection, database: Database) -> None:
    looked(connection, look(saw("1"), saw("2")), known("1", OLD), known("2", LOCK))
    gone = known("1", OLD, missed=1)
    done = looked(connection, look(saw("2")), gone, known("2", LOCK))
    assert (done.forgotten, set(remembered(connection, "homeseer", "o/s"))) == (1, {"2"})
    before = versions(database, "observations")
    assert looked(connection, look(saw("2")), replace(gone, missed=2), known("2", LOCK)) == Recorded(found=1)
    assert versions(database, "observations") == before


def test_what_the_inventory_names_and_no_source_ever_saw_is_missed(connection: Connection) -> None:
    for missed in (1, 2):
        looked(connection, look(), known("7", LOCK, missed))
        assert remembered(connection, "homeseer", "o/s") == {"7": known("7", LOCK, missed)}


HOSTILE = ["a\0b", "\ud800", float("nan"), float("inf"), -float("inf"), 10**400, "\u202e\x1b[31m", "'; DROP TABLE x",
           "\\u0000", "##[error]", "x" * 100_000, {"\0": ["\udfff"]}, "%s {} \\"]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_source_says_can_be_kept(connection: Connection, database: Database, value: Any) -> None:
    told = Finding("1", "device", {"name": value}, status="online", seen=NOW, details={"text": value, "ip": value})
    looked(connection, look(told), replace(known("1", LAMP), agreed={"name": value}))
    assert looked(connection, look(told), replace(known("1", LAMP), agreed={"name": value})).new == 0
    ((name,),) = database.execute("SELECT said -> 'name' FROM observations")
    if isinstance(value, str):
        assert name == value.replace("\0", "\ufffd").replace("\ud800", "?")
    assert len(database.execute("SELECT ip_address FROM current_devices")) == 4


def test_a_key_may_be_any_text_too(connection: Connection) -> None:
    for number, key in enumerate(["a\0b", "\ud800", "\u202e\n", "%s", "", "x" * 500]):
        for again in (False, True):
            done = looked(connection, look(saw(key)), known(key, LAMP))
            assert done.forgotten == (number > 0 and not again)
        assert len(remembered(connection, "homeseer", "o/s")) == 1


# --- Devices ----------------------------------------------------------------------------------------------------------


def test_devices_show_what_was_seen_but_for_what_people_have_decided(
    connection: Connection, database: Database
) -> None:
    seen = ago(hours=3)
    memory = [known("1", LAMP), known("2", LOCK), known("3", BOX), known("4", OLD)]
    looked(connection, look(*(saw(each.key, "offline", seen) for each in memory)), *memory)
    assert devices(database) == {
        "lamp": ("offline", seen, NOW), "lock": ("offline", seen, NOW),
        "box": ("maintenance", seen, None), "old": ("decommissioned", seen, None),
    }  # fmt: skip
    later = NOW + timedelta(hours=1)
    looked(connection, look(saw("1", "online", later), saw("2", None, ago(days=2))), *memory[:2], at=later)
    assert devices(database)["lamp"] == ("online", later, later)
    assert devices(database)["lock"] == ("offline", seen, NOW)  # it cannot tell; what was seen later counts
    logged = database.execute("SELECT entity_name, action, actor_name, old_values, new_values FROM audit_log"
                              " WHERE action = 'status_change' AND entity_name = 'Lamp' ORDER BY id")  # fmt: skip
    assert logged == [
        ("Lamp", "status_change", "ada@example", {"status": "unknown"}, {"status": "offline"}),
        ("Lamp", "status_change", "ada@example", {"status": "offline"}, {"status": "online"}),
    ]


def test_when_maintenance_ends_the_next_look_shows_what_it_sees(connection: Connection, database: Database) -> None:
    looked(connection, look(saw("3")), known("3", BOX))
    with database.opened() as other:
        applied(other, {**HOUSE, "o/s/site.yaml": HOUSE["o/s/site.yaml"].replace(", maintenance: true", "")})
    assert devices(database)["box"][0] == "unknown"
    assert looked(connection, look(saw("3")), known("3", BOX)).devices == 1
    assert devices(database)["box"][0] == "online"


def test_a_clock_that_is_ahead_makes_no_future(connection: Connection, database: Database) -> None:
    ahead = NOW + timedelta(days=400)
    looked(connection, look(saw("1", seen=ahead)), known("1", LAMP))
    assert devices(database)["lamp"][1] == NOW
    assert looked(connection, look(saw("1", seen=ahead)), known("1", LAMP), at=NOW + WEEK) == Recorded(found=1)


def test_of_two_sources_the_one_counts_that_saw_life_last(connection: Connection, database: Database) -> None:
    looked(connection, look(saw("1", "online", ago(days=3))), known("1", LAMP))
    scan = look(saw("a0:1e", "offline", ago(hours=1)), source="scan")
    looked(connection, scan, known("a0:1e", LAMP))
    assert devices(database)["lamp"][:2] == ("offline", ago(hours=1))
    looked(connection, look(saw("1", "online", ago(minutes=5))), known("1", LAMP))
    assert devices(database)["lamp"][:2] == ("online", ago(minutes=5))
    looked(connection, look(saw("1", "unknown", NOW)), known("1", LAMP))
    assert devices(database)["lamp"][:2] == ("offline", NOW)


def test_a_device_that_nobody_sees_any_more_is_unknown(connection: Connection, database: Database) -> None:
    looked(connection, look(saw("1"), saw("2")), known("1", LAMP), known("2", LOCK))
    looked(connection, look(saw("1"), saw("2")), known("1", LAMP), known("2", LAMP))
    assert devices(database)["lock"][0] == "unknown"
    assert devices(database)["lamp"][0] == "online"


# --- Staleness --------------------------------------------------------------------------------------------------------


def test_what_shows_no_life_for_too_long_is_unknown_until_it_does(connection: Connection, database: Database) -> None:
    seen = ago(days=6)
    looked(connection, look(saw("1", seen=seen)), known("1", LAMP))
    assert devices(database)["lamp"] == ("online", seen, NOW)
    later = NOW + timedelta(days=2)
    done = looked(connection, look(saw("1", seen=seen)), known("1", LAMP), at=later)
    assert (done.changed + done.stale, done.devices) == (1, 1)
    assert devices(database)["lamp"] == ("unknown", seen, later)
    assert looked(connection, look(saw("1", seen=seen)), known("1", LAMP), at=later) == Recorded(found=1)
    looked(connection, look(saw("1", seen=later)), known("1", LAMP), at=later)
    assert devices(database)["lamp"][0] == "online"


def test_a_source_that_says_off_is_believed_as_long_as_it_answers(connection: Connection, database: Database) -> None:
    memory = [known("1", LAMP), known("2", LOCK)]
    findings = [saw("1", "offline", ago(days=30)), saw("2", "online", None)]
    looked(connection, look(*findings), *memory)
    assert (devices(database)["lamp"][0], devices(database)["lock"][0]) == ("offline", "online")
    mark_stale(connection, "homeseer", "o/s", at=NOW + timedelta(days=6), stale_after=WEEK)
    assert (devices(database)["lamp"][0], devices(database)["lock"][0]) == ("offline", "online")
    later = NOW + timedelta(days=8)
    done = mark_stale(connection, "homeseer", "o/s", at=later, stale_after=WEEK)
    assert (done.stale, done.devices) == (2, 2)
    assert (devices(database)["lamp"][0], devices(database)["lock"][0]) == ("unknown", "unknown")
    assert mark_stale(connection, "homeseer", "o/s", at=later, stale_after=WEEK) == Recorded()
    looked(connection, look(*findings), *memory, at=later)
    assert (devices(database)["lamp"][0], devices(database)["lock"][0]) == ("offline", "online")


def test_what_no_look_mentions_any_more_gets_stale_too(connection: Connection, database: Database) -> None:
    memory = [known("1", LAMP), known("2", LOCK)]
    looked(connection, look(saw("1"), saw("2", seen=None)), *memory)
    looked(connection, look(), *(replace(each, missed=1) for each in memory))
    assert (devices(database)["lamp"][0], devices(database)["lock"][0]) == ("online", "unknown")
    looked(connection, look(), *(replace(each, missed=2) for each in memory), at=NOW + 2 * WEEK)
    assert devices(database)["lamp"][0] == "unknown"


@pytest.mark.parametrize("length", [None, timedelta(weeks=999_999)])
def test_without_an_end_nothing_gets_stale(
    connection: Connection, database: Database, length: timedelta | None
) -> None:
    old = datetime(1, 1, 2, tzinfo=UTC)
    record(connection, look(saw("1", seen=old)), [known("1", LAMP)], at=NOW, stale_after=length)
    assert mark_stale(connection, "homeseer", "o/s", at=NOW, stale_after=length) == Recorded()
    assert devices(database)["lamp"][:2] == ("online", old)


# --- In nobody's way --------------------------------------------------------------------------------------------------


def test_what_sources_write_is_no_drift_and_voids_no_plan(database: Database, project: Project) -> None:
    project.write(HOUSE)
    project.apply()
    changed = HOUSE["o/s/site.yaml"].replace("name: Lamp", "name: Light")
    project.write({**HOUSE, "o/s/site.yaml": changed})
    saved = str(project.root / "plan.json")
    assert project.run("plan", "--out", saved).code == 0
    with database.opened(dsn=database.syncer) as connection:
        looked(connection, look(saw("1"), saw("2", "offline")), known("1", LAMP), known("2", LOCK))
        assert devices(database)["lamp"][0] == "online"
    drift = project.run("drift", "--exit-code")
    assert drift.code == 0, drift
    assert project.run("apply", saved, "--yes").code == 0
    assert project.changes() == []
    assert devices(database)["lamp"][0] == "online"


def test_a_row_that_somebody_has_open_is_left_to_the_next_look(connection: Connection, database: Database) -> None:
    with database.connect() as jane, jane.transaction():
        jane.execute("UPDATE devices SET name = 'Mine' WHERE slug = 'lamp'")
        done = looked(connection, look(saw("1"), saw("2")), known("1", LAMP), known("2", LOCK))
        assert done.devices == 1
    assert (devices(database)["lamp"][0], devices(database)["lock"][0]) == ("unknown", "online")
    assert looked(connection, look(saw("1"), saw("2")), known("1", LAMP), known("2", LOCK)).devices == 1


def test_while_others_apply_nothing_is_written(connection: Connection, database: Database) -> None:
    before = everything(database)
    with database.opened("apply") as other, writer(other), pytest.raises(LockBusy, match="invgit apply"):
        record(connection, look(saw("1")), [known("1", LAMP)], at=NOW, timeout=0.2)
    assert everything(database) == before
    with database.opened() as other, writer(other, shared=True):
        looked(connection, look(saw("1")), known("1", LAMP))


def test_applies_and_looks_at_the_same_time_are_all_carried_out(database: Database) -> None:
    many = "".join(f"  d{number}: {{name: %s, type: d}}\n" for number in range(200))
    files = [{**HOUSE, "o/s/site.yaml": f"site: {{name: S}}\ndevices:\n{many.replace('%s', name)}"} for name in "AB"]
    inventories = [compiled(each) for each in files]
    memory = [known(str(number), Address("device", f"o/s/d{number}")) for number in range(200)]
    errors: list[BaseException] = []
    done = threading.Event()

    def hammer(source: str) -> None:
        at = NOW
        try:
            with database.opened("sync", database.syncer) as connection:
                while not done.is_set():
                    at += timedelta(seconds=1)
                    status = ("online", "offline")[at.second % 2]
                    seen = look(*(saw(each.key, status, at) for each in memory), source=source)
                    record(connection, seen, memory, at=at, stale_after=WEEK)
        except BaseException as error:  # noqa: BLE001 - the test tells it
            errors.append(error)

    threads = [threading.Thread(target=hammer, args=[source]) for source in ("homeseer", "scan")]
    with database.opened("apply") as connection:
        applied(connection, inventories[0])
        for thread in threads:
            thread.start()
        try:
            for number in range(1, 9):
                applied(connection, inventories[number % 2])
        finally:
            done.set()
            for thread in threads:
                thread.join(60)
        assert errors == []
        assert changes(planned(connection, inventories[0])) == []
    assert database.execute("SELECT count(*), count(*) FILTER (WHERE digest IS NULL) FROM entities") == [(202, 0)]
    assert {row[0] for row in devices(database).values()} <= {"online", "offline"}


def test_who_may_only_look_is_told_so(database: Database) -> None:
    with database.opened() as other:
        applied(other, TINY)
    before = everything(database)
    with database.opened(dsn=database.reader) as connection, pytest.raises(DatabaseError, match="permission denied"):
        looked(connection, look(saw("1")), known("1", LAMP))
    assert everything(database) == before
