"""What a scan says of a site, in the words of the model: one finding for each network interface, and its device."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from invgit.model.findings import Finding, Look, Remembered, Status
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device
from invgit.model.scans import Host, Scan
from invgit.sources.scan.absent import beyond, last_ip
from invgit.sources.scan.matching import Conflict, Match, Matching
from invgit.sources.scan.nics import Nic
from invgit.sources.scan.rows import told
from invgit.sources.scan.saying import Sayable
from invgit.sources.scan.settings import SOURCE, NetworkScan
from invgit.sources.scan.uplinks import uplinks
from invgit.text.inert import line

_UNKNOWN = "unknown"
"""The type of what nobody has described: no vendor tells what a thing is."""
_MAKER = 100


def look(
    scan: Scan,
    inventory: Inventory,
    site: str,
    at: datetime,
    known: Mapping[str, Remembered],
    wishes: NetworkScan,
    vendor: Callable[[str], str | None],
) -> Look:
    """What a scan has of a site: the same for the same hosts, in whatever order they came.

    `at` is when it was, where a host or its network does not say so itself; `known` is what earlier looks left, by key;
    `vendor` tells who made a MAC. Never fails for anything that a host may say.
    """
    matching = Matching(scan, inventory, site)
    seen = _Seen(scan, matching, at, known, wishes, vendor)
    by_key: dict[str, Finding] = {}
    for finding in (*seen.matched(), *seen.new(), *map(_conflicting, matching.conflicts)):
        by_key.setdefault(finding.key, finding)
    if wishes.connections == "propose":
        for finding in uplinks(matching, inventory):
            by_key.setdefault(finding.key, finding)
    there = {nic.key for nic in matching.nics if nic.key} & known.keys() - by_key.keys()
    unclear = {nic.key for nic in matching.refused if nic.key and nic.key in there and known[nic.key].agreed}
    out_of_sight = beyond(known, by_key.keys() | there, matching)
    warnings = [*scan.warnings, *matching.warnings, *_uncounted(matching)]
    return Look(
        SOURCE,
        site,
        tuple(by_key[key] for key in sorted(by_key)),
        complete=matching.coverage.is_complete,
        warnings=tuple(map(line, warnings)),
        beyond=out_of_sight | unclear,
        ignored=frozenset(there - unclear),
        sleepers=True,
    )


def _uncounted(matching: Matching) -> Iterator[str]:
    if number := matching.randomised:
        made_up = "MAC is locally administered" if number == 1 else "MACs are locally administered"
        yield (
            f"{number:,} {made_up} (likely randomised) and not declared: {'it is' if number == 1 else 'they are'}"
            " not proposed; declare the `mac` of what keeps it"
        )


class _Seen:
    """The interfaces of a scan on their way to findings."""

    def __init__(
        self,
        scan: Scan,
        matching: Matching,
        at: datetime,
        known: Mapping[str, Remembered],
        wishes: NetworkScan,
        vendor: Callable[[str], str | None],
    ) -> None:
        self.scan, self.matching, self.at, self.known = scan, matching, at, known
        self.wishes, self.vendor = wishes, vendor
        self.sayable = Sayable(matching)

    def matched(self) -> Iterator[Finding]:
        """A finding for each interface that is one of a device; nothing is said of it by its address alone."""
        for nic, match in sorted(self.matching.found.items(), key=lambda each: not each[1].is_sure):
            if not match.is_sure and match.port in self.matching.claimed:
                continue
            key = _key(nic, match)
            if key:
                said = self.sayable.of_port(nic, match) if match.is_sure else {}
                why, evidence = _reason(nic, match)
                yield self._finding(
                    key, nic, said, evidence, match.port.values.ip, entity=match.port.device.address, why=why
                )

    def new(self) -> Iterator[Finding]:
        """A finding for each interface that is nobody's, where there is anything to tell it by tomorrow."""
        for nic in self.matching.strangers:
            said = self.sayable.of_new(nic)
            if nic.key is None or not said.keys() & {"mac", "ip", "hostname"} or self._is_known_better(nic):
                continue
            said = {"name": _name(nic), "type": _UNKNOWN, **said}
            if maker := told(self._vendor(nic), _MAKER):
                said["manufacturer"] = maker
            evidence = {"mac": nic.mac} if nic.mac else {"ip": nic.ips[0]}
            yield self._finding(nic.key, nic, said, evidence, tentative=self._is_seldom(nic.key))

    def _is_seldom(self, key: str) -> bool:
        """Whether what nobody has described was seen too seldom yet; what was proposed once was not."""
        was = self.known.get(key)
        if was and (was.agreed or was.address):
            return False
        return (was.sightings if was else 0) + 1 < self.wishes.new_after

    def _is_known_better(self, nic: Nic) -> bool:
        """Whether an earlier look saw the hardware address of what is at an address, which this one could not."""
        return not nic.has_mac and any(self._at.get(ip, "").startswith("mac:") for ip in nic.ips)

    @cached_property
    def _at(self) -> Mapping[str, str]:
        return {ip: each.key for each in self.known.values() if (ip := last_ip(each))}

    def _finding(
        self,
        key: str,
        nic: Nic,
        said: Mapping[str, Any],
        evidence: Mapping[str, str],
        declared: str | None = None,
        **more: Any,
    ) -> Finding:
        return Finding(
            key,
            Device.kind,
            said,
            evidence,
            status=_status(nic),
            seen=self._when(nic),
            details=self._details(nic, declared),
            **more,
        )

    def _when(self, nic: Nic) -> datetime | None:
        """When it last showed life; what lies ahead is the difference of two clocks."""
        moments = [moment for host in nic.hosts if (moment := self._moment(host))]
        return min(max(moments), self.at) if moments else None

    def _moment(self, host: Host) -> datetime | None:
        if host.seen or host.state != "up":
            return _time(host.seen) if host.seen else None
        where = self.matching.coverage.of(host.ip) if host.ip else None
        return _time(where.at) if where else self.at

    def _details(self, nic: Nic, declared: str | None) -> dict[str, Any]:
        """What is observed, and belongs into no file."""
        now = [host.ip for host in nic.hosts if host.ip and host.state == nic.hosts[0].state]
        ip = declared if declared in now else next(iter(now), nic.ips[0] if nic.ips else None)
        where = self.matching.coverage.of(ip) if ip else None
        home = self.matching.ports.home(ip) if ip else None
        found = {
            "ip": ip,
            "addresses": list(nic.ips),
            "hostname": told(next((host.hostname for host in nic.hosts if host.hostname), None)),
            "vendor": told(self._vendor(nic)),
            "network": home.network.address.path if home else None,
            "method": told(where.method if where else self.scan.method),
        }
        return {name: value for name, value in found.items() if value}

    def _vendor(self, nic: Nic) -> str | None:
        return (self.vendor(nic.mac) if nic.mac else None) or nic.vendor


