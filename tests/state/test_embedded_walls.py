"""The embedded server between walls: odd paths, hostile environments, roles, root and ordinary users."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support_embedded import (
    connect,
    guard_of,
    leftovers,
    modes,
    place,
    postmaster_of,
    processes_in,
    python_for,
    query,
    run_as,
)

from invgit.state import embedded
from invgit.state.embedded import binaries
from invgit.state.embedded.guard import layout

pytestmark = pytest.mark.account
as_root = pytest.mark.root


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder for state folders; nothing may run in it when the test is over."""
    with place() as path:
        yield path


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A state folder with a server that is kept for all the tests here that only look at it."""
    with place() as path:
        embedded.start(path / "state")
        yield path / "state"
        embedded.stop(path / "state")


# --- Paths --------------------------------------------------------------------------------------------------------

_HOSTILE = {
    "spaces, quotes, shell": """it's "a" $(kill $PPID) `kill $PPID`; & | % , -D""",
    "newline, tab, backslash": "a\nb\tc\\d",
    "not UTF-8": os.fsdecode(b"\xff\xfe\xe4"),
    "200 bytes": "x" * 200,
    "an option": "-D",
}
_EACH = [*" '\"`;,\n\t%\\&|*?#~!=:", "$(kill $PPID)", "$HOME", "--help", "ä€", "\udcff", "/".join(["x" * 199] * 4)]
"""One at a time; the last is 800 bytes long."""


def _holds_data(state: Path) -> None:
    for _ in range(2):
        with embedded.running(state) as server:
            assert query(server, "SELECT 1") == 1
        assert not Path(server.host).exists()
    assert leftovers(state) == []


