"""The apply protocol, whatever goes wrong around it: other appliers, kills, cut wires, hands in the same rows."""

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo
from support_database import Database, content, everything
from support_embedded import wait_for
from support_faults import SOON
from support_inventory import applied, compiled, planned
from support_project import Project, ended
from support_proxy import cut_at, wire

from invgit.errors import DatabaseError, LockBusy, StalePlan
from invgit.state.lock import writer

SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)


def inventory(word: str, count: int = 30) -> dict[str, str]:
    """Devices that are named after a word; some are there for this word only."""
    devices = "".join(
        f"  d{number}: {{name: {word} {number}, type: lamp, attributes: {{word: {{value: {word}}}}}}}\n"
        for number in range(count)
    )
    return {
        "o/organization.yaml": "organization: {name: O}",
        "o/s/site.yaml": f"site: {{name: {word}}}\ndevices:\n{devices}  only-{word}: {{name: Only, type: lamp}}\n",
    }


@contextmanager
def hands(database: Database, statement: str) -> Iterator[psycopg.Connection]:
    """Somebody has changed something, and thinks about it."""
    with database.connect() as connection, connection.transaction():
        connection.execute(statement.encode())
        yield connection


def waiting(database: Database) -> list[int]:
    """Server processes of applies that wait for a lock."""
    found = database.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'invgit apply%%' AND wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    return [pid for (pid,) in found]


# --- Several at once --------------------------------------------------------------------------------------------------


def test_applies_at_the_same_moment_happen_one_after_the_other(database: Database, tmp_path: Path) -> None:
    words = [f"w{number}" for number in range(12)]
    projects = {word: Project(tmp_path / word, database.applier) for word in words}
    for word, project in projects.items():
        project.write(inventory(word, 5))
    running = [project.start("apply", "--yes") for project in projects.values()]
    results = [ended(process) for process in running]
    assert [result.code for result in results] == [0] * len(words), results
    runs = database.execute(
        "SELECT generation, inventory_digest, created, updated, deleted FROM applies ORDER BY generation"
    )
    assert [generation for generation, *_ in runs] == list(range(1, 13))
    assert runs[0][2:] == (8, 0, 0)
    assert {run[2:] for run in runs[1:]} == {(1, 6, 1)}
    digests = {compiled(inventory(word, 5)).digest: word for word in words}
    assert sorted(digests) == sorted(digest for _, digest, *_ in runs)
    with database.opened() as connection:
        assert planned(connection, inventory(digests[runs[-1][1]], 5)).empty
        database.execute("UPDATE entities SET digest = NULL")
        assert planned(connection, inventory(digests[runs[-1][1]], 5)).empty


def test_the_same_apply_twice_at_once_is_one(database: Database, tmp_path: Path) -> None:
    projects = [Project(tmp_path / name, database.applier) for name in "abc"]
    for project in projects:
        project.write(inventory("same"))
    running = [project.start("apply", "--yes") for project in projects]
    assert [ended(process).code for process in running] == [0, 0, 0]
    assert database.execute("SELECT count(*) FROM applies") == [(1,)]


def test_who_waits_too_long_is_told_for_whom(database: Database, tmp_path: Path) -> None:
    hasty = Project(tmp_path / "p", conninfo.make_conninfo(database.applier, options="-c lock_timeout=300ms"))
    hasty.write(inventory("a"))
    with database.opened("rearranging the attic") as connection, writer(connection):
        result = hasty.run("apply", "--yes")
        assert result.code == 7
        assert "the database is being written by `invgit rearranging the attic" in result.err
        assert f"server process {connection.info.backend_pid}" in result.err
        assert "wait for it, and try again" in result.err
    assert hasty.run("apply", "--yes").code == 0


def test_who_waits_too_long_for_a_row_is_told_so(database: Database, project: Project) -> None:
    project.write(inventory("a"))
    project.apply()
    before = content(database)
    project.write(inventory("b"))
    project.dsn = conninfo.make_conninfo(database.applier, options="-c lock_timeout=300ms")
    with hands(database, "SELECT FROM devices WHERE slug = 'd3' FOR UPDATE"):
        result = project.run("apply", "--yes")
    assert result.code == 7
    assert "another session has locked rows that this needs" in result.err
    assert content(database) == before


def test_the_lock_is_free_again_whatever_happened(database: Database) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with database.opened() as first, database.opened() as second:
        for fault in (broken, lambda: first.execute("SELECT 1/0")):
            with pytest.raises((ZeroDivisionError, psycopg.errors.DivisionByZero)), writer(first, 1):
                fault()
            with writer(second, SOON):
                pass
        with pytest.raises(psycopg.OperationalError), writer(first, 1):
            first.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        with writer(second, SOON), pytest.raises(LockBusy), database.opened() as third, writer(third, 0.2):
            pass


