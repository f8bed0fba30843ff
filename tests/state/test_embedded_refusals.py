"""Where the embedded server cannot or must not be, it says so with the way on, and changes nothing."""

import ctypes
import errno
import os
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from support_embedded import (
    connect,
    copy,
    leftovers,
    mounted,
    place,
    query,
    tree,
)
from support_inventory import TINY
from support_project import Project, Result
from test_other_servers import INSTALLED

from invgit.errors import DatabaseError
from invgit.state import embedded
from invgit.state.embedded import disk, folder
from invgit.state.embedded.guard import layout

pytestmark = pytest.mark.account
as_root = pytest.mark.root
with_mounts = pytest.mark.root(mounts=True)


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


def refused(state: Path) -> DatabaseError:
    """The refusal that a command gets, with the way on that every refusal has."""
    with pytest.raises(DatabaseError) as found, embedded.running(state):
        pass
    assert found.value.help
    return found.value


# --- Folders --------------------------------------------------------------------------------------------------------


def test_a_file_where_the_folder_should_be_is_refused(home: Path) -> None:
    (home / "state").write_text("mine")
    assert "is not a folder" in refused(home / "state").message
    assert (home / "state").read_text() == "mine"


def test_a_file_where_a_parent_should_be_is_refused(home: Path) -> None:
    (home / "file").write_text("mine")
    assert "Not a directory" in refused(home / "file/below/state").message
    assert (home / "file").read_text() == "mine"


def test_a_circle_of_links_is_refused(home: Path) -> None:
    (home / "one").symlink_to(home / "two")
    (home / "two").symlink_to(home / "one")
    assert "circle" in refused(home / "one/state").message


def test_a_path_that_postgresql_would_cut_is_refused(home: Path) -> None:
    """It would write to the place that is left of it."""
    assert "is too long a path" in refused(home.joinpath(*["x" * 200] * 5)).message
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o750])
def test_a_folder_open_to_others_is_refused(mode: int, home: Path) -> None:
    (home / "state").mkdir()
    (home / "state").chmod(mode)
    assert f"has mode {mode:o}" in refused(home / "state").message
    assert list((home / "state").iterdir()) == []


@as_root
def test_a_folder_of_somebody_else_is_refused(home: Path) -> None:
    (home / "state").mkdir(mode=0o700)
    os.chown(home / "state", 65534, 65534)
    assert "belongs to somebody else" in refused(home / "state").message
    assert list((home / "state").iterdir()) == []


@as_root
def test_root_refuses_a_way_that_is_closed_or_others_can_change(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    assert "is closed to the user" in refused(closed / "state").message
    closed.chmod(0o777)
    assert "others can write" in refused(closed / "state").message
    closed.chmod(0o755)
    os.chown(closed, 65534, 65534)
    assert "could replace" in refused(closed / "state").message
    assert list(closed.iterdir()) == []


@with_mounts
def test_a_read_only_file_system_is_refused(home: Path, state: Path) -> None:
    with mounted(home / "empty", "tmpfs", "ro,mode=755"):
        assert "Read-only file system" in refused(home / "empty/state").message
    with mounted(home / "full", "tmpfs", "mode=755"):
        copied = copy(state, home / "full/state")
        before = tree(copied)
        subprocess.run(["mount", "-o", "remount,ro", home / "full"], check=True)
        assert "Read-only file system" in refused(copied).message
        assert embedded.status(copied) == "stopped"
        assert tree(copied) == before
    assert list((home / "full").iterdir()) == []


# --- Data -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [layout.MARKER, "PG_VERSION"])
def test_data_of_somebody_else_is_refused_and_not_touched(name: str, state: Path, home: Path) -> None:
    copied = copy(state, home / "state")
    (copied / "data" / name).unlink()
    before = tree(copied / "data")
    assert "was not made by invgit" in refused(copied).message
    assert tree(copied / "data") == before
    assert leftovers(copied) == []


@pytest.mark.parametrize(
    ("marker", "version", "said", "way_on"),
    [
        (17, 17, "belongs to PostgreSQL 17, and this invgit brings PostgreSQL 18", "pg_dump"),
        (16, 16, "belongs to PostgreSQL 16", "pg_dump"),
        (18, 16, "belongs to PostgreSQL 16", "pg_dump"),
        (19, 19, "belongs to a newer invgit, with PostgreSQL 19", "install the newer invgit"),
        (18, "devel", "was not made by invgit", "move it away"),
    ],
)
def test_data_of_another_major_is_refused_with_the_way_on(
    marker: int, version: object, said: str, way_on: str, state: Path, home: Path
) -> None:
    copied = copy(state, home / "state")
    (copied / "data/PG_VERSION").write_text(f"{version}\n")
    (copied / "data" / layout.MARKER).write_text(f'{{"format": 1, "major": {marker}}}')
    before = tree(copied / "data")
    refusal = refused(copied)
    assert said in refusal.message
    assert way_on in str(refusal.help)
    assert tree(copied / "data") == before
    assert leftovers(copied) == []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "programs" in metafunc.fixturenames:
        metafunc.parametrize("programs", INSTALLED, ids=lambda path: path.parent.name)


@pytest.mark.parametrize("claimed", [False, True])
def test_a_real_cluster_of_another_postgresql_is_left_as_it_is(
    programs: Path, claimed: bool, state: Path, home: Path
) -> None:
    """One that a PostgreSQL of this machine has made; also with our marker, as if it were ours."""
    copied = copy(state, home / "state")
    data = copied / "data"
    owner = data.stat()
    subprocess.run(["rm", "-rf", data], check=True)
    data.mkdir(mode=0o700)
    account = {} if os.geteuid() else {"user": 65534, "group": 65534, "extra_groups": []}
    if account:
        os.chown(data, 65534, 65534)
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "reject", "--no-sync", "--no-locale"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **account,
    )
    if claimed:
        (data / layout.MARKER).write_text('{"format": 1, "major": 18}')
        subprocess.run(["chown", "-R", f"{owner.st_uid}:{owner.st_gid}", data], check=True)
    before = tree(data)
    major = programs.parent.name
    said = f"belongs to PostgreSQL {major}" if claimed and major != "18" else "was not made by invgit"
    assert said in refused(copied).message
    assert tree(data) == before


