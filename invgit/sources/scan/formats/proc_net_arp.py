"""Linux's `/proc/net/arp` (man 5 proc): addresses, kinds of hardware, flags of which 0x2 is that somebody answered."""

import re

from invgit.model.scans import Scan
from invgit.sources.scan.formats.forms import COLONS, IP
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows

_ROW = re.compile(rf"{IP}\s+0x[0-9a-f]+\s+0x(?P<flags>[0-9a-f]{{1,8}})\s+{COLONS}\s+\S+\s+\S+\s*")
_HEAD = re.compile(r"IP address\s+HW type\s+Flags\s+HW address\s.*")
_COMPLETE = 0x2


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "proc-net-arp")
    for line in given.lines:
        if found := _ROW.fullmatch(line[:1000]):
            if int(found["flags"], 16) & _COMPLETE:
                rows.add(found["ip"], found["mac"])
            else:
                rows.skip()
        elif not _HEAD.fullmatch(line[:1000]):
            rows.wrong(line)
    return rows.scan()


FORM = Format("proc-net-arp", "Linux: `/proc/net/arp`", lambda given: given.has(_ROW) or given.has(_HEAD), _read)
