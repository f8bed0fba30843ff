"""What the tests of the embedded server need: folders it may use, clients in processes of their own, and eyes."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

import invgit
from invgit.state import embedded
from invgit.state.embedded.guard import layout

REPOSITORY = Path(invgit.__file__).resolve().parents[1]
CLIENT = """
import os, sys
from pathlib import Path
import psycopg
from invgit.errors import InvgitError
from invgit.state import embedded
try:
    with embedded.running(Path(os.environ["STATE_FOLDER"])) as server:
        with embedded.clean_environment():
            connection = psycopg.connect(**server.conninfo(), autocommit=True)
        print("ready", flush=True)
        for line in sys.stdin:
            print(connection.execute(line).fetchone()[0], flush=True)
        connection.close()
except InvgitError as error:
    print("refused:", error, flush=True)
"""


@contextmanager
def place(*, mode: int = 0o755) -> Iterator[Path]:
    """A folder for state folders: root's server user must be able to pass, which pytest's own folders do not allow."""
    path = Path(tempfile.mkdtemp(prefix="invgit-test-"))
    path.chmod(mode if os.geteuid() == 0 else 0o700)
    try:
        yield path
    finally:
        alone = wait_for(lambda: not processes_in(path), seconds=15)
        kill(*processes_in(path))
        shutil.rmtree(path)
        assert alone, "processes were left behind"


def copy(source: Path, target: Path) -> Path:
    """A state folder with everything in it, owners and modes included."""
    subprocess.run(["cp", "-a", source, target], check=True)
    return target


def connect(server: embedded.Server, **other: str) -> psycopg.Connection:
    """A connection of its own, as the product makes one."""
    arguments: dict[str, Any] = {**server.conninfo(), **other}
    with embedded.clean_environment():
        return psycopg.connect(**arguments, autocommit=True)


def query(server: embedded.Server, statement: str) -> object:
    """The first value that a statement gives."""
    with connect(server) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


class Client:
    """A client in a process group of its own, which runs the SQL it is given line by line."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        own = {"STATE_FOLDER": str(folder), "PYTHONPATH": str(REPOSITORY)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **own, **(environment or {})},
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def line(self) -> str:
        """Its next line; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def send(self, statement: str) -> None:
        """Give it a statement."""
        assert self.process.stdin is not None
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()

    def leave(self) -> int:
        """Let it end, and say how it did."""
        self.process.communicate(timeout=60)
        return self.process.returncode


def processes_in(folder: Path) -> list[int]:
    """Living processes with their working directory, or an argument, in a folder."""
    name = os.fsencode(folder)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if name in os.fsencode(entry.joinpath("cwd").readlink()) or name in entry.joinpath("cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def guard_of(folder: Path) -> int | None:
    """The guard's pid, if there is one."""
    for pid in processes_in(folder):
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if len(arguments) > 3 and arguments[3].endswith(b"guard/__main__.py"):
            return pid
    return None


def postmaster_of(folder: Path) -> int | None:
    """The pid in line 1 of the pid file, if that process lives."""
    try:
        pid = int((folder / layout.DATA / "postmaster.pid").read_text(errors="replace").split("\n")[0])
    except (OSError, ValueError):
        return None
    return pid if Path(f"/proc/{pid}").exists() else None


def kill(*pids: int | None) -> None:
    """SIGKILL to those that live."""
    for pid in pids:
        if pid is not None:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def wait_for(condition: Callable[[], object], *, seconds: float = 10) -> bool:
    """It became true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def leftovers(folder: Path) -> list[str]:
    """What a stopped server must not leave: processes, half-made data, its socket, its record."""
    found = [f"process {pid}" for pid in processes_in(folder)]
    for pattern in (f"{layout.NEW_DATA}*", "invgit-*", layout.SERVER, layout.KEEP, "*.new", "data/postmaster.pid"):
        found += [path.name for path in folder.glob(pattern)]
    return found


def modes(*paths: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of paths and all their parents."""
    every = {parent for path in paths for parent in (path, *path.parents)}
    return {path: (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) for path in every if (found := path.stat())}
