"""git as a process: bounded in time and in what it answers, and deaf to the caller's environment and to settings."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Timer
from typing import NamedTuple

from invgit.errors import GitError

MOST = 128 * 1024 * 1024
"""Bytes that one answer may have: a few hundred bytes of trees in trees can list 10,000,000,000 files."""
_SECONDS = 60
_WORDS = 4096

# A folder of the tree may look like a bare repository, with settings of its own (git-config, safe.bareRepository).
_SAFE = (
    "--no-optional-locks",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.splitIndex=false"),
    *("-c", "index.sparse=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "user.useConfigOnly=true"),  # nobody is `root@localhost.localdomain`
)
_IDENTITY = {f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
"""Of the caller's environment these are for commits, and say who makes them."""

# As they are, not as replace refs or grafts would have them; nothing is asked of a person or fetched from a promisor.
_ALWAYS = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


class Ended(NamedTuple):
    """How git ended: its exit code, what it answered, and what it said about why."""

    code: int
    out: bytes
    words: str


def run(folder: Path, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
    """What git answers in a folder to `arguments` and the bytes `given`, under `more` environment.

    Raises GitError when it is absent or fails.
    """
    done = ended(folder, *arguments, given=given, more=more)
    if done.code:
        words = f": {done.words}" if done.words else ""
        partial = "nothing is fetched for a clone that has only a part: clone without --filter"
        raise GitError(f"git {arguments[0]} failed{words}", help=partial if "promisor" in words else None)
    return done.out


def ended(
    folder: Path,
    *arguments: str,
    given: bytes = b"",
    more: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Ended:
    """How git ends, whatever that means; it has a minute, or so many `seconds`.

    Raises GitError when it is absent, says too much, or does not end in time.
    """
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_" or name in _IDENTITY}
    environment |= {**_ALWAYS, **(more or {})}
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(given)
        asked.seek(0)
        try:
            process = subprocess.Popen(
                ["git", *_SAFE, *arguments],
                cwd=folder,
                env=environment,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except (OSError, ValueError) as error:
            raise GitError(f"git cannot be started: {error}", help="is git installed?") from error
        out = _answer(process, arguments[0], seconds or _SECONDS)
        said.seek(0)
        lines = said.read(_WORDS).decode("utf-8", "replace").strip().splitlines()
    fatal = [each.removeprefix("fatal: ") for each in lines if each.startswith("fatal: ")]
    return Ended(process.returncode, out, "".join((fatal or lines)[:1]))


def _answer(process: "subprocess.Popen[bytes]", asked: str, seconds: float) -> bytes:
    """All that it answers, once it has ended; it has not much time."""
    late = Timer(seconds, process.kill)
    late.start()
    try:
        assert process.stdout
        with process:
            out = process.stdout.read(MOST + 1)
            if len(out) > MOST:
                raise GitError(
                    f"git {asked} answers with more than {MOST // 2**20} MiB", help="is that really an inventory?"
                )
    finally:
        process.kill()
        over = not late.is_alive()
        late.cancel()
    if over:
        raise GitError(f"git {asked} has not ended within {seconds:g} seconds")
    return out
