"""Where a scan and the inventory differ: what nobody has described, is not there, is otherwise, or quarrels."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from invgit.model.entity import Address, Entity
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Reservation
from invgit.model.scans import Scan
from invgit.model.subnets import in_order
from invgit.sources.scan.absent import looked_for
from invgit.sources.scan.matching import Conflict, Match, Matching
from invgit.sources.scan.nics import Nic
from invgit.sources.scan.ports import Port
from invgit.sources.scan.saying import Sayable

Kind = Literal["untracked", "missing", "changed", "conflicting"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise on the wire than in the inventory. Names and host names are the network's own."""

    kind: Kind
    sentence: str
    """What is so."""
    way: str
    """A command that makes it right, where the network is; `…` is for people to fill in."""
    address: Address | None = None
    """The entity; None of what nobody has described."""
    field: str | None = None
    """Path of the field that is otherwise."""
    declared: str | None = None
    """What the inventory says."""
    seen: str | None = None
    """What the scan says."""
    ip: str | None = None
    mac: str | None = None
    name: str | None = None
    """What people or the network call it."""
    vendor: str | None = None
    """Who made it."""


@dataclass(frozen=True, slots=True)
class Differences:
    """All of them, each sort sorted."""

    untracked: tuple[Difference, ...] = ()
    missing: tuple[Difference, ...] = ()
    changed: tuple[Difference, ...] = ()
    conflicting: tuple[Difference, ...] = ()
    randomised: int = 0
    """How many made-up MACs there were that nobody has declared: no differences, since they come and go."""
    warnings: tuple[str, ...] = ()
    """What could not be compared, one sentence each."""

    @property
    def rows(self) -> tuple[Difference, ...]:
        """All of them, what quarrels first."""
        return (*self.conflicting, *self.changed, *self.missing, *self.untracked)


def differences(scan: Scan, inventory: Inventory, site: str, vendor: Callable[[str], str | None]) -> Differences:
    """Compare a scan with what is declared of its site: the same for the same hosts, in whatever order they came."""
    matching = Matching(scan, inventory, site)
    return Differences(
        tuple(sorted(_untracked(matching, vendor), key=_order)),
        tuple(sorted(_missing(matching), key=_order)),
        tuple(sorted(_changed(matching), key=_order)),
        tuple(map(_conflicting, matching.conflicts)),
        matching.randomised,
        (*scan.warnings, *matching.warnings),
    )


def _order(row: Difference) -> tuple[object, ...]:
    return (in_order(row.ip), row.mac or "", row.address or ("", ""), row.field or "")


# what nobody has described


def _untracked(matching: Matching, vendor: Callable[[str], str | None]) -> Iterator[Difference]:
    sayable = Sayable(matching)
    for nic in (*matching.strangers, *matching.routers):
        ip = next((host.ip for host in nic.hosts if host.ip), None)
        name = next((host.name for host in nic.hosts if host.name), None) or nic.label
        what = "the address of a virtual router" if nic.sort == "virtual-router" else "nobody has described it"
        where = f" at {ip}" if ip and nic.mac else ""
        yield Difference(
            "untracked",
            f"{nic.shown}{where}: {what}",
            _describe(matching, sayable, nic),
            ip=ip,
            mac=nic.mac,
            name=name,
            vendor=(vendor(nic.mac) if nic.mac else None) or nic.vendor,
        )


def _describe(matching: Matching, sayable: Sayable, nic: Nic) -> str:
    """The command that would describe it, with what a scan would propose of it."""
    said = sayable.of_new(nic)
    if nic.sort == "virtual-router":
        return _command("reservation", "create", f"{matching.site}/…", *_options({**said, "ip": nic.ips[0]}))
    return _command("device", "create", f"{matching.site}/…", "--name", "…", "--type", "…", *_options(said))


def _options(said: Mapping[str, str]) -> Iterator[str]:
    for name, value in said.items():
        yield f"--{name.replace('_', '-')}"
        yield value.rpartition("/")[2]


# what is not there


def _missing(matching: Matching) -> Iterator[Difference]:
    there = {match.port for nic, match in matching.found.items() if nic.is_there}
    answered = {matching.ports.spot(ip) for nic in matching.nics if nic.is_there for ip in nic.ips}
    devices = {port.device.address for port in there}
    called = {nic.label for nic in matching.nics if nic.is_there and nic.label}
    for port in matching.ports.all:
        if port in there or not _is_expected(port.device) or not looked_for(matching, port):
            continue
        if answered.intersection(port.spots):
            continue
        if not port.spots and (port.device.address in devices or port.label in called):
            continue  # on another of its ports, or with a made-up MAC and its own name
        ip, mac = port.spots[0][1] if port.spots else None, port.values.mac
        at = f"at {ip}" if ip else f"by its MAC {mac}"
        yield Difference(
            "missing",
            f"{port.shown} was not there: it was looked for {at}",
            _command("device", "update", port.device.address.path, "--usage-status", "retired"),
            port.device.address,
            ip=ip,
            mac=mac,
            name=port.device.label,
        )


