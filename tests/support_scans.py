"""A project with networks, and scans of them as files: what a method would have found."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from support_database import Database
from support_project import Project, Result

HOUSE = "ash-lane/house"
NETWORK = "10.61.0.0/24"
AT = "2026-06-01T12:00:00Z"

FILES = {
    "ash-lane/organization.yaml": "organization: {name: Ash Lane}\n",
    "ash-lane/house/site.yaml": """\
site: {name: House, timezone: Europe/London}
networks:
  lan:
    name: LAN
    cidr: 10.61.0.0/24
    gateway: 10.61.0.1
    dhcp: {from: 10.61.0.100, to: 10.61.0.199}
""",
    "ash-lane/house/devices.yaml": """\
# what has a cable
devices:
  router: {name: Router, type: router, network: lan, mac: "a4:2b:b0:00:00:01", ip: 10.61.0.1}
  switch: {name: Switch, type: switch, network: lan, mac: "a4:2b:b0:00:00:02", ip: 10.61.0.2}
  nas:   # two ports
    name: NAS
    type: nas
    network: lan
    mac: 00:11:32:00:00:10
    ip: 10.61.0.10
    hostname: nas
    interfaces: {eth1: {mac: "00:11:32:00:00:11", network: lan, ip: 10.61.0.11}}
  porch-camera: {name: Porch camera, type: camera, network: lan, mac: "9c:8e:cd:00:00:20", ip: 10.61.0.20}
  lamp: {name: Lamp, type: plug, network: lan, mac: "48:22:54:00:00:30", ip: 10.61.0.30}
""",
}
THERE = {
    "a4:2b:b0:00:00:01": "10.61.0.1",
    "a4:2b:b0:00:00:02": "10.61.0.2",
    "00:11:32:00:00:10": "10.61.0.10",
    "00:11:32:00:00:11": "10.61.0.11",
    "9c:8e:cd:00:00:20": "10.61.0.20",
    "48:22:54:00:00:30": "10.61.0.30",
}
"""Everybody who is declared, where they are declared."""


@dataclass(frozen=True)
class Wire:
    """Who is on the network, by hardware address, and what is known of each beside."""

    hosts: dict[str, str] = field(default_factory=lambda: dict(THERE))
    more: dict[str, dict[str, Any]] = field(default_factory=dict)

    def without(self, mac: str) -> "Wire":
        return replace(self, hosts={each: ip for each, ip in self.hosts.items() if each != mac})

    def with_(self, mac: str, ip: str, **more: Any) -> "Wire":
        return Wire({**self.hosts, mac: ip}, {**self.more, mac: more})

    def scan(self, at: str = AT, *, covered: bool = True) -> str:
        """The scan file of a look at all of it."""
        networks = [{"cidr": NETWORK, "at": at, "method": "neighbours"}] if covered else []
        hosts = [{"ip": ip, "mac": mac, **self.more.get(mac, {})} for mac, ip in self.hosts.items()]
        document = {"format": "invgit-scan/1", "site": HOUSE, "method": "neighbours", "networks": networks}
        return json.dumps({**document, "hosts": hosts}, indent=2)


class Watched(Project):
    """A project with the network of a house, applied to a database."""

    def __init__(self, root: Path, database: Database, settings: str = "missing_after: 2") -> None:
        super().__init__(root, database.applier)
        self.database = database
        self.write(FILES)
        text = f"database: {{env: PROJECT_DATABASE}}\nsources: {{scan: {{{HOUSE}: {{{settings}}}}}}}\n"
        self.root.joinpath("invgit.yaml").write_text(text, encoding="utf-8")
        assert self.run("apply", "--yes").code == 0

    def take(self, wire: Wire, *options: str, at: str = AT, covered: bool = True) -> Result:
        """Import a look at the network, which has to succeed."""
        path = self.root.parent / "scan.json"
        path.write_text(wire.scan(at, covered=covered), encoding="utf-8")
        result = self.run("network", "import", str(path), "--now", at, *options)
        assert result.code == 0, result
        return result

    def differences(self, wire: Wire) -> list[tuple[str, str | None, str | None]]:
        """What differs: how, at which device, at which address."""
        path = self.root.parent / "scan.json"
        path.write_text(wire.scan(), encoding="utf-8")
        result = self.run("network", "diff", str(path), "-o", "json")
        assert result.code == 0, result
        return sorted((each["kind"], each["device"], each["ip"]) for each in result.json)

    def proposals(self) -> list[dict[str, Any]]:
        """What is proposed."""
        listed = self.run("changes", "list", "-o", "json")
        assert listed.code == 0, listed
        found: list[dict[str, Any]] = listed.json
        return found

    def files(self) -> dict[str, bytes]:
        """Everything in the project's folder."""
        found = (each for each in self.root.rglob("*") if each.is_file())
        return {each.relative_to(self.root).as_posix(): each.read_bytes() for each in sorted(found)}
