"""nmap: looks at networks near and far; without root it sees no hardware addresses, which the kernel then knows."""

import os
import sys
from datetime import datetime

from invgit.errors import BrokenFile, SourceError
from invgit.model.scans import Scan
from invgit.sources.scan.formats import nmap_xml
from invgit.sources.scan.machine import Network
from invgit.sources.scan.programs import found, run

NAME = "nmap"
_SECONDS, _PER_ADDRESS = 120, 0.25
_INSTALL = "apt install nmap (macOS: brew install nmap), or --method neighbours, which needs no program"


def privileged() -> bool:
    """Whether nmap asks for hardware addresses, on links of this machine: as root, or where it is told that it may."""
    return sys.platform == "win32" or os.geteuid() == 0 or "NMAP_PRIVILEGED" in os.environ


def look(networks: list[Network], at: datetime, *, quick: bool) -> Scan:
    """What nmap finds on IPv4 networks. Raises SourceError where it is not installed, fails, or takes too long."""
    path = found(NAME)
    if not path:
        raise SourceError("nmap is not installed", help=_INSTALL)
    options = ("-T5", "--max-retries", "1", "--min-parallelism", "100") if quick else ("-T4",)
    seconds = _SECONDS + _PER_ADDRESS * sum(each.num_addresses for each in networks)
    said = run([path, "-sn", "-n", *options, "-oX", "-", *map(str, networks)], seconds)
    if said.code:
        raise SourceError(
            f"nmap failed: {said.trouble or f'exit code {said.code}'}", help="--method neighbours needs it not"
        )
    try:
        return nmap_xml.scan(said.out.decode("utf-8", "replace"), "what nmap says", at)
    except BrokenFile as error:
        raise SourceError(error.message, help="does `nmap -sn -oX -` work by itself?") from error
