"""`invgit status`: the database in a few numbers."""

from uuid import UUID

import click

from invgit.cli.main import Session
from invgit.cli.options import embedded_option, output_option
from invgit.cli.views.table import rows_as
from invgit.text.inert import line

_COLUMNS = ("id", "carried_out", "generation", "applied_at", "actor", "commit")


@click.command("status")
@click.argument("apply_id", metavar="[APPLY-ID]", required=False, type=click.UUID)
@output_option
@embedded_option
@click.pass_obj
def command(session: Session, apply_id: UUID | None, output: str, *, embedded: bool) -> int:
    """Show who applied last, and how many rows are managed, changed by hand since, or not managed at all.

    With the id of an apply: whether that one was carried out, as which generation, and by whom.
    """
    from invgit import pipeline
    from invgit.state import database, history, report

    with pipeline.database(session.settings(embedded=embedded), "status", session.say) as connection:
        if apply_id is not None:
            run = history.run(connection, str(apply_id))
            seen = {name: getattr(run, name, None) for name in _COLUMNS}
            seen |= {"id": str(apply_id), "carried_out": run is not None}
            click.echo(rows_as(output, [seen]))
            return 0
        status = report.status(connection, database.identity(connection))
    rows = [
        {"kind": kind, "managed": counts.managed, "drifted": counts.drifted, "unmanaged": counts.unmanaged}
        for kind, counts in status.kinds.items()
    ]
    if output == "table":
        last = status.last
        click.echo(f"database   {status.identity}")
        if last:
            dirty = " with uncommitted changes" if last.dirty else ""
            commit = f", commit {last.commit[:12]}{dirty}" if last.commit else ""
            when = f"{last.applied_at:%Y-%m-%d %H:%M:%S} UTC"
            click.echo(f"generation {last.generation}, applied {when} by {line(last.actor)}{commit}")
            click.echo(f"apply      {last.id}")
        else:
            click.echo("generation 0, nothing was applied yet")
        click.echo()
    click.echo(rows_as(output, rows))
    return 0
