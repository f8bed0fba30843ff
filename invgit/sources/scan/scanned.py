"""A scan of networks, by the method that is asked for, or the best that there is."""

import ipaddress
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from invgit.errors import SourceError
from invgit.model.fields import made_alike
from invgit.model.scans import Covered, Scan
from invgit.sources.scan import arp_scan, nmap, powershell
from invgit.sources.scan.machine import Network, Part, Reach, interfaces, reach
from invgit.sources.scan.names import names, servers
from invgit.sources.scan.neighbours import Neighbours, Progress
from invgit.sources.scan.rows import Rows
from invgit.sources.scan.settings import Method
from invgit.sources.scan.targets import Target

_MOST_OF_ONE = 32
"""So many addresses a machine may have on its networks; who answers for more answers for others (RFC 1027)."""
_NEIGHBOURS = "neighbours"
_FROM_THERE = "scan from a machine that is on it, or with --method nmap, which sees no hardware addresses from afar"


def _nobody(_: int, __: int) -> None:
    """Nobody waits."""


def scan(
    targets: Sequence[Target], site: str, at: datetime, *, method: Method, quick: bool, progress: Progress = _nobody
) -> Scan:
    """Who is on the networks of a site. `progress` is told how many addresses are done, and of how many.

    `auto` is arp-scan where it is installed and permitted, else neighbours; on Windows powershell. A `quick` scan asks
    everybody once and for no names, and does not tell who is not there. Nothing is sent to an address outside the
    targets, but for one question to all on the link of a network of IPv6. Raises SourceError where a method is missing
    or fails, or where none of the networks can be seen from here.
    """
    if sys.platform == "win32" and method in {_NEIGHBOURS, arp_scan.NAME}:
        raise SourceError(f"the method {method} is not for Windows", help="--method powershell does the same there")
    chosen: Method = "powershell" if method == "auto" and sys.platform == "win32" else method
    look = _Look(tuple(targets), at.astimezone(UTC).isoformat().replace("+00:00", "Z"), quick=quick, progress=progress)
    if chosen == powershell.NAME:  # which asks for names itself
        found = _not_for_others(look.by_powershell())
    else:
        found = _not_for_others(look.by_nmap(at) if chosen == nmap.NAME else look.on_links(chosen))
        found = found if quick else _named(found, targets)
    return made_alike(Scan, {**vars(found), "site": site})


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked at, and how."""

    targets: tuple[Target, ...]
    at: str
    quick: bool
    progress: Progress

    def by_powershell(self) -> Scan:
        """What Windows knows."""
        four = self._networks(4)
        if not four:
            raise SourceError("the method powershell looks at IPv4 networks, and none of these is one")
        self._told(four, 0)
        found = powershell.look(four, quick=self.quick)
        self._told(four, 1)
        return found

    def on_links(self, method: Method) -> Scan:
        """Who is on this machine's own links, by the neighbour table or arp-scan."""
        seen = reach([*self._networks(4), *self._networks(6)])
        if not seen.parts:
            listed = ", ".join(map(str, seen.beyond))
            raise SourceError(f"this machine is on none of these networks: {listed}", help=_FROM_THERE)
        four, six = ([part for part in seen.parts if part.network.version == version] for version in (4, 6))
        rows = None
        warnings = list(_unseen(seen))
        if four and (method == arp_scan.NAME or (method == "auto" and arp_scan.permitted())):
            try:
                rows = self._by_arp_scan(four)
            except SourceError as error:
                if method == arp_scan.NAME:
                    raise
                warnings.append(f"{error.message}; the neighbour table was asked instead")
        if rows is None:
            rows = Rows("the scan", _NEIGHBOURS)
            self._by_neighbours(rows, seen.parts)
        elif six:
            self._by_neighbours(rows, six)
        _scanner(rows, seen.parts)
        rows.warnings += warnings
        return rows.scan(none=True)

    def _by_arp_scan(self, parts: list[Part]) -> Rows:
        rows = Rows("the scan", arp_scan.NAME)
        rows.privileged = True
        networks = [part.network for part in parts]
        self._told(networks, 0)
        arp_scan.look(parts, rows, quick=self.quick)
        self._told(networks, 1)
        rows.networks += [self._covered(each, arp_scan.NAME, complete=not self.quick) for each in networks]
        return rows

    def _by_neighbours(self, rows: Rows, parts: list[Part]) -> None:
        found = Neighbours(parts, quick=self.quick, progress=self.progress)
        found.look()
        for ip, mac in found.there.items():
            rows.add(ip, mac)
        for ip, mac in found.unsure.items():
            rows.add(ip, mac, state="unsure")
        for part in parts:
            asked = all(part.network != each.network for each in found.unasked.values())
            complete = part.network.version == 4 and not self.quick and asked
            rows.networks.append(self._covered(part.network, _NEIGHBOURS, complete=complete))
        if found.unasked:
            many = f"{len(found.unasked):,} addresses were" if len(found.unasked) > 1 else f"{min(found.unasked)} was"
            rows.warnings.append(
                f"{many} not asked: the kernel's table of neighbours is full"
                " (as root: sysctl -w net.ipv4.neigh.default.gc_thresh3=8192)"
            )
        if found.deaf:
            rows.warnings.append(
                "of IPv6 only hosts were seen that this machine had spoken with: it may not ping"
                ' (as root: sysctl -w net.ipv4.ping_group_range="0 2147483647")'
            )

    def by_nmap(self, at: datetime) -> Scan:
        """Who answers nmap; on this machine's own links also who is known by his hardware address alone."""
        four, six = self._networks(4), self._networks(6)
        seen = reach([*four, *six])
        near = [part for part in seen.parts if part.network.version == 4]
        table = Neighbours(near, quick=self.quick, progress=_nobody)
        privileged = nmap.privileged()
        self._told(four, 0)
        found = nmap.look(four, at, quick=self.quick) if four else made_alike(Scan, {"method": nmap.NAME})
        self._told(four, 1)
        known = {} if privileged else table.known()
        rows = Rows("the scan", nmap.NAME)
        rows.privileged = privileged
        for host in found.hosts:
            if host.ip not in table.own:
                mac = host.mac or (known.get(host.ip) if host.ip else None)
                rows.add(host.ip, mac, hostname=host.hostname, vendor=host.vendor)
        answered = {host.ip for host in found.hosts}
        for ip, mac in known.items():
            if ip not in answered:
                rows.add(ip, mac, state="up" if ip in table.there else "unsure")
        whole = {str(part.network) for part in near}
        for each in found.networks:
            here = each.cidr in whole
            complete = here and privileged and not self.quick
            rows.networks.append(
                self._covered(ipaddress.ip_network(each.cidr), nmap.NAME, complete=complete, macs=here)
            )
        rows.warnings += [each for each in found.warnings if each.partition(": ")[0] not in whole]
        if on_links := [part for part in seen.parts if part.network.version == 6]:
            self._by_neighbours(rows, on_links)
        _scanner(rows, seen.parts)
        return rows.scan(none=True)

    def _networks(self, version: int) -> list[Network]:
        found = (ipaddress.ip_network(each.cidr) for each in self.targets)
        return [each for each in found if each.version == version]

    def _covered(self, network: Network, method: str, *, complete: bool, macs: bool = True) -> Covered:
        said = {"cidr": str(network), "at": self.at, "method": method, "macs": macs, "complete": complete}
        return made_alike(Covered, said)

    def _told(self, networks: Sequence[Network], part: int) -> None:
        total = sum(each.num_addresses for each in networks)
        self.progress(part * total, total)


