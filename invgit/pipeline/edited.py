"""Edits of the YAML that are not written yet, and how they are written."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from invgit.config import INVENTORY, Settings

if TYPE_CHECKING:
    from invgit.edit.files import FileEdit


@dataclass(frozen=True, slots=True)
class Edited:
    """What files are to become."""

    edits: "tuple[FileEdit, ...]"

    @property
    def diff(self) -> list[str]:
        """The lines of a unified diff."""
        from invgit.edit.differences import unified

        return list(unified(self.edits, INVENTORY))


def write(settings: Settings, edited: Edited) -> None:
    """Write the edits: all files or none. Raises Refused when one has changed since it was read."""
    from invgit.edit import files

    files.write(settings.inventory, edited.edits)
