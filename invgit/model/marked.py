"""Values by what the model says of their fields, wherever in an entity they stand."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, KindSpec, leaves, specs

Path = tuple[str | int, ...]


class Value(NamedTuple):
    """A value, the path to it, and the entity that has it."""

    entity: AnyEntity
    path: Path
    field: FieldSpec
    value: Any


def values_of(
    inventory: Inventory,
    wanted: Callable[[FieldSpec], bool],
    but: Callable[[AnyEntity, Any], bool] = lambda *_: False,
) -> Iterator[Value]:
    """The values of the wanted fields: of the entities themselves, of their `refs`, of each of their `interfaces`.

    Those that `but` is true of are left out before much is made of them.
    """
    for spec in specs().values():
        yield from values_in(inventory, spec, wanted, but)


def values_in(
    inventory: Inventory,
    spec: KindSpec,
    wanted: Callable[[FieldSpec], bool],
    but: Callable[[AnyEntity, Any], bool] = lambda *_: False,
) -> Iterator[Value]:
    """The same, of the entities of one kind."""
    for above, leaf in leaves(spec.declarable):
        if not wanted(leaf):
            continue
        names = tuple(group.name for group in above)
        alone = (*names, leaf.name)
        for entity, key, value in _values(inventory.of(spec.cls), above, leaf):
            if not but(entity, value):
                yield Value(entity, (*names, *key, leaf.name) if key else alone, leaf, value)


def has_repeated(inventory: Inventory, wanted: Callable[[FieldSpec], bool]) -> bool:
    """Whether any value of the wanted fields stands twice: a look that costs little, before one that tells where."""
    found: list[Any] = []
    for spec, above, leaf in _fields(wanted):
        get = attrgetter(leaf.attribute)
        items: Iterable[Any] = (entity.values for entity in inventory.of(spec.cls))
        for group in above:
            held = filter(None, map(attrgetter(group.attribute), items))
            items = chain.from_iterable(each.values() for each in held) if group.many == "map" else held
        found.extend(value for value in map(get, items) if value is not None)
    return len(set(found)) < len(found)


def _fields(
    wanted: Callable[[FieldSpec], bool],
) -> Iterator[tuple[KindSpec, tuple[FieldSpec, ...], FieldSpec]]:
    for spec in specs().values():
        for above, leaf in leaves(spec.declarable):
            if wanted(leaf):
                yield spec, above, leaf


def _values(
    entities: Iterable[AnyEntity], above: tuple[FieldSpec, ...], leaf: FieldSpec
) -> Iterator[tuple[AnyEntity, Path, Any]]:
    """Entity, key within the group where there are several, value."""
    get = attrgetter(leaf.attribute)
    if not above:
        for entity in entities:
            if (value := get(entity.values)) is not None:
                yield entity, (), value
        return
    (group,) = above
    get_group = attrgetter(group.attribute)
    for entity in entities:
        content = get_group(entity.values)
        if not content:
            continue
        for key, item in content.items() if group.many == "map" else ((None, content),):
            if (value := get(item)) is not None:
                yield entity, () if key is None else (key,), value
