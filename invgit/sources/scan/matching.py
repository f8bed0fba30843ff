"""Who on the wire is which port of which device: by what only one has, else by several things that agree.

A MAC that a device was given tells it. An address may be anybody's one day: it tells a device with the host name. Alone
it only tells that somebody is there, of what has no MAC that could be seen or compared. A host name alone is a guess,
for what has nothing else. Nothing is matched across sites: all of them have the same private addresses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from invgit.model.entity import Address, AnyEntity, Entity
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Reservation
from invgit.model.scans import Scan
from invgit.model.subnets import in_order
from invgit.sources.scan.coverage import Coverage
from invgit.sources.scan.nics import Nic, label, nics
from invgit.sources.scan.ports import Port, Ports, Spot

By = Literal["mac", "ip and hostname", "hostname", "ip"]
_LISTED = 5
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Match:
    """The port that an interface is, and by what."""

    port: Port
    by: By

    @property
    def is_sure(self) -> bool:
        """Whether more than the address tells so: only then can anything be said of it."""
        return self.by != "ip"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An address that is answered by somebody who should not, or by two."""

    ip: str
    macs: tuple[str, ...]
    """Who answers, sorted."""
    holder: Entity[Device] | Entity[Reservation] | None
    """What the address was given to."""
    port: Port | None
    """Of a device."""
    declared: str | None
    """The MAC that it is for."""
    instead: str | None
    """The one that answers instead, where it is a stranger's: perhaps the device has a new one."""
    sentence: str


