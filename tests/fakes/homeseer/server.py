"""The web server: each thing that a HomeSeer is known to answer has a name in `odd`."""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6
from ssl import SSLContext
from urllib.parse import parse_qs, urlsplit

from fakes.homeseer.answers import answer
from fakes.homeseer.house import House, house
from fakes.serving import Serving

BODIES: dict[str, tuple[int, bytes]] = {
    "error": (200, b"error"),
    "ok": (200, b"ok"),
    "empty body": (200, b""),
    "cut off": (200, b'{"Devices":[{"ref":1,'),
    "response error": (200, b'{"Response":"Error, no such user"}'),
    "no devices key": (200, b'{"Name":"HomeSeer Devices"}'),
    "devices are none": (200, b'{"Name":"HomeSeer Devices","Devices":null}'),
    "no devices": (200, b'{"Name":"HomeSeer Devices","Version":"1.1","Devices":[]}'),
    "a list": (200, b"[]"),
    "a text": (200, b'"HomeSeer"'),
    "null": (200, b"null"),
    "login page": (200, b"<!DOCTYPE html><html><title>Login</title></html>"),
    "login page after a mark": (200, b"\xef\xbb\xbf\r\n  <html></html>"),
    "deep": (200, b"[" * 200_000),
    "many digits": (200, b'{"Devices":[{"ref":' + b"1" * 5000 + b"}]}"),
    "unauthorized": (401, b""),
    "forbidden": (403, b""),
    "json is off": (404, b"not found"),
    "busy": (503, b""),
    "failure": (500, b"<html>password</html>"),
    "nothing new": (304, b""),
    "twice": (200, b'{"Devices":[{"ref":1,"name":"x"},{"ref":1,"name":"y"}]}'),
    "no ref": (200, b'{"Devices":[{"name":"x"}]}'),
    "ref unset": (200, b'{"Devices":[{"ref":-1,"name":"x"}]}'),
    "ref as text": (200, b'{"Devices":[{"ref":"1","name":"x"}]}'),
    "ref is true": (200, b'{"Devices":[{"ref":true,"name":"x"}]}'),
    "name is a number": (200, b'{"Devices":[{"ref":1,"name":7}]}'),
    "a device is a text": (200, b'{"Devices":["Lamp"]}'),
    "features are texts": (200, b'{"Devices":[{"ref":1,"name":"x","associated_devices":["2"]}]}'),
    "type is a text": (200, b'{"Devices":[{"ref":1,"name":"x","device_type":"Lamp"}]}'),
}
"""A status and a body in place of every answer. None of them can be used."""


class _Server6(ThreadingHTTPServer):
    address_family = AF_INET6


