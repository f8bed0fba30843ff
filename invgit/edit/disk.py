"""Single files below a folder: a crash leaves the old bytes or the new ones, and no link is ever followed."""

import os
import re
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from invgit.errors import Refused

_PART = re.compile(r"\.invgit-[0-9a-f]{16}\.tmp")
_BINARY = getattr(os, "O_BINARY", 0)
_NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)
_MOUNT_POINT = 0xA0000003  # what Windows calls a junction: a link to a folder (winnt.h, IO_REPARSE_TAG_MOUNT_POINT)
_PATIENCE = 2.0
"""Seconds for which Windows may refuse to replace a file, because an editor or a virus scanner looks at it just now."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What one file is to become: its path below the inventory (forward slashes), its bytes as they were read, and as
    they are to be; None where there is no such file."""

    path: str
    before: bytes | None
    after: bytes | None


def part_name() -> str:
    """A new name for a file that is to take another's place; readers skip it, and `is_part` knows it again."""
    return f".invgit-{os.urandom(8).hex()}.tmp"


def is_part(name: str) -> bool:
    """Whether it is a name that `part_name` could have made."""
    return _PART.fullmatch(name) is not None


def status(root: Path, path: str) -> os.stat_result | None:
    """What stands at a path below `root`, itself no link, behind no link; None where nothing does.

    Raises Refused for links and for what is neither file nor folder, OSError for what the file system says.
    """
    found, at, parts = None, root, path.split("/")
    for number, part in enumerate(parts, 1):
        at = at / part
        try:
            found = at.lstat()
        except FileNotFoundError:
            return None
        here = f"{root.name}/{'/'.join(parts[:number])}"
        if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _MOUNT_POINT:
            raise Refused(f"{here} is a link; nothing is written through it", help="put what it leads to in its place")
        if not stat.S_ISDIR(found.st_mode) and (number < len(parts) or not stat.S_ISREG(found.st_mode)):
            raise Refused(f"{here} is no {'folder' if number < len(parts) else 'regular file'}")
    return found


def require_file(root: Path, path: str) -> bool:
    """Whether there is a file at a path below `root`. Raises as `status` does, and Refused for a folder."""
    found = status(root, path)
    if found and stat.S_ISDIR(found.st_mode):
        raise Refused(f"{root.name}/{path} is a folder")
    return found is not None


def read(root: Path, path: str) -> bytes | None:
    """The bytes of a file below `root`; None where there is none. Raises as `require_file` does."""
    if not require_file(root, path):
        return None
    flags = os.O_RDONLY | _NOT_THROUGH_LINKS | _BINARY | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(root / path, flags), "rb") as file:
        return file.read()


def create(path: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """A new file with these bytes, on the disk when this returns; mode and owner are those of `like`.

    Raises OSError, also where anything stands there already; then nothing of it stays.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOT_THROUGH_LINKS | _BINARY, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if like:
                _resemble(path, file.fileno(), like)
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _resemble(path: Path, handle: int, like: os.stat_result) -> None:
    """Mode, and where that is allowed owner and group, of another file; the mode last, as `chown` takes bits away."""
    if sys.platform != "win32":
        made = os.fstat(handle)
        if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
            with suppress(PermissionError):
                os.chown(handle, like.st_uid, like.st_gid)
    path.chmod(stat.S_IMODE(like.st_mode))


def replace(part: Path, path: Path) -> None:
    """Put a file in another's place, in one step. Raises OSError."""
    _patiently(lambda: part.replace(path))


def remove(path: Path) -> None:
    """Remove a file that may be gone already. Raises OSError."""
    _patiently(lambda: path.unlink(missing_ok=True))


def _patiently(action: Callable[[], object]) -> None:
    """Windows refuses while anybody has the file open, which is mostly over in a moment."""
    end, pause = time.monotonic() + _PATIENCE, 0.01
    while True:
        try:
            action()
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > end:
                raise
        time.sleep(pause)
        pause = min(2 * pause, 0.2)


def remember(folder: Path) -> None:
    """Names in a folder are on the disk when this returns; where folders cannot be asked for that, it is as it is."""
    if sys.platform == "win32":
        return
    with suppress(FileNotFoundError):  # a folder that has gone has no names
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with suppress(OSError):  # EINVAL: some network and FUSE file systems know no such thing
                os.fsync(handle)
        finally:
            os.close(handle)
