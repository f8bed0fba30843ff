"""Escapes in double quotes: what they stand for, and where in the source the one stands that is not allowed."""

import re

from invgit.text.problem import BAD_CHARACTER, Problem, bad_character
from invgit.text.span import Span

# YAML 1.2, 5.7: the escapes that can stand for a character that is not allowed
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "L": "\u2028",
    "P": "\u2029",
}


def bad_escape(text: str, span: Span) -> Problem | None:
    """The first escape in a quoted text that smuggles in a character that is not allowed."""
    for found in _ESCAPE.finditer(text, span.start, span.end):
        digits = found[1] or found[2] or found[3]
        character = chr(int(digits, 16)) if digits else _LETTERS.get(found[4], " ")
        if character == "\r" or BAD_CHARACTER.match(character):  # a raw one is a line break; escaped, it overwrites
            return bad_character(character, Span(*found.span()))
    return None
