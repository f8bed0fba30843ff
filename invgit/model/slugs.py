"""Slugs made of names."""

import re
import unicodedata

_LONGEST = 100
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "&": " and "}
)
RESERVED = frozenset({"catalog"})
"""What no organization may be called: a folder of that name is something else."""


def slugified(text: str) -> str:
    """A slug that reads like a text; empty where the text has no letter or digit of ASCII's, accents aside."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
