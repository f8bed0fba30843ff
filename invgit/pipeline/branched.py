"""Accepted proposals as a branch, and its one pull request: nobody's working tree, index or HEAD is touched.

What is proposed is tried on the commit that the branch is made of, not on the working tree; the change files stay as
they are, so that a merge finds none that a later run has rewritten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from invgit.config import INVENTORY, Settings
from invgit.errors import GitError, Refused, UsageError

if TYPE_CHECKING:
    from invgit.git import Commit
    from invgit.git.branches import Branch
    from invgit.git.remotes import Remote
    from invgit.pipeline.chosen import Chosen
    from invgit.propose.forge import Account, GitHub, PullRequest
    from invgit.propose.request import Request
    from invgit.propose.settings import Forge

_NOTE = "Invgit-Proposal"
"""Trailers of the commit, one for each proposal: see `Accepted.note`."""

Outcome = Literal["none", "made", "changed", "same", "closed", "merged", "withdrawn"]
"""What became of the pull request: `closed` and `merged` are those of these very proposals, which none is made for;
`withdrawn` is one that nothing is left of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with accepted proposals, as the command line says it."""

    name: str | None = None
    """The branch; without it, the fixed one of source and site."""
    push: bool = False
    """Whether it goes to the remote."""
    pull_request: bool = False
    """Whether there is to be a pull request, and so a push."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the accepted proposals of one source and site go: all that can be looked up before anything is made."""

    source: str
    site: str
    branch: str
    base: "Commit"
    """What the branch is made of."""
    into: str | None
    """The branch that a pull request is for."""
    remote: "Remote | None" = None
    """Where it is pushed to."""
    tip: str | None = None
    """What it leads to there."""
    account: "Account | None" = None
    """Where, and as whom, the pull request is made."""
    warnings: tuple[str, ...] = ()

    @property
    def marks(self) -> dict[str, str]:
        """What commits of ours on this branch say of themselves."""
        return {"Invgit-Source": self.source, "Invgit-Site": self.site}


@dataclass(frozen=True, slots=True)
class Branched:
    """What was done."""

    place: Place
    branch: "Branch | None"
    """The branch; None where nothing is left to be put on one."""
    pushed: bool = False
    request: "PullRequest | None" = None
    outcome: Outcome = "none"


def place(settings: Settings, source: str, site: str, wanted: Wanted) -> Place:
    """Look up where accepted proposals go; the remote is asked what it has. Nothing is changed.

    Raises Refused where the branch has somebody else's commits, UsageError for a name that none can have; ConfigError,
    GitError where something is missing or cannot be reached.
    """
    from invgit.git import branches, remotes
    from invgit.propose import forge as forges

    said, root = _forge(settings), settings.root
    name = branches.checked(root, wanted.name or f"invgit/{source}/{site.replace('/', '-')}")
    into = said.base or branches.head_branch(root)
    found = Place(source, site, name, _base(settings, said), into)
    if wanted.push or wanted.pull_request:
        found = replace(found, remote=remotes.remote(root, said.remote))
    if wanted.pull_request and found.remote:
        if into is None:
            raise GitError(
                "HEAD is on no branch: nobody knows what a pull request would be for",
                help="`git switch BRANCH`, or `forge: {base: BRANCH}` in invgit.yaml",
            )
        environment = settings.secrets.environment
        found = replace(found, account=forges.account(said, found.remote.url, settings.secrets, environment))
    branches.require_free(root, name)
    if found.remote:
        found = replace(found, tip=remotes.remote_tip(found.remote, name), warnings=_ahead(settings, found))
    for tip in {found.tip, branches.tip(root, name)} - {None}:
        branches.require_ours(root, name, found.base, str(tip), found.marks)
    return found


def _forge(settings: Settings) -> "Forge":
    from invgit.model.fields import made
    from invgit.propose.settings import Forge

    return settings.forge or made(Forge, {})


def _base(settings: Settings, forge: "Forge") -> "Commit":
    """The commit that branches are made of: that of the branch which pull requests are for, else HEAD."""
    from invgit.git import Commit, branches, commit

    if forge.base is None or forge.base == branches.head_branch(settings.root):
        return commit(settings.root, "HEAD")
    word = f"refs/heads/{forge.base}"
    if branches.tip(settings.root, forge.base) is None:
        word = f"refs/remotes/{forge.remote}/{forge.base}"
    return Commit(commit(settings.root, word).id, forge.base)


