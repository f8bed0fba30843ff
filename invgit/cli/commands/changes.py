"""`invgit changes`: what sources propose, looked at, accepted, rejected, put off."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from invgit.cli.authoring import author_options, authored
from invgit.cli.branching import branch_options, branched, require_name, wanted
from invgit.cli.complete import proposals as complete
from invgit.cli.main import Session
from invgit.cli.options import now_option, output_option
from invgit.cli.views.table import rows_as
from invgit.errors import InvgitError, UsageError
from invgit.propose.proposal import OPS
from invgit.text.inert import whole
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.config import Settings
    from invgit.pipeline.branched import Wanted
    from invgit.propose.changes import Changes
    from invgit.propose.proposal import Proposal

F = TypeVar("F", bound=Callable[..., Any])


@click.group("changes")
def command() -> None:
    """Look at what sources propose, and decide about it.

    `invgit sync` and `invgit network scan` write what they propose into `changes/`. Accepting edits the YAML; what is
    rejected is not proposed again until its evidence changes.
    """


class _Open(NamedTuple):
    """What is proposed, without what somebody has decided about since."""

    settings: "Settings"
    files: "list[Changes]"
    silenced: int

    def source(self, proposal: "Proposal") -> str:
        """Who proposes it."""
        return next(each.source for each in self.files if proposal in each.proposals)


def _open(session: Session, now: datetime, site: str | None = None, source: str | None = None) -> _Open:
    from invgit.pipeline import changed

    settings = session.settings()
    files = changed.change_files(settings, site=site, source=source)
    quiet = changed.silenced(settings, files, now)
    return _Open(settings, [each.without(refused=quiet) for each in files], len(quiet))


def _filters(function: F) -> F:
    for option in (
        click.option("--op", "ops", multiple=True, type=click.Choice(OPS), help="Only these; may be given repeatedly."),
        click.option("--source", metavar="SOURCE", help="Only what this source proposes."),
        click.option("--site", metavar="SITE", help="Only at this site: organization/site, or its own name."),
    ):
        function = option(function)
    return function


_ids = click.argument("ids", metavar="ID...", nargs=-1, required=True, shell_complete=complete)


@command.command("list")
@_filters
@output_option
@now_option
@click.pass_obj
def list_(
    session: Session, now: datetime, output: str, *, site: str | None, source: str | None, ops: tuple[str, ...]
) -> int:
    """List what is proposed and not decided."""
    from invgit.cli.views.changes import COLUMNS, brief, row

    open_ = _open(session, now, site, source)
    found = [(each, file.source) for file in open_.files for each in file.proposals if not ops or each.op in ops]
    narrow = output in {"table", "csv"}
    if output == "table" and not found:
        click.echo("Nothing is proposed.")
    else:
        rows = [(brief if narrow else row)(each, source) for each, source in found]
        click.echo(rows_as(output, rows, COLUMNS if narrow else None))
    if open_.silenced:
        session.say(f"{open_.silenced:,} more are rejected or deferred")
    return 0


@command.command("show")
@click.argument("id", metavar="ID", shell_complete=complete)
@click.option("-o", "--output", type=click.Choice(["table", "json", "yaml"]), default="table", help="How to show it.")
@now_option
@click.pass_obj
def show(session: Session, id: str, now: datetime, output: str) -> int:
    """Show a proposal: why, said by what, what was decided, and the diff that accepting it would make."""
    from invgit import pipeline
    from invgit.cli.views.changes import details, row
    from invgit.pipeline import changed

    settings = session.settings()
    open_ = _Open(settings, changed.change_files(settings), 0)
    (found,) = changed.meant(open_.files, [id])
    verdict = changed.read_verdicts(settings).get(found.id)
    together = changed.taken(open_.files, [found], ())
    try:
        diff, why_not = pipeline.author(settings, now, changed.accepting(together)).diff, None
    except InvgitError as error:
        diff, why_not = [], error.message
    if output != "table":
        click.echo(rows_as(output, [{**row(found, open_.source(found)), "diff": diff, "refused": why_not}]))
        return 0
    needs = {each.id: str(each.address) for each in together if each.id != found.id}
    for text in details(found, open_.source(found), verdict, needs):
        click.echo(whole(text))
    click.echo()
    for text in diff or [f"it cannot be accepted: {why_not}"]:
        click.echo(whole(text.removesuffix("\r").replace("\r\n", "\n")))
    return 0


@command.command("accept")
@click.argument("ids", metavar="[ID]...", nargs=-1, shell_complete=complete)
@click.option("--all", "everything", is_flag=True, help="All that fit the filters.")
@_filters
@click.option("--delete", "remove", is_flag=True, help="Delete what is missing, instead of retiring it.")
@click.option("--only", metavar="FIELD", multiple=True, help="Of an update only this field; may be given repeatedly.")
@branch_options
@author_options
@click.pass_obj
def accept(session: Session, /, ids: tuple[str, ...], now: datetime, **options: Any) -> int:
    """Edit the YAML as proposed: by ids, their beginnings, or addresses. What a proposal refers to comes along.

    Refused where the YAML no longer says what it said when that was seen. With --branch, --push or --pr the files stay
    as they are: the edits are a commit on a branch.
    """
    from invgit.pipeline import changed

    wish = wanted(options["branch"], push=options["push"], pr=options["pr"])
    if wish and options["only"]:
        raise UsageError("a branch has proposals as a whole", help="leave out --only, or --branch, --push and --pr")
    if bool(ids) == options["everything"]:
        raise UsageError("what is accepted?", help="name proposals, or pass --all (with --site, --source, --op)")
    open_ = _open(session, now, options["site"], options["source"])
    known = [each for file in open_.files for each in file.proposals if not options["ops"] or each.op in options["ops"]]
    some = list(changed.about(known, options["only"])) if options["everything"] else changed.meant(open_.files, ids)
    if not some:
        session.say("nothing is proposed")
        return 0
    together = changed.taken(open_.files, some, options["only"])
    if len(together) > len(some):
        session.say(f"with {count(len(together) - len(some), 'more proposal')} that these refer to")
    if wish:
        return _on_branches(session, now, open_, together, wish, options)
    return authored(
        session,
        now,
        changed.accepting(together, remove=options["remove"], only=options["only"]),
        yes=options["yes"],
        dry_run=options["dry_run"],
        then=lambda: changed.settle(open_.settings, together, options["only"]),
    )


def _on_branches(
    session: Session, now: datetime, open_: _Open, some: "list[Proposal]", wish: "Wanted", options: dict[str, Any]
) -> int:
    known = {each.id: each for file in open_.files for each in file.proposals}
    require_name(wish, known.values())
    ids = {each.id for each in some}
    by_file = {(file.source, file.site): [each for each in file.proposals if each.id in ids] for file in open_.files}
    chosen = {where: found for where, found in by_file.items() if found}
    how = {name: options[name] for name in ("yes", "dry_run", "remove")}
    return branched(session, now, chosen, known, wish, **how)


@command.command("reject")
@_ids
@click.option("--reason", required=True, help="Why; it stands in changes/verdicts.yaml.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which that counts.")
@click.option("--owner", help="Who decides that.")
@now_option
@click.pass_obj
def reject(session: Session, /, ids: tuple[str, ...], now: datetime, **options: Any) -> int:
    """Decide that something is not wanted. It is proposed again when its evidence changes, or after --until."""
    return _decide(session, ids, now, "reject", options)


@command.command("defer")
@_ids
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day without it.")
@click.option("--reason", help="Why; it stands in changes/verdicts.yaml.")
@click.option("--owner", help="Who decides that.")
@now_option
@click.pass_obj
def defer(session: Session, /, ids: tuple[str, ...], now: datetime, **options: Any) -> int:
    """Decide later: it is proposed again when its evidence changes, or after --until."""
    return _decide(session, ids, now, "defer", options)


def _decide(session: Session, ids: Sequence[str], now: datetime, word: Any, options: dict[str, Any]) -> int:
    from invgit.pipeline import changed
    from invgit.propose.proposal import Verdict

    open_ = _open(session, now)
    some = changed.meant(open_.files, ids)
    until = options["until"].date() if options["until"] else None
    today = changed.days(open_.settings, now)
    for each in some:
        if until and until < today(str(each.address.site)):
            raise UsageError(f"{until} is over: it would not count for a day", help="name a day to come")
    new = {
        each.id: Verdict(word, each.digest, str(each.address), options["reason"], options["owner"], until)
        for each in some
    }
    changed.decide(open_.settings, new)
    done = "rejected" if word == "reject" else f"deferred until {until}"
    for each in some:
        session.say(f"{done}: {each.op} {each.address}")
    return 0
