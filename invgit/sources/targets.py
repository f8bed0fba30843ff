"""Columns of a table to fields of a kind: by the names of fields, of database columns, and by what people call them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from invgit.errors import UsageError
from invgit.model.kinds import DeviceType
from invgit.model.spec import FieldSpec, KindSpec
from invgit.model.values import did_you_mean

SLUG = ("slug",)
_SAME: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "": {
        "slug": ("key", "short name"),
        "name": ("label", "title", "display name"),
        "description": ("notes", "comment", "comments", "remarks", "info"),
        "type": ("kind",),
        "notes": ("comment", "comments", "remarks", "description"),
        "is_active": ("active", "enabled"),
    },
    "device": {
        "name": ("device", "device name", "asset name", "asset"),
        "type": ("device type", "product type"),
        "zone": ("room", "location", "area", "place", "zone name"),
        "network": ("subnet", "lan", "network name"),
        "category": ("category name", "group"),
        "mac": ("mac addr", "hardware address", "ethernet address", "physical address", "mac id"),
        "ip": ("ip addr", "ipv4", "ipv4 address", "address", "primary ip"),
        "ip6": ("ipv6", "ipv6 address"),
        "hostname": ("host", "host name", "dns name", "fqdn"),
        "manufacturer": ("vendor", "make", "brand", "maker"),
        "model": ("product", "model name"),
        "model_number": ("model no", "part number", "part no", "sku"),
        "serial": ("serial no", "sn", "s/n", "serial nr"),
        "firmware_version": ("firmware", "fw", "software version"),
        "hardware_version": ("hardware", "hw", "revision"),
        "purchase_date": ("purchased", "bought", "date of purchase", "purchased on"),
        "purchase_price": ("price", "cost"),
        "purchase_currency": ("currency",),
        "purchase_source": ("supplier", "shop", "store", "seller"),
        "receipt_reference": ("receipt", "invoice", "order number"),
        "warranty_expiry": ("warranty", "warranty until", "warranty end", "warranty expires", "warranty expiration"),
        "installation_date": ("installed", "installed on", "date installed"),
        "location_description": ("position", "where"),
        "is_battery_powered": ("battery", "battery powered"),
        "tags": ("tag", "labels"),
    },
    "network": {
        "cidr": ("subnet", "prefix", "range"),
        "gateway": ("router", "default gateway"),
        "dns": ("dns server",),
    },
    "reservation": {"ip": ("ip addr", "address", "ipv4"), "mac": ("mac addr",), "hostname": ("host",)},
    "vlan": {"vlan_id": ("vid", "vlan", "number", "tag")},
    "zone": {"parent": ("parent zone", "floor"), "floor_number": ("level", "storey")},
    "connection": {"from": ("source", "device a"), "to": ("target", "device b"), "type": ("cable",)},
}
"""What people write over columns, by kind and field; names of ours come first, and these never hide one."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column's cells go: the path in the entity, and the field that holds them (None: the slug itself)."""

    path: Path
    field: FieldSpec | None = None
    inside: bool = False
    """Whether the path leads into a mapping of free keys."""

    @property
    def name(self) -> str:
        """As a person writes it: `refs.homeseer`."""
        return ".".join(self.path)


def mapped(
    spec: KindSpec, name: str, columns: Sequence[str], said: Mapping[str, str], ignored: Collection[str]
) -> dict[int, Target]:
    """The column numbers that mean something, with their targets. `said` (column to field) wins over what is guessed.

    Raises UsageError, all at once, for columns that nobody knows, fields that are none, and two columns of one field.
    """
    wrong = [
        f"there is no column `{each}`" for each in (*said, *ignored) if _squeezed(each) not in map(_squeezed, columns)
    ]
    explicit = {_squeezed(column): field for column, field in said.items()}
    left_out = set(map(_squeezed, ignored))
    found: dict[int, Target] = {}
    unknown = []
    for number, column in enumerate(columns):
        key = _squeezed(column)
        if key in left_out or not column:
            continue
        meant = explicit.get(key)
        target = at(spec, meant) if meant is not None else _known(spec).get(key) or at(spec, column)
        if target is not None:
            found[number] = target
        elif meant is not None:
            wrong.append(f"`{meant}` is no field of a {spec.name}{_guess(spec, meant)}")
        else:
            unknown.append(column)
    for target, numbers in _doubles(found):
        names = ", ".join(f"`{columns[number]}`" for number in numbers)
        wrong.append(f"the columns {names} would both be `{target.name}`")
    wrong += [f"the column `{each}` is not known{_guess(spec, each)}" for each in unknown]
    if wrong:
        help = "say what a column is with --map COLUMN=FIELD, or that it does not count with --ignore COLUMN"
        raise UsageError("\n".join([f"{name}: the columns cannot all be understood", *wrong]), help=help)
    return found


