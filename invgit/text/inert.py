"""Data as text that nobody obeys: no terminal, no reader of a CI log, no Markdown renderer. One escaper for each.

What is written out is written the same everywhere: `\\x1b`, `\\u202e`; everything else stays as it is.
"""

import json
import re
from typing import Any

from invgit.text.problem import BAD_CHARACTER

# GitHub's runner takes `##[name]` for a command wherever it stands in a line, `::name::` where a line begins with it
# (actions/runner, ActionCommand.cs); nobody writes the first in earnest, the second begins IPv6 addresses.
_OBEYED = re.compile(rf"{BAD_CHARACTER.pattern}|\r|(?<=##)\[")
_COMMAND = re.compile(r"^(\s*):(?=:)")
_LATER_COMMAND = re.compile(r"(?<=\n)([^\S\n]*):(?=:)")


_WALL = re.compile("`{41,}")


def _written(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def safe(text: str) -> str:
    """Text for a terminal, with what one could obey written out: controls, direction marks, half characters.

    Line breaks and tabs stay. It is meant to stand behind something: see `whole`.
    """
    return _LATER_COMMAND.sub(r"\1\\x3a", _OBEYED.sub(_written, text))


def line(text: str) -> str:
    """`safe`, and on one line whatever it holds."""
    if text.isprintable() and "##[" not in text:  # most text, and a plan has a lot of it
        return text
    return _OBEYED.sub(_written, text).replace("\n", "\\n").replace("\t", " ")


def whole(text: str) -> str:
    """`safe` for a text that begins a line: no CI takes that line for a command."""
    return _COMMAND.sub(r"\1\\x3a", safe(text))


_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


def json_line(value: Any) -> str:
    """A value as JSON on one line; the escapes are JSON's own, so that reading it gives the value itself."""
    text = _JSON.encode(value)
    if text.isprintable() and "##[" not in text:
        return text
    return _OBEYED.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    """RFC 8259, 7: beyond U+FFFF a pair of surrogates."""
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def code(text: str) -> str:
    """Text as a Markdown code span (CommonMark 0.31, 6.1): the one place where no renderer looks for anything.

    Outside of one, GitHub makes links of names, numbers and hashes even where Markdown's own escapes stand. Nothing at
    all stays nothing: there is no empty code span. In a table use `cell`.
    """
    shown, ticks = _fenced(line(text))
    # a blank at both ends is taken away again, unless there is nothing else
    padded = shown.strip(" ") and (shown[0] in "` " or shown[-1] in "` ")
    return "" if not shown else f"{ticks} {shown} {ticks}" if padded else f"{ticks}{shown}{ticks}"


def cell(text: str) -> str:
    """`code` for a table (GFM, 4.10), where a bar needs a backslash; one that has a backslash already is `\\x7c`."""
    return code(text.replace("\\|", "\\\\x7c")).replace("|", "\\|")


def html(text: str) -> str:
    """`line` for the text of an HTML element, or the value of an attribute in quotes (HTML, 13.1.2).

    In Markdown it belongs into a `code` element: elsewhere GitHub looks for names and numbers in HTML, too.
    """
    from html import escape

    return escape(line(text))


def fence(text: str, language: str = "") -> str:
    """Text of many lines as a Markdown code block, whatever fences it holds itself."""
    shown, ticks = _fenced(safe(text), 3)
    return f"{ticks}{language}\n{shown}\n{ticks}"


def _fenced(text: str, least: int = 1) -> tuple[str, str]:
    """The text, and backticks that no run in it ends; of longer runs than renderers count (cmark: 80), none is left."""
    shown = _WALL.sub(lambda found: "\\x60" * len(found.group()), text)
    return shown, "`" * max([least, *(1 + len(run) for run in re.findall("`+", shown))])


def command(name: str, message: str, **properties: str | int | None) -> str:
    """A workflow command of GitHub Actions; properties without a value are left out.

    The escapes are those that its runner takes back: `%`, CR and LF everywhere, in properties `:` and `,` too.
    """
    words = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    return f"::{name}{' ' if words else ''}{words}::{_data(message)}"


def _data(text: str) -> str:
    return safe(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def uri(path: str) -> str:
    """A relative path as a URI reference (RFC 3986, 4.2): the file's own bytes, also where they are no UTF-8."""
    from urllib.parse import quote  # a dozen modules, for one format

    return quote(_bytes(path), safe="/")


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character that is none of POSIX's undecodable bytes: a name on Windows
        return path.encode("utf-8", "surrogatepass")
