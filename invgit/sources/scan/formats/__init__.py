"""Other programs' files to scans: each form is one module and one line here, and is told by what is in the file."""

import re
from collections.abc import Mapping
from datetime import datetime

from invgit.errors import BrokenFile, UsageError
from invgit.model.scans import Scan
from invgit.sources.scan.formats import (
    arp,
    arp_scan,
    arp_table,
    arp_windows,
    dnsmasq,
    ip_neigh,
    isc_dhcpd,
    kea_conf,
    kea_leases,
    net_neighbor,
    nmap_xml,
    ours,
    proc_net_arp,
    unifi,
)
from invgit.sources.scan.formats.given import Format, Given

FORMATS: Mapping[str, Format] = {
    module.FORM.name: module.FORM
    for module in (
        ours,
        nmap_xml,
        arp_scan,
        arp_windows,
        arp,
        arp_table,
        proc_net_arp,
        ip_neigh,
        net_neighbor,
        dnsmasq,
        isc_dhcpd,
        kea_leases,
        kea_conf,
        unifi,
    )
}
"""What is understood, by its name; a file is of the first of them that knows it."""

_KNOWN_BUT_POOR: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"(?:# Nmap|Starting Nmap) .*|Nmap scan report for .*|Host: \S+ \([^)]*\)\t(?:Status|Ports): .*"),
        "is nmap's output for people or for grep, of which nothing is read",
        "take the XML: `nmap -sn -oX FILE NETWORK`",
    ),
    (
        re.compile(r"\s*\d+\s+[0-9a-fA-F.:]+(?:%\d+)?\s+(?:[0-9A-F]{2}(?:-[0-9A-F]{2}){5})?\s+[A-Z][a-z]+\s+\w+\s*"),
        "is a table of Get-NetNeighbor for people, in which long addresses are cut",
        "take the JSON: `Get-NetNeighbor | Select-Object IPAddress, LinkLayerAddress, State | ConvertTo-Json`",
    ),
)
"""Forms that are not read: how their lines look, what they are, and what to take in their place."""
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')


def read_hosts(name: str, data: bytes, at: datetime, format: str | None = None) -> Scan:
    """The scan that a file is, whoever wrote it. `name` is what people call it, `at` when it was taken.

    Raises BrokenFile for what is not understood, cannot be read or holds no host, and UsageError for a `format` that
    there is not.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"`{format}` is no format", help=f"one of {', '.join(FORMATS)}")
    given = Given(name, data, at)
    if not given.lines:
        raise BrokenFile(f"{name} is empty", help="`Get-NetNeighbor` and others write nothing where they find nothing")
    if format is not None:
        return FORMATS[format].read(given)
    form = next((each for each in FORMATS.values() if each.knows(given)), None)
    if form is None:
        raise _unknown(given)
    return form.read(given)


def _unknown(given: Given) -> BrokenFile:
    for form, what, help in _KNOWN_BUT_POOR:
        if given.has(form):
            return BrokenFile(f"{given.name} {what}", help=help)
    known = "; ".join(f"{each.about} ({each.name})" for each in FORMATS.values())
    help = f"understood are {known}. `--format NAME` says which one it is"
    if _JSON.match(given.text) and (broken := given.broken):
        return BrokenFile(broken.message, help=f"if it was cut off, take it again; else, {help}")
    return BrokenFile(f"{given.name} is in no form that is understood", help=help)
