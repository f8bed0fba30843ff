"""The guard's life: take the locks, make sure of a cluster, start the server, watch, stop it when nobody is left."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from invgit.locks import Lock

from . import cluster, layout
from .cluster import Place
from .layout import Record, Refusal

if sys.platform == "win32":
    from . import windows as system
else:
    from . import posix_system as system

_WAIT_FOR_GUARD = 0.05
_WAIT_FOR_SERVER = 10.0
_GRACE = 1.0
_LONGEST_LOG = 1_000_000


class Guard:
    """One guard of one state folder, from the moment it holds the guard lock."""

    def __init__(self, folder: Path, install: Path) -> None:
        self.folder = folder
        self.install = install
        self.users = Lock(folder / layout.USERS_LOCK)
        self.guard = Lock(folder / layout.GUARD_LOCK)
        self.server = Lock(folder / layout.SERVER_LOCK)
        self.told_to_stop = False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:  # the interpreter's signature
        self.told_to_stop = True

    def live(self) -> None:
        """Serve until nobody is left. Raises Refusal; returns at once where another guard does it."""
        if not _within(_WAIT_FOR_GUARD, self.guard.try_exclusive):
            return
        while (living := self._earlier()) is not None:
            if self._serve(*living):
                return
        if not self._serve(*self._start()):
            words = self._last_words()
            way_on = cluster.way_on(words) or f"its log is {self.folder / layout.LOG}"
            raise Refusal(f"the embedded PostgreSQL ended: {words}", help=way_on)

    def _serve(self, record: Record, process: system.Process) -> bool:
        """Watch a server and stop it; False if it ended by itself."""
        try:
            return self._watch(record, process)
        finally:
            system.stop(process)
            self._forget(record)

    def _earlier(self) -> tuple[Record, system.Process] | None:
        """The server of an earlier guard that still lives and works, or None once nothing of it is left."""
        begun = time.monotonic()
        while not self.server.try_exclusive():
            waited = time.monotonic() - begun
            record = layout.read_record(self.folder)
            # At first it is more likely to be on its way out, since its guard was killed.
            process = system.adopt(self.folder, record) if waited > _GRACE else None
            if record is not None and process is not None:
                return record, process
            if waited > _WAIT_FOR_SERVER or self.told_to_stop:
                raise Refusal(
                    f"processes of an earlier server still work in {self.folder}, and nothing was done to them",
                    help="they end when their clients do; run the command again then",
                )
            time.sleep(0.01)
        return None

    def _start(self) -> tuple[Record, system.Process]:
        """The server lock is ours: nobody of an earlier run lives, and what it left can be removed."""
        place = Place(self.folder, self.install, self.server.fd)
        before = layout.read_record(self.folder)
        if before is not None:
            self._forget(before)
        (self.folder / layout.KEEP).unlink(missing_ok=True)
        cluster.remove_leftovers(place)
        if not cluster.exists(place):
            try:
                system.create(place, lambda: not self.told_to_stop)
            except BaseException:
                with suppress(OSError):
                    cluster.remove_leftovers(place)
                raise
        self._shorten_log()
        return system.start(place)

    def _watch(self, record: Record, process: system.Process) -> bool:
        """Return when the server is to stop, with the users' lock ours alone or because we were told to; False when it
        has ended by itself."""
        begun = time.monotonic()
        while not self.told_to_stop:
            if process.ended():
                return False
            kept = layout.is_kept(self.folder, record.token)
            if not kept and self.users.try_exclusive():
                return True
            time.sleep(0.01 if time.monotonic() - begun < 5 else 0.05)
        return True

    def _forget(self, record: Record) -> None:
        """Remove what told clients of a server that is gone, unless the folder has another one by now."""
        system.forget(record)
        if layout.read_record(self.folder) == record:
            (self.folder / layout.SERVER).unlink(missing_ok=True)
        if layout.is_kept(self.folder, record.token):
            (self.folder / layout.KEEP).unlink(missing_ok=True)

    def _shorten_log(self) -> None:
        log = self.folder / layout.LOG
        with suppress(FileNotFoundError):
            if log.stat().st_size > _LONGEST_LOG:
                log.replace(log.with_name(f"{layout.LOG}.1"))
        self._log_begins = log.stat().st_size if log.exists() else 0

    def _last_words(self) -> str:
        with (self.folder / layout.LOG).open("rb") as file:
            file.seek(self._log_begins)
            return cluster.decisive_line(file.read(100_000).decode("utf-8", "replace"))


def main(arguments: list[str]) -> int:
    """Guard the state folder (first argument) with the PostgreSQL installation (second).

    Prints nothing, or one JSON object `{"error", "help"}` when there is no server because of it, and returns 1 then.
    """
    folder, install = (Path(argument) for argument in arguments)
    system.begin()
    try:
        Guard(folder, install).live()
    except Refusal as refusal:
        return _say(refusal.message, refusal.help)
    except OSError as error:
        why = error.strerror or str(error)
        return _say(f"cannot use {error.filename or folder}: {why}", cluster.way_on(why))
    except Exception as error:  # noqa: BLE001 - stderr leads nowhere: this line is the only one anybody will see
        return _say(f"the guard of {folder} failed: {type(error).__name__}: {error}", None)
    return 0


def _say(message: str, help: str | None) -> int:
    with suppress(OSError):  # the client may be gone
        os.write(1, json.dumps({"error": message, "help": help}).encode() + b"\n")
    return 1


def _within(seconds: float, try_it: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not try_it():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True
