"""A scan as a file: JSON, the same bytes for the same scan; and a newer scan of some networks put into an older one."""

import ipaddress
import json
from typing import Any

from invgit.model.fields import Fields, made_alike
from invgit.model.opened import Opened
from invgit.model.scans import FORMAT, Host, Scan
from invgit.model.spec import record_fields
from invgit.model.subnets import by_range
from invgit.model.values import Fault
from invgit.sources.scan.rows import order


def read(data: bytes, shown: str) -> Scan:
    """What a scan file says; `shown` is what people call it. Raises BrokenFile with everything wrong, by place."""
    opened = Opened(data, shown)
    scan = opened.document(Scan, "a scan")
    nobody = [at for at, host in enumerate(scan.hosts) if host.ip is None and host.mac is None]
    if nobody:
        told = "the host has neither `ip` nor `mac`: one of them has to be there"
        raise opened.faulty([Fault(("hosts", at), "missing-field", told) for at in nobody])
    return scan


def written(scan: Scan) -> str:
    """The text of a scan file: networks and hosts sorted by address, and nothing that need not be said."""
    said = {"format": FORMAT, **_said(scan)}
    for name, key in (("networks", lambda each: by_range(each.cidr)), ("hosts", order)):
        if name in said:
            said[name] = [
                _said(each) for each in sorted(getattr(scan, name), key=lambda each: (key(each), _line(each)))
            ]
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _said(values: Fields) -> dict[str, Any]:
    """Plain values, in the order of the class; what is as always is left out."""
    said = {field.name: getattr(values, field.attribute) for field in record_fields(type(values))}
    usual = {field.name: field.default for field in record_fields(type(values)) if not field.required}
    return {
        name: _said(value) if isinstance(value, Fields) else list(value) if isinstance(value, tuple) else value
        for name, value in said.items()
        if name not in usual or value != usual[name]
    }


def _line(values: Fields) -> str:
    return json.dumps(_said(values))


def merged(old: Scan | None, new: Scan) -> Scan:
    """What is known after a newer scan.

    Of the networks that it covers it alone is true. Elsewhere it is true of the addresses that it names, and of clients
    without one; of somebody it finds where he was before, all is true that either says. Everything else stays.
    """
    if old is None:
        return new
    ranges = [_range(each.cidr) for each in new.networks]
    here = {(host.ip, host.mac): host for host in new.hosts}
    addresses = {host.ip for host in new.hosts if host.ip}
    stays = []
    for host in old.hosts:
        if host.ip and _inside(host.ip, ranges):
            continue
        if again := here.get((host.ip, host.mac)):
            here[host.ip, host.mac] = _both(host, again)
        elif host.ip not in addresses:
            stays.append(host)
    networks = [each for each in old.networks if not any(_within(_range(each.cidr), one) for one in ranges)]
    said = {
        **vars(new),
        "site": new.site or old.site,
        "networks": tuple(sorted((*networks, *new.networks), key=lambda each: by_range(each.cidr))),
        "hosts": tuple(sorted((*stays, *here.values()), key=order)),
    }
    return made_alike(Scan, said)


def _both(old: Host, new: Host) -> Host:
    """What is known of somebody who is on a list now, and was seen before."""
    said = {**vars(old), **vars(new)}
    if new.state == "listed":
        said["state"] = old.state
    if old.seen and new.seen:
        said["seen"] = max(old.seen, new.seen)
    return made_alike(Host, said)


_Range = tuple[int, int, int]
"""Version, first and last address."""


def _range(cidr: str) -> _Range:
    network = ipaddress.ip_network(cidr)
    return network.version, int(network.network_address), int(network.broadcast_address)


def _within(inner: _Range, outer: _Range) -> bool:
    return inner[0] == outer[0] and outer[1] <= inner[1] and inner[2] <= outer[2]


def _inside(ip: str, ranges: list[_Range]) -> bool:
    if not ranges:
        return False
    address = ipaddress.ip_address(ip)
    return any(_within((address.version, int(address), int(address)), each) for each in ranges)
