"""`invgit device show ADDRESS`: one entity, who decided what it says, and who names it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from invgit.cli.complete import addresses
from invgit.cli.looks import from_option, looked, require_stored
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, now_option
from invgit.cli.views.document import json_text
from invgit.cli.views.entities import Detail, Seen, as_written, details, observed_details, place, row
from invgit.cli.views.table import FORMS, rows_as
from invgit.errors import UsageError
from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device
from invgit.model.naming import meant
from invgit.model.spec import KindSpec, specs
from invgit.text.words import a_


def show_of(spec: KindSpec) -> click.Command:
    """The command of a kind."""

    @click.command("show", help=f"Show {a_(spec.name)}: what counts, wherever it is written.")
    @click.argument("address", shell_complete=addresses(spec.name))
    @click.option("--explain", is_flag=True, help="Show where each value was decided, and by what.")
    @click.option("--refs", "names", is_flag=True, help=f"Show who names the {spec.name}, and where.")
    @click.option("-o", "--output", type=click.Choice(FORMS), default="table", help="How to show it.")
    @from_option
    @now_option
    @embedded_option
    @click.pass_obj
    def command(
        session: Session,
        address: str,
        output: str,
        origin: str,
        now: datetime,
        *,
        explain: bool,
        names: bool,
        embedded: bool,
    ) -> int:
        require_stored(spec, origin)
        if origin == "db" and explain:
            raise UsageError("the database does not know who decided a value", help="leave out --explain or --from db")
        inventory, code = looked(session, origin, embedded=embedded, observed=spec.name == Device.kind)
        seen = Seen(inventory.observed, now) if inventory.observed is not None else None
        found = meant(address, [each.address for each in inventory.of(spec.cls)], spec.name)
        entity = inventory.at(found)
        assert entity is not None, "it was found there"
        form = _document if output in {"json", "yaml"} else _table
        form(inventory, entity, seen, output, explain=explain, names=names)
        return code

    return command


def _table(
    inventory: Inventory, entity: AnyEntity, seen: Seen | None, output: str, *, explain: bool, names: bool
) -> None:
    """One line for each value; then who names it."""
    if output == "table":
        head = [str(entity.address), place(entity)]
        click.echo("  ".join(filter(None, head)))
    if output == "csv" and names:
        click.echo(rows_as(output, list(_referring(inventory, entity)), _REFERRING))
        return
    rows = []
    for each in details(entity):
        if output == "table" and each.value in ([], {}):
            continue
        value = as_written(entity, each.leaf, each.value) if output == "table" else each.value
        rows.append({"field": ".".join(each.path), "value": value, **(_decided(entity, each) if explain else {})})
    if seen:
        rows += [
            {"field": name, "value": value} for name, value in observed_details(entity, seen, short=output == "table")
        ]
    click.echo(rows_as(output, rows))
    if names:
        found = list(_referring(inventory, entity))
        click.echo()
        click.echo(rows_as(output, found, _REFERRING) if found else "Nothing names it.")


def _document(
    inventory: Inventory, entity: AnyEntity, seen: Seen | None, output: str, *, explain: bool, names: bool
) -> None:
    """The row that a list has, and what else was asked for."""
    document = row(entity, seen)
    if explain:
        document["explained"] = [
            {"field": ".".join(each.path), "value": each.value, **_decided(entity, each)} for each in details(entity)
        ]
    if names:
        document["named_by"] = list(_referring(inventory, entity))
    click.echo(json_text(document) if output == "json" else rows_as(output, [document]))


_REFERRING = ("address", "field", "place")


def _referring(inventory: Inventory, entity: AnyEntity) -> Iterator[dict[str, Any]]:
    from invgit.model.referrers import referrers

    for found in referrers(inventory, [entity.address]):
        path = ".".join(map(str, found.path))
        yield {"address": str(found.entity.address), "field": path, "place": place(found.entity, *found.path)}


def _decided(entity: AnyEntity, detail: Detail) -> dict[str, Any]:
    """Who decided a value, and where: the nearest thing that is written of it."""
    origin = entity.origin
    assert origin is not None, "only files say where"
    for length in range(len(detail.path), 0, -1):
        found = origin.decided(detail.path[:length])
        if found:
            by = "itself" if found.by is origin else f"device-type:{found.by.keys[-1]}"
            value = found.by.source.place(found.places.value)
            return {"by": "defaults of the file" if found.default else by, "place": str(value)}
    derived = detail.path[0] in specs()[entity.address.kind].computed
    return {"by": "computed" if derived else "usual", "place": None}