def test_the_reason_of_a_server_that_does_not_start_is_shown(state: Path, home: Path) -> None:
    copied = copy(state, home / "state")
    (copied / "data/global/pg_control").unlink()
    assert "pg_control" in refused(copied).message
    assert leftovers(copied) == []


def test_a_password_that_is_gone_is_named(state: Path, home: Path) -> None:
    copied = copy(state, home / "state")
    (copied / layout.PASSWORD).unlink()
    assert f"{copied / layout.PASSWORD} is missing" in refused(copied).message
    assert leftovers(copied) == []


# --- Network file systems -------------------------------------------------------------------------------------------

_MOUNTINFO = rb"""21 25 0:20 / /proc rw,nosuid,nodev,noexec,relatime shared:5 - proc proc rw
25 1 253:1 / / rw,relatime shared:1 - ext4 /dev/mapper/root rw,errors=remount-ro
61 25 0:45 / /net/ada rw,relatime shared:29 - nfs4 server:/export/ada rw,vers=4.2,addr=192.0.2.7
62 25 0:46 / /mnt/with\040space rw,relatime shared:30 master:7 - cifs //server/share\040x rw,vers=3.1.1
63 25 0:47 /sub /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs
64 25 0:48 / /net/far rw,nosuid,nodev,relatime shared:31 - fuse.sshfs ada@host: rw,user_id=1000
65 25 0:49 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw,size=8G
66 25 7:1 / /snap/core ro,nodev,relatime shared:32 - squashfs /dev/loop1 ro
67 25 0:50 / /var rw - btrfs /dev/vda2 rw,subvol=/var
68 25 0:51 / / rw,relatime - overlay overlay rw,lowerdir=/a - b:/c,upperdir=/d
cut
"""


@pytest.mark.parametrize(
    ("device", "kind", "is_network"),
    [
        (os.makedev(253, 1), "ext4", False),
        (os.makedev(0, 45), "nfs4", True),
        (os.makedev(0, 46), "cifs", True),
        (os.makedev(0, 47), "9p", True),
        (os.makedev(0, 48), "fuse.sshfs", True),
        (os.makedev(0, 49), "tmpfs", False),
        (os.makedev(7, 1), "squashfs", False),
        (os.makedev(0, 50), "btrfs", False),
        (os.makedev(0, 51), "overlay", False),
        (os.makedev(9, 9), None, False),
    ],
)
def test_a_network_file_system_is_recognised(device: int, kind: str | None, is_network: bool) -> None:
    assert disk.kind_in(_MOUNTINFO, device) == kind
    assert (kind in disk.NETWORK) == is_network


def test_the_file_systems_of_this_machine_are_recognised(home: Path) -> None:
    for path in (home, Path("/proc"), Path("/dev/shm")):
        if path.exists():
            assert disk.kind(path) == subprocess.run(
                ["stat", "-f", "-c", "%T", path], capture_output=True, text=True, check=True
            ).stdout.strip().replace("ext2/ext3", str(disk.kind(path)))


