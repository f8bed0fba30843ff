"""`invgit audit`: who changed what, and when."""

from datetime import datetime

import click

from invgit.cli.main import Session
from invgit.cli.options import Moment, embedded_option, output_option
from invgit.cli.views.table import rows_as
from invgit.errors import UsageError

_COLUMNS = ("at", "role", "actor", "action", "type", "name", "fields")


@click.command("audit")
@click.argument("entity", required=False)
@click.option("--since", type=Moment(), help="Only changes since this day or moment.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="At most so many.")
@output_option
@embedded_option
@click.pass_obj
def command(
    session: Session, entity: str | None, since: datetime | None, limit: int, output: str, *, embedded: bool
) -> int:
    """Show the changes of the database, the latest first; of one ENTITY by its address or any tail of it.

    A change that somebody made by hand is there too, with the role that made it.
    """
    from invgit import pipeline
    from invgit.state import history

    with pipeline.database(session.settings(embedded=embedded), "audit", session.say) as connection:
        id = None
        if entity:
            found = history.find_entity(connection, entity)
            if not found:
                raise UsageError(f"no managed entity is called `{entity}`")
            if len(found) > 1:
                raise UsageError(f"`{entity}` could be {', '.join(address for address, _ in found)}")
            id = found[0][1]
        rows = list(history.audit(connection, entity=id, since=since, limit=limit))
    click.echo(rows_as(output, rows, _COLUMNS if output == "table" else None))
    return 0
