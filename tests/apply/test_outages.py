"""The server goes, the disk is full, the client stands still: old or new, told as it is, and no hand is needed."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from support_database import Database, everything
from support_embedded import place, wait_for
from support_faults import Arena, Fault, arena, cells
from support_outages import STANDS_STILL, outages
from support_project import Project
from support_proxy import Moment, cut_at, wire
from support_server import Server, own_server

SEED = int(os.environ.get("INVGIT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


@pytest.fixture(scope="module")
def ours() -> Iterator[tuple[Server, Arena]]:
    """A server that may be stopped, and something to apply there."""
    with own_server() as server, arena(server.cluster) as field:
        yield server, field


def _one_of(field: Arena, fault: Fault, moment: str) -> None:
    """At COMMIT, and at another point."""
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    chance = random.Random(f"{SEED} {fault.name}")
    points = [each for each in field.points if each.moment == moment and fault.at(each)]
    commit = [each for each in points if each.number == field.commit]
    earlier = [each for each in points if field.begin < each.number < field.commit]
    verdicts = [field.try_(fault, point) for point in (*commit, chance.choice(earlier))]
    assert not [(each.fault, each.label, wrong) for each in verdicts for wrong in each.violations]


@pytest.mark.parametrize(("number", "moment"), [(0, "after"), (1, "sent"), (2, "before")])
def test_a_server_that_goes_and_comes_back(ours: tuple[Server, Arena], number: int, moment: str) -> None:
    server, field = ours
    _one_of(field, outages(server)[number], moment)


def test_a_client_that_stands_still_has_the_lock_no_longer_than_its_limit(ours: tuple[Server, Arena]) -> None:
    _, field = ours
    _one_of(field, STANDS_STILL, "before")
    lock = [each for each in field.points if "pg_advisory_lock" in each.label and each.moment == "before"]
    assert not field.try_(STANDS_STILL, lock[0]).violations


def test_points_around_commit_are_always_tried(ours: tuple[Server, Arena]) -> None:
    _, field = ours
    chosen = cells(field.points, field.commit, outages(ours[0])[0], random.Random(1), 1000)
    assert {each.moment for each in chosen if each.number == field.commit} == {"before", "sent", "after"}


def test_a_server_that_stays_away_at_commit_leaves_the_outcome_to_be_asked_for(
    ours: tuple[Server, Arena], tmp_path: Path
) -> None:
    """What was told as unknown is looked up by its id, once the server answers."""
    server, _ = ours
    with server.cluster.database() as database:
        project = Project(tmp_path / "p", database.applier.replace("connect_timeout=20", "connect_timeout=1"))
        project.write({"o/organization.yaml": "organization: {name: O}"})
        moments: tuple[tuple[Moment, bool], ...] = (("before", False), ("sent", True))
        for moment, carried_out in moments:
            direct = project.dsn
            with wire(direct, cut_at("COMMIT", moment), deaf=True) as cable:
                project.dsn = cable.dsn
                result = project.run("apply", "--yes")
            project.dsn = direct
            assert result.code == 3, result
            id = result.err.partition("whether apply ")[2].split()[0]
            assert f"`invgit status {id}` tells once the server answers" in result.err
            (found,) = project.run("status", id, "-o", "json").json
            assert found["carried_out"] is carried_out


# --- Disks ------------------------------------------------------------------------------------------------------------

MANY = 3000


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own, for a while; only root can make one."""
    with place() as folder:
        disk = folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "invgit", disk], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", disk], check=True)


def _many(word: str) -> dict[str, str]:
    files = {"o/organization.yaml": "organization: {name: O}", "o/s/site.yaml": "site: {name: S}"}
    for first in range(0, MANY, 1000):
        devices = (
            f"  d{n}: {{name: {word} {n}, type: lamp, metadata: {{x: {'x' * 400}}}}}\n"
            for n in range(first, first + 1000)
        )
        files[f"o/s/devices-{first}.yaml"] = "devices:\n" + "".join(devices)
    return files


def _filled(disk: Path, left: int) -> Path:
    """Leave so many bytes."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - left)
    return ballast


def _use_up_the_log(database: Database) -> None:
    """Write until the log's next megabyte needs a new file."""
    query = (
        "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint % 16777216 > 15728640 AND NOT EXISTS"
        " (SELECT FROM pg_ls_waldir() WHERE name > pg_walfile_name(pg_current_wal_insert_lsn()))"
    )
    while database.execute(query) == [(False,)]:
        database.execute("SELECT pg_logical_emit_message(false, 'a test', repeat('x', 500000))")


@pytest.mark.root(mounts=True)
@pytest.mark.parametrize("left", [200_000, 12_000_000], ids=["for tables", "for its log"])
def test_a_full_disk_of_the_server_changes_nothing(tmp_path: Path, left: int) -> None:
    """It cannot extend a table, or cannot write its log and goes down: with room again, all is as it was."""
    with small_disk(150) as folder:
        data = folder / "disk" / "data"
        data.mkdir()
        server = Server(folder, data)
        server.start("max_wal_size=32MB", "min_wal_size=32MB", "wal_recycle=off")
        try:
            with server.cluster.database() as database:
                project = Project(tmp_path / "p", database.applier.replace("connect_timeout=20", "connect_timeout=2"))
                project.write({"o/organization.yaml": "organization: {name: O}"})
                project.apply()
                before = everything(database)
                project.write(_many("a"))
                database.execute("CHECKPOINT")
                _use_up_the_log(database)
                ballast = _filled(folder / "disk", left)
                result = project.run("apply", "--yes")
                assert result.code == 3, result
                assert "nothing was changed" in result.err or "No space left on device" in result.err, result
                ballast.unlink()
                assert wait_for(lambda: server.answers() or not server.lives())
                if not server.lives():
                    server.start()
                assert everything(database) == before
                project.apply()
                assert project.changes() == []
                assert database.execute("SELECT max(generation), count(*) FROM applies") == [(2, 2)]
        finally:
            server.stop("immediate")


def test_a_limit_of_the_role_on_statements_ends_an_apply_and_changes_nothing(
    database: Database, project: Project
) -> None:
    project.write({"o/organization.yaml": "organization: {name: O}"})
    project.apply()
    before = everything(database)
    project.write({"o/organization.yaml": "organization: {name: P}"})
    direct = project.dsn
    project.dsn = psycopg.conninfo.make_conninfo(direct, options="-c statement_timeout=1000")
    with database.connect() as hands, hands.transaction():
        hands.execute("LOCK TABLE organizations")
        result = project.run("apply", "--yes")
    assert (result.code, "statement timeout" in result.err) == (3, True), result
    assert everything(database) == before
    project.dsn = direct
    project.apply()


def test_a_deadlock_is_tried_again(database: Database, project: Project) -> None:
    """Two sessions wait for each other; PostgreSQL ends one of them. Whichever it is, the apply goes through."""
    project.write({"o/organization.yaml": "organization: {name: O}", "o/s/site.yaml": "site: {name: S}"})
    project.apply()
    project.write({"o/organization.yaml": "organization: {name: P}", "o/s/site.yaml": "site: {name: T}"})
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with database.connect() as hands:
        hands.execute("BEGIN")
        hands.execute("UPDATE sites SET is_active = is_active")
        process = project.start("apply", "--yes")
        assert wait_for(lambda: database.execute(waits), seconds=30)
        try:
            hands.execute("UPDATE organizations SET is_active = is_active")
            hands.execute("COMMIT")
        except psycopg.errors.DeadlockDetected:
            hands.execute("ROLLBACK")
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)
    assert project.changes() == []
