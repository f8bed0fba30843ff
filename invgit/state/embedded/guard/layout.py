"""What lies in a state folder, by name, and how its small files are read and written."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MAJOR = 18
FORMAT = 1

USERS_LOCK = "users.lock"
"""Shared: every client. Exclusive: the guard while it stops the server."""
GUARD_LOCK = "guard.lock"
"""Exclusive: the guard. Somebody will stop the server."""
SERVER_LOCK = "server.lock"
"""Exclusive: taken by the guard, inherited by initdb and postgres. Some process of this cluster is alive."""

DATA = "data"
NEW_DATA = "data.init-"
MARKER = "invgit.json"
LOG = "log"
SERVER = "server.json"
KEEP = "keep"
PASSWORD = "password"  # noqa: S105 - the name of a file
ADMIN_PASSWORD = "password.postgres"  # noqa: S105 - the name of a file

PRIVATE = 0o777 if sys.platform == "win32" else 0o700
"""The mode of a new folder. On Windows Python makes of 0o700 a list of rights (documentation of os.mkdir) that would
shut out PostgreSQL itself where an administrator starts it, since it gives up being one; there a folder below the
user's own is closed to others by inheritance."""

USER = "invgit"
ADMIN = "postgres"
PORT = 5432


class Refusal(Exception):  # it is one: the guard's only way to say no
    """Why there is no server, in one line, and what to do about it; becomes a DatabaseError on the client's side."""

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Record(NamedTuple):
    """`server.json`: where the server listens, written before it does.

    `host` is its socket folder, or 127.0.0.1 on Windows; `token` names this one run of the server.
    """

    token: str
    host: str
    port: int


def read_record(folder: Path) -> Record | None:
    """What the last guard wrote, or None where there is nothing that can be read as such."""
    try:
        found = json.loads((folder / SERVER).read_text(encoding="utf-8"))
        return Record(token=str(found["token"]), host=str(found["host"]), port=int(found["port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(folder: Path, record: Record) -> None:
    """Say where the server will listen."""
    write(folder / SERVER, json.dumps(record._asdict()) + "\n")


def is_kept(folder: Path, token: str) -> bool:
    """Somebody asked this run of the server to stay when nobody uses it."""
    try:
        return (folder / KEEP).read_text(encoding="utf-8").strip() == token
    except (OSError, ValueError):
        return False


def keep(folder: Path, token: str) -> None:
    """Ask this run of the server to stay; a later run has another token and is not meant."""
    # Not in one step, since several may ask at once: they write the same, and hold the users' lock meanwhile.
    (folder / KEEP).write_text(token + "\n", encoding="utf-8")


def read_password(folder: Path, name: str) -> str | None:
    """The password in a libpq passfile of ours, or None."""
    try:
        return (folder / name).read_text(encoding="ascii").rstrip("\n").rsplit(":", 1)[1] or None
    except (OSError, ValueError, IndexError):
        return None


def write_password(folder: Path, name: str, user: str, password: str) -> None:
    """A libpq passfile for `user` on this server, readable by its owner alone."""
    write(folder / name, f"*:*:*:{user}:{password}\n", durable=True)


def write(path: Path, text: str, *, durable: bool = False, prepare: Callable[[int], None] | None = None) -> None:
    """Replace a file in one step, mode 0600: a reader sees the old text or the new one. One writer at a time.

    `durable` survives a power cut; `prepare` gets the descriptor before the file is in place (to change its owner).
    """
    new = path.with_name(path.name + ".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    fd = os.open(new, flags, 0o600)
    try:
        os.write(fd, text.encode("utf-8", "surrogateescape"))
        if prepare is not None:
            prepare(fd)
        if durable:
            os.fsync(fd)
    except OSError:
        new.unlink()
        raise
    finally:
        os.close(fd)
    new.replace(path)
    if durable:
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the platform knows such a thing."""
    if os.name == "nt":
        return
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
