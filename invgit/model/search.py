"""Entities by anything that people call them: names, addresses, serials, parts of a MAC in any spelling."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from invgit.model.entity import AnyEntity
from invgit.model.fields import Fields, per_class
from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, record_fields

Path = tuple[str | int, ...]
_MACS = frozenset({"macaddr", "varchar(17)", "varchar(24)"})
_PART = re.compile(r"(?:0x)?[0-9a-f]+|[-:]?[0-9a-f]{1,2}(?:[-:][0-9a-f]{1,2})*[-:]?|[0-9a-f]{4}(?:\.[0-9a-f]{1,4})+\.?")
"""What may be a part of a hardware address: digits alone, octets with colons or hyphens, Cisco's groups of four."""


class Hit(NamedTuple):
    """An entity, the path to the value that was found in it (its own address, without one), and the value."""

    rank: tuple[int, int]
    entity: AnyEntity
    path: Path
    value: str


def search(inventory: Inventory, text: str) -> list[Hit]:
    """The entities in which a text is found, the best first: the whole value, its beginning, a part of it.

    Names and what identifies a thing come before other fields. Letter case does not matter, nor does the spelling of
    hardware addresses. Of each entity the best hit counts.
    """
    words = _Words(text)
    found = []
    for entity in inventory:
        best = min(_hits(entity, words), default=None, key=lambda hit: hit.rank)
        if best:
            found.append(best)
    return sorted(found, key=lambda hit: hit.rank)  # stable: of equal ones in the order of kinds and paths


class _Words:
    """A text to look for, as text and as a part of a hardware address."""

    def __init__(self, text: str) -> None:
        self.text = text.strip().casefold()
        self.digits = self.pairs = ""
        if _PART.fullmatch(self.text):
            self.digits = re.sub(r"^0x|[-:.]", "", self.text)
            if "-" in self.text or ":" in self.text:
                self.pairs = self.text.replace("-", ":")

    def rank(self, value: str) -> int | None:
        """0 the whole, 1 the beginning, 2 the beginning of a word in it, 3 any part; None not at all."""
        text = self.text
        at = value.find(text)
        if at < 0:
            return None
        if at == 0:
            return 0 if len(value) == len(text) else 1
        return 2 if not value[at - 1].isalnum() else 3

    def rank_mac(self, value: str) -> int | None:
        """The same, of a hardware address in normal form: with separators whole octets, without any digits."""
        if self.pairs:
            at, whole = value.find(self.pairs), len(self.pairs) == len(value)
        elif self.digits:
            plain = value.replace(":", "")
            at, whole = plain.find(self.digits), len(self.digits) == len(plain)
        else:
            return None
        return None if at < 0 else 0 if whole else 1 if at == 0 else 3


def _hits(entity: AnyEntity, words: _Words) -> Iterator[Hit]:
    address = entity.address
    for value in (address.slug, address.path, str(address)):
        rank = words.rank(value)
        if rank is not None:
            yield Hit((rank, 0), entity, (), value)
            break
    for path, weight, value, rank in _found(entity.values, words):
        yield Hit((rank, weight), entity, path, value)


def _found(values: Fields, words: _Words) -> Iterator[tuple[Path, int, str, int]]:
    """Path, weight of the field, value and rank of each value of a class of fields that has the text in it."""
    looked = _looked_at(type(values))
    for name, value in vars(values).items():
        look = looked.get(name)
        if look is None or not value:
            continue
        field = look.field
        if field.record is not None:
            for key, item in value.items() if field.many == "map" else ((None, value),):
                above: Path = (field.name,) if key is None else (field.name, key)
                for path, weight, line, rank in _found(item, words):
                    yield (*above, *path), weight, line, rank
            continue
        for at, one in enumerate(value) if field.many == "list" else ((None, value),):
            found = look.rank(words, one)
            if found is not None:
                yield (field.name,) if at is None else (field.name, at), look.weight, one, found


class _Look(NamedTuple):
    """How a field is looked at: what identifies a thing weighs most (0), then what lists show (1), then the rest."""

    field: FieldSpec
    weight: int
    mac: bool

    def rank(self, words: _Words, value: Any) -> int | None:
        if self.mac:
            return words.rank_mac(value)
        return words.rank(value.casefold())


@per_class
def _looked_at(cls: type[Fields]) -> dict[str, _Look]:
    """The fields that hold lines of text, by attribute: no references, choices, prose, or free-form values."""
    return {
        field.attribute: _Look(
            field,
            0 if field.identity or field.unique or field.name == "name" else 1 if field.show else 2,
            bool(field.scalar and field.scalar.sql in _MACS),
        )
        for field in record_fields(cls)
        if not field.derived and (_is_line(field) or (field.record and not field.directive))
    }


def _is_line(field: FieldSpec) -> bool:
    line = field.base == "scalar" and field.many != "map" and field.python is str
    return line and field.sql.rstrip("[]") not in {"text", "date", "timestamptz"}
