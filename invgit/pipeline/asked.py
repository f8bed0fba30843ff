"""Which sources are asked about which sites, and how that went the last times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.model.settings import lasting

if TYPE_CHECKING:
    from invgit.state.database import Connection
    from invgit.state.sync_runs import SyncRun


@dataclass(frozen=True, slots=True)
class Asked:
    """A source at a site."""

    source: str
    site: str
    """Path of the site."""
    wanted: bool
    """Whether `invgit.yaml` still names it."""
    last: "SyncRun | None" = None
    good: "SyncRun | None" = None
    """The last run that did not fail."""
    looked: datetime | None = None
    """When it was last seen what is there."""
    late: bool = False
    """Whether the next run is overdue. What was never asked is not late: nobody knows since when."""


def asked(settings: Settings, connection: "Connection", at: datetime) -> list[Asked]:
    """What `invgit.yaml` names, and what was ever asked; by source and site."""
    from invgit.state.sync_runs import runs

    named = vars(settings.sources) if settings.sources else {}
    wanted = {(source, site) for source, sites in named.items() for site in sites}
    known = {(each.source, each.site): each for each in runs(connection)}
    found = []
    for source, site in sorted(wanted | known.keys()):
        one, here = known.get((source, site)), (source, site) in wanted
        if one is None:
            found.append(Asked(source, site, here))
            continue
        late = bool(here and one.last and at - one.last.started > late_after(settings, source))
        found.append(Asked(source, site, here, one.last, one.good, one.looked, late))
    return found


def late_after(settings: Settings, source: str) -> timedelta:
    """How long after its last run a source is to be asked again."""
    from invgit.notify.settings import LATE, LATE_OF

    said = settings.notify.late_after if settings.notify else {}
    return lasting(said.get(source) or LATE_OF.get(source, LATE))
