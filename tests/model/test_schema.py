"""The JSON Schemas: up to date, valid, and of one mind with the model."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invgit import config, read
from invgit.model.entity import Scope
from invgit.model.schema import documents
from invgit.model.spec import FieldSpec, KindSpec, specs
from invgit.paths import SCHEMAS
from invgit.plan import schema as plan_schema

ALL = {**documents(), "plan": plan_schema.schema(), "config": config.schema()}
FOLDERS = {Scope.CATALOG: "catalog", Scope.ORGANIZATION: "home", Scope.SITE: "home/house"}
NAMES = {Scope.CATALOG: "catalog", Scope.ORGANIZATION: "organization", Scope.SITE: "inventory"}

BEYOND_A_SCHEMA = {
    "bad-ip",  # what the numbers of an address mean
    "bad-cidr",
    "bad-mac",  # group addresses; digits that an editor takes for a number
    "bad-date",  # the calendar
    "bad-timezone",
    "bad-country",
    "bad-number",  # digits after the point
    "bad-integer",  # 5.0 is a whole number to JSON Schema, and text with a point here
    "bad-text",  # forms that an editor takes for a number
    "bad-slug",
    "unknown-reference",  # other files
    "wrong-kind",
}


@pytest.mark.parametrize("name", ALL)
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    committed = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert committed == ALL[name], "run `invgit schema`"


@pytest.mark.parametrize("name", ALL)
def test_each_schema_is_valid_under_its_metaschema(name: str) -> None:
    jsonschema.validators.validator_for(ALL[name]).check_schema(ALL[name])


@pytest.mark.parametrize("name", sorted(set(ALL) - {"plan"}))
def test_editors_know_the_dialect_of_what_people_write(name: str) -> None:
    """yaml-language-server and JetBrains speak draft-07, where nothing counts beside a `$ref`."""
    assert ALL[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    for schema in within(ALL[name]):
        assert "$ref" not in schema or set(schema) == {"$ref"}
        assert not {"$defs", "prefixItems", "dependentSchemas", "unevaluatedProperties"} & set(schema)


def within(schema: Any) -> Any:
    """Every mapping of a schema, itself too."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from within(inner)


SAMPLES: dict[str, Any] = {
    "a MAC address": "a0:1e:0b:00:00:01",
    "an IPv4 address": "10.0.0.5",
    "an IPv6 address": "fd00::5",
    "an IP address": "10.0.0.5",
    "an IPv4 network": "10.0.0.0/24",
    "an IPv6 network": "fd00::/64",
    "a date": "2026-03-31",
    "a moment": "2026-03-31T18:00:00Z",
    "a country": "US",
    "a currency": "USD",
    "a time zone": "Europe/Berlin",
    "a colour such as #1e90ff": "#1e90ff",
    "an EUI-64": "00:12:4b:00:1c:a1:b2:c3",
    "a Bluetooth address": "a0:1e:0b:00:00:01",
    "a link": "https://example.org",
    "true or false": True,
}


def sample(field: FieldSpec) -> Any:
    """A value that is right."""
    one: Any = "x"
    if field.record is not None:
        one = {inner.name: sample(inner) for inner in field.fields if inner.required}
    elif field.base == "choice":
        one = field.choices[0]
    elif field.base == "json":
        one = {"a": [1, "b", None, True]}
    elif field.python is int:
        one = 3
    elif field.scalar:
        one = SAMPLES.get(field.scalar.what, 3 if "number" in field.scalar.what else "x1")
    return {"list": [one], "map": {"k": one}, "one": one}[field.many]


def body(spec: KindSpec, **more: Any) -> dict[str, Any]:
    fields = {field.name: sample(field) for field in spec.declarable if field.required} | more
    return {spec.key: fields} if spec.single else {spec.key: {"it": fields}}


def model_codes(spec: KindSpec, document: dict[str, Any]) -> set[str]:
    """What the reader says of a document, written as JSON: a subset of YAML, typed as an editor types it."""
    path = f"{FOLDERS[spec.scopes[-1]]}/it.yaml"
    parsed = read.parse_files([read.RawFile(path, path, json.dumps(document).encode())])
    _, problems = read.build(parsed)
    return {problem.code for problem in (*parsed.problems, *problems)}


