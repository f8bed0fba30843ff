"""An inventory as documents again: its effective values, as somebody would write them who has no defaults."""

from typing import Any

from support_strategies import Document, Tree

from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, specs
from invgit.model.values import plain


def dumped(inventory: Inventory) -> Tree:
    """The files of all entities that have a table. Without device types: devices say themselves what they are."""
    made = Tree()
    for entity in inventory.stored.values():
        spec = specs()[entity.address.kind]
        parts = entity.address.path.split("/")
        folder = "/".join(parts if spec.single else parts[:-1])
        document = made.setdefault(f"{folder or 'catalog'}/{spec.key}.yaml", {})
        if spec.single:
            document[spec.key] = _fields(entity)
        else:
            document.setdefault(spec.key, {})[entity.address.slug] = _fields(entity)
    return made


def _fields(entity: AnyEntity) -> Document:
    values, made = plain(entity.values), Document()
    for field in specs()[entity.address.kind].declarable:
        if field.name in values:
            made[field.name] = _written(entity, field, values[field.name])
        elif field.default is not None and field.nullable:
            made[field.name] = None
    return made


def _written(entity: AnyEntity, field: FieldSpec, value: Any) -> Any:
    """A value as text where the field types it; as it is in free-form fields; a path as the nearest name for it."""
    if field.base == "json":
        return value
    if field.ref:
        return _reference(entity, value)
    if field.record is not None:
        if field.many == "map":
            return {key: _group(entity, field, item) for key, item in value.items()}
        return _group(entity, field, value)
    if isinstance(value, list):
        return [str(item) for item in value]
    if isinstance(value, dict):
        return {key: str(item) for key, item in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


def _group(entity: AnyEntity, field: FieldSpec, values: Document) -> Document:
    return {each.name: _written(entity, each, values[each.name]) for each in field.fields if each.name in values}


def _reference(entity: AnyEntity, path: str) -> str:
    folder, _, slug = path.rpartition("/")
    away = "/" in folder and folder != entity.address.path.rpartition("/")[0]
    return f"{folder.partition('/')[2]}/{slug}" if away else slug
