"""Edits of the YAML: what they come to is compiled before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from invgit.config import INVENTORY, Settings
from invgit.diagnostics import Diagnostic, Severity
from invgit.pipeline.compiled import Compiled, compile_files, working_files
from invgit.pipeline.edited import Edited

if TYPE_CHECKING:
    from invgit.edit.draft import Draft
    from invgit.git import Commit


@dataclass(frozen=True, slots=True)
class Authored(Edited):
    """Edits, and what the inventory says without and with them."""

    before: Compiled
    after: Compiled

    @property
    def new(self) -> tuple[Diagnostic, ...]:
        """What the edits make wrong, or worth a warning: what was there before is no reason not to edit."""
        known = {(each.code, each.message, each.addresses) for each in self.before.diagnostics}
        return tuple(each for each in self.after.diagnostics if (each.code, each.message, each.addresses) not in known)

    @property
    def failed(self) -> bool:
        """Whether the edits bring an error: then they must not be written."""
        return any(each.severity is Severity.ERROR for each in self.new)


def author(
    settings: Settings, at: datetime, change: "Callable[[Draft], None]", commit: "Commit | None" = None
) -> Authored:
    """Have entities of the working tree, or of a commit, edited by `change`; nothing is written.

    Raises what the draft refuses.
    """
    from invgit.edit.draft import Draft
    from invgit.read.files import RawFile

    if commit:
        from invgit.read.committed import find_committed

        files, unreadable = find_committed(settings.root, commit, INVENTORY, absent=False)
    else:
        files, unreadable = working_files(settings)
    before = compile_files(files, unreadable, at)
    draft = Draft(before.inventory, {file.path: file.data for file in files}, INVENTORY)
    change(draft)
    edits = draft.edits()
    known = {file.path: file for file in files}
    for edit in edits:
        known.pop(edit.path, None)
        if edit.after is not None:
            known[edit.path] = RawFile(edit.path, f"{INVENTORY}/{edit.path}", edit.after)
    after = compile_files([known[path] for path in sorted(known)], unreadable, at) if edits else before
    return Authored(tuple(edits), before, after)
