"""Entities as rows: all values for programs, the columns that were asked for, references in short for people."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from invgit.errors import UsageError
from invgit.model.entity import Address, AnyEntity
from invgit.model.fieldpaths import inside, sort_key
from invgit.model.observed import OBSERVED, USUAL, Observed, way
from invgit.model.references import written
from invgit.model.spec import FieldSpec, KindSpec, record_fields, specs
from invgit.model.values import plain
from invgit.text.words import ago

ADDRESS, PLACE = "address", "place"
"""Columns that are no fields: how the entity is named, and where it is written."""
_BY = "_by"
Column = Callable[[AnyEntity], Any]


class Seen(NamedTuple):
    """What was observed of devices, where somebody looked for that, and the moment that ages are counted from."""

    devices: Mapping[Address, Observed]
    at: datetime


def row(entity: AnyEntity, seen: Seen | None = None) -> dict[str, Any]:
    """Everything that is known of an entity, in the order of its fields, and what was observed."""
    observed = seen.devices.get(entity.address) if seen else None
    values = plain(entity.values)
    order = specs()[entity.address.kind].order
    return {
        ADDRESS: str(entity.address),
        PLACE: place(entity),
        **{name: values[name] for name in sorted(values, key=order.__getitem__)},
        **({OBSERVED: plain(observed)} if observed else {}),
    }


def place(entity: AnyEntity, *path: str | int) -> str | None:
    """Where an entity, or a value of it, is written; nothing where it does not come from files."""
    return str(entity.origin.place(*path)) if entity.origin else None


def usual_columns(spec: KindSpec, seen: Seen | None = None) -> list[str]:
    """The columns of a list where nobody names any; of a group of fields those that it shows itself."""
    inner = {field.name: [f"{field.name}.{each.name}" for each in field.fields if each.show] for field in spec.shown}
    declared = (column for name, columns in inner.items() for column in columns or [name])
    return [ADDRESS, *declared, *(USUAL if seen else ())]


def columns(spec: KindSpec, names: Sequence[str], seen: Seen | None, *, short: bool) -> Mapping[str, Column]:
    """How the value of each column is found. `short` names references as they are written, the kind nowhere, and
    of moments at which something was seen how long ago they are.

    Raises UsageError for a name that is no field.
    """
    return {name: _column(spec, name, seen, short=short) for name in names}


def ordered(
    spec: KindSpec, entities: Iterable[AnyEntity], names: Sequence[str], seen: Seen | None = None
) -> list[AnyEntity]:
    """Entities sorted by fields, the first one first; one with a hyphen before it downwards, what is absent last."""
    found = list(entities)
    for name in reversed(names):
        wanted = name.removeprefix("-")
        leaf = None if wanted in {ADDRESS, PLACE} else way(spec, wanted, seen.devices if seen else None).leaf
        get = _column(spec, wanted, seen, short=False)
        found = _sorted(found, get, leaf, down=name.startswith("-"))
    return found


def _sorted(entities: list[AnyEntity], get: Column, leaf: FieldSpec | None, *, down: bool) -> list[AnyEntity]:
    keys = {entity.address: sort_key(get(entity), leaf) for entity in entities}
    absent = sort_key(None, leaf)
    there = sorted((each for each in entities if keys[each.address] != absent), key=lambda each: keys[each.address])
    return [*(there[::-1] if down else there), *(each for each in entities if keys[each.address] == absent)]


class Detail(NamedTuple):
    """One value of an entity: the path to it, its field (none where it is free-form), and the value."""

    path: tuple[str, ...]
    leaf: FieldSpec | None
    value: Any


def details(entity: AnyEntity) -> Iterator[Detail]:
    """Each single value of an entity, what is deep inside, too."""
    spec = specs()[entity.address.kind]
    values = plain(entity.values)
    for name in sorted(values, key=spec.order.__getitem__):
        for keys, leaf, value in inside(spec.by_name[name], values[name]):
            yield Detail((name, *keys), leaf, value)


def observed_details(entity: AnyEntity, seen: Seen, *, short: bool) -> Iterator[tuple[str, str]]:
    """What was observed; `short` as people read it: who says so, and how long ago."""
    observed = seen.devices.get(entity.address)
    values = plain(observed) if observed else {}
    for field in record_fields(Observed):
        value, by = values.get(field.name), values.get(field.name + _BY)
        if value is None or (short and field.name.endswith(_BY)):
            continue
        shown = _aged(field, value, seen.at) if short else value
        yield f"{OBSERVED}.{field.name}", f"{shown} ({by})" if short and by else shown


def as_written(entity: AnyEntity, leaf: FieldSpec | None, value: Any) -> Any:
    """A value as people write it there: references in short."""
    if leaf is None or leaf.ref is None or not isinstance(value, str):
        return value
    return _shortest(leaf.ref, value, _folder(entity.address))


@cache
def _shortest(kind: str, path: str, folder: str) -> str:
    return written(kind, path, folder, _never) or path


def _never(_: str) -> bool:
    """Where another entity is in the way of a short name, the inventory is wrong, and nobody wants to see it here."""
    return False


def _column(spec: KindSpec, name: str, seen: Seen | None, *, short: bool) -> Column:
    if name == PLACE:
        return place
    if name == ADDRESS:
        return (lambda entity: entity.address.path) if short else (lambda entity: str(entity.address))
    try:
        path = way(spec, name, seen.devices if seen else None)
    except UsageError as error:
        known = f"besides the fields there are the columns `{ADDRESS}` and `{PLACE}`"
        raise UsageError(error.message, help=f"{error.help}; {known}" if error.help else known) from None
    if short and path.leaf and path.leaf.ref:
        return lambda entity: as_written(entity, path.leaf, path.of(entity))
    if short and path.seen is not None and seen:
        return lambda entity: _aged(path.leaf, path.of(entity), seen.at)
    return path.of


def _aged(leaf: FieldSpec | None, value: Any, at: datetime) -> Any:
    """A moment as how long ago it is; everything else as it is."""
    moment = leaf is not None and leaf.sql == "timestamptz" and isinstance(value, str)
    return ago(at - datetime.fromisoformat(value)) if moment else value


def _folder(address: Address) -> str:
    return address.path if specs()[address.kind].single else address.path.rpartition("/")[0]
