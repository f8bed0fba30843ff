"""Files of NetBox to its objects, of whichever kind, with ways to ask them that are the same for CSV and JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from invgit.errors import UsageError
from invgit.sources import sheet

# Kind of object: what tells a table of them from others (columns that it has, squeezed), beside the file's name
_COLUMNS: Mapping[str, tuple[frozenset[str], ...]] = {
    "cables": (frozenset({"terminationa", "terminationb"}), frozenset({"sideadevice", "sidebdevice"})),
    "ip-addresses": (frozenset({"ipaddress", "dnsname"}), frozenset({"address", "dnsname"})),
    "interfaces": (frozenset({"device", "name", "mgmtonly"}), frozenset({"device", "name", "enabled"})),
    "devices": (frozenset({"name", "role", "type", "site"}), frozenset({"name", "role", "devicetype", "site"})),
    "device-types": (frozenset({"manufacturer", "uheight"}), frozenset({"devicetype", "partnumber"})),
    "prefixes": (frozenset({"prefix", "ispool"}), frozenset({"prefix", "pool"}), frozenset({"prefix", "vlan"})),
    "vlans": (frozenset({"vid", "name"}),),
    "locations": (frozenset({"name", "site", "slug", "parent"}), frozenset({"name", "site", "devices", "racks"})),
    "sites": (frozenset({"name", "slug", "facility"}), frozenset({"name", "facility", "region"})),
    "manufacturers": (frozenset({"name", "devicetypes"}),),
}
_NAMED = re.compile(
    r"(?:^|[^a-z])(device[-_ ]?types?|device[-_ ]?roles?|ip[-_ ]?addresses|ip[-_ ]?ranges|inventory[-_ ]?items"
    r"|devices|interfaces|cables|prefixes|vlans|locations|sites|manufacturers|racks|tenants|regions|platforms|vrfs)\b"
)
_BETWEEN = re.compile(r"[\s,]*")
_SAID = re.compile(r"([a-z-]+)=")
_URL = re.compile(r"/api/[a-z-]+/([a-z-]+)/\d+/?$")


@dataclass(frozen=True, slots=True)
class Object:
    """An object of NetBox: its kind as its API calls it, where it stands, and what it says."""

    kind: str
    file: str
    line: int
    content: Mapping[str, Any]
    """JSON by the API's names, or cells by the squeezed names of their columns."""
    flat: bool
    columns: Mapping[str, str]
    asked: set[str] = field(default_factory=set, compare=False)
    """The names that were asked for: what has others has no counterpart."""

    def value(self, *names: str) -> Any:
        """What is said under the first of these names that says anything."""
        self.asked.update(squeezed(name) for name in names)
        for name in names:
            found = self.content.get(squeezed(name) if self.flat else name)
            if found not in (None, "", [], {}, "—"):
                return found
        return None

    def text(self, *names: str) -> str | None:
        """The same, as text: of a choice its value, of another object what people call it."""
        found = self.value(*names)
        if isinstance(found, Mapping):
            found = next((found[key] for key in _CALLED if found.get(key) not in (None, "")), None)
        if isinstance(found, bool):
            return "true" if found else "false"
        return None if found is None or isinstance(found, list | Mapping) else str(found).strip() or None

    def word(self, *names: str) -> str | None:
        """A choice in lower case: CSV has its label, JSON its value."""
        found = self.text(*names)
        return found.lower().replace(" ", "-") if found else None

    def slug(self, *names: str) -> str | None:
        """The slug of another object, where it is told."""
        found = self.value(*names)
        return str(found["slug"]) if isinstance(found, Mapping) and found.get("slug") else None

    def id(self, *names: str) -> int | None:
        """The number of another object, or its own without names."""
        found = self.value(*names) if names else self.content
        number = found.get("id") if isinstance(found, Mapping) else None
        return int(number) if isinstance(number, int) or (isinstance(number, str) and number.isdigit()) else None

    def said(self) -> set[str]:
        """The names under which something is said that a person decided."""
        return {
            name
            for name, value in self.content.items()
            if value not in (None, "", [], {}, "—", False, 0, "False") and not _OWN.fullmatch(name.lower())
        }

    def column(self, *names: str) -> str:
        """What the file calls the first of these names that it has."""
        return next((self.columns[squeezed(name)] for name in names if squeezed(name) in self.columns), names[0])