class Matching:
    """A scan beside the inventory of its site: the same, in whatever order the hosts come."""

    def __init__(self, scan: Scan, inventory: Inventory, site: str) -> None:
        self.site = site
        self.coverage = Coverage(scan.networks)
        self.ports = Ports(inventory, site)
        self.nics = nics(scan.hosts)
        self.found: dict[Nic, Match] = {}
        """The interfaces that are ports of devices."""
        self.refused: set[Nic] = set()
        """Those that could be several."""
        self.elsewhere: dict[Nic, Entity[Device]] = {}
        """Those of devices that are described at another site."""
        self.kept: dict[Nic, Entity[Reservation]] = {}
        """Those that a reservation speaks for."""
        self.usurped: dict[Nic, set[Spot]] = defaultdict(set)
        """Addresses that strangers answer at, and others were given."""
        self._told: list[str] = []
        self._by_mac()
        self._by_ip()
        self._by_hostname()
        self._reserved()
        self.conflicts = tuple(sorted(self._conflicts(), key=lambda each: in_order(each.ip)))

    # what became of them

    @cached_property
    def claimed(self) -> frozenset[Port]:
        """The ports that are surely there."""
        return frozenset(match.port for match in self.found.values() if match.is_sure)

    @cached_property
    def contested(self) -> frozenset[str]:
        """Addresses that are answered by somebody who should not, or by two."""
        return frozenset(each.ip for each in self.conflicts)

    @cached_property
    def strangers(self) -> tuple[Nic, ...]:
        """What is nobody's: not what has a made-up MAC, which is not even its own tomorrow."""
        return tuple(nic for nic in self._open() if nic.sort in {None, "global", "virtual"} and not self._usurper(nic))

    @cached_property
    def routers(self) -> tuple[Nic, ...]:
        """Addresses of virtual routers that nobody speaks for."""
        free = (nic for nic in self._open() if nic.sort == "virtual-router")
        return tuple(nic for nic in free if not self.ports.gateways.intersection(map(self.ports.spot, nic.ips)))

    @cached_property
    def randomised(self) -> int:
        """How many made-up MACs there are that nobody has declared."""
        return sum(nic.sort == "randomised" and not self._usurper(nic) for nic in self._open())

    @property
    def warnings(self) -> list[str]:
        """What could not be matched, one sentence each, the first few."""
        more = [f"… and {len(self._told) - _TOLD:,} more that could not be matched"] if self._told[_TOLD:] else []
        return sorted(self._told)[:_TOLD] + more

    @cached_property
    def bare(self) -> frozenset[str]:
        """Addresses that somebody answers at of whom no hardware address was seen."""
        return frozenset(ip for nic in self.nics if nic.is_there and not nic.has_mac for ip in nic.ips)

    def _usurper(self, nic: Nic) -> bool:
        return bool(nic.ips) and self.usurped.get(nic, set()).issuperset(map(self.ports.spot, nic.ips))

    def _open(self) -> Iterator[Nic]:
        out: tuple[Iterable[Nic], ...] = (self.found, self.refused, self.elsewhere, self.kept)
        return (nic for nic in self.nics if not any(nic in each for each in out))

    def _refuse(self, nic: Nic, why: str) -> None:
        self.refused.add(nic)
        self._told.append(why)

    # by what only one has

    def _by_mac(self) -> None:
        for nic in self.nics:
            if nic.mac is None or not nic.has_mac:
                continue
            ports = self.ports.by_mac.get(nic.mac, [])
            if len(devices := {port.device.address for port in ports}) > 1:
                self._refuse(nic, f"{nic.mac} could be {_listed(devices)}: nothing is proposed for it")
            elif ports:
                spots = set(map(self.ports.spot, nic.ips))
                self.found[nic] = Match(next((port for port in ports if spots & {*port.spots}), ports[0]), "mac")
            elif nic.mac in self.ports.elsewhere:
                self.elsewhere[nic] = other = self.ports.elsewhere[nic.mac]
                self._told.append(f"{nic.mac} is {other.address}, which is described at another site")

    # by its address

    def _by_ip(self) -> None:
        wanted: dict[Port, list[tuple[Nic, bool]]] = defaultdict(list)
        for nic in self._open():
            might = list(self._might_be(nic))
            ports = [port for port, sure in might if sure] or [port for port, _ in might]
            if len(devices := {port.device.address for port in ports}) > 1:
                self._refuse(nic, f"{nic.shown} could be {_listed(devices)}: nothing is proposed for it")
            elif ports:
                wanted[ports[0]].append((nic, (ports[0], True) in might))
        taken = {match.port for match in self.found.values()}
        for port, claims in wanted.items():
            self._give(port, claims, free=port not in taken)

    def _might_be(self, nic: Nic) -> Iterator[tuple[Port, bool]]:
        """The ports that were given an address of an interface, and whether they are called the same."""
        for spot in map(self.ports.spot, nic.ips):
            for port in self.ports.by_spot.get(spot, ()):
                sure = nic.label is not None and nic.label in {port.label, _main_label(port)}
                if sure or not nic.has_mac or port.values.mac is None:
                    yield port, sure

    def _give(self, port: Port, claims: list[tuple[Nic, bool]], *, free: bool) -> None:
        """Give a port what answers at its addresses: one interface with a MAC, or what shows none."""
        sure = [nic for nic, is_sure in claims if is_sure and nic.has_mac]
        able = (sure or [nic for nic, _ in claims if nic.has_mac]) if free else []
        if len(able) > 1:
            who = _listed(nic.shown for nic in able)
            for nic in able:
                self.refused.add(nic)
            self._told.append(f"{port.shown} could be {who}: nothing is proposed for it")
        elif able:
            self.found[able[0]] = Match(port, "ip and hostname" if sure else "ip")
        named = next((nic for nic, is_sure in claims if is_sure and not nic.has_mac), None)
        for nic, _ in claims:
            if not nic.has_mac:
                self.found[nic] = Match(port, "ip and hostname" if nic is named and free and not able else "ip")

    # by its name

    def _by_hostname(self) -> None:
        called = Counter(nic.label for nic in self.nics if nic.label)
        taken = {match.port for match in self.found.values()}
        for nic in list(self._open()):
            ports = self.ports.by_label.get(nic.label or "", [])
            if nic.label is None or called[nic.label] != 1 or len(ports) != 1 or nic.sort == "virtual-router":
                continue
            (port,) = ports
            if port not in taken and not port.values.mac and not port.spots and not port.is_retired:
                self.found[nic] = Match(port, "hostname")

    # what is spoken for, and by whom

    def _reserved(self) -> None:
        for nic in list(self._open()):
            by_mac = self.ports.kept_by_mac.get(nic.mac or "")
            by_ip = (self.ports.kept.get(self.ports.spot(ip)) for ip in nic.ips)
            found = by_mac or next((each for each in by_ip if each and self._speaks_for(each, nic)), None)
            if found:
                self.kept[nic] = found

    @staticmethod
    def _speaks_for(reservation: Entity[Reservation], nic: Nic) -> bool:
        """Whether what answers at a reserved address is who it was reserved for, as far as anybody can see."""
        kept = reservation.values
        if not nic.has_mac or (nic.label and nic.label in {label(kept.hostname), *map(label, kept.dns_names)}):
            return True
        return nic.mac == kept.mac if kept.mac else kept.type != "reserved"

    def _conflicts(self) -> Iterator[Conflict]:
        answering: dict[Spot, list[Nic]] = defaultdict(list)
        for nic in self.nics:
            for ip in sorted({host.ip for host in nic.hosts if host.ip and host.state == "up"}) if nic.has_mac else ():
                answering[self.ports.spot(ip)].append(nic)
        for spot, answers in answering.items():
            port = next(iter(self.ports.by_spot.get(spot, ())), None)
            holder = port.device if port else self.ports.kept.get(spot)
            declared = port.values.mac if port else holder.values.mac if holder else None
            wrong = [nic for nic in answers if holder and self._is_usurping(nic, spot)]
            for nic in wrong:
                self.usurped[nic].add(spot)
            if wrong or len({self._owner(nic) for nic in answers}) > 1:
                macs = tuple(sorted(nic.mac for nic in answers if nic.mac))
                instead = wrong[0].mac if len(answers) == 1 and self.found.get(wrong[0]) is None else None
                sentence = self._sentence(spot[1], answers, wrong, holder)
                yield Conflict(spot[1], macs, holder, port, declared, instead, sentence)

    def _is_usurping(self, nic: Nic, spot: Spot) -> bool:
        match, ports = self.found.get(nic), self.ports.by_spot.get(spot)
        if nic in self.refused:
            return False
        if ports:
            return match is None or all(port.device is not match.port.device for port in ports)
        return nic not in self.kept and not self._speaks_for(self.ports.kept[spot], nic)

    def _owner(self, nic: Nic) -> Address | Nic:
        """Two interfaces of one device may both answer: some systems do so for all of their addresses."""
        match = self.found.get(nic)
        return match.port.device.address if match else nic

    def _sentence(self, ip: str, answers: list[Nic], wrong: list[Nic], holder: AnyEntity | None) -> str:
        who = " and ".join(sorted(self._called(nic) for nic in wrong or answers))
        if wrong and holder:
            return f"{ip} was given to {holder.address}, and {who} answers there"
        return f"{ip} is answered by {who}"

    def _called(self, nic: Nic) -> str:
        match = self.found.get(nic)
        return f"{nic.shown} ({match.port.device.address})" if match and match.is_sure else nic.shown


def _main_label(port: Port) -> str | None:
    """The host name of the device itself, which its other interfaces may answer to, too."""
    return label(port.device.values.hostname) if port.name and not port.values.hostname else None


def _listed(names: Iterable[object]) -> str:
    found = sorted(set(map(str, names)))
    more = f" and {len(found) - _LISTED:,} more" if found[_LISTED:] else ""
    return " and ".join(found) + more if not more else ", ".join(found[:_LISTED]) + more
