"""Several appliers at once make the history of applies one after the other; with the lock elsewhere they do not."""

import os
import secrets
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from support_appliers import Crowd, crowd, recorded, restarts, told
from support_database import Cluster
from support_embedded import REPOSITORY, wait_for
from support_faults import LOCK, SOON
from support_histories import Said, anomalies
from support_project import Project
from support_server import own_server

SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)


def test_appliers_hands_and_kills_make_a_history_that_is_an_order(cluster: Cluster) -> None:
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    with crowd(cluster, SEED) as found:
        found.run(*(partial(found.applier, number) for number in range(6)), found.hands, seconds=6)
        assert found.settled() == []
        assert sum(each.result == "applied" for each in found.said) > 2


@pytest.mark.slow
def test_restarts_make_no_other_history(cluster: Cluster) -> None:
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    with own_server() as server, crowd(server.cluster, SEED) as found:
        works = [partial(found.applier, number) for number in range(16)]
        found.run(*works, found.hands, partial(restarts, server, found.over, SEED), seconds=30)
        assert found.settled() == []


# --- The lock inside the transaction ----------------------------------------------------------------------------------

LOCK_OUTSIDE = """    with writer(connection, timeout):
        return committed(connection, id, work)
"""
LOCK_INSIDE = """    def locked() -> Outcome:
        with writer(connection, timeout):
            return work()

    return committed(connection, id, locked)
"""
MOVED = {
    "apply/apply.py": [(LOCK_OUTSIDE, LOCK_INSIDE)],
    "state/lock.py": [
        ("SELECT pg_advisory_lock(", "SELECT pg_advisory_xact_lock("),
        ("            _let_go(connection, own, shared=shared)\n", "            pass\n"),
    ],
}
"""invgit as it must not be: BEGIN comes before the lock, which then goes with the transaction."""


@pytest.fixture
def mutant(tmp_path: Path) -> Path:
    """A copy of invgit in which the lock stands in the wrong place."""
    there = tmp_path / "mutant"
    shutil.copytree(REPOSITORY / "invgit", there / "invgit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "migrations", there / "migrations")
    shutil.copy(REPOSITORY / "pyproject.toml", there)
    for name, changes in MOVED.items():
        path = there / "invgit" / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return there


def _two_that_only_add(found: Crowd) -> list[Said]:
    """Two applies that both have begun before either has the lock; neither changes a row of the other's."""
    said = []
    with found.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
        runs = {}
        for word in ("one", "two"):
            project = Project(found.folder / word, found.database.applier)
            owner = {f"{word}/organization.yaml": "organization: {name: O}"}
            project.write({**owner, f"{word}/s/site.yaml": f"site: {{name: {word}}}"})
            runs[word] = found.zygote.start(project, "apply", "--yes", "--format", "json")
        query = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"
        assert wait_for(lambda: len(found.database.execute(query)) == 2, seconds=30)
    for word, run in runs.items():
        ended = run.ended()
        said.append(told(word, ended))
    return said


def test_a_lock_inside_the_transaction_is_caught_when_the_database_objects(cluster: Cluster, mutant: Path) -> None:
    with crowd(cluster, SEED, mutant) as found:
        said = _two_that_only_add(found)
        rows, final = recorded(found.database)
        assert sorted(each.result for each in said) == ["applied", "refused"]
        assert [each for each in anomalies(said, rows, final) if "refused, though" in each]


def test_a_lock_inside_the_transaction_is_caught_when_nothing_objects(cluster: Cluster, mutant: Path) -> None:
    """Without the constraint on generations both are content, and each has worked on what the other had changed."""
    with crowd(cluster, SEED, mutant) as found:
        found.database.execute("ALTER TABLE applies DROP CONSTRAINT applies_generation_key")
        said = _two_that_only_add(found)
        rows, final = recorded(found.database)
        assert [each.result for each in said] == ["applied", "applied"]
        assert [each for each in anomalies(said, rows, final) if "a gap or a double: [1]" in each]
        assert found.database.execute("SELECT count(*) FROM sites") == [(2,)]


def test_the_lock_where_it_is_lets_both_through_one_after_the_other(cluster: Cluster) -> None:
    with crowd(cluster, SEED) as found:
        said = _two_that_only_add(found)
        assert [each.result for each in said] == ["applied", "applied"]
        assert sorted(each.generation or 0 for each in said) == [1, 2]
        assert found.database.execute("SELECT count(*) FROM sites") == [(1,)]


def test_a_kill_in_the_queue_leaves_no_place_in_it(cluster: Cluster) -> None:
    with crowd(cluster, SEED) as found, found.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
        project = Project(found.folder / "one", found.database.applier)
        project.write({"o/organization.yaml": "organization: {name: O}"})
        run = found.zygote.start(project, "apply", "--yes")
        query = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"
        assert wait_for(lambda: found.database.execute(query), seconds=30)
        run.signal(signal.SIGKILL)
        assert wait_for(lambda: not found.database.execute(query), seconds=SOON)
