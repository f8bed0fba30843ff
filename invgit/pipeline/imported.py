"""What other programs and people have written down, taken into the YAML; on record where there is a database."""

from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from invgit.config import Settings
from invgit.diagnostics import Severity
from invgit.errors import InvgitError, UsageError
from invgit.model.entity import Address, AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.model.values import plain
from invgit.pipeline.authored import Authored, author
from invgit.pipeline.connected import Say
from invgit.pipeline.names import Names
from invgit.sources.items import Item, Problem, judged, slugs

if TYPE_CHECKING:
    from invgit.edit.draft import Draft

MOST = 400
"""So many new entities go into one file; more are spread over several, named after it with a number."""
_ROUNDS = 20
"""So often bad rows are left out, and those that name them; then all is told, and nothing done."""

Found = tuple[list[Item], list[Problem]]
"""What a source says there is, and what of it cannot be read."""


@dataclass(slots=True)
class Imported:
    """What an import comes to; nothing is written yet."""

    authored: Authored | None = None
    problems: list[Problem] = field(default_factory=list)
    created: list[Address] = field(default_factory=list)
    updated: list[Address] = field(default_factory=list)
    same: int = 0
    total: int = 0

    @property
    def skipped(self) -> int:
        """How many rows were left out."""
        return len({(each.file, each.line) for each in self.problems if each.line})

    @property
    def failed(self) -> bool:
        """Whether nothing may be written: something is wrong with a row, and rows that are wrong are not left out."""
        return self.authored is None


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an import treats what it finds: `update` what is there already, leave bad rows out (`skip`), into which file.

    Without a `file` each kind gets one named `stem`.
    """

    stem: str
    update: bool = False
    skip: bool = False
    file: str | None = None


def imported(settings: Settings, at: datetime, wishes: Wishes, look: Callable[[Inventory], Found]) -> Imported:
    """Have a source's entities in the YAML, as it would be written; all that is wrong with them at once.

    `look` asks the source, which may look at what is there. Raises what the draft refuses.
    """
    left_out: set[tuple[str, int]] = set()
    told: list[Problem] = []
    for left in reversed(range(_ROUNDS)):
        work = _Work(wishes, look, left_out)
        try:
            authored = author(settings, at, work.change)
        except _Stopped:
            return work.done
        wrong = list(work.told(authored))
        bad = {(each.file, each.line) for each in wrong if each.line}
        if not wrong:
            work.done.authored = authored
        work.done.problems = sorted({*told, *work.done.problems, *wrong})
        if not wrong or not wishes.skip or not bad - left_out or not left:
            break
        told += wrong
        left_out |= bad
    return work.done


class _Stopped(Exception):
    """Rows are wrong, and nothing is edited."""


class _Work:
    """One try: the items that are not left out, and what became of them."""

    def __init__(
        self, wishes: Wishes, look: Callable[[Inventory], Found], left_out: Collection[tuple[str, int]]
    ) -> None:
        self.wishes, self.look, self.left_out = wishes, look, left_out
        self.done = Imported()
        self.items: dict[Address, Item] = {}
        self.homes: dict[tuple[str, str], tuple[str, int]] = {}

    def change(self, draft: "Draft") -> None:
        """Edit the draft: new entities, and, where that is wished, what is there and says otherwise."""
        inventory = draft.inventory
        items, problems = self.look(inventory)
        told: list[Item | Problem] = [*items, *problems]
        self.done.total = len({(each.file, each.line) for each in told})
        items = [each for each in items if (each.file, each.line) not in self.left_out]
        problems += slugs(items)
        names = Names(inventory, items)
        values: list[tuple[Item, AnyEntity | None, dict[str, Any]]] = []
        for item in items:
            there = inventory.at(Address(item.kind, item.path))
            wrong = names.resolve(item)
            said, more = judged(item, there.values if there else None)
            wrong += more
            problems += wrong
            if not wrong:
                values.append((item, there, said))
        problems += self._edit(draft, values, names, {(each.file, each.line) for each in problems})
        self.done.problems = problems
        if problems and not self.wishes.skip:
            raise _Stopped

    def _edit(
        self,
        draft: "Draft",
        values: Iterable[tuple[Item, AnyEntity | None, dict[str, Any]]],
        names: "Names",
        bad: Collection[tuple[str, int]],
    ) -> list[Problem]:
        problems = []
        for item, there, said in values:
            address = Address(item.kind, item.path)
            if (item.file, item.line) in bad:
                continue
            self.items[address] = item
            if there is None:
                self.done.created.append(address)
                draft.add(address, names.declared(item, said), self._file(draft, address))
                continue
            other = {name: value for name, value in said.items() if not _says(there, name, value)}
            if not other:
                self.done.same += 1
            elif self.wishes.update:
                self.done.updated.append(address)
                own = draft.declared(address)
                draft.amend(address, _merged(own, names.declared(item, other)))
            else:
                told = ", ".join(f"`{name}`" for name in other)
                message = f"{address} is there already, and says otherwise of {told}"
                problems.append(item.problem(["slug"], message, "--update changes it; another slug makes another one"))
        return problems

    def _file(self, draft: "Draft", address: Address) -> str:
        """The file for a new entity: the one that was named, else where its kind stands; many go into several."""
        place = address.kind, address.path.rpartition("/")[0]
        if specs()[address.kind].single:
            return draft.home(address)
        file, count = self.homes.get(place) or (self.wishes.file or self._home(draft, address), 0)
        self.homes[place] = file, count + 1
        stem, _, ending = file.rpartition(".")
        return f"{stem}.{count // MOST + 1}.{ending}" if count >= MOST else file

    def _home(self, draft: "Draft", address: Address) -> str:
        """A file of the source's own, below a site or in the catalog; elsewhere what the kind has."""
        folder = address.path.rpartition("/")[0]
        spec = specs()[address.kind]
        if spec.single or (folder and "/" not in folder):
            return draft.home(address)
        return f"{folder or 'catalog'}/{spec.key.replace('_', '-')}/{self.wishes.stem}.yaml"

    def told(self, authored: Authored) -> Iterator[Problem]:
        """What the edits make wrong, by the rows that say so."""
        if not authored.failed:
            return
        stand = self._standing(authored.after.inventory)
        for each in authored.new:
            if each.severity is not Severity.ERROR:
                continue
            place, help = each.place, each.help or ""
            lines = stand.get(place.file, [])
            at = bisect(lines, (place.line, 2**31)) - 1
            here = lines[at][2] if at >= 0 else None
            named = {address for text in each.addresses if (address := Address.parse(text)) in self.items}
            if here and (here in named or not named):
                yield self.items[here].problem((), each.message, help)
            elif named:  # it stands at something that was there before
                yield self.items[min(named)].problem((), f"{place}: {each.message}", help)
            else:
                yield Problem(place.file, place.line, "", each.message, help)

    def _standing(self, inventory: Inventory) -> dict[str, list[tuple[int, int, Address]]]:
        """Where the entities of all rows stand: by file, in the order of lines."""
        found: dict[str, list[tuple[int, int, Address]]] = {}
        for address in self.items:
            entity = inventory.at(address)
            if entity and entity.origin:
                found.setdefault(entity.origin.source.file, []).append((*entity.origin.at, address))
        for each in found.values():
            each.sort()
        return found


