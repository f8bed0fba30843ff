"""`invgit status`: the database in a few numbers, what sources saw, and what people were told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from invgit.cli.main import Session
from invgit.cli.options import embedded_option, now_option, output_option
from invgit.cli.views.table import rows_as
from invgit.model.times import normal_moment
from invgit.text.inert import line
from invgit.text.words import ago, count

if TYPE_CHECKING:
    from invgit.pipeline import Asked
    from invgit.state.conflicts import Conflict
    from invgit.state.history import Run
    from invgit.state.report import Status

_COLUMNS = ("id", "carried_out", "generation", "applied_at", "actor", "commit")
_PARTS = ("kinds", "devices", "sources", "conflicts", "alerts")
_LISTED = 5
"""So many alerts of one sort at a site are shown one by one beside everything else."""
Rows = Sequence[Mapping[str, Any]]


@click.command("status")
@click.argument("apply_id", metavar="[APPLY-ID]", required=False, type=click.UUID)
@click.option("--only", "part", type=click.Choice(_PARTS), help="Show one part; -o json, yaml and csv show kinds.")
@output_option
@now_option
@embedded_option
@click.pass_obj
def command(
    session: Session, apply_id: UUID | None, part: str | None, output: str, now: datetime, *, embedded: bool
) -> int:
    """Show who applied last, how many rows are managed, changed by hand since, or not managed at all; how many devices
    are online, when sources were asked last, which addresses two hosts have, and what people were told and is still so.

    With the id of an apply: whether that one was carried out, as which generation, and by whom.
    """
    from invgit import pipeline
    from invgit.state import alerts, conflicts, database, history, observed, report

    settings = session.settings(embedded=embedded)
    with pipeline.database(settings, "status", session.say) as connection:
        if apply_id is not None:
            run = history.run(connection, str(apply_id))
            seen = {name: getattr(run, name, None) for name in _COLUMNS}
            seen |= {"id": str(apply_id), "carried_out": run is not None}
            click.echo(rows_as(output, [seen]))
            return 0
        status = report.status(connection, database.identity(connection))
        sites = observed.by_site(connection)
        asked = pipeline.asked(settings, connection, now)
        twice = conflicts.conflicts(connection)
        told = {(each.kind, each.key): each for found in alerts.told(connection).values() for each in found}
    short = output == "table"
    parts: dict[str, Rows] = {
        "kinds": _kinds(status),
        "devices": [asdict(each) for each in sites],
        "sources": [_source_shown(each, now) if short else _source(each) for each in asked],
        "conflicts": [_conflict(each, now, short=short) for each in twice],
        "alerts": [asdict(each) for _, each in sorted(told.items())],
    }
    if part or not short:
        click.echo(rows_as(output, parts[part or "kinds"]))
        return 0
    click.echo(_head(status.identity, status.last))
    parts["alerts"], parts["conflicts"] = _few(parts["alerts"]), _few_conflicts(parts["conflicts"])
    for rows in parts.values():
        if rows:
            click.echo()
            click.echo(rows_as(output, rows))
    return 0


def _head(identity: str, last: "Run | None") -> str:
    lines = [f"database   {identity}"]
    if last:
        dirty = " with uncommitted changes" if last.dirty else ""
        commit = f", commit {last.commit[:12]}{dirty}" if last.commit else ""
        when = f"{last.applied_at:%Y-%m-%d %H:%M:%S} UTC"
        lines.append(f"generation {last.generation}, applied {when} by {line(last.actor)}{commit}")
        lines.append(f"apply      {last.id}")
    else:
        lines.append("generation 0, nothing was applied yet")
    return "\n".join(lines)


def _kinds(status: "Status") -> Rows:
    return [
        {"kind": kind, "managed": counts.managed, "drifted": counts.drifted, "unmanaged": counts.unmanaged}
        for kind, counts in status.kinds.items()
    ]


def _state(one: "Asked") -> str:
    """How it stands with a source, in a few words: what is wrong is written large."""
    told = one.last.outcome.replace("failed", "FAILED") if one.last else "never asked"
    return ", ".join([told, *(["LATE"] if one.late else []), *([] if one.wanted else ["not in invgit.yaml"])])


def _source_shown(one: "Asked", now: datetime) -> dict[str, Any]:
    last, good = one.last, one.good
    warnings = count(len(last.warnings), "warning") if last and last.warnings else ""
    return {
        "source": one.source,
        "site": one.site,
        "last run": ago(now - last.started) if last else "",
        "state": _state(one),
        "last good": ago(now - good.started) if good else "",
        "found": good.total if good else None,
        "remark": (last.error or warnings) if last else "",
    }


def _source(one: "Asked") -> dict[str, Any]:
    last = one.last
    names = ("total", "created", "updated", "deleted", "skipped", "failed", "error")
    return {
        "source": one.source,
        "site": one.site,
        "wanted": one.wanted,
        "outcome": last.outcome if last else None,
        "late": one.late,
        "kind": last.kind if last else None,
        "started": _moment(last.started) if last else None,
        "seconds": last.took.total_seconds() if last else None,
        "last_good": _moment(one.good.started) if one.good else None,
        "looked": _moment(one.looked) if one.looked else None,
        **{name: getattr(last, name, None) for name in names},
        "warnings": list(last.warnings) if last else [],
    }


def _conflict(one: "Conflict", now: datetime, *, short: bool) -> dict[str, Any]:
    since = ago(now - one.since) if short else _moment(one.since)
    return {"site": one.site, "ip": one.ip, "since": since, "conflict": one.sentence}


def _few(alerts: Rows) -> Rows:
    """Alerts one by one, but for those of which there are very many: they are counted."""
    found: list[Mapping[str, Any]] = []
    for (kind, site), group in groupby(sorted(alerts, key=_sort), _sort):
        same = list(group)
        words = f"{len(same):,} of them: `invgit status --only alerts` lists them"
        found += same if len(same) <= _LISTED else [{"kind": kind, "key": "", "site": site or None, "text": words}]
    return found


def _few_conflicts(conflicts: Rows) -> Rows:
    """The conflicts of each site, but for a site with very many: there somebody answers for a whole network."""
    found: list[Mapping[str, Any]] = []
    for site, group in groupby(conflicts, lambda row: row["site"]):
        same = list(group)
        words = f"{len(same):,} of them: `invgit status --only conflicts` lists them"
        found += same if len(same) <= _LISTED else [{"site": site, "ip": "", "since": "", "conflict": words}]
    return found


def _sort(alert: Mapping[str, Any]) -> tuple[str, str]:
    return alert["kind"], alert["site"] or ""


def _moment(moment: datetime) -> str:
    return normal_moment(moment.isoformat())
