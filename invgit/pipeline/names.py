"""References of what comes from elsewhere: people name rooms and networks as they are called, not by slugs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from invgit.model.inventory import Inventory
from invgit.model.references import candidates, written
from invgit.model.scalars import shown
from invgit.model.slugs import slugified
from invgit.model.spec import FieldSpec, specs
from invgit.model.values import GUESSES, did_you_mean
from invgit.sources.items import Item, Problem


class Names:
    """What is there and what comes, by slugs and by what people call it."""

    def __init__(self, inventory: Inventory, items: Sequence[Item]) -> None:
        self._guesses = 0
        self._known: set[tuple[str, str]] = {each.address for each in inventory}
        self._known |= {(each.kind, each.path) for each in items}
        called = [(each.address.kind, each.address.path, each.label) for each in inventory]
        called += [(each.kind, each.path, str(each.said.get("name") or "")) for each in items]
        often = Counter((kind, path.rpartition("/")[0], name.casefold()) for kind, path, name in called)
        self._named = {
            key: path
            for kind, path, name in called
            if often[key := (kind, path.rpartition("/")[0], name.casefold())] == 1
        }

    def resolve(self, item: Item) -> list[Problem]:
        """Make the references of an item paths; those that lead nowhere."""
        found = self._group(specs()[item.kind].declarable, item.said, item.folder, ())
        return [item.problem(path, message, help) for path, message, help in found]

    def _guess(self, kind: str, text: str) -> str:
        """What was probably meant; each look takes a moment, so they are few."""
        self._guesses += 1
        if self._guesses > GUESSES:
            return ""
        known = sorted({path.rpartition("/")[2] for each, path in self._known if each == kind})
        return did_you_mean(slugified(text), known) or f"describe the {kind} first, or correct the name"

    def _group(
        self, fields: Iterable[FieldSpec], said: dict[str, Any], folder: str, above: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], str, str]]:
        for each in fields:
            value = said.get(each.name)
            if each.ref and isinstance(value, str):
                found = self._path(each.ref, value, folder)
                said[each.name] = found or value
                if found is None:
                    yield (*above, each.name), f"there is no {each.ref} `{shown(value)}`", self._guess(each.ref, value)
            elif each.record and isinstance(value, dict):
                groups = value if each.many == "map" else {"": value}
                for key, group in groups.items():
                    if isinstance(group, dict):
                        inside = (*above, each.name, key) if key else (*above, each.name)
                        yield from self._group(each.fields, group, folder, inside)

    def _path(self, kind: str, text: str, folder: str) -> str | None:
        if (kind, text) in self._known and "/" in text:
            return text
        for slug in dict.fromkeys((text, slugified(text))):
            meant = (each for each in candidates(kind, slug, folder) if slug and (kind, each) in self._known)
            if found := next(meant, None):
                return found
        above = [folder, folder.partition("/")[0], ""]
        return next((path for each in above if (path := self._named.get((kind, each, text.casefold())))), None)

    def declared(self, item: Item, said: Mapping[str, Any]) -> dict[str, Any]:
        """Values in normal form as a file says them."""
        from invgit.edit.brief import briefly

        return briefly(specs()[item.kind].declarable, said, lambda kind, path: self._text(kind, path, item))

    def _text(self, kind: str, path: str, item: Item) -> str:
        if (kind, path) not in self._known:
            return path
        return written(kind, path, item.folder, lambda other: (kind, other) in self._known) or path
