"""The program on one page: the only place where stages meet.

inventory/**.yaml ──read──▶ Inventory ──check──▶ diagnostics
                               │
PostgreSQL ────────state──▶ Inventory ──plan──▶ Plan ──apply──▶ PostgreSQL and its history
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from invgit import check as checking
from invgit import read
from invgit.config import INVENTORY, Settings
from invgit.diagnostics import Diagnostic, Rule, arranged, has_errors
from invgit.model.inventory import Inventory

RULES: tuple[Rule, ...] = (*read.READ_RULES, *checking.CHECK_RULES)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the files say, and what is wrong with it."""

    inventory: Inventory
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        """Whether nothing may be built on it."""
        return has_errors(self.diagnostics)


def now() -> datetime:
    """The moment that counts as now: the clock, or SOURCE_DATE_EPOCH (reproducible-builds.org)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now(UTC)


def compile_inventory(settings: Settings, at: datetime) -> Compiled:
    """Read and check the working tree."""
    with _collector_paused():
        files, unreadable = read.find_files(settings.inventory, INVENTORY)
        documents = read.parse_files(files)
        inventory, refused = read.build(documents)
        found = checking.check(inventory, at, folders=() if documents.complete else documents.folders)
        return Compiled(inventory, arranged([*unreadable, *documents.problems, *refused, *found]))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nothing a compiler makes is circular; looking for circles all the same costs a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
