"""Who answers on this machine's own links, without rights and without a program.

A packet to nobody in particular makes the kernel ask who has an address (ARP, RFC 826; neighbour discovery, RFC 4861),
and its neighbour table tells who answered. What stood there before says little: it is kept for hours. So everybody is
held for there of whom the kernel became certain since the scan began, or who answers something himself.
"""

import errno
import ipaddress
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from time import monotonic, sleep

from invgit.errors import SourceError
from invgit.sources.scan.answers import answering, everybody
from invgit.sources.scan.machine import Entry, Part, Table, table

BATCH = 128
_PAUSE = 0.5
"""Linux keeps at most 1,024 neighbours, each unanswered one for three seconds (gc_thresh3, mcast_solicit): who is asked
faster is forgotten before he can answer. And a socket holds 256 packets that wait for an address."""
_APART = 1.0
"""Seconds between two questions to one address: who sleeps on a Wi-Fi wakes up for the second."""
_UNDECIDED = 10.0
"""Seconds to wait for those who were known before: the kernel trusts an old entry for five, then it asks thrice."""
_LAST_ASK = 1.2
_TRIES = 3
_TELL_ERRORS = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}
"""IP_RECVERR, IPV6_RECVERR (ip(7), ipv6(7))."""
_DISCARD = 9
"""The port of a service that nobody has (RFC 863)."""
Progress = Callable[[int, int], None]


class Neighbours:
    """A look at parts of networks; what it has found is in `there` and `unsure`."""

    def __init__(self, parts: list[Part], *, quick: bool, progress: Progress) -> None:
        self._parts, self._quick, self._progress = parts, quick, progress
        self._interfaces = list({part.interface.name: part.interface for part in parts}.values())
        self.own = {str(each.ip) for interface in self._interfaces for each in interface.addresses}
        """This machine's addresses on the links."""
        self._begun = monotonic()
        self._before = self._known = self._table()
        self._part_of: dict[str, Part | None] = {}
        self.there: dict[str, str] = {}
        """Hardware address by address, of who is certainly there."""
        self.unsure: dict[str, str] = {}
        """The same, of who was there once, and has neither answered nor been silent for long enough."""
        self.unasked: dict[str, Part] = {}
        """Whom the kernel had no room to ask for."""
        self.deaf = False
        """Whether nobody could be asked over IPv6: only whom the kernel knew is known."""

    def look(self) -> None:
        """Ask everybody, and wait for the answers. Raises SourceError where the links cannot be used."""
        passes = 1 if self._quick else 2
        total = passes * sum(_size(part) for part in self._parts)
        done = 0
        for number in range(passes):
            begun = monotonic()
            self._wake_ipv6()
            for batch in self._batches():
                self._ask(batch)
                done += len(batch)
                self._progress(min(done, total), total)
            for _ in range(_TRIES):
                for batch in _batched((part, ip) for ip, part in list(self.unasked.items())):
                    self._ask(batch)
            if number == 0:
                self._confirm()
                self._wait(max(0.0, _APART - (monotonic() - begun)) if passes > 1 else _PAUSE)
            else:
                self._wait(_PAUSE)
        self._decide()
        self._progress(total, total)

    def known(self) -> dict[str, str]:
        """Hardware address by address as the kernel has them now, after others have asked; `there` is up to date."""
        self._hear()
        self._confirm()
        self._decide()
        return self.unsure | self.there

    # --- asking -------------------------------------------------------------------------------------------------------

    def _batches(self) -> Iterator[list[tuple[Part, str]]]:
        """Addresses that nobody has answered for yet; of IPv6, those that the kernel knows."""
        return _batched(pair for part in self._parts for pair in self._addresses(part))

    def _addresses(self, part: Part) -> Iterator[tuple[Part, str]]:
        if part.network.version == 4:
            found: Iterable[str] = (str(each) for each in part.network.hosts())
        else:
            found = sorted(ip for name, ip in self._known if name == part.interface.name and self._of(ip) is part)
        return ((part, ip) for ip in found if ip not in self.there and ip not in self.own)

    def _ask(self, batch: list[tuple[Part, str]]) -> None:
        """A packet to each, from sockets that are bound to the link, so that it cannot take another way."""
        with ExitStack() as opened:
            sockets: dict[int, socket.socket] = {}
            for part, ip in batch:
                if id(part) not in sockets:
                    sockets[id(part)] = opened.enter_context(_socket(part))
                if _sent(sockets[id(part)], ip):
                    self.unasked.pop(ip, None)
                else:
                    self.unasked[ip] = part
            self._wait(_PAUSE)

    def _wake_ipv6(self) -> None:
        """Everybody on the links, at once: who answers is in the table then."""
        six = [part for part in self._parts if part.network.version == 6]
        heard = [everybody(part.interface.name, part.source) for part in six]
        self.deaf = not all(heard)
        if any(heard):
            self._wait(_PAUSE)

    # --- hearing ------------------------------------------------------------------------------------------------------

    def _table(self) -> Table:
        return table(self._interfaces)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            sleep(seconds)
        self._hear()

    def _hear(self) -> None:
        """Look into the table: certain is who was confirmed since we began, and who has come into it, or changed."""
        since = monotonic() - self._begun
        self._known = self._table()
        for key, entry in self._known.items():
            ip = key[1]
            part = self._of(ip)
            if part and part.interface.name == key[0] and ip not in self.own:
                before = self._before.get(key)
                if entry.age <= since or before is None or before.mac != entry.mac:
                    self.there[ip] = entry.mac

    def _of(self, ip: str) -> Part | None:
        """The part that an address lies in."""
        if ip not in self._part_of:
            address = ipaddress.ip_address(ip)
            inside = (each for each in self._parts if each.network.version == address.version)
            self._part_of[ip] = next((each for each in inside if address in each.network), None)
        return self._part_of[ip]

    # --- who was known before -----------------------------------------------------------------------------------------

    def _undecided(self, table: Table | None = None) -> dict[str, Entry]:
        """Who is in the table, on the link where he belongs, and is not certainly there."""
        return {
            ip: entry
            for (name, ip), entry in (self._known if table is None else table).items()
            if (part := self._of(ip)) and part.interface.name == name and ip not in self.there and ip not in self.own
        }

    def _confirm(self) -> None:
        """Who answers himself is there, without waiting for the kernel's doubts."""
        waiting = self._undecided()
        for ip in answering([(ip, part) for ip in waiting if (part := self._of(ip))]):
            self.there[ip] = waiting[ip].mac

    def _decide(self) -> None:
        """Wait until the kernel has made up its mind about everybody whom it knew; ask again for whom it gave up."""
        end = monotonic() + (0 if self._quick else _UNDECIDED)
        given_up: dict[str, float] = {}
        waiting = set(self._undecided(self._before)) | set(self._undecided())
        while waiting and monotonic() < end:
            self._wait(_PAUSE / 2)
            known, now = self._undecided(), monotonic()
            fresh = [ip for ip in sorted(waiting) if ip not in known and ip not in self.there and ip not in given_up]
            given_up |= dict.fromkeys(fresh, now)
            for batch in _batched((part, ip) for ip in fresh if (part := self._of(ip))):
                self._ask(batch)
            gone = {ip for ip, at in given_up.items() if now - at > _LAST_ASK}
            waiting -= gone | set(self.there)
        self.unsure = {ip: entry.mac for ip, entry in self._undecided().items()}


