"""Documents to entities: inherited values come in, references become paths, pydantic checks the result."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from invgit import diagnostics
from invgit.diagnostics import Diagnostic
from invgit.model.entity import Address, AnyEntity, Entity, Origin
from invgit.model.inventory import Inventory
from invgit.model.kinds.hardware import Hardware
from invgit.model.spec import FieldSpec, KindSpec, record_fields
from invgit.model.values import Fault, check
from invgit.read.documents import Documents, Raw
from invgit.read.references import References, Unresolved


def build(documents: Documents) -> tuple[Inventory, list[Diagnostic]]:
    """The inventory of everything that can be understood, and what is wrong with the rest."""
    problems: list[Diagnostic] = []
    references = References(documents.entities)
    entities: list[AnyEntity] = []
    for raw in documents.entities.values():
        layers = [raw.defaults, raw.declared] if raw.defaults else [raw.declared]
        origin = raw.origin
        if raw.spec.name == "device":
            made_as = _device_type(raw, documents.entities)
            if made_as:
                layers.insert(0, {name: value for name, value in made_as.declared.items() if name in _inheritable()})
                origin = Origin(origin.source, origin.keys, origin.offset, made_as.origin)
        plain, faults = _prepared(raw, layers, references, complete=documents.complete)
        values, refused = check(raw.spec, plain)
        problems.extend(_diagnostic(origin, fault, raw.address) for fault in (*faults, *refused))
        if values is not None:
            entities.append(Entity(raw.address, values, origin))
    problems.extend(_checked_defaults(documents, references))
    return Inventory(entities), problems


def _device_type(raw: Raw, entities: Mapping[Address, Raw]) -> Raw | None:
    """The device type of the catalog that a device names; any other word is free text."""
    name = raw.declared.get("type", raw.defaults.get("type"))
    return entities.get(Address("device-type", name)) if isinstance(name, str) else None


@cache
def _inheritable() -> frozenset[str]:
    return frozenset(field.name for field in record_fields(Hardware) if not field.directive)


def _checked_defaults(documents: Documents, references: References) -> Iterator[Diagnostic]:
    """Defaults that no entity uses are checked too; that they are incomplete is their nature."""
    for raw in documents.defaults:
        own = {field.name for field in raw.spec.fields if field.directive or field.name == "name"}
        for name in own & raw.declared.keys():
            source, span = Origin(raw.origin.source, raw.origin.keys, raw.origin.offset).find(name, key=True)
            message = f"`{name}` cannot be a default: it speaks of one entity"
            yield diagnostics.at(source, span, "not-inheritable", message)
        plain, faults = _prepared(raw, [raw.declared], references, complete=documents.complete)
        _, refused = check(raw.spec, plain)
        for fault in (*faults, *refused):
            if not (fault.code == "missing-field" and len(fault.path) == 1):
                yield _diagnostic(raw.origin, fault, raw.address)


def _prepared(
    raw: Raw, layers: list[dict[str, Any]], references: References, *, complete: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """One mapping of declared values, the strongest layer last, with paths for references and without explicit nothing."""
    plain = _merged(raw.spec, layers)
    folder = raw.address.path if raw.spec.single else raw.address.path.rpartition("/")[0]
    faults: list[Fault] = []
    for field in _looked_into(raw.spec):
        value = plain.get(field.name)
        if value is None:
            if field.name in plain and not field.nullable:
                del plain[field.name]
        elif field.many == "map" and isinstance(value, dict):
            plain[field.name] = {
                key: _resolved_group(field, item, (field.name, key), references, folder, faults)
                for key, item in value.items()
                if item is not None
            }
        elif field.ref:
            plain[field.name] = _resolved(field, value, (field.name,), references, folder, faults)
    if not complete:  # what a broken file would have named is not known
        faults = [fault for fault in faults if fault.code != "unknown-reference"]
    return plain, faults


@cache
def _looked_into(spec: KindSpec) -> tuple[FieldSpec, ...]:
    """Fields whose plain value needs work before pydantic sees it."""
    return tuple(field for field in spec.declarable if field.ref or field.many == "map" or not field.nullable)


def _merged(spec: KindSpec, layers: list[dict[str, Any]]) -> dict[str, Any]:
    if len(layers) == 1:
        return dict(layers[0])
    merged: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            field, below = spec.by_name.get(name), merged.get(name)
            if field and field.mergeable and isinstance(value, dict) and isinstance(below, dict):
                value = {**below, **value}
            merged[name] = value
    return merged


def _resolved_group(
    field: FieldSpec, item: Any, path: tuple[str, str], references: References, folder: str, faults: list[Fault]
) -> Any:
    if not isinstance(item, dict):
        return item
    made = dict(item)
    for inner in field.fields:
        if made.get(inner.name, "") is None and not inner.nullable:
            del made[inner.name]
        elif inner.ref and made.get(inner.name) is not None:
            made[inner.name] = _resolved(inner, made[inner.name], (*path, inner.name), references, folder, faults)
    return made


def _resolved(
    field: FieldSpec, value: Any, path: tuple[str | int, ...], references: References, folder: str, faults: list[Fault]
) -> Any:
    if not isinstance(value, str) or field.ref is None:
        return value
    found = references.resolve(field.ref, value, folder)
    if isinstance(found, Unresolved):
        faults.append(Fault(path, found.code, found.message, found.help))
        return value
    return found


def _diagnostic(origin: Origin, fault: Fault, address: Address) -> Diagnostic:
    path = fault.path[:-1] if fault.code == "missing-field" else fault.path
    source, span = origin.find(*path, key=fault.on_key or fault.code == "missing-field")
    found = diagnostics.at(source, span, fault.code, fault.message, help=fault.help)
    return Diagnostic(
        found.code, found.message, found.place, help=found.help, line=found.line, addresses=(str(address),)
    )
