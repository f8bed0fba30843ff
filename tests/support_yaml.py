"""The YAML corpus: small inputs, what the specification says of each, and what the strict reader makes of it.

In a file of `cases/yaml`, `==` begins an input and `--` ends it: `valid` or `invalid` by YAML 1.2, then what is read
(as JSON, in which every scalar is text) or what is refused, and where libyaml does not hold with the specification,
why. In an input `→` is a tab, `←` a carriage return, `␣` a space, `⟨1F⟩` a character by its number, `∎` the end without
a line break. The name of an input may end in its encoding.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from support_cases import CASES

from invgit.text.decode import decode
from invgit.text.span import Source
from invgit.text.tree import parse

FILES = sorted((CASES / "yaml").glob("*.txt"))
_INPUT = re.compile(r"^== (.+)\n((?:(?!-- ).*\n)*?)-- (valid|invalid) \|(.*?)(?: \| (libyaml .*))?\n", re.MULTILINE)
_MARKS = {"→": "\t", "←": "\r", "␣": " "}
_BYTES = {"utf-16-be-mark": ("utf-16-be", b"\xfe\xff"), "latin-1": ("latin-1", b""), "cp1252": ("cp1252", b""),
          "utf-16": ("utf-16", b""), "utf-16-le": ("utf-16-le", b""), "utf-32": ("utf-32", b"")}  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One text of the corpus."""

    file: str
    name: str
    data: bytes
    valid: bool
    expected: str
    note: str

    @property
    def id(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def accepted(self) -> bool:
        """Whether the strict reader reads it."""
        return self.expected.startswith(("{", "[", '"')) or self.expected == "null"

    @property
    def libyaml_differs(self) -> bool:
        """Whether the corpus says that libyaml does not hold with the specification here."""
        return bool(self.note)


def inputs(path: Path) -> Iterator[Input]:
    """The texts of one file."""
    for name, written, verdict, expected, note in _INPUT.findall(path.read_text(encoding="utf-8")):
        yield Input(path.stem, name, _data(name, written), verdict == "valid", expected.strip(), note)


def _data(name: str, written: str) -> bytes:
    encoding = name.partition(" @")[2]
    if encoding == "bytes":
        return bytes.fromhex(written)
    text = re.sub(r"⟨([0-9A-F]+)⟩", lambda found: chr(int(found[1], 16)), written).replace("∎\n", "")
    text = "".join(_MARKS.get(character, character) for character in text)
    codec, mark = _BYTES.get(encoding, ("utf-8", b""))
    return mark + text.encode(codec)


def read(data: bytes) -> str:
    """What the strict reader makes of bytes: the value as JSON, or each refusal with its place."""
    text, problem = decode(data)
    document = parse(text) if problem is None else None
    problems = [problem] if problem else document.problems if document else []
    if not problems:
        return "".join(map(_visible, json.dumps(document.value if document else None, ensure_ascii=False)))
    places = [(each.code, Source("", text).place(each.span)) for each in problems]
    return ", ".join(f"{code} {place.line}:{place.column}" for code, place in places)


def _visible(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


def updated(path: Path) -> str:
    """A file's text with what the reader makes of each input now."""
    found = iter(list(inputs(path)))
    return _INPUT.sub(lambda match: _written(match, next(found)), path.read_text(encoding="utf-8"))


def _written(match: re.Match[str], each: Input) -> str:
    note = f" | {match[5]}" if match[5] else ""
    return f"== {match[1]}\n{match[2]}-- {match[3]} | {read(each.data)}{note}\n"


def built(events: Iterator[Any]) -> Any:
    """The value of a stream of one document, from a YAML parser's events, as simply as can be."""
    values = [_built(event, events) for event in events if isinstance(event, yaml.NodeEvent)]
    return values[0] if values else None


def _built(event: Any, events: Iterator[Any]) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return None if event.style in {None, ""} and event.value in {"", "null"} else event.value
    ends = yaml.MappingEndEvent if isinstance(event, yaml.MappingStartEvent) else yaml.SequenceEndEvent
    items = []
    while not isinstance(following := next(events), ends):
        items.append(_built(following, events))
    if ends is yaml.SequenceEndEvent:
        return items
    return {unicodedata.normalize("NFC", key): item for key, item in zip(items[::2], items[1::2], strict=True)}
