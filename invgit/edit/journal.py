"""What a change of several files is going to do, written down before it begins: who comes after a crash can finish it.

    {"format": "invgit-edit/1", "folders": ["org/new"],
     "files": [{"path": "org/a.yaml", "before": "<sha256>", "after": "<sha256>",
                "part": ".invgit-….tmp", "back": ".invgit-….tmp"}]}

It lies in the checkout, so anybody could have written it. It names nothing but YAML files of the inventory, and is
followed only where the bytes on the disk are those it speaks of.
"""

import json
import os
import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from invgit.edit import disk
from invgit.errors import Refused

_FORMAT = "invgit-edit/1"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ONLY_WINDOWS = re.compile(r'[\\:*?"<>|]')
_YAML = (".yaml", ".yml")
_MOST = 64 * 1024 * 1024
"""Bytes of a journal: 100,000 files need half of it."""


class Step(NamedTuple):
    """What one file is to become: fingerprints of its bytes before and after (None: no such file), and the names beside
    it of what takes its place and of what would take it back. Where both are the same, only those go."""

    path: str
    before: str | None
    after: str | None
    part: str
    back: str

    def beside(self, name: str) -> str:
        """The path of `part` or `back` below the inventory."""
        return str(PurePosixPath(self.path).parent / name)


class Change(NamedTuple):
    """Steps, and the folders that are made for them, outer ones first."""

    steps: tuple[Step, ...]
    folders: tuple[str, ...]


class NotOurs(Exception):
    """It is no journal, or one that invgit would not have written."""


def digest(data: bytes | None) -> str | None:
    """The fingerprint of a file's bytes; None for no file."""
    return None if data is None else sha256(data).hexdigest()


def require_path(path: str) -> None:
    """Raise Refused where a path is none that the reader of inventories would read."""
    parts = path.split("/")
    if not path.isprintable() or any(not part or part.startswith(".") for part in parts):
        raise Refused(f"{path!r} is no file of an inventory: each part needs a name that begins with no dot")
    if os.name == "nt" and _ONLY_WINDOWS.search(path):
        raise Refused(f"{path!r} cannot be a file's name on Windows")
    if not path.lower().endswith(_YAML):
        raise Refused(f"{path} does not end in .yaml: it would not be read")


def write(path: Path, change: Change) -> None:
    """Write it down, whole and on the disk when this returns. Raises OSError."""
    files = [step._asdict() for step in change.steps]
    text = json.dumps({"format": _FORMAT, "folders": change.folders, "files": files}, indent=1)
    draft = draft_of(path)
    disk.remove(draft)
    disk.create(draft, f"{text}\n".encode())
    disk.replace(draft, path)
    disk.remember(path.parent)


def draft_of(path: Path) -> Path:
    """The file that becomes a journal once all of it is written."""
    return path.with_name(f"{path.name}.tmp")


def read(path: Path) -> Change | None:
    """What was written down; None when nothing was. Raises NotOurs, OSError."""
    try:
        data = disk.read(path.parent, path.name)
        if data is None:
            return None
        if len(data) > _MOST:
            raise NotOurs
        return _change(json.loads(data))
    except (Refused, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotOurs from None


def _change(said: dict[str, Any]) -> Change:
    """Take it apart, believing nothing. Raises what Python says of data that has another shape."""
    if said["format"] != _FORMAT or {*said} != {"format", "folders", "files"}:
        raise NotOurs
    steps = tuple(Step(**each) for each in said["files"])
    folders = tuple(said["folders"])
    for step in steps:
        require_path(step.path)
        for value in (step.before, step.after):
            if value is not None and not _DIGEST.fullmatch(value):
                raise NotOurs
        if not disk.is_part(step.part) or not disk.is_part(step.back):
            raise NotOurs
    names = [name for step in steps for name in (step.path, step.beside(step.part), step.beside(step.back))]
    if len({*names}) != len(names) or not {*folders} <= {*above(step.path for step in steps)}:
        raise NotOurs
    return Change(steps, folders)


def above(paths: Iterable[str]) -> list[str]:
    """The folders that paths stand in, outer ones first, each once."""
    found = {"/".join(parts[:end]) for parts in (path.split("/") for path in paths) for end in range(1, len(parts))}
    return sorted(found, key=lambda folder: (folder.count("/"), folder))