@pytest.mark.parametrize("name", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_any_path_can_hold_the_data(name: str, home: Path) -> None:
    _holds_data(home / name / "state")


@pytest.mark.slow
@pytest.mark.parametrize("name", _EACH)
def test_a_path_with_any_one_oddity_can_hold_the_data(name: str, home: Path) -> None:
    _holds_data(home / name / "state" if len(name) > 99 else home / f"a{name}b" / name / "state")


def test_the_state_folder_belongs_to_the_checkout_and_not_to_one_of_its_names(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVGIT_STATE_HOME", str(home))
    (home / "My Home").mkdir()
    (home / "other").symlink_to(home / "My Home")
    folder = embedded.folder_for(home / "My Home")
    assert folder == embedded.folder_for(home / "other")
    assert folder != embedded.folder_for(home)
    assert folder.parent == home
    assert folder.name.startswith("my-home-")
    monkeypatch.delenv("INVGIT_STATE_HOME")
    assert embedded.folder_for(home).is_absolute()
    assert not folder.exists()


# --- Privileges ---------------------------------------------------------------------------------------------------

_DENIED = [
    "COPY pg_class TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
    "CREATE ROLE evil SUPERUSER",
    "ALTER ROLE invgit SUPERUSER",
    "ALTER ROLE postgres PASSWORD 'x'",
    "GRANT pg_execute_server_program TO invgit",
    "GRANT postgres TO invgit",
    "ALTER SYSTEM SET fsync = off",
    "SELECT lo_import('/etc/passwd')",
    "LOAD '/tmp/evil.so'",
    "SELECT pg_reload_conf()",
    "CREATE EXTENSION file_fdw",
]


@pytest.mark.parametrize("statement", _DENIED)
def test_the_role_is_no_superuser_and_cannot_become_one(statement: str, state: Path) -> None:
    with embedded.running(state) as server, pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(server, statement)


def test_the_role_can_do_what_migrations_need(state: Path) -> None:
    with embedded.running(state) as server:
        query(server, "CREATE DATABASE other")
        query(server, "CREATE ROLE reader")
        query(server, "CREATE SCHEMA own")
        rights = (
            "SELECT (rolsuper, rolcreaterole, rolcreatedb, rolcanlogin)::text FROM pg_roles WHERE rolname = 'invgit'"
        )
        assert query(server, rights) == "(f,t,t,t)"
        with connect(server, dbname=str(server.conninfo("other")["dbname"])) as connection:
            assert connection.info.dbname == "other"


def test_nobody_gets_in_without_the_password(state: Path) -> None:
    with embedded.running(state) as server:
        for user in ("invgit", "postgres"):
            for password in ("", "invgit", "wrong"):
                with pytest.raises(psycopg.OperationalError, match="password"):
                    connect(server, user=user, password=password, passfile="/nonexistent")


def test_the_password_shows_nowhere(state: Path) -> None:
    with embedded.running(state) as server:
        with pytest.raises(psycopg.Error):
            query(server, "no statement")
        for pid in processes_in(state):
            for name in ("cmdline", "environ"):
                assert server.password.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
    for shown in (repr(server), str(server), server.url(), (state / layout.LOG).read_text()):
        assert server.password not in shown
    for path in (server.passfile, state / layout.ADMIN_PASSWORD, state / layout.LOG):
        assert path.stat().st_mode & 0o077 == 0


def test_the_url_lets_people_in_without_showing_the_password(state: Path) -> None:
    with embedded.running(state) as server, embedded.clean_environment(), psycopg.connect(server.url()) as connection:
        assert connection.info.user == "invgit"


def test_no_network_socket_is_opened(state: Path) -> None:
    with embedded.running(state) as server:
        inodes = {str(path.readlink()) for path in Path(f"/proc/{postmaster_of(state)}/fd").iterdir()}
        assert query(server, "SHOW listen_addresses") == ""
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            assert f"socket:[{line.split()[9]}]" not in inodes


# --- Root and others ----------------------------------------------------------------------------------------------


@as_root
def test_root_gives_up_user_group_and_capabilities_and_changes_no_mode(home: Path) -> None:
    install = binaries.find()
    looked_at = (home, install / "bin/postgres", install / "lib", install / "share")
    before = modes(*looked_at)
    with embedded.running(home / "state") as server:
        status = Path(f"/proc/{postmaster_of(home / 'state')}/status").read_text()
        fields = {line.split(":")[0]: line.split()[1:] for line in status.splitlines()}
        assert query(server, "SELECT 1") == 1
    assert set(fields["Uid"]) == set(fields["Gid"]) == {"61999"}
    assert fields["Groups"] == []
    assert [fields[name] for name in ("CapPrm", "CapEff", "CapAmb")] == [["0" * 16]] * 3
    assert fields["NoNewPrivs"] == ["1"]
    assert modes(*looked_at) == before


@as_root
def test_an_ordinary_user_has_a_server_of_its_own(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python, environment = python_for(nobody.pw_uid, home)
    own = home / "own"
    own.mkdir(mode=0o700)
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    environment |= {"HOME": str(own), "STATE_FOLDER": str(own / "state")}
    for statement, expected in (("SELECT 1", "1"), ("SELECT current_user", "invgit")):
        done = run_as(nobody.pw_uid, nobody.pw_gid, python, environment, statement)
        assert (done.stdout.split(), done.stderr) == (["ready", expected], "")
    assert leftovers(own / "state") == []
    assert (own / "state").stat().st_mode & 0o777 == 0o700
    assert (own / "state/data").stat().st_uid == nobody.pw_uid


@as_root
def test_an_ordinary_user_is_told_what_is_closed_to_it(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python, environment = python_for(nobody.pw_uid, home)
    (home / "closed").mkdir(mode=0o700)
    with embedded.running(home / "roots"):
        for folder, said in (
            (home / "new", "Permission denied"),
            (home / "closed" / "state", "Permission denied"),
            (home / "roots", "belongs to somebody else"),
        ):
            environment["STATE_FOLDER"] = str(folder)
            done = run_as(nobody.pw_uid, nobody.pw_gid, python, environment, "")
            assert done.stdout.startswith("refused:")
            assert said in done.stdout
            assert "INVGIT_STATE_HOME" in done.stdout
            assert done.stderr == ""
    assert not (home / "new").exists()


_INTRUDER = """
import os, socket, sys
state, host = sys.argv[1:]
def denied(act):
    try:
        act()
    except PermissionError:
        return True
for name in ("password", "password.postgres", "log", "server.json", "data/pg_hba.conf"):
    assert denied(lambda: open(os.path.join(state, name))), name
for path in (state, os.path.join(state, "data"), host):
    assert denied(lambda: os.listdir(path)), path
assert denied(lambda: socket.socket(socket.AF_UNIX).connect(os.path.join(host, ".s.PGSQL.5432")))
assert denied(lambda: open(os.path.join(state, "users.lock"))), "it could keep the server alive, or out"
"""


@as_root
@pytest.mark.parametrize("name", ["state", "x" * 100], ids=["near", "far"])
def test_another_user_gets_neither_in_nor_to_the_files(name: str, home: Path) -> None:
    """`far` is too long for a socket: its folder is elsewhere."""
    with embedded.running(home / name) as server:
        argv = ["/usr/bin/python3", "-I", "-c", _INTRUDER, home / name, server.host]
        done = subprocess.run(
            argv, user=65534, group=65534, extra_groups=[], cwd="/", capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")


@as_root
def test_a_user_without_a_name_is_told_so(home: Path) -> None:
    uid = 54321
    python, environment = python_for(uid, home)
    own = home / "own"
    own.mkdir(mode=0o700)
    os.chown(own, uid, uid)
    environment |= {"HOME": str(own), "STATE_FOLDER": str(own / "state")}
    done = run_as(uid, uid, python, environment, "")
    assert done.stdout.startswith("refused:")
    assert "user id 54321 has no entry" in done.stdout
    assert done.stderr == ""
    assert guard_of(own / "state") is None
