"""The leases of dnsmasq (its `lease.c`): `expiry mac ip name client-id`; after a line `duid …`, those of DHCPv6.

Pi-hole and OpenWrt keep theirs so. An expiry of 0 is a lease that never ends: the address is nobody else's.
"""

import re

from invgit.model.scans import Scan
from invgit.sources.scan.formats.forms import COLONS, IP
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows, moment

_ROW = re.compile(rf"(?P<expiry>\d{{1,12}}) (?:[0-9a-f]{{2}}-)?{COLONS} {IP} (?P<name>\S+)(?: \S+)?\s*")
_ROW6 = re.compile(rf"(?P<expiry>\d{{1,12}}) T?\d+ {IP} (?P<name>\S+) \S+\s*")
_DUID = re.compile(r"duid [0-9a-fA-F:]+\s*")


def _read(given: Given) -> Scan:
    rows, six = Rows(given.name, "dnsmasq"), False
    for line in given.lines:
        row = line[:1000]
        six = six or _DUID.fullmatch(row) is not None
        found = (_ROW6 if six else _ROW).fullmatch(row)
        if _DUID.fullmatch(row):
            continue
        if found is None:
            rows.wrong(line)
        elif (end := moment(found["expiry"])) and end < given.stamp:
            rows.skip("expired")
        else:
            rows.add(
                found["ip"],
                None if six else found["mac"],
                hostname=None if found["name"] == "*" else found["name"],
                state="listed",
                reserved=found["expiry"] == "0",
            )
    return rows.scan()


FORM = Format(
    "dnsmasq",
    "dnsmasq, Pi-hole, OpenWrt: `dnsmasq.leases`, `dhcp.leases`",
    lambda given: given.has(_ROW) or given.has(_DUID),
    _read,
)
