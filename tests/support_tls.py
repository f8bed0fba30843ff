"""Certificates for servers on this machine, signed by an authority that nobody knows but who is told of it."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """An authority of its own, made anew for each test; `pem` is the file that makes somebody trust it."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.pem = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(self.pem)

    def server(self, *names: str) -> ssl.SSLContext:
        """What a server needs that is called one of these names or addresses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names or ("127.0.0.1",)).configure_cert(context)
        return context