def _unseen(seen: Reach) -> list[str]:
    """What of the networks cannot be seen from here, a sentence each."""
    away = [f"{each} was not looked at: this machine has no address in it; {_FROM_THERE}" for each in seen.beyond]
    return away + [
        f"of {network} only {part} was looked at: the rest is not on this machine's link; {_FROM_THERE}"
        for network, part in seen.cut
    ]


def _scanner(rows: Rows, parts: Sequence[Part]) -> None:
    """This machine is on its networks, too, and nobody asks it."""
    for interface in interfaces():
        for each in interface.addresses:
            if any(each.version == part.network.version and each.ip in part.network for part in parts):
                rows.add(str(each.ip), interface.mac, scanner=True)


def _not_for_others(found: Scan) -> Scan:
    """Where one machine answers for nearly everybody, nobody knows who of them is there."""
    many = Counter(host.mac for host in found.hosts if host.mac)
    proxies = {mac for mac, number in many.items() if number > _MOST_OF_ONE}
    if not proxies:
        return found
    hosts = tuple(
        made_alike(type(host), {**vars(host), "state": "unsure"}) if host.mac in proxies else host
        for host in found.hosts
    )
    told = [f"{mac} answers for {many[mac]:,} addresses, as a proxy does: they may be nobody's" for mac in proxies]
    return made_alike(Scan, {**vars(found), "hosts": hosts, "warnings": (*found.warnings, *sorted(told))})


def _named(found: Scan, targets: Sequence[Target]) -> Scan:
    """With the names that the name servers of the networks give: those that are declared, and those that we use."""
    networks = [(ipaddress.ip_network(each.cidr), each.resolvers) for each in targets]
    ours: list[str] = []
    with suppress(OSError):
        ours = list(servers(Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace")))
    inside = [ip for ip in ours if any(_in(ip, network) for network, _ in networks)]
    asked = {}
    for host in found.hosts:
        if host.ip and host.state == "up" and not host.hostname:
            declared = [ip for network, known in networks if _in(host.ip, network) for ip in known]
            asked[host.ip] = tuple(dict.fromkeys((*declared, *inside)))[:3]
    known = names({ip: some for ip, some in asked.items() if some})
    hosts = tuple(
        made_alike(type(host), {**vars(host), "hostname": known[host.ip]}) if host.ip in known else host
        for host in found.hosts
    )
    return made_alike(Scan, {**vars(found), "hosts": hosts})


def _in(ip: str, network: Network) -> bool:
    return ipaddress.ip_address(ip) in network
