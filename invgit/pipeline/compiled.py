"""Files to an inventory, and what is wrong with it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from invgit import check as checking
from invgit import read
from invgit.config import INVENTORY, Settings
from invgit.diagnostics import Diagnostic, Rule, arranged, has_errors
from invgit.edit.files import quiet, recover, trace
from invgit.model.entity import Address
from invgit.model.inventory import Inventory

if TYPE_CHECKING:
    from invgit.git import Commit


_READS = 2
"""So many times the files are read again because somebody wrote meanwhile; then writers have to wait."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the files say, and what is wrong with it."""

    inventory: Inventory
    diagnostics: tuple[Diagnostic, ...]
    declared: tuple[Address, ...] = ()
    """All that the files describe, rightly or not."""
    folders: tuple[str, ...] = ()
    """The organizations (`name`) and sites (`organization/name`) that have files."""
    complete: bool = True
    """Whether every file could be read to its end."""

    @property
    def failed(self) -> bool:
        """Whether nothing may be built on it."""
        return has_errors(self.diagnostics)


def rules() -> tuple[Rule, ...]:
    """Everything that can be found, by whichever stage."""
    from invgit.plan import PLAN_RULES

    return (*read.READ_RULES, *checking.CHECK_RULES, *PLAN_RULES)


def now() -> datetime:
    """The moment that counts as now: the clock, or SOURCE_DATE_EPOCH (reproducible-builds.org)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now(UTC)


def compile_inventory(
    settings: Settings, at: datetime, commit: "Commit | None" = None, *, absent: bool = False
) -> Compiled:
    """Read and check the working tree, or what a commit has in its place: nothing, if that may be `absent`."""
    if commit:
        from invgit.read.committed import find_committed

        files, unreadable = find_committed(settings.root, commit, INVENTORY, absent=absent)
    else:
        files, unreadable = working_files(settings)
    found = compile_files(files, unreadable, at)
    found.inventory.commit = commit.id if commit else None
    return found


def working_files(settings: Settings) -> tuple[list[read.RawFile], list[Diagnostic]]:
    """The files of the working tree as they were at one moment, and which could not be read.

    A change of them that was cut off is finished or taken back before. Raises LockBusy when others write all the time.
    """
    for _ in range(_READS):
        recover(settings.inventory)
        before = trace(settings.inventory)
        found = read.find_files(settings.inventory, INVENTORY)
        if trace(settings.inventory) == before:
            return found
    with quiet(settings.inventory):
        return read.find_files(settings.inventory, INVENTORY)


def read_inventory(settings: Settings) -> Compiled:
    """What the files say, without a look at whether all of it goes together: to look at, not to build on."""
    files, unreadable = working_files(settings)
    documents = read.parse_files(files)
    inventory, refused = read.build(documents)
    return Compiled(inventory, arranged([*unreadable, *documents.problems, *refused]))


def written(settings: Settings) -> Mapping[Address, Mapping[str, Any]]:
    """Every address that can be read in the files, with what stands there: nothing is checked, nothing is told."""
    files, _ = read.find_files(settings.inventory, INVENTORY)
    return {address: raw.declared for address, raw in read.parse_files(files).entities.items()}


def compile_files(files: Sequence[read.RawFile], unreadable: Sequence[Diagnostic], at: datetime) -> Compiled:
    """Check what files say; `unreadable` is what is known to be wrong already."""
    documents = read.parse_files(files)
    inventory, refused = read.build(documents)
    inventory.sources = lambda: read.fingerprint(files)
    found = checking.check(inventory, at, folders=() if documents.complete else documents.folders)
    told = arranged([*unreadable, *documents.problems, *refused, *found])
    return Compiled(
        inventory, told, tuple(documents.entities), tuple(documents.folders), documents.complete and not unreadable
    )
