"""The embedded server keeps its promises: real servers, real kills, real hostile surroundings."""

import os
import random
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_embedded import (
    Client,
    copy,
    guard_of,
    leftovers,
    place,
    query,
    wait_for,
)

from invgit.errors import DatabaseError
from invgit.state import embedded
from invgit.state.embedded.binaries import installation
from invgit.state.embedded.guard.posix import server_account

pytestmark = pytest.mark.account
SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder for state folders; nothing may run in it when the test is over."""
    with place() as path:
        yield path


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A state folder with a database that has a table in it: one for all tests here, which leave it whole."""
    with place() as path:
        with embedded.running(path / "state") as server:
            query(server, "CREATE TABLE kept AS SELECT 42 AS value")
        yield path / "state"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Dice for one test; the seed is in the output of a failed one, and INVGIT_SEED repeats it."""
    sys.stdout.write(f"INVGIT_SEED={SEED}\n")
    return random.Random(f"{SEED} {request.node.name}")


# --- Life ---------------------------------------------------------------------------------------------------------


def test_an_empty_folder_becomes_a_database_with_utf8_and_the_builtin_locale(home: Path) -> None:
    said: list[str] = []
    assert embedded.status(home / "state") == "absent"
    with embedded.running(home / "state", notice=said.append) as server:
        assert embedded.status(home / "state") == "running"
        row = (
            "SELECT (pg_encoding_to_char(encoding), datlocprovider, datlocale)::text FROM pg_database WHERE datname = "
        )
        assert query(server, row + "current_database()") == "(UTF8,b,C.UTF-8)"
        assert str(query(server, "SHOW server_version")).startswith("18.")
        assert query(server, "SHOW fsync") == query(server, "SHOW data_checksums") == "on"
    assert said[0] == f"creating a new database in {home / 'state'}"
    assert embedded.status(home / "state") == "stopped"
    assert leftovers(home / "state") == []


def test_what_was_stored_is_there_the_next_time(state: Path) -> None:
    said: list[str] = []
    with embedded.running(state, notice=said.append) as server:
        assert query(server, "SELECT value FROM kept") == 42
    assert not any("creating" in line for line in said)
    assert leftovers(state) == []


def test_clients_share_one_server_and_the_last_one_stops_it(state: Path) -> None:
    started = "SELECT pg_postmaster_start_time()::text"
    with Client(state) as other:
        assert other.line() == "ready"
        with embedded.running(state) as server, embedded.running(state) as again:
            assert again == server
            other.send(started)
            assert other.line() == query(server, started)
        assert embedded.status(state) == "running"
        assert other.leave() == 0
    assert leftovers(state) == []


def test_eight_at_once_on_an_empty_folder_share_one_server(home: Path) -> None:
    alias = home / "alias"
    alias.symlink_to(home / "state")
    clients = [Client(alias if number % 2 else home / "state", {"TMPDIR": str(home)}) for number in range(8)]
    try:
        assert [client.line() for client in clients] == ["ready"] * 8
        for client in clients:
            client.send("SELECT pg_postmaster_start_time()::text")
        assert len({client.line() for client in clients}) == 1
        assert [client.leave() for client in clients] == [0] * 8
    finally:
        for client in clients:
            client.__exit__()
    assert leftovers(home / "state") == []


def test_a_started_server_stays_until_it_is_stopped(state: Path) -> None:
    assert not embedded.stop(state)
    server = embedded.start(state)
    try:
        assert embedded.status(state) == "running"
        with embedded.running(state) as joined:
            assert joined == server
        assert query(server, "SELECT value FROM kept") == 42
        guard = guard_of(state)
    finally:
        assert embedded.stop(state)
    assert guard is not None
    assert embedded.status(state) == "stopped"
    assert leftovers(state) == []


def test_a_stop_serves_those_who_use_it_until_they_leave(state: Path) -> None:
    embedded.start(state)
    with embedded.running(state) as server:
        with pytest.raises(DatabaseError, match="other commands use"):
            embedded.stop(state)
        assert query(server, "SELECT 1") == 1
    assert embedded.status(state) == "stopped"
    assert leftovers(state) == []


def test_a_client_that_stands_still_blocks_nobody(state: Path) -> None:
    with Client(state) as other:
        assert other.line() == "ready"
        os.kill(other.process.pid, signal.SIGSTOP)
        with embedded.running(state) as server:
            assert query(server, "SELECT value FROM kept") == 42
        os.kill(other.process.pid, signal.SIGCONT)
        assert other.leave() == 0
    assert leftovers(state) == []


def test_a_state_folder_deleted_under_its_server_is_made_anew(state: Path, home: Path) -> None:
    state = copy(state, home / "state")
    with Client(state) as other:
        assert other.line() == "ready"
        guard = guard_of(state)
        subprocess.run(["rm", "-rf", state], check=True)
        with embedded.running(state) as server:
            assert query(server, "SELECT count(*) FROM pg_class WHERE relname = 'kept'") == 0
            assert other.leave() == 0
            assert wait_for(lambda: not Path(f"/proc/{guard}").exists())
            assert query(server, "SELECT 1") == 1
    assert leftovers(state) == []


# --- Pid files ----------------------------------------------------------------------------------------------------

_TORN = {"empty": "", "one line": "1\n", "binary": "\0\1\2\xff\n" * 9, "negative": "-7\n" * 8, "huge": "9" * 400 + "\n"}


@pytest.mark.parametrize("text", _TORN.values(), ids=_TORN.keys())
def test_a_damaged_pid_file_is_no_obstacle(text: str, state: Path) -> None:
    (state / "data/postmaster.pid").write_text(text)
    with embedded.running(state) as server:
        assert query(server, "SELECT value FROM kept") == 42
    assert leftovers(state) == []


def _names(state: Path, pid: int) -> None:
    lines = [str(pid), str(state / "data"), "1", "5432", "/tmp", "", "  123456 789", "ready   "]
    (state / "data/postmaster.pid").write_text("\n".join(lines) + "\n")
    with embedded.running(state) as server:
        assert query(server, "SELECT value FROM kept") == 42


@pytest.mark.parametrize("whose", ["caller", "server"])
def test_a_pid_file_that_names_a_foreign_process_does_it_no_harm(whose: str, state: Path) -> None:
    account = server_account().uid if whose == "server" and os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "600"], user=account, cwd="/") as foreign:
        _names(state, foreign.pid)
        assert foreign.poll() is None
        foreign.kill()
    assert leftovers(state) == []


def test_a_pid_file_that_names_a_process_of_root_is_no_obstacle(state: Path) -> None:
    _names(state, 1)
    assert leftovers(state) == []


@pytest.mark.parametrize("doctored", [False, True])
def test_a_server_started_by_hand_is_left_alone(doctored: bool, state: Path, home: Path) -> None:
    account = server_account()
    sockets = home / "sockets"
    sockets.mkdir()
    os.chown(sockets, *account)
    root = os.geteuid() == 0
    program, data = str(installation(state).path / "bin/postgres"), str(state / "data")
    argv = [program, "-D", data, "-k", str(sockets), "-c", "listen_addresses="]
    with subprocess.Popen(
        argv,
        stderr=subprocess.DEVNULL,
        user=account.uid if root else None,
        group=account.gid if root else None,
        extra_groups=[] if root else None,
    ) as server:
        pid_file = state / "data/postmaster.pid"
        assert wait_for(lambda: pid_file.exists() and "ready" in pid_file.read_text())
        before = pid_file.read_text()
        if doctored:
            pid_file.write_text(before.replace(str(server.pid), "1", 1))
        why = "shared memory" if doctored else "started by hand"
        with pytest.raises(DatabaseError, match=why), embedded.running(state):
            pass
        assert server.poll() is None
        assert pid_file.read_text().split("\n")[0] == ("1" if doctored else str(server.pid))
        pid_file.write_text(before)
        server.send_signal(signal.SIGINT)
    assert leftovers(state) == []


def test_the_reason_of_a_server_that_does_not_start_is_shown(state: Path, home: Path) -> None:
    state = copy(state, home / "state")
    (state / "data/global/pg_control").unlink()
    with pytest.raises(DatabaseError, match="pg_control"), embedded.running(state):
        pass
    assert leftovers(state) == []
