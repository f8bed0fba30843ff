"""What is known of NetBox's objects while they become entities."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from invgit.model.inventory import Inventory
from invgit.model.slugs import slugified
from invgit.sources.items import Item, Problem
from invgit.sources.netbox.objects import Object
from invgit.text.document import quoted


@dataclass(frozen=True, slots=True)
class Where:
    """Into which organization sites come by their own names; or the one site that all of it is put in."""

    organization: str
    site: str | None = None


@dataclass(slots=True)
class World:
    """What is known so far: entities by what NetBox calls their objects, and what becomes of none."""

    where: Where
    inventory: Inventory
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    known: dict[tuple[Any, ...], Item] = field(default_factory=dict)
    """By kind and NetBox's number, and by kind and what people call it."""
    blocks: list[tuple[int, int, int, str, str]] = field(default_factory=list)
    """Version, first and last address, site and slug of the networks of sites."""

    def add(self, kind: str, folder: str, of: Object, said: Mapping[str, Any], slug: str | None = None) -> Item:
        """A new entity; values that are None are not said."""
        item = Item(kind, folder, slug or "", of.file, of.line, {}, named=bool(slug))
        item.said = {name: value for name, value in said.items() if value not in (None, {}, [])}
        self.items.append(item)
        return item

    def keep(self, of: Object, item: Item) -> None:
        """Remember what an object became."""
        if of.id() is not None and not of.flat:
            self.known[of.kind, of.id()] = item
        name = of.text("name", "model", "prefix", "display")
        if name:
            self.known.setdefault((of.kind, name.casefold()), item)
            self.known.setdefault((of.kind, item.folder, name.casefold()), item)

    def find(self, kind: str, of: Object, *names: str, folder: str | None = None) -> Item | None:
        """What the object that another one names became."""
        number, name = of.id(*names), of.text(*names)
        found = self.known.get((kind, number)) if number is not None else None
        if found or not name:
            return found
        own = self.known.get((kind, folder, name.casefold())) if folder else None
        return own or self.known.get((kind, name.casefold()))

    def site(self, of: Object, *names: str) -> str | None:
        """The path of the site that an object is of."""
        if self.where.site:
            return self.where.site
        name = of.slug(*names) or of.text(*names)
        return f"{self.where.organization}/{slugified(name)}" if name and slugified(name) else None

    def lose(self, what: str) -> None:
        """Count what has no counterpart."""
        self.lost[what] += 1


def metadata(of: Object, **more: str | None) -> dict[str, Any]:
    """What only has a place among values of one's own; custom fields of JSON too."""
    made: dict[str, Any] = {name: quoted(value) for name, value in more.items() if value}
    custom = of.value("custom_fields")
    if isinstance(custom, Mapping):
        made |= {key: plain(value) for key, value in custom.items() if value not in (None, "", [], {})}
    return made


def plain(value: Any) -> Any:
    """A JSON value whose text stays text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return quoted(value) if isinstance(value, str) else value
