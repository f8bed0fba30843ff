"""A branch that a program keeps: one commit on top of a base, made anew whenever base or files are others.

It is made of objects, beside every working tree, index and HEAD, and appears in one step. A commit says in its message
whose it is, which commit it stands on and which tree it has: so one that somebody has amended, rebased or added is told
from ours, and never overwritten.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from invgit.errors import GitError, LockBusy, Refused, UsageError
from invgit.git.files import LINK, MODULE, Entry
from invgit.git.objects import blob, committed, tree
from invgit.git.process import ended, run
from invgit.git.revisions import Commit, repository, unprogrammed
from invgit.text.inert import line

BASE, TREE = "Invgit-Base", "Invgit-Tree"
"""Trailers of the commit (git-interpret-trailers): what it stands on, and what it is."""
_FOLDER, _FILE = "040000", "100644"
_AT_ONCE = 200
_NAMED = 5

Marks = Mapping[str, str]
"""Trailers that say whose a commit is, such as `Invgit-Source: homeseer`."""
Trailers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and the one commit that it has beyond its base."""

    name: str
    base: Commit
    commit: str
    was: str | None
    """What the local branch led to before; None where there was none."""

    @property
    def moves(self) -> bool:
        """Whether the local branch is made, or leads elsewhere than before."""
        return self.commit != self.was


def checked(folder: Path, name: str) -> str:
    """A name that a branch can have. Raises UsageError."""
    above, _ = repository(folder)
    if name.startswith("-") or not name.isprintable() or ended(above, "check-ref-format", f"refs/heads/{name}").code:
        raise UsageError(f"`{line(name)}` is no name of a branch", help="such as invgit/homeseer/smith-family-home")
    return name


def head_branch(folder: Path) -> str | None:
    """The branch that HEAD is on; None where it is on none."""
    found = ended(repository(folder)[0], "symbolic-ref", "--quiet", "--short", "HEAD")
    return None if found.code else found.out.decode("utf-8", "replace").strip()


def tip(folder: Path, name: str) -> str | None:
    """The commit that a local branch leads to; None where there is no such branch."""
    above, _ = repository(folder)
    found = ended(above, "rev-parse", "--verify", "--quiet", "--end-of-options", f"refs/heads/{name}^{{commit}}")
    return None if found.code else found.out.decode().strip()


def contains(folder: Path, commit: str, other: str) -> bool:
    """Whether a commit is, or descends from, another one that is known here."""
    above, _ = repository(folder)
    return ended(above, "merge-base", "--is-ancestor", other, commit).code == 0


def drafted(
    folder: Path,
    name: str,
    base: Commit,
    files: Mapping[str, bytes | None],
    message: str,
    marks: Marks,
    *,
    notes: Trailers = (),
    remote: str | None = None,
) -> Branch:
    """A commit that says what `files` (by their paths below `folder`; None: gone) are to be on top of a base.

    No branch has it yet, see `lead`. Where the branch does say so already, here or at its `remote` tip, it is that
    commit: there is no clock in it. `notes` are more trailers, which do not say whose it is. Raises Refused where the
    branch has commits that are not ours or is checked out, where a path leads through a link, or nothing would change;
    GitError.
    """
    above, prefix = repository(folder)
    was = tip(folder, name)
    for each in {was, remote} - {None}:
        require_ours(folder, name, base, str(each), marks)
    require_free(folder, name)
    wanted = tree(above, base.id, _entries(above, base.id, {f"{prefix}{path}": data for path, data in files.items()}))
    if wanted == _said(above, base.id).tree:
        raise Refused(f"there is nothing to put on the branch {name}: {base} says so already")
    trailers = (*notes, *marks.items(), (BASE, base.id), (TREE, wanted))
    known = (each for each in (remote, was) if each and _is(above, each, trailers))
    commit = next(known, None) or _made(above, wanted, base, message, trailers)
    return Branch(name, base, commit, was)


def lead(folder: Path, branch: Branch) -> None:
    """Have the branch lead to its commit, if it still leads to where it did. Raises LockBusy, GitError."""
    if not branch.moves:
        return
    above, _ = repository(folder)
    before = branch.was or "0" * len(branch.commit)
    words = ("update-ref", "--no-deref", "-m", "invgit", f"refs/heads/{branch.name}", branch.commit, before)
    done = ended(above, *words, more=unprogrammed(above))
    if not done.code:
        return
    if tip(folder, branch.name) != branch.was:
        raise LockBusy(f"somebody else moves the branch {branch.name} just now", help="try again")
    raise GitError(f"the branch {branch.name} cannot be made: {done.words}")


def noted(folder: Path, tip: str, marks: Marks, key: str) -> list[str]:
    """What the trailers of that key say in a commit of ours; nothing of one that is not."""
    above, _ = repository(folder)
    return [value for name, value in _said(above, tip).trailers if name == key] if _is_ours(above, tip, marks) else []


