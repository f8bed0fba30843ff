"""Values by what the model says of their fields, wherever in an entity they stand."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, leaves, specs

Path = tuple[str | int, ...]


class Value(NamedTuple):
    """A value, the path to it, and the entity that has it."""

    entity: AnyEntity
    path: Path
    field: FieldSpec
    value: Any


def values_of(inventory: Inventory, wanted: Callable[[FieldSpec], bool]) -> Iterator[Value]:
    """The values of the wanted fields: of the entities themselves, of their `refs`, of each of their `interfaces`."""
    for spec in specs().values():
        for above, leaf in leaves(spec.declarable):
            if wanted(leaf):
                yield from _values(inventory.of(spec.cls), above, leaf)


def _values(entities: Iterable[AnyEntity], above: tuple[FieldSpec, ...], leaf: FieldSpec) -> Iterator[Value]:
    get = attrgetter(leaf.attribute)
    if not above:
        for entity in entities:
            if (value := get(entity.values)) is not None:
                yield Value(entity, (leaf.name,), leaf, value)
        return
    (group,) = above
    get_group = attrgetter(group.attribute)
    for entity in entities:
        content = get_group(entity.values)
        if not content:
            continue
        if group.many == "map":
            for key, item in content.items():
                if (value := get(item)) is not None:
                    yield Value(entity, (group.name, key, leaf.name), leaf, value)
        elif (value := get(content)) is not None:
            yield Value(entity, (group.name, leaf.name), leaf, value)
