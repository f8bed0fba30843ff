"""Plain values to a kind's class and back: pydantic is the gate, and what it refuses is told in our words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails, ValidationError, to_json

from invgit.model import mend
from invgit.model.entity import Values
from invgit.model.fields import F, Fields, made, per_class
from invgit.model.gate import validator
from invgit.model.scalars import SLUG, kind_of, shown
from invgit.model.spec import FieldSpec, KindSpec, construct, record_fields
from invgit.text.words import a_

GUESSES = 30
"""So many times the word that was meant is looked for in one place: each look takes a moment."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a value is refused for. `path` leads to it from the entity; `on_key` says that the key itself is wrong.

    `right` is what was surely meant by the word `wrong`, where one was.
    """

    path: tuple[str | int, ...]
    code: str
    message: str
    help: str | None = None
    on_key: bool = False
    wrong: str = ""
    right: str | None = None


def check(spec: KindSpec, plain: Mapping[str, Any]) -> tuple[Values | None, list[Fault]]:
    """The object of the kind's class, or every reason why it cannot be made."""
    if not spec.computed.isdisjoint(plain):
        computed = [name for name in plain if name in spec.computed]
        rest = {name: value for name, value in plain.items() if name not in computed}
        message = "`{}` is computed, and not written in YAML"
        faults = [Fault((name,), "unknown-field", message.format(name), "delete it", on_key=True) for name in computed]
        return None, faults + check(spec, rest)[1]
    try:
        return made(spec.cls, validator(spec.cls).validate_python(plain)), []
    except ValidationError as error:
        return None, _faults(spec.declarable, a_(spec.name), error)


def checked(cls: type[F], name: str, plain: object) -> tuple[F | None, list[Fault]]:
    """The object of a class of fields that is no kind, called `name`; or every reason why it cannot be made."""
    try:
        return made(cls, validator(cls).validate_python(plain)), []
    except ValidationError as error:
        return None, _faults(record_fields(cls), name, error)


def restored(spec: KindSpec, plain_values: Mapping[str, Any]) -> Values:
    """The object that `plain` gave these values of, derived ones too. Raises ValueError for any that it cannot have.

    What a person may write goes through the gate again: the values come from a file that anybody may have changed.
    """
    written = {
        field.name: str(value).lower() if isinstance(value := plain_values.get(field.name), bool | int) else value
        for field in spec.stored
        if not field.derived and (field.nullable or field.name in plain_values)
    }
    checked, faults = check(spec, written)
    made: Values = construct(spec.cls, plain_values)
    if checked is None or plain(made) != plain_values:
        raise ValueError(faults[0].message if faults else "values of another form")
    for name, value in plain(checked).items():  # in free-form values, text may look like a number
        if not spec.by_name[name].derived and not spec.by_name[name].freeform and value != plain_values.get(name):
            raise ValueError(f"`{name}` is not in normal form")
    return made


def plain(values: Fields) -> dict[str, Any]:
    """The JSON form of stored values, under the names YAML gives them; what has no value is left out."""
    stored = _stored(type(values))
    made = dict(stored.usual)
    for attribute, value in vars(values).items():
        if field := stored.fields.get(attribute):
            made[field.name] = plain_of(field, value) if attribute in stored.inside else value
    return {name: value for name, value in made.items() if value is not None}


def decided(values: Fields) -> dict[str, Any]:
    """The JSON form of what somebody has said otherwise than the fields have it, or than is computed."""
    stored = _stored(type(values))
    return {
        field.name: plain_of(field, value) if attribute in stored.inside else value
        for attribute, value in vars(values).items()
        if (field := stored.fields.get(attribute)) and value != field.default and not field.derived
    }


def encoded(value: Any) -> str:
    """A plain value as JSON text (RFC 8259)."""
    return to_json(value).decode()


class _Stored(NamedTuple):
    """The fields of a class that are compared and kept, by attribute; and what they are without a word, by name."""

    fields: Mapping[str, FieldSpec]
    inside: frozenset[str]
    """Attributes of which the JSON form is another one: lists, and groups of fields."""
    usual: Mapping[str, Any]


@per_class
def _stored(cls: type[Fields]) -> _Stored:
    fields = {field.attribute: field for field in record_fields(cls) if not field.directive}
    inside = frozenset(name for name, field in fields.items() if field.record or field.many == "list")
    usual = {field.name: plain_of(field, field.default) for field in fields.values() if field.default is not None}
    return _Stored(fields, inside, usual)


def plain_of(field: FieldSpec, value: Any) -> Any:
    """The JSON form of the value of one field."""
    if value is None or field.many == "one":
        return plain(value) if value is not None and field.record else value
    if field.many == "map":
        return {key: plain(item) for key, item in value.items()} if field.record else value
    return [plain(item) for item in value] if field.record else list(value)


def did_you_mean(word: str, known: Sequence[str], *, likeness: float = 0.6) -> str | None:
    """The known word that was probably meant; `likeness` is difflib's ratio, from 0 to 1."""
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=likeness)
    return f"did you mean `{close[0]}`?" if close else None


def _faults(fields: tuple[FieldSpec, ...], owner: str, error: ValidationError) -> list[Fault]:
    """pydantic's findings in our words; one on a free-form mapping may be several, each at a place inside."""
    found: list[Fault] = []
    for at, details in enumerate(error.errors(include_url=False)):
        inside = details.get("ctx", {}).get("inside")
        if inside is None:
            found.append(_fault(fields, owner, details, guess=at < GUESSES))
        else:
            found += (Fault((*details["loc"], *path), details["type"], message) for path, message in inside)
    return found


