"""Domain values: for each one its validation, its normal form, its SQL type and its JSON Schema, once.

Values arrive as text, because the reader types nothing, and stay plain JSON values in normal form: a MAC is lower case
with colons, an address as RFC 5952 writes it, a date ISO 8601, a decimal without trailing zeros.
Equal meaning is equal text.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from invgit.model.marks import Freeform, Scalar
from invgit.text.tree import Quoted

LINE = r"^\S(?:.*\S)?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CONNECTION_SLUG = r"^[a-z0-9]+(--?[a-z0-9]+)*$"
"""`--` joins the two ends of a connection: `nas--core-switch`."""

_TEXT: Mapping[str, object] = {"type": ["string", "number", "boolean"]}


def wrong(code: str, message: str) -> PydanticCustomError:
    """The error of a scalar: pydantic carries our code and message to the place where the value stands."""
    return PydanticCustomError(code, "{message}", {"message": message})


def kind_of(value: object) -> str:
    """What a YAML value is, in words."""
    return {dict: "a mapping", list: "a list", tuple: "a list", type(None): "nothing", bool: "true or false"}.get(
        type(value), "text"
    )


def _line(limit: int, what: str = "text") -> Scalar:
    """One line of text, not empty, without blanks at its ends, at most `limit` characters."""
    schema = {**_TEXT, "minLength": 1, "maxLength": limit}
    return Scalar(what, f"varchar({limit})", schema, limit=limit, pattern=LINE)


Text10 = Annotated[str, _line(10)]
Text20 = Annotated[str, _line(20)]
Text50 = Annotated[str, _line(50)]
Text100 = Annotated[str, _line(100)]
Text255 = Annotated[str, _line(255)]
Name = Annotated[str, _line(255, "a name")]
Prose = Annotated[str, Scalar("text", "text", {**_TEXT, "minLength": 1, "maxLength": 10_000}, limit=10_000)]
"""Text of any number of lines, at most 10,000 characters."""
Slug = Annotated[
    str,
    Scalar(
        "a slug: lower-case letters, digits and single hyphens",
        "varchar(100)",
        {**_TEXT, "pattern": SLUG, "maxLength": 100},
        limit=100,
        pattern=SLUG,
    ),
]


def integer(low: int, high: int) -> Scalar:
    """A whole number from `low` to `high`, in decimal digits: no underscores, no hexadecimal, no leading zero."""
    what = f"a whole number from {low} to {high}"

    def check(value: str) -> int:
        if not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,18})", value, re.ASCII) or not low <= int(value) <= high:
            raise wrong("bad-integer", f"`{shown(value)}` is not {what}")
        return int(value)

    schema = {"type": ["integer", "string"], "minimum": low, "maximum": high, "pattern": r"^-?(0|[1-9][0-9]*)$"}
    return Scalar(what, "integer", schema, check)


def decimal(digits: int, places: int, low: int, high: int) -> Scalar:
    """A decimal number from `low` to `high` with at most `places` digits after the point; kept as text."""
    what = f"a number from {low} to {high} with at most {places} decimal places"

    def check(value: str) -> str:
        if not re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", value, re.ASCII):
            raise wrong("bad-number", f"`{shown(value)}` is not {what}")
        number = Decimal(value)
        normal = normal_decimal(value)
        if not low <= number <= high or len(normal.partition(".")[2]) > places:
            raise wrong("bad-number", f"`{shown(value)}` is not {what}")
        return normal

    schema = {"type": ["number", "string"], "minimum": low, "maximum": high, "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
    return Scalar(what, f"decimal({digits},{places})", schema, check)


def normal_decimal(value: str) -> str:
    """A decimal without trailing zeros, without exponent, and with one zero only: `10.50` is `10.5`, `-0` is `0`."""
    number = format(Decimal(value).normalize(), "f")
    return "0" if number == "-0" else number


def shown(value: str) -> str:
    """A wrong value as a message may repeat it: short, on one line; long ones might be anything, a secret too."""
    return value if len(value) <= 40 and value.isprintable() else f"{value[:8]!r}… ({len(value)} characters)"


_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _flag(value: str) -> bool:
    if value not in _FLAGS:
        raise wrong("bad-boolean", f"`{shown(value)}` is none of true, false, yes, no, on, off")
    return _FLAGS[value]


Flag = Annotated[
    bool, Scalar("true or false", "boolean", {"anyOf": [{"type": "boolean"}, {"enum": list(_FLAGS)}]}, _flag)
]


def _mac(value: str) -> str:
    digits = re.sub(r"[-:.]", "", value)
    if not re.fullmatch(_MAC_FORMS, value, re.ASCII):
        raise wrong("bad-mac", f"`{shown(value)}` is not a MAC address such as a0:1e:0b:00:00:01")
    octets = digits.lower()
    if octets == "0" * 12 or int(octets[:2], 16) & 1:
        kind = "all zero" if octets == "0" * 12 else "a broadcast or multicast address"
        raise wrong("bad-mac", f"`{shown(value)}` is {kind}: no device has it")
    return ":".join(octets[at : at + 2] for at in range(0, 12, 2))


_MAC_FORMS = (
    r"(?:[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{12})"
)
_MAC_SCHEMA = {"type": ["string", "number"], "pattern": f"^{_MAC_FORMS}$"}
Mac = Annotated[str, Scalar("a MAC address", "macaddr", _MAC_SCHEMA, _mac)]
"""EUI-48 in any usual spelling (colons, hyphens, Cisco's dots, none); not multicast (IEEE 802, the I/G bit)."""
Bluetooth = Annotated[str, Scalar("a Bluetooth address", "varchar(17)", _MAC_SCHEMA, _mac)]
"""BD_ADDR, written like a MAC address."""


def _ip(version: int | None) -> Callable[[str], str]:
    family = f"an IPv{version} address" if version else "an IP address"

    def check(value: str) -> str:
        if "/" in value:
            raise wrong("bad-ip", f"`{shown(value)}` has a prefix length; {family} stands alone here")
        if "%" in value:
            raise wrong("bad-ip", f"`{shown(value)}` has a zone; it means something on one machine only")
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            raise wrong("bad-ip", f"`{shown(value)}` is not {family}") from None
        if version and address.version != version:
            raise wrong("bad-ip", f"`{shown(value)}` is not {family}")
        if address.is_unspecified or address.is_multicast or address == ipaddress.IPv4Address("255.255.255.255"):
            raise wrong("bad-ip", f"`{shown(value)}` is not an address a host can have")
        return str(address)

    return check


_IP4_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$"}
_IP6_SCHEMA = {"type": "string", "pattern": r"^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$"}
Ip4 = Annotated[str, Scalar("an IPv4 address", "inet", _IP4_SCHEMA, _ip(4))]
Ip6 = Annotated[str, Scalar("an IPv6 address", "inet", _IP6_SCHEMA, _ip(6))]
Ip = Annotated[str, Scalar("an IP address", "inet", {"anyOf": [_IP4_SCHEMA, _IP6_SCHEMA]}, _ip(None))]


def _cidr(version: int) -> Callable[[str], str]:
    example = "192.168.1.0/24" if version == 4 else "fd00:10::/64"

    def check(value: str) -> str:
        if "/" not in value:
            raise wrong("bad-cidr", f"`{shown(value)}` has no prefix length; write it like {example}")
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            raise wrong("bad-cidr", f"`{shown(value)}` is not an IPv{version} network such as {example}") from None
        if network.version != version or not value.partition("/")[2].isdigit():
            raise wrong("bad-cidr", f"`{shown(value)}` is not an IPv{version} network such as {example}")
        if str(network.network_address) != str(ipaddress.ip_address(value.partition("/")[0])):
            raise wrong("bad-cidr", f"`{shown(value)}` has host bits set; the network is {network}")
        return str(network)

    return check


_CIDR4_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"}
_CIDR6_SCHEMA = {"type": "string", "pattern": r"^[0-9A-Fa-f:.]+/[0-9]{1,3}$"}
Cidr4 = Annotated[str, Scalar("an IPv4 network", "varchar(18)", _CIDR4_SCHEMA, _cidr(4))]
Cidr6 = Annotated[str, Scalar("an IPv6 network", "varchar(43)", _CIDR6_SCHEMA, _cidr(6))]


def _eui64(value: str) -> str:
    digits = re.sub(r"^0x|[:-]", "", value)
    if not re.fullmatch(_EUI64_FORMS, value, re.ASCII):
        raise wrong("bad-text", f"`{shown(value)}` is not an EUI-64 such as 00:12:4b:00:1c:a1:b2:c3")
    return ":".join(digits.lower()[at : at + 2] for at in range(0, 16, 2))


_EUI64_FORMS = r"(?:0x)?[0-9A-Fa-f]{16}|[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){7}"


def _form(what: str, sql: str, form: str, *, lower: bool = False) -> Scalar:
    """Text of a fixed form; `lower` makes its normal form lower case."""

    def check(value: str) -> str:
        if not re.fullmatch(form, value, re.ASCII):
            raise wrong("bad-text", f"`{shown(value)}` is not {what}")
        return value.lower() if lower else value

    return Scalar(what, sql, {**_TEXT, "pattern": f"^(?:{form})$"}, check)


_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Hostname = Annotated[
    str,
    _form("a host name (RFC 1123)", "varchar(255)", rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*", lower=True),
]
Color = Annotated[str, _form("a colour such as #1e90ff", "varchar(7)", "#[0-9A-Fa-f]{6}", lower=True)]
Eui64 = Annotated[str, Scalar("an EUI-64", "varchar(24)", {**_TEXT, "pattern": f"^(?:{_EUI64_FORMS})$"}, _eui64)]
"""Sixteen hexadecimal digits, in pairs with colons or hyphens, or without; kept in pairs with colons."""
HostFile = Annotated[
    str,
    _form("a path in this repository", "text", r"(?!/|.*(?:^|/)\.\.?(?:/|$))[^\\\s:][^\\:]{0,250}"),
]
"""Relative, with forward slashes, and staying inside."""


def _link(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", value):
        raise wrong("bad-url", f"`{shown(value)}` is not a link: http:// or https://, a host, no user and no password")
    return value


_LINK_SCHEMA = {"type": "string", "pattern": r"^https?://[^\s/?#@]+([/?#]\S*)?$", "maxLength": 2000}
Link = Annotated[str, Scalar("a link", "text", _LINK_SCHEMA, _link, limit=2000)]
"""A web address; other schemes could run something in a browser, credentials do not belong in a file."""


def _freeform(value: Any) -> Any:
    """Free-form YAML: bare `true`, `false` and JSON numbers (RFC 8259) are typed, `null` is null, all else is text."""
    if isinstance(value, dict):
        return {str(key): _freeform(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_freeform(item) for item in value]
    if not isinstance(value, str) or isinstance(value, Quoted):
        return str(value) if isinstance(value, Quoted) else value
    if value in {"true", "false"}:
        return value == "true"
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", value, re.ASCII):
        return value
    if re.fullmatch(r"-?[0-9]{1,300}", value):
        return int(value)
    number = float(value) if len(value) <= 300 else float("inf")
    if number in {float("inf"), float("-inf")}:
        raise wrong("bad-number", f"`{shown(value)}` is too large for a number; quote it to make it text")
    return number


def _mapping(value: Any) -> Any:
    if not isinstance(value, dict):
        raise wrong("wrong-type", f"expected a mapping, found {kind_of(value)}")
    return _freeform(value)


Json = Annotated[dict[str, Any], Freeform("a mapping", _mapping)]
"""Anything, under keys of your own."""


def _tags(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(value)))


Tags = Annotated[tuple[Slug, ...], AfterValidator(_tags)]
"""A set of slugs: neither their order nor a repetition means anything."""
InterfaceName = Annotated[
    str, _form("an interface name", "varchar(50)", r"[A-Za-z0-9](?:[A-Za-z0-9 ._/:-]{0,48}[A-Za-z0-9])?")
]
"""As the operating system or the label says: eth1, LAN 2, br-lan.20."""
