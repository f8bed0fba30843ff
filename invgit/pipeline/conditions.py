"""What people are told of, found where it stands: in files, in the database, in the dates of devices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.model.alerts import Alert, Condition
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.model.settings import lasting
from invgit.notify.news import Seen
from invgit.notify.settings import LATE, Notify
from invgit.pipeline.compiled import Compiled

if TYPE_CHECKING:
    from invgit.state.database import Connection


@dataclass(frozen=True, slots=True)
class Looked:
    """What holds now, and why not everything could be looked at."""

    seen: Seen
    hidden: tuple[str, ...] = ()


def look(settings: Settings, notify: Notify, connection: "Connection", compiled: Compiled, at: datetime) -> Looked:
    """Everything that the settings want to be told of. What cannot be looked at hides nothing else."""
    alerts: list[Alert] = []
    blind: set[tuple[Condition, str | None]] = set()
    hidden: list[str] = []
    wanted = set(notify.on)
    if wanted & {"failed-run", "late-run"}:
        alerts += _runs(settings, notify, connection, compiled.inventory, at)
    if compiled.failed and wanted & {"drift", "warranty"}:
        blind |= {("drift", None), ("warranty", None)}
        hidden.append("the inventory has errors: nobody could look for drift and warranties")
    elif not compiled.failed:
        alerts += _drift(connection, compiled.inventory) if "drift" in wanted else ()
        alerts += _warranties(compiled.inventory, at, lasting(notify.warranty_within)) if "warranty" in wanted else ()
    return Looked(Seen(tuple(alerts), frozenset(blind)), tuple(hidden))


def _runs(
    settings: Settings, notify: Notify, connection: "Connection", inventory: Inventory, at: datetime
) -> Iterator[Alert]:
    """Sources that did not answer the last time, or were not asked for too long; those that are still to be asked.

    What was never asked is not late: nobody knows since when.
    """
    from invgit.state.sync_runs import runs

    asked = {(source, site) for source, sites in vars(settings.sources).items() for site in sites}
    for found in runs(connection):
        source, site, last = found.source, found.site, found.last
        if (source, site) not in asked or last is None:
            continue
        key, name = f"{source} {site}", f"{site}: {source}"
        if last.outcome == "failed":
            yield Alert("failed-run", key, site, f"{name} could not be asked: {last.error or 'it is not known why'}")
        if at - last.started > lasting(notify.late_after.get(source, LATE)):
            yield Alert("late-run", key, site, f"{name} was not asked since {_local(last.started, inventory, site)}")


def _local(moment: datetime, inventory: Inventory, site: str) -> str:
    """A moment by the clocks of a site."""
    from zoneinfo import ZoneInfo

    found = inventory.get(Site, site)
    zone = (found.values.timezone if found else None) or "UTC"
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _drift(connection: "Connection", inventory: Inventory) -> Iterator[Alert]:
    """Every field that somebody has changed by hand; what was changed to is for who looks at it."""
    from invgit.apply.drift import find_drift

    for each in find_drift(connection, inventory).drift:
        what = f"{each.field} was changed" if each.field else "was deleted"
        who = f" by {each.role}" if each.role else ""
        key = f"{each.address} {each.field or ''}".rstrip()
        yield Alert("drift", key, each.address.site, f"{each.address}: {what}{who}, not by an apply")


def _warranties(inventory: Inventory, at: datetime, within: timedelta) -> Iterator[Alert]:
    """Warranties of devices in use that end soon."""
    from invgit.check.dates import warranties, warranty_ending
    from invgit.check.rule import Context
    from invgit.check.waivers import holds

    context = Context(inventory, at)
    for device, ends, today in warranties(context):
        quiet = device.values.maintenance or not device.values.is_active
        quiet = quiet or holds(context, device, warranty_ending.rule.code)
        if today <= ends <= today + within and not quiet:
            text = f"{device.address} ({device.label}): the warranty ends on {ends}"
            yield Alert("warranty", str(device.address), device.address.site, text)
