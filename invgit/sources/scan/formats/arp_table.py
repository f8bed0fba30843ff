"""What `arp -n` and `arp -e` print on Linux (net-tools): columns, with the interface last."""

import re

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.sources.scan.formats.forms import COLONS, IP
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows

_ROW = re.compile(rf"{IP}\s+(?:ether\s+{COLONS}\s+[A-Z]+\s|(?P<none>\(\w+\)\s)).*")
_NAMED = re.compile(rf"(?!{IP}\s)\S+\s+(?:ether\s+{COLONS}\s|\(\w+\)\s).*")
_HEAD = re.compile(r"Address\s+HWtype\s+HWaddress\s.*")


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "arp-n")
    for line in given.lines:
        if found := _ROW.fullmatch(line[:1000]):
            if found["none"]:
                rows.skip()
            else:
                rows.add(found["ip"], found["mac"])
        elif _NAMED.fullmatch(line[:1000]):
            told = "says host names, cut to the width of the column, in place of addresses"
            raise BrokenFile(f"{given.name} {told}", help="take it with `arp -n`")
        elif re.match(r"[0-9]+\.", line):
            rows.wrong(line)
    return rows.scan()


FORM = Format(
    "arp-n",
    "Linux: `arp -n`",
    lambda given: given.has(_ROW) or given.has(_NAMED) or given.has(_HEAD),
    _read,
)
