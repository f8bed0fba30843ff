"""A web server that takes messages."""

import json
import ssl
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fakes.serving import Serving


class Hook(Serving):
    """`status` and `headers` are what it answers; `odd` is what it does instead; `got` is what came in."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.status, self.headers, self.odd = 200, {"Content-Length": "0"}, ""
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"{'https' if tls else 'http'}://localhost:{self.server.server_port}/hooks/Canary-Hook"
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def documents(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.got]


def _handler(fake: Hook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):  # a client that does not trust us, or waits no longer
                super().handle()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fake.got.append((self.path, dict(self.headers.items()), body))
            if fake.odd == "hangs up":
                return
            if fake.odd == "drips":
                for _ in range(3000):
                    self.wfile.write(b"H")
                    time.sleep(0.02)
            self.send_response(fake.status)
            for name, value in fake.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if fake.odd == "floods":
                for _ in range(1000):
                    self.wfile.write(b"x" * 65536)

    return Handler
