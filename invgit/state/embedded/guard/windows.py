"""What a guard needs of Windows; `posix_system` offers the same.

Not executed: written from PostgreSQL's sources and documentation. What differs from POSIX, and why:

- The server listens on 127.0.0.1 at a free port, since Python has no Unix sockets there. SCRAM is the wall.
- `postgres.exe` refuses an elevated token; `pg_ctl` drops it. pg_ctl goes through cmd.exe, so no path of ours is in
  its arguments: the data comes from PGDATA, the log is named relative to the folder, settings are in a file.
- Single-user mode would be refused for the same reason: the role is made through psql, with a password from the start.
- A job object replaces the inherited lock: what a killed guard started ends with it, so there is nothing to adopt.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import cluster, layout
from .cluster import Place
from .layout import Record, Refusal

if sys.platform == "win32":
    from .windows_job import Held, enter_job

    HOST = "127.0.0.1"
    _ACCESS = f"host all all {HOST}/32 scram-sha-256\n"
    _SETTINGS = "invgit.conf"
    _ATTEMPTS = 3

    class Process(Held):
        """The server."""

        def __init__(self, pid: int, place: Place) -> None:
            super().__init__(pid)
            self.place = place

    def begin() -> None:
        """Nothing that the guard starts may outlive it."""
        enter_job()

    def adopt(_folder: Path, _record: Record | None) -> Process | None:
        """Nobody is left to adopt: see above."""
        return None

    def create(place: Place, wanted: Callable[[], bool]) -> None:
        """Make the cluster with its role and database. Raises Refusal."""
        new = cluster.new_folder(place)
        password, admin_password = cluster.passwords(place)
        secret = place.folder / "password.new"
        layout.write(secret, admin_password + "\n")
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--no-locale", "--no-instructions", f"--username={layout.ADMIN}", f"--pwfile={secret}"]
        try:
            _run(place, [place.program("initdb"), "-D", str(new), *options])
        finally:
            secret.unlink(missing_ok=True)
        if not wanted():
            raise Refusal("nobody waits for the database any more")
        cluster.write_private(new / "pg_hba.conf", _ACCESS)
        with (new / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(f"include_if_exists '{_SETTINGS}'\n")
        record, process = _start(place, new)
        try:
            sql = "".join(f"{statement};\n" for statement in cluster.roles(password, admin_password))
            target = ["-X", "-v", "ON_ERROR_STOP=1", "-h", HOST, "-p", str(record.port), "-U", layout.ADMIN, "postgres"]
            passfile = {"PGPASSFILE": str(place.folder / layout.ADMIN_PASSWORD)}
            _run(place, [place.program("psql"), *target], stdin=sql, environment=passfile)
        finally:
            stop(process)
        cluster.publish(place, new)

    def start(place: Place) -> tuple[Record, Process]:
        """Start the server and wait until it is ready. Raises Refusal."""
        record, process = _start(place, place.data)
        layout.write_record(place.folder, record)
        return record, process

    def _start(place: Place, data: Path) -> tuple[Record, Process]:
        for attempt in range(_ATTEMPTS):
            record = Record(token=secrets.token_hex(8), host=HOST, port=_free_port())
            settings = {**cluster.SETTINGS, "listen_addresses": HOST, "port": str(record.port)}
            del settings["client_connection_check_interval"]  # refused where the system cannot tell; the job ends all
            settings["unix_socket_directories"] = ""
            text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
            layout.write(data / _SETTINGS, text)
            try:
                # No limit that counts: a recovery takes as long as it takes, and the log says so.
                argv = [place.program("pg_ctl"), "start", "-s", "-w", "-t", "86400", "-l", layout.LOG]
                _run(place, argv, environment={"PGDATA": str(data)}, output=layout.LOG)
            except Refusal:
                if attempt + 1 == _ATTEMPTS:
                    raise
                continue  # somebody else may have taken the port in between
            return record, Process(_pid(data), place)
        raise AssertionError

    def stop(process: Process) -> None:
        """End a server: at once for its clients, with a checkpoint for its data; after a minute without one."""
        for name, seconds in (("INT", 60.0), ("QUIT", 10.0)):
            if process.ended():
                return
            argv = [process.place.program("pg_ctl"), "kill", name, str(process.pid)]
            subprocess.run(argv, env=_environment({}), capture_output=True, check=False)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if process.ended():
                    return
                time.sleep(0.005)

    def forget(_record: Record) -> None:
        """A port needs no cleaning up."""

    def _run(
        place: Place,
        argv: list[str],
        *,
        stdin: str = "",
        environment: dict[str, str] | None = None,
        output: str = "log.init",
    ) -> None:
        """Run a program to its end, its output at the end of a file. Raises Refusal with the line that says why."""
        log = place.folder / output
        begins = log.stat().st_size if log.exists() else 0
        with log.open("ab") as file:
            done = subprocess.run(
                argv,
                input=stdin.encode(),
                stdout=file,
                stderr=file,
                cwd=place.folder,
                env=_environment(environment or {}),
                check=False,
            )
        if done.returncode:
            with log.open("rb") as file:
                file.seek(begins)
                why = cluster.decisive_line(file.read(100_000).decode("utf-8", "replace"))
            raise Refusal(f"PostgreSQL does not start in {place.folder}: {why}", help=cluster.way_on(why))

    def _environment(more: dict[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP", "COMSPEC") if name in os.environ}
        return {**kept, "LC_ALL": "C", "TZ": "UTC", **more}

    def _free_port() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
            one.bind((HOST, 0))
            return int(one.getsockname()[1])

    def _pid(data: Path) -> int:
        """The process of the server that pg_ctl has just seen ready."""
        return int((data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n")[0])
