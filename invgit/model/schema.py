"""Specs to JSON Schema: what editors and other people's tools know of the YAML files.

Editors type YAML 1.2 themselves, so a serial 12345 is a number to them: the schemas accept what the compiler
accepts. A field that a file's `defaults:` can give is required only where that file gives none.

They are JSON Schema draft-07, which is what editors understand (yaml-language-server, JetBrains): nothing there counts
beside a `$ref`. Each kind that can be referred to has a definition of its own, which `live` puts actual slugs into.
"""

import inspect
from typing import Any, Literal

from invgit.model.entity import Scope
from invgit.model.fields import Fields
from invgit.model.scalars import CONNECTION_SLUG, SLUG
from invgit.model.spec import FieldSpec, KindSpec, leaves, record_fields, specs

DIALECT = "http://json-schema.org/draft-07/schema#"
_TEXT = ["string", "number", "boolean"]
_REFERENCE = {"type": _TEXT, "pattern": "^[a-z0-9-]+(/[a-z0-9-]+)?$"}


def documents() -> dict[str, dict[str, Any]]:
    """One schema for each place a file can have, by its name."""
    return {
        "inventory": _document(Scope.SITE, "A file of a site"),
        "organization": _document(Scope.ORGANIZATION, "A file of an organization, beside its sites"),
        "catalog": _document(Scope.CATALOG, "A file of the catalog"),
    }


def _document(scope: Scope, title: str) -> dict[str, Any]:
    kinds = [spec for spec in specs().values() if scope in spec.scopes]
    properties: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    required: list[dict[str, Any]] = []
    for spec in kinds:
        properties[spec.key] = _single(spec) if spec.single else _or_null(_many(spec))
        if not spec.single:
            defaults[spec.key] = _or_null(_record(_inheritable(spec), spec.help))
            required += _required_unless_default(spec)
    properties["defaults"] = _or_null(
        {
            "type": "object",
            "description": "Values for the entities of this file.",
            "properties": defaults,
            "additionalProperties": False,
        }
    )
    document = {
        "$schema": DIALECT,
        "title": title,
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
        "definitions": {
            **{spec.name: _record(spec.declarable, spec.help) for spec in kinds},
            **{reference(kind): {**_REFERENCE, **_shown(kind)} for kind in _named(kinds, "ref")},
            **{offer(kind): {"type": _TEXT, **_shown(kind)} for kind in _named(kinds, "offers")},
        },
    }
    return {**document, "allOf": required} if required else document


def record(cls: type[Fields]) -> dict[str, Any]:
    """The schema of a class of fields that is no kind: a section of the settings, or nothing."""
    fields = record_fields(cls)
    made = _record(fields, inspect.cleandoc(cls.__doc__ or ""))
    return _or_null({**made, "examples": [{field.name: field.example for field in fields}]})


def reference(kind: str) -> str:
    """The definition of what refers to an entity of a kind."""
    return f"{kind}-reference"


def offer(kind: str) -> str:
    """The definition of what may be the slug of an entity of a kind, or a word of one's own."""
    return f"{kind}-or-word"


def _shown(kind: str) -> dict[str, Any]:
    return {"examples": [specs()[kind].cls.example]}


def _named(kinds: list[KindSpec], role: Literal["ref", "offers"]) -> list[str]:
    """The kinds that fields of these kinds speak of."""
    fields = [leaf for spec in kinds for _, leaf in leaves(spec.declarable)]
    return sorted({kind for field in fields if (kind := getattr(field, role))})


def _single(spec: KindSpec) -> dict[str, Any]:
    required = [field.name for field in spec.declarable if field.required]
    return {"allOf": [_defined(spec.name), {"required": required}]}


def _many(spec: KindSpec) -> dict[str, Any]:
    slug = CONNECTION_SLUG if spec.name == "connection" else SLUG
    return {
        "type": "object",
        "description": spec.help,
        "propertyNames": {"pattern": slug, "maxLength": 100},
        "additionalProperties": (
            {"allOf": [_defined(spec.name), {"required": ["name"]}]} if "name" in spec.by_name else _defined(spec.name)
        ),
    }


def _defined(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{name}"}


def _inheritable(spec: KindSpec) -> tuple[FieldSpec, ...]:
    return tuple(field for field in spec.declarable if not field.directive and field.name != "name")


def _required_unless_default(spec: KindSpec) -> list[dict[str, Any]]:
    """For each required field: either the file's defaults have it, or every entity of the file."""
    return [
        {
            "anyOf": [
                _nested(["defaults", spec.key], {"type": "object", "required": [field.name]}),
                {"properties": {spec.key: {"additionalProperties": {"required": [field.name]}}}},
            ]
        }
        for field in _inheritable(spec)
        if field.required
    ]


def _nested(keys: list[str], inner: dict[str, Any]) -> dict[str, Any]:
    for key in reversed(keys):
        inner = {"type": "object", "required": [key], "properties": {key: inner}}
    return inner


def _record(fields: tuple[FieldSpec, ...], help: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": help,
        "properties": {field.name: _described(field) for field in fields},
        "additionalProperties": False,
    }


def _described(field: FieldSpec) -> dict[str, Any]:
    schema = _field(field)
    about: dict[str, Any] = {"description": field.help}
    if not (field.ref or field.offers):  # the definition shows what can really be written
        about["examples"] = [field.example]
    return {**about, "allOf": [schema]} if "$ref" in schema else {**about, **schema}


def _field(field: FieldSpec) -> dict[str, Any]:
    """A field with its many or one; nothing at all may stand wherever an entity need not say anything."""
    one = _one(field)
    if field.many == "list":
        one = {"type": "array", "items": one}
    elif field.many == "map":
        key = field.key.schema if field.key else {}
        names = {name: key[name] for name in ("pattern", "maxLength") if name in key}
        one = {"type": "object", "propertyNames": names, "additionalProperties": _or_null(one)}
    return one if field.required else _or_null(one)


def _one(field: FieldSpec) -> dict[str, Any]:
    if field.record is not None:
        made = _record(field.fields, "")
        made.pop("description")
        needed = [inner.name for inner in field.fields if inner.required]
        made = {**made, "required": needed} if needed else made
        short = next((inner for inner in field.fields if inner.name == field.short), None)
        return {"anyOf": [_one(short), made]} if short else made
    if field.ref:
        return _defined(reference(field.ref))
    if field.base == "choice":
        return {"enum": list(field.choices)}
    if field.base == "json":
        return {"type": "object"}
    made = dict(field.scalar.schema) if field.scalar else {}
    return {"anyOf": [_defined(offer(field.offers)), made]} if field.offers else made


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or nothing."""
    kinds = schema.get("type")
    if isinstance(kinds, str) and "enum" not in schema:
        return {**schema, "type": [kinds, "null"]}
    if isinstance(kinds, list):
        return {**schema, "type": [*kinds, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
