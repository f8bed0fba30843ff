"""Names of hosts, from the name servers of their own networks: DNS (RFC 1035) asked for PTR records.

Nobody else is asked, neither the system's resolver nor a server on the internet: who is at home is nobody's business.
"""

import ipaddress
import secrets
import select
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from time import monotonic

from invgit.sources.scan.rows import told

_PORT = 53
_PTR, _IN = 12, 1
_SECONDS = 1.5
"""For all names together: a name is a convenience, and its server is near."""
_AGAIN = 0.5
_AT_ONCE = 64
_MOST = 255
_HEADER = struct.Struct("!HHHHHH")


def names(asked: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Names by address; `asked` has the servers for each, in the order in which they are believed.

    What does not come in time, or is no PTR record, is no name.
    """
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as four,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six,
    ):
        sockets = {4: four, 6: six}
        for each in sockets.values():
            each.setblocking(False)
        questions = _questions(asked)
        answers: dict[tuple[str, str], str | None] = {}
        begun = monotonic()
        for until in (_AGAIN, _SECONDS):
            waiting = [each for each in questions.items() if (each[1][0], each[1][1]) not in answers]
            for at in range(0, len(waiting), _AT_ONCE):
                for number, (ip, server) in waiting[at : at + _AT_ONCE]:
                    with suppress(OSError):
                        sockets[6 if ":" in server else 4].sendto(_question(number, ip), (server, _PORT))
                _hear(sockets, questions, answers, monotonic() + 0.01)
            _hear(sockets, questions, answers, begun + until)
    best = {}
    for ip, servers in asked.items():
        if found := next((name for server in servers if (name := answers.get((ip, server)))), None):
            best[ip] = found
    return best


_Questions = Mapping[int, tuple[str, str]]


def _questions(asked: Mapping[str, tuple[str, ...]]) -> _Questions:
    """Address and server by a number that nobody can guess."""
    pairs = [(ip, server) for ip, servers in asked.items() for server in servers][:0xFFFF]
    return dict(zip(secrets.SystemRandom().sample(range(0x10000), len(pairs)), pairs, strict=True))


def _question(number: int, ip: str) -> bytes:
    labels = ipaddress.ip_address(ip).reverse_pointer.split(".")
    name = b"".join(bytes([len(each)]) + each.encode() for each in labels) + b"\0"
    return _HEADER.pack(number, 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", _PTR, _IN)


def _hear(
    sockets: Mapping[int, socket.socket],
    questions: _Questions,
    answers: dict[tuple[str, str], str | None],
    end: float,
) -> None:
    """Take answers until a moment, or until there are all."""
    while len(answers) < len(questions) and (left := end - monotonic()) > 0:
        for each in select.select(list(sockets.values()), [], [], left)[0]:
            with suppress(OSError):
                data, sender = each.recvfrom(4096)
                number = int.from_bytes(data[:2], "big")
                if number in questions and questions[number][1] == sender[0] and sender[1] == _PORT:
                    ip = questions[number][0]
                    answers[questions[number]] = _name(data, _question(number, ip))


def _name(data: bytes, question: bytes) -> str | None:
    """The name in an answer to a question: the first PTR record's; None where there is none that can be read."""
    try:
        _, flags, questions, records, _, _ = _HEADER.unpack_from(data)
        if not flags & 0x8000 or questions != 1 or data[12 : len(question)].lower() != question[12:].lower():
            return None
        at = len(question)
        for _ in range(min(records, 20)):
            _, at = _labels(data, at)
            kind, _, _, length = struct.unpack_from("!HHIH", data, at)
            if kind == _PTR:
                return told(".".join(_labels(data, at + 10)[0]))
            at += 10 + length
    except (struct.error, IndexError):
        pass
    return None


def _labels(data: bytes, at: int) -> tuple[list[str], int]:
    """The labels of a name, which may point backwards (RFC 1035, 4.1.4), and where what follows it begins."""
    found: list[str] = []
    after, end = 0, at
    for _ in range(_MOST):
        length = data[at]
        if length >= 0xC0:
            after = after or at + 2
            at = (length & 0x3F) << 8 | data[at + 1]
        elif length == 0:
            end = after or at + 1
            break
        else:
            found.append(data[at + 1 : at + 1 + length].decode("utf-8", "replace"))
            at += 1 + length
    else:
        raise IndexError
    return found, end


def servers(configuration: str) -> Iterator[str]:
    """The name servers in a resolv.conf(5), in their order."""
    for row in configuration.splitlines():
        words = row.split()
        if len(words) > 1 and words[0] == "nameserver":
            with suppress(ValueError):
                yield str(ipaddress.ip_address(words[1]))
