"""Processes on Linux and macOS: started under the right user, tied to the guard's life, watched and stopped.

macOS has no parent-death signal: there a server may outlive a killed guard, and the next guard adopts it (see
`adopt`; not executed on macOS).
"""

import ctypes
import os
import pwd
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol

from .layout import Refusal

SERVER_UID = 61999
"""The server's user when root starts it: PostgreSQL refuses uid 0. It needs no passwd entry, and no daemon has it."""

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES = 1, 38  # linux/prctl.h
_PATIENCE = 60.0


class Account(NamedTuple):
    """Whom a program runs as."""

    uid: int
    gid: int


def server_account() -> Account:
    """Who owns the data and runs the server: the caller, or for root a user of its own."""
    return Account(SERVER_UID, SERVER_UID) if os.geteuid() == 0 else Account(os.geteuid(), os.getegid())


def initdb_account() -> Account:
    """Who runs initdb, which insists on a passwd entry: the caller, or `nobody` for root. Raises Refusal."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam("nobody") if uid == 0 else pwd.getpwuid(uid)
    except KeyError:
        who = "the user nobody" if uid == 0 else f"user id {uid}"
        raise Refusal(
            f"the embedded PostgreSQL cannot be created: {who} has no entry in the password database",
            help="add one, or name a server of your own in invgit.yaml: database: {env: NAME}",
        ) from None
    return Account(entry.pw_uid, entry.pw_gid) if uid == 0 else Account(uid, os.getegid())


class Process(Protocol):
    """A process that can be watched and signalled without ever meaning another one."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    def ended(self) -> bool:
        """It is gone."""
        ...

    def send(self, number: int) -> None:
        """Signal it, unless it is gone."""
        ...


class Child:
    """A direct child: its pid cannot be reused before we have waited for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None
        """What waitpid said at its end, as an exit code; negative for a signal."""

    def ended(self) -> bool:
        """It is gone, and its status is known."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == self.pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def send(self, number: int) -> None:
        """Signal it, unless it is gone."""
        if not self.ended():
            os.kill(self.pid, number)


def spawn(argv: list[str], *, account: Account, log: int, keep: int, stdin: int | None = None, dying: int) -> Child:
    """Start a program in a session of its own, output to `log`, with the descriptor `keep` inherited.

    `dying` is the signal it gets when the guard dies (Linux). It is tied to the calling thread: the guard has one.
    Neither a shell nor the caller's environment takes part.
    """
    # Everything the child needs is loaded before the fork, so that nothing of it can fail or be slow afterwards.
    arguments = [os.fsencode(part) for part in argv]
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    null = os.open(os.devnull, os.O_RDONLY)
    guard = os.getpid()
    # A signal that comes at once waits until the child has the default action: the guard's own would swallow it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            os.umask(0o077)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, set())
            os.dup2(null if stdin is None else stdin, 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.set_inheritable(keep, True)
            _become(account)
            if prctl is not None:
                # After the change of user, which clears it; and the guard may have died before.
                prctl(_SET_PARENT_DEATH_SIGNAL, dying, 0, 0, 0)
                prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
                if os.getppid() != guard:
                    os._exit(0)
            os.execve(arguments[0], arguments, _ENVIRONMENT)  # noqa: S606 - on purpose without a shell
        except BaseException as error:  # noqa: BLE001 - a forked child must never return
            _die(error, arguments[0])
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(null)
    return Child(pid)


def _become(account: Account) -> None:
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)


def _die(error: BaseException, program: bytes) -> NoReturn:
    os.write(2, b"FATAL:  cannot run %s: %s\n" % (program, str(error).encode("utf-8", "replace")))
    os._exit(127)


def stop(process: Process) -> None:
    """End a server: at once for its clients, with a checkpoint for its data; after a minute without one."""
    for number, seconds in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        process.send(number)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if process.ended():
                return
            time.sleep(0.002)


def begin() -> None:
    """Leave the client's session and terminal, and stay when the terminal goes."""
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def works_in(pid: int, folder: Path) -> bool:
    """The process has `folder` as its working directory (Linux; elsewhere nobody can say, and it is False)."""
    try:
        return os.path.samestat(Path(f"/proc/{pid}/cwd").stat(), folder.stat())
    except OSError:
        return False
