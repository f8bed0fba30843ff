"""The leases of Kea's memfile (`kea-leases4.csv`, `kea-leases6.csv`): a journal, the last row of an address counts.

Columns are found by their names, which versions of Kea add to. A comma in a value is written `&#x2c`, without quotes.
"""

import re
from collections.abc import Mapping

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows, moment

_HEAD = re.compile(r"address,(?:[a-z_]+,)*expire,[a-z_,]+\s*")
_ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2})")
_FOREVER = "4294967295"


def _read(given: Given) -> Scan:
    rows, names = Rows(given.name, "kea"), []
    last: dict[str, Mapping[str, str]] = {}
    for line in given.lines:
        cells = line[:10_000].strip().split(",")
        if _HEAD.fullmatch(line[:2000]):
            names = cells
        elif not names:
            raise BrokenFile(f"{given.name}: its first line does not name the columns, as Kea's does")
        elif len(cells) < 5 or len(cells) > len(names) + 1:
            rows.wrong(line)
        else:
            last.pop(cells[0], None)
            last[cells[0]] = dict(zip(names, cells, strict=False))
    for each in last.values():
        _add(rows, each, given.stamp)
    return rows.scan()


def _add(rows: Rows, row: Mapping[str, str], now: str) -> None:
    lifetime, expire = row.get("valid_lifetime", ""), row.get("expire", "")
    end = None if lifetime == _FOREVER else moment(expire)
    if row.get("state", "0") not in {"0", ""}:
        rows.skip("declined or taken back")
    elif lifetime == "0":
        rows.skip("released")
    elif end and end < now:
        rows.skip("expired")
    elif row.get("lease_type", "0") not in {"0", ""}:
        rows.skip("of whole networks")
    else:
        seen = _difference(expire, lifetime)
        name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), row.get("hostname", "")).rstrip(".")
        rows.add(row["address"], row.get("hwaddr") or None, hostname=name, state="listed", seen=seen)


def _difference(expire: str, lifetime: str) -> str | None:
    """When the client was last heard: Kea keeps the end of the lease, which runs from then."""
    both = expire.isdecimal() and lifetime.isdecimal() and len(expire + lifetime) < 40
    return moment(int(expire) - int(lifetime)) if both else None


FORM = Format("kea", "Kea: `kea-leases4.csv`, `kea-leases6.csv`", lambda given: given.has(_HEAD), _read)
