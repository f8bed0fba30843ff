"""Inventories without a command line: compiled from texts, planned, applied."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from invgit import pipeline
from invgit.apply.apply import Outcome, Stamp, apply
from invgit.apply.look import current_plan
from invgit.check import check
from invgit.config import Settings
from invgit.diagnostics import Diagnostic, Severity, has_errors
from invgit.model.derive import derive
from invgit.model.inventory import Inventory
from invgit.plan import Plan, diff
from invgit.read import RawFile, build, parse_files
from invgit.state.database import Connection

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
STAMP = Stamp("ada@example", "c0ffee" * 6 + "c0ff", dirty=False)
TINY = {
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": "site: {name: S}\ndevices: {nas: {name: NAS, type: nas}}",
}


def exchanged(text: str, *words: tuple[str, str]) -> str:
    """A text with some words exchanged, one after the other; each is there."""
    for old, new in words:
        assert old in text, old
        text = text.replace(old, new)
    return text


def read_and_checked(files: Mapping[str, str | bytes]) -> tuple[Inventory, list[Diagnostic]]:
    """What files compile to, as the pipeline does it, without a disk; and the errors in them."""
    raw = [
        RawFile(path, f"inventory/{path}", text if isinstance(text, bytes) else text.encode())
        for path, text in sorted(files.items())
    ]
    documents = parse_files(raw)
    inventory, refused = build(documents)
    found = [*documents.problems, *refused, *check(inventory, NOW)]
    return inventory, [each for each in found if each.severity is Severity.ERROR]


def understood(files: Mapping[str, str | bytes]) -> Inventory:
    """The inventory that files describe, with its derived fields; they have no errors. Nothing is written to a disk."""
    inventory, errors = read_and_checked(files)
    assert not errors, [f"{each.place} {each.code}: {each.message}" for each in errors]
    return derive(inventory)


def between(before: Inventory, after: Inventory, *, fresh: bool = False) -> Plan:
    """The plan from one to the other, as if the database held the first; `fresh`: what is equal is not loaded."""
    files = dict.fromkeys(before.stored, "inventory/before.yaml")
    digests = before.digests
    same = {address for address, digest in after.digests.items() if digests.get(address) == digest} if fresh else ()
    rest = Inventory(entity for address, entity in before.stored.items() if address not in same) if fresh else before
    return diff(after, rest, files, same)


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
