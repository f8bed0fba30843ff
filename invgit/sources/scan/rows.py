"""The rows of a list of hosts, whoever made it: those that say something become hosts, the others are counted."""

import ipaddress
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from invgit.errors import BrokenFile
from invgit.model.fields import made_alike
from invgit.model.scalars import normal
from invgit.model.scans import STATES, Covered, Host, Scan, State, Uplink
from invgit.model.spec import record_fields
from invgit.model.subnets import in_order
from invgit.text.inert import line

MAX_ROWS = 200_000
"""Three times what the largest private IPv4 network of a site has; who has more imports the networks one by one."""
_LONGEST = 255
_SCALARS = {field.name: field.scalar for cls in (Uplink, Host) for field in record_fields(cls)}
_NO_MAC = re.compile(
    r"[0:.-]*|[0-9a-f]?[13579bdf](?:[:-][0-9a-f]{1,2}){5}|[0-9a-f][13579bdf][0-9a-f]{10}", re.IGNORECASE
)
"""None at all, all zero, or of a group (IEEE 802, the I/G bit): nobody's, and usual in tables of neighbours."""


def told(text: object, longest: int = _LONGEST) -> str | None:
    """A text of others as any file may have it: one line without anything to obey, at most `longest` characters."""
    if not isinstance(text, str | int | float) or isinstance(text, bool):
        return None
    shown = line(str(text)[: 4 * _LONGEST]).strip()[:longest].strip()
    return shown or None


def moment(seconds: object) -> str | None:
    """Seconds since 1970 (UTC) as a moment; None for what is none, or neither after 1990 nor before 2200."""
    try:
        value = int(str(seconds)[:20])
    except ValueError:
        return None
    if not 631_152_000 < value < 7_258_118_400:
        return None
    return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")


def uplink(mac: object, port: object = None, *, wireless: bool = False) -> Uplink | None:
    """What a host is connected to; None where that cannot be told."""
    at = normal(_SCALARS["mac"], mac) if isinstance(mac, str) else None
    return made_alike(Uplink, {"mac": at, "port": told(port, 50), "wireless": wireless}) if at else None


def together(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two rows of the same as one, of which all is true that either says: `one` first, but being there counts most."""
    usual = Host.state
    said = {**other, **one, "state": min(one.get("state", usual), other.get("state", usual), key=STATES.index)}
    if seen := max(filter(None, (one.get("seen"), other.get("seen"))), default=None):
        said["seen"] = seen
    return said


class Rows:
    """What was read: hosts, and how many rows there were of which none came.

    `shown` is what people call the file, `method` what the scan is to say of itself.
    """

    def __init__(self, shown: str, method: str) -> None:
        self.shown, self.method = shown, method
        self.privileged = False
        self.networks: list[Covered] = []
        self.warnings: list[str] = []
        self.count = 0
        self._left_out: Counter[str] = Counter()
        self._first_wrong = ""
        self._hosts: dict[tuple[str | None, str | None], dict[str, Any]] = {}

    def add(
        self,
        ip: object,
        mac: object,
        *,
        state: State = "up",
        hostname: object = None,
        name: object = None,
        vendor: object = None,
        seen: str | None = None,
        reserved: bool = False,
        scanner: bool = False,
        uplink: Uplink | None = None,
    ) -> None:
        """A row: an address, a hardware address, or both, as it has them (None: it has none). Nothing need be right.

        Rows of groups (broadcast, multicast), of this machine alone (loopback, link-local) and with a hardware address
        of zeros are left out, what is no address is told by its number. Raises BrokenFile for too many.
        """
        self._counted()
        at, who = _address(ip), _hardware(mac)
        if _WRONG in {at, who}:
            self._wrong(" ".join(str(each) for each in (ip, mac) if each is not None))
        elif at == "" or who == "" or (at is None and who is None):
            self._left_out["of groups or of the machine itself"] += 1
        else:
            said: dict[str, Any] = {
                "ip": at,
                "mac": who,
                "state": state,
                "seen": seen,
                "reserved": reserved,
                "scanner": scanner,
            }
            said |= {"hostname": told(hostname), "name": told(name), "vendor": told(vendor), "uplink": uplink}
            self._keep((at, who), {key: value for key, value in said.items() if value})

    def skip(self, why: str = "incomplete") -> None:
        """A row that is right, and of which no host comes; `why` is a word or two for people."""
        self._counted()
        self._left_out[why] += 1

    def wrong(self, row: str) -> None:
        """A row that is in no form that is known."""
        self._counted()
        self._wrong(row)

    def scan(self, *, none: bool = False) -> Scan:
        """What was read, by address. Raises BrokenFile where there is no host, unless there may be `none`."""
        if not self._hosts and not none:
            raise BrokenFile(f"{self.shown}: no host can be read from it: {self._counts()}")
        warnings = list(self.warnings)
        if wrong := self._left_out[_UNREAD]:
            many = "1 row says" if wrong == 1 else f"{wrong:,} rows say"
            warnings.append(f"{many} nothing that can be read{self._first_wrong}")
        said = {
            "method": self.method,
            "privileged": self.privileged,
            "networks": tuple(self.networks),
            "hosts": tuple(sorted((made_alike(Host, each) for each in self._hosts.values()), key=order)),
            "warnings": tuple(warnings),
        }
        return made_alike(Scan, said)

    def _keep(self, key: tuple[str | None, str | None], said: dict[str, Any]) -> None:
        before = self._hosts.get(key)
        self._hosts[key] = together(before, said) if before else said

    def _counted(self) -> None:
        self.count += 1
        if self.count > MAX_ROWS:
            help = "import it in parts, a network each"
            raise BrokenFile(f"{self.shown} has more than {MAX_ROWS:,} rows", help=help)

    def _wrong(self, row: str) -> None:
        if not self._left_out[_UNREAD]:
            self._first_wrong = f"; the first is `{told(row[:80]) or ''}`"
        self._left_out[_UNREAD] += 1

    def _counts(self) -> str:
        if not self.count:
            return "it has no rows"
        rows = "1 row" if self.count == 1 else f"{self.count:,} rows"
        if list(+self._left_out) == ["incomplete"]:
            return f"{rows}, none complete"
        many = ", ".join(f"{number:,} {what}" for what, number in (+self._left_out).items())
        return f"{rows}: {many}{self._first_wrong}"


_UNREAD = "not readable"
_WRONG = "?"


def _address(ip: object) -> str | None:
    """An address in normal form; empty for one that no host alone has, `_WRONG` for what is none."""
    if ip is None:
        return None
    text = str(ip).partition("%")[0] if isinstance(ip, str) and len(ip) < 100 else _WRONG
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return _WRONG
    own = address.is_loopback or (address.version == 6 and address.is_link_local)
    return "" if own else normal(_SCALARS["ip"], text) or ""


def _hardware(mac: object) -> str | None:
    """A hardware address in normal form; empty for one that no host has, `_WRONG` for what is none."""
    if mac is None:
        return None
    text = mac if isinstance(mac, str) and len(mac) < 60 else _WRONG
    return "" if _NO_MAC.fullmatch(text) else normal(_SCALARS["mac"], text) or _WRONG


def order(host: Host) -> tuple[int, int, str, str]:
    """By which hosts are sorted: their addresses, then their hardware addresses; those without an address last."""
    return *in_order(host.ip), host.mac or "", host.hostname or ""
