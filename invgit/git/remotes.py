"""A branch at a remote: what it leads to, and having it lead elsewhere. Here alone may git use a network.

Logins are those that `git push` has here: ssh's, credential helpers', also of the repository's own settings. Nobody is
asked for one, no hook runs, and nothing but https, http, ssh and files is spoken.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from invgit.errors import GitError, LockBusy
from invgit.git.process import Ended, ended
from invgit.git.revisions import repository, unprogrammed
from invgit.text.inert import line

_SECONDS = 120
_LOGIN = re.compile(r"(?<=://)[^/@\s]*@")
_OWN = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
"""Of the caller's environment these say how to reach a server."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_HELP = "`git push` from here has to work without a question: a credential helper, an ssh key, a deploy key"


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote of the repository that a folder lies in."""

    folder: Path
    name: str
    url: str = field(repr=False)
    """May hold a login: see `shown`."""

    @property
    def shown(self) -> str:
        """The URL without a login, for people."""
        return anonymous(self.url)


def anonymous(text: str) -> str:
    """A text on one line, with the logins of URLs taken out."""
    return line(_LOGIN.sub("", text))


def remote(folder: Path, name: str) -> Remote:
    """The remote of that name. Raises GitError where there is none."""
    above, _ = repository(folder)
    if _NAME.fullmatch(name):
        known = ended(above, "config", "--get-all", f"remote.{name}.url")
        found = ended(above, "ls-remote", "--get-url", name)
        if not (known.code or found.code):
            return Remote(above, name, found.out.decode("utf-8", "replace").strip())
    help = "`git remote add NAME URL` adds one; `forge: {remote: NAME}` in invgit.yaml says which counts"
    raise GitError(f"the repository has no remote `{line(name)}`", help=help)


def remote_tip(there: Remote, branch: str) -> str | None:
    """The commit that a branch leads to at the remote, brought here; None where there is none. Raises GitError."""
    ref = f"refs/heads/{branch}"
    said = _reached(there, "ls-remote", "--refs", there.name, ref)
    listed = dict(each.split("\t")[::-1] for each in said.out.decode("utf-8", "replace").splitlines() if "\t" in each)
    id = listed.get(ref)
    if id and ended(there.folder, "cat-file", "-e", f"{id}^{{commit}}").code:
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance")
        _reached(there, "fetch", *quiet, there.name, f"+{ref}:")
    return id


def push(there: Remote, branch: str, commit: str, expected: str | None) -> None:
    """Have a branch at the remote lead to a commit, if it still leads to what was `expected`.

    Raises LockBusy where it does not, GitError where the remote refuses or cannot be reached.
    """
    ref = f"refs/heads/{branch}"
    alone = ("--no-follow-tags", "--no-recurse-submodules", "--no-signed", "--no-verify", "--porcelain")
    lease = f"--force-with-lease={ref}:{expected or ''}"
    done = _ended(there, "push", *alone, lease, there.name, f"{commit}:{ref}")
    if not done.code:
        return
    reasons = [each.split("\t") for each in done.out.decode("utf-8", "replace").splitlines() if each.startswith("!\t")]
    reason = anonymous(reasons[0][-1]) if reasons else ""
    if "stale info" in reason or "fetch first" in reason:
        raise LockBusy(f"somebody else moves the branch {branch} at {there.shown} just now", help="try again")
    if not reasons:
        raise _unreached(there, "push", done)
    raise GitError(f"{there.shown} does not take the branch {branch}: {reason}", help=_HELP)


def _reached(there: Remote, *arguments: str) -> Ended:
    done = _ended(there, *arguments)
    if done.code:
        raise _unreached(there, arguments[0], done)
    return done


def _unreached(there: Remote, what: str, done: Ended) -> GitError:
    words = f": {anonymous(done.words)}" if done.words else ""
    return GitError(f"git {what} cannot reach {there.shown}{words}", help=_HELP)


def _ended(there: Remote, *arguments: str) -> Ended:
    own = {name: os.environ[name] for name in _OWN if name in os.environ}
    more = {
        **unprogrammed(there.folder),
        **own,
        "GIT_ALLOW_PROTOCOL": "https:http:ssh:file",
        "GCM_INTERACTIVE": "never",
        "SSH_ASKPASS_REQUIRE": "never",
    }
    if not {"GIT_SSH", "GIT_SSH_COMMAND"} & own.keys() and ended(there.folder, "config", "core.sshCommand").code:
        more["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes"
    return ended(there.folder, *arguments, more=more, seconds=_SECONDS)
