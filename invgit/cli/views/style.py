"""How text reaches a terminal: colours, and nothing in the data that a terminal would obey."""

import re

import click

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def safe(text: str) -> str:
    """Text with what a terminal could obey written out: control characters, direction marks, half characters."""
    return _UNSAFE.sub(lambda found: _written(found.group()), text)


def line(text: str) -> str:
    """`safe`, and on one line whatever it holds."""
    return safe(text).replace("\n", "\\n").replace("\t", " ")


def _written(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def hint(text: str) -> str:
    """The way on, set apart from the message."""
    return f"  {click.style('help', fg='cyan')}: {safe(text)}"


def count(number: int, noun: str) -> str:
    """`1 device`, `2 devices`, `12,000 entities`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
