"""Many appliers at once, hands in the rows, kills and restarts; what all of them tell is a history to be checked."""

import json
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from support_database import Cluster, Database
from support_histories import Recorded, Result, Said, anomalies
from support_project import Project
from support_project import Result as Ended
from support_server import Server
from support_zygote import Zygote

_APPLIED = re.compile(r"^applied as generation (\d+) \(([0-9a-f-]{36})\)$", re.MULTILINE)
_UNKNOWN = re.compile(r"cannot be asked whether apply ([0-9a-f-]{36}) was carried out")
_ENDS: dict[int, Result] = {0: "nothing", 3: "old", 5: "refused", 6: "stale", 7: "busy", 130: "old"}


def desired(word: str, chance: random.Random) -> dict[str, str]:
    """An inventory that is called by a word; a few devices are in it or not, and all have names of their own."""
    there = [number for number in range(8) if number > 2 or chance.random() < 0.5]
    devices = "".join(
        f"  d{number}: {{name: {word} {number}, type: lamp, ip: 10.0.0.{2 + (number + chance.randrange(2) * 100)}}}\n"
        for number in there
    )
    return {
        "o/organization.yaml": "organization: {name: O}",
        "o/s/site.yaml": f"site: {{name: {word}}}\nnetworks: {{lan: {{name: L, cidr: 10.0.0.0/24}}}}\n"
        f"defaults: {{devices: {{network: lan}}}}\ndevices:\n{devices}",
    }


def told(word: str, ended: Ended) -> Said:
    """What a client said, as an event of the history."""
    base = None
    with suppress(json.JSONDecodeError, KeyError):
        changes = {each["address"]: each for each in json.loads(ended.out)["changes"]}
        base = changes["site:o/s"]["fields"]["name"]["before"]
    if applied := _APPLIED.search(ended.err):
        return Said(word, "applied" if ended.code <= 0 else "bug", base, applied[2], int(applied[1]))
    if unknown := _UNKNOWN.search(ended.err):
        return Said(word, "unknown", base, unknown[1])
    return Said(word, "killed" if ended.code < 0 else _ENDS.get(ended.code, "bug"), base)


def recorded(database: Database) -> tuple[list[Recorded], str | None]:
    """What the database remembers of the applies, and the word that is in it now."""
    rows = database.execute(
        "SELECT a.id::text, a.generation, l.old_values ->> 'name', l.new_values ->> 'name' FROM applies a"
        " LEFT JOIN audit_log l ON l.request_id = a.id::text AND l.entity_type = 'site' ORDER BY a.generation"
    )
    names = database.execute("SELECT name FROM sites")
    return [Recorded(*row) for row in rows], names[0][0] if names else None


@dataclass
class Crowd:
    """Appliers of one database, and what they have said so far."""

    database: Database
    zygote: Zygote
    folder: Path
    seed: int
    said: list[Said] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    lost: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def applier(self, number: int) -> None:
        """One of them: random inventories, random patience, and now and then a sudden end."""
        chance = random.Random(f"{self.seed} {number}")
        project = Project(self.folder / f"applier-{number}", self.database.applier)
        count = 0
        while not self.over.is_set():
            count += 1
            if self.apply(project, f"a{number}-{count}", chance, killing=0.15).result == "old":
                self.over.wait(0.5)  # the server is away

    def apply(self, project: Project, word: str, chance: random.Random, *, killing: float = 0.0) -> Said:
        """One apply."""
        project.write(desired(word, chance))
        patience = str(chance.choice((0.3, 2, 30)))
        run = self.zygote.start(project, "apply", "--yes", "--format", "json", "--lock-timeout", patience)
        if chance.random() < killing and not run.over.wait(chance.uniform(0, 1.5)):
            run.signal(signal.SIGKILL)
        ended = run.ended()
        said = told(word, ended)
        self.said.append(said)
        if said.result in {"bug", "refused", "nothing"}:
            self.ended.append(ended)
        return said

    def hands(self) -> None:
        """Somebody with psql, who knows nothing of applies."""
        chance = random.Random(f"{self.seed} hands")
        while not self.over.wait(chance.uniform(0.02, 0.4)):
            slug, name = f"d{chance.randrange(8)}", f"by hand {chance.random()}"
            column = chance.choice(("name", "status"))
            with suppress(psycopg.OperationalError):
                self.database.execute(
                    f"UPDATE devices SET {column} = %s WHERE slug = %s", name if column == "name" else "online", slug
                )

    def run(self, *works: Callable[[], None], seconds: float) -> None:
        """Let all of them work for a while."""

        def guarded(work: Callable[[], None]) -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - it is raised where somebody sees it
                self.lost.append(error)
                self.over.set()

        threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        self.over.wait(seconds)
        self.over.set()
        for thread in threads:
            thread.join()
        if self.lost:
            raise self.lost[0]

    def settled(self) -> list[str]:
        """Two last applies, and what is wrong with all that was said; the database is as its last apply wanted it."""
        chance = random.Random(f"{self.seed} last")
        project = Project(self.folder / "last", self.database.applier)
        for word in ("last-1", "last-2"):
            assert self.apply(project, word, chance).result == "applied", self.said[-1]
        rows, final = recorded(self.database)
        found = list(anomalies(self.said, rows, final))
        plan = self.zygote.command(project, "plan", "--exit-code")
        if plan.code:
            found.append(f"after the last apply a plan is not empty: {plan.out}{plan.err}")
        return found


@contextmanager
def crowd(cluster: Cluster, seed: int, path: Path | None = None) -> Iterator[Crowd]:
    """Nobody yet, and a database for them; `path` is where another invgit stands."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Zygote(Path(folder), path) as zygote,
        cluster.database() as database,
    ):
        yield Crowd(database, zygote, Path(folder), seed)


def restarts(server: Server, over: threading.Event, seed: int) -> None:
    """Somebody who stops the server now and then, kills it, and starts it again."""
    chance = random.Random(f"{seed} restarts")
    while not over.wait(chance.uniform(4, 9)):
        kind = chance.choice(("fast", "immediate", "kill"))
        if kind == "kill":
            server.kill()
        else:
            server.stop("fast" if kind == "fast" else "immediate")
        time.sleep(chance.uniform(0, 0.5))
        server.start()


def experiment(seed: int, seconds: float, count: int) -> int:
    """Everything at once for a while, in numbers; 1 when the history is none of applies one after the other."""
    from support_server import own_server

    with own_server() as server, crowd(server.cluster, seed) as found:
        begun = time.monotonic()
        appliers = [partial(found.applier, number) for number in range(count)]
        found.run(*appliers, found.hands, partial(restarts, server, found.over, seed), seconds=seconds)
        wrong = found.settled()
        took = time.monotonic() - begun
    counts = ", ".join(f"{number} {what}" for what, number in Counter(each.result for each in found.said).most_common())
    lines = [f"{count} appliers, {took:.0f} s, {len(found.said)} applies: {counts}", *(f"  {each}" for each in wrong)]
    lines += [f"  {ended.code} {ended.err.strip()}" for ended in found.ended]
    sys.stdout.write("\n".join([*lines, f"{len(wrong)} anomalies; seed {seed}", ""]))
    return 1 if wrong else 0
