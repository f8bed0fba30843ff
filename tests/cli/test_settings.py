"""`invgit.yaml`: what a stage declares for itself is checked as everything else, all at once, with its place."""

from pathlib import Path

import pytest
from support_project import Project

BASE = "database: {env: PROJECT_DATABASE}\n"


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", "")


def told(project: Project, text: str) -> str:
    project.root.joinpath("invgit.yaml").write_text(BASE + text, encoding="utf-8")
    result = project.run("status")
    assert result.code == 3, result
    return result.err


def test_every_fault_of_every_section_is_told_with_its_place(bare: Project) -> None:
    err = told(bare, "limit: 3\nnotify:\n  warranty_within: soon\n  webhook: {}\n")
    assert "invgit.yaml:2:1: unknown key" in err
    assert "invgit.yaml:4:20: `soon` is no duration: write it like 90s, 15m, 12h, 7d, 4w" in err
    assert "invgit.yaml:5:3: `webhook` is not a field of `notify`; did you mean `webhooks`?" in err


@pytest.mark.parametrize("said", ["word", "[a]", "{webhooks: [a]}", "{webhooks: {x: {url: {env: A, file: b}}}}"])
def test_what_is_no_section_is_told_at_its_place(bare: Project, said: str) -> None:
    assert "invgit.yaml:2:" in told(bare, f"notify: {said}\n")


def test_an_empty_section_says_nothing(bare: Project) -> None:
    assert "notify" not in told(bare, "notify:\n")  # but that there is no database