# --- Hands in the same rows -------------------------------------------------------------------------------------------


def _meanwhile(database: Database, project: Project, statement: str) -> subprocess.Popen[str]:
    """An apply that waits for somebody who has changed a row, and has just finished."""
    with hands(database, statement):
        process = project.start("apply", "--yes")
        assert wait_for(lambda: waiting(database), seconds=30)
    return process


def test_a_row_that_is_changed_meanwhile_makes_the_plan_stale(database: Database, project: Project) -> None:
    project.write(inventory("a"))
    project.apply()
    project.write(inventory("b"))
    process = _meanwhile(database, project, "UPDATE devices SET name = 'by hand' WHERE slug = 'd3'")
    result = ended(process)
    assert result.code == 6, result
    assert "the database has changed since the plan was shown" in result.err
    assert database.execute("SELECT count(*) FROM devices WHERE name LIKE 'b %%'") == [(0,)]
    project.apply()
    assert project.changes() == []


def test_a_row_that_is_only_seen_meanwhile_makes_the_apply_try_again(database: Database, project: Project) -> None:
    project.write(inventory("a"))
    project.apply()
    project.write(inventory("b"))
    result = ended(
        _meanwhile(database, project, "UPDATE devices SET status = 'online', last_seen = now() WHERE slug = 'd3'")
    )
    assert result.code == 0, result
    assert result.out.count("Plan: ") == 1
    assert project.changes() == []
    assert database.execute("SELECT name, status FROM devices WHERE slug = 'd3'") == [("b 3", "online")]


def test_trying_again_has_an_end(database: Database, project: Project) -> None:
    database.execute(
        "CREATE SEQUENCE tries; GRANT USAGE ON SEQUENCE tries TO PUBLIC;"
        "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM nextval('tries'); RAISE 'not now' USING ERRCODE = '40P01'; END $$;"
        "CREATE TRIGGER never BEFORE INSERT ON zones FOR EACH STATEMENT EXECUTE FUNCTION never()"
    )
    project.write({**inventory("a"), "o/s/zones.yaml": "zones: {hall: {name: Hall}}"})
    before = everything(database)
    result = project.run("apply", "--yes")
    assert result.code == 3
    assert "other sessions kept changing the same rows; nothing was changed" in result.err
    assert database.execute("SELECT last_value FROM tries") == [(4,)]
    assert everything(database) == before


@pytest.mark.parametrize("table", ["organizations", "devices", "device_attributes", "entities", "applies", "audit_log"])
@pytest.mark.parametrize("code", ["P0001", "53100", "57014", "23514"])
def test_an_error_anywhere_changes_nothing(database: Database, project: Project, table: str, code: str) -> None:
    project.write(inventory("a", 3))
    project.apply()
    project.write({path: text.replace("name: O", "name: P") for path, text in inventory("b", 3).items()})
    database.execute(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE 'no such luck' USING ERRCODE = '{code}'; END $$;"
        f"CREATE TRIGGER no BEFORE INSERT OR UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION no()"
    )
    before = everything(database)
    result = project.run("apply", "--yes")
    assert result.code == (5 if code == "23514" or (code == "P0001" and table != "applies") else 3)
    assert "no such luck" in result.err
    assert everything(database) == before
    database.execute("DROP FUNCTION no CASCADE")
    project.apply()


def test_a_plan_that_was_approved_is_the_one_that_is_carried_out(database: Database) -> None:
    from support_inventory import STAMP

    from invgit.apply.apply import apply

    with database.opened() as connection:
        approved = planned(connection, inventory("a")).digest
        applied(connection, {"o/organization.yaml": "organization: {name: Other}"})
        with pytest.raises(StalePlan):
            apply(connection, compiled(inventory("a")), STAMP, approved=approved, timeout=1)
        assert database.execute("SELECT name FROM organizations") == [("Other",)]


# --- Kills and cut wires ----------------------------------------------------------------------------------------------


def test_a_session_that_the_server_ends_has_changed_nothing(database: Database, project: Project) -> None:
    project.write(inventory("a"))
    project.apply()
    before = everything(database)
    project.write(inventory("b"))
    with hands(database, "UPDATE devices SET last_seen = now() WHERE slug = 'd3'"):
        process = project.start("apply", "--yes")
        assert wait_for(lambda: waiting(database), seconds=30)
        database.execute("SELECT pg_terminate_backend(%s)", waiting(database)[0])
        result = ended(process)
    assert result.code == 3, result
    assert "nothing was changed" in result.err
    assert "try again once it answers" in result.err
    after = everything(database)
    assert {table for table in before if before[table] != after[table]} == {"devices"}
    project.apply()


