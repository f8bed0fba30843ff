"""Copies of the wheel's server (25 MB each): made once, held while they are used, removed when their wheel is gone.

Who uses a copy holds the lock in it together with others: the client until it has started the guard, then the guard
and every program of the cluster, which inherit it. Who has it alone may build or remove the copy.
"""

import hashlib
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from invgit.errors import DatabaseError
from invgit.locks import Lock

from .folder import make

_LOCK = "lock"
_SOURCE = "source"
"""The file in a copy that holds the path of the wheel it was made from."""
_ATTEMPTS = 3


def name_of(wheel: Path) -> str:
    """The name of the copy of this wheel: another one when the wheel has changed. Raises OSError."""
    program = (wheel / "bin" / ("postgres.exe" if os.name == "nt" else "postgres")).stat()
    identity = f"{wheel}\n{program.st_size}\n{program.st_mtime_ns}\n{_LOCK}"
    return f"postgresql-{hashlib.sha256(identity.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def take(wheel: Path, top: Path) -> Lock:
    """Hold the copy of `wheel` at `top`, which is made when it is not there. Raises OSError, DatabaseError."""
    for _ in range(_ATTEMPTS):
        if not os.path.lexists(top):
            _build(wheel, top)
        if not _is_ours(top):
            raise DatabaseError(f"{top} was not made by this user, or others can change it")
        lock = _open(top)
        if lock is not None and lock.try_shared() and lock.is_at(top / _LOCK):
            return lock
        if lock is not None:
            lock.close()  # somebody removes it
    raise DatabaseError(f"{top} is incomplete, or somebody keeps removing it", help="remove it; it is only a copy")


def remove_stale(base: Path) -> None:
    """Remove copies that nobody uses and whose wheel is gone or was replaced, and what a killed build has left."""
    if sys.platform == "win32":
        return  # no process inherits a lock there, so nobody knows whether a copy is used
    for top in [*base.glob("postgresql-*"), *base.glob(".postgresql-*")]:
        with suppress(OSError):  # it is only tidiness: the next command tries again
            if _is_ours(top) and (top.name.startswith(".") or _is_stale(top)):
                _remove(top)


def _is_stale(top: Path) -> bool:
    wheel = Path(os.fsdecode((top / _SOURCE).read_bytes()))
    try:
        return name_of(wheel) != top.name
    except (FileNotFoundError, NotADirectoryError):
        return True


def _remove(top: Path) -> None:
    """Remove a copy unless somebody holds it. The lock goes last: whoever is killed here leaves it to be found."""
    lock = _open(top)
    if lock is None:
        top.rmdir()  # killed before there was anything in it, or after the last file
        return
    if lock.try_exclusive() and lock.is_at(top / _LOCK):
        if not top.name.startswith("."):
            top = top.rename(top.with_name(f".{top.name}-{secrets.token_hex(4)}"))
        for path in top.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != _LOCK:
                path.unlink()
        (top / _LOCK).unlink()
        top.rmdir()
    lock.close()


def _open(top: Path) -> Lock | None:
    try:
        return Lock(top / _LOCK, create=False)
    except FileNotFoundError:
        return None


def _build(wheel: Path, top: Path) -> None:
    """Copy what a server needs, with modes of our own, and give it its name at the end. Raises OSError."""
    for parent in reversed(top.parents):
        make(parent, 0o755)
    new, lock = _claim(top)
    try:
        for relative in _needed(wheel):
            source = wheel.parents[1] / relative
            target = new / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            target.chmod(0o755 if source.stat().st_mode & stat.S_IXUSR else 0o644)
        (new / _SOURCE).write_bytes(os.fsencode(wheel))
        for folder in [new, *(path for path in new.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)
        if sys.platform != "win32":
            os.sync()  # once for some 900 files: a power cut must not leave half a program under the final name
        new.rename(top)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not top.is_dir():  # otherwise another command was faster
            raise
    finally:
        lock.close()


def _claim(top: Path) -> tuple[Path, Lock]:
    """A new folder beside `top` that nobody takes for the rubbish of a killed build. Raises OSError."""
    while True:
        new = top.with_name(f".{top.name}-{secrets.token_hex(4)}")
        new.mkdir(mode=0o700)
        try:
            lock = Lock(new / _LOCK)
        except FileNotFoundError:
            continue  # somebody was as fast as that
        if lock.try_exclusive() and lock.is_at(new / _LOCK):
            return new, lock
        lock.close()


def _needed(wheel: Path) -> Iterator[Path]:
    """The files of a server, relative to the folder the wheel is installed in: the programs look for their libraries
    by relative paths, so everything keeps its place."""
    package, site = wheel.parent, wheel.parents[1]
    programs = [f"bin/{name}" for name in ("postgres", "initdb")] if os.name != "nt" else ["bin/*.exe", "bin/*.dll"]
    libraries = ["lib/*.so", "lib/*.so.*", "lib/*.dylib", "lib/*.dll"]
    for folder, patterns in (
        (wheel, [*programs, *libraries, "share/**/*"]),
        (package, [".dylibs/*"]),
        (site, [f"{package.name}.libs/*"]),
    ):
        for pattern in patterns:
            yield from (path.relative_to(site) for path in sorted(folder.glob(pattern)) if path.is_file())


def _is_ours(top: Path) -> bool:
    """Nobody else made it or can change it."""
    if sys.platform == "win32":
        return True
    found = top.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
