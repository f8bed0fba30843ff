"""Which database: the part of the settings that belongs to the state."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LOCK_TIMEOUT = 60.0
"""Seconds to wait for another writer, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class DatabaseSetting:
    """The embedded PostgreSQL, or the name of an environment variable or file that holds a libpq connection string."""

    kind: Literal["embedded", "env", "file"]
    value: str
    """Folder of the project, for the embedded one; name of the variable; path of the file."""

    def __post_init__(self) -> None:
        assert self.value

    @property
    def project(self) -> Path:
        """The folder whose embedded database it is."""
        return Path(self.value)
