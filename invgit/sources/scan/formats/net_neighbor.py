"""What PowerShell's `Get-NetNeighbor | ConvertTo-Json` writes, of all properties or of some; one row is no list."""

from collections.abc import Mapping

from invgit.model.scans import Scan, State
from invgit.sources.scan.formats.given import Format, Given, objects
from invgit.sources.scan.rows import Rows

_STATES: Mapping[str, State | None] = {
    "unreachable": None,
    "incomplete": None,
    "probe": "unsure",
    "delay": "unsure",
    "stale": "unsure",
    "reachable": "up",
    "permanent": "unsure",
}
"""States of MSFT_NetNeighbor in their order: JSON has them as numbers, with -EnumsAsStrings as words."""
_NUMBERS = list(_STATES)


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "net-neighbor")
    for each in objects(given.document):
        state = _state(each.get("State"))
        if state is None:
            rows.skip()
        else:
            rows.add(each.get("IPAddress"), each.get("LinkLayerAddress") or "", state=state)
    return rows.scan()


def _state(said: object) -> State | None:
    """The state; one that is not said, or not known, says nothing about who is there."""
    word = str(said)[:20].lower()
    if word.isdecimal() and int(word) < len(_NUMBERS):
        word = _NUMBERS[int(word)]
    return _STATES.get(word, "unsure")


def _knows(given: Given) -> bool:
    return any("IPAddress" in each and "LinkLayerAddress" in each for each in objects(given.json)[:10])


FORM = Format("net-neighbor", "Windows: `Get-NetNeighbor | ConvertTo-Json`", _knows, _read)
