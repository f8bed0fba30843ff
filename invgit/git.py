"""What git knows of the files. The caller's `GIT_*` environment, hooks and monitors have no say."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from invgit.errors import GitError

_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "--no-optional-locks")


@dataclass(frozen=True, slots=True)
class Revision:
    """The commit a working tree stands on, and whether the looked-at files differ from it."""

    commit: str
    dirty: bool


def revision(folder: Path) -> Revision | None:
    """The revision of the files in `folder`; None outside of a repository, before its first commit, or without git."""
    try:
        commit = _run(folder, "rev-parse", "--verify", "--quiet", "HEAD").strip()
        changes = _run(folder, "status", "--porcelain", "--untracked-files=all", "--ignore-submodules=all", "--", ".")
    except GitError:
        return None
    return Revision(commit, bool(changes.strip()))


def path_of(folder: Path) -> str:
    """The path of a folder in its repository, with forward slashes and one at its end; nothing at its root, or in none.

    Looks for `.git` itself: in a CI container git refuses to speak about a repository that is somebody else's.
    """
    here = folder.resolve()
    for above in (here, *here.parents):
        if (above / ".git").exists():
            return "" if above == here else f"{here.relative_to(above).as_posix()}/"
    return ""


def _run(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments], cwd=folder, env=environment, capture_output=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise GitError(f"git {arguments[0]} failed", help="is git installed, and is this a repository?") from error
    return done.stdout.decode("utf-8", "surrogateescape")
