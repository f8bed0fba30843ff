"""Who last changed a line or a file, as the commits say. Only objects are read: no filter has a say."""

import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from invgit.errors import GitError
from invgit.git.files import contents
from invgit.git.process import run
from invgit.git.revisions import repository

FILE = 0
"""Stands for a file as a whole, where lines count from 1."""
MOST_FILES = 200
"""Of so many files git is asked at most: each costs a process, and a walk through what came before its last change."""
_MOST_RANGES = 300
_MOST_COMMITS = 2_000
_MOST_COMPARED = 2_000
_LONGEST_NAME = 100
_SHA1 = 40
_AT_ONCE = 4
_HEADER = re.compile(rb"([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?")

# what a repository may say against it: other names from any file, commits to look through


class Author(NamedTuple):
    """The commit that last changed something: its full id, its author's name, and when that was written (ISO, UTC)."""

    commit: str
    name: str
    at: str


Asked = Mapping[str, Collection[int]]
"""Line numbers, or `FILE`, by the path of a file below a folder."""
Known = dict[tuple[str, int], Author]


def authors(folder: Path, asked: Asked, commit: str | None = None) -> Known:
    """The authors of lines of files in a folder, where git knows them.

    The lines are those of a commit, or of the working tree, of which no uncommitted line has an author. There is none
    outside of a repository, without git, where a shallow clone ends, or of more than `MOST_FILES` files.
    """
    if not asked or len(asked) > MOST_FILES:
        return {}
    found: Known = {}
    try:
        above, prefix = repository(folder)
        with _history(above, commit) as history:
            lines = {prefix + file: {*lines} for file, lines in asked.items()}
            blobs = _blobs(history, lines)
            last: dict[str, str] = {}
            for change in _changes(history, lines):
                if FILE in lines[change.file] and change.author:
                    found.setdefault((change.file.removeprefix(prefix), FILE), change.author)
                if change.blob == blobs.get(change.file):
                    last.setdefault(change.file, change.commit)

            def lines_of(file: str) -> Known:
                same = None if commit else _unchanged_lines(above, above / file, blobs[file])
                wanted = {line if same is None else same.get(line, FILE): line for line in lines[file] - {FILE}}
                known = _blamed(history, last.get(file, history.commit), file, {*wanted} - {FILE})
                return {(file.removeprefix(prefix), wanted[line]): author for line, author in known}

            from concurrent.futures import ThreadPoolExecutor  # not before there is something to ask

            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for known in pool.map(lines_of, [file for file in blobs if lines[file] != {FILE}]):
                    found |= known
    except GitError:  # that nobody is known keeps nobody from anything
        pass
    return found


class _History(NamedTuple):
    """The objects of a repository behind settings of nobody's, and a commit to look from.

    `cut` are the commits at which a shallow clone ends: they seem to have made everything.
    """

    folder: Path
    commit: str
    more: Mapping[str, str]
    cut: Collection[str]

    def run(self, *arguments: str) -> bytes:
        return run(self.folder, "--git-dir=.", *arguments, more=self.more)


