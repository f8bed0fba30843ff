"""Looks of a made-up scan: a finding for each network port, as it found which device that is."""

from collections.abc import Iterable, Mapping
from typing import Any

from support_looks import SITE, Runs, inventory

from invgit.edit.draft import Draft
from invgit.model.entity import Address
from invgit.model.findings import Finding
from invgit.propose.accept import accept
from invgit.propose.proposal import Proposal
from invgit.sources.scan.settings import NetworkScan

FILES = {
    "catalog/categories.yaml": "categories:\n  other: {name: Other}\n",
    "o/organization.yaml": "organization: {name: O}\n",
    "o/home/site.yaml": (
        "site: {name: Home}\n"
        "networks:\n"
        "  lan: {name: LAN, cidr: 10.0.0.0/24}\n"
        "  iot: {name: IoT, cidr: 10.0.20.0/24}\n"
    ),
    "o/home/devices.yaml": (
        "devices:\n"
        "  nas:\n    name: NAS   # two ports\n    type: nas\n    mac: a0:1e:0b:00:00:01\n"
        "    interfaces:\n      eth1: {mac: a0:1e:0b:00:00:02}\n"
        "  tv: {name: TV, type: tv, mac: a0:1e:0b:00:00:03}\n"
        "  switch: {name: Switch, type: switch, mac: a0:1e:0b:00:00:07}\n"
    ),
    "o/cabin/site.yaml": "site: {name: Cabin}\n",
    "o/cabin/devices.yaml": "devices:\n  router: {name: Router, type: router, mac: a0:1e:0b:00:00:0f}\n",
}
NAS, TV, SWITCH = (Address("device", f"{SITE}/{slug}") for slug in ("nas", "tv", "switch"))


def mac(number: int) -> str:
    """A hardware address of a maker."""
    return f"a0:1e:0b:00:00:{number:02x}"


def port(number: int, of: Address | None = None, *, eth: str = "", **said: Any) -> Finding:
    """A port that was seen: the main one of a device, or one of its further ones."""
    values = {"mac": mac(number), **said}
    said = {"interfaces": {eth: values}} if eth else values
    return Finding(
        f"mac:{mac(number)}", "device", said, {"mac": mac(number)}, entity=of, why="the same mac" if of else ""
    )


def unknown(number: int, name: str, **said: Any) -> Finding:
    """A port of what is not described."""
    return port(number, name=name, type="other", **said)


def conflict(ip: str) -> Finding:
    """Two that have one address."""
    return Finding(f"conflict:{ip}", "device", {}, details={"conflict": f"{ip} is two", "ip": ip}, tentative=True)


class Scans(Runs):
    """One scan after the other."""

    def __init__(self, files: Mapping[str, str] = FILES, missing_after: int = 2) -> None:
        super().__init__(files, owns=NetworkScan().owns, missing_after=missing_after)
        self.files = dict(files)

    def see(self, *findings: Finding, **how: Any) -> "Scans":
        """A scan."""
        super().see(*findings, **{"ref": None, "source": "scan", "sleepers": True} | how)
        return self

    def now(self, files: Mapping[str, str]) -> "Scans":
        """Somebody edits the files."""
        self.files |= files
        self.inventory = inventory(self.files)
        return self

    def accept(self, some: Iterable[Proposal]) -> "Scans":
        """Somebody accepts proposals: the files say so afterwards."""
        draft = Draft(self.inventory, {path: text.encode() for path, text in self.files.items()}, "inventory")
        accept(draft, list(some))
        for edit in draft.edits():
            assert edit.after is not None
            self.files[edit.path] = edit.after.decode()
        return self.now({})
