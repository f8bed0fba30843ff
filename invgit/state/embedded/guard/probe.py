"""Is a PostgreSQL server ready? Asked with a startup packet, because only the first byte of the answer says it.

A loop around a real connect would hide real errors: a client library reports "starting up" and "disk full" alike.
Protocol: PostgreSQL documentation, "Message Formats", StartupMessage and ErrorResponse.
"""

import struct
import sys
from typing import TYPE_CHECKING, Literal

from .layout import USER, Record

if TYPE_CHECKING:
    import socket

State = Literal["ready", "starting", "absent"]

_VERSION_3 = 196608
_CANNOT_CONNECT_NOW = "57P03"
_SECONDS = 2.0


class ServerError(Exception):
    """The server answers with an error that waiting does not cure; the text is the server's own line."""


def connect(record: Record) -> "socket.socket":
    """A plain connection to the server. Raises OSError where nobody listens."""
    import socket  # only who asks pays for it

    if sys.platform == "win32":
        return socket.create_connection((record.host, record.port), timeout=_SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_SECONDS)
        connection.connect(f"{record.host}/.s.PGSQL.{record.port}")
    except BaseException:
        connection.close()
        raise
    return connection


def probe(record: Record) -> State:
    """Ask once, and wait at most two seconds for the answer. Raises ServerError."""
    try:
        with connect(record) as connection:
            connection.sendall(_startup_packet())
            # More than the one byte: a connection closed with something unread is an error in the server's log.
            answer = connection.recv(4096)
            if answer[:1] == b"R":
                return "ready"
            if answer[:1] == b"E":
                return _judge(_error_fields(answer, connection))
            return "starting"
    except (TimeoutError, BlockingIOError):
        return "starting"
    except OSError:
        return "absent"


def _startup_packet() -> bytes:
    name = USER.encode()
    body = struct.pack("!I", _VERSION_3) + b"user\0" + name + b"\0database\0" + name + b"\0\0"
    return struct.pack("!I", len(body) + 4) + body


def _error_fields(answer: bytes, connection: "socket.socket") -> dict[str, str]:
    """The fields of an ErrorResponse by their one-letter code: C is the SQLSTATE, M the message."""
    while part := connection.recv(4096):
        answer += part
    fields = answer[5:].split(b"\0")
    return {field[:1].decode("latin-1"): field[1:].decode("utf-8", "replace") for field in fields if field}


def _judge(error: dict[str, str]) -> State:
    if error.get("C") == _CANNOT_CONNECT_NOW:
        return "starting"
    raise ServerError(error.get("M", "an error without a message"))
