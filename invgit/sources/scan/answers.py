"""Who answers at once: to a connection, even by refusing it, or to a ping, where everybody may send one."""

import errno
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from time import monotonic

from invgit.sources.scan.machine import Part

_PORTS = (80, 443)
_AT_ONCE = 48
_SECONDS = 0.5
_ANSWERED = {0, errno.ECONNREFUSED, errno.ECONNRESET}
_ICMP6 = 58
_ECHO = {4: (1, bytes((8, 0)) + bytes(6)), 6: (_ICMP6, bytes((128, 0)) + bytes(6))}
"""Number of the protocol and a request for an echo (RFC 792, RFC 4443); the kernel fills in the rest."""
_ALL_NODES = "ff02::1"
_RESET_AT_ONCE = b"\1\0\0\0\0\0\0\0"
"""SO_LINGER of no time: a connection that was taken is dropped, not ended politely."""


def answering(asked: list[tuple[str, Part]]) -> set[str]:
    """The addresses of those that answer within half a second, each dozen by itself."""
    found: set[str] = set()
    waiting = iter(asked)
    while batch := list(islice(waiting, _AT_ONCE)):
        with ExitStack() as opened:
            found |= _answers(batch, opened)
    return found


def _answers(batch: list[tuple[str, Part]], opened: ExitStack) -> set[str]:
    echoes = [each for version in (4, 6) if (each := _pinged(batch, version, opened))]
    tried = {}
    found = set()
    for ip, part in batch:
        for port in _PORTS:
            made, code = _connecting(ip, port, part, opened)
            if made and code == errno.EINPROGRESS:
                tried[made] = ip
            elif code in _ANSWERED:
                found.add(ip)
    end = monotonic() + _SECONDS
    while (left := end - monotonic()) > 0 and (tried or echoes) and len(found) < len(batch):
        heard, done, _ = select.select(echoes, list(tried), [], left)
        for each in done:
            ip = tried.pop(each)
            if each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in _ANSWERED:
                found.add(ip)
        for each in heard:
            found.update(_echoed(each))
    return found & {ip for ip, _ in batch}


def _connecting(ip: str, port: int, part: Part, opened: ExitStack) -> tuple[socket.socket | None, int]:
    """A connection that is being made, from our address in the network; and how that stands."""
    try:
        made = opened.enter_context(socket.socket(_family(part.network.version), socket.SOCK_STREAM))
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
        made.bind((part.source, 0))
        return made, made.connect_ex((ip, port))
    except OSError as error:
        return None, error.errno or errno.EIO


def _pinged(batch: list[tuple[str, Part]], version: int, opened: ExitStack) -> socket.socket | None:
    """Where echoes arrive, once all were asked for one; None where nobody may ask, or nobody is to be asked."""
    asked = [ip for ip, part in batch if part.network.version == version]
    if not asked:
        return None
    protocol, request = _ECHO[version]
    try:
        made = opened.enter_context(socket.socket(_family(version), socket.SOCK_DGRAM, protocol))
    except OSError:  # the system lets no program of this user ping (net.ipv4.ping_group_range)
        return None
    made.setblocking(False)
    for ip in asked:
        with suppress(OSError):
            made.sendto(request, (ip, 0))
    return made


def _echoed(listener: socket.socket) -> Iterator[str]:
    """Who has sent an echo by now."""
    with suppress(OSError):
        while True:
            yield listener.recvfrom(1024)[1][0].partition("%")[0]


def everybody(interface: str, source: str) -> bool:
    """Ask all on a link (RFC 4291, 2.7.1) for an echo to one of our addresses, so that they answer from one like it.

    Gives whether that is permitted. The echoes are not waited for: to send one, they tell where they are.
    """
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with suppress(OSError), socket.socket(socket.AF_INET6, kind, _ICMP6) as made:
            index = socket.if_nametoindex(interface)
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            made.bind((source, 0))
            made.sendto(_ECHO[6][1], (_ALL_NODES, 0, 0, index))
            return True
    return False


def _family(version: int) -> int:
    return socket.AF_INET if version == 4 else socket.AF_INET6
