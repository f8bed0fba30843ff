"""No secret belongs in a file of a repository: refused, and never repeated in a message."""

import re
from collections.abc import Iterator
from typing import Any

from invgit.diagnostics import Diagnostic
from invgit.text.span import Source, Span
from invgit.text.places import places

_WORDS = (
    "passwords?|passwd|passphrase|psk|pre_?shared_?key|secrets?|token|api_?key|private_?key|access_?key|credentials?"
)
_KEY = re.compile(rf"(?:.*[_\- ])?(?:{_WORDS})(?:[_\- ](?:value|text|hash))?", re.IGNORECASE)
_SUSPECT = (
    "passw",
    "passphrase",
    "psk",
    "shared",
    "secret",
    "token",
    "api",
    "_key",
    "-key",
    " key",
    "credential",
    "private",
    "access",
)
"""Of these one stands in every key that names a secret: a search that costs nothing, before one that does."""
_ANYWHERE = (
    ("-----BEGIN", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
    ("://", re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@\"']*:[^\s/@\"']+@"), "a password inside a link"),
)
_HELP = "keep it in a password manager, and note here only where to find it; what was committed once must be changed"


def find_secrets(source: Source, value: Any) -> Iterator[Diagnostic]:
    """Private keys and links with passwords anywhere in the text, comments too; values under keys that name a secret."""
    for sign, pattern, what in _ANYWHERE:
        if sign in source.text:
            for found in pattern.finditer(source.text):
                yield _refused(source, Span(found.start(), found.start()), f"{what} stands in the file")
    lowered = source.text.lower()
    if not any(word in lowered for word in _SUSPECT):
        return
    found_places = None
    for path, item in _scalars(value, ()):
        key = path[-1] if path else ""
        if isinstance(key, str) and item not in {"true", "false", ""} and _KEY.fullmatch(key):
            found_places = found_places or places(source.text)
            span = found_places[path].key if path in found_places else Span(0, 0)
            yield _refused(source, span, f"`{key}` holds a secret ({len(item)} characters, not shown)")


def _refused(source: Source, span: Span, message: str) -> Diagnostic:
    """Without the source line: the secret stands in it."""
    return Diagnostic("secret", message, source.place(span), help=_HELP)


def _scalars(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a value, with its path; depth is limited by the reader."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _scalars(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _scalars(item, (*path, index))
    elif isinstance(value, str):
        yield path, value
