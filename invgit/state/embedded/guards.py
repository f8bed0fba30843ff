"""The guards that this process has started: processes of their own, which outlive the command that did."""

import atexit
import os
import sys
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING

from invgit.errors import DatabaseError

from .folder import reason
from .guard import layout

if TYPE_CHECKING:
    import subprocess

_started: list["subprocess.Popen[bytes]"] = []
"""They are looked at again so that no zombie stays."""


@atexit.register
def _let_go() -> None:
    """A guard that lives on is meant to; Popen would warn of it."""
    for guard in _started:
        guard.returncode = 0


def look_again() -> None:
    """Forget those that have ended."""
    _started[:] = [guard for guard in _started if guard.poll() is None]


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """A guard in a process of its own, with nothing of this one but a pipe for its last word. Raises DatabaseError."""
    # Only who starts a server pays for these.
    import subprocess

    from .binaries import installation

    install = installation(folder)
    script = Path(layout.__file__).parent / "__main__.py"
    kept = ("XDG_RUNTIME_DIR", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
    environment = {name: value for name, value in os.environ.items() if name in kept} | {"LC_ALL": "C"}
    try:
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(script), str(folder), str(install.path)],
            # It hands on to its programs what it was given; Windows has no such thing, and removes no copy.
            pass_fds=(install.lock.fd,) if install.lock and sys.platform != "win32" else (),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=folder.anchor,
            creationflags=0x208 if sys.platform == "win32" else 0,  # DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
        )
    except OSError as error:
        raise DatabaseError(f"the guard of the embedded PostgreSQL cannot be started: {reason(error)}") from None
    finally:
        if install.lock is not None:
            install.lock.close()
    _started.append(guard)
    return guard


def hear(guard: "subprocess.Popen[bytes]") -> None:
    """Take the last word of a guard that has ended. Raises DatabaseError if it is a refusal."""
    assert guard.stdout is not None
    with guard.stdout as pipe:
        word = pipe.read()
    if word:
        said = loads(word)
        raise DatabaseError(said["error"], help=said["help"])
