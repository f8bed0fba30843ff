"""Hosts on a made-up wire, and the inventory of a site to compare them with."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from support_inventory import read_and_checked

from invgit.model.fields import made
from invgit.model.findings import Finding, Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device
from invgit.model.scans import Covered, Host, Scan, Uplink
from invgit.sources.scan.differences import Differences, differences
from invgit.sources.scan.look import look
from invgit.sources.scan.settings import NetworkScan

SITE = "o/home"
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
THEN = "2026-06-01T11:59:00Z"
NAS, CAM, TV, STRANGER = (f"a0:1e:0b:00:00:{number}" for number in ("01", "02", "03", "99"))
MADE_UP, GUEST, VRRP = "92:c9:7c:00:00:01", "52:54:00:00:00:01", "00:00:5e:00:01:0a"
SITE_FILE = """\
site: {name: Home}
networks:
  lan: {name: LAN, cidr: 10.0.0.0/24, gateway: 10.0.0.1, dhcp: {from: 10.0.0.100, to: 10.0.0.199}, cidr6: "fd00:1::/64"}
  iot: {name: IoT, cidr: 10.0.20.0/24, dhcp: {from: 10.0.20.100, to: 10.0.20.199}}
"""
DEVICES = """\
defaults: {devices: {network: lan}}
devices:
  nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, ip: 10.0.0.5, hostname: nas}
  cam: {name: Camera, type: camera, mac: a0:1e:0b:00:00:02, ip: 10.0.0.6}
"""


def files_of(devices: str = DEVICES, *, site: str = SITE_FILE) -> dict[str, str]:
    """The files of a site with these devices."""
    return {
        "o/organization.yaml": "organization: {name: O}\n",
        "o/home/site.yaml": site,
        "o/home/devices.yaml": devices,
    }


def described(devices: str = DEVICES, more: Mapping[str, str] | None = None, *, site: str = SITE_FILE) -> Inventory:
    """The inventory of a site with these devices; it has no errors."""
    return understood({**files_of(devices, site=site), **(more or {})})


def understood(files: Mapping[str, str]) -> Inventory:
    """The inventory of files; it has no errors."""
    found, errors = read_and_checked(files)
    assert not errors, [f"{each.place} {each.message}" for each in errors]
    return found


def host(ip: str | None = None, mac: str | None = None, hostname: str | None = None, **more: Any) -> Host:
    """A row of a scan."""
    if isinstance(link := more.get("uplink"), dict):
        more["uplink"] = made(Uplink, link)
    said = {"ip": ip, "mac": mac, "hostname": hostname, **more}
    return made(Host, {name: value for name, value in said.items() if value is not None})


def covered(cidr: str, **more: Any) -> Covered:
    """A network that was looked at."""
    return made(Covered, {"cidr": cidr, "at": THEN, "method": "neighbours", **more})


LAN, IOT = covered("10.0.0.0/24"), covered("10.0.20.0/24")


def scan(*hosts: Host, networks: Iterable[Covered] = (LAN, IOT), **more: Any) -> Scan:
    """A scan that saw these."""
    return made(Scan, {"method": "neighbours", "networks": tuple(networks), "hosts": hosts, **more})


def no_vendor(mac: str) -> None:
    """Who made it, nobody knows."""


def seen(inventory: Inventory, *hosts: Host, known: Mapping[str, Remembered] | None = None, **more: Any) -> Look:
    """What the scan of these hosts has of the site."""
    wishes = made(NetworkScan, more.pop("wishes", {}))
    vendor = more.pop("vendor", no_vendor)
    return look(scan(*hosts, **more), inventory, SITE, AT, known or {}, wishes, vendor)


def differing(inventory: Inventory, *hosts: Host, **more: Any) -> Differences:
    """What differs between these hosts and the site."""
    return differences(scan(*hosts, **more), inventory, SITE, no_vendor)


def short(found: Differences) -> list[str]:
    """Differences in short: `changed nas ip: 10.0.0.5 → 10.0.0.9`, `untracked a0:… 10.0.0.9`."""
    said = []
    for row in found.rows:
        what = row.address.slug if row.address else row.mac
        if row.kind == "changed":
            said.append(f"changed {what} {row.field}: {row.declared} → {row.seen}")
        else:
            said.append(f"{row.kind} {what} {row.ip}")
    return said


def of(found: Look, key: str) -> Finding:
    """The finding of a key."""
    (one,) = [each for each in found.findings if each.key == key]
    return one


def keys(found: Look) -> list[str]:
    return [each.key for each in found.findings]


def remembered(found: Look) -> dict[str, Remembered]:
    """What a look leaves behind where nothing was proposed."""
    return {
        each.key: Remembered(each.key, each.kind, {}, address=each.entity, sightings=int(each.tentative))
        for each in found.findings
    }


def as_declared(inventory: Inventory, site: str = SITE) -> list[Host]:
    """A wire on which everything is as it was declared."""
    rows = []
    for device in inventory.of(Device):
        if device.address.site != site:
            continue
        for port in (device.values, *device.values.interfaces.values()):
            for ip in (port.ip, port.ip6) if port.ip or port.ip6 else (None,):
                if ip or port.mac:
                    reserved = True if ip and port.ip_from == "dhcp" else None
                    rows.append(host(ip, port.mac, port.hostname, reserved=reserved))
    return rows
