"""Addresses of devices and networks: hardware addresses, IP addresses, CIDRs."""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated

from pydantic_core import PydanticCustomError

from invgit.errors import UsageError
from invgit.model.marks import Scalar
from invgit.model.scalars import shown, wrong

_CANONICAL_MAC = re.compile(r"[0-9a-f][02468ace](?::[0-9a-f]{2}){5}")


def _mac(value: str) -> str:
    if _CANONICAL_MAC.fullmatch(value) and value != "00:00:00:00:00:00":
        return value
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
Mac = Annotated[str, Scalar("a MAC address", "macaddr", _MAC_SCHEMA, _mac, example="a0:1e:0b:00:00:01")]
"""EUI-48 in any usual spelling (colons, hyphens, Cisco's dots, none); not multicast (IEEE 802, the I/G bit)."""


_PART = re.compile(
    r"[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){1,3}|[0-9a-f]{6}(?:[0-9a-f]{2}){0,2}"
    r"|[0-9a-f]{4}\.[0-9a-f]{2}(?:[0-9a-f]{2}(?:\.[0-9a-f]{2})?)?"
)


def mac_or_part(text: str) -> str:
    """A MAC address in normal form, or its first three to five octets, in any of its spellings.

    Raises UsageError with what `Mac` says of it.
    """
    text = text.strip().lower()
    if _PART.fullmatch(text):
        digits = re.sub(r"[-:.]", "", text)
        return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    try:
        return _mac(text)
    except PydanticCustomError as error:
        raise UsageError(error.message()) from None


def is_local(mac: str) -> bool:
    """Whether somebody made a MAC address up, as phones do anew for each network (IEEE 802, the U/L bit)."""
    return bool(int(mac[:2], 16) & 2)


Bluetooth = Annotated[str, Scalar("a Bluetooth address", "varchar(17)", _MAC_SCHEMA, _mac, example="a0:1e:0b:00:00:03")]
"""BD_ADDR, written like a MAC address."""


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HOST_IP4 = re.compile(rf"(?:22[0-3]|2[01][0-9]|1[0-9][0-9]|[1-9][0-9]?)(?:\.{_OCTET}){{3}}")
"""IPv4 in normal form that a host can have: what nearly every address is."""


def _ip(version: int | None) -> Callable[[str], str]:
    family = f"an IPv{version} address" if version else "an IP address"

    def check(value: str) -> str:
        if version != 6 and _HOST_IP4.fullmatch(value):
            return value
        if "/" in value:
            raise wrong("bad-ip", f"`{shown(value)}` has a prefix length; {family} stands alone here")
        if "%" in value:
            raise wrong("bad-ip", f"`{shown(value)}` has a zone; it means something on one machine only")
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            raise wrong("bad-ip", f"`{shown(value)}` is not {family}{_reason(value)}") from None
        if version and address.version != version:
            raise wrong("bad-ip", f"`{shown(value)}` is not {family}")
        if address.is_unspecified or address.is_multicast or address == ipaddress.IPv4Address("255.255.255.255"):
            raise wrong("bad-ip", f"`{shown(value)}` is not an address a host can have")
        return str(address)

    return check


def _reason(value: str) -> str:
    """Why an IPv4 address is none, where that can be said."""
    octets = value.split(".")
    if len(octets) == 4 and all(octet.isascii() and octet.isdigit() for octet in octets):
        if any(len(octet) > 1 and octet.startswith("0") for octet in octets):
            return ": a leading zero makes it octal to some programs"
        return f": {shown(max(octets, key=lambda octet: (len(octet), octet)))} is more than 255"
    return ""


_IP4_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$"}
_IP6_SCHEMA = {"type": "string", "pattern": r"^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$"}
Ip4 = Annotated[str, Scalar("an IPv4 address", "inet", _IP4_SCHEMA, _ip(4), example="192.168.1.20")]
Ip6 = Annotated[str, Scalar("an IPv6 address", "inet", _IP6_SCHEMA, _ip(6), example="fd00:10::20")]
Ip = Annotated[
    str, Scalar("an IP address", "inet", {"anyOf": [_IP4_SCHEMA, _IP6_SCHEMA]}, _ip(None), example="192.168.1.20")
]


def _cidr(version: int | None) -> Callable[[str], str]:
    example = "fd00:10::/64" if version == 6 else "192.168.1.0/24"
    family = f"an IPv{version} network" if version else "a network"

    def check(value: str) -> str:
        if "/" not in value:
            raise wrong("bad-cidr", f"`{shown(value)}` has no prefix length; write it like {example}")
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            raise wrong("bad-cidr", f"`{shown(value)}` is not {family} such as {example}") from None
        if network.version != (version or network.version) or not value.partition("/")[2].isdigit():
            raise wrong("bad-cidr", f"`{shown(value)}` is not {family} such as {example}")
        if str(network.network_address) != str(ipaddress.ip_address(value.partition("/")[0])):
            raise wrong("bad-cidr", f"`{shown(value)}` has host bits set; the network is {network}")
        return str(network)

    return check


_CIDR4_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"}
_CIDR6_SCHEMA = {"type": "string", "pattern": r"^[0-9A-Fa-f:.]+/[0-9]{1,3}$"}
Cidr4 = Annotated[str, Scalar("an IPv4 network", "varchar(18)", _CIDR4_SCHEMA, _cidr(4), example="192.168.1.0/24")]
Cidr6 = Annotated[str, Scalar("an IPv6 network", "varchar(43)", _CIDR6_SCHEMA, _cidr(6), example="fd00:10::/64")]
Cidr = Annotated[
    str, Scalar("a network", "cidr", {"anyOf": [_CIDR4_SCHEMA, _CIDR6_SCHEMA]}, _cidr(None), example="192.168.1.0/24")
]


def _eui64(value: str) -> str:
    digits = re.sub(r"^0x|[:-]", "", value)
    if not re.fullmatch(_EUI64_FORMS, value, re.ASCII):
        raise wrong("bad-text", f"`{shown(value)}` is not an EUI-64 such as 00:12:4b:00:1c:a1:b2:c3")
    return ":".join(digits.lower()[at : at + 2] for at in range(0, 16, 2))


_EUI64_FORMS = r"(?:0x)?[0-9A-Fa-f]{16}|[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){7}"
Eui64 = Annotated[
    str,
    Scalar(
        "an EUI-64",
        "varchar(24)",
        {"type": ["string", "number"], "pattern": f"^(?:{_EUI64_FORMS})$"},
        _eui64,
        example="00:12:4b:00:1c:a1:b2:c3",
    ),
]
"""Sixteen hexadecimal digits, in pairs with colons or hyphens, or without; kept in pairs with colons."""
