"""Controllers asked what they have: what was seen goes to the database, what differs is proposed in change files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.errors import ConfigError, InvgitError, UsageError
from invgit.model.findings import Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.model.settings import lasting
from invgit.pipeline.connected import Say, database
from invgit.pipeline.looked import Looked, LookWith, Rules, Run, Wishes

if TYPE_CHECKING:
    from invgit.sources.homeseer.answered import Answered
    from invgit.sources.homeseer.settings import HomeSeer

SOURCE = "homeseer"
"""As it is called in the database; and its change files are."""
_AT_ONCE = 4
"""So many controllers are asked at the same time."""


def sync(
    settings: Settings, at: datetime, inventory: Inventory, sites: Sequence[str], wishes: Wishes, say: Say
) -> list[Looked]:
    """Ask the controllers of sites (paths of these, or their ends; all without any): what was seen is kept, what
    differs is in the change files afterwards; by site.

    A controller that cannot be asked, or whose answer cannot be used, stops no other one: that is noted, and nothing
    else is changed of its site. Raises ConfigError where none is named, UsageError for a site that has none, LockBusy
    while somebody else asks, DatabaseError.
    """
    from invgit.state.lock import only_sync

    wanted = controllers(settings, sites)
    with database(settings, "sync", say) as connection, only_sync(connection):
        run = Run(SOURCE, settings, connection, inventory, at, wishes)
        done = []
        for site, answer, took in _answers(settings, wanted):
            said = wanted[site]
            rules = Rules(said.owns, said.missing_after, lasting(said.stale_after))
            done.append(run.done(site, rules, _look(run, site, said, answer), took))
        if not wishes.observe_only:
            run.clear(say)
        return done


def _look(run: Run, site: str, said: "HomeSeer", answer: "Answered | InvgitError") -> LookWith:
    """What a controller's answer says of its site."""
    from dataclasses import replace

    from invgit.sources.homeseer.findings import look

    def looked(_: Mapping[str, Remembered]) -> Look:
        if isinstance(answer, InvgitError):
            raise answer
        if run.inventory.get(Site, site) is None:
            what = f"invgit.yaml has a HomeSeer for {site}, and there is no such site"
            raise ConfigError(what, help=f"describe it: `site:` in a file in inventory/{site}/")
        stale = lasting(said.stale_after)
        seen = look(answer.devices, answer.session, run.inventory, site, run.at, stale, room=said.room)
        return replace(seen, warnings=(*answer.warnings, *seen.warnings))

    return looked


def controllers(settings: Settings, sites: Iterable[str] = ()) -> "dict[str, HomeSeer]":
    """The controllers of invgit.yaml by site, those of `sites` alone where any are given."""
    known = dict(settings.sources.homeseer) if settings.sources else {}
    if not known:
        raise ConfigError("invgit.yaml names no HomeSeer that could be asked", help=f"write there:\n{_EXAMPLE}")
    found = {}
    for word in sites:
        meant = [path for path in known if path == word or path.endswith(f"/{word}")]
        if len(meant) != 1:
            what = f"`{word}` could be any of {', '.join(meant)}" if meant else f"no HomeSeer is named for `{word}`"
            raise UsageError(what, help=f"invgit.yaml has those of {', '.join(known)}")
        found[meant[0]] = known[meant[0]]
    return found or known


_EXAMPLE = """sources:
  homeseer:
    ORGANIZATION/SITE:
      url: http://192.168.1.20
      user: invgit
      password: {env: INVGIT_HOMESEER_PASSWORD}"""

Answer = tuple[str, "Answered | InvgitError", timedelta]


def _answers(settings: Settings, wanted: "Mapping[str, HomeSeer]") -> Iterator[Answer]:
    """What controllers say, several asked at once, and how long each took; in the order of their sites."""
    from concurrent.futures import ThreadPoolExecutor

    from invgit.sources.homeseer.answered import answered
    from invgit.sources.homeseer.settings import controller

    def ask(site: str) -> Answer:
        begun, said = monotonic(), wanted[site]
        answer: Answered | InvgitError
        try:
            answer = answered(controller(said, site, settings.secrets), said.room)
        except InvgitError as error:
            answer = error
        return site, answer, timedelta(seconds=monotonic() - begun)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(ask, sorted(wanted))
