"""Another unit in the place of one: it takes the slug and what hangs on the place, the old one stays as retired."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from invgit.edit.declared import text
from invgit.edit.draft import Draft
from invgit.edit.entities import Wishes, fulfilled
from invgit.errors import UsageError
from invgit.model.entity import Address
from invgit.model.kinds import Device, Network
from invgit.model.scalars import MAX_SLUG
from invgit.model.spec import FieldSpec, specs

RETIRED = "retired"


def replace(draft: Draft, address: Address, unit: Wishes, old: Wishes, slug: str | None = None) -> Address:
    """Write a new unit in the place of a device; the address of the old one.

    `unit` is what the new one has of its own, `old` what is noted at the old one. The old one keeps id and history:
    `renamed_from` names what it was, and `null` at the new one says that this was nothing before. Raises UsageError
    where that could not be told apart from a rename that may not be applied yet.
    """
    _require_settled(draft, address)
    retired = _retired(draft, address, slug)
    spec = specs()[address.kind]
    own = draft.declared(address)
    new = {**_without(spec.declarable, own, _is_of_unit), "renamed_from": None}
    kept = {**_without(spec.declarable, own, _is_of_place), "renamed_from": text(address.slug)}
    kept.pop("waive", None)
    file = draft.file_of(address)
    draft.amend(address, new)
    draft.amend(address, fulfilled(draft, address, unit))
    draft.add(retired, kept, file)
    draft.amend(retired, fulfilled(draft, retired, old))
    return retired


def _require_settled(draft: Draft, address: Address) -> None:
    """A name that something was renamed from, or to, means one thing only once that is applied."""
    for entity in draft.inventory.of(Device):
        if entity.before == address or (entity.address == address and entity.before):
            said = f"{entity.address} says `renamed_from: {entity.values.renamed_from}`"
            help = f"apply that, and then: invgit device update {entity.address.path} --clear renamed_from"
            raise UsageError(f"{said}, which may not be applied yet", help=help)


def _retired(draft: Draft, address: Address, slug: str | None) -> Address:
    """The address of the old unit: the slug that is asked for, else the first that is free."""
    folder, name = address.path.rpartition("/")[0], address.slug
    for number in range(1, len(draft.inventory) + 2):
        ending = f"-{RETIRED}-{number}"
        wanted = slug or f"{name[: MAX_SLUG - len(ending)].rstrip('-')}{ending}"
        found = Address(address.kind, f"{folder}/{wanted}")
        if not draft.exists(found):
            return found
        if slug:
            break
    raise UsageError(f"{folder}/{slug} is there already", help="choose another slug for the old unit")


def _is_of_unit(field: FieldSpec) -> bool:
    return field.unit


def _is_of_place(field: FieldSpec) -> bool:
    """What only one device can have, and belongs to where it is: addresses, networks, names in other systems."""
    address = field.scalar is not None and field.scalar.sql == "inet"
    shared = field.unique is not None and not field.unit
    return address or shared or field.ref == Network.kind


def _without(
    fields: Iterable[FieldSpec], values: Mapping[str, Any], gone: Callable[[FieldSpec], bool]
) -> dict[str, Any]:
    """Declared values without some fields, wherever they stand; a group of which nothing is left goes, too."""
    known = {field.name: field for field in fields}
    made: dict[str, Any] = {}
    for name, value in values.items():
        field = known.get(name)
        if field is None or value is None or not field.record:
            if field is None or not gone(field):
                made[name] = value
            continue
        left: Any = value
        if isinstance(value, dict) and field.many == "map":
            items = {key: _part(field, item, gone) for key, item in value.items()}
            left = {key: item for key, item in items.items() if item}
        elif isinstance(value, dict):
            left = _without(field.fields, value, gone)
        if left or not value:
            made[name] = left
    return made


def _part(field: FieldSpec, item: Any, gone: Callable[[FieldSpec], bool]) -> Any:
    return _without(field.fields, item, gone) if isinstance(item, dict) else item