def schema_accepts(spec: KindSpec, document: dict[str, Any]) -> bool:
    validator = jsonschema.Draft7Validator(ALL[NAMES[spec.scopes[-1]]])
    return bool(validator.is_valid(document))


def agree(spec: KindSpec, document: dict[str, Any]) -> None:
    codes = model_codes(spec, document)
    accepted = schema_accepts(spec, document)
    if not codes:
        assert accepted, f"the schema refuses what the model accepts: {document}"
    elif accepted:
        assert codes <= BEYOND_A_SCHEMA, f"the schema accepts what the model refuses: {codes} {document}"


FIELDS = [(spec, field) for spec in specs().values() for field in spec.declarable]


@pytest.mark.parametrize(("spec", "field"), FIELDS, ids=lambda each: each.name)
def test_a_right_value_is_right_for_both(spec: KindSpec, field: FieldSpec) -> None:
    document = body(spec, **{field.name: sample(field)})
    assert model_codes(spec, document) <= {"unknown-reference", "wrong-kind"}
    assert schema_accepts(spec, document)


@pytest.mark.parametrize(("spec", "field"), FIELDS, ids=lambda each: each.name)
def test_every_field_has_an_example_that_is_right(spec: KindSpec, field: FieldSpec) -> None:
    assert field.example is not None
    document = body(spec, **{field.name: field.example})
    assert model_codes(spec, document) <= {"unknown-reference", "wrong-kind"}
    assert schema_accepts(spec, document)
    assert all(inner.example is not None for inner in field.fields)


@pytest.mark.parametrize("name", sorted(set(ALL) - {"plan"}))
def test_every_field_says_what_it_is_and_shows_a_value(name: str) -> None:
    for schema in within(ALL[name].get("definitions", ALL[name])):
        for key, field in schema.get("properties", {}).items():
            assert field["description"], key
            shown = [each["examples"] for each in (field, *referred(ALL[name], field)) if "examples" in each]
            assert shown, key


def referred(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The definitions that a field leads to."""
    names = [each["$ref"].removeprefix("#/definitions/") for each in within(schema) if "$ref" in each]
    return [document["definitions"][each] for each in names]


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5000, 5000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(
        ["", " x", "x ", "a b", "yes", "True", "null", "x" * 300, "10.0.0.1", "2026-01-01", "5", "-1", "Z", "static"]
    ),
    st.just([]),
    st.just({}),
    st.just(["x"]),
    st.just({"k": "x"}),
    st.just({"k": None}),
    st.just([None]),
    st.just({"value": "x"}),
    st.just([[1]]),
)


@settings(max_examples=1000)
@given(st.integers(0, len(FIELDS) - 1), ODD)
def test_schema_and_model_agree_on_odd_values(which: int, value: Any) -> None:
    spec, field = FIELDS[which]
    agree(spec, body(spec, **{field.name: value}))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"devices": None},
        {"devices": {}},
        {"devices": []},
        {"devices": {"it": None}},
        {"devices": {"It": {"name": "x", "type": "y"}}},
        {"devices": {"it": {"name": "x"}}},
        {"devices": {"it": {"name": "x"}}, "defaults": {"devices": {"type": "y"}}},
        {"devices": {"it": {"name": "x"}}, "defaults": {"devices": None}},
        {"defaults": {"devices": {"name": "x"}}},
        {"defaults": {"devices": {"waive": {"a": "b"}}}},
        {"defaults": {"site": {"type": "office"}}},
        {"site": {"name": "x"}},
        {"site": {}},
        {"site": None},
        {"deviecs": {}},
        {"devices": {"it": {"name": "x", "type": "y", "slug": "it"}}},
        {"connections": {"a--b": {"from": "a", "to": "b"}}},
        {"connections": {"a--b": {"source": "a", "to": "b"}}},
    ],
    ids=json.dumps,
)
def test_schema_and_model_agree_on_documents(document: dict[str, Any]) -> None:
    agree(specs()["device"], document)
