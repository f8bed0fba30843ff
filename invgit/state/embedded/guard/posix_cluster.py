"""How a cluster comes to be and a server to run on Linux and macOS."""

import os
import signal
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from . import cluster, layout
from .cluster import Place
from .layout import Record, Refusal
from .pidfile import PidFile
from .posix import Account, Child, initdb_account, server_account, spawn
from .sockets import open_folder

_ACCESS = "local all all scram-sha-256\n"


def create(place: Place, wanted: Callable[[], bool]) -> None:
    """Make the cluster with its role and database. Ends early when nobody wants it. Raises Refusal.

    No server runs before access is closed: what needs SQL is done by a single process that listens nowhere.
    """
    initdb, server = initdb_account(), server_account()
    new = cluster.new_folder(place)
    if os.geteuid() == 0:
        os.chown(new, *initdb)
    password, admin_password = cluster.passwords(place)
    options = ["--auth=reject", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--no-locale", "--no-instructions", f"--username={layout.ADMIN}"]
    _run(place, [place.program("initdb"), "-D", str(new), *options], initdb, wanted)
    cluster.write_private(new / "pg_hba.conf", _ACCESS)
    # A password must not reach the log with a failed statement.
    settings = _flags({**cluster.SETTINGS, "exit_on_error": "on", "log_min_error_statement": "panic"})
    argv = [place.program("postgres"), "--single", "-j", "-D", str(new), *settings, "postgres"]
    sql = "".join(f"{statement};\n\n" for statement in cluster.roles(password, admin_password))
    _run(place, argv, initdb, wanted, stdin=sql)  # single-user mode insists on a passwd entry as well
    if initdb != server:
        _hand_over(new, initdb, server)
    cluster.publish(place, new)


class Server(Child):
    """The server, which leaves a pid file of others as it was when it would not start beside them."""

    def __init__(self, pid: int, pid_file: PidFile) -> None:
        super().__init__(pid)
        self._pid_file = pid_file

    def ended(self) -> bool:
        """It is gone, and its status is known."""
        gone = super().ended()
        if gone:
            self._pid_file.restore()
        return gone


def start(place: Place) -> tuple[Record, Server]:
    """Start the server as a direct child, its output appended to the log. Raises Refusal."""
    pid_file = PidFile(place.data)
    pid_file.disarm()
    record = open_folder(place.folder)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": record.host,
        "unix_socket_permissions": "0700",
        "port": str(record.port),
    }
    argv = [place.program("postgres"), "-D", str(place.data), *_flags({**cluster.SETTINGS, **settings})]
    log = os.open(place.folder / layout.LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        child = spawn(argv, account=server_account(), log=log, keep=place.server_lock, dying=signal.SIGINT)
        return record, Server(child.pid, pid_file)
    finally:
        os.close(log)


def _flags(settings: dict[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _run(place: Place, argv: list[str], account: Account, wanted: Callable[[], bool], stdin: str | None = None) -> None:
    """Run a program to its end. Raises Refusal with the line that says why it failed, or that it was not wanted."""
    given, feed = os.pipe()
    # Not a file: on a full disk there would be no word about it.
    heard, output = os.pipe()
    os.set_blocking(heard, False)
    text = b""
    try:
        # Far below the capacity of a pipe: it is written before anybody reads.
        os.write(feed, (stdin or "").encode())
        os.close(feed)
        child = spawn(argv, account=account, log=output, keep=place.server_lock, stdin=given, dying=signal.SIGKILL)
        ended = False
        while not ended:
            if not wanted():
                child.send(signal.SIGKILL)
            time.sleep(0.002)
            ended = child.ended()  # asked before the last look, so that its last words are heard
            with suppress(BlockingIOError):
                text += os.read(heard, 65536)
    finally:
        for fd in (given, heard, output):
            os.close(fd)
    if child.status:
        why = cluster.decisive_line(text.decode("utf-8", "replace"))
        raise Refusal(f"PostgreSQL could not create its data in {place.folder}: {why}", help=cluster.way_on(why))


def _hand_over(new: Path, before: Account, after: Account) -> None:
    """Give a tree that one user wrote to another, and nothing that was linked into it from elsewhere."""
    for _, _, files, folder in os.fwalk(new):
        for name in files:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != before.uid or found.st_nlink != 1:
                raise Refusal(f"{new} holds {name}, which initdb did not write; nothing was changed")
            os.chown(name, *after, dir_fd=folder, follow_symlinks=False)
        os.fchown(folder, *after)
