"""Files that are ours to write: whole or not at all."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from invgit.errors import Refused

OURS = ".invgit"
"""Below the project: what can be made again, and belongs in no commit."""


def said(path: Path, most: int) -> bytes | None:
    """The bytes of a file that is one, and no larger than `most`: not of a link or a pipe, which may have no end."""
    with suppress(OSError):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_size <= most:
            return path.read_bytes()
    return None


def put(path: Path, text: str) -> bool:
    """Make a file say this; whether that was needed. Raises OSError."""
    data = text.encode()
    if said(path, len(data)) == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return True


def own(root: Path, name: str) -> Path:
    """The place of a file below `.invgit` of a project. Raises Refused where a link leads elsewhere."""
    path = root / OURS / name
    above = [path, *path.parents]
    for each in above[: above.index(root)]:
        if each.is_symlink():
            link = each.relative_to(root).as_posix()
            raise Refused(f"{link} is a link: what is written there would land elsewhere", help="remove it")
    return path


def unseen(folder: Path) -> None:
    """Let git not see what is in a folder of ours. Raises OSError."""
    ignored = folder / ".gitignore"
    if not ignored.exists():
        folder.mkdir(parents=True, exist_ok=True)
        ignored.write_text("*\n", encoding="utf-8", newline="\n")
