"""Killed at any moment, inside any step: the next command works by itself, and nothing is left running."""

import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support_embedded import (
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

from invgit.state import embedded
from invgit.state.embedded.guard import layout

pytestmark = pytest.mark.account
SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)
VICTIMS = ("client", "group", "guard", "postmaster", "all")


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


def strike(victim: str, client: Client, state: Path) -> None:
    """SIGKILL, to one or to all."""
    if victim == "client":
        kill(client.process.pid)
    if victim in {"group", "all"}:
        os.killpg(client.process.pid, signal.SIGKILL)
    if victim in {"guard", "all"}:
        kill(guard_of(state))
    if victim in {"postmaster", "all"}:
        kill(postmaster_of(state))


def works(state: Path, statement: str, expected: object) -> None:
    """The next command works, soon, and leaves nothing: no process, no half-made data, no socket, no record."""
    before = layout.read_record(state)
    begun = time.monotonic()
    with embedded.running(state) as server:
        assert time.monotonic() - begun < 60  # 2 s; the machine may be busy
        assert query(server, statement) == expected
    assert settled(state) == []  # what was killed may take a moment to be gone
    for host in {server.host, before.host if before else server.host}:
        assert not Path(host).exists()


def _struck(run: int, chance: random.Random, state: Path, home: Path) -> None:
    cold = run % 3 == 0
    # Where the path is too long for a socket, its folder is elsewhere.
    folder = home / ("x" * 100 if run % 2 else "y") / f"state{run}" if cold else state
    victim = chance.choice(VICTIMS)
    with Client(folder, {"TMPDIR": str(home)}) as client:
        client.send("SELECT pg_sleep(30)")
        time.sleep(chance.uniform(0.05, 1.2 if cold else 0.4))
        strike(victim, client, folder)
    works(folder, "SELECT 42" if cold else "SELECT value FROM kept", 42)


@pytest.mark.parametrize("run", range(12))
def test_killed_at_any_moment_the_next_command_works(run: int, chance: random.Random, state: Path, home: Path) -> None:
    _struck(run, chance, state, home)


@pytest.mark.slow
@pytest.mark.parametrize("dozen", range(7))  # others with another INVGIT_SEED
def test_killed_at_any_of_84_moments_the_next_command_works(
    dozen: int, chance: random.Random, state: Path, home: Path
) -> None:
    for run in range(12):
        _struck(run, chance, state, home)


@pytest.mark.parametrize("run", range(4))
def test_killed_inside_the_first_start_the_next_one_works(run: int, chance: random.Random, home: Path) -> None:
    state = home / "state"
    with Client(state):
        assert wait_for(lambda: list(state.glob(f"{layout.NEW_DATA}*")))
        time.sleep(chance.uniform(0, 0.6))
        kill(*processes_in(state), guard_of(state))
    works(state, "SELECT 1", 1)


@pytest.mark.slow
@pytest.mark.parametrize("ninth", range(9))
def test_killed_at_nine_times_within_initdb_the_next_start_works(ninth: int, home: Path) -> None:
    state = home / "state"
    with Client(state) as client:
        assert wait_for(lambda: list(state.glob(f"{layout.NEW_DATA}*")))
        time.sleep(0.07 * ninth)
        os.killpg(client.process.pid, signal.SIGKILL)
        kill(*processes_in(state), guard_of(state))
    works(state, "SELECT 1", 1)


def _exists(pattern: str) -> Callable[[Path], object]:
    return lambda state: list(state.glob(pattern))


_SIGNS = {
    "the folder": lambda state: state.exists(),
    "its locks": _exists(layout.SERVER_LOCK),
    "new data": _exists(f"{layout.NEW_DATA}*"),
    "passwords": _exists(layout.ADMIN_PASSWORD),
    "a version": _exists(f"{layout.NEW_DATA}*/PG_VERSION"),
    "templates": _exists(f"{layout.NEW_DATA}*/base/4"),
    "a log": _exists(f"{layout.NEW_DATA}*/pg_wal/0*"),
    "closed access": lambda state: any("scram" in path.read_text() for path in state.glob("data.init-*/pg_hba.conf")),
    "a marker": _exists(f"{layout.NEW_DATA}*/{layout.MARKER}"),
    "data": _exists(layout.DATA),
    "a record": _exists(layout.SERVER),
    "a socket folder": _exists("invgit-*"),
    "a pid file": _exists("data/postmaster.pid"),
    "a socket": _exists("invgit-*/.s.PGSQL.*"),
}
"""What can be seen of the steps of a first start, in their order."""


