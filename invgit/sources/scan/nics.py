"""Rows of a scan as what they are rows of: one network interface with its addresses is one thing."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from invgit.model.kinds import Device
from invgit.model.scalars import normal
from invgit.model.scans import STATES, Host
from invgit.model.spec import specs
from invgit.model.subnets import in_order
from invgit.sources.scan.vendors import Sort, sort

_NO_NAME = re.compile(r"[0-9.]*|localhost(?:\..*)?|.*:.*", re.DOTALL)
"""What stands where a host name should: an address, or that of everybody."""


@dataclass(frozen=True, slots=True, eq=False)
class Nic:
    """A network interface that was seen: all rows of its hardware address; of one address, where none was seen.

    The hardware address of a virtual router is nobody's own: so is each of its addresses a thing of its own.
    """

    mac: str | None
    sort: Sort | None
    hosts: tuple[Host, ...]
    """What is up first, by address."""
    ips: tuple[str, ...]
    """All its addresses, IPv4 first, by number."""
    label: str | None
    """Its host name without its domain; None where it has none that could be one."""

    @property
    def key(self) -> str | None:
        """What it is called in findings; None of what comes and goes under another address each time."""
        if self.mac and self.sort != "virtual-router":
            return f"mac:{self.mac}"
        return f"ip:{self.ips[0]}" if self.ips else None

    @property
    def is_known_by_mac(self) -> bool:
        """Whether its hardware address tells it from all others, and does so tomorrow."""
        return self.sort in {"global", "virtual"}

    @property
    def has_mac(self) -> bool:
        """Whether a hardware address of its own was seen, even one that was made up."""
        return self.mac is not None and self.sort != "virtual-router"

    @property
    def is_there(self) -> bool:
        """Whether anything showed that it is there, and not only on a list."""
        return self.hosts[0].state != "listed"

    @property
    def vendor(self) -> str | None:
        """Who made it, in the words of whoever saw it."""
        return next((host.vendor for host in self.hosts if host.vendor), None)

    @property
    def shown(self) -> str:
        """How people are told of it."""
        return self.mac or self.ips[0]


def nics(hosts: Iterable[Host]) -> tuple[Nic, ...]:
    """The interfaces that rows are of, sorted: in whatever order the rows come. Multicast addresses are nobody's."""
    by_mac: dict[str, list[Host]] = defaultdict(list)
    by_ip: dict[str, list[Host]] = defaultdict(list)
    virtual: dict[str, list[Host]] = defaultdict(list)
    sorts: dict[str, Sort] = {}
    for host in hosts:
        mac = host.mac
        found = sorts.setdefault(mac, sort(mac)) if mac else None
        if mac and found in {"global", "virtual", "randomised"}:
            by_mac[mac].append(host)
        elif host.ip and found != "multicast":
            (virtual if found else by_ip)[host.ip].append(host)
    holders: dict[str, set[str]] = defaultdict(set)
    for mac, rows in by_mac.items():
        for row in rows:
            if row.ip:
                holders[row.ip].add(mac)
    for ip in [ip for ip in by_ip if len(holders.get(ip, ())) == 1]:  # another method saw the same, and less of it
        by_mac[next(iter(holders[ip]))] += by_ip.pop(ip)
    for ip in [ip for ip in by_ip if ip in virtual]:
        virtual[ip] += by_ip.pop(ip)
    made = [
        *(_nic(mac, sorts[mac], rows) for mac, rows in by_mac.items()),
        *(_nic(min(row.mac for row in rows if row.mac), "virtual-router", rows) for rows in virtual.values()),
        *(_nic(None, None, rows) for rows in by_ip.values()),
    ]
    return tuple(sorted(made, key=lambda nic: (nic.mac is None, nic.mac or "", *map(in_order, nic.ips))))


def _nic(mac: str | None, of: Sort | None, rows: list[Host]) -> Nic:
    ordered = tuple(sorted(rows, key=_row_order))
    ips = tuple(sorted({row.ip for row in rows if row.ip}, key=in_order))
    return Nic(mac, of, ordered, ips, next(filter(None, (label(row.hostname) for row in ordered)), None))


def _row_order(host: Host) -> tuple[Any, ...]:
    """What is up comes first; all that a row says counts, so that no order of rows is better than another."""
    uplink = host.uplink
    link = (uplink.mac, uplink.port or "", uplink.wireless) if uplink else ()
    words = (host.mac or "", host.hostname or "", host.name or "", host.seen or "", host.vendor or "")
    return (STATES.index(host.state), in_order(host.ip), *words, not host.reserved, host.scanner, link)


def label(hostname: str | None) -> str | None:
    """The first label of a host name, in lower case; None where it is no name that a host can have (RFC 1123)."""
    text = (hostname or "").strip().rstrip(".")
    if _NO_NAME.fullmatch(text.lower()):
        return None
    found: str | None = normal(specs()[Device.kind].by_name["hostname"].scalar, text.partition(".")[0])
    return found
