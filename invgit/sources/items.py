"""What a source says that there is: entities as they would be declared, and what is wrong, by line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from invgit.model.entity import Values
from invgit.model.forgiving import forgiven
from invgit.model.kinds import Connection, Reservation
from invgit.model.scalars import CONNECTION_SLUG, SLUG
from invgit.model.slugs import is_slug, slugified, unused
from invgit.model.spec import KindSpec, specs
from invgit.model.values import decided, plain
from invgit.text.problem import BAD_CHARACTER


class Problem(NamedTuple):
    """What is wrong with a row: the file and its line (0: the whole), the column, what, and the way on."""

    file: str
    line: int
    column: str
    message: str
    help: str = ""

    def __str__(self) -> str:
        place = self.file if not self.line else f"{self.file}{'' if self.file.endswith('#') else ':'}{self.line}"
        return f"{place}: {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


@dataclass(slots=True)
class Item:
    """An entity that a source knows, of a kind; the line that says so, and what it says, as the reader would give it.

    References are slugs or paths. `folder` is where it belongs: organization/site, organization, or nothing.
    """

    kind: str
    folder: str
    slug: str
    file: str
    line: int
    said: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    """Paths with dots to the columns that said so."""
    named: bool = False
    """Whether the slug is one that the source gave, and not made of a name."""

    @property
    def path(self) -> str:
        """The path of its address."""
        return f"{self.folder}/{self.slug}" if self.folder else self.slug

    def problem(self, path: Iterable[str | int], message: str, help: str = "") -> Problem:
        """A problem of one of its values."""
        steps = [str(step) for step in path]
        known = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
        column = next((self.columns[each] for each in known if each in self.columns), ".".join(steps))
        return Problem(self.file, self.line, column, message, help)


def slugs(items: Iterable[Item], taken: Callable[[Item], bool] = lambda _: False) -> Iterator[Problem]:
    """Give each item without a slug one that is made of what it says, unlike those of others; what cannot be a slug.

    `taken` says that something else has the address that an item would get.
    """
    used: dict[tuple[str, str], set[str]] = {}
    waiting = []
    for item in items:
        known = used.setdefault((item.kind, item.folder), set())
        if not item.slug:
            waiting.append(item)
        elif not is_slug(item.slug, _form(item.kind)):
            right = slugified(item.slug)
            message = f"`{item.slug[:60]}` is no slug: lower-case letters, digits and single hyphens, at most 100"
            yield item.problem(["slug"], message, f"write it as `{right}`" if right else "")
        elif item.slug in known:
            yield item.problem(["slug"], f"another row is `{item.slug}` already")
        known.add(item.slug)
    for item in waiting:
        known = used[item.kind, item.folder]
        made = _made(item)
        if not made:
            yield item.problem(["name"], "no slug can be made of it", "add a column `slug`")
            continue
        item.slug = unused(made, known)
        while taken(item):
            known.add(item.slug)
            item.slug = unused(made, known)
        known.add(item.slug)


def _form(kind: str) -> str:
    return CONNECTION_SLUG if kind == Connection.kind else SLUG


def _made(item: Item) -> str:
    said = item.said
    if item.kind == Connection.kind:
        ends = [slugified(str(said.get(end, "")).rpartition("/")[2])[:45].strip("-") for end in ("from", "to")]
        return "--".join(ends) if all(ends) else ""
    if item.kind == Reservation.kind:
        return slugified(str(said.get("hostname") or f"{said.get('network', '')} {said.get('ip', '')}"))
    return slugified(str(said.get("name") or said.get("hostname") or ""))


def judged(item: Item, there: Values | None) -> tuple[dict[str, Any], list[Problem]]:
    """What an item says, in normal form; and what is wrong with it. What it need not say, because it is there (the
    values of the entity itself), is not missing.
    """
    spec = specs()[item.kind]
    bad = [*_characters(item)]
    if bad:
        return {}, bad
    said = dict(item.said)
    lent = {name: value for name, value in _required(spec, there).items() if name not in said}
    values, faults = forgiven(spec, {**said, **lent})
    if values is None:
        return {}, [item.problem(each.path, each.message, each.help or "") for each in faults]
    known = {**plain(values), **decided(values)}
    return {name: known.get(name) for name in said}, []


def _required(spec: KindSpec, there: Values | None) -> Mapping[str, Any]:
    if there is None:
        return {}
    known = plain(there)
    return {each.name: str(known[each.name]) for each in spec.declarable if each.required and each.name in known}


def _characters(item: Item) -> Iterator[Problem]:
    """Characters that no file may hold, wherever they stand."""
    for path, text in _texts(item.said, ()):
        found = BAD_CHARACTER.search(text)
        if found:
            yield item.problem(path, f"it holds the character U+{ord(found.group()):04X}, which no file may hold")


def _texts(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        for key, inside in value.items():
            if BAD_CHARACTER.search(str(key)):
                yield path, str(key)
            yield from _texts(inside, (*path, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from _texts(inside, (*path, index))
    elif isinstance(value, str):
        yield path, value