def _batched(asked: Iterator[tuple[Part, str]]) -> Iterator[list[tuple[Part, str]]]:
    while batch := list(islice(asked, BATCH)):
        yield batch


def _sent(by: socket.socket, ip: str) -> bool:
    """Send a packet that nobody waits for. False where the kernel's table of neighbours or buffer is full.

    Who tells us that he wants none makes the next packet fail, to whomever: that one is sent again.
    """
    for _ in range(_TRIES * 3):
        try:
            by.sendto(b"", (ip, _DISCARD))
            return True
        except OSError as error:
            if error.errno in {errno.ENOBUFS, errno.EAGAIN}:
                return False
    return True


def _size(part: Part) -> int:
    return part.network.num_addresses if part.network.version == 4 else 0


def _socket(part: Part) -> socket.socket:
    """For packets on the part's link alone. Raises SourceError where that has gone meanwhile."""
    family = socket.AF_INET if part.network.version == 4 else socket.AF_INET6
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        if sys.platform == "linux":
            with suppress(OSError):  # before 5.7 only root may
                made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, part.interface.name.encode())
        if sys.platform == "linux":  # else a full table is no error (udp(7))
            made.setsockopt(*_TELL_ERRORS[part.network.version], 1)
        made.bind((part.source, 0))
    except OSError as error:
        made.close()
        help = "is the cable in, the Wi-Fi there? then scan again"
        raise SourceError(f"{part.interface.name} cannot be used any more: {error.strerror}", help=help) from error
    return made
