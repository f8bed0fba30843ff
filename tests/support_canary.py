"""Secrets that must show nowhere: each has a word that occurs nowhere else, and whoever finds it has found a leak.

canary = Canary()
with canary.listening() as logs: …                       every logger, from DEBUG on
assert not canary.traces(result.out, result.err, *logs)
assert not canary.in_folder(project.root) and not canary.in_rows(database) and not canary.in_processes()
"""

import json
import logging
import re
import subprocess
import traceback
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal
from urllib.parse import unquote_plus

from support_database import Database

Way = Literal["basic", "query", "token", "myhs"]
WAYS: tuple[Way, ...] = ("basic", "query", "token", "myhs")
HARD = "ä: %41+&\"'<>\\/#?="
"""Around the word: what is written differently in a URL, in JSON, in HTML and in YAML."""


class Canary:
    """A login in every form, and where any of it is found."""

    user = "ann"

    def __init__(self, around: str = HARD) -> None:
        self.words = {what: f"{what}{token_hex(6)}" for what in ("password", "token", "license")}
        self.password, self.token, self.license = (f"{around}{word}{around}" for word in self.words.values())
        self._signs = re.compile(
            b"|".join(re.escape(each) for word in self.words.values() for each in _forms(word)), re.IGNORECASE
        )

    def login(self, way: Way) -> dict[str, Any]:
        """Settings of a `Controller`, beside its URL."""
        if way == "token":
            return {"token": self.token}
        made = {"user": self.user, "password": self.password, "login": "basic" if way == "basic" else "query"}
        return {**made, "license": self.license} if way == "myhs" else made

    def settings(self, url: str, way: Way) -> dict[str, Any]:
        """The same for `invgit.yaml`: secrets by the names of their variables."""
        made: dict[str, Any] = {"url": url}
        for name, value in self.login(way).items():
            made[name] = {"env": f"CANARY_{name.upper()}"} if name in self.words else value
        return made

    @property
    def environment(self) -> dict[str, str]:
        """The variables that hold the secrets."""
        return {f"CANARY_{name.upper()}": getattr(self, name) for name in self.words}

    def traces(self, *things: object) -> list[str]:
        """Where a secret shows in texts, bytes, exceptions with all that led to them, or in the `repr` of all else."""
        found = []
        for thing in things:
            data = _read(thing if isinstance(thing, bytes) else _text(thing).encode("utf-8", "surrogatepass"))
            found += [repr(data[max(0, at.start() - 60) : at.end() + 60]) for at in self._signs.finditer(data)]
        return found

    def in_folder(self, folder: Path) -> list[str]:
        """Files below a folder whose name, target or content holds a secret; of a repository, every object."""
        found = []
        for path in sorted(folder.rglob("*")):
            told = [str(path.relative_to(folder))]
            if path.is_symlink():
                told.append(str(path.readlink()))
            content = path.read_bytes() if path.is_file() else b""
            if path.name == ".git":
                command = ["git", "-C", path.parent, "cat-file", "--batch-all-objects", "--batch"]
                content += subprocess.run(command, capture_output=True, check=True).stdout
            if self.traces(*told, content):
                found.append(str(path))
        return found

    def in_rows(self, database: Database) -> list[str]:
        """Tables of which a row holds a secret, all schemas but the server's own."""
        tables = database.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        assert tables
        return [
            name
            for (name,) in tables
            if self.traces(*(row for (row,) in database.execute(f"SELECT row_to_json(t)::text FROM {name} t")))
        ]

    def in_processes(self) -> list[str]:
        """Command lines of running processes that hold a secret; everybody on the machine can read those."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found += self.traces(path.read_bytes())
            except OSError:  # it has ended
                continue
        return found

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        """Everything that anybody logs, at every level, with its parts."""
        heard: list[str] = []

        class Listener(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                heard.append(f"{record.name}: {record.getMessage()} {record.args!r} {record.exc_info!r}")

        listener, known = Listener(0), [logging.root, *map(logging.getLogger, logging.root.manager.loggerDict)]
        before = [(each, each.level, each.disabled) for each in known]
        for each in known:
            each.setLevel(logging.DEBUG)
            each.disabled = False
        logging.root.addHandler(listener)
        try:
            yield heard
        finally:
            logging.root.removeHandler(listener)
            for each, level, disabled in before:
                each.setLevel(level)
                each.disabled = disabled


def _forms(word: str) -> Iterator[bytes]:
    """A word as it is, in base64 wherever it begins, in hexadecimal, and in UTF-16."""
    yield word.encode()
    yield word.encode().hex().encode()
    yield word.encode("utf-16-le")
    for shift in range(3):
        coded = b64encode(b" " * shift + word.encode())
        yield coded[-(-8 * shift // 6) : (8 * (shift + len(word))) // 6]


def _text(thing: object) -> str:
    if isinstance(thing, BaseException):
        seen: dict[int, BaseException] = {}
        waiting = [thing]
        while waiting:
            each = waiting.pop()
            if id(each) not in seen:
                seen[id(each)] = each
                waiting += filter(None, (each.__cause__, each.__context__))
        parts = [f"{each!r} {vars(each)!r} {getattr(each, '__notes__', '')}" for each in seen.values()]
        return "".join([*traceback.format_exception(thing), *parts])
    return thing if isinstance(thing, str) else repr(thing)


def _read(data: bytes) -> bytes:
    """The same as people read it who undo the escapes of URLs and HTML, behind what it is."""
    text = data.decode("utf-8", "replace")
    return b"\n".join([data, unquote_plus(text).encode(), unescape(text).encode(), _from_json(text).encode()])


def _from_json(text: str) -> str:
    try:
        return repr(json.loads(text))
    except ValueError:
        return ""