def require_ours(folder: Path, name: str, base: Commit, tip: str, marks: Marks) -> None:
    """Raise Refused where a branch has, beyond its base, commits that are not ours; they are named."""
    above, _ = repository(folder)
    if _is_ours(above, tip, marks):
        return
    listed = run(above, "rev-list", f"--max-count={_NAMED + 2}", tip, f"^{base.id}").decode().split()
    foreign = [id for id in listed if not _is_ours(above, id, marks)]
    if not foreign:
        return
    named = [f"{id[:12]} {line(_said(above, id).title)} ({line(_said(above, id).author)})" for id in foreign[:_NAMED]]
    more = ["…"] if len(foreign) > _NAMED else []
    message = f"the branch {name} has commits that are not invgit's; nothing was changed"
    help = f"merge or keep them elsewhere; `git branch -D {name}`, and its removal at the remote, lets it be made anew"
    raise Refused("\n".join([message, *named, *more]), help=help)


def require_free(folder: Path, name: str) -> None:
    """Raise Refused where a branch is checked out, or a name for another one: then it is not ours to move."""
    above, _ = repository(folder)
    if not ended(above, "symbolic-ref", "--quiet", f"refs/heads/{name}").code:
        raise Refused(f"the branch {name} is a name for another branch; nothing was changed")
    listed = run(above, "worktree", "list", "--porcelain").decode("utf-8", "replace")
    for block in listed.split("\n\n"):
        if f"branch refs/heads/{name}" in block.splitlines():
            where = line(block.splitlines()[0].removeprefix("worktree "))
            help = "`git switch` to another branch there"
            raise Refused(f"the branch {name} is checked out in {where}; nothing was changed", help=help)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a commit says of itself."""

    tree: str
    parents: tuple[str, ...]
    author: str
    title: str
    trailers: tuple[tuple[str, str], ...]


def _said(above: Path, id: str) -> _Said:
    text = run(above, "cat-file", "commit", id).decode("utf-8", "replace")
    head, _, message = text.partition("\n\n")
    fields = [each.partition(" ")[::2] for each in head.split("\n")]
    first = dict(reversed(fields))
    last = message.strip().rpartition("\n\n")[2]
    trailers = tuple(each.partition(": ")[::2] for each in last.split("\n"))
    return _Said(
        first.get("tree", ""),
        tuple(value for key, value in fields if key == "parent"),
        first.get("author", "").partition(" <")[0],
        message.strip().partition("\n")[0],
        trailers,
    )


def _is_ours(above: Path, id: str, marks: Marks) -> bool:
    """Whether a commit is as we have made it, from its parent to its tree."""
    said = _said(above, id)
    wanted = {**marks, BASE: "".join(said.parents), TREE: said.tree}
    return len(said.parents) == 1 and wanted.items() <= set(said.trailers)


def _is(above: Path, id: str, trailers: Trailers) -> bool:
    """Whether a commit is what one with these trailers would be."""
    return _is_ours(above, id, {}) and set(_said(above, id).trailers) == set(trailers)


def _made(above: Path, tree: str, base: Commit, message: str, trailers: Trailers) -> str:
    lines = "\n".join(f"{key}: {value}" for key, value in trailers)
    return committed(above, tree, base.id, f"{message.strip()}\n\n{lines}\n")


def _entries(above: Path, commit: str, files: Mapping[str, bytes | None]) -> dict[str, Entry | None]:
    """What the tree of a commit is to have at the paths of files. Raises Refused where one leads through a link."""
    modes = _modes(above, commit, files)
    found: dict[str, Entry | None] = {}
    for path, data in files.items():
        *folders, _ = _prefixes(path)
        for each in folders:
            if modes.get(each, _FOLDER) != _FOLDER:
                raise Refused(f"{line(each)} is no folder in {commit[:12]}; nothing is written through it")
        if modes.get(path) in {LINK, MODULE, _FOLDER}:
            raise Refused(f"{line(path)} is no file in {commit[:12]}; nothing was changed")
        found[path] = None if data is None else Entry(path, modes.get(path, _FILE), blob(above, data))
    return found


def _modes(above: Path, commit: str, paths: Iterable[str]) -> dict[str, str]:
    """The modes of what a commit has at paths, and at the folders above them."""
    asked = sorted({each for path in paths for each in _prefixes(path)})
    found = {}
    for at in range(0, len(asked), _AT_ONCE):
        words = ("ls-tree", "-z", "-t", "--full-tree", commit, "--", *asked[at : at + _AT_ONCE])
        for entry in run(above, *words).decode("utf-8", "surrogateescape").split("\0")[:-1]:
            head, _, path = entry.partition("\t")
            found[path] = head.split()[0]
    return found


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.casefold() == ".git" for part in parts):
        raise ValueError(f"{path!r} is no path in a repository")
    return ["/".join(parts[: at + 1]) for at in range(len(parts))]