def _fault(fields: tuple[FieldSpec, ...], owner: str, details: ErrorDetails, *, guess: bool) -> Fault:
    """pydantic's finding in our words; its own codes become ours, ours come through as they are."""
    path, kind, context = details["loc"], details["type"], details.get("ctx", {})
    on_key = bool(path) and path[-1] == "[key]"
    path = path[:-1] if on_key else path
    value = path[-1] if on_key and path else details["input"]
    field, known = _resolve(fields, path)
    what = (field.key if on_key and field else None) or (field.scalar if field else None)
    name = path[-1] if path else owner
    help: str | None
    if kind == "missing":
        missing = _of(known, name)
        return Fault(path, "missing-field", f"`{name}` is missing", f"`{name}`: {missing.help}" if missing else None)
    if kind == "extra_forbidden":
        names = [each.name for each in known] if guess else []
        help = _named_by_column(str(name), known) or (did_you_mean(str(name), names) if guess else None)
        help = help or _known_here(known)
        message = f"`{shown(str(name))}` is not a field of {_group(owner, path)}"
        right = mend.word(str(name), [*names, *_columns(known)]) if guess else None
        right = _columns(known).get(right or "", right)
        return Fault(path, "unknown-field", message, help, on_key=True, wrong=str(name), right=right)
    if kind == "literal_error" and field and isinstance(value, str):
        help, right = did_you_mean(value, field.choices), mend.word(value, field.choices)
        message = f"`{shown(value)}` is none of {', '.join(field.choices)}"
        return Fault(path, "bad-choice", message, help, wrong=value, right=right)
    if kind == "string_too_long":
        message = f"the text has {len(str(value)):,} characters; the limit is {context['max_length']:,}"
        return Fault(path, "bad-text", message, on_key=on_key)
    if kind == "string_too_short":
        return Fault(path, "bad-text", "the text is empty", "leave the field out, or write null", on_key=on_key)
    if kind == "string_pattern_mismatch":
        if context.get("pattern") == SLUG and what:
            message, right = f"`{shown(str(value))}` is not {what.what}", mend.slug(str(value))
            return Fault(path, "bad-slug", message, on_key=on_key, wrong=str(value), right=right)
        help = "text of one line, without blanks at its beginning or end"
        message, right = f"{_as_text(str(value))} is not one line of text", mend.value("bad-text", str(value), what)
        return Fault(path, "bad-text", message, help, on_key=on_key, wrong=str(value), right=right)
    if kind in _EXPECTED or kind in {"string_type", "literal_error"}:
        expected = _EXPECTED.get(kind) or (what.what if what else "text")
        message, help = f"expected {expected}, found {kind_of(value)}", _as_list(kind, value)
        right = f"[{value}]" if help and re.fullmatch(r"[A-Za-z0-9._-]+", str(value)) else None
        return Fault(path, "wrong-type", message, help, wrong=str(value), right=right)
    right = mend.value(kind, value, what) if isinstance(value, str) else None
    return Fault(path, kind, str(context.get("message", details["msg"])), on_key=on_key, wrong=str(value), right=right)


def _as_text(value: str) -> str:
    """A text in quotes, in which blanks and line breaks show; a long one cut."""
    return repr(value) if len(value) <= 40 else shown(value)


_EXPECTED = {
    "tuple_type": "a list",
    "dict_type": "a mapping",
}


def _as_list(kind: str, value: object) -> str | None:
    return f"write it as a list: [{shown(value)}]" if kind == "tuple_type" and isinstance(value, str) else None


def _resolve(
    fields: tuple[FieldSpec, ...], path: tuple[str | int, ...]
) -> tuple[FieldSpec | None, tuple[FieldSpec, ...]]:
    """The field a path leads to, and the fields that stand beside it."""
    field, beside, steps = None, fields, iter(path)
    for step in steps:
        field = _of(beside, step)
        if field is None:
            return None, beside
        if field.many != "one" and next(steps, None) is None:
            return field, beside
        if field.base == "record":
            beside = field.fields
    return field, beside


def _of(fields: tuple[FieldSpec, ...], name: str | int) -> FieldSpec | None:
    return _by_name(fields).get(name)


@cache
def _by_name(fields: tuple[FieldSpec, ...]) -> dict[str | int, FieldSpec]:
    return {field.name: field for field in fields}


@cache
def _known_here(fields: tuple[FieldSpec, ...]) -> str:
    names = [field.name for field in fields]
    return f"known here: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}"


@cache
def _columns(known: tuple[FieldSpec, ...]) -> dict[str, str]:
    """Fields by the database's columns, where these hold what is written in YAML."""
    return {each.column: each.name for each in known if each.base in {"scalar", "choice"} and each.column != each.name}


@cache
def _holders(known: tuple[FieldSpec, ...]) -> dict[str, FieldSpec]:
    """Fields by the columns that hold them, or what is inside of them."""
    return {
        column: each for each in reversed(known) for column in (*(inner.column for inner in each.fields), each.column)
    }


def _named_by_column(name: str, known: tuple[FieldSpec, ...]) -> str | None:
    """The field of which somebody wrote the database's column."""
    field = _holders(known).get(name)
    inner = next((each for each in field.fields if each.column == name), None) if field else None
    return f"write it as `{field.name}{f': {{{inner.name}: …}}' if inner else ''}`" if field else None


def _group(owner: str, path: tuple[str | int, ...]) -> str:
    above = ".".join(str(step) for step in path[:-1])
    return f"`{above}` of {owner}" if above else owner
