"""The folder of the server's socket: short, plain, reachable by the server's user, and gone afterwards."""

import os
import re
import secrets
import socket
import stat
from pathlib import Path

from .layout import PORT, Record, Refusal, write_record
from .posix import server_account

_NAME = re.compile(r"invgit-[0-9a-f]{16}")
# A comma would be read as a list by libpq; the rest of what is left out is not worth finding out.
_PLAIN = re.compile(r"/[A-Za-z0-9_./@+-]*")
_SOCKET = f".s.PGSQL.{PORT}"
_LONGEST = 103
"""Bytes of a socket's path that every platform takes (sun_path: 104 with its end on macOS, 108 on Linux)."""


def open_folder(folder: Path) -> Record:
    """Make a new folder for the socket, and record its name before it exists: a kill leaves nothing unknown."""
    token = secrets.token_hex(8)
    for base in _candidates(folder):
        path = base / f"invgit-{token}"
        if not _PLAIN.fullmatch(str(path)) or len(f"{path}/{_SOCKET}") > _LONGEST:
            continue
        record = Record(token=token, host=str(path), port=PORT)
        write_record(folder, record)
        try:
            path.mkdir(mode=0o700)
            _try_bind(path)
            if os.geteuid() == 0:
                os.chown(path, *server_account())
        except OSError:
            remove_folder(record)
            continue
        return record
    raise Refusal(
        "no folder is good for the socket of the embedded PostgreSQL: each is closed, too long or has odd characters",
        help="set TMPDIR or XDG_RUNTIME_DIR to a short path with plain letters that you can write to",
    )


def _candidates(folder: Path) -> list[Path]:
    """Where a socket may live, best first. A user's runtime folder is closed to the user root drops to."""
    if os.geteuid() == 0:
        system = [Path("/run"), Path("/var/run")]
        return [folder, *system]
    named = [os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("TMPDIR"), "/tmp"]  # noqa: S108 - a 0700 folder in it
    return [folder, *(Path(name) for name in named if name)]


def _try_bind(path: Path) -> None:
    """Some file systems have no sockets; better to know before the server says so. Raises OSError."""
    trial = path / "trial"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.bind(str(trial))
    trial.unlink()


def remove_folder(record: Record) -> None:
    """Remove the socket folder of a server that is gone, if what lies there is one: name, owner, no link."""
    path = Path(record.host)
    if not _NAME.fullmatch(path.name):
        return
    try:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), server_account().uid}:
            return
        for name in (_SOCKET, f"{_SOCKET}.lock", "trial"):
            (path / name).unlink(missing_ok=True)
        path.rmdir()
    except OSError:
        return