@contextmanager
def _history(above: Path, commit: str | None) -> Iterator[_History]:
    """`git blame` reads any file that settings name, and no option keeps it from that: so here there are none."""
    words = ("--git-path", "objects", "--git-path", "shallow", "--verify", "--end-of-options", commit or "HEAD")
    said = run(above, "rev-parse", *words).decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    if len(said) != 3:
        raise GitError("the repository's path has a line break")
    objects, shallow = (above / each for each in said[:2])
    try:
        cut = shallow.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        cut = []
    more = {
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_SHALLOW_FILE": str(shallow),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    with tempfile.TemporaryDirectory(prefix="invgit-") as made:
        folder = Path(made)
        folder.joinpath("refs").mkdir()
        folder.joinpath("HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        if len(said[2]) > _SHA1:
            settings = "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n"
            folder.joinpath("config").write_text(settings, encoding="ascii")
        yield _History(folder, said[2], more, cut)


def _blobs(history: _History, files: Collection[str]) -> dict[str, str]:
    """The objects of the files that the commit has."""
    listed = history.run("ls-tree", "-z", "--full-tree", history.commit, "--", *files)
    found = {}
    for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        head, _, file = line.partition("\t")
        mode, _, id = head.split()
        if mode.startswith("100"):
            found[file] = id
    return found


class _Change(NamedTuple):
    """That a commit made a file into an object; `author` is None where that cannot be known."""

    commit: str
    author: Author | None
    file: str
    blob: str


def _changes(history: _History, files: Collection[str]) -> Iterator[_Change]:
    """The last changes of some files, the newest first: one walk for all of them."""
    form = ("--format=%x00%H%x00%an%x00%at", "--encoding=UTF-8", "-z", "--raw", "--no-abbrev", "--no-renames")
    out = history.run("log", *form, f"--max-count={_MOST_COMMITS}", history.commit, "--", *files)
    parts = iter(out.removeprefix(b"\0").split(b"\0"))
    while id := next(parts, b"").decode():  # and between the files of one commit and the next there is nothing
        author = _author(history, id, next(parts, b""), next(parts, b""))
        for told in takewhile(bool, parts):  # :100644 100644 old new M
            yield _Change(id, author, next(parts).decode("utf-8", "surrogateescape"), told.split()[3].decode())


def _unchanged_lines(above: Path, path: Path, id: str) -> dict[int, int] | None:
    """The lines of a file that its object has too, with their numbers there; None where all are the same."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    if b"\r" in data.replace(b"\r\n", b""):
        return {}  # git does not count such lines
    from hashlib import sha1, sha256

    made = sha1 if len(id) == _SHA1 else sha256  # how git names objects
    if made(b"blob %d\0%b" % (len(data), data)).hexdigest() == id:
        return None
    (committed,) = contents(above, [id])
    ours, theirs = ([line.rstrip(b"\r") for line in each.split(b"\n")] for each in (data, committed))
    least = min(len(ours), len(theirs))
    first = next((at for at in range(least) if ours[at] != theirs[at]), least)
    last = next((at for at in range(least - first) if ours[-1 - at] != theirs[-1 - at]), least - first)
    same = {at + 1: at + 1 for at in range(first)}
    same |= {len(ours) - at: len(theirs) - at for at in range(last)}
    ours, theirs = ours[first : len(ours) - last], theirs[first : len(theirs) - last]
    if max(len(ours), len(theirs)) <= _MOST_COMPARED:
        from difflib import SequenceMatcher

        for block in SequenceMatcher(None, ours, theirs).get_matching_blocks():
            same |= {first + block.a + at + 1: first + block.b + at + 1 for at in range(block.size)}
    return same


def _blamed(history: _History, commit: str, file: str, lines: Collection[int]) -> Iterator[tuple[int, Author]]:
    if not lines:
        return
    ranges = [f"-L{line},{line}" for line in sorted(lines)] if len(lines) <= _MOST_RANGES else []
    options = ("--porcelain", "--no-textconv", "--no-progress", "--encoding=UTF-8")
    out = history.run("blame", *options, *ranges, commit, "--", file)
    said: dict[str, dict[bytes, bytes]] = {}
    id, line = "", 0
    for each in out.split(b"\n"):
        head = _HEADER.fullmatch(each)
        if head:
            id, line = head[1].decode(), int(head[2])
        elif not each.startswith(b"\t"):
            word, _, value = each.partition(b" ")
            said.setdefault(id, {}).setdefault(word, value)
        elif line in lines:
            author = _author(history, id, said[id].get(b"author", b""), said[id].get(b"author-time", b""))
            if author:
                yield line, author


def _author(history: _History, id: str, name: bytes, seconds: bytes) -> Author | None:
    """None of a commit that only seems to have changed something, and of a time that nobody can have meant."""
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if id in history.cut:
        return None
    return Author(id, name.decode("utf-8", "replace")[:_LONGEST_NAME], at.strftime("%Y-%m-%dT%H:%M:%SZ"))
