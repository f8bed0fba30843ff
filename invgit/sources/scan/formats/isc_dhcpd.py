"""ISC dhcpd: its leases (man 5 dhcpd.leases) and the `host` blocks of its configuration (man 5 dhcpd.conf).

The leases are a journal, of which the last block of an address counts; hosts with a fixed address never stand there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.model.times import normal_moment
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows, moment

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.){0,5000}"?|#[^\n]*|[{};,]|[^\s{};,"#]+')
_STAMP = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)")
_KNOWN = re.compile(
    r"\s*(?:(?:lease|host|iaaddr)\s+\S+\s*\{.*|subnet\s+[0-9.]+\s+netmask\s.*|subnet6\s+[0-9a-fA-F:/]+\s*\{.*"
    r"|server-duid .*|authoring-byte-order .*|# This lease file was written by isc-dhcp.*)"
)
_MOST_DEPTH = 50
_KEPT = {"lease", "host", "iaaddr", "ia-na"}


@dataclass(slots=True)
class _Block:
    """A block: the words before its brace, and its statements by their first words."""

    head: list[str]
    said: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return " ".join(self.said.get(name, ()))


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "isc-dhcpd")
    leases: dict[str, _Block] = {}
    hosts: dict[str, _Block] = {}
    for block in _blocks(given.text, given.name, rows):
        if len(block.head) != 2:
            continue
        kind, name = block.head
        of_kind = hosts if kind == "host" else leases
        of_kind.pop(name, None)
        of_kind[name] = block
    for ip, block in leases.items():
        _lease(rows, ip, block, given.stamp)
    for name, block in hosts.items():
        _host(rows, _unquoted(name), block)
    return rows.scan()


def _lease(rows: Rows, ip: str, lease: _Block, now: str) -> None:
    state, end = lease.text("binding").removeprefix("state "), _moment(lease.text("ends"))
    if "abandoned" in lease.said or state == "abandoned":
        rows.skip("abandoned")
    elif state not in {"", "active"} or (end and end < now):
        rows.skip("free or expired")
    else:
        mac = lease.text("hardware").removeprefix("ethernet ") or None
        name, seen = _unquoted(lease.text("client-hostname")), _moment(lease.text("cltt"))
        rows.add(ip, mac, hostname=name, state="listed", seen=seen, reserved="reserved" in lease.said)


def _host(rows: Rows, name: str, host: _Block) -> None:
    mac = host.text("hardware").removeprefix("ethernet ") or None
    if "deleted" in host.said or mac is None:
        rows.skip("deleted" if mac else "without a hardware address")
        return
    said = _unquoted(host.text("option host-name")) or name
    fixed = host.said.get("fixed-address", []) + host.said.get("fixed-address6", [])
    addresses = [each for each in fixed if re.fullmatch(r"[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", each)]
    for ip in addresses:
        rows.add(ip, mac, hostname=said, state="listed", reserved=True)
    if not addresses:
        rows.add(None, mac, hostname=said, state="listed")


def _blocks(text: str, shown: str, rows: Rows) -> Iterator[_Block]:
    """The blocks that tell of somebody, in the order in which they end."""
    open_: list[_Block] = []
    words: list[str] = []
    for found in _TOKEN.finditer(text):
        word = found.group()
        if word == "{":
            if len(open_) == _MOST_DEPTH:
                raise BrokenFile(f"{shown}: blocks stand more than {_MOST_DEPTH} deep in one another")
            open_.append(_Block(words))
            words = []
        elif word == ";":
            if words and open_:
                several = words[0] == "option" and len(words) > 1
                open_[-1].said[" ".join(words[:2]) if several else words[0]] = words[2 if several else 1 :]
            words = []
        elif word == "}":
            if open_ and (block := open_.pop()).head[:1] and block.head[0] in _KEPT - {"ia-na"}:
                yield block
            words = []
        elif word != "," and word[0] != "#" and len(words) < 1000:
            words.append(word[:5000])
    if any(block.head[:1] and block.head[0] in _KEPT for block in open_):
        rows.warnings.append("it ends in the middle of a block: the server was writing it, or it was cut off")


def _moment(said: str) -> str | None:
    """A time of a lease: a weekday and UTC, or `epoch` and seconds (db-time-format local); none for `never`."""
    if found := _STAMP.search(said):
        try:
            return normal_moment("{}-{}-{}T{}Z".format(*found.groups()))
        except ValueError:
            return None
    return moment(said.removeprefix("epoch ")) if said.startswith("epoch ") else None


def _unquoted(said: str) -> str:
    """A string as it was meant: what is no ASCII stands there in octal, byte by byte."""
    inner = (said[1 : -1 if said[1:].endswith('"') else None] if said[:1] == '"' else said).encode()
    plain = re.sub(rb"\\([0-7]{3}|.)", lambda found: _byte(found[1]), inner, flags=re.DOTALL)
    return plain.decode("utf-8", "replace")


def _byte(said: bytes) -> bytes:
    return bytes([int(said, 8) & 0xFF]) if len(said) == 3 else said


FORM = Format(
    "isc-dhcpd", "ISC dhcpd: `dhcpd.leases`, and `dhcpd.conf` for its hosts", lambda given: given.has(_KNOWN), _read
)
