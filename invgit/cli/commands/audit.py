"""`invgit audit`: who changed what, and when; what the rows said at a moment."""

from collections.abc import Generator
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from invgit.cli.main import Session
from invgit.cli.options import Moment, embedded_option, output_option
from invgit.cli.views.table import pieces, rows_as
from invgit.errors import UsageError

if TYPE_CHECKING:
    from invgit.state.database import Connection

_COLUMNS = ("at", "role", "actor", "action", "type", "name", "fields")
_PAST = ("kind", "name", "id", "values")
_MANY = 100


@click.command("audit")
@click.argument("entity", required=False)
@click.option("--since", type=Moment(), help="Only changes since this day or moment.")
@click.option("--as-of", "moment", type=Moment(), help="What the rows said at this moment, instead of changes.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), help="At most so many.  [default: 100 changes, all rows]")
@output_option
@embedded_option
@click.pass_obj
def command(
    session: Session,
    entity: str | None,
    since: datetime | None,
    moment: datetime | None,
    limit: int | None,
    output: str,
    *,
    embedded: bool,
) -> int:
    """Show the changes of the database, the latest first; of one ENTITY by its address, any tail of it, or its id.

    What is deleted by now, and what is called otherwise by now, is found by what it was called. A change that somebody
    made by hand is there too, with the role that made it.
    """
    from invgit import pipeline
    from invgit.state import history

    if since and moment:
        raise UsageError("--since is for changes, --as-of for the rows at one moment", help="name one of them")
    with pipeline.database(session.settings(embedded=embedded), "audit", session.say) as connection:
        id = None if entity is None else _meant(connection, entity)
        if moment is None:
            rows = list(history.audit(connection, entity=id, since=since, limit=limit or _MANY))
            click.echo(rows_as(output, rows, _COLUMNS if output == "table" else None))
            return 0
        with closing(_past(connection, moment, id, output)) as past:
            for piece in pieces(output, islice(past, limit), _PAST):
                click.echo(piece, nl=False)
        click.echo()
        _tell_losses(session, connection, moment)
    return 0


def _meant(connection: "Connection", word: str) -> str:
    """The id of the one entity that is or was called so."""
    from invgit.state import former

    found = former.find(connection, word)
    if not found:
        raise UsageError(f"nothing is or was called `{word}`, as far as the log goes back")
    if len(found) > 1:
        listed = ", ".join(f"{each.label} ({each.id})" for each in found)
        raise UsageError(f"`{word}` could be {listed}", help="name one by more of its address, or by its id")
    return found[0].id


def _past(
    connection: "Connection", moment: datetime, id: str | None, output: str
) -> Generator[dict[str, Any], None, None]:
    """The rows; a table has no room for columns without a value."""
    from invgit.state import asof

    with closing(asof.rows_at(connection, moment, id)) as past:
        for each in past:
            values = each.values
            if output == "table":
                values = {name: value for name, value in values.items() if name != "id" and value not in (None, [], {})}
            yield {**each._asdict(), "values": values}


def _tell_losses(session: Session, connection: "Connection", moment: datetime) -> None:
    from invgit.state import asof

    for loss in asof.losses(connection, moment):
        when = f"{loss.at:%Y-%m-%d %H:%M:%S} UTC"
        if loss.what:
            session.say(f"warning: {loss.what}, {when} by {loss.role}: what was in it before is not known any more")
        else:
            session.say(f"warning: of {loss.kind} rows, changes until {when} are of an older schema and not taken back")
