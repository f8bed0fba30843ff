"""Faults at the points of an apply; `scripts/faults` tries all of them, this a part that differs from run to run."""

import os
import random
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_database import Cluster, Database
from support_faults import CUT, FAULTS, SOON, Arena, Fault, arena, cells, contradictions, lock_free
from support_project import Project, Result
from support_proxy import Point

SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)


@pytest.fixture(scope="module")
def field(cluster: Cluster) -> Iterator[Arena]:
    with arena(cluster) as found:
        yield found


def _some(field: Arena, fault: Fault, count: int) -> list[Point]:
    """Points of a fault that are worth most, and some others."""
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    chance = random.Random(f"{SEED} {fault.name}")
    worth = [each for each in cells(field.points, field.commit, fault, chance, 10_000) if each.number >= field.begin]
    others = [each for each in field.points if each.moment in fault.moments and fault.at(each)]
    return [*chance.sample(worth, min(len(worth), count)), *chance.sample(others, 1)]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_leaves_old_or_new_and_is_reported_as_it_is(field: Arena, fault: Fault) -> None:
    verdicts = [field.try_(fault, point) for point in _some(field, fault, 1)]
    assert not [verdict for verdict in verdicts if verdict.violations]


@pytest.mark.parametrize("moment", ["sent", "after"])
def test_a_cut_at_commit_is_reported_right_every_time(field: Arena, moment: str) -> None:
    (point,) = [each for each in field.points if each.number == field.commit and each.moment == moment]
    verdicts = [field.try_(CUT, point) for _ in range(2)]
    assert [(each.state, each.said, each.violations) for each in verdicts] == [("new", "new", ())] * 2


def test_the_points_are_the_requests_of_an_apply(field: Arena) -> None:
    """A matrix over nothing would be content with everything."""
    labels = [point.label for point in field.points if point.moment == "before"]
    assert len(labels) > 100
    assert {"BEGIN", "COMMIT", "COPY data", "COPY done"} <= set(labels)
    lock = next(number for number, label in enumerate(labels) if "pg_advisory_lock" in label)
    assert lock < labels.index("BEGIN") < labels.index("COMMIT") < len(labels) - 1


APPLIED = "applied as generation 2 (6f915d91-9c52-4e83-b58f-08b43c2eea90)\n"
BROKE = "error: the connection to PostgreSQL broke; nothing was changed (gone)\n  help: try again once it answers\n"
ASKED = (
    "error: it broke while committing, and it cannot be asked whether apply 6f915d91-9c52-4e83-b58f-08b43c2eea90"
    " was carried out\n"
)


@pytest.mark.parametrize(
    ("code", "err", "state", "wrong"),
    [
        (0, APPLIED, "new", False),
        (3, BROKE, "old", False),
        (3, ASKED, "old", False),
        (3, ASKED, "new", False),
        (-9, "", "old", False),
        (-9, "", "new", False),
        (130, "\ninterrupted\n", "old", False),
        (0, APPLIED, "old", True),
        (3, BROKE, "new", True),
        (0, "", "new", True),
        (130, "\ninterrupted\n", "new", True),
        (0, ASKED, "new", True),
        (70, "error: invgit failed: KeyError: 1\n", "old", True),
        (3, "Traceback (most recent call last):\n" + BROKE, "old", True),
        (3, BROKE, "{}", True),
    ],
)
def test_what_was_said_is_compared_with_what_is(code: int, err: str, state: str, *, wrong: bool) -> None:
    assert bool(list(contradictions(Result(code, "", err), state))) == wrong


def test_a_client_that_goes_while_it_waits_for_a_row_keeps_nobody_waiting(database: Database, project: Project) -> None:
    from support_embedded import wait_for

    project.write({"o/organization.yaml": "organization: {name: O}"})
    project.apply()
    project.write({"o/organization.yaml": "organization: {name: P}"})
    with database.connect() as hands, hands.transaction():
        hands.execute("UPDATE organizations SET metadata = '{\"a\": 1}'")
        process = project.start("apply", "--yes")
        query = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        assert wait_for(lambda: database.execute(query), seconds=30)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        import time

        killed = time.monotonic()
        assert lock_free(database) - killed < SOON
        assert not database.execute(query)


def test_whoever_has_the_lock_is_named_to_a_role_that_sees_little(database: Database, tmp_path: Path) -> None:
    """The reading role may take the lock too; whoever waits for it is told who it is, and no more than they may see."""
    from invgit.state.lock import writer

    reader, other = database.role("SELECT"), database.role("SELECT, INSERT, UPDATE, DELETE")
    project = Project(tmp_path / "p", other)
    project.write({"o/organization.yaml": "organization: {name: O}"})
    with database.opened("looking around", dsn=reader) as connection, writer(connection):
        result = project.run("apply", "--yes", "--lock-timeout", "0.2")
        assert result.code == 7, result
        assert f"server process {connection.info.backend_pid}" in result.err
        assert f"role {connection.info.user}" in result.err
        assert "`invgit looking around" in result.err
    assert project.run("apply", "--yes").code == 0
