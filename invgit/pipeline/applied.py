"""Plans carried out, and taken back."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from invgit import paths
from invgit.config import INVENTORY, Settings
from invgit.errors import Refused
from invgit.model.inventory import Inventory
from invgit.pipeline.compiled import Compiled, compile_inventory
from invgit.pipeline.connected import Say, database
from invgit.pipeline.planned import require_budget

if TYPE_CHECKING:
    from invgit.apply.apply import Outcome
    from invgit.apply.undo import Undo
    from invgit.git import Commit
    from invgit.plan import Plan
    from invgit.plan.saved import SavedPlan


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


def undo(settings: Settings, word: str, at: datetime, say: Say) -> "tuple[Undo, Commit, Compiled]":
    """An apply, and a commit that takes it back, on no branch yet; the database is only looked at."""
    from invgit.apply import undo as undoing

    with database(settings, "undo", say) as connection:
        undo = undoing.undoable(connection, settings.root, word)
        since, until = (compile_inventory(settings, at, each, absent=True) for each in (undo.since, undo.until))
        undo = undoing.checked(connection, undo, since.inventory, until.inventory, say)
    made = undoing.without(settings.root, INVENTORY, undo)
    return undo, made, compile_inventory(settings, at, made)


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