def _is_expected(device: Entity[Device]) -> bool:
    values = device.values
    return values.usage_status == "active" and values.is_active and not values.maintenance


# what is otherwise


def _changed(matching: Matching) -> Iterator[Difference]:
    for nic, match in matching.found.items():
        port, values = match.port, match.port.values
        if match.is_sure:
            if values.mac and nic.is_known_by_mac and nic.mac != values.mac:
                yield _change(nic, port, "mac", values.mac, str(nic.mac))
            if (ip := _moved(matching, nic, port)) and values.ip:
                yield _change(nic, port, "ip", values.ip, ip)
            elif not port.spots and values.network and (network := _left(matching, nic, port)):
                yield _change(nic, port, "network", values.network, network)
            if values.hostname and nic.label and _is_called_otherwise(matching, nic, match):
                yield _change(nic, port, "hostname", values.hostname, nic.label)
        elif nic.is_known_by_mac and not values.mac and port not in matching.claimed:
            yield _change(nic, port, "mac", None, str(nic.mac))
    for nic, kept in matching.kept.items():
        if nic.ips and kept.values.ip not in nic.ips and nic.hosts[0].state == "up":
            yield _change_of_reservation(nic, kept)
    for nic, device in matching.elsewhere.items():
        yield Difference(
            "changed",
            f"{device.address} is described at another site, and {nic.mac} is here",
            _command("device", "show", device.address.path),
            device.address,
            "site",
            device.address.site,
            matching.site,
            nic.ips[0] if nic.ips else None,
            nic.mac,
            device.label,
        )


def _moved(matching: Matching, nic: Nic, port: Port) -> str | None:
    """Where a port is, which is not where it was declared; addresses of the device's other ports are none."""
    declared = port.values.ip
    if declared is None or declared in nic.ips:
        return None
    own = {spot for each in matching.ports.all_of(port.device.address) for spot in each.spots}
    there = {host.ip for host in nic.hosts if host.state == "up" or host.reserved}
    free = (ip for ip in nic.ips if ip in there and ":" not in ip and matching.ports.spot(ip) not in own)
    return next(free, None)


def _left(matching: Matching, nic: Nic, port: Port) -> str | None:
    """The network that a port without an address of its own is in, which is another than the declared one."""
    ips = [host.ip for host in nic.hosts if host.ip and ":" not in host.ip and host.state == "up"]
    if any(matching.ports.fits(port.values.network, ip) for ip in ips):
        return None
    return next((home.network.address.path for ip in ips if (home := matching.ports.home(ip))), None)


def _is_called_otherwise(matching: Matching, nic: Nic, match: Match) -> bool:
    """Whether a host name is none of the device's."""
    own = {port.label for port in matching.ports.all_of(match.port.device.address)}
    return nic.label not in own


def _change(nic: Nic, port: Port, field: str, declared: str | None, seen: str) -> Difference:
    path = port.path(field)
    said = f"declared is {declared}, seen {seen}" if declared else f"none is declared, seen {seen} at its address"
    return Difference(
        "changed",
        f"{port.device.address} has another {path}: {said}" if declared else f"{port.device.address} {path}: {said}",
        _setting(port, field, seen),
        port.device.address,
        path,
        declared,
        seen,
        nic.ips[0] if nic.ips else None,
        nic.mac,
        port.device.label,
    )


def _setting(port: Port, field: str, value: str) -> str:
    slug = value.rpartition("/")[2] if field == "network" else value
    words = ["--set", f"{port.path(field)}={slug}"] if port.name else [f"--{field}", slug]
    return _command("device", "update", port.device.address.path, *words)


def _change_of_reservation(nic: Nic, kept: Entity[Reservation]) -> Difference:
    ip = nic.ips[0]
    return Difference(
        "changed",
        f"{kept.address} is for {nic.shown}, which is at {ip}",
        _command("reservation", "update", kept.address.path, "--ip", ip),
        kept.address,
        "ip",
        kept.values.ip,
        ip,
        ip,
        nic.mac,
        kept.label,
    )


# what quarrels


def _conflicting(conflict: Conflict) -> Difference:
    holder, port = conflict.holder, conflict.port
    way = "give one of them another address"
    if holder and (instead := conflict.instead or "…"):
        way = (
            _setting(port, "mac", instead)
            if port
            else _command("reservation", "update", holder.address.path, "--mac", instead)
        )
    return Difference(
        "conflicting",
        conflict.sentence,
        way,
        holder.address if holder else None,
        port.path("mac") if port else "mac" if holder else None,
        conflict.declared,
        ", ".join(conflict.macs),
        conflict.ip,
        conflict.instead,
        holder.label if holder else None,
    )


def _command(*words: str) -> str:
    """A command as a shell takes it; what is for people to fill in stays as it is."""
    return " ".join(["invgit", *(word if "…" in word else shlex.quote(word) for word in words)])
