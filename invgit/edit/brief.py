"""Values as a person would write them: without what goes without saying, groups in their short form."""

from collections.abc import Iterable, Mapping
from typing import Any

from invgit.edit.declared import Written, declared
from invgit.model.spec import FieldSpec


def briefly(fields: Iterable[FieldSpec], plain: Mapping[str, Any], reference: Written) -> dict[str, Any]:
    """`declared`, of plain values that somebody decided: what a group of fields says anyway is left out of it."""
    known = {field.name: field for field in fields}
    said = declared(known.values(), {name: _group(known[name], value) for name, value in plain.items()}, reference)
    return {name: _short(known[name], value) for name, value in said.items()}


def _group(field: FieldSpec, value: Any) -> Any:
    if not field.record or value is None:
        return value
    if field.many == "map":
        return {key: _said(field, item) for key, item in value.items()}
    return [_said(field, item) for item in value] if field.many == "list" else _said(field, value)


def _said(field: FieldSpec, group: Mapping[str, Any]) -> dict[str, Any]:
    usual = {inner.name: inner.default for inner in field.fields}
    return {name: value for name, value in group.items() if value != usual[name]}


def _short(field: FieldSpec, value: Any) -> Any:
    """Of a group of which one field is said, that field alone."""
    if not field.short or field.many != "map" or not value:
        return value
    return {key: item[field.short] if item.keys() == {field.short} else item for key, item in value.items()}
