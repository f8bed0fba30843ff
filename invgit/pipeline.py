"""The program on one page: the only place where stages meet, and where files are written.

    inventory/**.yaml ──read──▶ Inventory ──check──▶ diagnostics
                                   │
    PostgreSQL ────────state──▶ Inventory ──plan──▶ Plan ──apply──▶ PostgreSQL and its history

What needs PostgreSQL imports it when it is called: a look at files must not wait for a driver.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from invgit import check as checking
from invgit import paths, read
from invgit.config import INVENTORY, Settings
from invgit.diagnostics import Diagnostic, Rule, arranged, has_errors
from invgit.errors import InvgitError, Refused
from invgit.model.inventory import Inventory

if TYPE_CHECKING:
    from invgit.apply.apply import Outcome
    from invgit.apply.drift import Found
    from invgit.apply.undo import Undo
    from invgit.git import Commit
    from invgit.plan import Plan
    from invgit.plan.saved import SavedPlan
    from invgit.state.database import Connection

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the files say, and what is wrong with it."""

    inventory: Inventory
    diagnostics: tuple[Diagnostic, ...]

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
        files, unreadable = read.find_files(settings.inventory, INVENTORY)
    documents = read.parse_files(files)
    inventory, refused = read.build(documents)
    inventory.sources, inventory.commit = lambda: read.fingerprint(files), commit.id if commit else None
    found = checking.check(inventory, at, folders=() if documents.complete else documents.folders)
    return Compiled(inventory, arranged([*unreadable, *documents.problems, *refused, *found]))


def plan(settings: Settings, inventory: Inventory, sites: Collection[str], say: Say) -> "Plan":
    """What would change in the database; nothing is changed."""
    from invgit.apply.look import current_plan, named_sites

    with database(settings, "plan", say) as connection:
        return current_plan(connection, inventory, named_sites(connection, inventory, sites))


def save_plan(
    settings: Settings, inventory: Inventory, sites: Collection[str], allowed: Collection[str], say: Say
) -> "SavedPlan":
    """The plan, with all that is needed to carry it out later; nothing is changed, nor written."""
    from invgit.apply.apply import stamp_of
    from invgit.apply.look import named_sites
    from invgit.apply.saved import saved_plan

    with database(settings, "plan", say) as connection:
        chosen = sorted(named_sites(connection, inventory, sites))
        stamp = stamp_of(settings.inventory, inventory)
        return saved_plan(connection, inventory, stamp, sites=chosen, allowed=allowed)


def write_plan(saved: "SavedPlan", path: Path) -> None:
    """Write a saved plan, whole or not at all, and never to where a link in its place leads."""
    from tempfile import NamedTemporaryFile

    from invgit.model.values import encoded
    from invgit.plan.saved import document

    data = f"{encoded(document(saved))}\n".encode()
    try:
        with NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent, delete=False) as part:
            try:
                part.write(data)
                part.close()
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink()
                raise
    except OSError as error:
        raise InvgitError(f"the plan cannot be written to {path}: {error.strerror}") from None


def read_plan(path: Path) -> "SavedPlan":
    """A saved plan from its file. Raises Refused for one that cannot be trusted."""
    from invgit.plan import saved

    try:
        with path.open("rb") as file:
            data = file.read(saved.MAX_BYTES + 1)
    except OSError as error:
        raise InvgitError(f"the plan {path} cannot be read: {error.strerror}") from None
    return saved.read(data)


def apply_plan(settings: Settings, saved: "SavedPlan", say: Say, *, lock_timeout: float) -> "Outcome":
    """Carry out a saved plan, if what it speaks of is as it was."""
    from invgit.apply.saved import apply_saved
    from invgit.state.database import actor

    _require_committed(settings, dirty=saved.dirty)
    outcome: Outcome | None = None
    try:
        with database(settings, "apply", say) as connection:
            outcome = apply_saved(connection, saved, actor(), timeout=lock_timeout)
    except KeyboardInterrupt:
        if outcome is None:  # else it comes too late, and what was done is told
            raise
    return outcome


def require_budget(settings: Settings, plan: "Plan", allowed: Collection[str], say: Say) -> None:
    """Raise Refused when a plan deletes more than its budget and what is `allowed`; what is allowed in vain is told."""
    from invgit.plan import budgets

    for word in budgets.needless(plan, settings.limits, allowed):
        say(f"warning: `--allow {word}` is not needed")
    budgets.require(plan, settings.limits, allowed)


