"""The web server: each thing that a HomeSeer is known to answer has a name in `odd`."""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from fakes.homeseer.house import house

BODIES: dict[str, tuple[int, bytes]] = {
    "error": (200, b"error"),
    "ok": (200, b"ok"),
    "empty body": (200, b""),
    "cut off": (200, b'{"Devices":[{"ref":1,'),
    "response error": (200, b'{"Response":"Error, no such user"}'),
    "no devices key": (200, b'{"Name":"HomeSeer Devices"}'),
    "no devices": (200, b'{"Name":"HomeSeer Devices","Version":"1.1","Devices":[]}'),
    "a list": (200, b"[]"),
    "login page": (200, b"<!DOCTYPE html><html><title>Login</title></html>"),
    "deep": (200, b"[" * 200_000),
    "nan": (200, b'{"Devices":[{"ref":1,"name":"x","value":NaN}]}'),
    "unauthorized": (401, b""),
    "forbidden": (403, b""),
    "json is off": (404, b"not found"),
    "busy": (503, b""),
    "failure": (500, b"<html>password</html>"),
    "twice": (200, b'{"Devices":[{"ref":1,"name":"x"},{"ref":1,"name":"y"}]}'),
    "no ref": (200, b'{"Devices":[{"name":"x"}]}'),
    "ref unset": (200, b'{"Devices":[{"ref":-1,"name":"x"}]}'),
}


class HomeSeer:
    """A running controller; `odd` names what it does instead of answering, `devices` is what it has."""

    def __init__(
        self, devices: list[dict[str, Any]] | None = None, user: str = "", password: str = "", token: str = ""
    ) -> None:
        self.devices = house() if devices is None else devices
        self.user, self.password, self.token = user, password, token
        self.odd = ""
        self.location = ""
        self.drops = 0
        self.encode: Callable[[str], bytes] = str.encode
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, request: str) -> dict[str, Any]:
        names = sorted({each["location"] for each in self.devices}), sorted(
            {each["location2"] for each in self.devices}
        )
        pair = {"Ref": 0, "Label": "On", "ControlValue": 255, "ControlUse": 1, "ControlString": "", "Range": None}
        return {
            "getstatus": {"Name": "HomeSeer Devices", "Version": "1.1", "TempFormatF": False, "Devices": self.devices},
            "getcontrol": {"Devices": [{"ref": each["ref"], "ControlPairs": [pair]} for each in self.devices]},
            "getlocations": {
                "Name": "HomeSeer Locations",
                "Version": "1.0",
                "location1": names[0],
                "location2": names[1],
            },
            "getsessionconfig": {
                "hsVersion": "4.2.22.4",
                "isLocation1First": False,
                "useLocation2": True,
                "location1Label": "Room",
                "location2Label": "Floor",
            },
            "hsversion": {"Response": "4.2.22.4"},
        }[request]


def _handler(fake: HomeSeer) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one branch a quirk
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
            fake.asked.append((self.path, dict(self.headers.items())))
            self.close_connection = True
            if fake.drops > 0:
                fake.drops -= 1
                return
            with suppress(OSError):  # whoever asked has gone
                self.reply(query)

        def reply(self, query: dict[str, str]) -> None:
            if fake.odd == "redirect":
                return self.send(302, b"", Location=fake.location or self.path)
            if fake.odd == "moved" and self.path.startswith("/JSON"):
                return self.send(301, b"", Location=self.path.replace("/JSON", "/json"))
            if fake.odd == "drip":
                for _ in range(200):
                    self.wfile.write(b"H")
                    time.sleep(0.02)
                return None
            if fake.odd == "endless":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                for _ in range(1000):
                    self.wfile.write(b" " * 65536)
                return None
            if fake.odd == "compressed":
                return self.send(200, b"x", **{"Content-Encoding": "gzip"})
            if fake.odd == "echo":
                return self.send(200, json.dumps({"Response": f"Error {self.path} {self.headers}"}).encode())
            if fake.odd in BODIES:
                return self.send(*BODIES[fake.odd])
            if not self.allowed(query):
                return self.send(401, b"")
            return self.send(200, fake.encode(json.dumps(fake.answer(query["request"]), ensure_ascii=False)))

        def allowed(self, query: dict[str, str]) -> bool:
            basic = "Basic " + b64encode(f"{fake.user}:{fake.password}".encode()).decode()
            if fake.token and query.get("token") == fake.token:
                return True
            in_query = (query.get("user"), query.get("pass")) == (fake.user, fake.password)
            return not fake.user or in_query or self.headers.get("Authorization") == basic

        def send(self, code: int, body: bytes, **headers: str) -> None:
            self.send_response(code)
            for key, value in {"Content-Type": "text/html", "Set-Cookie": "session=1", **headers}.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
