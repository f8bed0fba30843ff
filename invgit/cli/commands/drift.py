"""`invgit drift`: what somebody has changed in the database by hand."""

import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from invgit.cli.main import Session
from invgit.cli.options import compiled, embedded_option, now_option, output_option
from invgit.cli.views.table import rows_as
from invgit.text.inert import json_line, line

if TYPE_CHECKING:
    from invgit.apply.drift import Drift, Found

DRIFTED = 4


@click.command("drift")
@click.option("--patch", is_flag=True, help="Print the commands that take the database's values into the YAML.")
@click.option("--exit-code", is_flag=True, help="End with 4 when there is drift.")
@output_option
@embedded_option
@now_option
@click.pass_obj
def command(session: Session, output: str, now: datetime, *, patch: bool, exit_code: bool, embedded: bool) -> int:
    """Show what was changed by hand since it was applied, who did it, and what the YAML says.

    There are two ways on for each field. To keep the YAML, apply: the plan sets the database back. To keep what is in
    the database, take it into the YAML: --patch prints the commands. Rows that no apply wrote are listed, and never
    changed.
    """
    from invgit import pipeline

    settings = session.settings(embedded=embedded)
    found = pipeline.drift(settings, compiled(session, settings, now), session.say)
    if patch:
        for text in _patch(found):
            click.echo(text)
    else:
        click.echo(_shown(output, found))
        if output == "table" and found.drift:
            session.say("`invgit apply` keeps the YAML; `invgit drift --patch` shows how to keep the database's values")
    return DRIFTED if exit_code and found.drift else 0


def _shown(output: str, found: "Found") -> str:
    rows = [_row(each) for each in found.drift]
    rows += [
        {**_EMPTY, "state": "unmanaged", "address": f"({each.kind})", "now": each.name, "id": each.id}
        for each in found.unmanaged
    ]
    if output == "table":
        return rows_as(output, rows, _COLUMNS) if rows else "No drift: every row is as the last apply left it."
    return rows_as(output, rows)


_COLUMNS = ("state", "address", "field", "applied", "now", "yaml", "role", "at")
_EMPTY: dict[str, Any] = dict.fromkeys((*_COLUMNS, "actor", "id"))


def _row(each: "Drift") -> dict[str, Any]:
    state = "deleted" if each.field is None else "changed"
    values = {"applied": _said(each.applied), "now": _said(each.now), "yaml": _said(each.wanted)}
    who = {"role": each.role, "actor": each.actor, "at": each.at}
    return {**_EMPTY, "state": state, "address": str(each.address), "field": each.field, **values, **who}


def _said(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json_line(value)


def _patch(found: "Found") -> Iterator[str]:
    """Commands that make the YAML say what the database says; what follows from other fields needs none."""
    for each in found.drift:
        kind, path = each.address
        if each.field is None and each.wanted is None:
            continue
        if each.field is None:
            yield f"invgit {_command(kind)} delete {path}"
        elif each.now != each.wanted and not each.derived:
            value = each.now if isinstance(each.now, str) else json_line(each.now)
            change = f"--clear {each.field}" if each.now is None else f"--set {each.field}={shlex.quote(line(value))}"
            yield f"invgit {_command(kind)} update {path} {change}"


def _command(kind: str) -> str:
    return "org" if kind == "organization" else kind