def apply(
    settings: Settings,
    inventory: Inventory,
    sites: Collection[str],
    say: Say,
    *,
    show: Callable[["Plan"], None],
    approve: Callable[[], bool] | None,
    allowed: Collection[str],
    lock_timeout: float,
) -> "Outcome | None":
    """Carry the plan out, and `show` it. With `approve` somebody is asked first, and None is their no.

    `allowed` are the deletes beyond the budget that are meant; `lock_timeout` is how long to wait for another writer,
    in seconds.
    """
    from invgit.apply.apply import Outcome, apply, stamp_of
    from invgit.apply.look import current_plan, named_sites

    stamp = stamp_of(settings.inventory, inventory)
    _require_committed(settings, dirty=stamp.dirty)

    def shown(plan: "Plan") -> None:
        show(plan)
        if not plan.failed:
            require_budget(settings, plan, allowed, say)

    outcome: Outcome | None = None
    try:
        with database(settings, "apply", say) as connection:
            chosen = named_sites(connection, inventory, sites)
            approved = None
            if approve is not None:
                planned = current_plan(connection, inventory, chosen)
                shown(planned)
                if planned.failed:
                    return Outcome(planned)
                if not planned.empty and not approve():
                    return None
                approved = planned.digest
            outcome = apply(
                connection,
                inventory,
                stamp,
                sites=chosen,
                approved=approved,
                show=shown if approve is None else lambda _: None,
                timeout=lock_timeout,
            )
    except KeyboardInterrupt:
        if outcome is None:  # else it comes too late, and what was done is told
            raise
    return outcome


def _require_committed(settings: Settings, *, dirty: bool | None) -> None:
    if settings.in_ci and dirty:
        message = "the inventory differs from the commit that this run is for"
        raise Refused(message, help="commit what changed: in CI only what is committed is applied")


def rehearse(settings: Settings, inventory: Inventory, sites: Collection[str], say: Say, seen: "Plan") -> None:
    """Carry the plan out and take it back. Raises what PostgreSQL refuses, with the places that say it."""
    from invgit.apply.apply import rehearse, stamp_of
    from invgit.apply.look import named_sites
    from invgit.state.settings import LOCK_TIMEOUT

    with database(settings, "rehearse", say) as connection:
        chosen, stamp = named_sites(connection, inventory, sites), stamp_of(settings.inventory, inventory)
        rehearse(connection, inventory, stamp, sites=chosen, seen=seen.digest, timeout=LOCK_TIMEOUT)


def undo(settings: Settings, word: str, at: datetime, say: Say) -> "tuple[Undo, Commit, Compiled]":
    """An apply, and a commit that takes it back, on no branch yet; the database is only looked at."""
    from invgit.apply import undo as undoing

    with database(settings, "undo", say) as connection:
        undo = undoing.undoable(connection, settings.root, word)
        since, until = (compile_inventory(settings, at, each, absent=True) for each in (undo.since, undo.until))
        undo = undoing.checked(connection, undo, since.inventory, until.inventory, say)
    made = undoing.without(settings.root, INVENTORY, undo)
    return undo, made, compile_inventory(settings, at, made)


def drift(settings: Settings, inventory: Inventory, say: Say) -> "Found":
    """What somebody has changed in the database by hand; nothing is changed."""
    from invgit.apply.drift import find_drift

    with database(settings, "drift", say) as connection:
        return find_drift(connection, inventory)


@contextmanager
def database(settings: Settings, purpose: str, say: Say, *, current: bool = True) -> "Iterator[Connection]":
    """A connection to the project's database; the embedded one is brought up to date, any other has to be."""
    from invgit.state import database as state
    from invgit.state import migrate, roles

    setting = settings.database
    with state.connect(setting, purpose=purpose, embedded_allowed=settings.embedded_allowed, notice=say) as connection:
        if setting and setting.kind == "embedded" and current:
            migrate.migrate(connection, paths.MIGRATIONS)
        elif current:
            migrate.require_current(connection, paths.MIGRATIONS)
            roles.require(connection, purpose)
        yield connection


def seed(settings: Settings, at: datetime, say: Say) -> "Outcome":
    """Apply the bundled example to an empty database. Raises Refused for any other."""
    from invgit.apply.apply import Stamp, apply
    from invgit.state import report
    from invgit.state.settings import LOCK_TIMEOUT

    example = compile_inventory(Settings(paths.EXAMPLE.parent), at).inventory
    with database(settings, "seed", say) as connection:
        if not report.is_empty(connection):
            raise Refused("the database is not empty", help="`invgit db reset` empties it")
        stamp = Stamp("invgit db seed", None, None)
        return apply(connection, example, stamp, show=lambda _: None, timeout=LOCK_TIMEOUT)


def write_schemas(folder: Path, *, check: bool) -> list[Path]:
    """Write the JSON Schemas below `folder`; with `check` only look. The files that were not as they should be."""
    from invgit import config
    from invgit.model.schema import documents
    from invgit.plan import schema as plan_schema

    wanted = {**documents(), "plan": plan_schema.schema(), "config": config.schema()}
    stale = []
    for name, document in wanted.items():
        path = folder / f"{name}.schema.json"
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    return stale