_OWN = re.compile(
    r"id|pk|url|enabled|display.*|created|last_?updated|.*_?count|_.*|link_peers.*|connected_endpoints.*|occupied|cable.*|family"
    r"|depth|children|utilization|actions|racks|devices|prefixes|vms|instances|parent_device|natural_slug|cf_.*"
)
"""What NetBox computes, or says of itself."""
_CALLED = ("value", "name", "model", "address", "prefix", "display", "slug")


def squeezed(text: str) -> str:
    """A column's name without letter case and signs."""
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def read(name: str, data: bytes) -> list[Object]:
    """The objects of a file. `KIND=NAME` says what they are, where nothing tells.

    Raises UsageError for what NetBox does not export.
    """
    told = _SAID.match(name)
    said, plain = (told[1], name[told.end() :]) if told else ("", name)
    text = sheet.decoded(plain, data)
    found = [*_json(plain, text, said)] if text.lstrip()[:1] in {"[", "{"} else _csv(plain, data, said)
    if not found:
        return []
    unknown = next((each for each in found if not each.kind), None)
    if unknown:
        help = f"say it: devices={plain}; known are {', '.join(_COLUMNS)}"
        raise UsageError(f"{plain}: what its objects are, nothing tells", help=help)
    return found


def _csv(name: str, data: bytes, said: str) -> list[Object]:
    table = sheet.read(name, data)
    if table.broken:
        line, why = table.broken[0]
        raise UsageError(f"{name}:{line}: {why}", help="export it again")
    columns = {squeezed(each): each for each in table.columns}
    kind = said or _by_name(name) or _by_columns(columns)
    return [
        Object(kind, name, record.line, dict(zip(columns, record.cells, strict=False)), True, columns)
        for record in table.records
    ]


def _by_name(name: str) -> str:
    found = _NAMED.search(re.split(r"[/\\]", name)[-1].lower())
    if not found:
        return ""
    word = re.sub(r"[_ ]", "-", found[1])
    return word if word.endswith("s") else f"{word}s"


def _by_columns(columns: Mapping[str, str]) -> str:
    return next((kind for kind, ways in _COLUMNS.items() if any(way <= columns.keys() for way in ways)), "")


def _json(name: str, text: str, said: str) -> Iterator[Object]:
    """Objects of a list, or of an answer of the API; with the lines that they begin in, where these differ."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no JSON: {error}", help="export it again") from None
    if isinstance(whole, dict) and "results" not in whole:
        lists = {kind: found for kind, found in whole.items() if isinstance(found, list)}
        groups = lists if lists and "id" not in whole else {said: [whole]}
    else:
        groups = {said: whole["results"] if isinstance(whole, dict) else whole}
    objects = [(kind, each) for kind, found in groups.items() for each in found]
    if isinstance(whole, dict) and whole.get("next"):
        raise UsageError(f"{name} is one page of several", help="ask for all at once: `?limit=0`, or name every page")
    lines = _lines(text, len(objects))
    for number, (kind, each) in enumerate(objects, 1):
        if not isinstance(each, dict):
            raise UsageError(f"{name}: expected objects, found {json.dumps(each)[:40]}")
        told = _URL.search(str(each.get("url") or ""))
        known = (told[1] if told else "") or kind.replace("_", "-") or _by_name(name) or _by_keys(each)
        yield Object(known, name if lines else f"{name}#", lines[number - 1] if lines else number, each, False, {})


def _lines(text: str, count: int) -> list[int]:
    """The lines of the elements of the only list; nothing where they cannot be told apart."""
    start = re.search(r'^\s*\[|"results"\s*:\s*\[', text)
    if not start:
        return []
    decoder, at, lines = json.JSONDecoder(), start.end(), list[int]()
    line, counted = 1, 0
    for _ in range(count):
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        line, counted = line + text.count("\n", counted, at), at
        lines.append(line)
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return []
    return lines if len(set(lines)) == count else []


def _by_keys(each: Mapping[str, Any]) -> str:
    keys = {squeezed(key) for key in each}
    if "aterminations" in keys:
        return "cables"
    return next((kind for kind, ways in _COLUMNS.items() if any(way <= keys for way in ways)), "")
