"""Layers of declared values to one mapping that can be checked: the strongest counts, references become paths."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from invgit.model.layers import merged
from invgit.model.spec import FieldSpec, KindSpec
from invgit.model.values import Fault
from invgit.read.documents import Raw
from invgit.read.references import References, Unresolved


def prepared(
    raw: Raw, layers: list[dict[str, Any]], references: References, *, complete: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """One mapping of declared values, the strongest layer last; references become paths, explicit nothing is gone."""
    plain = merged(raw.spec, layers)
    path = raw.address.path
    folder = path if raw.spec.single else path.rpartition("/")[0]
    if None in plain.values():
        _without_nothing(raw.spec, plain)
    found: _Resolver | None = None
    work, known = _looked_into(raw.spec), references.known
    for name in filter(work.__contains__, tuple(plain)):
        field, value = work[name], plain[name]
        if field.ref:
            target = known.get((field.ref, value, folder)) if type(value) is str else None
            if type(target) is str:
                plain[name] = target
                continue
            found = found or _Resolver(references, folder)
            plain[name] = value if value is None else found.path(field, value, (name,))
        elif isinstance(value, dict):
            resolver = found = found or _Resolver(references, folder)
            plain[name] = {
                key: resolver.group(field, item, (name, key)) for key, item in value.items() if item is not None
            }
    if found is None or not found.faults:
        return plain, []
    # what a broken file would have named is not known
    return plain, [fault for fault in found.faults if complete or fault.code != "unknown-reference"]


def _without_nothing(spec: KindSpec, plain: dict[str, Any]) -> None:
    """A field that cannot be nothing is not said where it is said to be nothing."""
    for name in [name for name, value in plain.items() if value is None]:
        if name in spec.by_name and not spec.by_name[name].nullable:
            del plain[name]


@cache
def _looked_into(spec: KindSpec) -> Mapping[str, FieldSpec]:
    """Fields whose plain value needs work before pydantic sees it: references, and groups under keys of their own."""
    return {field.name: field for field in spec.declarable if field.ref or field.many == "map"}


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
            self.faults.append(Fault(at, found.code, found.message, found.help, wrong=value, right=found.right))
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
