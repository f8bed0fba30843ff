"""Bytes to text, and what can be told of a text before its YAML is looked at."""

import re

from invgit.text.problem import BAD_CHARACTER, MAX_BYTES, MAX_PROBLEMS, Problem, bad_character
from invgit.text.span import Span

_LFS = "version https://git-lfs.github.com/spec/"
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |\r?$)", re.MULTILINE)
_DIRECTIVE = re.compile(r"(?:^|(?<=[\r\n]))%")

_PLAIN = b"\t\n\r" + bytes(range(0x20, 0x7F))
"""What any text may hold: a look through it that costs a tenth of a search."""


def decode(data: bytes, most: int = MAX_BYTES) -> tuple[str, Problem | None]:
    """UTF-8 to text without its byte order mark, or what is wrong with the bytes, of which there may be so many."""
    start = Span(0, 0)
    if len(data) > most:
        help = "split it: files below a site may be named, nested and split freely"
        return "", Problem("too-big", f"the file has more than {most:,} bytes", start, help)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[:4] == b"\x00\x00\xfe\xff":
        return "", Problem("not-utf8", "the file is UTF-16 or UTF-32; only UTF-8 is read", start, "save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        message = f"the file is not UTF-8: byte {error.start} is 0x{data[error.start]:02x}"
        return before, Problem("not-utf8", message, Span(len(before), len(before)), "save it as UTF-8")
    if text.count("\x00") * 4 > len(text):
        return "", Problem("not-utf8", "the file is UTF-16 or UTF-32; only UTF-8 is read", start, "save it as UTF-8")
    return text.removeprefix("\ufeff"), None


def refused_as_a_whole(text: str) -> list[Problem]:
    """What makes reading further pointless; characters that have no business in a text are listed, all of them."""
    problems: list[Problem] = []
    plain = text.isascii() and not text.encode().translate(None, _PLAIN)
    for found in () if plain else BAD_CHARACTER.finditer(text):
        problems.append(bad_character(found.group(), Span(*found.span())))
        if len(problems) == MAX_PROBLEMS:
            break
    if problems:
        return problems
    if text.startswith(_LFS):
        message = "this is a Git LFS pointer, not the file itself"
        return [Problem("lfs-pointer", message, Span(0, 0), "run `git lfs pull`")]
    if any(sign * 7 in text for sign in "<=>") and (marker := _CONFLICT.search(text)):
        help = "finish the merge: keep one side, and delete the three marker lines"
        return [Problem("merge-conflict", "a merge conflict is left in the file", Span(*marker.span()), help)]
    if "%" in text and (sign := _DIRECTIVE.search(text)):
        help = "delete the line, or put the value in quotes"
        return [Problem("directive", "a line begins with `%`: YAML directives are not read", Span(*sign.span()), help)]
    return []
