"""What all servers of tests have in common: a thread of their own, and an end."""

from socketserver import BaseServer
from threading import Thread
from typing import Self


class Serving:
    """A server that answers while it is a context."""

    server: BaseServer

    def __enter__(self) -> Self:
        self._thread = Thread(target=self.server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
