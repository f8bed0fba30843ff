"""Controllers asked what they have: what was seen goes to the database, what differs is proposed in change files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.errors import BrokenFile, ConfigError, DatabaseError, InvgitError, LockBusy, UsageError
from invgit.model.findings import Remembered
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.model.settings import lasting
from invgit.model.times import day
from invgit.pipeline.connected import Say, database

if TYPE_CHECKING:
    from invgit.model.entity import Address
    from invgit.model.findings import Look
    from invgit.propose.proposal import Proposal, Verdict
    from invgit.propose.proposed import Proposed
    from invgit.sources.homeseer.answered import Answered
    from invgit.sources.homeseer.settings import HomeSeer
    from invgit.state.database import Connection
    from invgit.state.observations import Recorded
    from invgit.state.sync_runs import SyncRun

SOURCE = "homeseer"
"""As it is called in the database; and its change files are."""
_AT_ONCE = 4
"""So many controllers are asked at the same time."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How controllers are asked."""

    sites: tuple[str, ...] = ()
    """Paths of sites, or ends of them; all controllers without any."""
    full: bool = False
    """Whether things that no look ever saw can be missing: the first import."""
    observe_only: bool = False
    """Whether only what was observed is kept, and nothing proposed."""
    shrink_allowed: bool = False
    """Whether it is to be believed that much has gone at once."""


@dataclass(slots=True)
class Synced:
    """What became of one controller."""

    site: str
    look: "Look | None" = None
    proposed: "Proposed | None" = None
    recorded: "Recorded | None" = None
    error: InvgitError | None = None
    """Why nothing was done for it, but to note that."""
    took: timedelta = timedelta()
    open: "Sequence[Proposal]" = ()
    """What is proposed, and stands in the change file."""
    left_out: Sequence[str] = ()
    """What is not proposed, because no file may hold it."""

    @property
    def warnings(self) -> Sequence[str]:
        """What was odd."""
        odd = self.proposed.warnings if self.proposed else self.look.warnings if self.look else ()
        return (*odd, *self.left_out)


def sync(settings: Settings, at: datetime, inventory: Inventory, wishes: Wishes, say: Say) -> list[Synced]:
    """Ask controllers: what was seen is kept, what differs is in the change files afterwards; by site.

    A controller that cannot be asked, or whose answer cannot be used, stops no other one: that is noted, and nothing
    else is changed of its site. Raises ConfigError where none is named, UsageError for a site that has none, LockBusy
    while somebody else asks, DatabaseError.
    """
    from invgit.state.lock import only_sync

    wanted = controllers(settings, wishes.sites)
    with database(settings, "sync", say) as connection, only_sync(connection):
        run = _Run(settings, connection, inventory, at, wishes)
        done = [run.done(site, wanted[site], answer, took) for site, answer, took in _answers(settings, wanted)]
        if not wishes.observe_only:
            _clear(settings, inventory, say)
        return done


def _clear(settings: Settings, inventory: Inventory, say: Say) -> None:
    """Take away what was proposed for sites that are gone, or called otherwise: nobody could accept it."""
    from invgit.pipeline import changed
    from invgit.propose.changes import Changes

    for each in changed.each_file(settings, source=SOURCE):
        if inventory.get(Site, each.changes.site) is None:
            changed.put_changes(settings, Changes(SOURCE, each.changes.site, ()))
            say(f"{each.changes.site} is no site any more: what was proposed for it is taken away")


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


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over all controllers: what every site of it shares."""

    settings: Settings
    connection: "Connection"
    inventory: Inventory
    at: datetime
    wishes: Wishes

    def done(self, site: str, said: "HomeSeer", answer: "Answered | InvgitError", took: timedelta) -> Synced:
        """What a controller's answer comes to: kept and proposed, or noted as failed."""
        from invgit.state import observations, sync_runs

        done = Synced(site)
        begun = monotonic()
        try:
            if isinstance(answer, InvgitError):
                raise answer
            self._kept(done, said, answer)
        except (DatabaseError, LockBusy):
            raise
        except InvgitError as error:
            done.error = error
        done.took = took + timedelta(seconds=monotonic() - begun)
        if done.error:
            stale = lasting(said.stale_after)
            observations.mark_stale(self.connection, SOURCE, site, at=self.at, stale_after=stale)
        sync_runs.note(self.connection, self._row(done))
        return done

    def _kept(self, done: Synced, said: "HomeSeer", answer: "Answered") -> None:
        """Keep what was seen, then write the change file: who is killed in between finds the same at the next look."""
        from invgit.pipeline import changed
        from invgit.propose.changes import Changes
        from invgit.propose.proposed import proposed
        from invgit.sources.homeseer.findings import look
        from invgit.state import observations

        if self.inventory.get(Site, done.site) is None:
            what = f"invgit.yaml has a HomeSeer for {done.site}, and there is no such site"
            raise ConfigError(what, help=f"describe it: `site:` in a file in inventory/{done.site}/")
        stale, observe = lasting(said.stale_after), self.wishes.observe_only
        verdicts: Mapping[str, Verdict] = {}
        try:
            verdicts = {} if observe else changed.read_verdicts(self.settings)
        except BrokenFile as error:  # what was rejected would be asked again; what was seen is seen all the same
            done.error, observe = error, True
        seen = look(answer.devices, answer.session, self.inventory, done.site, self.at, stale, room=said.room)
        seen = done.look = replace(seen, warnings=(*answer.warnings, *seen.warnings))
        known = observations.remembered(self.connection, SOURCE, done.site)
        found = proposed(
            seen,
            self.inventory,
            known.values(),
            verdicts,
            day(self.at, self.inventory.timezone(done.site)),
            owns=said.owns,
            missing_after=said.missing_after,
            full=self.wishes.full,
            shrink_allowed=self.wishes.shrink_allowed or observe,
            pending=() if observe else changed.pending(self.settings, SOURCE, done.site),
        )
        remember = _unchanged(seen, known, found.matched) if observe else found.remember
        done.recorded = observations.record(self.connection, seen, remember, at=self.at, stale_after=stale)
        if not observe:
            done.proposed = found
            written, done.left_out = changed.put_changes(self.settings, Changes(SOURCE, done.site, found.proposals))
            done.open = written.proposals

    def _row(self, done: Synced) -> "SyncRun":
        """The run as history has it."""
        from invgit.state.database import actor
        from invgit.state.sync_runs import SyncRun

        ops = Counter(each.op for each in done.open)
        return SyncRun(
            SOURCE,
            done.site,
            "full" if self.wishes.full else "incremental",
            "failed" if done.error else "partial" if done.left_out else "completed",
            self.at,
            done.took,
            actor(),
            total=len(done.look.findings) if done.look else 0,
            created=ops["add"],
            updated=ops["update"],
            deleted=ops["missing"],
            skipped=done.proposed.silenced if done.proposed else 0,
            error=done.error.message if done.error else None,
            warnings=done.warnings,
        )


def _unchanged(
    seen: "Look", known: "Mapping[str, Remembered]", matched: "Mapping[str, Address]"
) -> "Iterator[Remembered]":
    """What is remembered where nothing is proposed: what it was, and which entities new things are."""
    there = {each.key: each.kind for each in seen.findings}
    for key, was in known.items():
        yield replace(was, missed=0) if key in there else was
    for key, kind in there.items():
        if key not in known:
            yield Remembered(key, kind, {}, 0, matched.get(key))
