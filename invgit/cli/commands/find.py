"""`invgit find TEXT`: where something is, whatever somebody knows of it."""

import click

from invgit.cli.looks import from_option, looked
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, output_option
from invgit.cli.views.entities import place
from invgit.cli.views.table import rows_as

_MANY = 50


@click.command("find")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=_MANY, show_default=True, help="At most so many.")
@output_option
@from_option
@embedded_option
@click.pass_obj
def command(session: Session, text: str, limit: int, output: str, origin: str, *, embedded: bool) -> int:
    """Find TEXT in names, addresses, host names, serials, tags, and whatever else is one line of text.

    Any part of a MAC will do, in any spelling: 0001, a0-1e-0b, a01e.0b00. Whole values come first, then beginnings,
    then parts. That nothing is found is no failure: the output is empty.
    """
    from invgit.model.search import search

    inventory, code = looked(session, origin, embedded=embedded, derived=False)
    found = search(inventory, text)
    rows = [
        {
            "address": str(hit.entity.address),
            "field": ".".join(map(str, hit.path)) or None,
            "value": hit.value if hit.path else hit.entity.label,
            "place": place(hit.entity, *hit.path),
        }
        for hit in found[:limit]
    ]
    if rows or output != "table":
        click.echo(rows_as(output, rows, ("address", "field", "value", "place")))
    if not rows:
        session.say(f"nothing is called `{text}`, in whole or in part")
    if len(found) > limit:
        session.say(f"the first {limit:,} of {len(found):,}; --limit shows more")
    return code
