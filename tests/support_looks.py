"""Looks of a made-up controller, and what they come to beside an inventory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from support_inventory import read_and_checked

from invgit.model.findings import Finding, Look, Remembered
from invgit.model.inventory import Inventory
from invgit.propose.proposal import Proposal, Verdict
from invgit.propose.proposed import Proposed, proposed

SITE, REF = "o/home", "refs.homeseer"
OWNS = ("name", "type", "category", "zone")
TODAY = date(2026, 6, 1)
FILES = {
    "catalog/categories.yaml": "categories:\n  light: {name: Light}\n  other: {name: Other}\n",
    "catalog/types.yaml": "device_types:\n  dimmer: {name: Dimmer, category: light, manufacturer: Acme}\n",
    "o/organization.yaml": "organization: {name: O}\n",
    "o/home/site.yaml": "site: {name: Home}\nzones:\n  kitchen: {name: Kitchen}\n  hall: {name: Hall}\n",
    "o/home/devices.yaml": (
        "devices:\n"
        "  lamp: {name: Lamp, type: dimmer, zone: kitchen, refs: {homeseer: '1'}}\n"
        "  bell:\n    name: Door bell\n    type: bell   # ours\n"
        "  nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, serial: S1}\n"
    ),
    "o/cabin/site.yaml": "site: {name: Cabin}\n",
}


def inventory(files: Mapping[str, str] = FILES) -> Inventory:
    """The inventory of files without errors."""
    made, errors = read_and_checked(files)
    assert not errors, [f"{each.place} {each.message}" for each in errors]
    return made


def thing(key: str, name: str, *, needs: tuple[str, ...] = (), ref: bool = True, **said: Any) -> Finding:
    """A device that the controller has; `zone="kitchen"` is short for the path."""
    if "zone" in said and "/" not in said["zone"]:
        said["zone"] = f"{SITE}/{said['zone']}"
    refs = {"refs": {"homeseer": key}} if ref else {}
    return Finding(key, "device", {"name": name, "type": "dimmer", **refs, **said}, {"name": name}, needs)


def room(name: str, **said: Any) -> Finding:
    """A location that the controller has."""
    return Finding(f"location:{name}", "zone", {"name": name, **said}, {"location": name})


LAMP = thing("1", "Lamp", zone="kitchen", category="light")


def look(
    *findings: Finding,
    complete: bool = True,
    ref: str | None = "refs.homeseer",
    source: str = "homeseer",
    ignored: frozenset[str] = frozenset(),
    beyond: frozenset[str] = frozenset(),
    sleepers: bool = False,
) -> Look:
    """What the controller shows."""
    found = tuple(sorted(findings, key=lambda each: each.key))
    return Look(source, SITE, found, ref, complete, ignored=ignored, beyond=beyond, sleepers=sleepers)


class Runs:
    """One run after the other: what one remembers, the next one knows."""

    def __init__(self, files: Mapping[str, str] = FILES, *, owns: Iterable[str] = OWNS, missing_after: int = 2) -> None:
        self.inventory = inventory(files)
        self.owns, self.missing_after = tuple(owns), missing_after
        self.memory: tuple[Remembered, ...] = ()
        self.verdicts: dict[str, Verdict] = {}
        self.pending: tuple[Proposal, ...] = ()
        self.last = Proposed()

    def see(self, *findings: Finding, today: date = TODAY, **how: Any) -> "Runs":
        """A run with such a look."""
        given = {
            name: how.pop(name)
            for name in ("complete", "ref", "source", "ignored", "beyond", "sleepers")
            if name in how
        }
        self.last = proposed(
            look(*findings, **given),
            self.inventory,
            self.memory,
            self.verdicts,
            today,
            owns=self.owns,
            missing_after=self.missing_after,
            pending=self.pending,
            **how,
        )
        self.memory, self.pending = self.last.remember, self.last.proposals
        return self

    def now(self, files: Mapping[str, str]) -> "Runs":
        """Somebody edits the files."""
        self.inventory = inventory({**FILES, **files})
        return self

    def reject(self, address: str, verdict: Any = "reject", until: date | None = None) -> "Runs":
        """Somebody does not want the proposal for an address."""
        (found,) = [each for each in self.last.proposals if str(each.address) == address]
        self.verdicts[found.id] = Verdict(verdict, found.digest, until=until)
        return self

    def forget_file(self) -> "Runs":
        """The change file is lost."""
        self.pending = ()
        return self

    @property
    def said(self) -> list[str]:
        """The proposals in short: `add device:o/home/x name, type`."""
        return [f"{each.op} {each.address} {', '.join(each.after)}" for each in self.last.proposals]

    @property
    def edits(self) -> list[str]:
        """Updates in short: `lamp zone: o/home/kitchen → o/home/hall`."""
        return [
            f"{each.address.slug} {path}: {each.before.get(path)} → {after}"
            for each in self.last.proposals
            for path, after in each.after.items()
        ]


def with_evidence(finding: Finding, **evidence: str) -> Finding:
    """The same, said by something else."""
    return replace(finding, evidence={**finding.evidence, **evidence})
