"""A file of another program on its way to be understood: its text in whatever encoding, as JSON, by lines."""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.model.times import normal_moment

MAX_BYTES = 64 * 1024 * 1024
_BOMS = (  # UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SEVERAL = 500
"""So many lines are looked at to tell the form."""


class Given:
    """A file: what people call it, its text, and when it was taken."""

    def __init__(self, name: str, data: bytes, at: datetime) -> None:
        self.name, self.at = name, at
        self.text = decoded(name, data)

    @cached_property
    def lines(self) -> list[str]:
        """Its lines that are not blank, without the colours of a terminal; CR and LF end one, nothing else does."""
        text = _COLOURS.sub("", self.text) if "\x1b" in self.text else self.text
        return [line for each in text.split("\n") if (line := each.rstrip("\r")) and not line.isspace()]

    def has(self, form: re.Pattern[str]) -> bool:
        """Whether one of its first lines has a form as a whole."""
        return any(form.fullmatch(line[:1000]) for line in self.lines[:_SEVERAL])

    @cached_property
    def stamp(self) -> str:
        """When it was taken, as moments are written."""
        return normal_moment(self.at.isoformat())

    @cached_property
    def document(self) -> Any:
        """What it says as JSON (RFC 8259). Raises BrokenFile with the place where it is none."""
        return self.parsed(self.text)

    @cached_property
    def json(self) -> Any:
        """The same; None where it is none."""
        try:
            return self.document if self.text.lstrip()[:1] in {"[", "{"} else None
        except BrokenFile:
            return None

    @property
    def broken(self) -> BrokenFile | None:
        """Why it is no JSON."""
        try:
            self.parsed(self.text)
        except BrokenFile as error:
            return error
        return None

    def parsed(self, text: str) -> Any:
        """What JSON text in it says. Raises BrokenFile with the place where it is none."""
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            place = f"{self.name}:{error.lineno}:{error.colno}"
            raise BrokenFile(f"{place}: the JSON is broken: {error.msg}", help="was it cut off?") from None
        except (RecursionError, ValueError):  # a number of more than 4,300 digits
            raise BrokenFile(f"{self.name} is JSON that no program means: too deep, or with endless numbers") from None


def objects(said: Any) -> list[dict[str, Any]]:
    """The objects of a JSON list; a single one where PowerShell has written it without the list."""
    if isinstance(said, dict) and isinstance(said.get("value"), list):  # PowerShell 5.1, of a list that was an object
        said = said["value"]
    found = [said] if isinstance(said, dict) else said
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Format:
    """A form of file: its name, what people know it by, whether a file has it, and how it is read.

    `read` raises BrokenFile for what cannot be read, or where there is no host.
    """

    name: str
    about: str
    knows: Callable[[Given], bool]
    read: Callable[[Given], Scan]


def decoded(name: str, data: bytes) -> str:
    """The text of bytes: by their byte order mark, as UTF-16 or UTF-8, else one character a byte.

    The last suits every code page of a console: what is looked for is ASCII in all of them. Raises BrokenFile for
    what is no text, or too long.
    """
    if len(data) > MAX_BYTES:
        raise BrokenFile(f"{name} has more than {MAX_BYTES // 2**20} MiB", help="import it in parts, a network each")
    if data.startswith(_PACKED):
        raise BrokenFile(f"{name} is packed", help="unpack it first")
    for encoding in (*(each for mark, each in _BOMS if data.startswith(mark)), _guessed(data), "utf-8"):
        if encoding:
            try:
                text = data.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    else:
        text = data.decode("latin-1")
    if "\x00" in text:
        raise BrokenFile(f"{name} is no text: it holds NUL characters")
    return text


def _guessed(data: bytes) -> str | None:
    """UTF-16 without its mark: of every two bytes of ASCII, one is zero."""
    start = data[:2000]
    low, high = start[0::2].count(0), start[1::2].count(0)
    half = max(len(start) // 2, 1)
    return "utf-16-le" if high > 0.7 * half > low else "utf-16-be" if low > 0.7 * half > high else None
