"""How the networks of a site are scanned, and what a scan may propose: as `invgit.yaml` says it."""

from typing import Annotated, Literal

from invgit.model.fields import Fields
from invgit.model.marks import Example, Normal
from invgit.model.ownable import Ownable, each_once
from invgit.model.scalars import Slug, integer
from invgit.model.settings import Duration

SOURCE = "scan"
"""As scans are called in `invgit.yaml` and in the database; and their change files are."""
Method = Literal["auto", "neighbours", "nmap", "arp-scan", "powershell"]


LINKS = ("from_port", "to_port")
"""Fields of connections that a scan may propose, where `connections` is not ignored."""


class NetworkScan(Fields):
    """Scans of a site's networks."""

    networks: Annotated[tuple[Slug, ...], Normal(each_once), Example(["main-lan", "iot-lan"])] = ()
    """Which of the site's networks are scanned, by their slugs; all that have a CIDR where none is named."""

    method: Method = "auto"
    """How: auto takes arp-scan where it is installed and permitted, else neighbours."""

    owns: Annotated[tuple[Ownable, ...], Normal(each_once), Example(["ip", "mac"])] = (
        "hostname",
        "interfaces",
        "ip",
        "ip_from",
        "mac",
        "manufacturer",
        "network",
    )
    """Fields of devices that it may propose; what a person wrote is never overwritten."""

    new_after: Annotated[Annotated[int, integer(1, 100)], Example(2)] = 1
    """In so many scans an unknown device was seen before it is proposed."""

    missing_after: Annotated[Annotated[int, integer(1, 100)], Example(14)] = 14
    """In so many complete scans, one after the other, a device is not there before it is proposed as missing."""

    stale_after: Annotated[Duration, Example("3d")] = "3d"
    """After so long without a sign of life nobody knows whether a device is on."""

    connections: Annotated[Literal["propose", "ignore"], Example("propose")] = "propose"
    """Whether what hosts are plugged into, where a source knows it, is proposed as connections."""
