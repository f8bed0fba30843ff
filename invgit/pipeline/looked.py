"""What becomes of a look at a site: what was seen goes to the database, what differs is proposed in its change file."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.errors import BrokenFile, DatabaseError, InvgitError, LockBusy
from invgit.model.findings import Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.model.times import day
from invgit.pipeline import changed
from invgit.pipeline.connected import Say

if TYPE_CHECKING:
    from invgit.model.entity import Address
    from invgit.propose.proposal import Proposal, Verdict
    from invgit.propose.proposed import Proposed
    from invgit.state.database import Connection
    from invgit.state.observations import Recorded
    from invgit.state.sync_runs import SyncRun


@dataclass(frozen=True, slots=True)
class Wishes:
    """How looks are treated."""

    full: bool = False
    """Whether things that no look ever saw can be missing: the first import."""
    observe_only: bool = False
    """Whether only what was observed is kept, and nothing proposed."""
    shrink_allowed: bool = False
    """Whether it is to be believed that much has gone at once."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings of a source say of its looks at a site."""

    owns: Collection[str]
    """Paths of the fields that may be proposed."""
    missing_after: int
    """In so many complete looks a thing is not there before it is proposed as missing."""
    stale_after: timedelta
    """After so long without a sign of life nobody knows whether a thing is on."""


@dataclass(slots=True)
class Looked:
    """What became of a look at one site."""

    site: str
    look: Look | None = None
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


LookWith = Callable[[Mapping[str, Remembered]], Look]
"""What looks, or has looked, at a site; it is given what is remembered of earlier looks, by key. Raises InvgitError."""


@dataclass(frozen=True, slots=True)
class Run:
    """Looks of one source at sites: what all of them share."""

    source: str
    settings: Settings
    connection: "Connection"
    inventory: Inventory
    at: datetime
    wishes: Wishes

    def done(
        self, site: str, rules: Rules, look: LookWith, took: timedelta = timedelta(), *, noted: bool = True
    ) -> Looked:
        """What a look comes to: kept and proposed, or noted as failed, and then nothing else is changed of its site.

        `took` is how long it took to get it. Only what is `noted` is a run of the source. Raises DatabaseError and
        LockBusy.
        """
        from invgit.state import observations, sync_runs

        done = Looked(site)
        begun = monotonic()
        try:
            self._kept(done, rules, look)
        except (DatabaseError, LockBusy):
            raise
        except InvgitError as error:
            done.error = error
        done.took = took + timedelta(seconds=monotonic() - begun)
        if done.error:
            stale = rules.stale_after
            observations.mark_stale(self.connection, self.source, site, at=self.at, stale_after=stale)
        if noted:
            sync_runs.note(self.connection, self._row(done))
        return done

    def _kept(self, done: Looked, rules: Rules, look: LookWith) -> None:
        """Keep what was seen, then write the change file: who is killed in between finds the same at the next look."""
        from invgit.propose.changes import Changes
        from invgit.propose.proposed import proposed
        from invgit.state import observations

        known = observations.remembered(self.connection, self.source, done.site)
        seen = done.look = look(known)
        observe = self.wishes.observe_only
        verdicts: Mapping[str, Verdict] = {}
        try:
            verdicts = {} if observe else changed.read_verdicts(self.settings)
        except BrokenFile as error:  # what was rejected would be asked again; what was seen is seen all the same
            done.error, observe = error, True
        found = proposed(
            seen,
            self.inventory,
            known.values(),
            verdicts,
            day(self.at, self.inventory.timezone(done.site)),
            owns=rules.owns,
            missing_after=rules.missing_after,
            full=self.wishes.full,
            shrink_allowed=self.wishes.shrink_allowed or observe,
            pending=() if observe else changed.pending(self.settings, self.source, done.site),
        )
        remember = _unchanged(seen, known, found.matched) if observe else found.remember
        stale = rules.stale_after
        done.recorded = observations.record(self.connection, seen, remember, at=self.at, stale_after=stale)
        if not observe:
            done.proposed = found
            written, done.left_out = changed.put_changes(
                self.settings, Changes(self.source, done.site, found.proposals)
            )
            done.open = written.proposals

    def _row(self, done: Looked) -> "SyncRun":
        """The run as history has it."""
        from invgit.state.database import actor
        from invgit.state.sync_runs import SyncRun

        ops = Counter(each.op for each in done.open)
        return SyncRun(
            self.source,
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

    def clear(self, say: Say) -> None:
        """Take away what was proposed for sites that are gone, or called otherwise: nobody could accept it."""
        from invgit.propose.changes import Changes

        for each in changed.each_file(self.settings, source=self.source):
            if self.inventory.get(Site, each.changes.site) is None:
                changed.put_changes(self.settings, Changes(self.source, each.changes.site, ()))
                say(f"{each.changes.site} is no site any more: what was proposed for it is taken away")


def _unchanged(seen: Look, known: Mapping[str, Remembered], matched: "Mapping[str, Address]") -> Iterator[Remembered]:
    """What is remembered where nothing is proposed: what it was, and which entities new things are."""
    there = {each.key: each.kind for each in seen.findings}
    for key, was in known.items():
        yield replace(was, missed=0) if key in there else was
    for key, kind in there.items():
        if key not in known:
            yield Remembered(key, kind, {}, 0, matched.get(key))
