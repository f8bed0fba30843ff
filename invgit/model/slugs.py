"""Slugs made of names."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

from invgit.model.scalars import SLUG

LONGEST = 100
RESERVED = frozenset({"catalog"})
"""What no organization may be called: a folder of that name is something else."""
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "&": " and "}
)


def slugified(text: str) -> str:
    """A slug that reads like a text; empty where the text has no letter or digit of ASCII's, accents aside."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")


def is_slug(text: Any, form: str = SLUG) -> bool:
    """Whether a value is a slug (of a form) as it stands."""
    return isinstance(text, str) and len(text) <= LONGEST and re.fullmatch(form.strip("^$"), text) is not None


def unused(wanted: str, used: Collection[str]) -> str:
    """A slug, or with the first number from 2 with which nobody has it."""
    return next(slug for slug in numbered(wanted) if slug not in used)


def numbered(wanted: str) -> Iterator[str]:
    """A slug, then with the numbers from 2."""
    yield wanted
    for number in count(2):
        yield f"{wanted[: LONGEST - len(str(number)) - 1].strip('-')}-{number}"