def _key(nic: Nic, match: Match) -> str | None:
    """A made-up MAC is a name only where a person has written down that very one."""
    if nic.has_mac and not nic.is_known_by_mac and match.by != "mac":
        return f"ip:{nic.ips[0]}" if nic.ips else None
    return nic.key


def _reason(nic: Nic, match: Match) -> tuple[str, dict[str, str]]:
    """Why an interface is a port, and what of it tells so: the same as long as it is."""
    ip = next((spot[1] for spot in match.port.spots if spot[1] in nic.ips), None)
    found = {
        "mac": nic.mac if match.by == "mac" or nic.is_known_by_mac else None,
        "ip": ip if "ip" in match.by.split() else None,
        "hostname": nic.label if "hostname" in match.by else None,
    }
    evidence = {name: text for name, text in found.items() if text}
    by = match.by.split(" and ")
    return f"the same {match.by}: {', '.join(evidence[name] for name in by if name in evidence)}", evidence


def _status(nic: Nic) -> Status | None:
    return "online" if any(host.state == "up" for host in nic.hosts) else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _name(nic: Nic) -> str:
    """What people call it, else the network; else its number: never what its maker is called."""
    given = next(filter(None, (told(host.name) for host in nic.hosts)), None)
    return given or nic.label or f"Device {nic.mac[-8:] if nic.mac else nic.ips[0]}"


def _conflicting(conflict: Conflict) -> Finding:
    details: dict[str, Any] = {
        "conflict": conflict.sentence,
        "ip": conflict.ip,
        "macs": list(conflict.macs),
    }
    if conflict.holder:
        details["holder"] = str(conflict.holder.address)
    if conflict.declared:
        details["declared"] = conflict.declared
    return Finding(f"conflict:{conflict.ip}", Device.kind, {}, {"ip": conflict.ip}, details=details, tentative=True)
