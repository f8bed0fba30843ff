"""The client's side: every command holds the users' lock while it works, and asks for a guard where there is none.

A client never signals a process and never reads a pid. When it is killed, the kernel gives its lock back, and the
guard does the rest.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from invgit.errors import DatabaseError
from invgit.locks import Lock

from . import guards
from .folder import ELSEWHERE, prepare, reason
from .guard import layout
from .guard.layout import Record
from .guard.probe import ServerError, State, probe
from .server import Server

if TYPE_CHECKING:
    import subprocess

Notice = Callable[[str], None]
Status = Literal["absent", "stopped", "starting", "running"]

_PAUSE = 0.005
_PATIENCE = 3.0
"""Seconds after which a person is told why it takes so long."""
_ATTEMPTS = 20
_UNREACHABLE = 30.0
"""Seconds after which a socket that a guard serves and that is not there is one that this process cannot see."""


@contextmanager
def running(folder: Path, *, notice: Notice | None = None) -> Iterator[Server]:
    """Start or join the server of `folder`, and leave it again: the last to leave waits until it has stopped.

    `notice` gets a line for people when something takes long or a database is created. Raises DatabaseError.
    """
    seat = _Seat(folder, notice)
    try:
        yield seat.server()
    finally:
        seat.leave()


def start(folder: Path, *, notice: Notice | None = None) -> Server:
    """Start or join the server of `folder` and have it kept, until `stop` or a reboot. Raises DatabaseError."""
    seat = _Seat(folder, notice)
    try:
        server = seat.server()
        seat.keep()
    finally:
        seat.leave()
    return server


def stop(folder: Path) -> bool:
    """End the keeping, and wait until the server has stopped; False if none ran.

    Raises DatabaseError when other commands use it: they are served until they end, and then it stops.
    """
    if status(folder) in {"absent", "stopped"}:
        return False
    seat = _Seat(folder, None, waiting=False)
    (seat.folder / layout.KEEP).unlink(missing_ok=True)
    if not seat.leave():
        raise DatabaseError("other commands use the embedded PostgreSQL; it stops when the last of them ends")
    return True


def status(folder: Path) -> Status:
    """What is there, without changing or starting anything: `starting` is also one that is about to stop."""
    try:
        return _status(folder.resolve())
    except OSError as error:
        raise DatabaseError(f"cannot look into {folder}: {reason(error)}", help=ELSEWHERE) from None


def _status(folder: Path) -> Status:
    if not (folder / layout.DATA / layout.MARKER).exists() and not (folder / layout.GUARD_LOCK).exists():
        return "absent"
    record = layout.read_record(folder)
    try:
        if record is not None and probe(record) == "ready":
            return "running"
    except ServerError:
        return "starting"
    try:
        guard = Lock(folder / layout.GUARD_LOCK, create=False)
    except FileNotFoundError:
        return "stopped"
    free = guard.is_free()
    guard.close()
    if not free:
        return "starting"
    return "stopped" if (folder / layout.DATA).is_dir() else "absent"


class _Seat:
    """One client's share in the server of a state folder."""

    def __init__(self, folder: Path, notice: Notice | None, *, waiting: bool = True) -> None:
        self.folder = prepare(folder)
        self._notice = notice or (lambda _line: None)
        self._record: Record | None = None
        self._started: subprocess.Popen[bytes] | None = None
        try:
            self._users, self._guard = self._open()
        except OSError as error:
            raise DatabaseError(f"cannot use {self.folder}: {reason(error)}", help=ELSEWHERE) from None
        if waiting:
            self._take_seat()

    def _open(self) -> tuple[Lock, Lock]:
        return Lock(self.folder / layout.USERS_LOCK), Lock(self.folder / layout.GUARD_LOCK)

    def _take_seat(self) -> None:
        """Hold the users' lock with the others; while a guard has it alone, a server is being stopped."""
        delay = _Delay(self._notice, "waiting for the embedded PostgreSQL to stop before it starts again")
        while True:
            if self._users.try_shared():
                if self._users.is_at(self.folder / layout.USERS_LOCK):
                    return
                # The state folder was deleted meanwhile: its locks are nobody's any more.
                self._close()
                self.folder = prepare(self.folder)
                self._users, self._guard = self._open()
            delay.pause()

    def server(self) -> Server:
        """The server, started if need be and ready."""
        record = self._record = self._await()
        passfile = self.folder / layout.PASSWORD
        password = layout.read_password(self.folder, layout.PASSWORD)
        if password is None:
            raise DatabaseError(f"{passfile} is missing or damaged", help="put it back: the data is there, but closed")
        return Server(
            folder=self.folder,
            host=record.host,
            port=record.port,
            user=layout.USER,
            password=password,
            dbname=layout.USER,
            passfile=passfile,
        )

    def _await(self) -> Record:
        """Wait for a ready server that has a guard; start guards until one of them serves or says why it cannot."""
        delay = _Delay(self._notice, "waiting for the embedded PostgreSQL to start")
        if not (self.folder / layout.DATA).exists():
            self._notice(f"creating a new database in {self.folder}")
        attempts = 0
        absent = _Absence()
        while True:
            record = layout.read_record(self.folder)
            guarded = not self._guard.is_free()
            if record is not None and guarded:
                state = self._probe(record)
                if state == "ready":
                    return record
                absent.note(record, state)
            if self._started is not None and self._started.poll() is not None:
                guards.hear(self._started)
                self._started = None
            if self._started is None and not guarded:
                attempts += 1
                if attempts > _ATTEMPTS:
                    raise DatabaseError(
                        f"the embedded PostgreSQL in {self.folder} does not stay: {_ATTEMPTS} attempts",
                        help=f"its log is {self.folder / layout.LOG}",
                    )
                self._started = guards.start(self.folder)
            delay.pause()

    def _probe(self, record: Record) -> State:
        try:
            return probe(record)
        except ServerError as error:
            raise DatabaseError(
                f"the embedded PostgreSQL refuses connections: {error}", help=f"its log is {self.folder / layout.LOG}"
            ) from None

    def keep(self) -> None:
        """Have this run of the server stay when nobody uses it."""
        assert self._record is not None
        try:
            layout.keep(self.folder, self._record.token)
        except OSError as error:
            raise DatabaseError(
                f"the embedded PostgreSQL cannot be kept: {reason(error)}", help=f"look at {self.folder / layout.KEEP}"
            ) from None

    def leave(self) -> bool:
        """Give the share back; the last one waits for the end. True if no server runs afterwards."""
        try:
            gone = self._wait_for_end()
            if gone and self._started is not None:
                self._started.wait()  # it gave the lock back by ending
            return gone
        finally:
            self._close()
            if self._started is not None and self._started.stdout is not None:
                self._started.stdout.close()
            guards.look_again()

    def _wait_for_end(self) -> bool:
        self._users.release()
        delay = _Delay(self._notice, "waiting for the embedded PostgreSQL to stop")
        while not self._guard.is_free():
            if self._record is not None and layout.is_kept(self.folder, self._record.token):
                return False
            if self._users.try_exclusive():
                self._users.release()  # nobody is left: the guard is about to see it
            elif self._users.is_free():
                return False  # not the guard but another client has it
            delay.pause()
        return True

    def _close(self) -> None:
        self._users.close()
        self._guard.close()


class _Absence:
    """A server that has a guard and no socket for very long: both are in another container, the folder is in both."""

    def __init__(self) -> None:
        self._token = ""
        self._since = 0.0

    def note(self, record: Record, state: State) -> None:
        """What a probe has said. Raises DatabaseError when it has said the same for too long."""
        if state != "absent" or record.token != self._token:
            self._token, self._since = record.token if state == "absent" else "", time.monotonic()
        elif time.monotonic() - self._since > _UNREACHABLE:
            raise DatabaseError(
                f"the embedded PostgreSQL is run by somebody else, and its socket {record.host} cannot be seen here",
                help="another container may use the same folder; wait until it ends, or give this one its own: "
                + ELSEWHERE,
            )


class _Delay:
    """Short pauses, and one line for people once they have become long."""

    def __init__(self, notice: Notice, line: str) -> None:
        self._notice = notice
        self._line: str | None = line
        self._since = time.monotonic()

    def pause(self) -> None:
        """Wait a few milliseconds."""
        if self._line is not None and time.monotonic() - self._since > _PATIENCE:
            self._notice(self._line)
            self._line = None
        time.sleep(_PAUSE)
