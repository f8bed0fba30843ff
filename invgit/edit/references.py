"""Who names an entity in which words, and the words that name it once it has another path."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from invgit.edit.pages import Page, Pages
from invgit.model.entity import Address
from invgit.model.references import candidates, written
from invgit.model.spec import FieldSpec, KindSpec, specs

Exists = Callable[[Address], bool]


class Slot(NamedTuple):
    """A place that may hold a reference: the mapping, the key in it, the kind that is named there."""

    holder: dict[str, Any]
    name: str
    kind: str
    folder: str


def rewrite(pages: Pages, old: Address, new: Address, exists: Exists, spared: Address) -> None:
    """Make every reference to `old` one to `new`; the entity `spared` looks after its own.

    `exists` speaks of the inventory as it was.
    """
    for page in pages.holding(old.slug):
        for slot in _slots(page, spared):
            if slot.kind != old.kind or slot.holder[slot.name].rpartition("/")[2] != old.slug:
                continue
            if meaning(slot.holder[slot.name], slot.kind, slot.folder, exists) == old.path:
                text = written(new.kind, new.path, slot.folder, lambda path: _beside(path, old, new, exists))
                if text is not None:
                    slot.holder[slot.name] = text


def _beside(path: str, old: Address, new: Address, exists: Exists) -> bool:
    """Whether something else than what is renamed has a path."""
    return path not in {old.path, new.path} and exists(Address(old.kind, path))


def meaning(text: str, kind: str, folder: str, exists: Exists) -> str | None:
    """The path that a reference means in a folder, if there is such an entity."""
    return next((path for path in candidates(kind, text, folder) if exists(Address(kind, path))), None)


def moved_references(spec: KindSpec, values: dict[str, Any], here: str, there: str, exists: Exists) -> None:
    """Make the references of an entity that goes from one folder to another mean what they meant."""
    for slot in _within(spec, values, here):
        path = meaning(slot.holder[slot.name], slot.kind, here, exists)
        text = path and written(slot.kind, path, there, partial(_is_there, exists, slot.kind))
        if text:
            slot.holder[slot.name] = text


def _is_there(exists: Exists, kind: str, path: str) -> bool:
    return exists(Address(kind, path))


def rewrite_site(pages: Pages, old: Address, new: Address) -> None:
    """Make every reference of the organization into the site `old` one into `new`."""
    for page in pages.holding(f"{old.slug}/"):
        if page.path.startswith(f"{old.organization}/"):
            for slot in _slots(page, old):
                site, slash, slug = slot.holder[slot.name].partition("/")
                if slash and site == old.slug:
                    slot.holder[slot.name] = f"{new.slug}/{slug}"


def _slots(page: Page, spared: Address) -> Iterator[Slot]:
    """Every reference in a file."""
    *folders, _ = page.path.split("/")
    folder = "" if folders[:1] == ["catalog"] else "/".join(folders[:2])
    for spec in specs().values():
        content = page.wanted.get(spec.key)
        if spec.single:
            yield from _within(spec, content, folder)
        elif isinstance(content, dict):
            for slug, values in content.items():
                if (spec.name, f"{folder}/{slug}" if folder else slug) != spared:
                    yield from _within(spec, values, folder)
        defaults = page.wanted.get("defaults")
        if isinstance(defaults, dict):
            yield from _within(spec, defaults.get(spec.key), folder)


def _within(spec: KindSpec, values: Any, folder: str) -> Iterator[Slot]:
    if not isinstance(values, dict):
        return
    for name, value in values.items():
        field = spec.by_name.get(name)
        if field is None:
            continue
        if isinstance(value, str) and (kind := field.ref or field.offers):
            yield Slot(values, name, kind, folder)
        elif field.record and isinstance(value, dict):
            groups = value.values() if field.many == "map" else [value]
            for group in groups:
                if isinstance(group, dict):
                    yield from _in_group(field, group, folder)


def _in_group(field: FieldSpec, group: dict[str, Any], folder: str) -> Iterator[Slot]:
    for inner in field.fields:
        if inner.ref and isinstance(group.get(inner.name), str):
            yield Slot(group, inner.name, inner.ref, folder)
