"""Values in normal form to what a person would have written for them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from invgit.model.spec import FieldSpec, KindSpec
from invgit.model.values import encoded
from invgit.text.document import Quoted, quoted

Written = Callable[[str, str], str]
"""The text that means a path, of a kind."""


def declared(fields: Iterable[FieldSpec], plain: Mapping[str, Any], reference: Written) -> dict[str, Any]:
    """Plain values (see `model.values.plain`) as a file declares them, in the order of the fields.

    Paths of other entities become what `reference` gives for a kind and a path. What is derived is left out.
    """
    return {
        field.name: _value(field, plain[field.name], reference)
        for field in fields
        if field.name in plain and not field.derived
    }


def _value(field: FieldSpec, value: Any, reference: Written) -> Any:
    if value is None:
        return None
    if field.many == "map":
        return {key: _one(field, item, reference) for key, item in value.items()}
    return [_one(field, item, reference) for item in value] if field.many == "list" else _one(field, value, reference)


def _one(field: FieldSpec, value: Any, reference: Written) -> Any:
    if field.record:
        return declared(field.fields, value, reference)
    if field.ref:
        return text(reference(field.ref, value))
    if field.base == "json":
        return freeform(value)
    return str(value).lower() if field.python is bool else str(value) if is_number(field) else text(str(value))


def is_number(field: FieldSpec) -> bool:
    """Whether other tools may take the bare value for a number, because it is one."""
    return field.python is int or (field.scalar is not None and field.scalar.sql.startswith("decimal"))


def text(value: str) -> str:
    """Text that stays text: in quotes where YAML's readers would type it."""
    return Quoted(value) if value == "null" else quoted(value)


def freeform(value: Any) -> Any:
    """A JSON value as free-form YAML: what looks like a number and is text stands in quotes."""
    if isinstance(value, dict):
        return {key: freeform(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [freeform(item) for item in value]
    return text(value) if isinstance(value, str) else value if value is None else encoded(value)


def placed(spec: KindSpec, before: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values in the order in which they stand, `before`; what is new comes where the spec has it among them."""
    names = [name for name in before if name in values]
    for name in sorted(values.keys() - set(names), key=lambda name: spec.order.get(name, len(spec.order))):
        rank = spec.order.get(name, len(spec.order))
        after = [at for at, each in enumerate(names) if spec.order.get(each, len(spec.order)) < rank]
        names.insert(after[-1] + 1 if after else 0, name)
    return {name: values[name] for name in names}
