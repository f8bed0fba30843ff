"""The fault matrix: one fault at one point of one apply, on a copy of a database, judged from outside.

An undisturbed apply through the wire gives the points. Whatever happens at one of them, these hold: the database is the
old or the new one, and never a mix; the lock is free within a second; what invgit said is what happened; the next
apply needs no hand and leaves nothing to do; generations have no gap.
"""

import json
import random
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import conninfo
from support_database import Cluster, Database, content, everything
from support_project import Project, Result
from support_proxy import Cut, Moment, Point, Say, wire
from support_worlds import NEW, OLD
from support_zygote import Run, Zygote

LOCK = (0x696E7667, 1)
_APPLIED = re.compile(r"^applied as generation (\d+) \(([0-9a-f-]{36})\)$", re.MULTILINE)
_UNKNOWN = re.compile(r"cannot be asked whether apply ([0-9a-f-]{36}) was carried out")
_LINES = re.compile(r"(?:$|error: |  |applied as |interrupted$|warning: )")


@dataclass
class Trial:
    """One apply while it runs, as a fault sees it."""

    database: Database
    point: Point
    struck: float = 0.0
    """When the fault came (`time.monotonic`); 0 before."""
    held: float = 0.0
    """Seconds that a client which stood still had the lock."""
    backend: int = 0
    run: Run | None = None
    started: threading.Event = field(default_factory=threading.Event)

    def client(self) -> Run:
        """The process, which the wire may hear of before us."""
        self.started.wait(30)
        assert self.run is not None
        return self.run


