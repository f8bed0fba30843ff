"""Ways into the values of a kind, as people write them: `zone`, `refs.homeseer`, `interfaces.eth1.mac`."""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from invgit.errors import UsageError
from invgit.model.fields import Fields
from invgit.model.spec import FieldSpec, KindSpec
from invgit.model.values import did_you_mean, plain_of
from invgit.text.words import a_


class FieldPath(NamedTuple):
    """The field of the kind, the keys below it, and the field at the end: None within what is free-form."""

    text: str
    field: FieldSpec
    keys: tuple[str, ...] = ()
    leaf: FieldSpec | None = None

    def of(self, values: Fields) -> Any:
        """The plain value there; None where there is none."""
        return _walk(plain_of(self.field, getattr(values, self.field.attribute)), self.keys)


def field_path(spec: KindSpec, text: str) -> FieldPath:
    """What a path of words and dots leads to. Raises UsageError where a word is no field, with the likely one."""
    name, dot, rest = text.partition(".")
    field = field_of(spec.fields, name, f"a field of {a_(spec.name)}")
    if not dot:
        return FieldPath(text, field, (), None if field.freeform else field)
    keys, leaf = _below(field, rest)
    return FieldPath(text, field, keys, leaf)


def inside(field: FieldSpec, value: Any) -> Iterator[tuple[tuple[str, ...], FieldSpec | None, Any]]:
    """The single values inside the plain value of a field: the keys to each below it, its own field, the value.

    A list is one value, and so is what is empty.
    """
    if field.many == "map" and value:
        for key, item in value.items():
            yield from (((key, *keys), leaf, each) for keys, leaf, each in _one(field, item))
    else:
        yield from _one(field, value)


def _one(field: FieldSpec, value: Any) -> Iterator[tuple[tuple[str, ...], FieldSpec | None, Any]]:
    if field.record and isinstance(value, Mapping) and field.many != "list":
        for each in field.fields:
            if value.get(each.name) is not None:
                found = inside(each, value[each.name])
                yield from (((each.name, *keys), leaf, item) for keys, leaf, item in found)
    elif field.freeform and isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from (((key, *keys), None, each) for keys, _, each in _one(field, item))
    else:
        yield (), None if field.freeform else field, value


def sort_key(value: Any, field: FieldSpec | None) -> tuple[Any, ...]:
    """A key by which values of a field stand as people expect: addresses and numbers by size; what is absent, last."""
    if value is None or value in ([], {}, ()):
        return (3,)
    if isinstance(value, bool | int | float):
        return (0, float(value))
    scalar = field.scalar if field else None
    if isinstance(value, str) and scalar and scalar.sql == "inet":
        return (0, ipaddress.ip_address(value).version, int(ipaddress.ip_address(value)))
    if isinstance(value, str) and scalar and scalar.sql == "macaddr":
        return (1, ((0, 0, value),))
    return (1, natural(value if isinstance(value, str) else str(value)))


def natural(text: str) -> tuple[Any, ...]:
    """Text in pieces, the numbers in it compared as numbers: `rack-2` before `rack-10`."""
    pieces = re.split(r"([0-9]{1,18})", text.casefold())
    return tuple((0, int(piece), piece) if piece.isdecimal() and piece.isascii() else (1, 0, piece) for piece in pieces)


def _below(field: FieldSpec, rest: str) -> tuple[tuple[str, ...], FieldSpec | None]:
    """The keys that a path means below a field, and the field at its end. A key of a map may have dots in it."""
    if field.many == "map":
        above, dot, last = rest.rpartition(".")
        inner = next((each for each in field.fields if each.name == last), None)
        return ((above, last), inner) if dot and inner else ((rest,), None if field.record else field)
    if field.base == "json":
        return tuple(rest.split(".")), None
    if field.record is None or field.many == "list":
        raise UsageError(f"there is nothing below the field `{field.name}`", help=f"name it alone: `{field.name}`")
    return (rest,), field_of(field.fields, rest, f"a field of `{field.name}`")


def field_of(fields: Sequence[FieldSpec], name: str, what: str) -> FieldSpec:
    """The field of a name. Raises UsageError where it is not `what` it should be, with the likely one."""
    names = [field.name for field in fields]
    if name not in names:
        known = f"known here: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}"
        raise UsageError(f"`{name}` is not {what}", help=did_you_mean(name, names) or known)
    return fields[names.index(name)]


def _walk(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands below a value: a key may be several words with dots between them, an item of a list its number."""
    if not keys:
        return value
    if isinstance(value, list):
        number = int(keys[0]) if re.fullmatch(r"[0-9]{1,9}", keys[0], re.ASCII) else len(value)
        return _walk(value[number], keys[1:]) if number < len(value) else None
    if isinstance(value, Mapping):
        for count in range(len(keys), 0, -1):
            key = ".".join(keys[:count])
            if key in value:
                return _walk(value[key], keys[count:])
    return None
