"""What `arp -a` prints on Windows: columns with headings in the language of the machine, told by their shape alone."""

import re

from invgit.model.scans import Scan
from invgit.sources.scan.formats.forms import DASHES, IP
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows

_ROW = re.compile(rf"\s+{IP}\s+{DASHES}(?:\s.*)?")
_LIKE_ROW = re.compile(r"\s+[0-9]+\.\S*\s+\S.*")
_INTERFACE = re.compile(rf"\S.*\s{IP}\s+--+\s+0x[0-9A-Fa-f]+\s*")


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "arp-windows")
    for line in given.lines:
        if found := _ROW.fullmatch(line[:1000]):
            rows.add(found["ip"], found["mac"])
        elif _LIKE_ROW.fullmatch(line[:1000]) and not _INTERFACE.fullmatch(line[:1000]):
            rows.wrong(line)
    return rows.scan()


FORM = Format("arp-windows", "Windows: `arp -a`", lambda given: given.has(_ROW) or given.has(_INTERFACE), _read)
