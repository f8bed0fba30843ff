"""Who names an entity: references, wherever in an entity they stand, and devices that are of a type."""

from collections.abc import Collection, Iterator

from invgit.model.entity import Address, AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.marked import Value, values_of


def referrers(inventory: Inventory, named: Collection[Address]) -> Iterator[Value]:
    """Every value that names one of some entities, with who has it and where it stands; in the order of kinds."""
    kinds: dict[str, set[str]] = {}
    for kind, path in named:
        kinds.setdefault(kind, set()).add(path)
    for found in values_of(inventory, lambda field: (field.ref or field.offers) in kinds):
        if found.value in kinds[found.field.ref or found.field.offers or ""]:
            yield found


def contents(inventory: Inventory, container: Address) -> Iterator[AnyEntity]:
    """What stands in an organization or a site."""
    return (entity for entity in inventory if container in entity.address.containers)
