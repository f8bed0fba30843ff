"""What would change in the database: nothing here changes it."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.errors import InvgitError
from invgit.model.inventory import Inventory
from invgit.pipeline.connected import Say, database

if TYPE_CHECKING:
    from invgit.apply.drift import Found
    from invgit.plan import Plan
    from invgit.plan.saved import SavedPlan


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


def require_budget(settings: Settings, plan: "Plan", allowed: Collection[str], say: Say) -> None:
    """Raise Refused when a plan deletes more than its budget and what is `allowed`; what is allowed in vain is told."""
    from invgit.plan import budgets

    for word in budgets.needless(plan, settings.limits, allowed):
        say(f"warning: `--allow {word}` is not needed")
    budgets.require(plan, settings.limits, allowed)


def rehearse(settings: Settings, inventory: Inventory, sites: Collection[str], say: Say, seen: "Plan") -> None:
    """Carry the plan out and take it back. Raises what PostgreSQL refuses, with the places that say it."""
    from invgit.apply.apply import rehearse, stamp_of
    from invgit.apply.look import named_sites
    from invgit.state.settings import LOCK_TIMEOUT

    with database(settings, "rehearse", say) as connection:
        chosen, stamp = named_sites(connection, inventory, sites), stamp_of(settings.inventory, inventory)
        rehearse(connection, inventory, stamp, sites=chosen, seen=seen.digest, timeout=LOCK_TIMEOUT)


def stored(settings: Settings, say: Say, *, observed: bool = False) -> Inventory:
    """What the database says now, of everything that an apply wrote; nothing is changed. `observed`: devices also as
    sources saw them.
    """
    from invgit.apply.look import stored
    from invgit.state.observed import devices

    with database(settings, "look", say) as connection:
        found = stored(connection)
        found.observed = devices(connection) if observed else None
        return found


def drift(settings: Settings, inventory: Inventory, say: Say) -> "Found":
    """What somebody has changed in the database by hand; nothing is changed."""
    from invgit.apply.drift import find_drift

    with database(settings, "drift", say) as connection:
        return find_drift(connection, inventory)
