"""The files of a commit as an inventory: no working tree is needed, nor looked at."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from invgit import git
from invgit.diagnostics import Diagnostic
from invgit.errors import GitError
from invgit.git.files import LINK, MODULE
from invgit.read.files import MAX_FOLDERS, RawFile, Shape, Unread, find_in
from invgit.text.problem import MAX_BYTES

_AT_ONCE = 32 * 1024 * 1024
"""Bytes of files that git is asked for at once: they fit into one answer, and into memory."""


def find_committed(folder: Path, commit: git.Commit, shown: str) -> tuple[list[RawFile], list[Diagnostic]]:
    """The YAML files below `folder`/`shown` as a commit has them; the rules are those of `find_files`.

    Raises GitError, also where the commit has no such folder.
    """
    entries = git.entries(folder, commit.id, shown)
    if not entries:
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
        waiting: list[git.Entry] = []
        total = 0
        for path in paths:
            waiting.append(self._files[path])
            total += min(waiting[-1].size or 0, MAX_BYTES)
            if total > _AT_ONCE:
                yield from self._read(waiting)
                waiting, total = [], 0
        yield from self._read(waiting)

    def _read(self, entries: list[git.Entry]) -> Iterator[tuple[str, bytes | Unread]]:
        """Of what is too big nothing is read: its length says all."""
        known = git.contents(self._where[0], [each.id for each in entries if _wanted(each)])
        for entry in entries:
            if entry.size is None:
                yield entry.path, Unread("cannot-read", "the file is not in this clone")
            else:
                yield entry.path, next(known) if _wanted(entry) else bytes(MAX_BYTES + 1)


def _wanted(entry: git.Entry) -> bool:
    return entry.size is not None and entry.size <= MAX_BYTES
