"""The workflows of this repository: what GitHub takes, with no more rights than they need, nothing that can move."""

import re
import runpy
import subprocess
import sys

import pytest
from support_embedded import REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.y*ml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_github_takes_the_workflow(path) -> None:
    """By the schema of schemastore.org that check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_reads_and_nothing_else(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^permissions:\n  contents: read\n(?! )", text, re.MULTILINE)
    assert "pull_request_target" not in text
    assert not re.search(r"^ +(?:permissions|env):", text, re.MULTILINE)
    assert "secrets." not in text
    for line in re.findall(r"run: .*", text):
        assert "${{" not in line, "what a pull request says must not become a command"
    for action in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), f"{action} could be moved"


def test_the_workflow_and_the_matrix_name_the_same_pythons() -> None:
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    try:
        pythons = runpy.run_path(str(REPOSITORY / "scripts/matrix"))["PYTHONS"]
    finally:
        sys.path.remove(str(REPOSITORY / "scripts"))
    text = (REPOSITORY / ".github/workflows/test.yml").read_text(encoding="utf-8")
    assert re.findall(r'"(3\.\d+)"', text) == list(pythons)
    assert f'requires-python = ">={pythons[0]}"' in (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
