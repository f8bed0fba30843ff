"""A living server without a guard, after its guard was killed: it is found through its socket, and stopped at the end.

This is for macOS, which has no parent-death signal; on Linux it is a race of milliseconds. The process is identified
by the kernel, which knows who listens on the socket, and never by a file alone (not executed on macOS).
"""

import os
import signal
import socket
import struct
import sys
from pathlib import Path

from .layout import DATA, Record
from .pidfile import PidFile
from .probe import ServerError, connect, probe

_SOL_LOCAL, _LOCAL_PEERPID = 0, 2  # macOS, sys/un.h


class Adopted:
    """A process that is not our child, held by a pidfd where there is one, so that a reused pid is never meant."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd: int | None = None
        if sys.platform == "linux":
            self._pidfd = os.pidfd_open(pid)

    def ended(self) -> bool:
        """It is gone."""
        try:
            self._signal(0)
        except ProcessLookupError:
            return True
        return False

    def send(self, number: int) -> None:
        """Signal it, unless it is gone."""
        try:
            self._signal(number)
        except ProcessLookupError:
            return

    def _signal(self, number: int) -> None:
        if sys.platform == "linux" and self._pidfd is not None:
            signal.pidfd_send_signal(self._pidfd, number)
        else:
            os.kill(self.pid, number)


def adopt(folder: Path, record: Record | None) -> Adopted | None:
    """The ready server that `record` names, if the kernel and its pid file agree on who that is."""
    if record is None:
        return None
    try:
        if probe(record) != "ready":
            return None
        pid = _listener(record)
        found = Adopted(pid)
        # Asked again now that the process is held: before, the number might have changed hands.
        same = pid == _listener(record) == PidFile(folder / DATA).pid()
    except (OSError, ServerError):
        return None
    return found if same else None


def _listener(record: Record) -> int:
    """The process that listens on the server's socket, from the kernel. Raises OSError."""
    with connect(record) as connection:
        if sys.platform == "linux":
            size = struct.calcsize("3i")
            return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[0])
        return connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID)
