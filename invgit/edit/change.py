"""A change of several files, step by step; each step leaves what a journal can finish or take back."""

import errno
import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path

from invgit.edit import disk, journal
from invgit.edit.disk import FileEdit
from invgit.edit.journal import Change, Step
from invgit.errors import InvgitError, Refused

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NAMED = 10
"""So many files are named in a message; more are counted."""


def require_unchanged(root: Path, edits: Iterable[FileEdit]) -> None:
    """Raise Refused, naming them, where files are not what they were when they were read."""
    changed = []
    for edit in edits:
        name = f"{root.name}/{edit.path}"
        try:
            there = disk.read(root, edit.path)
        except OSError as error:
            raise InvgitError(f"{name} cannot be read: {error.strerror}; nothing was changed") from None
        if there != edit.before:
            how = "is gone" if there is None else "is there" if edit.before is None else "was changed"
            changed.append(f"{name} {how} since it was read")
        elif there is not None and not os.access(root / edit.path, os.W_OK):
            raise InvgitError(f"{name} is read-only; nothing was changed")
    if changed:
        more = [f"… and {len(changed) - _NAMED} more"] if len(changed) > _NAMED else []
        help = "look at what it says now, and give the command again"
        raise Refused("\n".join([*changed[:_NAMED], *more, "nothing was written"]), help=help)


def carry_out(root: Path, path: Path, edits: Collection[FileEdit]) -> None:
    """Make the edits, which all change something; the journal is at `path`. Raises as `files.write` does."""
    made = _change(root, edits)
    try:
        _prepare(root, path, made, edits)
        require_unchanged(root, edits)
    except BaseException:
        _take_back(root, path, made)
        raise
    try:
        _finish(root, path, made)
    except KeyboardInterrupt:
        _finish(root, path, made)
        raise
    except OSError as error:
        name = f"{root.name}/{_path_of(root, error)}"
        try:
            _reverse(root, path, made, edits)
        except (OSError, InvgitError):
            message = f"{name} cannot be replaced: {error.strerror}; the change is made by half"
            raise InvgitError(message, help="free the file; the next command finishes the change") from None
        raise _refused(name, error) from None


def settle(root: Path, path: Path, left: Change) -> None:
    """Finish what a journal says, or take it back. Raises Refused where neither is possible, NotOurs, OSError."""
    try:
        states = [(_state(root, step), step) for step in left.steps]
        for step in left.steps:
            disk.require_file(root, step.beside(step.part))
            disk.require_file(root, step.beside(step.back))
    except Refused:
        raise journal.NotOurs from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise journal.NotOurs from None
        raise
    begun = [step.path for state, step in states if state is _State.DONE and step.before != step.after]
    open_ = [step.path for state, step in states if state in _HINDRANCES]
    if not open_:
        _finish(root, path, left)
    elif not begun:
        _take_back(root, path, left)
    else:
        path.replace(path.with_name(f"{path.name}.refused"))
        names = "\n".join(f"{root.name}/{each}" for each in open_[:_NAMED])
        done = ", ".join(f"{root.name}/{each}" for each in begun[:_NAMED])
        raise Refused(
            f"a change was cut off half-way, and these files were changed since:\n{names}",
            help=f"it has reached {done}: look with `git diff`, and finish it or take it back by hand",
        )


class _State(Enum):
    """How far a step of a change has come."""

    DONE = "done"
    READY = "ready"
    UNREADY = "unready"
    FOREIGN = "foreign"


_HINDRANCES = {_State.UNREADY, _State.FOREIGN}


def _state(root: Path, step: Step) -> _State:
    there = journal.digest(disk.read(root, step.path))
    if there == step.after:
        return _State.DONE
    if there != step.before:
        return _State.FOREIGN
    ready = step.after is None or journal.digest(disk.read(root, step.beside(step.part))) == step.after
    return _State.READY if ready else _State.UNREADY


