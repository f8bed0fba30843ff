"""What the caller's environment says has no say in the embedded server, nor in who talks to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support_embedded import REPOSITORY, Client, leftovers, place, postmaster_of
from support_inventory import TINY
from support_project import Project
from support_proxy import Cut, Point, wire

from invgit.state import embedded
from invgit.state.embedded.guard import layout

pytestmark = pytest.mark.account


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder for state folders; nothing may run in it when the test is over."""
    with place() as path:
        yield path


_HOSTILE_ENVIRONMENT = {
    "PGHOST": "192.0.2.1",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "1",
    "PGDATABASE": "other",
    "PGUSER": "other",
    "PGPASSWORD": "wrong",
    "PGPASSFILE": "/nonexistent",
    "PGSERVICE": "other",
    "PGOPTIONS": "-c search_path=other",
    "PGSSLMODE": "verify-full",
    "PGREQUIREPEER": "somebody",
    "PGTARGETSESSIONATTRS": "standby",
    "PGCLIENTENCODING": "LATIN1",
    "LANG": "tr_TR.UTF-8",
    "LC_ALL": "nonsense",
    "TZ": "Asia/Kathmandu",
    "TMPDIR": "/nonexistent",
    "XDG_RUNTIME_DIR": "/nonexistent",
    "PYTHONPATH": f"{REPOSITORY}:/nonexistent",
    "PYTHONWARNINGS": "error",
}


def test_the_environment_of_the_caller_has_no_say(home: Path) -> None:
    state = home / "state"
    with Client(state, _HOSTILE_ENVIRONMENT) as client:
        assert client.line() == "ready"
        client.send("SELECT current_database() || current_user || current_setting('search_path')")
        assert client.line() == 'invgitinvgit"$user", public'
        client.send("SELECT current_setting('timezone') || current_setting('client_encoding')")
        assert client.line() == "UTCUTF8"
        environment = Path(f"/proc/{postmaster_of(state)}/environ").read_bytes().rstrip(b"\0").split(b"\0")
        assert {entry.split(b"=")[0] for entry in environment} <= {
            b"PATH",
            b"LC_ALL",
            b"TZ",
            b"PGDATA",
            b"PG_OOM_ADJUST_FILE",
        }
        assert client.leave() == 0
    assert leftovers(state) == []


def test_the_environment_is_given_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    before = dict(os.environ)
    with embedded.clean_environment():
        assert not [name for name in os.environ if name.startswith("PG")]
    assert dict(os.environ) == before


def test_importing_it_costs_nothing_that_can_wait() -> None:
    code = "import invgit.state.embedded, sys; print(*sys.modules)"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # its eyes need sockets
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY, env=plain
    )
    assert not {"subprocess", "psycopg", "platformdirs", "socket", "ctypes", "hashlib"} & set(done.stdout.split())


def test_libraries_of_the_caller_are_not_the_servers(home: Path) -> None:
    libraries = home / "libraries"
    libraries.mkdir()
    for name in ("libpq.so.5", "libreadline.so.8", "libicuuc.so.72", "libLLVM-18.so"):
        (libraries / name).write_bytes(b"not a library")
    with Client(home / "state", {"LD_LIBRARY_PATH": str(libraries), "DYLD_LIBRARY_PATH": str(libraries)}) as client:
        assert client.line() == "ready"
        assert client.leave() == 0


@contextmanager
def _spliced(state: Path, real: Path) -> Iterator[Path]:
    """Put somebody else's socket in the place of the server's; yields where to put it."""
    record = layout.read_record(state)
    assert record is not None
    place = Path(record.host, f".s.PGSQL.{record.port}")
    moved = place.rename(real / place.name)
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)
        moved.rename(place)


def test_a_reconnect_after_a_broken_commit_listens_to_nobody_else(home: Path) -> None:
    hostile = {name: value for name, value in _HOSTILE_ENVIRONMENT.items() if name.startswith("PG")}
    project = Project(home / "project", "")
    (project.root / "invgit.yaml").write_text("database: embedded\n")
    project.write(TINY)
    own = {"INVGIT_STATE_HOME": str(home)}
    assert project.command("db", "migrate", **own).code == 0
    assert project.command("db", "start", **own).code == 0
    (state,) = home.glob("project-*")
    real = home / "real"
    real.mkdir()
    broken: list[Point] = []

    def break_at_commit(point: Point) -> None:
        if point.label.startswith("COMMIT") and point.moment == "after":
            broken.append(point)
            raise Cut

    try:
        with _spliced(state, real) as socket, wire(f"host={real}", break_at_commit) as cable:
            socket.symlink_to(Path(cable.folder, socket.name))
            result = project.command("apply", "--yes", **own, **hostile)
            assert broken
            assert (result.code, "applied as generation 1" in result.err) == (0, True), result
    finally:
        assert project.command("db", "stop", **own).code == 0
    assert leftovers(state) == []
