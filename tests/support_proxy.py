"""A wire between a client and PostgreSQL that can be cut, at a word of the client's."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from psycopg import conninfo

Cut = Literal["before", "after"]


class Wire:
    """Passes everything on, until the client says COMMIT: then its end breaks, `before` or `after` the server heard it.

    With `deaf` nobody is let in again afterwards.
    """

    def __init__(self, dsn: str, cut: Cut, *, deaf: bool) -> None:
        given = conninfo.conninfo_to_dict(dsn)
        self.folder = Path(tempfile.mkdtemp(prefix="wire-"))
        self.port = str(given.get("port") or "5432")
        self.target = str(given.get("host") or "/var/run/postgresql")
        self.dsn = conninfo.make_conninfo(dsn, host=str(self.folder), hostaddr="")
        self.cut, self.deaf, self.was_cut = cut, deaf, False
        self.ends: list[socket.socket] = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / f".s.PGSQL.{self.port}"))
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.was_cut and self.deaf:
                    client.close()
                    continue
                server = self._server()
                self.ends += [client, server]
                for pump, *pair in ((self._up, client, server), (self._down, server, client)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    def _server(self) -> socket.socket:
        if self.target.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{self.target}/.s.PGSQL.{self.port}")
            return server
        return socket.create_connection((self.target, int(self.port)))

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if b"COMMIT\0" in data and not self.was_cut:
                    self.was_cut = True
                    if self.cut == "after":
                        server.sendall(data)
                    client.shutdown(socket.SHUT_RDWR)
                    break
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    @staticmethod
    def _down(server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take it down."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        for end in (self.listener, *self.ends):
            end.close()
        shutil.rmtree(self.folder)


@contextmanager
def wire(dsn: str, cut: Cut, *, deaf: bool = False) -> Iterator[Wire]:
    """A wire for a while."""
    made = Wire(dsn, cut, deaf=deaf)
    try:
        yield made
    finally:
        made.close()
