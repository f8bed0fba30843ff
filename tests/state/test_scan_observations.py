"""What scans see is kept port by port, beside what other sources see of the same devices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support_database import Database
from support_inventory import NOW
from support_observed import LAMP, LOCK, WEEK, ago, known, look, saw, syncing
from support_observed import looked as wrote

from invgit.model.findings import Finding, Look, Remembered
from invgit.state import conflicts, observed
from invgit.state.database import Connection
from invgit.state.observations import Recorded, record, remembered


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with syncing(database) as opened:
        yield opened


def scanned(*findings: Finding, beyond: tuple[str, ...] = ()) -> Look:
    return Look("scan", "o/s", findings, beyond=frozenset(beyond))


def port(key: str, ip: str, name: str = "", seen: Any = NOW) -> Finding:
    said = {"interfaces": {name: {"mac": key}}} if name else {"mac": key}
    return Finding(key, "device", said, status="online", seen=seen, details={"ip": ip})


def conflict(ip: str, sentence: Any = "two of them") -> Finding:
    return Finding(f"conflict:{ip}", "device", {}, details={"conflict": sentence, "ip": ip}, tentative=True)


def test_what_is_tentative_is_kept_without_an_entity_and_goes_with_the_look(connection: Connection) -> None:
    seldom = replace(port("a", "10.0.0.1"), tentative=True)
    memory = Remembered("a", "device", {}, sightings=1), Remembered("conflict:10.0.0.2", "device", {})
    assert wrote(connection, scanned(seldom, conflict("10.0.0.2")), *memory) == Recorded(2, 2)
    assert remembered(connection, "scan", "o/s") == {each.key: each for each in memory}
    again = replace(memory[0], sightings=2)
    assert wrote(connection, scanned(seldom, conflict("10.0.0.2")), again, memory[1]).changed == 1
    assert remembered(connection, "scan", "o/s")["a"].sightings == 2
    assert wrote(connection, scanned()).forgotten == 2


def test_what_nobody_looked_for_is_never_forgotten(connection: Connection) -> None:
    memory = [known("a", LAMP), known("b", LOCK)]
    wrote(connection, scanned(port("a", "10.0.0.1"), port("b", "10.0.20.1")), *memory)
    before = remembered(connection, "scan", "o/s")
    for _ in range(2):
        assert wrote(connection, scanned(port("a", "10.0.0.1"), beyond=("b",)), memory[0]) == Recorded(1)
    assert remembered(connection, "scan", "o/s") == before
    assert wrote(connection, scanned(port("a", "10.0.0.1")), memory[0]).forgotten == 1


def test_what_cannot_be_told_changes_no_status(connection: Connection, database: Database) -> None:
    wrote(connection, look(saw("1", "offline", ago(hours=1))), known("1", LAMP))
    listed = replace(port("a", "10.0.0.1"), status=None, seen=None)
    wrote(connection, scanned(listed), known("a", LAMP))
    assert devices(database)["lamp"] == ("offline", ago(hours=1), NOW)
    wrote(connection, scanned(replace(listed, seen=NOW)), known("a", LAMP))
    assert devices(database)["lamp"] == ("offline", NOW, NOW), "it lives, and nobody says how it is"


def devices(database: Database) -> dict[str, tuple[Any, ...]]:
    rows = database.execute("SELECT slug, status, last_seen, last_status_change FROM devices")
    return {slug: tuple(rest) for slug, *rest in rows}


@pytest.mark.parametrize("answer", ["offline", "unknown", None])
def test_a_device_that_answers_scans_does_not_flap_whatever_a_controller_says_of_it(
    connection: Connection, database: Database, answer: Any
) -> None:
    found = []
    for minutes in range(0, 60, 5):
        at = NOW + timedelta(minutes=minutes)
        if minutes % 10:
            wrote(connection, look(saw("1", answer, ago(days=2))), known("1", LAMP), at=at)
        else:
            wrote(connection, scanned(port("a", "10.0.0.1", seen=at)), known("a", LAMP), at=at)
        found.append(devices(database)["lamp"])
    assert {(status, since) for status, _, since in found} == {("online", NOW)}
    assert found[-1][1] == NOW + timedelta(minutes=50)
    assert observed.devices(connection)[LAMP].status_by == "scan"


def test_a_scan_that_misses_a_sleeper_once_changes_nothing(connection: Connection, database: Database) -> None:
    wrote(connection, scanned(port("a", "10.0.0.1")), known("a", LAMP))
    before = devices(database)["lamp"]
    wrote(connection, scanned(), known("a", LAMP, missed=1), at=NOW + timedelta(hours=1))
    assert devices(database)["lamp"] == before
    wrote(connection, scanned(), known("a", LAMP, missed=2), at=NOW + WEEK + timedelta(hours=1))
    assert devices(database)["lamp"][:2] == ("unknown", NOW)


@pytest.mark.parametrize("first", [True, False])
def test_the_address_of_a_device_is_that_of_its_main_port(connection: Connection, first: bool) -> None:
    main, further = port("b", "10.0.0.5", seen=ago(hours=1)), port("a", "10.0.20.5", "eth1")
    ports = (main, further) if first else (further, main)
    wrote(connection, scanned(*ports), known("a", LAMP), known("b", LAMP))
    assert (observed.devices(connection)[LAMP].ip, observed.devices(connection)[LAMP].ip_by) == ("10.0.0.5", "scan")
    wrote(connection, scanned(further), known("a", LAMP))
    assert observed.devices(connection)[LAMP].ip == "10.0.20.5", "the only one that is known"


def test_conflicts_stand_as_long_as_they_are_seen(connection: Connection) -> None:
    assert conflicts.conflicts(connection) == []
    later = NOW + timedelta(hours=1)
    for at in (NOW, later):
        record(connection, scanned(conflict("10.0.0.20"), conflict("10.0.0.3"), port("a", "10.0.0.1")), (), at=at)
    found = conflicts.conflicts(connection)
    assert [(each.site, each.ip, each.sentence, each.since) for each in found] == [
        ("o/s", "10.0.0.3", "two of them", NOW),
        ("o/s", "10.0.0.20", "two of them", NOW),
    ]
    record(connection, scanned(beyond=("conflict:10.0.0.3",)), (), at=later)
    assert [each.ip for each in conflicts.conflicts(connection)] == ["10.0.0.3"]


@pytest.mark.parametrize("said", ["a\0b", "\ud800", ["no text"], {"x": 1}, None, "x" * 100_000, "\x1b[31m"])
def test_a_conflict_may_say_anything(connection: Connection, said: Any) -> None:
    found = replace(conflict("10.0.0.3", said), details={"conflict": said, "ip": said})
    record(connection, scanned(found), (), at=NOW)
    for each in conflicts.conflicts(connection):
        assert isinstance(each.sentence, str)
        assert isinstance(each.ip, str)
