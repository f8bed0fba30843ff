"""What can be proved of Windows and macOS without them: nothing is called that is not there."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support_embedded import REPOSITORY

GUARD = REPOSITORY / "invgit/state/embedded/guard"
POSIX_ONLY = {"posix", "posix_cluster", "posix_system", "pidfile", "sockets", "adopt"}
"""Modules of the guard that come in through `posix_system`, which Windows never imports."""


@pytest.mark.parametrize(("platform", "elsewhere"), [("win32", POSIX_ONLY), ("darwin", {"windows", "windows_job"})])
def test_the_types_hold_on_other_systems(platform: str, elsewhere: set[str], tmp_path: Path) -> None:
    """mypy reads Python's own description of each system; what only other systems have is an error there."""
    command = [sys.executable, "-m", "mypy", "--platform", platform, "--cache-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done
    allowed = {f"invgit/state/embedded/guard/{name}.py" for name in elsewhere} | {"invgit/state/embedded/disk.py"}
    found = [line for line in done.stdout.splitlines() if re.match(r"\S+:\d+: error", line)]
    assert [line for line in found if line.partition(":")[0].replace("\\", "/") not in allowed] == []


def test_windows_imports_nothing_that_only_posix_has() -> None:
    for path in GUARD.glob("*.py"):
        if path.stem in POSIX_ONLY:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                names = {node.module or "", *(alias.name for alias in node.names)}
                assert not names & POSIX_ONLY or (path.stem, names & POSIX_ONLY) == ("run", {"posix_system"}), path
