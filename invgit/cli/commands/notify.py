"""`invgit notify`: tell what has changed to who wants to know."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from invgit.cli.main import Session, complain
from invgit.cli.options import embedded_option, now_option, output_option
from invgit.cli.views.table import rows_as
from invgit.errors import UsageError

if TYPE_CHECKING:
    from invgit.pipeline.notified import Told


@click.command("notify")
@click.option("--dry-run", is_flag=True, help="Show what would be told to whom, and tell nobody.")
@click.option("--test", is_flag=True, help="Send a message that says nothing to everybody, now.")
@output_option
@embedded_option
@now_option
@click.pass_obj
def command(session: Session, output: str, now: datetime, *, dry_run: bool, test: bool, embedded: bool) -> int:
    """Look at all that `notify:` in invgit.yaml wants to be told of, and tell what has changed since the last time.

    That are devices that a source sees and the inventory does not have, or the other way round; runs that failed or
    are late; what somebody changed in the database by hand; warranties that end. Each is told once when it begins, and
    once when it is over. Who could not be told (exit code 3) is told the next time.
    """
    from invgit import pipeline

    if dry_run and test:
        raise UsageError("--dry-run and --test exclude each other", help="--test asks nothing but whether it arrives")
    settings = session.settings(embedded=embedded)
    if test:
        told = pipeline.send_test(settings, now)
        failures = tuple(each.failure for each in told if each.failure)
        click.echo(rows_as(output, [{"receiver": each.receiver, "state": _state(each)} for each in told]))
    else:
        found = pipeline.notify(settings, now, session.say, dry=dry_run)
        failures = found.failures
        rows = [row for each in found.told for row in _rows(each, "would be told" if dry_run else _state(each))]
        click.echo(rows_as(output, rows, _COLUMNS) if rows or output != "table" else "Nothing has changed.")
    for failure in failures:
        complain(failure.message, failure.help)
    return max((each.exit_code for each in failures), default=0)


_COLUMNS = ("receiver", "state", "change", "condition", "site", "text")


def _state(told: "Told") -> str:
    return "failed" if told.failure else "told"


def _rows(told: "Told", state: str) -> Iterator[dict[str, Any]]:
    for change in ("begun", "over"):
        for each in told.news.begun if change == "begun" else told.news.over:
            what = {"condition": each.kind, "site": each.site, "text": each.text, "key": each.key}
            yield {"receiver": told.receiver, "state": state, "change": change, **what}
