"""The files of a commit as an inventory: no working tree is needed, nor looked at."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from invgit import git
from invgit.diagnostics import Diagnostic
from invgit.errors import GitError
from invgit.git.files import LINK, MODULE
from invgit.read.files import MAX_FILES, MAX_FOLDERS, RawFile, Shape, Unread, find_in
from invgit.text.problem import MAX_BYTES

_AT_ONCE = 32 * 1024 * 1024
"""Bytes of files that git is asked for at once: they fit into one answer, and into memory."""


def find_committed(
    folder: Path, commit: git.Commit, shown: str, *, absent: bool
) -> tuple[list[RawFile], list[Diagnostic]]:
    """The YAML files below `folder`/`shown` as a commit has them; the rules are those of `find_files`.

    Raises GitError, also where the commit has no such folder and that may not be `absent`.
    """
    entries = git.entries(folder, commit.id, shown)
    if not entries and not absent:
        message = f"there is no folder `{shown}` in the revision {commit}"
        raise GitError(message, help="name a later revision, in which the inventory is where it is now")
    return find_in(_Committed(folder, commit.id, shown, entries), shown)


class _Committed:
    """The tree of a commit."""

    def __init__(self, folder: Path, commit: str, name: str, entries: Iterable[git.Entry]) -> None:
        self._where = (folder, commit, name)
        self._folders: dict[str, dict[str, Shape]] = {}
        self._files: dict[str, git.Entry] = {}
        kinds = {LINK: Shape.LINK, MODULE: Shape.MODULE}
        for entry in entries:
            *folders, last = entry.path.split("/", MAX_FOLDERS + 1)  # nobody looks deeper
            above = ""
            for each in folders:
                self._folders.setdefault(above, {})[each] = Shape.FOLDER
                above = f"{above}{each}/"
            self._folders.setdefault(above, {})[last] = kinds.get(entry.mode, Shape.FILE)
            self._files[entry.path] = entry

    def listed(self, folder: str) -> Iterable[tuple[str, Shape]]:
        return self._folders.get(folder, {}).items()

    def leads_to_folder(self, link: str) -> bool:
        return git.leads_to_folder(*self._where, link)

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | Unread]]:
        entries = [self._files[path] for path in islice(paths, MAX_FILES + 1)]
        known = git.sizes(self._where[0], (entry.id for entry in entries))
        waiting: list[tuple[git.Entry, int | None]] = []
        total = 0
        for entry, size in zip(entries, known, strict=True):
            waiting.append((entry, size))
            total += min(size or 0, MAX_BYTES)
            if total > _AT_ONCE:
                yield from self._read(waiting)
                waiting, total = [], 0
        yield from self._read(waiting)

    def _read(self, entries: list[tuple[git.Entry, int | None]]) -> Iterator[tuple[str, bytes | Unread]]:
        """Of what is too big nothing is read: its length says all."""
        wanted = [entry.id for entry, size in entries if size is not None and size <= MAX_BYTES]
        known = git.contents(self._where[0], wanted)
        for entry, size in entries:
            if size is None:
                yield entry.path, Unread("cannot-read", "the file is not in this clone")
            else:
                yield entry.path, next(known) if size <= MAX_BYTES else bytes(MAX_BYTES + 1)
