"""A scan: which networks were looked at, how, and who was there. What every method gives, and every format is read to.

Nothing of it is compared yet with what people have written.
"""

from typing import Annotated, Literal, get_args

from invgit.model.addresses import Cidr, Ip, Mac
from invgit.model.fields import Fields
from invgit.model.marks import Example
from invgit.model.scalars import Flag, Prose, SitePath, Text50, Text255
from invgit.model.times import Moment

FORMAT: Literal["invgit-scan/1"] = "invgit-scan/1"
State = Literal["up", "unsure", "listed"]
"""How a host is known: it answered; it may have been there; it is on a list. From what says most."""
STATES: tuple[State, ...] = get_args(State)


class Covered(Fields):
    """A network that was looked at: only of addresses within one can it be said that nobody was there."""

    cidr: Cidr
    """The network."""

    at: Moment
    """When looking began."""

    method: Annotated[Text50, Example("neighbours")]
    """How: neighbours, nmap, arp-scan, powershell; of what was imported, its format."""

    macs: Flag = True
    """Whether hardware addresses could be seen: on another network than the scanner's they cannot."""

    complete: Flag = True
    """Whether every address of it was asked, and answers could come: only then is silence an absence."""


class Uplink(Fields):
    """What a host is plugged into, or which access point it is at."""

    mac: Mac
    """Hardware address of the switch or access point."""

    port: Annotated[Text50 | None, Example("7")] = None
    """Its port, as it is labelled there."""

    wireless: Flag = False
    """Whether it is a radio link."""


class Host(Fields):
    """Somebody at one address. Who has several addresses is several hosts with one `mac`."""

    ip: Ip | None = None
    """The address; none where only the hardware address is known, of a client that is away."""

    mac: Mac | None = None
    """Hardware address; none where it could not be seen."""

    hostname: Annotated[Text255 | None, Example("cam-porch")] = None
    """Host name, as DHCP or DNS has it. Nobody has checked it."""

    name: Annotated[Text255 | None, Example("Porch camera")] = None
    """What people call it at the source, where they can."""

    state: State = "up"
    """It answered; something of it was there that was not confirmed; or it is only on a list, such as a lease."""

    seen: Moment | None = None
    """When it last showed life; of one that is up, when the scan was, where nothing is said."""

    reserved: Flag = False
    """Whether a DHCP server gives the address to nobody else."""

    scanner: Flag = False
    """Whether it is the machine that scanned."""

    vendor: Annotated[Text255 | None, Example("TP-Link")] = None
    """Who made it, in the words of the source: for people, never compared."""

    uplink: Annotated[Uplink | None, Example({"mac": "a0:1e:0b:00:00:07", "port": "7"})] = None
    """What it is connected to."""


class Scan(Fields):
    """Who is on networks, as a scan or somebody else's list has it."""

    format: Literal["invgit-scan/1"] = FORMAT
    """Version of this form."""

    site: SitePath | None = None
    """The site, as organization/site; whoever imports it says so where it is not there."""

    method: Annotated[Text50, Example("neighbours")]
    """How it was found: neighbours, nmap, arp-scan, powershell; of what was imported, its format."""

    privileged: Flag = False
    """Whether the method had rights that not everybody has (raw sockets)."""

    networks: Annotated[
        tuple[Covered, ...],
        Example([{"cidr": "192.168.68.0/24", "at": "2026-03-31T18:00:00Z", "method": "neighbours"}]),
    ] = ()
    """What was looked at. A list such as leases covers nothing: who is not on it may be there."""

    hosts: Annotated[tuple[Host, ...], Example([{"ip": "192.168.68.20", "mac": "a0:1e:0b:00:00:01"}])] = ()
    """Who was there, by address, sorted."""

    warnings: Annotated[tuple[Prose, ...], Example(["2 rows say nothing that can be read"])] = ()
    """What was odd, one sentence each."""