def _says(there: AnyEntity, name: str, value: Any) -> bool:
    """Whether an entity says a value already; of mappings only the keys that are said count."""
    known = plain(there.values).get(name)
    if isinstance(value, dict) and isinstance(known, dict):
        return all(_within(known.get(key), item) for key, item in value.items())
    return bool(known == value)


def _within(known: Any, value: Any) -> bool:
    if isinstance(known, dict) and isinstance(value, dict):
        return all(known.get(key) == item for key, item in value.items())
    return bool(known == value)


def _merged(own: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What an entity says, with what is new; mappings key by key."""
    made = dict(own)
    for key, value in new.items():
        there = made.get(key)
        made[key] = {**there, **value} if isinstance(there, dict) and isinstance(value, dict) else value
    return made


def require_site(inventory: Inventory, site: str) -> str:
    """The path of a site that is there. Raises UsageError for any other."""
    from invgit.model.kinds import Site

    known = [each.address.path for each in inventory.of(Site)]
    meant = [path for path in known if path == site or path.endswith(f"/{site}")]
    if len(meant) != 1:
        help = (
            f"known are: {', '.join(known[:10])}" if known else "describe it first: a file with `site:` in its folder"
        )
        raise UsageError(f"there is no site `{site}`" if not meant else f"`{site}` could be any of {meant}", help=help)
    return meant[0]


def note(
    settings: Settings, done: Imported, source: str, filename: str, site: str | None, say: Say, **more: Any
) -> None:
    """Put an import on record in the project's database, if that can be reached; the import itself is done."""
    from invgit.state.imports import Batch, recorded

    errors = [str(each) for each in done.problems]
    imported = len(done.created) + len(done.updated)
    batch = Batch(
        source,
        filename,
        done.total,
        imported,
        skipped=done.same,
        failed=done.skipped,
        errors=errors,
        site=site,
        **more,
    )
    try:
        why = recorded(settings.database, batch, embedded_allowed=settings.embedded_allowed)
    except InvgitError as error:
        why = error.message.split("\n")[0]
    if why:
        say(f"the import is not on record in the database: {why}")
