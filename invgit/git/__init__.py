"""What git knows of the files. The caller's `GIT_*` environment, hooks, filters and monitors have no say.

git is only ever asked in its plumbing, which does what it is told and no more: nothing is checked out, and no program
that a repository or its settings name is started.
"""

from invgit.git.files import Entry, contents, entries, leads_to_folder, sizes
from invgit.git.revisions import Commit, Revision, commit, path_of, revision, tracked

__all__ = [
    "Commit",
    "Entry",
    "Revision",
    "commit",
    "contents",
    "entries",
    "leads_to_folder",
    "path_of",
    "revision",
    "sizes",
    "tracked",
]