@pytest.mark.parametrize("moment", ["in a row", "in the queue"])
def test_ctrl_c_changes_nothing(database: Database, project: Project, moment: str) -> None:
    project.write(inventory("a"))
    project.apply()
    before = content(database)
    project.write(inventory("b"))
    with database.opened() as connection, hands(database, "UPDATE devices SET last_seen = now() WHERE slug = 'd3'"):
        if moment == "in the queue":
            connection.execute("SELECT pg_advisory_lock(%s, 1)", [0x696E7667])
        process = project.start("apply", "--yes")
        assert wait_for(lambda: waiting(database), seconds=30)
        os.killpg(process.pid, signal.SIGINT)
        result = ended(process)
    assert (result.code, "Traceback" in result.err) == (130, False), result
    assert content(database)["entities"] == before["entities"]
    project.apply()


@pytest.mark.parametrize(("cut", "generation"), [("sent", 1), ("before", None)])
def test_the_fate_of_a_commit_is_looked_up(database: Database, cut: str, generation: int | None) -> None:
    with wire(database.applier, cut_at("COMMIT", cut)) as cable, database.opened(dsn=cable.dsn) as connection:
        if generation:
            assert applied(connection, inventory("a")).generation == generation
        else:
            with pytest.raises(DatabaseError, match="nothing was changed"):
                applied(connection, inventory("a"))
    assert database.execute("SELECT count(*) FROM applies") == [(generation or 0,)]
    with database.opened() as connection:
        assert planned(connection, inventory("a")).empty == bool(generation)


def test_a_commit_that_nobody_can_ask_about_is_called_unknown(database: Database) -> None:
    dsn = conninfo.make_conninfo(database.applier, connect_timeout=1)
    with wire(dsn, cut_at("COMMIT", "sent"), deaf=True) as cable, database.opened(dsn=cable.dsn) as connection:
        with pytest.raises(DatabaseError) as unknown:
            applied(connection, inventory("a"))
        assert wait_for(lambda: database.execute("SELECT id FROM applies"))
    assert "it cannot be asked whether apply" in unknown.value.message
    ((id,),) = database.execute("SELECT id::text FROM applies")
    assert id in unknown.value.message


@pytest.mark.slow
def test_a_client_that_stands_still_blocks_nobody_for_long(database: Database, project: Project) -> None:
    project.write(inventory("a"))
    project.apply()
    project.write(inventory("b"))
    with hands(database, "UPDATE devices SET last_seen = now() WHERE slug = 'd3'"):
        process = project.start("apply", "--yes")
        assert wait_for(lambda: waiting(database), seconds=30)
        os.killpg(process.pid, signal.SIGSTOP)
    assert wait_for(lambda: not _alive(database), seconds=90)
    project.apply()
    os.killpg(process.pid, signal.SIGCONT)
    result = ended(process)
    assert (result.code, "nothing was changed" in result.err) == (3, True), result
    assert project.changes() == []


def _killed(database: Database, project: Project, chance: random.Random, rounds: int) -> dict[str, int]:
    """Kill applies at any moment; each leaves old or new, and the next one needs no hand."""
    project.write(inventory("a"))
    project.apply()
    started = time.monotonic()
    assert project.command("apply", "--yes").code == 0
    whole = time.monotonic() - started
    seen = {"old": 0, "new": 0}
    for number in range(rounds):
        word = "ba"[number % 2]
        project.write(inventory(word))
        before = content(database)
        process = project.start("apply", "--yes")
        time.sleep(chance.uniform(0.4, 1.4) * whole)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert wait_for(lambda: not _alive(database))
        if content(database) == before:
            seen["old"] += 1
            whole *= 1.1  # to where it is decided, though the machine may be faster or slower by now
            project.apply()
        else:
            seen["new"] += 1
            whole /= 1.1
            assert project.changes() == []
        assert database.execute("SELECT count(*), max(generation) FROM applies") == [(number + 2, number + 2)]
        assert database.execute("SELECT count(*) FROM devices WHERE slug = %s", f"only-{word}") == [(1,)]
    return seen


def _alive(database: Database) -> bool:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'invgit apply%%'"
        " AND datname = current_database()"
    )
    return bool(database.execute(query)[0][0])


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Callable[[], random.Random]:
    """Dice for one test; the seed is in the output of a failed one, and INVGIT_SEED repeats it."""
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    return lambda: random.Random(f"{SEED} {request.node.name}")


def test_a_kill_leaves_old_or_new(database: Database, project: Project, chance: Callable[[], random.Random]) -> None:
    assert sum(_killed(database, project, chance(), 10).values()) == 10


@pytest.mark.slow
def test_many_kills_leave_old_or_new(database: Database, project: Project, chance: Callable[[], random.Random]) -> None:
    seen = _killed(database, project, chance(), 40)
    assert min(seen.values()) > 5, seen
