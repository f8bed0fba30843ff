"""What commands that accept proposals have in common where these go on a branch: options, the question, words."""

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from invgit.cli.authoring import show_diff
from invgit.cli.options import INVENTORY_WRONG, say_some, tell
from invgit.errors import InvgitError, UsageError

if TYPE_CHECKING:
    from invgit.cli.main import Session
    from invgit.pipeline.branched import Branched, Place, Wanted
    from invgit.pipeline.chosen import Chosen
    from invgit.propose.proposal import Proposal

F = TypeVar("F", bound=Callable[..., Any])


def branch_options(command: F) -> F:
    """`--branch`, `--push`, `--pr`: see `wanted`."""
    text = "The same, and its one pull request: made, or changed."
    command = click.option("--pr", is_flag=True, help=text)(command)
    command = click.option("--push", is_flag=True, help="The same, and push the branch.")(command)
    text = "Put it on a branch of its own, beside your working tree; without a name, that of the source and site."
    return click.option("--branch", is_flag=False, flag_value="", default=None, metavar="[=NAME]", help=text)(command)


def wanted(branch: str | None, *, push: bool, pr: bool) -> "Wanted | None":
    """What the options say; None where what is accepted goes into the files."""
    from invgit.pipeline.branched import Wanted

    if branch is None and not (push or pr):
        return None
    return Wanted(branch or None, push, pr)


def require_name(wish: "Wanted", known: "Iterable[Proposal]") -> None:
    """Raise UsageError where the name of a branch is a proposal's: who writes `--branch ID` means the fixed name."""
    for each in known:
        if wish.name and (each.id.startswith(wish.name) or str(each.address).endswith(wish.name)):
            help = "write the ids first and --branch last; a branch's own name stands behind `--branch=`"
            raise UsageError(
                f"`{wish.name}` is a proposal ({each.op} {each.address}), and no name of a branch", help=help
            )


def branched(
    session: "Session",
    now: datetime,
    accepted: "Mapping[tuple[str, str], Iterable[Proposal]]",
    known: "Mapping[str, Proposal]",
    wish: "Wanted",
    *,
    yes: bool,
    dry_run: bool,
    remove: bool = False,
) -> int:
    """Put accepted proposals on branches, by source and site; the exit code.

    `known` are all proposals by id; with `remove` what is missing is deleted. The diff is shown, the inventory checked,
    somebody asked. What fails for one source and site stops no other one.
    """
    from invgit.cli.main import complain
    from invgit.pipeline.branched import require_one

    if not (yes or dry_run) and not sys.stdin.isatty():
        raise UsageError("nobody is here to say yes", help="pass --yes to write, or --dry-run to look")
    require_one(accepted, wish)
    code = 0
    for (source, site), proposals in sorted(accepted.items()):
        try:
            made = _one(session, now, source, site, proposals, known, wish, yes=yes, dry_run=dry_run, remove=remove)
        except InvgitError as error:
            complain(error.message, error.help)
            made = error.exit_code
        code = code or made
    return code


def _one(
    session: "Session",
    now: datetime,
    source: str,
    site: str,
    proposals: "Iterable[Proposal]",
    known: "Mapping[str, Proposal]",
    wish: "Wanted",
    *,
    yes: bool,
    dry_run: bool,
    remove: bool,
) -> int:
    from invgit.cli.main import complain
    from invgit.pipeline import branched as work
    from invgit.pipeline.chosen import chosen

    settings = session.settings()
    place = work.place(settings, source, site, wish)
    say_some(session, [f"warning: {each}" for each in place.warnings])
    before = work.accepted_before(settings, place)
    found = chosen(settings, now, place.base, proposals, known, before, remove=remove)
    _tell_left(session, place, found)
    if found.made.failed:
        tell(found.made.new, found.made.after.inventory)
        complain(f"the inventory would have these errors on {place.branch}; nothing was done")
        return INVENTORY_WRONG
    branch = work.drafted(settings, place, found)
    if branch and (branch.moves or dry_run):
        show_diff(found.made)
        tell(() if session.quiet else found.made.new, found.made.after.inventory)
    question = f"Put this on {place.branch}? Only `yes` is a yes"
    if dry_run or not (yes or click.prompt(question, default="", show_default=False, err=True) == "yes"):
        session.say("nothing was done")
        return 0
    say_some(session, list(told(work.put(settings, place, branch, found))))
    return 0


def _tell_left(session: "Session", place: "Place", found: "Chosen") -> None:
    if found.left:
        session.say(f"{len(found.left):,} left out, which {place.base} has already, or which do not fit it:")
        say_some(session, [f"  {each.id} {each.op} {each.address}" for each in found.left])


def told(done: "Branched") -> Iterable[str]:
    """What was done, in words."""
    place, branch, request = done.place, done.branch, done.request
    if branch is None:
        yield f"nothing is left for the branch {place.branch}: {place.base} says all of it"
    else:
        yield f"the branch {branch.name} {'is made' if branch.moves else 'says so already'}, on top of {branch.base}"
    if done.pushed and place.remote:
        yield f"pushed to {place.remote.shown}"
    if request is None:
        return
    name = f"pull request #{request.number} ({request.url})"
    yield {
        "none": "",
        "made": f"{name} is made",
        "changed": f"{name} is changed",
        "same": f"{name} says so already",
        "closed": f"{name} said just this, and was closed: it stays so; `invgit changes reject` ends such proposals",
        "merged": f"{name} said just this, and is merged: `git pull`",
        "withdrawn": f"{name} is closed, as nothing of it is left; `git branch -D {place.branch}` removes the branch",
    }[done.outcome]
