"""The server's programs may be installed anywhere: where they cannot run they are copied, and copies do not pile up."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_embedded import (
    REPOSITORY,
    Client,
    bundle,
    guard_of,
    kill,
    modes,
    place,
    postmaster_of,
    processes_in,
    wait_for,
)

pytestmark = pytest.mark.account
as_root = pytest.mark.root
ODD = """$(kill $PPID)`kill $PPID`"x"""


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder for state folders; nothing may run in it when the test is over."""
    with place() as path:
        yield path


def environment(home: Path, site: Path) -> dict[str, str]:
    """One in which the wheel is installed in `site`."""
    return {"PYTHONPATH": f"{site}:{REPOSITORY}", "HOME": str(home), "INVGIT_STATE_HOME": str(home)}


def copies(home: Path) -> list[Path]:
    """The copies below a folder, half-made ones too."""
    return [*home.rglob("postgresql-*"), *home.rglob(".postgresql-*")]


def program_of(state: Path) -> Path:
    """What runs as the server."""
    return Path(f"/proc/{postmaster_of(state)}/exe").readlink()


def _copied_and_never_run(name: str, home: Path) -> None:
    site = home / name
    site.mkdir(mode=0o700, parents=True)
    programs = bundle(site)
    before = modes(programs / "postgres")
    for state in (home / "state", home / "$(kill $$)" / "state"):
        with Client(state, environment(home, site)) as client:
            assert client.line() == "ready"
            program = program_of(state)
            assert client.leave() == 0
        assert program.is_relative_to(home)
        assert not program.is_relative_to(site)
    assert len(copies(home)) == 1
    assert modes(programs / "postgres") == before


@pytest.mark.parametrize("name", [ODD, pytest.param("closed", marks=as_root)])
def test_an_install_path_that_a_server_cannot_use_is_copied_once_and_never_run(name: str, home: Path) -> None:
    _copied_and_never_run(name, home)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ['a"b', "$(kill $PPID)", "`kill $PPID`", "a\\b", "$HOME", "a\nb", "\udcff", "/".join(["x" * 220] * 4)]
)
def test_any_character_that_a_shell_would_read_makes_a_copy(name: str, home: Path) -> None:
    _copied_and_never_run(name, home)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["it's", "a b", "a;b", "a&b|c", "(a)", "*?", "%s", "-D", "#", "~", "ä€"])
def test_any_other_install_path_is_used_as_it_is(name: str, home: Path) -> None:
    site = home / name
    bundle(site)
    with Client(home / "state", environment(home, site)) as client:
        assert client.line() == "ready"
        assert program_of(home / "state").is_relative_to(site)
        assert client.leave() == 0
    assert copies(home) == []


def test_a_copy_goes_when_its_wheel_was_replaced_and_nobody_uses_it(home: Path) -> None:
    site = home / ODD
    programs = bundle(site)
    one, other, third = (home / name for name in ("one", "other", "third"))
    with Client(one, environment(home, site)) as client:
        assert client.line() == "ready"
        (old,) = copies(home)
        os.utime(programs / "postgres", (1, 1))
        with Client(other, environment(home, site)) as newer:
            assert newer.line() == "ready"
            assert len(copies(home)) == 2  # the old one is still used
            assert newer.leave() == 0
        kill(client.process.pid, guard_of(one))
    assert wait_for(lambda: not processes_in(one))
    (home / ".postgresql-cut").mkdir()
    (home / ".postgresql-cut/lock").touch(0o600)
    (home / ".postgresql-cut/bin").mkdir()
    (home / ".postgresql-empty").mkdir()
    with Client(third, environment(home, site)) as client:
        assert client.line() == "ready"
        assert not old.exists()
        (new,) = copies(home)
        assert program_of(third).is_relative_to(new)
        assert client.leave() == 0


def test_a_copy_that_is_used_by_a_server_without_a_guard_stays(home: Path) -> None:
    """Its programs hold it themselves."""
    site = home / ODD
    programs = bundle(site)
    with Client(home / "one", environment(home, site)) as client:
        assert client.line() == "ready"
        (old,) = copies(home)
        client.send("SELECT count(*) FROM generate_series(1, 1000000000)")
        time.sleep(0.2)
        kill(postmaster_of(home / "one"), guard_of(home / "one"))
        os.utime(programs / "postgres", (1, 1))
        with Client(home / "other", environment(home, site)) as newer:
            assert newer.line() == "ready"
            assert old in copies(home)
            assert newer.leave() == 0


def test_many_that_need_a_copy_at_once_make_one(home: Path) -> None:
    site = home / ODD
    bundle(site)
    clients = [Client(home / f"state{number}", environment(home, site)) for number in range(4)]
    try:
        assert [client.line() for client in clients] == ["ready"] * 4
        assert len({program_of(home / f"state{number}") for number in range(4)}) == 1
        assert [client.leave() for client in clients] == [0] * 4
    finally:
        for client in clients:
            client.__exit__()
    assert len(copies(home)) == 1