class HomeSeer(Serving):
    """A running controller of a house; `odd` names what it does instead of answering."""

    def __init__(
        self,
        devices: House | None = None,
        user: str = "",
        password: str = "",
        token: str = "",
        *,
        tls: SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.house = house() if devices is None else devices
        self.user, self.password, self.token = user, password, token
        self.odd = ""
        self.location = ""
        """Where a redirect leads; without it, to itself."""
        self.drops = 0
        """So many connections end without an answer."""
        self.kept = False
        """Whether connections stay open for a further request."""
        self.encode: Callable[[str], bytes] = _encoded
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Path and headers of every request."""
        self.server = (_Server6 if ":" in host else ThreadingHTTPServer)((host, port), _handler(self))
        self.server.daemon_threads = True
        self.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.server.server_port}"
        if tls:  # the handshake is made by the thread that answers
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)


def _encoded(text: str) -> bytes:
    """UTF-8; half a character is written as JSON can."""
    return text.encode("utf-8", "backslashreplace")


def _handler(fake: HomeSeer) -> type["_Handler"]:
    return type("Handler", (_Handler,), {"fake": fake})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: HomeSeer

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(OSError):  # whoever asked has gone, or broke off the handshake
            super().handle()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key.casefold(): values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.fake.asked.append((self.path, dict(self.headers.items())))
        self.close_connection = not self.fake.kept
        arrived = self.fake.odd == "moved" and parts.path == "/json"
        if self.fake.drops > 0:
            self.fake.drops -= 1
            self.close_connection = True
        elif self.fake.odd in ODD_WAYS and not arrived:
            ODD_WAYS[self.fake.odd](self)
        elif self.fake.odd in BODIES:
            self.send(*BODIES[self.fake.odd])
        elif parts.path.casefold().strip("/") != "json":
            self.send(404, b"not found")
        elif not self.allowed(query):
            self.send(401, b"")
        else:
            found = answer(self.fake.house, query.get("request", "").casefold(), query)
            self.send(200, self.fake.encode(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)))

    def allowed(self, query: dict[str, str]) -> bool:
        fake = self.fake
        if not fake.user and not fake.token:
            return True
        basic = "Basic " + b64encode(f"{fake.user}:{fake.password}".encode()).decode()
        in_query = (query.get("user"), query.get("pass")) == (fake.user, fake.password)
        by_user = bool(fake.user) and (in_query or self.headers.get("Authorization") == basic)
        return by_user or (bool(fake.token) and query.get("token") == fake.token)

    def send(self, code: int, body: bytes, *, said: int | None = None, **headers: str) -> None:
        self.send_response(code)
        for key, value in {"Content-Type": "text/html", "Set-Cookie": "session=1", **headers}.items():
            self._headers_buffer.append(f"{key}: {value}\r\n".encode())
        self.send_header("Content-Length", str(len(body) if said is None else said))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self) -> None:
        self.send(302, b"", Location=self.fake.location or self.path)

    def moved(self) -> None:
        """From one spelling of the path to the other."""
        self.send(301, b"", Location=self.path.replace("/JSON", "/json"))

    def drip(self) -> None:
        """One byte after the other, for half a minute, or until something else is wanted."""
        self.close_connection = True
        wanted = self.fake.odd
        for _ in range(1500):
            if self.fake.odd != wanted:
                return
            self.wfile.write(b"H")
            time.sleep(0.02)

    def dripping_body(self) -> None:
        """The same after a beginning without a length: where the connection ends, the answer does."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        self.drip()

    def endless(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            self.wfile.write(b" " * 65536)

    def endless_headers(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            self.wfile.write(b"X-%d: y\r\n" % number)

    def broken(self) -> None:
        """Less than it said, and the connection ends."""
        self.close_connection = True
        self.send(200, b'{"Devices":', said=5000)

    def broken_refusal(self) -> None:
        self.close_connection = True
        self.send(401, b"no", said=5000)

    def compressed(self) -> None:
        self.send(200, b"x", **{"Content-Encoding": "gzip"})

    def no_http(self) -> None:
        self.close_connection = True
        self.wfile.write(b"\x16\x03\x01 SSH-2.0\r\n\r\n")

    def echo(self) -> None:
        """Everything that was asked, repeated as an error, in the spelling that it came in."""
        said = f"Error {self.path} {self.headers} {b64decoded(self.headers.get('Authorization', ''))}"
        self.send(200, json.dumps({"Response": said}).encode())


def b64decoded(header: str) -> str:
    """What a web server understands of a login."""
    from base64 import b64decode

    return b64decode(header.removeprefix("Basic ")).decode()


ODD_WAYS: dict[str, Callable[[_Handler], None]] = {
    "redirect": _Handler.redirect, "moved": _Handler.moved, "drip": _Handler.drip,
    "dripping body": _Handler.dripping_body, "endless": _Handler.endless, "endless headers": _Handler.endless_headers,
    "broken": _Handler.broken,
    "broken refusal": _Handler.broken_refusal, "compressed": _Handler.compressed, "no http": _Handler.no_http,
    "echo": _Handler.echo,
}  # fmt: skip
"""What it can do besides answering: all but `moved` end in an error."""