@contextmanager
def _fuse(folder: Path, kind: str) -> Iterator[None]:
    """A mounted file system of this type with nothing in it; answered here as the kernel's fuse.h says."""
    libc = ctypes.CDLL(None, use_errno=True)
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40755,user_id=0,group_id=0,allow_other"
    if libc.mount(b"none", os.fsencode(folder), kind.encode(), 0, options.encode()):
        raise OSError(ctypes.get_errno(), "mount")
    # Valid for a minute; a folder (inode 1, mode 0755, two links) of root's, everything else 0.
    attributes = struct.pack("<QII6Q10I", 60, 0, 0, 1, *[0] * 5, 0, 0, 0, 0o40755, 2, *[0] * 5)

    def answer() -> None:
        with suppress(OSError):
            while request := os.read(device, 1 << 18):
                _, opcode, unique = struct.unpack_from("<IIQ", request)
                body, error = b"", errno.ENOSYS
                if opcode == 26:  # INIT
                    body, error = struct.pack("<4I2H2I2H8I", 7, 31, 4096, 0, 8, 6, 4096, 1, 0, 0, *[0] * 8), 0
                elif opcode == 3:  # GETATTR
                    body, error = attributes, 0
                elif opcode == 1:  # LOOKUP
                    error = errno.ENOENT
                if opcode != 2:  # FORGET
                    os.write(device, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield
    finally:
        libc.umount2(os.fsencode(folder), 2)  # MNT_DETACH
        os.close(device)


@with_mounts
@pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="needs /dev/fuse")
def test_a_mounted_network_file_system_is_refused_before_anything_is_made_on_it(home: Path) -> None:
    far = home / "far"
    far.mkdir()
    with _fuse(far, "fuse.sshfs"):
        assert "is on a network file system (fuse.sshfs)" in refused(far / "below/state").message
        assert folder.HOME_VARIABLE in str(refused(far / "state").help)


# --- A full disk ----------------------------------------------------------------------------------------------------


@with_mounts
@pytest.mark.parametrize(
    "megabytes",
    [
        20,
        pytest.param(10, marks=pytest.mark.slow),
        pytest.param(30, marks=pytest.mark.slow),
        pytest.param(40, marks=pytest.mark.slow),
    ],
)
def test_a_first_start_on_a_full_disk_says_so_and_leaves_nothing(megabytes: int, home: Path) -> None:
    with mounted(home / "small", "tmpfs", f"size={megabytes}m,mode=755") as small:
        refusal = refused(small / "state")
        assert "No space left on device" in refusal.message
        assert "make room" in str(refusal.help)
        assert leftovers(small / "state") == []
        assert not (small / "state" / layout.DATA).exists()
        subprocess.run(["mount", "-o", "remount,size=80m", small], check=True)
        with embedded.running(small / "state") as server:
            assert query(server, "SELECT 1") == 1


def _fill(path: Path) -> None:
    """Write until nothing is left."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


@with_mounts
def test_a_disk_that_fills_up_costs_the_statement_and_not_the_data(home: Path, state: Path) -> None:
    with mounted(home / "small", "tmpfs", "size=90m,mode=755") as small:
        copied = copy(state, small / "state")
        with embedded.running(copied) as server, suppress(psycopg.Error), connect(server) as connection:
            _fill(small / "filler")
            assert connection.execute("SELECT value FROM kept").fetchone() == (42,)
            with pytest.raises(psycopg.Error, match=r"No space left on device|terminating connection"):
                connection.execute("CREATE TABLE big AS SELECT md5(i::text) FROM generate_series(1, 100000) AS i")
        _fill(small / "filler.again")
        assert "No space left on device" in refused(copied).message
        (small / "filler").unlink()
        with embedded.running(copied) as server:
            assert query(server, "SELECT value FROM kept") == 42
            assert query(server, "SELECT to_regclass('big')::text") is None
        assert leftovers(copied) == []


@with_mounts
def test_a_command_on_a_full_disk_says_so_and_works_again_with_a_megabyte(home: Path) -> None:
    with mounted(home / "small", "tmpfs", "size=90m,mode=755") as small:
        project = Project(home / "project", "")
        (project.root / "invgit.yaml").write_text("database: embedded\n")
        project.write(TINY)

        def run(*arguments: str) -> Result:
            return project.run(*arguments, INVGIT_STATE_HOME=str(small))

        assert run("db", "migrate").code == run("apply", "--yes").code == 0
        assert run("db", "start").code == 0
        _fill(small / "filler")
        login = run("status").err  # it is said at the login, with the path as it is
        assert "could not write init file: No space left" in login
        assert str(small) in login
        assert run("db", "stop").code == 0
        for command in (["status"], ["apply", "--yes"]):
            _fill(small / f"filler.{command[0]}")
            result = run(*command)
            assert (result.code, result.out) == (3, "")
            assert "No space left on device" in result.err
            assert "help: make room" in result.err
        os.truncate(small / "filler", (small / "filler").stat().st_size - 1_000_000)
        project.write({**TINY, "o/s/site.yaml": TINY["o/s/site.yaml"].replace("name: NAS", "name: Storage")})
        assert run("apply", "--yes").code == 0
        assert run("plan").out.startswith("Nothing to do")
