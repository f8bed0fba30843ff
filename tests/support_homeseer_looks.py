"""Looks at a HomeSeer without one: records, and what they come to at a small site."""

from datetime import UTC, datetime, timedelta
from typing import Any

from support_inventory import understood

from invgit import paths
from invgit.model.findings import Look
from invgit.sources.homeseer.answers import DeviceType, Record, Session
from invgit.sources.homeseer.collapse import collapse
from invgit.sources.homeseer.findings import look

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE = AT - timedelta(hours=1)
SESSION = Session()
SHIPPED = (paths.EXAMPLE / "catalog/homeseer.yaml").read_text(encoding="utf-8")
CATEGORIES = (paths.EXAMPLE / "catalog/categories.yaml").read_text(encoding="utf-8")
SITE = """\
site: {name: House}
zones:
  first-floor: {name: First floor, type: floor}
  upstairs: {name: Upstairs, type: floor}
  kitchen: {name: Küche, parent: first-floor}
  guest-room: {name: Guest room, parent: upstairs}
  bath-down: {name: Bath, parent: first-floor}
  bath-up: {name: Bath, parent: upstairs}
  garage: {name: Garage, type: garage}
"""
BASE = {
    "catalog/categories.yaml": CATEGORIES,
    "catalog/homeseer.yaml": SHIPPED,
    "o/organization.yaml": "organization: {name: O}",
    "o/house/site.yaml": SITE,
}


def record(ref: int, **said: Any) -> Record:
    numbers = said.pop("numbers", (0, 0, 0))
    return Record(ref, said.pop("name", f"Thing {ref}"), device_type=DeviceType(*numbers), **said)


def seen(*records: Record, session: Session = SESSION, rules: str = "", site: str = "", **more: Any) -> Look:
    """What these records come to, by the rules of every new inventory and some more."""
    files = {**BASE, "o/house/more.yaml": site or "devices: {}"}
    if rules:
        files["catalog/own.yaml"] = f"homeseer:\n{rules}"
    inventory = understood(files)
    return look(collapse(records), session, inventory, "o/house", AT, timedelta(days=7), **more)