def at(spec: KindSpec, text: str) -> Target | None:
    """The target that a field's name or a path with dots means: `mac`, `refs.homeseer`, `metadata.shelf`."""
    path = tuple(text.strip().split("."))
    if path == SLUG:
        return None if spec.single else Target(SLUG)
    known: Mapping[str, FieldSpec] = {field.name: field for field in spec.declarable}
    for number, step in enumerate(path):
        field = known.get(step)
        if field is None:
            return None
        rest = path[number + 1 :]
        if field.base == "json":
            return Target(path, field, inside=bool(rest)) if all(rest) else None
        if field.many == "map":
            if not rest or not all(rest):
                return None
            short = next((each for each in field.fields if each.name == field.short), None)
            if len(rest) == 1:
                return Target(path, short or field, inside=True) if short or not field.fields else None
            inner = {each.name: each for each in field.fields}.get(rest[1])
            return Target(path, inner, inside=True) if inner and len(rest) == 2 else None
        if field.base != "record":
            return Target(path, field) if not rest else None
        known = {each.name: each for each in field.fields}
    return None


@cache
def _known(spec: KindSpec) -> dict[str, Target]:
    """Targets by every name they have, squeezed; the first one wins."""
    found: dict[str, Target] = {}
    for name, target in [*_names(spec), *_synonyms(spec)]:
        found.setdefault(_squeezed(name), target)
    return found


def _names(spec: KindSpec) -> Iterator[tuple[str, Target]]:
    """Our own names first, then those of the database's columns, then names of what is in a group."""
    fields = [field for field in spec.declarable if not field.directive]
    simple = [field for field in fields if field.base != "record" and field.many != "map"]
    groups = [field for field in fields if field.base == "record" and field.many == "one"]
    if not spec.single:
        yield "slug", Target(SLUG)
    yield from ((field.name, Target((field.name,), field)) for field in simple)
    yield from ((field.column, Target((field.name,), field)) for field in simple)
    inner = [(group, field) for group in groups for field in group.fields]
    yield from ((f"{group.name}.{field.name}", Target((group.name, field.name), field)) for group, field in inner)
    yield from ((field.column, Target((group.name, field.name), field)) for group, field in inner)
    yield from ((field.name, Target((group.name, field.name), field)) for group, field in inner)


def _synonyms(spec: KindSpec) -> Iterator[tuple[str, Target]]:
    own = _SAME.get("device" if spec.cls is DeviceType else spec.name, {})
    for words in (own, _SAME[""]):
        for name, others in words.items():
            target = at(spec, name)
            yield from ((other, target) for other in others if target)


def _doubles(found: Mapping[int, Target]) -> Iterator[tuple[Target, list[int]]]:
    by_path: dict[Path, list[int]] = {}
    for number, target in found.items():
        by_path.setdefault(target.path, []).append(number)
    yield from ((found[numbers[0]], numbers) for numbers in by_path.values() if len(numbers) > 1)


def _guess(spec: KindSpec, word: str) -> str:
    guess = did_you_mean(word, [field.name for field in spec.declarable])
    return f"; {guess}" if guess else ""


def _squeezed(text: Any) -> str:
    """A name without letter case, accents, blanks and signs: `MAC Address` is `mac_address`."""
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode() or str(text)
    return re.sub(r"[\W_]+", "", plain).lower() or str(text)
