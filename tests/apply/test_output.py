"""What an apply says, when what it says cannot be written: it agrees with what was done."""

import os
import subprocess
from pathlib import Path

import pytest
from support_database import Database, everything
from support_inventory import TINY
from support_project import Project

FULL = Path("/dev/full")


def shell(
    project: Project, *words: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> "subprocess.CompletedProcess[str]":
    """A command whose streams go where somebody wants them."""
    import sys

    command = [sys.executable, "-m", "invgit", "-C", str(project.root), *words]
    environment = project.environment()
    return subprocess.run(command, env=environment, text=True, check=False, stdout=stdout, stderr=stderr)


@pytest.fixture
def full() -> int:
    """A disk on which no byte is free."""
    if not FULL.exists():
        pytest.skip("there is no /dev/full here")
    return os.open(FULL, os.O_WRONLY)


def test_a_plan_that_cannot_be_written_is_not_carried_out(database: Database, project: Project, full: int) -> None:
    project.write(TINY)
    before = everything(database)
    for form in ("text", "json"):
        result = shell(project, "apply", "--yes", "--format", form, stdout=full)
        assert result.returncode == 3
        assert "the plan cannot be written (No space left on device); nothing was changed" in result.stderr
        assert everything(database) == before
    project.apply()


def test_a_plan_whose_reader_has_gone_is_not_carried_out(database: Database, project: Project) -> None:
    project.write(TINY)
    before = everything(database)
    reader, writer = os.pipe()
    os.close(reader)
    result = shell(project, "apply", "--yes", stdout=writer)
    assert (result.returncode, "(Broken pipe); nothing was changed" in result.stderr) == (3, True), result
    assert everything(database) == before


def test_an_apply_whose_messages_cannot_be_written_is_carried_out(
    database: Database, project: Project, full: int
) -> None:
    project.write(TINY)
    result = shell(project, "apply", "--yes", stderr=full)
    assert (result.returncode, "Plan: 3 to create" in result.stdout) == (0, True)
    assert database.execute("SELECT count(*) FROM applies") == [(1,)]


@pytest.mark.parametrize(
    "words", [["plan"], ["plan", "--format", "json"], ["status"], ["audit"], ["validate", "--format", "sarif"]]
)
def test_a_report_that_cannot_be_written_is_the_environments_failure(
    project: Project, full: int, words: list[str]
) -> None:
    project.write({**TINY, "o/s/more.yaml": "devices: {x: {name: 5, typ: nas}}"} if words[0] == "validate" else TINY)
    result = shell(project, *words, stdout=full)
    assert (result.returncode, "Traceback" in result.stderr) == (3, False), result
    assert "the output cannot be written: No space left on device" in result.stderr


def test_nobody_who_reads_on_is_no_failure_of_a_report(project: Project) -> None:
    project.write(TINY)
    reader, writer = os.pipe()
    os.close(reader)
    result = shell(project, "plan", stdout=writer)
    assert (result.returncode, result.stderr) == (0, "")
