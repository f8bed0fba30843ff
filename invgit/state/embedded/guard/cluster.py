"""The data of the server: created in one step, recognised by its marker, never adopted from elsewhere."""

import json
import os
import re
import secrets
import shutil
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from . import layout
from .layout import Refusal


class Place(NamedTuple):
    """Where a guard works: the state folder, the PostgreSQL installation, the lock its programs inherit."""

    folder: Path
    install: Path
    server_lock: int

    @property
    def data(self) -> Path:
        """The cluster's data directory."""
        return self.folder / layout.DATA

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's programs."""
        return str(self.install / "bin" / (f"{name}.exe" if sys.platform == "win32" else name))


SPACE = 60
"""Megabytes that a first start needs: 45 stay."""

_COMPLAINT = re.compile(r"PANIC:|FATAL:|ERROR:|error:")

SETTINGS = {
    "io_method": "sync",  # this and the next three: ten processes become six, 24 MB become 13
    "max_worker_processes": "2",
    "autovacuum_max_workers": "1",
    "autovacuum_worker_slots": "2",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",  # nobody replicates
    "max_wal_senders": "0",
    "max_replication_slots": "0",
    "shared_buffers": "32MB",
    "max_connections": "20",
    "huge_pages": "off",
    "jit": "off",
    "client_connection_check_interval": "1s",  # a statement whose client is gone ends, also in an orphaned backend
    "cluster_name": "invgit",
    "password_encryption": "scram-sha-256",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
"""What makes it small and the same everywhere. Durability stays as PostgreSQL ships it: on."""


def exists(place: Place) -> bool:
    """There is a cluster of ours and of this major. Raises Refusal where there is something else."""
    try:
        found = place.data.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        raise Refusal(f"{place.data} is not a folder", help="move it away; nothing was changed")
    try:
        marker = json.loads((place.data / layout.MARKER).read_text(encoding="utf-8"))
        form, major = int(marker["format"]), int(marker["major"])
        on_disk = int((place.data / "PG_VERSION").read_text(encoding="ascii"))
    except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError, KeyError, TypeError):
        raise Refusal(
            f"{place.data} was not made by invgit",
            help="move it away, or name your server in invgit.yaml: database: {env: NAME}; nothing was changed",
        ) from None
    newest, oldest = max(on_disk, major), min(on_disk, major)
    if newest > layout.MAJOR or form > layout.FORMAT:
        raise Refusal(
            f"{place.data} belongs to a newer invgit, with PostgreSQL {newest}; this one brings {layout.MAJOR}",
            help="install the newer invgit; nothing was changed",
        )
    if oldest < layout.MAJOR or form < layout.FORMAT:
        raise Refusal(
            f"{place.data} belongs to PostgreSQL {oldest}, and this invgit brings PostgreSQL {layout.MAJOR}",
            help='`pg_dump "$(invgit db start)"` with the invgit that made it; then move the folder away, and load the'
            ' dump with `psql "$(invgit db start)"` and this one; nothing was changed',
        )
    return True


def remove_leftovers(place: Place) -> None:
    """Remove first starts that were killed. Only while the server lock says that nobody writes there."""
    for left in place.folder.glob(f"{layout.NEW_DATA}*"):
        shutil.rmtree(left)


def new_folder(place: Place) -> Path:
    """A fresh, empty, private folder beside the place where the data will be."""
    path = place.folder / f"{layout.NEW_DATA}{secrets.token_hex(4)}"
    path.mkdir(mode=layout.PRIVATE)
    return path


def passwords(place: Place) -> tuple[str, str]:
    """The passwords of the role invgit and of the administrator, durable before the cluster knows them."""
    found = []
    for name, user in ((layout.PASSWORD, layout.USER), (layout.ADMIN_PASSWORD, layout.ADMIN)):
        password = secrets.token_hex(24)
        layout.write_password(place.folder, name, user, password)
        found.append(password)
    return found[0], found[1]


def roles(password: str, admin_password: str) -> list[str]:
    """The statements that make the role and the database, for a server nobody else can reach yet."""
    return [
        f"ALTER ROLE {layout.ADMIN} PASSWORD '{admin_password}'",
        f"CREATE ROLE {layout.USER} LOGIN NOSUPERUSER CREATEROLE CREATEDB PASSWORD '{password}'",
        # Copied as files: written through the log it would fill the first segment, and ask for 16 MB more at once.
        f"CREATE DATABASE {layout.USER} OWNER {layout.USER} STRATEGY file_copy",
    ]


def write_private(path: Path, text: str) -> None:
    """A durable file in a cluster that has not got its name yet, with the mode and owner of the folder it is in."""
    owner = path.parent.stat()

    def hand_over(fd: int) -> None:
        if sys.platform != "win32" and os.geteuid() == 0:
            os.fchown(fd, owner.st_uid, owner.st_gid)

    layout.write(path, text, durable=True, prepare=hand_over)


def publish(place: Place, new: Path) -> None:
    """Mark the cluster as complete and give it its name; both survive a power cut, or neither."""
    write_private(new / layout.MARKER, json.dumps({"format": layout.FORMAT, "major": layout.MAJOR}) + "\n")
    new.rename(place.data)
    layout.sync_folder(place.folder)


def way_on(why: str) -> str | None:
    """What a person can do about PostgreSQL's or the system's reason, where there is more to say than the reason."""
    if any(text in why for text in ("No space left", "Disk quota", "File too large")):
        return f"make room, {SPACE} MB for a new database, and run the command again; nothing that was stored is lost"
    if any(text in why for text in ("Permission denied", "Operation not permitted", "Read-only file system")):
        return "make it writable for the user who runs this, and run the command again"
    return None


def decisive_line(text: str) -> str:
    """The line of a server's or initdb's output that says why it ended: the first that complains."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        found = _COMPLAINT.search(line)
        if found and "FATAL:  the database system is" not in line:  # told to a client that came too early
            return line[found.start() :]
    return lines[-1] if lines else "it said nothing"
