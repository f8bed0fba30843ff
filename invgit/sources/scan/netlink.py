"""Linux's own tables of links, addresses and neighbours: rtnetlink(7), which everybody may read without any program."""

import errno
import socket
import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

_REQUEST, _DUMP, _DUMP_INTERRUPTED = 0x1, 0x300, 0x10
_ERROR, _DONE = 2, 3
_NEW_LINK, _GET_LINK = 16, 18
_NEW_ADDRESS, _GET_ADDRESS = 20, 22
_NEW_NEIGHBOUR, _GET_NEIGHBOUR = 28, 30
_TRIES = 5
_TICKS = 100
"""USER_HZ: in how many parts of a second ages are told to programs."""

_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_LINK = struct.Struct("=BxHiII")
_ADDRESS = struct.Struct("=BBBBI")
_NEIGHBOUR = struct.Struct("=BxxxiHBB")

PERMANENT = 0x80
"""State of an entry that a person made (NUD_PERMANENT)."""
HAS_MAC = 0x02 | 0x04 | 0x08 | 0x10 | PERMANENT
"""States with an address that was once right: reachable, stale, delay, probe, permanent."""
_PROXY = 0x08
_NOT_YET = 0x08 | 0x40
"""Flags of own addresses that are no good: a duplicate is there, or looked for (IFA_F_DADFAILED, TENTATIVE)."""


class Link(NamedTuple):
    """An interface, as RTM_NEWLINK has it."""

    number: int
    name: str
    type: int
    """Of hardware, as ARP numbers it (ARPHRD_): 1 is Ethernet, and Wi-Fi."""
    flags: int
    mac: bytes


class Own(NamedTuple):
    """An address of this machine."""

    link: int
    ip: str
    prefix: int


class Neighbour(NamedTuple):
    """An entry of the neighbour table that has a hardware address."""

    link: int
    ip: str
    mac: str
    state: int
    age: float
    """Seconds since it was known for certain that it is there."""


def links() -> Iterator[Link]:
    """The interfaces. Raises OSError where the kernel does not tell."""
    for body in _dump(_GET_LINK, _NEW_LINK, _LINK.size):
        _, kind, index, flags, _ = _LINK.unpack_from(body)
        said = _attributes(body, _LINK.size)
        yield Link(index, said.get(3, b"").rstrip(b"\0").decode("utf-8", "replace"), kind, flags, said.get(1, b""))


def own_addresses() -> Iterator[Own]:
    """The addresses of this machine. Raises OSError."""
    for body in _dump(_GET_ADDRESS, _NEW_ADDRESS, _ADDRESS.size):
        family, prefix, flags, _, index = _ADDRESS.unpack_from(body)
        said = _attributes(body, _ADDRESS.size)
        raw = said.get(2) or said.get(1)
        if raw and family in _FAMILIES and not flags & _NOT_YET:
            yield Own(index, socket.inet_ntop(family, raw), prefix)


def neighbours() -> Iterator[Neighbour]:
    """Who is known on the links, with six octets of hardware address. Raises OSError."""
    for body in _dump(_GET_NEIGHBOUR, _NEW_NEIGHBOUR, _NEIGHBOUR.size):
        family, index, state, flags, _ = _NEIGHBOUR.unpack_from(body)
        said = _attributes(body, _NEIGHBOUR.size)
        ip, mac, info = said.get(1), said.get(2, b""), said.get(3, b"")
        if ip and family in _FAMILIES and len(mac) == 6 and state & HAS_MAC and not flags & _PROXY:
            age = struct.unpack_from("=I", info)[0] / _TICKS if len(info) >= 4 else float("inf")
            yield Neighbour(index, socket.inet_ntop(family, ip), mac.hex(":"), state, age)


_FAMILIES = {socket.AF_INET, socket.AF_INET6}


def _dump(ask: int, answer: int, size: int) -> Iterator[bytes]:
    """The bodies of all messages of a table. One that changes while it is read is read again."""
    for attempt in range(_TRIES):
        found, whole = _dumped(ask, answer, size)
        if whole or attempt == _TRIES - 1:
            yield from found
            return


def _dumped(ask: int, answer: int, size: int) -> tuple[list[bytes], bool]:
    found: list[bytes] = []
    whole = True
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, "only Linux has netlink")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0) as opened:
        opened.settimeout(5)
        opened.sendall(_HEADER.pack(_HEADER.size + size, ask, _REQUEST | _DUMP, 1, 0) + bytes(size))
        while True:
            data, at = opened.recv(256 * 1024), 0
            while at + _HEADER.size <= len(data):
                length, kind, flags, _, _ = _HEADER.unpack_from(data, at)
                body, at = data[at + _HEADER.size : at + length], at + max(-(-length // 4) * 4, _HEADER.size)
                whole = whole and not flags & _DUMP_INTERRUPTED
                if kind == _DONE:
                    return found, whole
                if kind == _ERROR:
                    code = -struct.unpack_from("=i", body)[0]
                    raise OSError(code or errno.EIO, "the kernel does not tell")
                if kind == answer:
                    found.append(body)


def _attributes(body: bytes, at: int) -> dict[int, bytes]:
    """Values by the number of their type."""
    found = {}
    while at + _ATTRIBUTE.size <= len(body):
        length, kind = _ATTRIBUTE.unpack_from(body, at)
        if length < _ATTRIBUTE.size:
            break
        found[kind & 0x3FFF] = body[at + _ATTRIBUTE.size : at + length]
        at += -(-length // 4) * 4
    return found
