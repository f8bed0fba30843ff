"""What can be wrong with a text, and how much of it is read at all."""

import re
import unicodedata
from dataclasses import dataclass

from invgit.text.span import Span

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 200_000
MAX_SCALAR = 64 * 1024
MAX_KEY = 256
MAX_PROBLEMS = 100
"""Nobody mends more than that in one go; a text with more is not read on."""

# Controls but tab and line breaks, bidirectional marks, zero-width spaces, separators, surrogates (Unicode categories
# Cc, Cf, Cs, Zl, Zp), fillers, and the invisible copy of ASCII (U+E0020 to U+E007F) that hides text from reviewers; the
# joiners U+200C and U+200D stay, scripts and emoji need them, as does what belongs to one script only.
BAD_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the text, and where; `other` is a place that belongs to it, and what is there."""

    code: str
    message: str
    span: Span
    help: str | None = None
    other: tuple[Span, str] | None = None
    fix: str | None = None


def bad_character(character: str, span: Span) -> Problem:
    """A character that nobody sees, or that changes how other text is shown."""
    name = unicodedata.name(character, "surrogate" if "\ud800" <= character <= "\udfff" else "control character")
    message = f"character U+{ord(character):04X} ({name.lower()}) is not allowed"
    help = "delete it: it is invisible, or changes how other text is shown"
    unseen = unicodedata.category(character) == "Cf"  # a control may be what is left of a broken file
    return Problem("bad-character", message, span, help, fix="" if unseen else None)
