"""The hooks for pre-commit.com: what they name is there, and pre-commit itself runs them."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml
from support_embedded import REPOSITORY
from support_git import Repository

from invgit import paths
from invgit.cli.main import COMMANDS

HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
OF_A_NEW_ONE = paths.TEMPLATES / "init/.pre-commit-config.yaml"
LOCAL = yaml.safe_load(OF_A_NEW_ONE.read_text(encoding="utf-8"))["repos"][0]["hooks"]
NEW = ("init", "--organization", "smith-family", "--site", "cabin", "--timezone", "America/Chicago")


@pytest.mark.parametrize("hook", [*HOOKS, *LOCAL], ids=lambda hook: f"{hook['id']}-{hook['language']}")
def test_a_hook_runs_a_command_of_ours_over_the_whole_inventory(hook: dict[str, object]) -> None:
    program, command, *_ = str(hook["entry"]).split()
    assert program == "invgit"
    assert command in COMMANDS
    assert hook["pass_filenames"] is False


def test_a_new_inventory_has_the_same_hooks() -> None:
    same = ("id", "entry", "files", "pass_filenames")
    assert [[hook[name] for name in same] for hook in HOOKS] == [[hook[name] for name in same] for hook in LOCAL]


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pre-commit from PyPI, in an environment of its own."""
    folder = tmp_path_factory.mktemp("pre-commit")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pre-commit==4.7.0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"pip could not fetch pre-commit: {done.stderr[-500:]}")
    return python


@pytest.mark.slow
@pytest.mark.parametrize("way", ["repository", "local"])
def test_pre_commit_runs_them(pre_commit: Path, tmp_path: Path, way: str) -> None:
    ours = Path(sys.executable).parent
    known = {
        **os.environ,
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "PATH": f"{ours}{os.pathsep}{os.environ['PATH']}",
    }
    inventory = Repository(tmp_path / "inventory")
    subprocess.run([sys.executable, "-m", "invgit", *NEW], cwd=inventory.root, check=True, capture_output=True)
    if way == "repository":
        source = tmp_path / "source"
        subprocess.run(["git", "clone", "--quiet", REPOSITORY, source], check=True)
        revision = Repository(source).git("rev-parse", "HEAD")
        hooks = "".join(f"      - id: {hook['id']}\n" for hook in HOOKS)
        config = f"repos:\n  - repo: {source.as_uri()}\n    rev: {revision}\n    hooks:\n{hooks}"
        (inventory.root / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    inventory.commit()

    def run() -> "subprocess.CompletedProcess[str]":
        command = [pre_commit, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
        return subprocess.run(command, cwd=inventory.root, env=known, capture_output=True, text=True, check=False)

    right = run()
    assert right.returncode == 0, right
    assert right.stdout.count("Passed") == len(HOOKS)
    site = inventory.root / "inventory/smith-family/cabin/site.yaml"
    site.write_text(site.read_text(encoding="utf-8").replace("country: USA", "country: Atlantis"), encoding="utf-8")
    wrong = run()
    assert wrong.returncode == 1, wrong
    assert "error[bad-country]" in wrong.stdout