Strike = Callable[[Trial], Say | None]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and when it can."""

    name: str
    strike: Strike
    moments: tuple[Moment, ...] = ("before",)
    at: Callable[[Point], bool] = lambda _: True
    passing: bool = False
    """It may go by, and the apply goes through."""
    lasting: bool = False
    """Whenever the same request comes again, too."""
    options: str = ""
    """Settings of the session, in which it can be seen sooner."""
    meanwhile: Callable[[Trial], None] = lambda _: None
    """What somebody else does while the client is struck: wait until it has been, wake it, start the server again."""


@dataclass(frozen=True)
class Verdict:
    """What became of one apply."""

    fault: str
    number: int
    moment: str
    label: str
    state: str
    said: str
    tries: int
    lock: float
    """Seconds until the lock was free."""
    recovery: float
    """Seconds until the next apply had finished."""
    violations: tuple[str, ...]


def said(result: Result) -> str:
    """What a command claims: `new`, `old`, `unknown`, or nothing, because it was killed."""
    if _APPLIED.search(result.err):
        return "new"
    if _UNKNOWN.search(result.err):
        return "unknown"
    return "nothing" if result.code < 0 else "old"


def contradictions(result: Result, state: str) -> Iterator[str]:
    """Where what was said differs from what is: pure, so that it can be tested."""
    claim = said(result)
    codes = {"new": {0}, "old": {3, 5, 6, 7, 130}, "unknown": {3}, "nothing": range(-64, 0)}[claim]
    if result.code not in codes:
        yield f"exit code {result.code} with `{claim}` said"
    if state not in {"old", "new"}:
        yield f"the database is neither old nor new: {state}"
    elif claim in {"old", "new"} and claim != state:
        yield f"it said `{claim}`, and the database is {state}"
    for line in result.err.splitlines():
        if not _LINES.match(line):
            yield f"a line that is no message: {line}"


def shape(database: Database) -> dict[str, Any]:
    """Everything there is, without ids and clocks: history too."""
    applies = database.execute(
        "SELECT generation, actor <> '', inventory_digest, plan_digest, created, updated, renamed, deleted FROM applies"
        " ORDER BY generation"
    )
    audit = database.execute(
        "SELECT entity_type, entity_name, action, changed_fields, a.generation, count(*) FROM audit_log l"
        " LEFT JOIN applies a ON a.id::text = l.request_id GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
    )
    return {"content": content(database), "applies": applies, "audit": audit}


SOON = 5.0
"""Seconds that may pass until the lock is free, on a machine that is busy; it takes some milliseconds on another one,
and half a second where the server has to notice that a client is gone. A lock that stays is there for a minute."""


def lock_free(database: Database, *, seconds: float = 15) -> float:
    """Wait until somebody else can have the lock; the moment it was."""
    end = time.monotonic() + seconds
    with database.connect() as connection:
        while time.monotonic() < end:
            row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchone()
            if row and row[0]:
                return time.monotonic()
            time.sleep(0.004)
    return float("inf")


class Arena:
    """A database to copy, the points of its next apply, and what is there when that is through."""

    def __init__(self, cluster: Cluster, zygote: Zygote, old: Database, folder: Path) -> None:
        self.cluster, self.zygote, self.old = cluster, zygote, old
        self.project = Project(folder / "arena", old.dsn)
        self.project.write(OLD)
        self._expect(0, "apply", "--yes")
        self.project.write(NEW)
        self.before = everything(old)
        with self.copy() as database, wire(database.applier) as cable:
            self.project.dsn = cable.dsn
            self._expect(0, "apply", "--yes")
            self.after = shape(database)  # which a plan finds nothing to do about
            self._expect(0, "plan", "--exit-code")
            self.points = cable.points
        numbers = {point.label: point.number for point in self.points}
        self.begin, self.commit = numbers["BEGIN"], numbers["COMMIT"]

    def _expect(self, code: int, *words: str) -> Result:
        result = self.zygote.command(self.project, *words)
        assert result.code == code, result
        return result

    @contextmanager
    def copy(self) -> Iterator[Database]:
        """A copy of the database, for one trial."""
        with self.cluster.database(template=self.old.name) as made:
            yield made

    def try_(self, fault: Fault, point: Point) -> Verdict:
        """One apply with one fault, and its verdict."""
        with self.copy() as database:
            trial = Trial(database, point)
            dsn = conninfo.make_conninfo(database.applier, options=fault.options)
            with wire(dsn, _act(trial, fault)) as cable:
                self.project.dsn = cable.dsn
                trial.run = self.zygote.start(self.project, "apply", "--yes")
                trial.started.set()
                fault.meanwhile(trial)
                result = trial.run.ended()
                ended = time.monotonic()
                tries = sum(each.label.startswith("BEGIN") and each.moment == "before" for each in cable.points)
            return self._judged(fault, trial, result, tries, ended)

    def _judged(self, fault: Fault, trial: Trial, result: Result, tries: int, ended: float) -> Verdict:
        database, point = trial.database, trial.point
        found: list[str] = []
        free = trial.held or lock_free(database) - (trial.struck if result.code < 0 else ended)
        if free > SOON:
            found.append(f"the lock was free after {free:.1f} s")
        state = self.state(database)
        found += contradictions(result, state)
        found += self._untimely(fault, point, state, tries)
        if not trial.struck:
            found.append("the point was not reached")
        self.project.dsn = database.applier
        found += self._next(database, state)
        recovery = time.monotonic() - ended
        if found:
            found.append(f"code {result.code}, out {result.out[-200:]!r}, err {result.err!r}")
        return Verdict(
            fault.name, point.number, point.moment, point.label, state, said(result), tries, free, recovery, (*found,)
        )

    def state(self, database: Database) -> str:
        """`old`, `new`, or what is neither."""
        if everything(database) == self.before:
            return "old"
        now = shape(database)
        if now == self.after:
            return "new"
        return json.dumps({key: now[key] for key in now if now[key] != self.after[key]}, default=str)[:2000]

    def _untimely(self, fault: Fault, point: Point, state: str, tries: int) -> Iterator[str]:
        """What must not have happened yet, or must have happened by then."""
        place = (point.number, ("before", "sent", "after").index(point.moment))
        if place < (self.commit, 1) and state == "new" and not fault.passing:
            yield "changed before COMMIT was sent"
        if place >= (self.commit, 2) and state == "old":
            yield "not changed although COMMIT was answered"
        inside = self.begin <= point.number <= self.commit
        again = fault.name in {"once 40001", "once 40P01"} and inside and "COPY data" not in point.label
        if again and state == "old":
            yield "not tried again"
        if tries != (4 if fault.lasting and inside else 2 if again else tries and 1):
            yield f"{tries} tries"

    def _next(self, database: Database, state: str) -> Iterator[str]:
        """The next apply needs no hand, and leaves nothing to do."""
        known = everything(database)
        result = self.zygote.command(self.project, "apply", "--yes")
        if result.code:
            yield f"the next apply ended with {result.code}: {result.err}"
        if state == "new" and everything(database) != known:
            yield "the next apply wrote although there was nothing to do"
        if state == "old" and shape(database) != self.after:
            yield "the next apply has not made it new"
        generations = [number for (number,) in database.execute("SELECT generation FROM applies ORDER BY 1")]
        if generations != [1, 2]:
            yield f"generations {generations}"


def _act(trial: Trial, fault: Fault) -> Callable[[Point], Say | None]:
    """What the wire asks: whether this is the point, and what happens there."""

    def act(point: Point) -> Say | None:
        wanted = trial.point
        here = point.number == wanted.number or (fault.lasting and trial.struck and point.label == wanted.label)
        if not here or point.moment != wanted.moment:
            return None
        trial.backend = point.backend
        trial.struck = time.monotonic()
        return fault.strike(trial)

    return act


@contextmanager
def arena(cluster: Cluster) -> Iterator[Arena]:
    """An arena for a while."""
    with tempfile.TemporaryDirectory() as folder, Zygote(Path(folder)) as zygote, cluster.database() as old:
        yield Arena(cluster, zygote, old, Path(folder))


def _cut(_trial: Trial) -> None:
    raise Cut


def _signal(number: int, *, leaving: bool) -> Strike:
    def strike(trial: Trial) -> None:
        run = trial.client()
        run.signal(number)
        if leaving:
            run.ended(30)
            raise Cut

    return strike


def _terminate(trial: Trial) -> None:
    """As an administrator does; the session has ended when this returns."""
    with trial.database.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [trial.backend])


def _error(code: str) -> Strike:
    """PostgreSQL itself fails the statement. A COMMIT that fails ends the transaction."""
    failing = f"DO $$ BEGIN RAISE 'as it happens' USING ERRCODE = '{code}'; END $$"

    def strike(trial: Trial) -> Say:
        return Say((failing, "ROLLBACK") if trial.point.label == "COMMIT" else (failing,))

    return strike


def _no_copy(point: Point) -> bool:
    """What a COPY consists of fails in its own way, and cannot be told a code."""
    return point.label not in {"COPY data", "COPY done"}


CUT = Fault("cut", _cut, ("before", "sent", "after"))
KILL = Fault("SIGKILL", _signal(signal.SIGKILL, leaving=True), ("before", "after"))
FAULTS: tuple[Fault, ...] = (
    CUT,
    KILL,
    Fault("SIGTERM", _signal(signal.SIGTERM, leaving=True)),
    Fault("SIGINT", _signal(signal.SIGINT, leaving=False), ("before", "sent"), passing=True),
    Fault("terminated", _terminate),
    Fault("once P0001", _error("P0001")),
    Fault("once 40001", _error("40001"), at=_no_copy, passing=True),
    Fault("once 40P01", _error("40P01"), at=_no_copy, passing=True),
    Fault("once 57014", _error("57014"), at=_no_copy),
    Fault("once 53100", _error("53100"), at=_no_copy),
    Fault("ever 40001", _error("40001"), at=_no_copy, lasting=True),
)
"""What goes wrong with one session; what goes wrong with the server is in `support_outages`."""


def cells(points: list[Point], commit: int, fault: Fault, chance: random.Random, every: int) -> list[Point]:
    """The points at which a fault is tried: one in `every`, and all those around taking the lock and COMMIT."""
    asked = ("pg_advisory", "BEGIN", "SET TRANSACTION", "INSERT INTO applies", "COMMIT")
    possible = [point for point in points if point.moment in fault.moments and fault.at(point)]
    offset = chance.randrange(every)
    return [
        point
        for number, point in enumerate(possible)
        if number % every == offset or point.number >= commit - 1 or any(word in point.label for word in asked)
    ]
