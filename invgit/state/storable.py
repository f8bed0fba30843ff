"""Text and JSON that PostgreSQL takes, whatever others have sent."""

import math
from collections.abc import Mapping
from typing import Any

from invgit.model.values import encoded


def text(value: str) -> str:
    """Text without NUL and halves of characters: U+FFFD stands for each."""
    return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def json_text(value: Any) -> str:
    """A value as text that `jsonb` takes; numbers that are none become text."""
    try:
        found = encoded(value)
    except ValueError:  # half a character
        return encoded(_plain(value))
    return encoded(_plain(value)) if any(word in found for word in ("\\u0000", "NaN", "Infinity")) else found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return text(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
