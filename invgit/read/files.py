"""Which files make up an inventory, and their bytes. What could lead out of the tree, or never end, is not opened."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


def find_files(root: Path, shown: str) -> tuple[list[RawFile], list[Diagnostic]]:
    """The YAML files below `root`, sorted by path; `shown` is what people call `root`. Links are named, never followed.

    Raises ConfigError when there is no such folder.
    """
    if not root.is_dir():
        help = "run invgit in the folder that holds `inventory/`, or name that folder with -C"
        raise ConfigError(f"there is no folder `{shown}`", help=help)
    files: list[RawFile] = []
    problems: list[Diagnostic] = []
    seen: dict[str, str] = {}
    total = 0
    for entry, path in _walk(root, "", shown, problems):
        name = f"{shown}/{path}"
        problem = _bad_name(path, name, seen)
        _reserved(path, name, problems)
        data = None if problem else _read(entry.path, name, problems)
        if problem:
            problems.append(problem)
        if data is None:
            continue
        total += len(data)
        if len(files) == MAX_FILES or total > MAX_TOTAL:
            limit = f"{MAX_FILES:,} files or {MAX_TOTAL // 2**20} MiB"
            problems.append(_problem(name, "too-big", f"the inventory has more than {limit}"))
            break
        files.append(RawFile(path, name, data))
    return files, problems


def _walk(folder: Path, above: str, shown: str, problems: list[Diagnostic]) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Every entry with a YAML name that is no folder, in the order of paths; folders are entered, links reported."""
    if above.count("/") > MAX_FOLDERS:
        problems.append(_problem(f"{shown}/{above}", "too-deep", f"folders nested more than {MAX_FOLDERS} levels deep"))
        return
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(_problem(f"{shown}/{above}", "cannot-read", f"cannot list the folder: {error.strerror}"))
        return
    for entry in entries:
        path = f"{above}{entry.name}"
        if entry.name.startswith("."):
            continue
        named_yaml = entry.name.lower().endswith(_YAML)
        if entry.is_symlink():
            if named_yaml or _leads_to_folder(entry):
                message = "a link is not followed: it could lead anywhere"
                problems.append(_problem(f"{shown}/{path}", "not-regular", message))
        elif entry.is_dir(follow_symlinks=False):
            if named_yaml:
                problems.append(_problem(f"{shown}/{path}", "not-regular", "a folder has the name of a YAML file"))
            else:
                yield from _walk(folder / entry.name, f"{path}/", shown, problems)
        elif named_yaml:
            yield entry, path


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # a circle of links, or a folder that is not ours to see
        return True


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


def _read(path: str, name: str, problems: list[Diagnostic]) -> bytes | None:
    """The bytes of a regular file, up to one more than is allowed; nothing else is ever opened for long."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                problems.append(_problem(name, "not-regular", "this is no regular file"))
                return None
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        problems.append(_problem(name, "cannot-read", f"cannot read the file: {error.strerror}"))
        return None


def _problem(name: str, code: str, message: str) -> Diagnostic:
    return Diagnostic(code, message, Place(name))
