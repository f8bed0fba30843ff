"""Which state folder belongs to a checkout, and whether it is one that may be used."""

import os
import re
import stat
import sys
from pathlib import Path

from invgit.errors import DatabaseError

HOME_VARIABLE = "INVGIT_STATE_HOME"
_SYSTEM_HOME = Path("/var/lib/invgit")
_ELSEWHERE = (
    f"set {HOME_VARIABLE} to a folder of yours on a local disk, "
    "or name a server in invgit.yaml: database: {env: NAME}"
)
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.ceph", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}
    | {"gfs2", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs"}
)


def is_root() -> bool:
    """PostgreSQL refuses to run as this user, so the server gets another one."""
    return sys.platform != "win32" and os.geteuid() == 0


def home() -> Path:
    """The folder that holds the state folders of this user: `$INVGIT_STATE_HOME`, or the usual one."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named).expanduser().absolute() if named else usual_home()


def usual_home() -> Path:
    """Where the platform keeps the state of a user's programs; for root where it keeps the system's."""
    if is_root():
        return _SYSTEM_HOME
    import platformdirs  # only those who start a server pay for it

    return platformdirs.user_state_path("invgit", appauthor=False)


def folder_for(project: Path) -> Path:
    """The state folder of the checkout at `project`: `<home>/<name>-<hash of its real path>`.

    Two paths to one checkout have one state folder; a checkout that is moved has a new one. Nothing is created.
    """
    from hashlib import sha256  # OpenSSL: three milliseconds

    real = project.resolve()
    name = re.sub(r"[^a-z0-9]+", "-", real.name.lower()).strip("-")[:32] or "inventory"
    digest = sha256(os.fsencode(real)).hexdigest()[:12]
    return (home() / f"{name}-{digest}").resolve()


def prepare(folder: Path) -> Path:
    """Make sure that `folder` exists and is ours alone; returns its real path. Raises DatabaseError.

    For root it may be entered by all (the server runs under another user), and nobody else may be able to replace it
    or one of its parents.
    """
    try:
        folder = folder.resolve()
        for parent in reversed(folder.parents):
            _make(parent, 0o755 if is_root() else 0o700)
        _make(folder, 0o711 if is_root() else 0o700)
        _check_owner_and_mode(folder)
        _check_disk(folder)
        check_way(folder)
    except OSError as error:
        raise DatabaseError(f"{folder} cannot hold the embedded PostgreSQL: {reason(error)}", help=_ELSEWHERE) from None
    return folder


def _make(path: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask: under another name first, so nobody sees it halfway."""
    if os.path.lexists(path):
        return
    new = path.with_name(f".invgit-{os.urandom(8).hex()}")
    new.mkdir(mode=0o700)
    try:
        new.chmod(mode)
        new.rename(path)
    except OSError:
        new.rmdir()
        if not path.is_dir():  # otherwise another command was faster
            raise


def _check_owner_and_mode(folder: Path) -> None:
    if sys.platform == "win32":
        return  # there a folder below the user's own is closed to others by inheritance
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise DatabaseError(f"{folder} is not a folder; it is where the embedded PostgreSQL lives", help=_ELSEWHERE)
    if found.st_uid != os.geteuid():
        raise DatabaseError(f"{folder} belongs to somebody else (user id {found.st_uid})", help=_ELSEWHERE)
    wanted = 0o711 if is_root() else 0o700
    if found.st_mode & 0o777 & ~wanted or wanted & ~found.st_mode:
        raise DatabaseError(
            f"{folder} has mode {found.st_mode & 0o777:o}, and must have {wanted:o}",
            help=f"look who could have used it, then: chmod {wanted:o} {folder}",
        )


def check_way(folder: Path) -> None:
    """For root: the server's user can reach the folder, and nobody but root can put another in its place.

    Raises DatabaseError.
    """
    if not is_root():
        return
    for parent in folder.parents:
        found = parent.stat()
        if found.st_uid != 0:
            raise DatabaseError(
                f"{parent} belongs to user id {found.st_uid}, who could replace {folder}", help=_ELSEWHERE
            )
        if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
            raise DatabaseError(f"others can write to {parent}, and could replace {folder}", help=_ELSEWHERE)
        if not found.st_mode & stat.S_IXOTH:
            raise DatabaseError(
                f"{parent} is closed to the user the embedded PostgreSQL runs as (as root it gives up root)",
                help=_ELSEWHERE,
            )


def _check_disk(folder: Path) -> None:
    """On a network file system a lock may mean nothing to the next machine. Known on Linux only."""
    kind = _file_system(folder)
    if kind in _NETWORK:
        raise DatabaseError(
            f"{folder} is on a network file system ({kind}), where locks cannot be trusted", help=_ELSEWHERE
        )


def _file_system(folder: Path) -> str | None:
    """The type of the file system a folder is on, from /proc/self/mountinfo (proc(5)); None where nothing says it."""
    if sys.platform == "win32":
        return None
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return None
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}".encode()
    for line in lines:
        mount, _, source = line.partition(b" - ")
        if mount.split(b" ")[2] == number:
            return os.fsdecode(source.split(b" ")[0])
    return None


def reason(error: OSError) -> str:
    """What the system said, without Python's decoration."""
    return error.strerror or str(error)
