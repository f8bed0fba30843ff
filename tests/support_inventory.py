"""Inventories without a command line: compiled from texts, planned, applied."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from invgit import pipeline
from invgit.apply import Outcome, Stamp, apply, current_plan
from invgit.config import Settings
from invgit.diagnostics import has_errors
from invgit.model.derive import derive
from invgit.model.inventory import Inventory
from invgit.plan import Plan
from invgit.state.database import Connection

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
STAMP = Stamp("ada@example", "c0ffee" * 6 + "c0ff", dirty=False)
TINY = {
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": "site: {name: S}\ndevices: {nas: {name: NAS, type: nas}}",
}


def compiled(files: dict[str, str]) -> Inventory:
    """The inventory that files describe, with its derived fields; they have no errors."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, "inventory", path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        Path(folder, "inventory").mkdir(exist_ok=True)
        found = pipeline.compile_inventory(Settings(Path(folder)), NOW)
    assert not has_errors(found.diagnostics), [
        f"{each.place} {each.code}: {each.message}" for each in found.diagnostics
    ]
    return derive(found.inventory)


def applied(connection: Connection, files: dict[str, str] | Inventory, *, sites: tuple[str, ...] = ()) -> Outcome:
    """Apply what files describe."""
    wanted = files if isinstance(files, Inventory) else compiled(files)
    return apply(connection, wanted, STAMP, sites=sites, timeout=10)


def planned(connection: Connection, files: dict[str, str] | Inventory, *, sites: tuple[str, ...] = ()) -> Plan:
    """What applying them would do."""
    return current_plan(connection, files if isinstance(files, Inventory) else compiled(files), sites)


def changes(plan: Plan) -> list[str]:
    """A plan in short: `update device:o/s/nas name, ip`."""
    return [
        (
            " ".join(
                filter(None, [change.action.value, str(change.address), ", ".join(each.name for each in change.fields)])
            )
            if change.action.value == "update"
            else f"{change.action.value} {change.address}"
        )
        for change in plan.changes
    ]
