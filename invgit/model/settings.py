"""Values that only settings have: durations, and secrets, of which a file holds the name and never the text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from invgit.errors import ConfigError
from invgit.model.fields import Fields
from invgit.model.marks import Example, Normal, Scalar
from invgit.model.scalars import shown, wrong

_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhdw])")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_FOLDER = re.compile(r"\A\$([A-Za-z_][A-Za-z0-9_]*)(?=[/\\])")
_MOST = 64 * 1024
"""So many bytes of a secret's file are read: it may be no secret at all."""


def _duration(value: str) -> str:
    if not _DURATION.fullmatch(value):
        raise wrong("bad-text", f"`{shown(value)}` is no duration: write it like 90s, 15m, 12h, 7d, 4w")
    return value


Duration = Annotated[
    str,
    Scalar(
        "a duration such as 15m, 12h, 7d",
        "interval",
        {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhdw]$"},
        _duration,
        example="7d",
    ),
]
"""A number of seconds, minutes, hours, days or weeks."""


def lasting(duration: str) -> timedelta:
    """A duration as a length of time."""
    number, unit = duration[:-1], duration[-1]
    return timedelta(**{_UNIT[unit]: int(number)})


FilePath = Annotated[str, Scalar("a path", "text", {"type": "string", "minLength": 1}, limit=4096)]
"""A path of this machine; relative to the project."""


class Secret(Fields):
    """Where a secret stands: exactly one of the two is said."""

    env: Annotated[
        Annotated[str, Scalar("the name of an environment variable", "text", {"type": "string", "pattern": _VARIABLE},
                              pattern=_VARIABLE)] | None,
        Example("INVGIT_PASSWORD"),
    ] = None  # fmt: skip
    """Name of the environment variable that holds it."""

    file: Annotated[FilePath | None, Example("~/.config/invgit/password")] = None
    """Path of a file, outside the repository, that holds it; relative to the project, `~` or `$NAME/`."""


def _one(secret: Secret | None) -> Secret | None:
    if secret is not None and (secret.env is None) == (secret.file is None):
        raise wrong("bad-text", "a secret is `{env: NAME}` or `{file: PATH}`: one of the two")
    return secret


ONE: Normal = Normal(_one)
"""The mark of a field that holds a `Secret`."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What gives the texts of secrets: the environment, and the folder of the project."""

    environment: Mapping[str, str] = field(repr=False)
    root: Path

    def path(self, said: str) -> Path:
        """A path that a setting says, from the project on; `~` is the home of whoever runs this, where it is known.

        `$NAME/` at its beginning is the folder that the environment names, if it does: secrets come so from systemd
        (`$CREDENTIALS_DIRECTORY`, systemd.exec(5)), whose folder is another one for every service.
        """
        meant = _FOLDER.sub(lambda found: self.environment.get(found[1]) or found[0], said)
        try:
            return self.root / Path(meant).expanduser()
        except RuntimeError:
            return self.root / meant

    def text(self, secret: Secret, what: str) -> str:
        """The secret itself, without the line break at its end. Raises ConfigError that names `what` only."""
        if secret.env:
            found = self.environment.get(secret.env, "")
            if not found:
                raise ConfigError(
                    f"{what}: the environment variable {secret.env} is not set", help="set it, or name another"
                )
            return found
        path = self.path(secret.file or "")
        try:
            with path.open("rb") as file:
                data = file.read(_MOST + 1)
            found = data.decode("utf-8-sig").rstrip("\r\n")
        except OSError as error:
            raise ConfigError(f"{what}: {secret.file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigError(f"{what}: {secret.file} is not UTF-8") from None
        if not found or len(data) > _MOST or "\n" in found:
            raise ConfigError(f"{what}: {secret.file} does not hold one line with the secret")
        return found