def _ahead(settings: Settings, place: Place) -> tuple[str, ...]:
    """That the base has what the remote does not: whoever looks at the branch would see it as well."""
    from invgit.git import branches, commit

    name = f"{place.remote.name if place.remote else ''}/{place.into}"
    try:
        theirs = commit(settings.root, f"refs/remotes/{name}").id
    except (GitError, UsageError):
        return ()
    if branches.contains(settings.root, theirs, place.base.id):
        return ()
    return (f"{place.base} has commits that {name} does not have: the branch will show them as well; push them first",)


def accepted_before(settings: Settings, place: Place) -> set[str]:
    """The notes of what the branch has already: who accepts one more does not lose them."""
    from invgit.git import branches

    tips = {place.tip, branches.tip(settings.root, place.branch)} - {None}
    return {note for tip in tips for note in branches.noted(settings.root, str(tip), place.marks, _NOTE)}


def drafted(settings: Settings, place: Place, chosen: "Chosen") -> "Branch | None":
    """The branch with its commit, which it does not lead to yet; None where nothing is left to be put on one.

    Raises Refused where the inventory would have errors, and what `git.branches.drafted` does.
    """
    from invgit.git import branches

    if chosen.made.failed:
        raise Refused("the inventory would have errors; nothing was done")
    files = {f"{INVENTORY}/{edit.path}": edit.after for edit in chosen.made.edits}
    if not files:
        return None
    message = _words(place, chosen).message
    notes = tuple((_NOTE, each.note) for each in chosen.accepted)
    return branches.drafted(
        settings.root, place.branch, place.base, files, message, place.marks, notes=notes, remote=place.tip
    )


def put(settings: Settings, place: Place, branch: "Branch | None", chosen: "Chosen") -> Branched:
    """Have the branch lead to its commit, push it, and have its pull request say what it is about.

    A second run with the same proposals changes nothing. Raises what `git.branches.lead`, `git.remotes.push` and
    `propose.forge` do; what was done until then stays, and the next run goes on from there.
    """
    from invgit.git import branches, remotes
    from invgit.propose.forge import GitHub

    if branch is None:
        return _withdrawn(place)
    branches.lead(settings.root, branch)

    def push() -> bool:
        if place.remote is None or place.tip == branch.commit:
            return False
        remotes.push(place.remote, branch.name, branch.commit, place.tip)
        return True

    if place.account is None:
        return Branched(place, branch, push())
    words = _words(place, chosen)
    with GitHub(place.account) as github:
        found = github.newest(branch.name)
        if found and _decided(settings, place, found, words):
            return Branched(place, branch, request=found, outcome="merged" if found.state == "merged" else "closed")
        pushed = push()
        now, outcome = _requested(github, place, found, words)
        return Branched(place, branch, pushed, now, outcome)


def _words(place: Place, chosen: "Chosen") -> "Request":
    from invgit.propose.request import request

    return request(place.source, place.site, [each.shown for each in chosen.accepted])


def _withdrawn(place: Place) -> Branched:
    """Nothing is left to be put on the branch: nobody is to merge what it said before; the branch itself stays."""
    from invgit.propose.forge import GitHub
    from invgit.propose.request import WITHDRAWN

    if place.account:
        with GitHub(place.account) as github:
            found = github.newest(place.branch)
            if found and found.state == "open":
                closed = github.change(found.number, found.title, WITHDRAWN, close=True)
                return Branched(place, None, request=closed, outcome="withdrawn")
    return Branched(place, None)


def _decided(settings: Settings, place: Place, found: "PullRequest", words: "Request") -> bool:
    """Whether somebody has closed or merged a pull request of these very proposals.

    One that is merged, and that the base has, is past: what is proposed again is proposed anew.
    """
    from invgit.git import branches
    from invgit.propose.request import mark_of

    if found.state == "open" or mark_of(found.body) != mark_of(words.body):
        return False
    return not (found.merged and branches.contains(settings.root, place.base.id, found.merged))


def _requested(
    github: "GitHub", place: Place, found: "PullRequest | None", words: "Request"
) -> "tuple[PullRequest, Outcome]":
    """The open pull request; what somebody has written into it stays while the proposals are the same."""
    from invgit.propose.request import mark_of

    if found is None or found.state != "open":
        return github.create(place.branch, str(place.into), words.title, words.body), "made"
    if mark_of(found.body) == mark_of(words.body):
        return found, "same"
    return github.change(found.number, words.title, words.body), "changed"


def require_one(places: Iterable[tuple[str, str]], wanted: Wanted) -> None:
    """Raise UsageError where proposals of several sources or sites are to go on one branch."""
    listed = sorted({f"{source} at {site}" for source, site in places})
    if wanted.name and len(listed) > 1:
        help = "without a name each of them gets a branch of its own"
        raise UsageError(f"one branch cannot hold what is of {', '.join(listed)}", help=help)
