"""Fingerprints: the same for equal content, 128 bits, in hexadecimal. Whoever only checks files needs none."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b  # brings OpenSSL: three milliseconds
from typing import Any

from pydantic_core import to_json

from invgit.model.entity import AnyEntity
from invgit.model.fields import Fields, per_class
from invgit.model.spec import record_fields


def fingerprint(parts: Iterable[bytes]) -> str:
    """Of some bytes, wherever they are cut."""
    made = blake2b(digest_size=16)
    for part in parts:
        made.update(part)
    return made.hexdigest()


def digest(entity: AnyEntity) -> str:
    """Of the stored values of an entity: the same for equal values, however they were written."""
    special = _special(entity.values)
    for name in _grouped(type(entity.values)) & special.keys():
        special[name] = _open(special[name])
    return blake2b(to_json(special), digest_size=16).hexdigest()


def _special(values: Fields) -> dict[str, Any]:
    """The stored values that are not the class's own defaults, by attribute, in one order."""
    said, (without, usual) = vars(values), _unwritten(type(values))
    return {
        name: said[name]
        for name in sorted(said)
        if (said[name] is not None if name not in usual else said[name] != usual[name]) and name not in without
    }


@per_class
def _grouped(cls: type[Fields]) -> frozenset[str]:
    """The attributes that hold groups of fields."""
    return frozenset(field.attribute for field in record_fields(cls) if field.record)


def _open(value: Any) -> Any:
    """Groups of fields as mappings: what is said in them, which is in one order (see `made_alike`)."""
    if isinstance(value, tuple):
        return [vars(item) for item in value]
    return {key: vars(item) for key, item in value.items()} if isinstance(value, dict) else vars(value)


@per_class
def _unwritten(cls: type[Fields]) -> tuple[frozenset[str], Mapping[str, Any]]:
    """The attributes that are not stored, and the defaults of all others that have one which is not None."""
    fields = record_fields(cls)
    usual = {field.attribute: field.default for field in fields if field.default is not None}
    return frozenset(field.attribute for field in fields if field.directive), usual