def _change(root: Path, edits: Iterable[FileEdit]) -> Change:
    steps = tuple(
        Step(edit.path, journal.digest(edit.before), journal.digest(edit.after), disk.part_name(), disk.part_name())
        for edit in edits
    )
    needed = journal.above(step.path for step in steps if step.after is not None)
    return Change(steps, tuple(folder for folder in needed if not os.path.lexists(root / folder)))


def _prepare(root: Path, path: Path, made: Change, edits: Iterable[FileEdit]) -> None:
    """Everything up to the moment from which the change can be finished whatever happens."""
    name = f".invgit/{path.name}"
    try:
        journal.write(path, made)
        for folder in made.folders:
            name = f"{root.name}/{folder}"
            (root / folder).mkdir()
        for step, edit in zip(made.steps, edits, strict=True):
            name = f"{root.name}/{step.path}"
            if edit.after is not None:
                disk.create(root / step.beside(step.part), edit.after, disk.status(root, step.path))
        _remember(root, made)
    except OSError as error:
        raise _refused(name, error) from None


def _finish(root: Path, path: Path, made: Change) -> None:
    """Give every file its new bytes. Raises OSError; done again it goes on where it stopped."""
    moves = [step for step in made.steps if step.before != step.after]
    for step in moves:
        part = root / step.beside(step.part)
        if step.after is not None and os.path.lexists(part):
            disk.replace(part, root / step.path)
    for step in moves:
        if step.after is None:
            disk.remove(root / step.path)
    _remember(root, made)
    _clear(root, path, made, journal.above(step.path for step in made.steps if step.after is None))


def _take_back(root: Path, path: Path, made: Change) -> None:
    """Remove what was prepared; where that fails the journal stays, and who comes next tries again."""
    with suppress(OSError, Refused):
        disk.remove(journal.draft_of(path))
        _clear(root, path, made, made.folders)


def _clear(root: Path, path: Path, made: Change, folders: Sequence[str]) -> None:
    """Remove what stands beside the files, the folders that nothing stands in, and then the journal. Raises OSError."""
    for step in made.steps:
        for name in (step.part, step.back):
            disk.remove(root / step.beside(name))
    for folder in reversed(folders):  # inner ones first
        with suppress(OSError):  # not empty: what else stands there is needed
            (root / folder).rmdir()
    disk.remove(path)
    disk.remember(path.parent)


def _reverse(root: Path, path: Path, made: Change, edits: Iterable[FileEdit]) -> None:
    """Give the files that have their new bytes the old ones again: the same change with its ends exchanged.

    The old bytes are on the disk before the journal says what is done with them: until then it can still be finished.
    """
    steps, folders = [], journal.above(edit.path for edit in edits if edit.after is None)
    for folder in folders:
        (root / folder).mkdir(exist_ok=True)
    for step, edit in zip(made.steps, edits, strict=True):
        if _state(root, step) is not _State.DONE:
            steps.append(step._replace(after=step.before))
            continue
        steps.append(Step(step.path, step.after, step.before, step.back, step.part))
        if edit.before is not None:
            disk.create(root / step.beside(step.back), edit.before, disk.status(root, step.path))
    back = Change(tuple(steps), made.folders)
    _remember(root, back)
    journal.write(path, back)
    _finish(root, path, back)


def _remember(root: Path, made: Change) -> None:
    """The names that a change makes, or takes away, are on the disk when this returns."""
    files, folders = [step.path for step in made.steps], [*made.folders]
    for folder in sorted({(root / path).parent for path in (*files, *folders)}):
        disk.remember(folder)


def _path_of(root: Path, error: OSError) -> str:
    """The file that an error of the file system is about, below the inventory."""
    found = Path(error.filename2 or error.filename or root)
    return found.relative_to(root).as_posix() if found.is_relative_to(root) else found.name


def _refused(name: str, error: OSError) -> InvgitError:
    help = "make room, and give the command again" if error.errno in _NO_ROOM else None
    return InvgitError(f"{name} cannot be written: {error.strerror}; nothing was changed", help=help)
