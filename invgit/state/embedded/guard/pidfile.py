"""A `postmaster.pid` that a dead server left behind, made harmless without signalling or believing anybody.

PostgreSQL refuses to start while line 1 names a living process, even a foreign one that got the number since. It
takes its own parent's pid for stale, and then still asks the kernel about the shared memory named in line 7: so the
guard's pid goes into line 1, and the one check that cannot be fooled stays in force.
"""

import os
from pathlib import Path

from .layout import Refusal, write
from .posix import server_account, works_in

_LINES = 8


class PidFile:
    """The pid file of a cluster while the guard starts the server."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._path = data / "postmaster.pid"
        self._before: str | None = None

    def disarm(self) -> None:
        """Make a leftover harmless. Raises Refusal where it belongs to a living server on the same data."""
        text = self._read()
        if text is None:
            return
        first, _, rest = text.partition("\n")
        pid = _number(first)
        if pid is not None and works_in(abs(pid), self._data):
            raise Refusal(
                f"process {abs(pid)} already runs a server on {self._data}, started by hand",
                help="stop it the way it was started, then run the command again",
            )
        if pid is None or pid <= 0 or text.count("\n") < _LINES:
            self._path.unlink()  # torn by a power cut, or of a server that never began
            return
        self._before = first
        self._write(f"{os.getpid()}\n{rest}")

    def restore(self) -> None:
        """Put back what was there, when the server would not start and has left the file alone."""
        text = self._read()
        if self._before is not None and text is not None and text.startswith(f"{os.getpid()}\n"):
            self._write(self._before + "\n" + text.partition("\n")[2])

    def pid(self) -> int | None:
        """The process that line 1 names, if it names one."""
        text = self._read()
        return _number(text.partition("\n")[0]) if text else None

    def _read(self) -> str | None:
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, encoding="utf-8", errors="surrogateescape") as file:
            return file.read(10_000)

    def _write(self, text: str) -> None:
        def hand_over(fd: int) -> None:
            if os.geteuid() == 0:
                os.fchown(fd, *server_account())

        write(self._path, text, prepare=hand_over)


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
