"""Which files make up an inventory, and their bytes. What could lead out of the tree, or never end, is not opened."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, Protocol

from invgit.diagnostics import Diagnostic, Severity
from invgit.errors import ConfigError
from invgit.text.problem import MAX_BYTES
from invgit.text.span import Place

MAX_FILES = 100_000
MAX_TOTAL = 512 * 1024 * 1024
MAX_FOLDERS = 30

# Names that Windows gives to devices (learn.microsoft.com, Naming Files, Paths, and Namespaces)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?|.*[. ]", re.IGNORECASE)
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file: its path below the inventory with forward slashes, the name people know it by, and its bytes."""

    path: str
    shown: str
    data: bytes


class Shape(Enum):
    """What stands at a path: a link may lead anywhere, a module is another repository in this one."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    MODULE = "module"


class Unread(NamedTuple):
    """Why a file or a folder cannot be read."""

    code: str
    message: str


class Tree(Protocol):
    """Where files are: on a disk, or in a revision. Paths are below the inventory; those of folders end in a slash."""

    def listed(self, folder: str) -> Iterable[tuple[str, Shape]] | Unread:
        """Names in a folder, and what they are."""

    def leads_to_folder(self, link: str) -> bool:
        """Whether a link leads to a folder, or to where nobody can say."""

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | Unread]]:
        """Each file with its bytes, up to one more than is allowed."""


def find_files(root: Path, shown: str) -> tuple[list[RawFile], list[Diagnostic]]:
    """The YAML files below `root`, sorted by path; `shown` is what people call `root`. Links are named, never followed.

    Raises ConfigError when there is no such folder.
    """
    if not root.is_dir():
        help = "run invgit in the folder that holds `inventory/`, or name that folder with -C"
        raise ConfigError(f"there is no folder `{shown}`", help=help)
    return find_in(_Disk(root), shown)


def find_in(tree: Tree, shown: str) -> tuple[list[RawFile], list[Diagnostic]]:
    """The YAML files of a tree, as `find_files` has them."""
    files: list[RawFile] = []
    problems: list[Diagnostic] = []
    total = 0
    for path, data in tree.contents(_named(tree, shown, problems)):
        name = f"{shown}/{path}"
        if isinstance(data, Unread):
            problems.append(_problem(name, *data))
            continue
        total += len(data)
        if len(files) == MAX_FILES or total > MAX_TOTAL:
            limit = f"{MAX_FILES:,} files or {MAX_TOTAL // 2**20} MiB"
            problems.append(_problem(name, "too-big", f"the inventory has more than {limit}"))
            break
        files.append(RawFile(path, name, data))
    return files, problems


def fingerprint(files: Iterable[RawFile]) -> str:
    """The same for the same files, byte for byte, under the same names."""
    from invgit.model.digest import fingerprint

    named = ((f"{len(file.data)} {file.path}\0".encode("utf-8", "surrogateescape"), file.data) for file in files)
    return fingerprint(part for parts in named for part in parts)


def _named(tree: Tree, shown: str, problems: list[Diagnostic]) -> Iterator[str]:
    """The files with a YAML name that may be read."""
    seen: dict[str, str] = {}
    for path in _walk(tree, "", shown, problems):
        name = f"{shown}/{path}"
        problem = _bad_name(path, name, seen)
        _reserved(path, name, problems)
        if problem:
            problems.append(problem)
        else:
            yield path


def _walk(tree: Tree, above: str, shown: str, problems: list[Diagnostic]) -> Iterator[str]:
    """Everything with a YAML name that is no folder, in the order of paths; folders are entered, links reported."""
    if above.count("/") > MAX_FOLDERS:
        problems.append(_problem(f"{shown}/{above}", "too-deep", f"folders nested more than {MAX_FOLDERS} levels deep"))
        return
    listed = tree.listed(above)
    if isinstance(listed, Unread):
        problems.append(_problem(f"{shown}/{above}", *listed))
        return
    for name, kind in sorted(listed, key=itemgetter(0)):
        path = f"{above}{name}"
        if name.startswith("."):
            continue
        named_yaml = name.lower().endswith(_YAML)
        message = None
        if kind is Shape.LINK:
            if named_yaml or tree.leads_to_folder(path):
                message = "a link is not followed: it could lead anywhere"
        elif kind is Shape.MODULE:
            message = "a submodule is not read: its files are another repository's"
        elif kind is Shape.FOLDER and named_yaml:
            message = "a folder has the name of a YAML file"
        elif kind is Shape.FOLDER:
            yield from _walk(tree, f"{path}/", shown, problems)
        elif named_yaml:
            yield path
        if message:
            problems.append(_problem(f"{shown}/{path}", "not-regular", message))


class _Disk:
    """The files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)

    def listed(self, folder: str) -> list[tuple[str, Shape]] | Unread:
        try:
            with os.scandir(f"{self._root}/{folder}") as found:
                return [(entry.name, _kind(entry)) for entry in found]
        except OSError as error:
            return Unread("cannot-read", f"cannot list the folder: {error.strerror}")

    def leads_to_folder(self, link: str) -> bool:
        try:
            return stat.S_ISDIR(Path(self._root, link).stat().st_mode)
        except FileNotFoundError:
            return False
        except OSError:  # a circle of links, or a folder that is not ours to see
            return True

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | Unread]]:
        for path in paths:
            yield path, _read(f"{self._root}/{path}")


def _kind(entry: os.DirEntry[str]) -> Shape:
    if entry.is_symlink():
        return Shape.LINK
    return Shape.FOLDER if entry.is_dir(follow_symlinks=False) else Shape.FILE


def _bad_name(path: str, name: str, seen: dict[str, str]) -> Diagnostic | None:
    """Names that cannot be shown, and two names that are one on Windows or macOS."""
    if not path.isprintable() or any("\ud800" <= character <= "\udfff" for character in path):
        return _problem(name, "bad-path", "the file's name holds characters that cannot be shown")
    folded = unicodedata.normalize("NFC", path).casefold()
    other = seen.setdefault(folded, path)
    if other != path:
        return _problem(name, "path-clash", f"`{path}` and `{other}` are one file on Windows and macOS")
    return None


def _reserved(path: str, name: str, problems: list[Diagnostic]) -> None:
    for part in path.split("/"):
        if _RESERVED.fullmatch(part):
            message = f"`{part}` cannot be a file's name on Windows"
            problems.append(Diagnostic("reserved-name", message, Place(name), Severity.WARNING))


def _read(path: str) -> bytes | Unread:
    """The bytes of a regular file, up to one more than is allowed; nothing else is ever opened for long."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Unread("not-regular", "this is no regular file")
            data = file.read(min(status.st_size, MAX_BYTES) + 1)  # room for more than there is takes time
            return data if len(data) <= status.st_size else data + file.read(MAX_BYTES + 1 - len(data))
    except OSError as error:
        return Unread("cannot-read", f"cannot read the file: {error.strerror}")


def _problem(name: str, code: str, message: str) -> Diagnostic:
    return Diagnostic(code, message, Place(name))
