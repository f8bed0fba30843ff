"""Changed files onto the disk: all of them or none, whatever happens meanwhile."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What one file is to become: its path below the inventory (forward slashes), its bytes as they were read, and as
    they are to be; None where there is no such file."""

    path: str
    before: bytes | None
    after: bytes | None
