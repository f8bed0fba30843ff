"""The files of a commit as bytes: read from the repository's objects, without a checkout, filters or conversions."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from invgit.errors import GitError
from invgit.git.process import run
from invgit.git.revisions import repository

LINK, MODULE = "120000", "160000"


class Entry(NamedTuple):
    """What a commit has at a path below the folder that was asked for: git's mode, and the object."""

    path: str
    mode: str
    id: str


def entries(folder: Path, commit: str, name: str) -> list[Entry]:
    """All that a commit has below `folder`/`name`, in git's order, without the folders themselves.

    Paths keep bytes that are no UTF-8 as the file system's functions do. Raises GitError.
    """
    above, path = repository(folder)
    below = f"{path}{name}/"
    listed = run(above, "ls-tree", "-r", "-z", "--full-tree", commit, "--", below)
    found = []
    for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        head, _, full = line.partition("\t")
        mode, _, id = head.split()
        found.append(Entry(full.removeprefix(below), mode, id))
    return found


def sizes(folder: Path, ids: Iterable[str]) -> list[int | None]:
    """The bytes that objects have, in their order; None for one that is not there. Raises GitError."""
    out = run(repository(folder)[0], "cat-file", "--batch-check=%(objectsize)", given=_lines(ids))
    return [int(line) if line.isdigit() else None for line in out.decode().splitlines()]


def contents(folder: Path, ids: Iterable[str]) -> Iterator[bytes]:
    """The bytes of objects, in their order. Raises GitError for one that is not there."""
    out = run(repository(folder)[0], "cat-file", "--batch", given=_lines(ids))
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        words = out[at:end].split()
        if len(words) != 3:  # `<id> missing`
            raise GitError("an object of this revision is not in this clone", help="`git fsck` tells more")
        at = end + 1 + int(words[2])
        yield out[end + 1 : at]
        at += 1


def leads_to_folder(folder: Path, commit: str, name: str, path: str) -> bool:
    """Whether a link of a commit leads to a folder of it, or to where nobody can say what is there."""
    above, prefix = repository(folder)
    given = f"{commit}:{prefix}{name}/{path}"
    if "\n" in given:
        return True
    out = run(
        above, "cat-file", "--batch-check", "--follow-symlinks", given=f"{given}\n".encode("utf-8", "surrogateescape")
    )
    words = out.splitlines()[0].split() if out else []
    return not words or words[0] in {b"symlink", b"loop"} or words[1:2] == [b"tree"]


def _lines(ids: Iterable[str]) -> bytes:
    return "".join(f"{id}\n" for id in ids).encode()
