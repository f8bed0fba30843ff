"""Edits of the YAML that are not written yet, and how they are written."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from invgit import read
from invgit.config import INVENTORY, Settings
from invgit.text.span import Span

if TYPE_CHECKING:
    from invgit.edit.files import FileEdit


@dataclass(frozen=True, slots=True)
class Edited:
    """What files are to become."""

    edits: "tuple[FileEdit, ...]"

    @property
    def diff(self) -> list[str]:
        """The lines of a unified diff, with stars for secrets: it may end up in a log."""
        from invgit.edit.differences import unified

        shown = [replace(edit, before=_masked(edit.before), after=_masked(edit.after)) for edit in self.edits]
        return list(unified(shown, INVENTORY))


def _masked(data: bytes | None) -> bytes | None:
    """A file as it may be shown."""
    if data is None:
        return None
    source, document = read.opened(read.RawFile("", "", data))
    read.faults(source, document)  # hides what it finds
    if not source.hides(Span(0, len(source.text))):
        return data
    return "\n".join(source.line(number + 1) for number in range(source.text.count("\n") + 1)).encode()


def write(settings: Settings, edited: Edited) -> None:
    """Write the edits: all files or none. Raises Refused when one has changed since it was read."""
    from invgit.edit import files

    files.write(settings.inventory, edited.edits)
