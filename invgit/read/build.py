"""Documents to entities: inherited values come in, references become paths, pydantic checks the result."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
    references = References(documents.entities, documents.lost)
    entities: list[AnyEntity] = []
    types = _device_types(documents.entities)
    for raw in documents.entities.values():
        layers = [raw.defaults, raw.declared] if raw.defaults else [raw.declared]
        origin = raw.origin
        if raw.spec.name == "device":
            name = raw.declared.get("type", raw.defaults.get("type"))
            made_as, inherited = types.get(name, (None, {})) if isinstance(name, str) else (None, {})
            if made_as:
                layers.insert(0, inherited)
                origin = Origin(origin.source, origin.keys, origin.at, made_as.origin)
        plain, faults = _prepared(raw, layers, references, complete=documents.complete)
        values, refused = check(raw.spec, plain)
        if faults or refused:
            problems.extend(_diagnostic(origin, fault, raw.address) for fault in (*faults, *refused))
        if values is not None:
            entities.append(Entity(raw.address, values, origin))
        elif raw.spec.single:
            documents.complete = False
    problems.extend(_checked_defaults(documents, references))
    return Inventory(entities), problems


def _device_types(entities: Mapping[Address, Raw]) -> dict[str, tuple[Raw, dict[str, Any]]]:
    """The device types of the catalog by slug, with what devices inherit from them; any other word is free text."""
    inheritable = {field.name for field in record_fields(Hardware) if not field.directive}
    found = {}
    for address, raw in entities.items():
        if address.kind == "device-type":
            said = _merged(raw.spec, [raw.defaults, raw.declared])
            found[address.path] = (raw, {name: value for name, value in said.items() if name in inheritable})
    return found


def _checked_defaults(documents: Documents, references: References) -> Iterator[Diagnostic]:
    """Defaults that no entity uses are checked too; that they are incomplete is their nature."""
    for raw in documents.defaults:
        own = {field.name for field in raw.spec.fields if field.directive or field.name == "name"}
        for name in own & raw.declared.keys():
            source, span = Origin(raw.origin.source, raw.origin.keys, raw.origin.at).find(name, key=True)
            message = f"`{name}` cannot be a default: it speaks of one entity"
            yield diagnostics.at(source, span, "not-inheritable", message)
        plain, faults = _prepared(raw, [raw.declared], references, complete=documents.complete)
        _, refused = check(raw.spec, plain)
        for fault in (*faults, *refused):
            if not (fault.code == "missing-field" and len(fault.path) == 1):
                yield _diagnostic(raw.origin, fault, None)


def _prepared(
    raw: Raw, layers: list[dict[str, Any]], references: References, *, complete: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """One mapping of declared values, the strongest layer last; references become paths, explicit nothing is gone."""
    plain = _merged(raw.spec, layers)
    path = raw.address.path
    found = _Resolver(references, path if raw.spec.single else path.rpartition("/")[0])
    work = _looked_into(raw.spec)
    for name in work.keys() & plain.keys():
        field, value = work[name], plain[name]
        if value is None:
            if not field.nullable:
                del plain[name]
        elif field.ref:
            plain[name] = found.path(field, value, (name,))
        elif field.many == "map" and isinstance(value, dict):
            plain[name] = {
                key: found.group(field, item, (name, key)) for key, item in value.items() if item is not None
            }
    # what a broken file would have named is not known
    faults = [fault for fault in found.faults if complete or fault.code != "unknown-reference"]
    return plain, faults


@cache
def _looked_into(spec: KindSpec) -> Mapping[str, FieldSpec]:
    """Fields whose plain value needs work before pydantic sees it."""
    return {field.name: field for field in spec.declarable if field.ref or field.many == "map" or not field.nullable}


def _merged(spec: KindSpec, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """The layers as one, the strongest last: it replaces, but what has keys comes together key by key."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    if len(layers) > 1:
        for name in spec.mergeable & merged.keys():
            merged[name] = _together([layer[name] for layer in layers if name in layer])
    return merged


def _together(values: list[Any]) -> Any:
    """Mappings, the strongest last; below anything else (an explicit nothing) no layer counts."""
    made = values.pop()
    while values and isinstance(made, dict) and isinstance(values[-1], dict):
        made = {**values.pop(), **made}
    return made


class _Resolver:
    """References of one entity to paths; the reason why one leads nowhere is in `faults`."""

    def __init__(self, references: References, folder: str) -> None:
        self.references = references
        self.folder = folder
        self.faults: list[Fault] = []

    def path(self, field: FieldSpec, value: Any, at: tuple[str | int, ...]) -> Any:
        """The path that a value means."""
        if field.ref is None or not isinstance(value, str):
            return value
        found = self.references.resolve(field.ref, value, self.folder)
        if isinstance(found, Unresolved):
            self.faults.append(Fault(at, found.code, found.message, found.help))
            return f"?{value}"  # no path: what is written may look like one
        return found

    def group(self, field: FieldSpec, item: Any, at: tuple[str, str]) -> Any:
        """A group of fields, such as an interface, with paths and without explicit nothing."""
        if not isinstance(item, dict):
            return item
        made = dict(item)
        for inner in field.fields:
            if inner.name not in made:
                continue
            if made[inner.name] is None and not inner.nullable:
                del made[inner.name]
            elif inner.ref:
                made[inner.name] = self.path(inner, made[inner.name], (*at, inner.name))
        return made


def _diagnostic(origin: Origin, fault: Fault, address: Address | None) -> Diagnostic:
    """A fault at the place that can mend it: what is missing, at the group it is missing from (or its empty key)."""
    missing = fault.code == "missing-field"
    own = replace(origin, inherits=None) if len(fault.path) == 1 else origin  # a type's name is no name of its devices
    stands = own.stands(fault.path, key=True) if missing and fault.path else None
    path = fault.path[:-1] if missing and not stands else fault.path
    source, span = origin.find(*path, key=fault.on_key or missing)
    message = fault.message
    if source.hides(span) and not (fault.on_key or missing):
        message = "this value (a secret, not shown) is not allowed here"
    found = diagnostics.at(source, span, fault.code, message, help=fault.help)
    return found if address is None else replace(found, addresses=(str(address),))
