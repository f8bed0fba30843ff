"""The configuration of Kea (`kea-dhcp4.conf`, `kea-dhcp6.conf`): the hosts that addresses are reserved for.

It is JSON with comments (`#`, `//`, `/* */`), commas that end nothing, and `<?include "file"?>`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from invgit.model.scans import Scan
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows

_SERVERS = ("Dhcp4", "Dhcp6")
_HEAD = re.compile(r'\{\s*"Dhcp[46]"\s*:')
_COMMENT = re.compile(r'"|//[^\n]*|#[^\n]*|/\*(?s:.*?)(?:\*/|\Z)')
_INCLUDED = re.compile(r'"|<\?include[^>]{0,1000}\?>')
_LOOSE = re.compile(r'"|,(?=\s*[\]}])')
_IN_STRING = re.compile(r'["\\]')


def _read(given: Given) -> Scan:
    text, includes = _bare(given.text)
    rows = Rows(given.name, "kea-conf")
    said = given.parsed(text)
    for server in _SERVERS if isinstance(said, dict) else ():
        for each in _reservations(said.get(server)):
            _add(rows, each)
    if includes:
        rows.warnings.append("it includes other files: what they say is not read; import them, too, or their result")
    return rows.scan()


def _add(rows: Rows, said: Mapping[str, Any]) -> None:
    several = said.get("ip-addresses")
    found = several if isinstance(several, list) and several else [said.get("ip-address")]
    for ip in found:
        if ip is None and "hw-address" not in said:
            rows.skip("without an address")
        else:
            host = said.get("hostname")
            name = host.rstrip(".") if isinstance(host, str) else None
            rows.add(ip, said.get("hw-address"), hostname=name, state="listed", reserved=True)


def _reservations(said: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Of a server, its subnets and its shared networks, wherever they stand in one another."""
    if isinstance(said, list) and depth < 20:
        for each in said:
            yield from _reservations(each, depth + 1)
    elif isinstance(said, dict) and depth < 20:
        for name, value in said.items():
            if name == "reservations" and isinstance(value, list):
                yield from (each for each in value if isinstance(each, dict))
            elif isinstance(value, dict | list):
                yield from _reservations(value, depth + 1)


def _bare(text: str) -> tuple[str, bool]:
    """The JSON without comments, blanks in their place, so that places stay; and whether other files are included."""
    plain = _replaced(text, _COMMENT, lambda comment: re.sub(r"[^\n]", " ", comment))
    alone = _replaced(plain, _INCLUDED, lambda _: "null")
    return _replaced(alone, _LOOSE, lambda _: " "), alone != plain


def _replaced(text: str, marks: re.Pattern[str], by: Callable[[str], str]) -> str:
    """A text with something else in place of what is found outside of its strings."""
    made: list[str] = []
    at = done = 0
    while found := marks.search(text, at):
        if found.group() == '"':
            at = _string_end(text, found.end())
        else:
            made += text[done : found.start()], by(found.group())
            at = done = found.end()
    return "".join([*made, text[done:]])


def _string_end(text: str, at: int) -> int:
    """Where a JSON string ends, of which the first character stands at a place."""
    while found := _IN_STRING.search(text, at):
        if found.group() == '"':
            return found.end()
        at = found.end() + 1
    return len(text)


FORM = Format(
    "kea-conf",
    "Kea: `kea-dhcp4.conf`, for its reservations",
    lambda given: '"Dhcp' in given.text and _HEAD.search(_bare(given.text[:20_000])[0]) is not None,
    _read,
)
