"""Which repository a folder lies in, which commit a word means, and whether files differ from theirs."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from invgit.errors import GitError, UsageError
from invgit.git.process import ended, run

_UNKNOWN = 1
"""How `git rev-parse --quiet` ends when there is no such thing."""


@dataclass(frozen=True, slots=True)
class Revision:
    """The commit a working tree stands on, and whether the looked-at files differ from it."""

    commit: str
    dirty: bool


class Commit(NamedTuple):
    """A commit's id, and the word that somebody called it by."""

    id: str
    name: str

    def __str__(self) -> str:
        return self.name if self.id.startswith(self.name) else f"{self.name} ({self.id[:12]})"


def revision(folder: Path) -> Revision | None:
    """The revision of the files in `folder`; None outside of a repository, before its first commit, or without git."""
    try:
        above, path = repository(folder)
        head = run(above, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
        options = ("--porcelain", "--untracked-files=all", "--ignore-submodules=all")
        changes = run(above, "status", *options, "--", path or ".", more=unprogrammed(above))
    except GitError:
        return None
    return Revision(head, bool(changes.strip()))


def commit(folder: Path, word: str) -> Commit:
    """The commit that a word means in the repository of `folder`: a branch, a tag, an id, `HEAD~2` …

    Raises UsageError for what can be none, GitError where there is no such commit or no repository.
    """
    if not word or word.startswith("-") or not word.isprintable():
        raise UsageError(f"`{word}` is no revision", help="a branch, a tag, a commit's id, or HEAD~1 is one")
    above, _ = repository(folder)
    found = ended(above, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}")
    if not found.code:
        return Commit(found.out.decode().strip(), word)
    if found.code != _UNKNOWN:
        raise GitError(f"there is no revision `{word}`: {found.words}")
    if ended(above, "rev-parse", "--is-shallow-repository").out.strip() == b"true":
        help = "this clone is shallow: `git fetch --unshallow` brings the rest; actions/checkout takes `fetch-depth: 0`"
    else:
        help = "`git branch --all` and `git log` show what there is; a branch of a remote is called origin/NAME"
    raise GitError(f"there is no revision `{word}` in this repository", help=help)


def path_of(folder: Path) -> str:
    """The path of a folder in its repository, with slashes and one at its end; empty at its root, or in none."""
    try:
        return repository(folder)[1]
    except GitError:
        return ""


def repository(folder: Path) -> tuple[Path, str]:
    """The root of the working tree that a folder lies in, and the folder's path in it, as `path_of` has it.

    Looks for `.git` itself: in a CI container git refuses to speak about a repository that is somebody else's, and what
    looks like a bare repository below the root is none of ours. Raises GitError outside of any.
    """
    here = folder.resolve()
    for above in (here, *here.parents):
        if (above / ".git").exists():
            return above, "" if above == here else f"{here.relative_to(above).as_posix()}/"
    raise GitError(f"{folder} lies in no git repository", help="run invgit in a clone of the inventory's repository")


def tracked(folder: Path, path: str) -> bool:
    """Whether the repository that a folder lies in keeps the file at a path below it; not where git cannot say."""
    try:
        above, prefix = repository(folder)
        return bool(run(above, "ls-files", "-z", "--", f"{prefix}{path}"))
    except GitError:
        return False


def unprogrammed(above: Path) -> dict[str, str]:
    """An environment that leaves out the programs that settings name for files, and for what happens to them.

    A `.gitattributes` may name any filter that is configured; hooks have settings of their own since git 2.54.
    """
    found = ended(above, "config", "--name-only", "-z", "--get-regexp", r"^(filter|hook)\..*\.[a-z]+$")
    names = sorted(set(found.out.decode("utf-8", "surrogateescape").split("\0")) - {""})
    words = {"required": "false", "enabled": "false"}
    said = {"GIT_CONFIG_COUNT": str(len(names))}
    for at, name in enumerate(names):
        said |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": words.get(name.rpartition(".")[2], "")}
    return said
