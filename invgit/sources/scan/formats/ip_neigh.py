"""What `ip neigh` prints on Linux (iproute2), as text or, with `-j`, as JSON; with `-s` too."""

import re
from collections.abc import Mapping
from typing import Any

from invgit.model.scans import Scan, State
from invgit.sources.scan.formats.forms import COLONS, IP
from invgit.sources.scan.formats.given import Format, Given, objects
from invgit.sources.scan.rows import Rows

_STATES: Mapping[str, State | None] = {
    "REACHABLE": "up",
    "STALE": "unsure",
    "DELAY": "unsure",
    "PROBE": "unsure",
    "PERMANENT": "unsure",
    "NOARP": "unsure",
    "FAILED": None,
    "INCOMPLETE": None,
    "NONE": None,
}
"""States of the kernel (man 8 ip-neighbour); permanent ones somebody has written down, whoever is there."""
_ROW = re.compile(rf"{IP}(?: +dev +\S+)?(?: +lladdr +(?:{COLONS}|(?P<other>\S+)))?(?: +[\w/]+)*? +(?P<state>[A-Z]+) *")


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "ip-neigh")
    if given.json is None:
        for line in given.lines:
            found = _ROW.fullmatch(line[:1000])
            if found and found["state"] in _STATES:
                _add(rows, found["ip"], found["mac"] or found["other"], [found["state"]])
            else:
                rows.wrong(line)
    else:
        for each in objects(given.document):
            _add(rows, each.get("dst"), each.get("lladdr"), each.get("state"))
    return rows.scan()


def _add(rows: Rows, ip: object, mac: object, said: object) -> None:
    words = said if isinstance(said, list) else [said]
    state = next((_STATES[word] for word in words if isinstance(word, str) and word in _STATES), None)
    if state is None or mac is None:
        rows.skip()
    else:
        rows.add(ip, mac, state=state)


def _knows(given: Given) -> bool:
    return _is_row(objects(given.json)) if given.json is not None else given.has(_ROW)


def _is_row(objects: list[dict[str, Any]]) -> bool:
    return any("dst" in each and ("lladdr" in each or "state" in each) for each in objects[:10])


FORM = Format("ip-neigh", "Linux: `ip neigh` or `ip -j neigh`", _knows, _read)
