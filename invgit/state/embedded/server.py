"""A running server as its users see it: how to connect, and how to show that to a person."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Server:
    """The embedded server of one state folder, ready for connections.

    `host` is its socket folder, or 127.0.0.1 on Windows; `passfile` is a libpq password file (mode 0600).
    """

    folder: Path
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    dbname: str
    passfile: Path

    def conninfo(self, dbname: str | None = None) -> dict[str, str | int]:
        """Keyword arguments for `psycopg.connect`, inside `clean_environment()`.

        SCRAM is required of the server as well: it proves that it knows the password, so nobody can pose as it.
        """
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": dbname or self.dbname,
            "require_auth": "scram-sha-256",
            "sslmode": "disable",  # the wheel's server is built without it, and the socket is private
            "gssencmode": "disable",
            "client_encoding": "utf8",
        }

    def url(self) -> str:
        """A connection URL for people and their tools, `psql "$(invgit db url)"`: with no password in it."""
        host, passfile = (quote(os.fsencode(text), safe="") for text in (self.host, self.passfile))
        query = f"host={host}&port={self.port}&passfile={passfile}&require_auth=scram-sha-256"
        return f"postgresql://{self.user}@/{self.dbname}?{query}"


@contextmanager
def clean_environment() -> Iterator[None]:
    """Take every `PG*` variable out of the environment of this process for a moment, and put them back.

    libpq lets many of them (PGHOSTADDR, PGSERVICE, PGOPTIONS …) speak where no argument can say otherwise. The
    environment belongs to the whole process: not for use in several threads at once.
    """
    taken = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    for name in taken:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(taken)
