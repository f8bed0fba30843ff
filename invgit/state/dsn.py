"""A libpq connection string: taken apart, and never repeated.

A slip of the pen makes libpq take a part of a password for a host, a port or a name of a database, and its messages
quote what they could not use. So what looks like such a slip is refused before anybody connects, and of what libpq says
only hosts and ports are passed on.
"""

import re
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import conninfo

_HOSTS = re.compile(r"[A-Za-z0-9._:%,-]*|(?:@?/|[A-Za-z]:[\\/]).*", re.DOTALL)
"""Names and addresses with commas between them, or the folder of a socket."""
_PORTS = re.compile(r"[0-9, ]*")
_SHOWN = ("host", "hostaddr", "port")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BETWEEN = re.compile(r"[\s=:/@?&,;'\"]+")
_SHORT = 4
"""What is shorter is masked where libpq quotes it only: as a part of other words it says nothing."""


def parsed(text: str) -> dict[str, Any] | None:
    """The parameters of a connection string, or None for what is none, or has a password where it does not belong."""
    if _CONTROL.search(text):
        return None
    try:
        found: dict[str, Any] = {**conninfo.conninfo_to_dict(text)}
    except (psycopg.Error, UnicodeError):
        return None
    name = str(found.get("dbname", ""))
    misplaced = (
        not all(_HOSTS.fullmatch(str(found.get(key, ""))) for key in ("host", "hostaddr"))
        or not _PORTS.fullmatch(str(found.get("port", "")))
        or "://" in name
        or ("@" in name and text.startswith("postgres"))
    )
    return None if misplaced else found


def without(parameters: Mapping[str, Any], message: str) -> str:
    """A message of libpq's or the server's on one line, with nothing of the connection string but hosts and ports."""
    message = " ".join(message.split())
    shown = {word for key in _SHOWN for word in _BETWEEN.split(str(parameters.get(key, "")))}
    values = {" ".join(str(value).split()) for key, value in parameters.items() if key not in _SHOWN} - {"", "None"}
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORT:
            message = message.replace(value, "***")
        for part in {value, *_BETWEEN.split(value)} - shown - {""}:
            for quote in "\"'":
                message = message.replace(f"{quote}{part}{quote}", f"{quote}***{quote}")
    return message
