"""A wire between a client and PostgreSQL that reads the messages on it, and breaks where somebody wants it to.

It counts what the client asks for: a query, a sync, a piece of a COPY ("Frontend/Backend Protocol" of the PostgreSQL
documentation). Before each request reaches the server, when it has been sent, and before its answer reaches the
client, `act` is asked what becomes of it. Only the first session is watched: another one is how a client looks up what
happened.
"""

import select
import shutil
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from psycopg import conninfo

Moment = Literal["before", "sent", "after"]
"""A request is still held back; it is with the server; its answer is held back."""

_SPECIAL = {80877103, 80877104}
"""Codes of SSLRequest and GSSENCRequest, where a protocol version stands otherwise."""
_CANCEL = 80877102
_ENDS = frozenset(b"QScdf")
"""Types of the messages that end a request: Query, Sync, CopyDone, CopyData, CopyFail."""


@dataclass(frozen=True)
class Point:
    """A moment of a request of the watched session."""

    number: int
    moment: Moment
    label: str
    """The beginning of its SQL; what a COPY consists of says `COPY data`, `COPY done`."""
    backend: int
    """The server's process."""


class Cut(Exception):
    """Both ends of the wire break."""


@dataclass(frozen=True)
class Say:
    """The server gets these statements instead, one by one; the client gets the first answer, and the last state."""

    statements: tuple[str, ...]


Act = Callable[[Point], Say | None]
"""What becomes of a request at a point: it goes on (None), something else does, or Cut is raised."""


def passed(_point: Point) -> None:
    """Everything goes on."""


