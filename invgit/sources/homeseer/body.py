"""The body of an answer as the JSON object that it should be; and in words, everything else that it is known to be."""

import json
import re
from collections.abc import Collection
from typing import Any

from invgit.errors import SourceError
from invgit.text.inert import line
from invgit.text.told import redacted

AGAIN = "Nothing was changed. If it stays so, run scripts/check-homeseer and look at what it keeps."
JSON_OFF = (
    "Turn on 'Enable Control Using JSON' in HomeSeer (Setup > Network), and check that the URL is that of HomeSeer's "
    "own web server."
)
_UNREADABLE = object()
_WORD = 10
_SHORT = 8
"""A secret with fewer characters may be a word of the house: in names it stays."""


def decoded(body: bytes) -> tuple[str, str | None]:
    """A body as text, and a warning where it is no UTF-8: no document says what HomeSeer writes."""
    try:
        return body.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace"), "The answer is not UTF-8; it was read as Windows-1252."


def document(request: str, text: str, secrets: Collection[str] = ()) -> dict[str, Any]:
    """The JSON object of an answer. Raises SourceError for everything else that HomeSeer is known to say.

    What it says is repeated without the secrets that it was told.
    """
    bare = text.strip()
    if not bare:
        raise SourceError(f"HomeSeer's answer to {request} is empty", help=AGAIN)
    if len(bare) < _WORD and bare.casefold() in {"error", "ok"}:
        raise SourceError(f"HomeSeer answered {request} with a bare '{bare.casefold()}'", help=JSON_OFF)
    if bare.startswith("<"):
        raise SourceError(
            f"HomeSeer answered {request} with a web page: a login page, or not HomeSeer at all", help=JSON_OFF
        )
    try:
        found = json.loads(bare, parse_constant=lambda _: None)  # NaN, as .NET writes it
    except (ValueError, RecursionError):
        found = _UNREADABLE
    if found is _UNREADABLE:
        raise SourceError(f"HomeSeer's answer to {request} is no JSON, or was cut off", help=AGAIN)
    if not isinstance(found, dict):
        raise SourceError(f"HomeSeer's answer to {request} is JSON, but no object", help=AGAIN)
    said = found.get("Response")
    if isinstance(said, str) and said.strip().casefold().startswith("error"):
        raise SourceError(f"HomeSeer refused {request}: {line(redacted(said.strip(), secrets))[:200]}", help=JSON_OFF)
    return found


def masked(answer: dict[str, Any], secrets: Collection[str]) -> tuple[dict[str, Any], int]:
    """An answer with `***` in place of secrets that somebody has written into its texts, and in how many they stood."""
    told = [re.escape(each) for each in secrets if len(each) >= _SHORT]
    if not told:
        return answer, 0
    sign = re.compile("|".join(told))
    if not sign.search("\n".join(_texts(answer))):
        return answer, 0
    times = 0

    def cleaned(one: Any) -> Any:
        nonlocal times
        if isinstance(one, str) and sign.search(one):
            times += 1
            return sign.sub("***", one)
        if isinstance(one, dict):
            return {key: cleaned(each) for key, each in one.items()}
        return [cleaned(each) for each in one] if isinstance(one, list) else one

    made: dict[str, Any] = cleaned(answer)
    return made, times


def _texts(answer: dict[str, Any]) -> list[str]:
    """All texts in an answer, at any depth: tens of thousands, so one loop."""
    found: list[str] = []
    waiting: list[Any] = [answer]
    while waiting:
        holder = waiting.pop()
        for each in holder.values() if isinstance(holder, dict) else holder:
            if isinstance(each, str):
                found.append(each)
            elif isinstance(each, dict | list):
                waiting.append(each)
    return found
