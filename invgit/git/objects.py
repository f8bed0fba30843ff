"""Objects made beside every working tree and index: a file's bytes, a tree with some files otherwise, a commit.

Until a branch is made of them, in one step, nobody sees any of it: whatever is killed half-way leaves objects that no
branch has, and `git gc` removes those.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from invgit.errors import GitError
from invgit.git.files import Entry
from invgit.git.process import ended, run
from invgit.git.revisions import unprogrammed


def blob(above: Path, data: bytes) -> str:
    """The id of an object with these bytes, as they are: no filter and no conversion has a say."""
    return run(above, "hash-object", "-w", "--stdin", given=data).decode().strip()


def tree(above: Path, commit: str, changed: Mapping[str, Entry | None]) -> str:
    """The tree of a commit with some files otherwise, or gone: made in an index of its own."""
    gone, lines = "0" * len(commit), []
    for path, entry in sorted(changed.items(), key=lambda item: item[1] is not None):  # what goes makes room
        said = f"{entry.mode} {entry.id}" if entry else f"0 {gone}"
        lines.append(f"{said}\t{path}\0".encode("utf-8", "surrogateescape"))
    with tempfile.TemporaryDirectory(prefix="invgit-") as made:
        index = {**unprogrammed(above), "GIT_INDEX_FILE": str(Path(made, "index"))}
        run(above, "read-tree", commit, more=index)
        run(above, "update-index", "-z", "--replace", "--index-info", given=b"".join(lines), more=index)
        return run(above, "write-tree", more=index).decode().strip()


def committed(above: Path, tree: str, parent: str, message: str) -> str:
    """A commit on no branch, by whom git knows to be working here, never signed: nobody is asked for a passphrase.

    Raises GitError where git does not know that.
    """
    made = ended(above, "commit-tree", tree, "-p", parent, given=message.encode("utf-8", "replace"))
    if made.code:
        help = "git has to know who you are: `git config user.name NAME`, `git config user.email ADDRESS`"
        raise GitError(f"no commit can be made: {made.words}", help=help)
    return made.out.decode().strip()