@pytest.mark.slow
@pytest.mark.parametrize("sign", _SIGNS)
def test_killed_at_the_sign_of_any_step_the_next_start_works(sign: str, home: Path) -> None:
    state = home / "state"
    # Some are there for an instant only: who misses one kills at the next.
    later = list(_SIGNS.values())[list(_SIGNS).index(sign) :]
    with Client(state) as client:
        end = time.monotonic() + 60
        while not any(_seen(each, state) for each in later):
            assert time.monotonic() < end
        os.killpg(client.process.pid, signal.SIGKILL)
        kill(guard_of(state), postmaster_of(state), *processes_in(state))
    works(state, "SELECT 1", 1)


def _seen(sign: Callable[[Path], object], state: Path) -> bool:
    try:
        return bool(sign(state))
    except OSError:
        return False  # it was renamed while we looked


# --- Programs that wait at a gate -----------------------------------------------------------------------------------

_GATES = ("before-initdb", "after-initdb", "before-single", "after-single", "before-server")


def gated(home: Path) -> dict[str, str]:
    """An environment with a wheel whose programs wait wherever a file in `gates` tells them to."""
    programs = bundle(home / "site")
    gates = home / "gates"
    gates.mkdir()
    gates.chmod(0o777)
    gate = f"""#!/bin/sh
gate() {{ : > "{gates}/at-$1"; while [ -e "{gates}/stop-$1" ]; do sleep 0.02; done; }}
"""
    single = """"$0.real" "$@"; status=$?; gate after-single; exit $status"""
    texts = {
        "initdb": f'{gate}gate before-initdb\n"$0.real" "$@" || exit $?\ngate after-initdb\n',
        "postgres": f"""{gate}case "$1 $2" in
"--single -j") gate before-single; {single};;
"-D "*) gate before-server;;
esac
exec "$0.real" "$@"
""",
    }
    for name, text in texts.items():
        (programs / name).rename(programs / f"{name}.real")
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    return {"PYTHONPATH": f"{home / 'site'}:{embedded.__file__.split('/invgit/state')[0]}"}


def _killed_at_a_gate(gate: str, victim: str, home: Path) -> None:
    state = home / "state"
    closed, reached = home / f"gates/stop-{gate}", home / f"gates/at-{gate}"
    environment = gated(home)
    closed.touch()
    with Client(state, environment) as client:
        assert wait_for(reached.exists)
        strike(victim, client, state)
        if victim == "all":
            kill(*processes_in(state))
    closed.unlink()
    works(state, "SELECT 1", 1)


@pytest.mark.parametrize(
    ("gate", "victim"), [("before-initdb", "group"), ("after-single", "guard"), ("before-server", "all")]
)
def test_killed_at_a_gate_of_the_first_start_the_next_one_works(gate: str, victim: str, home: Path) -> None:
    _killed_at_a_gate(gate, victim, home)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["group", "guard", "all"])
@pytest.mark.parametrize("gate", _GATES)
def test_killed_at_every_gate_of_the_first_start_the_next_one_works(gate: str, victim: str, home: Path) -> None:
    _killed_at_a_gate(gate, victim, home)


def test_a_killed_client_leaves_no_server_even_with_a_busy_statement(state: Path) -> None:
    with Client(state) as client:
        assert client.line() == "ready"
        client.send("SELECT count(*) FROM generate_series(1, 1000000000)")
        time.sleep(0.2)
    assert wait_for(lambda: not processes_in(state), seconds=15)  # else minutes
    assert leftovers(state) == []


def test_a_backend_that_outlives_its_server_keeps_the_next_one_waiting(state: Path) -> None:
    with Client(state) as client:
        assert client.line() == "ready"
        client.send("SELECT count(*) FROM generate_series(1, 1000000000)")
        time.sleep(0.2)
        kill(postmaster_of(state), guard_of(state))
        assert processes_in(state)
    with embedded.running(state) as server:
        assert query(server, "SELECT value FROM kept") == 42
    assert leftovers(state) == []
