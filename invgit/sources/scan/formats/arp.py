"""What `arp -a` and `arp -an` print on Linux (net-tools), macOS and the BSDs: `name (ip) at mac …`."""

import re

from invgit.model.scans import Scan
from invgit.sources.scan.formats.forms import COLONS, IP, padded
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows

_ROW = re.compile(rf"(?P<name>\S+) \({IP}\) at (?:{COLONS}|(?P<none>[<(]\w+[>)]))(?:\s.*)?")


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "arp")
    for line in given.lines:
        found = _ROW.fullmatch(line[:1000])
        if found is None:
            rows.wrong(line)
        elif found["none"]:
            rows.skip()
        else:
            rows.add(found["ip"], padded(found["mac"]), hostname=None if found["name"] == "?" else found["name"])
    return rows.scan()


FORM = Format("arp", "Linux, macOS, BSD: `arp -an`", lambda given: given.has(_ROW), _read)
