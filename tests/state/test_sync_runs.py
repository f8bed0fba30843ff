"""Runs of sources are on record, and other programs read what was observed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from support_database import Database
from support_embedded import REPOSITORY
from support_inventory import NOW, applied
from support_observed import HOUSE, LAMP, LOCK, ago, known, look, looked, saw, syncing

from invgit.errors import DatabaseError
from invgit.state.database import Connection
from invgit.state.sync_runs import Runs, SyncRun, note, runs

RUN = SyncRun("homeseer", "o/s", "incremental", "completed", NOW, timedelta(seconds=1.25), "ada@example", total=7)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with syncing(database) as opened:
        yield opened


def test_a_run_is_on_record_as_it_was(connection: Connection, database: Database) -> None:
    assert runs(connection) == []
    run = replace(
        RUN,
        kind="full",
        outcome="partial",
        created=1,
        updated=2,
        deleted=3,
        skipped=4,
        failed=5,
        warnings=("odd",),
    )
    note(connection, run)
    assert runs(connection) == [Runs("homeseer", "o/s", run, run, None)]
    ((site, direction, took, completed),) = database.execute(
        "SELECT s.slug, direction, duration_ms, completed_at FROM sync_history h JOIN sites s ON s.id = h.site_id"
    )
    assert (site, direction, took, completed) == ("s", "import", 1250, NOW + timedelta(seconds=1.25))


def test_the_last_run_and_the_last_good_one_are_told_of_each_source_and_site(connection: Connection) -> None:
    good = replace(RUN, started=ago(hours=2))
    late = replace(RUN, started=ago(hours=1), outcome="failed", error="it does not answer")
    for run in (late, good, replace(RUN, started=ago(days=2))):
        note(connection, run)
    note(connection, replace(late, site="o/none", source="scan"))
    looked(connection, look(saw("1")), known("1", LAMP))
    never = replace(late, site="o/none", source="scan")
    assert runs(connection) == [
        Runs("homeseer", "o/s", late, good, NOW), Runs("scan", "o/none", never, None, None)
    ]  # fmt: skip


def test_what_a_source_says_of_a_failure_is_inert(connection: Connection) -> None:
    note(
        connection,
        replace(RUN, outcome="failed", error="a\0b\n##[error]\x1b[31m\ud800" + "x" * 9000, warnings=["\x07"] * 3000),
    )
    last = runs(connection)[0].last
    assert last is not None
    assert last.error is not None
    assert last.error.startswith("a\ufffdb\\n##")
    assert last.error.isprintable()
    assert len(last.error) == 2000
    assert (len(last.warnings), last.warnings[0]) == (1000, "\\x07")


def test_who_may_only_look_puts_nothing_on_record(database: Database) -> None:
    with database.opened(dsn=database.reader) as connection, pytest.raises(DatabaseError, match="permission denied"):
        note(connection, RUN)
    assert database.execute("SELECT count(*) FROM sync_history") == [(0,)]


def test_devices_as_they_are_now_say_who_says_so(connection: Connection, database: Database) -> None:
    declared = HOUSE["o/s/site.yaml"].replace("type: lamp", "type: lamp, firmware_version: '1.0'")
    with database.opened() as other:
        applied(other, {**HOUSE, "o/s/site.yaml": declared})
    lamp = saw("1", "online", ago(hours=1), ip="10.0.0.9", firmware_version="2.0")
    looked(connection, look(lamp, saw("2", "online", ago(days=8), ip="odd")), known("1", LAMP), known("2", LOCK))
    looked(connection, look(saw("x", "offline", ago(hours=2), ip="10.0.0.8"), source="scan"), known("x", LAMP))
    rows = database.execute(
        "SELECT address, ip_address, ip_address_by, firmware_version, firmware_version_by, status, status_by,"
        " last_seen_by, stale FROM current_devices ORDER BY slug"
    )
    assert rows == [
        ("device:o/s/box", None, None, None, None, "maintenance", "declared", None, False),
        ("device:o/s/lamp", "10.0.0.9", "homeseer", "1.0", "declared", "online", "homeseer", "homeseer", False),
        ("device:o/s/lock", "odd", "homeseer", None, None, "unknown", "homeseer", "homeseer", True),
        ("device:o/s/old", None, None, None, None, "decommissioned", "declared", None, False),
    ]


def test_the_questions_of_the_documents_have_answers(connection: Connection, database: Database) -> None:
    looked(connection, look(saw("1", "offline", ago(hours=1)), saw("2")), known("1", LAMP), known("2", None))
    note(connection, replace(RUN, started=NOW, outcome="failed", error="no"))
    text = (REPOSITORY / "docs/observed.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    answers = [database.execute(each) for each in block.split(";\n") if each.strip()]
    assert len(answers) == 5
    assert answers[0][-1][:2] == ("device:o/s/lamp", "offline")
    assert [row[1] for row in answers[2]] == ["2"]
