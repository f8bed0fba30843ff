"""Which state folder belongs to a checkout, and whether it is one that may be used."""

import os
import re
import stat
import sys
from pathlib import Path

from invgit.errors import DatabaseError

from . import disk
from .guard.layout import PRIVATE

HOME_VARIABLE = "INVGIT_STATE_HOME"
_SYSTEM_HOME = Path("/var/lib/invgit")
ELSEWHERE = (
    f"set {HOME_VARIABLE} to a folder of yours on a local disk, "
    "or name a server in invgit.yaml: database: {env: NAME}"
)

LONGEST = 900
"""Bytes of a path of ours: PostgreSQL cuts its paths at 1,023 (MAXPGPATH), and would write to another place. It appends
less than a hundred."""


def is_root() -> bool:
    """PostgreSQL refuses to run as this user, so the server gets another one."""
    return sys.platform != "win32" and os.geteuid() == 0


def home() -> Path:
    """The folder that holds the state folders of this user: `$INVGIT_STATE_HOME`, or the usual one.

    Raises DatabaseError where the variable names none.
    """
    named = os.environ.get(HOME_VARIABLE)
    if not named:
        return usual_home()
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError as error:
        raise DatabaseError(f"{HOME_VARIABLE} names no folder: {error}", help=ELSEWHERE) from None


def usual_home() -> Path:
    """Where the platform keeps the state of a user's programs; for root where it keeps the system's."""
    if is_root():
        return _SYSTEM_HOME
    import platformdirs  # only those who start a server pay for it

    return platformdirs.user_state_path("invgit", appauthor=False)


def folder_for(project: Path) -> Path:
    """The state folder of the checkout at `project`: `<home>/<name>-<hash of its real path>`.

    Two paths to one checkout have one state folder; a checkout that is moved has a new one. Nothing is created.
    Raises DatabaseError.
    """
    from hashlib import sha256  # OpenSSL: three milliseconds

    real = project.resolve()
    name = re.sub(r"[^a-z0-9]+", "-", real.name.lower()).strip("-")[:32] or "inventory"
    digest = sha256(os.fsencode(real)).hexdigest()[:12]
    return _resolved(home() / f"{name}-{digest}")


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: a circle of links, before Python 3.13
        raise DatabaseError(f"{path} leads nowhere: its links go in a circle", help=ELSEWHERE) from None


def prepare(folder: Path) -> Path:
    """Make sure that `folder` exists and is ours alone; returns its real path. Raises DatabaseError.

    For root it may be entered by all (the server runs under another user), and nobody else may be able to replace it
    or one of its parents. What is refused is refused before anything is made.
    """
    folder = _resolved(folder)
    if len(os.fsencode(folder)) > LONGEST:
        raise DatabaseError(f"{folder} is too long a path for PostgreSQL: over {LONGEST} bytes", help=ELSEWHERE)
    try:
        _check_disk(folder)
        check_way(folder)
        for parent in reversed(folder.parents):
            make(parent, 0o755 if is_root() else 0o700)
        make(folder, _mode())
        _check_owner_and_mode(folder)
        check_way(folder)  # again: somebody may have made one of them first
    except OSError as error:
        raise DatabaseError(f"{folder} cannot hold the embedded PostgreSQL: {reason(error)}", help=ELSEWHERE) from None
    return folder


def _mode() -> int:
    """The mode of a state folder: for root, the server's user must be able to pass."""
    return 0o711 if is_root() else 0o700


def make(path: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask, unless something is there. Raises OSError.

    It is made under another name first, so that nobody sees it halfway.
    """
    if os.path.lexists(path):
        return
    new = path.with_name(f".invgit-{os.urandom(8).hex()}")
    new.mkdir(mode=PRIVATE)
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
        raise DatabaseError(f"{folder} is not a folder; it is where the embedded PostgreSQL lives", help=ELSEWHERE)
    if found.st_uid != os.geteuid():
        raise DatabaseError(f"{folder} belongs to somebody else (user id {found.st_uid})", help=ELSEWHERE)
    wanted = _mode()
    if found.st_mode & 0o777 & ~wanted or wanted & ~found.st_mode:
        raise DatabaseError(
            f"{folder} has mode {found.st_mode & 0o777:o}, and must have {wanted:o}",
            help=f"look who could have used it, then: chmod {wanted:o} {folder}",
        )


def check_way(folder: Path) -> None:
    """For root: the server's user can reach the folder, and nobody but root can put another in its place.

    Parents that are not there yet are none's. Raises DatabaseError, OSError.
    """
    if not is_root():
        return
    for parent in folder.parents:
        try:
            found = parent.stat()
        except FileNotFoundError:
            continue
        if found.st_uid != 0:
            raise DatabaseError(
                f"{parent} belongs to user id {found.st_uid}, who could replace {folder}", help=ELSEWHERE
            )
        if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
            raise DatabaseError(f"others can write to {parent}, and could replace {folder}", help=ELSEWHERE)
        if not found.st_mode & stat.S_IXOTH:
            raise DatabaseError(
                f"{parent} is closed to the user the embedded PostgreSQL runs as (as root it gives up root)",
                help=ELSEWHERE,
            )


def _check_disk(folder: Path) -> None:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    kind = disk.kind(there)
    if kind in disk.NETWORK:
        raise DatabaseError(
            f"{folder} is on a network file system ({kind}), where locks cannot be trusted", help=ELSEWHERE
        )


def reason(error: OSError) -> str:
    """What the system said, without Python's decoration."""
    return error.strerror or str(error)