class _Messages:
    """Bytes to whole messages: type and everything, the type included."""

    def __init__(self) -> None:
        self.rest = b""

    def of(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        self.rest += data
        while len(self.rest) >= 5:
            end = 1 + struct.unpack_from("!I", self.rest, 1)[0]
            if len(self.rest) < end:
                return
            message, self.rest = self.rest[:end], self.rest[end:]
            yield message[0], message


@dataclass
class _Session:
    """One connection through the wire."""

    client: socket.socket
    server: socket.socket
    act: Act
    points: list[Point] = field(default_factory=list)
    backend: int = 0
    request: bytes = b""
    label: str = ""
    held: bytes = b""
    """The answer to the last request, as far as it is here."""
    names: dict[bytes, str] = field(default_factory=dict)
    number: int = 0
    copying: bool = False

    def run(self) -> None:
        """Pass on until an end breaks, or is broken."""
        try:
            self.pump()
        except (OSError, Cut):
            pass
        finally:
            for end in (self.client, self.server):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def pump(self) -> None:
        up, down = _Messages(), _Messages()
        while True:
            ready, _, _ = select.select([self.client, self.server], [], [])
            if self.server in ready:
                data = self.server.recv(65536)
                for kind, message in down.of(data):
                    self.answered(kind, message)
                if not data:
                    self.client.sendall(self.held)
                    return
            if self.client in ready:
                data = self.client.recv(65536)
                for kind, message in up.of(data):
                    self.asked(kind, message)
                if not data:
                    return

    def asked(self, kind: int, message: bytes) -> None:
        """A message of the client's: kept until its request is whole."""
        self.request += message
        if kind == ord("P"):
            name, text = message[5:].split(b"\0", 2)[:2]
            self.label = self.names[name] = _short(text)
        elif kind == ord("B"):
            self.label = self.names.get(message[5:].split(b"\0", 2)[1], "?")
        elif kind == ord("Q"):
            self.label = _short(message[5:])
        elif kind in b"dcf":
            self.label = {"d": "COPY data", "c": "COPY done", "f": "COPY fail"}[chr(kind)]
        elif kind == ord("X"):
            self.server.sendall(self.request)
            raise Cut
        if kind not in _ENDS or not self.backend:
            if not self.backend:
                self._forward()
            return
        instead = self.reached("before")
        if instead is None:
            self._forward()
        elif self.label == "COPY data":
            self.server.sendall(_message("f", b"broken by hand\0"))
            self.request = b""
        else:
            self.request = b""
            self.client.sendall(self.said(instead))
        self.reached("sent")
        if kind == ord("d"):
            self.number += 1

    def answered(self, kind: int, message: bytes) -> None:
        """A message of the server's: kept until the answer is whole."""
        if not self.backend:
            self.client.sendall(message)
            if kind == ord("K"):
                self.held = message
            if kind == ord("Z"):
                self.backend, self.held = struct.unpack_from("!I", self.held, 5)[0], b""
            return
        self.held += message
        if kind in b"ZG":
            self.reached("after")
            held, self.held = self.held, b""
            self.number += 1
            self.client.sendall(held)

    def reached(self, moment: Moment) -> Say | None:
        point = Point(self.number, moment, self.label, self.backend)
        self.points.append(point)
        return self.act(point)

    def said(self, instead: Say) -> bytes:
        """The first statement's answer, and the state after the last."""
        answer, state, messages = b"", b"", _Messages()
        for number, statement in enumerate(instead.statements):
            self.server.sendall(_message("Q", statement.encode() + b"\0"))
            state = b""
            while not state:
                data = self.server.recv(65536)
                if not data:
                    raise Cut
                for kind, message in messages.of(data):
                    if kind == ord("Z"):
                        state = message
                    elif not number:
                        answer += message
        self.number += 1
        return answer + state

    def _forward(self) -> None:
        request, self.request = self.request, b""
        self.server.sendall(request)


def _short(text: bytes) -> str:
    return " ".join(text.split(b"\0", 1)[0].decode(errors="replace").split())


def _message(kind: str, body: bytes) -> bytes:
    return kind.encode() + struct.pack("!I", len(body) + 4) + body


class Wire:
    """Listens like a server, at `dsn`. With `deaf` nobody is let in again once a session was watched."""

    def __init__(self, dsn: str, act: Act = passed, *, deaf: bool = False) -> None:
        given = conninfo.conninfo_to_dict(dsn)
        self.folder = Path(tempfile.mkdtemp(prefix="wire-"))
        self.port = str(given.get("port") or "5432")
        self.target = str(given.get("host") or "/var/run/postgresql")
        self.dsn = conninfo.make_conninfo(dsn, host=str(self.folder), hostaddr="")
        self.act, self.deaf = act, deaf
        self.watched: _Session | None = None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / f".s.PGSQL.{self.port}"))
        self.folder.chmod(0o755)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def points(self) -> list[Point]:
        """What the watched session has reached, in order."""
        return list(self.watched.points) if self.watched else []

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._begin, args=(client,), daemon=True).start()

    def _begin(self, client: socket.socket) -> None:
        """The first words of a session, which are no messages yet."""
        with suppress(OSError), client:
            if self.watched and self.deaf:
                return
            with self._server() as server:
                while True:
                    head = _exactly(client, 8)
                    length, code = struct.unpack("!II", head)
                    server.sendall(head + _exactly(client, length - 8))
                    if code == _CANCEL:
                        server.recv(1)
                        return
                    if code not in _SPECIAL:
                        break
                    client.sendall(_exactly(server, 1))
                # Who only asks whether the server is ready never logs in, and is not the one to watch.
                first = self.watched is None or not self.watched.backend
                session = _Session(client, server, self.act if first else passed)
                self.watched = session if first else self.watched
                session.run()

    def _server(self) -> socket.socket:
        if not self.target.startswith("/"):
            return socket.create_connection((self.target, int(self.port)))
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(f"{self.target}/.s.PGSQL.{self.port}")
        except OSError:
            server.close()
            raise
        return server

    def close(self) -> None:
        """Take it down; who is still on it is cut off."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        shutil.rmtree(self.folder)


def _exactly(end: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = end.recv(count - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data


@contextmanager
def wire(dsn: str, act: Act = passed, *, deaf: bool = False) -> Iterator[Wire]:
    """A wire for a while."""
    made = Wire(dsn, act, deaf=deaf)
    try:
        yield made
    finally:
        made.close()


def cut_at(label: str, moment: Moment) -> Act:
    """Break the wire when a request that begins like this is at a moment."""

    def act(point: Point) -> None:
        if point.moment == moment and point.label.startswith(label):
            raise Cut

    return act
