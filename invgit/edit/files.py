"""Changed files onto the disk: all of them or none, whatever happens meanwhile.

What is going to happen is written down first (`journal`), then the new bytes of each file beside it, and only when all
of that is on the disk does the first file get its new bytes. Whoever comes after a crash or a kill finds the journal,
and finishes the change where all its bytes are there, else takes them away. A lock that dies with its holder keeps two
from working at once.
"""

import os
import stat
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from invgit.edit.disk import FileEdit, remove
from invgit.errors import InvgitError, LockBusy, Refused

__all__ = ["FileEdit", "quiet", "recover", "trace", "write"]

_STATE, _LOCK, _JOURNAL = ".invgit", "edit.lock", "edit.json"
_WAIT = 10.0
"""Seconds to wait for another command that writes just now; thousands of files take one."""


def write(root: Path, edits: Collection[FileEdit]) -> None:
    """Make every edit below the inventory `root`, or none.

    Raises Refused where a file is no longer what it was, or would lead somewhere else; LockBusy while another command
    writes; InvgitError where the file system does not allow it. Then nothing is changed.
    """
    from invgit.edit.change import carry_out, require_unchanged
    from invgit.edit.journal import require_path

    for edit in edits:
        require_path(edit.path)
    if len({edit.path for edit in edits}) < len(edits):
        raise ValueError("a file has two edits")
    if not edits:
        return
    with _alone(root) as state:
        _settle(root, state)
        require_unchanged(root, edits)
        wanted = [edit for edit in edits if edit.before != edit.after]
        if wanted:
            carry_out(root, state / _JOURNAL, wanted)


def recover(root: Path) -> None:
    """Finish, or take back, what a command that was killed has left behind; mostly there is nothing, and that is quick.

    Raises LockBusy while another command writes; Refused for a journal that cannot be followed, which is set aside;
    InvgitError where the file system does not allow it.
    """
    state = root.parent / _STATE
    if not os.path.lexists(state / _LOCK) and not os.path.lexists(state / _JOURNAL):
        return
    if not os.path.lexists(state / _JOURNAL) and not os.access(state, os.W_OK):
        return  # a lock that nobody holds hinders nobody
    with _alone(root, help="a change that was cut off waits there to be finished"):
        _settle(root, state)


@contextmanager
def quiet(root: Path) -> Iterator[None]:
    """While this lasts no command writes to the inventory; what was cut off is made good. Raises as `recover`."""
    with _alone(root) as state:
        _settle(root, state)
        yield


Trace = tuple[bool, int, int]


def trace(root: Path) -> Trace:
    """What is another whenever somebody has written meanwhile, or does so now."""
    state = root.parent / _STATE
    return os.path.lexists(state / _LOCK), _changed(root.parent), _changed(state)


def _changed(folder: Path) -> int:
    """When names in a folder changed last, in nanoseconds; 0 where there is none."""
    try:
        return folder.lstat().st_mtime_ns
    except OSError:
        return 0


def _comes_and_goes(folder: Path) -> bool:
    """Whether a folder that was there and was none a moment ago is one, or gone: others make and remove it."""
    try:
        return stat.S_ISDIR(folder.lstat().st_mode)
    except FileNotFoundError:
        return True


@contextmanager
def _alone(root: Path, help: str | None = None) -> Iterator[Path]:
    """The folder for the journal, while no other command writes; afterwards nothing of ours stays in it."""
    from invgit.locks import Lock

    state, end = root.parent / _STATE, time.monotonic() + _WAIT
    path = state / _LOCK
    while True:
        try:
            state.mkdir(exist_ok=True)
            if not stat.S_ISDIR(state.lstat().st_mode):
                raise Refused(f"{_STATE} is a link; nothing is written through it", help="remove it")
            lock = Lock(path)
            if lock.try_exclusive() and lock.is_at(path):  # who had it before removes it
                break
            lock.close()
        except FileNotFoundError:  # who had it before has removed the folder
            pass
        except OSError as error:
            passing = isinstance(error, FileExistsError) and _comes_and_goes(state)
            if not passing and (os.name != "nt" or not isinstance(error, PermissionError)):  # there: a file about to go
                with suppress(OSError):
                    state.rmdir()
                message = f"{_STATE}/{_LOCK} cannot be written: {error.strerror}; nothing was changed"
                raise InvgitError(message, help=help) from None
        if time.monotonic() > end:
            raise LockBusy("another command writes to the inventory just now", help="wait for it, and try again")
        time.sleep(0.02)
    try:
        yield state
    finally:
        if os.name == "nt":  # where a file that is open cannot be removed
            lock.close()
        with suppress(OSError):
            path.unlink()
        lock.close()
        with suppress(OSError):
            state.rmdir()


def _settle(root: Path, state: Path) -> None:
    """What somebody has left behind, finished or taken back."""
    from invgit.edit import journal
    from invgit.edit.change import settle
    from invgit.git import tracked

    path = state / _JOURNAL
    try:
        found = journal.read(path)
        if found is None:
            with suppress(OSError):
                remove(journal.draft_of(path))
        elif tracked(root.parent, f"{_STATE}/{_JOURNAL}"):  # what a repository brings along was not cut off here
            raise journal.NotOurs
        else:
            settle(root, path, found)
    except journal.NotOurs:
        aside = path.with_name(f"{_JOURNAL}.refused")
        with suppress(OSError):
            path.replace(aside)
        what = f"{_STATE}/{_JOURNAL} does not say what invgit would have written here; nothing was touched"
        help = f"look with `git status` where it comes from; it is {_STATE}/{aside.name} now"
        raise Refused(what, help=help) from None
    except OSError as error:
        where = Path(error.filename or path)
        name = where.relative_to(root.parent) if where.is_relative_to(root.parent) else where.name
        raise InvgitError(
            f"a change that was cut off cannot be finished: {name}: {error.strerror}",
            help="free it or make room; the next command finishes the change",
        ) from None
