"""Taking back on a branch what lies between two commits: with objects alone, beside every working tree and index."""

import tempfile
from pathlib import Path

from invgit.errors import GitError, Refused
from invgit.git.files import Entry, contents, entries
from invgit.git.objects import blob, committed, tree
from invgit.git.process import ended
from invgit.git.revisions import Commit, commit, repository, unprogrammed

_FILE = "100"
"""How git's mode of a regular file begins."""


def taken_back(folder: Path, name: str, since: Commit, until: Commit, message: str) -> Commit:
    """HEAD without what changed below `folder`/`name` from one commit to another: a commit on no branch.

    A file that is as the second commit had it becomes what it was in the first; in any other, lines are put back as
    `git merge` would. Raises Refused where the same lines have changed since, or there is nothing to take back, and
    GitError.
    """
    above, path = repository(folder)
    head = commit(folder, "HEAD")
    before, after, here = ({each.path: each for each in entries(folder, at.id, name)} for at in (since, until, head))
    if before == after:
        raise Refused(f"there is nothing to take back: the files are the same in {since.id[:12]} and {until.id[:12]}")
    wanted: dict[str, Entry | None] = {}
    refused = []
    for file in sorted(before.keys() | after.keys()):
        was, became, now = before.get(file), after.get(file), here.get(file)
        if became == now:
            wanted[file] = was
        elif was not in (became, now):
            merged = _merged(above, now, became, was) if now and became and was else None
            wanted[file] = merged
            if merged is None:
                refused.append(f"{name}/{file}")
    if refused:
        head_line = "it cannot be taken back: the same lines have changed in the files since; nothing was done"
        help = f"mend them by hand: `git diff {until.id[:12]} {since.id[:12]}` shows what would have to change"
        raise Refused("\n".join([head_line, *refused]), help=help)
    changed = {file: entry for file, entry in wanted.items() if entry != here.get(file)}
    if not changed:
        raise Refused("there is nothing to take back: the files say none of it any more")
    made = tree(above, head.id, {f"{path}{name}/{file}": entry for file, entry in changed.items()})
    id = committed(above, made, head.id, message)
    return Commit(id, id)


def branch_exists(folder: Path, branch: str) -> bool:
    """Whether there is a branch of this name."""
    above, _ = repository(folder)
    return ended(above, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}").code == 0


def make_branch(folder: Path, branch: str, at: Commit) -> None:
    """Make a branch that is not there yet. Raises Refused when it is, GitError."""
    above, _ = repository(folder)
    nothing = "0" * len(at.id)
    words = ("update-ref", "-m", "invgit", f"refs/heads/{branch}", at.id, nothing)
    done = ended(above, *words, more=unprogrammed(above))
    if done.code and branch_exists(folder, branch):
        raise there_already(branch)
    if done.code:
        raise GitError(f"the branch {branch} cannot be made: {done.words}")


def there_already(branch: str) -> Refused:
    """That a branch is there, and what to do about it."""
    help = f"`invgit diff HEAD {branch}` shows what it holds, `git branch -D {branch}` removes it"
    return Refused(f"the branch {branch} exists already; nothing was done", help=help)


def _merged(above: Path, now: Entry, became: Entry, was: Entry) -> Entry | None:
    """The file as it is now, with what was before in the place of what it became; None where both have changed."""
    sides = (now, became, was)
    if not all(each.mode.startswith(_FILE) for each in sides):
        return None
    with tempfile.TemporaryDirectory(prefix="invgit-") as made:
        for each, data in zip(("now", "became", "was"), contents(above, (each.id for each in sides)), strict=True):
            Path(made, each).write_bytes(data)
        done = ended(Path(made), "merge-file", "-p", "-q", "now", "became", "was")
    if done.code:
        return None
    return Entry(now.path, was.mode if now.mode == became.mode else now.mode, blob(above, done.out))
