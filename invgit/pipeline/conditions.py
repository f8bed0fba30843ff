"""What people are told of, found where it stands: in files, in the database, in the dates of devices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.errors import BrokenFile, InvgitError
from invgit.model.alerts import Alert, Condition
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Site
from invgit.model.settings import lasting
from invgit.notify.news import Situation
from invgit.notify.settings import Notify
from invgit.pipeline.asked import asked
from invgit.pipeline.changed import each_file
from invgit.propose.changes import Changes

if TYPE_CHECKING:
    from invgit.state.database import Connection

_PROPOSED: Mapping[Condition, str] = {"new-devices": "add", "missing-devices": "missing"}


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds now, and why not everything could be looked at."""

    situation: Situation
    hidden: tuple[InvgitError, ...] = ()


def holding(
    settings: Settings, notify: Notify, connection: "Connection", inventory: Inventory, at: datetime, *, whole: bool
) -> Holding:
    """Everything that the settings want to be told of. What cannot be looked at hides nothing else.

    An inventory that is not `whole`, as it has errors, says nothing of changes by hand and warranties.
    """
    alerts: list[Alert] = []
    blind: set[tuple[Condition, str | None]] = set()
    hidden: list[InvgitError] = []
    wanted = set(notify.on)
    if wanted & _PROPOSED.keys():
        try:
            for each in each_file(settings):
                alerts += _proposed(each.changes)
                if each.fault:
                    blind |= {(kind, each.site) for kind in _PROPOSED}
                    hidden.append(each.fault)
        except InvgitError as error:  # the folder itself
            blind |= {(kind, None) for kind in _PROPOSED}
            hidden.append(error)
    if wanted & {"failed-run", "late-run"}:
        alerts += _runs(settings, connection, inventory, at)
    if "address-conflict" in wanted:
        alerts += _conflicts(connection, inventory)
    if not whole and wanted & {"drift", "warranty"}:
        blind |= {("drift", None), ("warranty", None)}
        what = "the inventory has errors: nobody could look for changes by hand and warranties"
        hidden.append(BrokenFile(what, help="`invgit validate` shows them"))
    elif whole:
        alerts += _drift(connection, inventory) if "drift" in wanted else ()
        alerts += _warranties(inventory, at, lasting(notify.warranty_within)) if "warranty" in wanted else ()
    alerts = [each for each in alerts if each.kind in wanted]
    return Holding(Situation(tuple(alerts), frozenset(blind)), tuple(hidden))


def _proposed(found: Changes) -> Iterator[Alert]:
    """Devices that a change file proposes to add, or says to be missing: what is accepted or refused stands there no
    more.
    """
    for each in found.proposals:
        kind = next((kind for kind, op in _PROPOSED.items() if op == each.op), None)
        if kind is None or each.address.kind != Device.kind:
            continue
        name = f" ({each.after['name']})" if each.after.get("name") else ""
        what = "sees it, and it is not described" if each.op == "add" else "does not see it any more"
        yield Alert(kind, each.id, found.site, f"{each.address}{name}: {found.source} {what}")


def _runs(settings: Settings, connection: "Connection", inventory: Inventory, at: datetime) -> Iterator[Alert]:
    """Sources that did not answer the last time, or were not asked for too long; those that are still to be asked."""
    for found in asked(settings, connection, at):
        source, site, last = found.source, found.site, found.last
        if not found.wanted or last is None:
            continue
        key, name = f"{source} {site}", f"{site}: {source}"
        if last.outcome == "failed":
            yield Alert("failed-run", key, site, f"{name} could not be asked: {last.error or 'it is not known why'}")
        if found.late:
            yield Alert("late-run", key, site, f"{name} was not asked since {_local(last.started, inventory, site)}")


def _conflicts(connection: "Connection", inventory: Inventory) -> Iterator[Alert]:
    """Addresses that are somebody else's, too; of sites that are gone nobody hears."""
    from invgit.state.conflicts import conflicts

    for each in conflicts(connection):
        if inventory.get(Site, each.site):
            text = f"{each.site}: {each.sentence}, since {_local(each.since, inventory, each.site)}"
            yield Alert("address-conflict", f"{each.site} {each.ip}", each.site, text)


def _local(moment: datetime, inventory: Inventory, site: str) -> str:
    """A moment by the clocks of a site."""
    from zoneinfo import ZoneInfo

    zone = inventory.timezone(site) or "UTC"
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
