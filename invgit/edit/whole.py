"""A whole inventory as files: where each entity stands, and what the file says of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from invgit.edit.brief import briefly
from invgit.model.entity import Address, Values
from invgit.model.references import written
from invgit.model.spec import specs
from invgit.model.values import decided
from invgit.text.written import document

_FEW = 60
"""So many devices of a site stand in one file; more have a file for each zone."""
_MOST = 400
_LARGEST = 200_000
"""So many entities, and characters, a file has at most."""

Entry = tuple[Address, Values]


class _Part(NamedTuple):
    """A part of a file: the path without its ending, and the slug with what it says."""

    path: str
    key: str
    slug: str
    content: dict[str, Any]


def files(entities: Iterable[Entry]) -> dict[str, bytes]:
    """The files that describe entities, by path below the inventory; the same entities, the same bytes.

    References in their values are paths.
    """
    by_file: dict[str, list[_Part]] = defaultdict(list)
    for part in _parts(sorted(entities, key=itemgetter(0))):
        by_file[part.path].append(part)
    return {path: text.encode() for stem, parts in sorted(by_file.items()) for path, text in _written(stem, parts)}


def _parts(entities: list[Entry]) -> Iterator[_Part]:
    crowded, known = _crowded(entities), {address for address, _ in entities}
    for address, values in entities:
        spec = specs()[address.kind]
        folder = address.path if spec.single else address.path.rpartition("/")[0]
        said = briefly(spec.declarable, decided(values), partial(_name, known, folder))
        stem = f"{folder or 'catalog'}/{spec.key}"
        zone: str | None = getattr(values, "zone", None)
        if spec.name == "device" and folder in crowded and zone:
            stem = f"{stem}/{zone.rpartition('/')[2]}"
        yield _Part(stem, spec.key, "" if spec.single else address.slug, said)


def _name(known: Collection[Address], folder: str, kind: str, path: str) -> str:
    """How an entity is named in a folder."""
    name = written(kind, path, folder, lambda other: Address(kind, other) in known)
    return path if name is None else name


def _crowded(entities: list[Entry]) -> set[str]:
    often: dict[str, int] = defaultdict(int)
    for address, _ in entities:
        if address.kind == "device":
            often[address.path.rpartition("/")[0]] += 1
    return {folder for folder, number in often.items() if number > _FEW}


def _written(stem: str, parts: list[_Part]) -> Iterator[tuple[str, str]]:
    """The files of one kind in one folder; a second and third one, where that is too much for a reader."""
    number, size, batch = 1, 0, dict[str, Any]()
    for part in parts:
        if not part.slug:
            yield f"{stem}.yaml", document({part.key: part.content})
            return
        length = len(document({part.key: {part.slug: part.content}}))
        if batch and (len(batch) == _MOST or size + length > _LARGEST):
            yield _named_file(stem, number), document({part.key: batch})
            number, size, batch = number + 1, 0, {}
        batch[part.slug] = part.content
        size += length
    yield _named_file(stem, number), document({parts[0].key: batch})


def _named_file(stem: str, number: int) -> str:
    return f"{stem}.yaml" if number == 1 else f"{stem}.{number}.yaml"
