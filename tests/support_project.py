"""A project folder, and the command line run in it: in this process, or as the process a user starts."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support_embedded import REPOSITORY

VARIABLE = "PROJECT_DATABASE"
_LOOKS = {"plan", "status", "audit", "drift", "diff", "find"}


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output, as JSON."""
        return json.loads(self.out)


class Project:
    """A folder with `invgit.yaml` and `inventory/`, and the database they belong to.

    Commands that only look are run as `reader`, where there is one: the suite is also a proof that they can.
    """

    def __init__(self, root: Path, dsn: str, reader: str | None = None) -> None:
        self.root = root
        self.dsn = dsn
        self._looks = {dsn: reader or dsn}
        root.mkdir(parents=True)
        self.root.joinpath("invgit.yaml").write_text(f"database: {{env: {VARIABLE}}}\n", encoding="utf-8")
        self.root.joinpath("inventory").mkdir()

    def write(self, files: dict[str, str]) -> None:
        """Make the inventory these files, and no others; a path is below `inventory/`."""
        for old in sorted(self.root.joinpath("inventory").rglob("*"), reverse=True):
            old.rmdir() if old.is_dir() else old.unlink()
        for path, text in files.items():
            target = self.root / "inventory" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a command."""
        return {**os.environ, VARIABLE: self.dsn, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1", **more}

    def _dsn(self, arguments: tuple[str, ...]) -> str:
        looks = arguments[:1] and arguments[0] in _LOOKS and "--rehearse" not in arguments
        return self._looks.get(self.dsn, self.dsn) if looks else self.dsn

    def run(self, *arguments: str, **environment: str) -> Result:
        """A command in this process; nobody sits at its terminal."""
        from invgit.cli.main import main

        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "stdin", io.StringIO())
            for name, value in {VARIABLE: self._dsn(arguments), **environment}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(["-C", str(self.root), *arguments])
        code = ended.value.code
        return Result(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """A command in a process and a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "invgit", "-C", str(self.root), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(**{VARIABLE: self._dsn(arguments), **environment}),
            encoding="utf-8",
            start_new_session=True,
        )

    def command(self, *arguments: str, **environment: str) -> Result:
        """A command in a process of its own, to its end."""
        return ended(self.start(*arguments, **environment))

    def apply(self, *options: str) -> Result:
        """Apply, which has to succeed."""
        result = self.run("apply", "--yes", *options)
        assert result.code == 0, result
        return result

    def changes(self) -> list[tuple[str, str]]:
        """What a plan would do: action and address."""
        result = self.run("plan", "--format", "json")
        assert result.code == 0, result
        return [(change["action"], change["address"]) for change in result.json["changes"]]


def ended(process: "subprocess.Popen[str]", *, seconds: float = 120) -> Result:
    """Wait for a command."""
    out, err = process.communicate(timeout=seconds)
    return Result(process.returncode, out, err)
