"""`invgit device list`: which there are, filtered, sorted, with any columns."""

from datetime import datetime

import click

from invgit.cli.filters import filters
from invgit.cli.looks import from_option, looked, require_stored
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, now_option, output_option
from invgit.cli.views.entities import Seen, columns, ordered, row, usual_columns
from invgit.cli.views.table import pieces
from invgit.model.kinds import Device
from invgit.model.select import Wanted, selected
from invgit.model.spec import KindSpec
from invgit.text.words import count


def list_of(spec: KindSpec) -> click.Command:
    """The command of a kind."""

    @click.command("list", help=f"List {spec.key.replace('_', ' ')}, those that fit all filters.")
    @filters(spec)
    @click.option("--sort", "order", metavar="FIELD,…", help="Sort by these fields; -FIELD downwards.")
    @click.option("--columns", "names", metavar="FIELD,…", help="Show these fields.")
    @output_option
    @from_option
    @now_option
    @embedded_option
    @click.pass_obj
    def command(
        session: Session,
        wanted: Wanted,
        order: str | None,
        names: str | None,
        output: str,
        origin: str,
        now: datetime,
        *,
        embedded: bool,
    ) -> int:
        require_stored(spec, origin)
        inventory, code = looked(session, origin, embedded=embedded, observed=spec.name == Device.kind)
        seen = Seen(inventory.observed, now) if inventory.observed is not None else None
        found = ordered(spec, selected(inventory, spec, wanted), _words(order), seen)
        chosen = _words(names) or usual_columns(spec, seen)
        narrow = output in {"table", "csv"} or names is not None
        shown = columns(spec, chosen, seen, short=output == "table")
        rows = ({name: get(each) for name, get in shown.items()} if narrow else row(each, seen) for each in found)
        if output == "table" and not found:
            session.say(f"no {spec.key.replace('_', ' ')}" + (" fit" if wanted else ""))
            return code
        for piece in pieces(output, rows, chosen):
            click.echo(piece, nl=False)
        click.echo()
        if output == "table":
            session.say(count(len(found), spec.name))
        return code

    return command


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]
