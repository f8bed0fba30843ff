"""The command line as real processes, forked from one that has imported it already: a kill costs no start."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from support_embedded import REPOSITORY
from support_project import Project, Result

_MOTHER = """
import json, os, select, signal, sys
import invgit.cli.main
from invgit.cli.commands import apply, audit, db, plan, status
from invgit import pipeline, git
import invgit.apply.apply, invgit.cli.views.plan, invgit.state.migrate, invgit.state.report, invgit.plan.changes
names = {}
def told(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
def reap():
    while names:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        told("end", names.pop(pid), os.waitstatus_to_exitcode(status))
waiting = b""
while True:
    if not select.select([0], [], [], 0.002 if names else None)[0]:
        reap()
        continue
    data = os.read(0, 65536)
    if not data:
        sys.exit()
    *lines, waiting = (waiting + data).split(b"\\n")
    for line in lines:
        job = json.loads(line)
        pid = os.fork()
        if not pid:
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)  # who works in the background may ignore it
            for number, path in enumerate(["/dev/null", job["out"], job["err"]]):
                os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), number)
            os.environ.update(job["env"])
            sys.argv = ["invgit", *job["argv"]]
            invgit.cli.main.run()
        names[pid] = job["name"]
        told("pid", job["name"], pid)
"""


@dataclass
class Run:
    """A process of the command line."""

    out: Path
    err: Path
    pid: int = 0
    code: int | None = None
    began: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def signal(self, number: int) -> None:
        """Send it a signal; when it has just ended, nobody gets it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def ended(self, seconds: float = 120) -> Result:
        """Wait for it; the code of one that a signal ended is the negative signal."""
        if not self.over.wait(seconds):
            self.signal(signal.SIGKILL)
            raise TimeoutError(f"process {self.pid} did not end: {self.err.read_text(errors='replace')}")
        assert self.code is not None
        return Result(self.code, _text(self.out), _text(self.err))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


class Zygote:
    """The process that the others are forked from; `path` is where another invgit than ours stands."""

    def __init__(self, folder: Path, path: Path | None = None) -> None:
        self.folder = folder
        self.runs: dict[str, Run] = {}
        self.count = 0
        self.asking = threading.Lock()
        self.mother = subprocess.Popen(
            [sys.executable, "-c", _MOTHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,  # or Python would look for modules where we are
            env={**os.environ, "PYTHONPATH": str(path or REPOSITORY), "PYTHONUNBUFFERED": "1"},
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.mother.communicate()

    def start(self, project: Project, *words: str, out: Path | None = None, err: Path | None = None) -> Run:
        """A command in a project; `out` and `err` may be devices."""
        changed = {key: value for key, value in project.environment().items() if os.environ.get(key) != value}
        with self.asking:
            self.count += 1
            name = str(self.count)
            run = self.runs[name] = Run(out or self.folder / f"{name}.out", err or self.folder / f"{name}.err")
            job: dict[str, Any] = {"name": name, "env": changed, "argv": ["-C", str(project.root), *words]}
            assert self.mother.stdin is not None
            self.mother.stdin.write(json.dumps({**job, "out": str(run.out), "err": str(run.err)}).encode() + b"\n")
            self.mother.stdin.flush()
        assert run.began.wait(60)
        return run

    def command(self, project: Project, *words: str) -> Result:
        """A command, to its end."""
        return self.start(project, *words).ended()

    def _listen(self) -> None:
        assert self.mother.stdout is not None
        for line in self.mother.stdout:
            what, name, number = line.split()
            run = self.runs[name.decode()]
            if what == b"pid":
                run.pid = int(number)
                run.began.set()
            else:
                run.code = int(number)
                run.over.set()
