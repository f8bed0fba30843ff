"""A PostgreSQL server of the tests' own, which may be stopped and killed: the wheel's programs, without the product."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import psycopg
from support_database import Cluster
from support_embedded import place, wait_for

from invgit.state import embedded
from invgit.state.embedded import binaries


def other_user() -> str | None:
    """Somebody who may run PostgreSQL, where root may not."""
    known = {each.pw_name for each in pwd.getpwall()}
    return None if os.geteuid() else next(name for name in ("postgres", "nobody") if name in known)


class Server:
    """A cluster in a folder; `data` may be elsewhere, on a disk of its own. It forgives crashes, not power cuts."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.folder, self.data = folder, data or folder / "data"
        self.installation = binaries.installation(folder)  # whose lock keeps it there
        self.programs = self.installation.path / "bin"
        self.user = other_user()
        password = secrets.token_hex(12)
        passfile = folder / "password"
        passfile.write_text(password)
        if self.user:
            for path in (folder, passfile, *([data] if data else [])):
                shutil.chown(path, self.user)
        init = ["-U", "owner", "-A", "scram-sha-256", "--pwfile", passfile, "-E", "UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", "-D", self.data, *init)
        passfile.unlink()
        self.cluster = Cluster(f"host={folder} user=owner password={password} dbname=postgres connect_timeout=20")

    def start(self, *options: str) -> None:
        """Start, and wait until it can be asked; `options` are settings."""
        given = " ".join(f"-c {each}" for each in ("fsync=off", "listen_addresses=", "max_connections=200", *options))
        command = ["-D", self.data, "-w", "-l", self.folder / "log", "-o", f"-k {self.folder} {given}", "start"]
        for left in range(20, -1, -1):
            try:
                self._run("pg_ctl", *command)
                return
            except subprocess.CalledProcessError:  # the children of one that was killed still go
                if not left:
                    raise
                time.sleep(0.5)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop, as an administrator does."""
        self._run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """SIGKILL to the postmaster; its children notice."""
        pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGKILL)
        assert wait_for(lambda: not _lives(pid), seconds=20)

    def lives(self) -> bool:
        """Whether its postmaster is there, in whatever state."""
        try:
            return _lives(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except FileNotFoundError:
            return False

    def answers(self) -> bool:
        """Whether it can be asked."""
        try:
            with embedded.clean_environment(), psycopg.connect(self.cluster.dsn):
                return True
        except psycopg.Error:
            return False

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.programs / program, *arguments]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        subprocess.run(
            command,
            user=self.user,
            check=True,
            cwd=self.folder,
            env=clean,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=120,
        )


def _lives(pid: int) -> bool:
    """A zombie does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@contextmanager
def own_server(*options: str) -> Iterator[Server]:
    """A running server for a while."""
    with place() as folder:
        server = Server(folder)
        server.start(*options)
        try:
            yield server
        finally:
            with suppress(subprocess.CalledProcessError):
                server.stop("immediate")
