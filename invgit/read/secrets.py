"""No secret belongs in a file of a repository: refused, and never repeated, in no message and no quoted line."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from invgit import diagnostics
from invgit.diagnostics import Diagnostic
from invgit.text.document import Document
from invgit.text.places import Path, places
from invgit.text.secrets import IN_LINK, PRIVATE_KEY
from invgit.text.span import Source, Span

_WORDS = (
    r"passwords?|passwd|passphrase|psk|pre[_\- ]?shared[_\- ]?key|secrets?|token|credentials?"
    r"|(?:api|private|access)[_\- ]?key"
)
_KEY = re.compile(rf"(?:.*[_\- ])?(?:{_WORDS})(?:[_\- ](?:value|text|hash))?", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SUSPECT = ("passw", "passp", "psk", "key", "secret", "token", "credential")
"""One of these stands in every key that names a secret: a search that costs nothing, before one that does."""
_LINE = re.compile(
    rf"(?:{_WORDS})[\"']?[ \t]*+:[ \t]*+(?:\r?\n[ \t]++)?([^\s#][^\r\n]*+)",
    re.IGNORECASE,
)
"""Where the text itself has faults, a value cannot be found by its path: what looks like a secret is not shown,
whatever stands before it."""
_NOT_SECRET = frozenset({"true", "false", ""})
_HELP = "keep it in a password manager, and note here only where to find it; what was committed once must be changed"


class _Secret(NamedTuple):
    """What must not be shown, where its finding points, and what is said."""

    hidden: Span
    at: Span
    message: str


def find_secrets(source: Source, document: Document) -> list[Diagnostic]:
    """The secrets of a file; all of them are hidden before any line of it is shown."""
    secrets = [*_in_text(source.text), *_in_values(source, document)]
    for secret in secrets:
        source.hide(secret.hidden)
    return [diagnostics.at(source, secret.at, "secret", secret.message, help=_HELP) for secret in secrets]


def holds_secret(value: Any) -> bool:
    """Whether a declared value holds what would be refused as a secret, in whatever file it stood."""
    for path, item in _scalars(value, ()):
        names = [step for step in path if isinstance(step, str)]
        if _is_secret(_name(path), item) or any(True for text in (item, *names) for _ in _in_text(text)):
            return True
    return False


def _is_secret(name: str, item: str) -> bool:
    """Whether a value under a key that names a secret is one."""
    small = name.lower()
    suspect = any(word in small for word in _SUSPECT)
    return suspect and item not in _NOT_SECRET and _KEY.fullmatch(_HUMP.sub("_", name)) is not None


def _in_text(text: str) -> Iterator[_Secret]:
    """Private keys, and links with passwords, wherever they stand."""
    if "-----BEGIN" in text:
        for found in PRIVATE_KEY.finditer(text):
            yield _Secret(Span(*found.span()), Span(*found.span()), "a private key stands in the file")
    if "://" in text:
        for found in IN_LINK.finditer(text):
            yield _Secret(Span(*found.span(1)), Span(*found.span(1)), "a link holds a user and a password")


def _in_values(source: Source, document: Document) -> Iterator[_Secret]:
    """Values under keys that name a secret."""
    if document.problems:
        for found in _LINE.finditer(source.text):
            source.hide(Span(*found.span(1)))
    if not any(word in name.lower() for name in document.names for word in _SUSPECT):
        return
    for path, item in _scalars(document.value, ()):
        name = _name(path)
        if _is_secret(name, item):
            place = places(source.text)[path]
            at = place.key if isinstance(path[-1], str) else place.value
            yield _Secret(place.value, at, f"`{name}` holds a secret ({len(item)} characters, not shown)")


def _name(path: Path) -> str:
    """The key that says what a value is: not the place in a list, nor the `value` of an attribute."""
    names = [step for step in path if isinstance(step, str)]
    return names[-2] if names[-1:] == ["value"] and len(names) > 1 else names[-1] if names else ""


def _scalars(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text in a value, with its path; depth is limited by the reader."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _scalars(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _scalars(item, (*path, index))
    elif isinstance(value, str):
        yield path, value
