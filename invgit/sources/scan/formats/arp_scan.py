"""What arp-scan prints: with head and foot, with `-x`, or in columns of one's own that begin with ip, mac, vendor."""

import re

from invgit.model.scans import Scan
from invgit.sources.scan.formats.forms import COLONS, IP
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows

_ROW = re.compile(rf"{IP}\t{COLONS}(?:\t(?P<rest>.*))?")
_SELF = re.compile(rf"Interface: [^,]+,.* MAC: {COLONS}, IPv4: {IP}\s*")
_REPEATED = re.compile(r"\s*\((?:DUP: \d+|802\.1Q VLAN=\d+|ARP Proto=[^)]*|RFC826 [^)]*)\)")


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "arp-scan")
    rows.privileged = True
    began = ended = False
    for line in given.lines:
        if found := _ROW.fullmatch(line[:2000]):
            vendor, *_ = _REPEATED.sub("", found["rest"] or "").split("\t")
            known = re.search(r"[A-Za-z]", vendor) and not vendor.startswith("(Unknown")
            rows.add(found["ip"], found["mac"], vendor=vendor if known else None)
        elif "\t" in line:
            rows.wrong(line)
        elif own := _SELF.fullmatch(line[:2000]):
            rows.add(own["ip"], own["mac"], scanner=True)
        began |= line.startswith("Starting arp-scan")
        ended |= line.startswith("Ending arp-scan")
    if began and not ended:
        rows.warnings.append("arp-scan was interrupted, or the file was cut off: its last lines are missing")
    return rows.scan()


def _knows(given: Given) -> bool:
    return given.has(_ROW) or any(line.startswith("Starting arp-scan") for line in given.lines[:20])


FORM = Format("arp-scan", "arp-scan: `arp-scan --localnet`, with `-x` or without", _knows, _read)
