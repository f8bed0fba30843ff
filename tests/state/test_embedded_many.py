"""Many tools at once, pipes, signals and containers: they share one server, and there are never two on one database."""

import os
import random
import secrets
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support_embedded import (
    REPOSITORY,
    Client,
    bundle,
    guard_of,
    kill,
    leftovers,
    place,
    postmaster_of,
    processes_in,
    query,
    settled,
    wait_for,
)
from support_inventory import TINY
from support_project import Project, ended

from invgit.errors import DatabaseError
from invgit.state import embedded
from invgit.state.lock import _SPACE, _WRITER

pytestmark = pytest.mark.account
with_mounts = pytest.mark.root(mounts=True)
SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)
STARTED = "SELECT pg_postmaster_start_time()::text"
BUSY = "SELECT count(*) FROM generate_series(1, 10000000000)"


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder for state folders; nothing may run in it when the test is over."""
    with place() as path:
        yield path


@pytest.fixture
def project(home: Path) -> Project:
    """A project with the embedded database, and something in it to apply."""
    made = Project(home / "project", "")
    (made.root / "invgit.yaml").write_text("database: embedded\n")
    made.write(TINY)
    return made


# --- Many -----------------------------------------------------------------------------------------------------------


def _share_one(state: Path, environments: list[dict[str, str]]) -> None:
    """So many clients at once, each with an environment of its own, have the same server."""
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(state, environment)) for environment in environments]
        assert [client.line() for client in clients] == ["ready"] * len(clients)
        for client in clients:
            client.send(STARTED)
        assert len({client.line() for client in clients}) == 1
        assert [client.leave() for client in clients] == [0] * len(clients)
    assert leftovers(state) == []


@pytest.mark.slow
def test_twelve_at_once_share_one_server_on_an_empty_folder_and_on_a_full_one(home: Path) -> None:
    for _ in ("cold", "warm"):
        _share_one(home / "state", [{}] * 12)


def test_eight_with_other_temporary_folders_and_one_with_another_name_share_one_server(home: Path) -> None:
    (home / "alias").symlink_to(home)
    # Too long for a socket: its folder is where the environment of the first one says.
    state = Path("x" * 100, "state")
    environments = []
    for number in range(8):
        own = home / f"own{number}"
        own.mkdir(mode=0o700)
        environments.append({"TMPDIR": str(own), "XDG_RUNTIME_DIR": str(own / "none" if number % 2 else own)})
    with Client(home / "alias" / state) as other:
        _share_one_beside(other, home / state, environments)
    assert leftovers(home / state) == []
    assert [path for number in range(8) for path in (home / f"own{number}").iterdir()] == []


def _share_one_beside(other: Client, state: Path, environments: list[dict[str, str]]) -> None:
    with ExitStack() as stack:
        clients = [other, *(stack.enter_context(Client(state, environment)) for environment in environments)]
        assert [client.line() for client in clients] == ["ready"] * len(clients)
        for client in clients:
            client.send(STARTED)
        assert len({client.line() for client in clients}) == 1
        assert [client.leave() for client in clients] == [0] * len(clients)


class _Worker(threading.Thread):
    """Clients, one after the other; each stores rows until it leaves or is killed in between."""

    def __init__(self, state: Path, seed: str, end: float) -> None:
        super().__init__()
        self.state, self.chance, self.end = state, random.Random(seed), end
        self.told: list[str] = []
        self.asked: list[str] = []
        self.failed: list[str] = []
        self.runs = 0

    def run(self) -> None:
        while time.monotonic() < self.end:
            self.runs += 1
            with Client(self.state) as client:
                if (line := client.line()) != "ready":
                    self.failed.append(line)
                    return
                for _ in range(self.chance.randrange(4)):
                    self._store(client)
                if self.chance.random() < 0.4:
                    self.asked.append(name := secrets.token_hex(8))
                    client.send(f"INSERT INTO rows VALUES ('{name}') RETURNING name")
                    time.sleep(self.chance.uniform(0, 0.01))
                    client.process.kill()
                elif client.leave():
                    self.failed.append("did not leave")

    def _store(self, client: Client) -> None:
        name = secrets.token_hex(8)
        client.send(f"INSERT INTO rows VALUES ('{name}') RETURNING name")
        if client.line() == name:
            self.told.append(name)
        else:
            self.failed.append(name)


@pytest.mark.slow
def test_twelve_seconds_of_coming_going_and_kills_lose_nothing(home: Path) -> None:
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    state = home / "state"
    with embedded.running(state) as server:
        query(server, "CREATE TABLE rows (name text PRIMARY KEY)")
    workers = [_Worker(state, f"{SEED} {number}", time.monotonic() + 12) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.failed for worker in workers] == [[]] * 6
    assert all(worker.runs > 1 for worker in workers)
    told = {name for worker in workers for name in worker.told}
    asked = {name for worker in workers for name in worker.asked}
    with embedded.running(state) as server:
        found = set(str(query(server, "SELECT coalesce(string_agg(name, ' '), '') FROM rows")).split())
    assert told <= found <= told | asked
    assert settled(state) == []


# --- Never two ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_backend_that_works_on_without_its_server_keeps_the_next_one_out(home: Path) -> None:
    state = home / "state"
    with Client(state) as client:
        assert client.line() == "ready"
        client.send(BUSY)
        time.sleep(0.3)
        kill(postmaster_of(state), guard_of(state))
        left = processes_in(state)
        with pytest.raises(DatabaseError, match="processes of an earlier server still work"), embedded.running(state):
            pass
        assert set(processes_in(state)) & set(left) - {client.process.pid}  # and nobody was killed
    with embedded.running(state) as server:
        assert query(server, "SELECT 1") == 1
    assert leftovers(state) == []


def test_a_server_without_a_guard_is_found_and_stopped(home: Path) -> None:
    """As on macOS, where nothing tells a server that its guard is dead: here a shell in between does not pass it on."""
    state, programs = home / "state", bundle(home / "site")
    (programs / "postgres").rename(programs / "postgres.real")
    (programs / "postgres").write_text(
        f'#!/bin/sh\ncase "$1" in -D) {shlex.quote(str(programs))}/postgres.real "$@" & wait;;'
        ' *) exec "$0.real" "$@";; esac\n'
    )
    (programs / "postgres").chmod(0o755)
    environment = {"PYTHONPATH": f"{home / 'site'}:{REPOSITORY}"}
    with Client(state, environment) as client, Client(state, environment) as other:
        assert client.line() == other.line() == "ready"
        other.send(STARTED)
        begun = other.line()
        postmaster = postmaster_of(state)
        kill(client.process.pid, guard_of(state))
        with Client(state, environment) as third:
            assert third.line() == "ready"
            third.send(STARTED)
            assert third.line() == begun
            assert postmaster_of(state) == postmaster
            assert third.leave() == 0
        assert wait_for(lambda: guard_of(state))
        assert other.leave() == 0
    assert settled(state) == []
    assert not Path(f"/proc/{postmaster}").exists()


_CONTAINER = ("unshare", "--pid", "--fork", "--kill-child", "--ipc", "--mount", "--mount-proc")


@with_mounts
def test_two_containers_share_the_server_of_a_folder_that_both_see(home: Path) -> None:
    state = home / "state"
    with Client(state, inside=_CONTAINER) as one, Client(state, inside=_CONTAINER) as other:
        assert one.line() == other.line() == "ready"
        one.send(STARTED)
        other.send(STARTED)
        assert one.line() == other.line()
    with embedded.running(
        state
    ) as server:  # a container that ends takes its guard along, so there was nobody to tidy up
        assert query(server, "SELECT 1") == 1
    assert leftovers(state) == []


@with_mounts
@pytest.mark.slow
def test_a_container_does_not_start_a_second_server_on_the_data_of_another(home: Path) -> None:
    """Neither pid nor shared memory of the other can be seen; the lock can."""
    state = home / "state"
    with Client(state, inside=_CONTAINER) as one:
        assert one.line() == "ready"
        one.send(BUSY)
        time.sleep(0.3)
        kill(postmaster_of_container(state), guard_of(state))
        with Client(state, inside=_CONTAINER) as other:
            assert "processes of an earlier server still work" in other.line()
    with Client(state, inside=_CONTAINER) as other:
        assert other.line() == "ready"
        assert other.leave() == 0


def postmaster_of_container(state: Path) -> int | None:
    """Its pid here; the one in the pid file is that of its container."""
    for pid in processes_in(state):
        if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(b"/postgres"):
            return pid
    return None


@with_mounts
@pytest.mark.slow
def test_a_container_that_cannot_see_the_socket_is_told_so(home: Path) -> None:
    state = home / ("x" * 100) / "state"  # too long for a socket: its folder is in /run, which is each one's own
    own_run = ("sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "sh")
    with Client(state, inside=(*_CONTAINER, *own_run)) as one, Client(state, inside=(*_CONTAINER, *own_run)) as other:
        lines = sorted([one.line(), other.line()])
        assert lines[0] == "ready"
        assert "cannot be seen here" in lines[1]
        assert "container" in lines[1]


# --- Pipes and signals ----------------------------------------------------------------------------------------------


def test_a_pipe_closes_although_the_server_stays(project: Project, home: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m invgit -C {shlex.quote(str(project.root))} db start 2>&1 | cat"
    environment = project.environment(INVGIT_STATE_HOME=str(home))
    done = subprocess.run(
        ["sh", "-c", command], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert "postgresql://" in done.stdout
    (state,) = home.glob("project-*")
    assert embedded.status(state) == "running"
    assert project.run("db", "stop", INVGIT_STATE_HOME=str(home)).code == 0
    assert leftovers(state) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_group_ends_the_tool_and_not_the_data(number: signal.Signals, home: Path) -> None:
    state = home / "state"
    with embedded.running(state) as server:
        query(server, "CREATE TABLE kept AS SELECT 42 AS value")
    with Client(state) as client:
        assert client.line() == "ready"
        client.send("WITH gone AS (DELETE FROM kept RETURNING 1) SELECT pg_sleep(100) FROM gone")
        time.sleep(0.3)
        os.killpg(client.process.pid, number)
        assert client.process.wait(timeout=30) != 0
    assert wait_for(lambda: not processes_in(state))
    with embedded.running(state) as server:
        assert query(server, "SELECT value FROM kept") == 42
    assert leftovers(state) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_to_a_command_that_waits_leaves_the_server_to_the_others(
    number: signal.Signals, code: int, project: Project, home: Path
) -> None:
    own = {"INVGIT_STATE_HOME": str(home)}
    assert project.run("db", "migrate", **own).code == 0
    (state,) = home.glob("project-*")
    with embedded.running(state) as server, Client(state) as other:
        assert other.line() == "ready"
        other.send(f"SELECT pg_advisory_lock({_SPACE}, {_WRITER})::text")  # as another apply has it
        assert other.line() == ""
        waiting = project.start("apply", "--yes", **own)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
        assert wait_for(lambda: query(server, waits))
        os.killpg(waiting.pid, number)
        assert ended(waiting).code == code
        assert query(server, "SELECT count(*) FROM applies") == 0
        assert other.leave() == 0
    assert leftovers(state) == []
