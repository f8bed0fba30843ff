"""Schemas that know what there is: of one mind with the compiler about references, whatever slugs look like."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from support_strategies import Tree, trees
from test_schema_laws import refused, schema_of

from invgit import read
from invgit.model import live
from invgit.model.live import Named
from invgit.model.schema import documents
from invgit.model.spec import specs

STATIC = documents()
ODD_SLUGS = ["24", "007", "0x1f", "0o17", "1e3", "9e999", "true", "false", "no", "9" * 40]


def known(tree: Tree) -> dict[str, Any]:
    """The live schemas of a tree."""
    files = [
        read.RawFile(path, path, json.dumps(document, ensure_ascii=False).encode())
        for path, document in sorted(tree.items())
    ]
    parsed = read.parse_files(files)
    named = [Named(address, address.slug.upper()) for address in parsed.entities]
    return live.live(STATIC, named, parsed.folders)


def validator(schemas: dict[str, Any], path: str) -> jsonschema.Draft7Validator:
    """What an editor checks a file with; schemas refer to one another by their places."""
    folders = path.split("/")[:-1]
    name = live.CATALOG if schema_of(path) == "catalog" else live.organization_file(folders[0])
    name = live.site_file("/".join(folders[:2])) if schema_of(path) == "inventory" else name
    there = [(f"file:///{each}", Resource(schema, DRAFT7)) for each, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(there)
    return jsonschema.Draft7Validator({"$ref": f"file:///{name}"}, registry=registry)


@given(tree=trees())
def test_what_the_compiler_takes_is_taken(tree: Tree) -> None:
    schemas = known(tree)
    for schema in schemas.values():
        jsonschema.Draft7Validator.check_schema(schema)
        assert_enums(schema)
    for path, document in tree.items():
        assert not refused(path, document) - {"unknown-reference", "wrong-kind", "duplicate-entity"}
        assert [error.message for error in validator(schemas, path).iter_errors(document)] == []


def assert_enums(schema: Any) -> None:
    """draft-07 asks that an `enum` has values and none twice; yaml-language-server takes no schema otherwise."""
    if isinstance(schema, dict):
        values = schema.get("enum")
        assert values != []
        if isinstance(values, list):
            assert len({json.dumps(1.0 * each if type(each) is int else each) for each in values}) == len(values)
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        assert_enums(inner)


HOME = {
    "catalog/c.yaml": {"categories": {"water": {"name": "W"}}, "device_types": {"pump": {"name": "P"}}},
    "o/o.yaml": {"organization": {"name": "O"}, "networks": {"vpn": {"name": "V"}}},
    "o/a/a.yaml": {
        "site": {"name": "A"},
        "zones": {"kitchen": {"name": "K"}},
        "networks": {"lan": {"name": "L"}},
        "vlans": {"iot": {"name": "I", "vlan_id": 2}},
        "devices": {"hub": {"name": "H", "type": "x"}, "tv": {"name": "T", "type": "x"}},
    },
    "o/b/b.yaml": {"site": {"name": "B"}, "zones": {"shed": {"name": "S"}}, "devices": {"nas": {"name": "N"}}},
    "p/q/q.yaml": {"site": {"name": "Q"}, "devices": {"far": {"name": "F", "type": "x"}}},
}


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("zone", ["kitchen", "a/kitchen"], ["kitchne", "shed", "b/shed", "hub", "vpn", "c/kitchen"]),
        ("network", ["lan", "vpn", "a/lan"], ["wan", "b/lan", "o/vpn"]),
        ("category", ["water"], ["wine", "a/water"]),
        ("type", ["pump", "a pump of my own", 3], [[], {}]),
    ],
)
def test_a_reference_is_to_what_there_is(field: str, right: list[Any], wrong: list[Any]) -> None:
    check = validator(known(Tree(HOME)), "o/a/more.yaml")
    for value in right:
        assert check.is_valid({"devices": {"new": {"name": "N", "type": "x", field: value}}}), value
    for value in wrong:
        assert not check.is_valid({"devices": {"new": {"name": "N", "type": "x", field: value}}}), value


def test_devices_may_be_of_other_sites_of_the_organization() -> None:
    check = validator(known(Tree(HOME)), "o/a/more.yaml")
    for end, accepted in {"tv": True, "b/nas": True, "a/tv": True, "nas": False, "q/far": False, "far": False}.items():
        assert check.is_valid({"connections": {"x": {"from": "hub", "to": end}}}) is accepted, end


def test_what_stays_in_its_site_is_what_the_rules_say() -> None:
    from invgit.pipeline import rules

    told = {rule.code.removeprefix("foreign-") for rule in rules() if rule.code.startswith("foreign-")}
    referred = {field.ref for spec in specs().values() for field in spec.declarable if field.ref}
    inside = {spec.name for spec in specs().values() if "SITE" in str(spec.scopes) and not spec.cls.crosses}
    assert told & set(specs()) == referred & inside


@pytest.mark.parametrize("slug", ODD_SLUGS)
def test_a_slug_that_editors_type_is_the_same_bare_and_in_quotes(slug: str) -> None:
    import yaml

    tree = Tree({"o/a/a.yaml": {"site": {"name": "A"}, "zones": {slug: {"name": "Z"}}}})
    check = validator(known(tree), "o/a/a.yaml")
    bare = {"9e999": float("inf"), "0o17": 15, "1e3": 1000.0, "007": 7, "no": "no"}.get(slug)
    bare = yaml.safe_load(slug) if bare is None else bare  # YAML 1.2's core schema, where it differs from 1.1
    for value in (slug, *([] if slug in {"9e999", "9" * 40} else [bare])):
        assert check.is_valid({"devices": {"d": {"name": "D", "type": "x", "zone": value}}}), value


def test_slugs_that_editors_take_for_the_same_stand_once() -> None:
    zones = {slug: {"name": "Z"} for slug in ("1", "01", "0x1", "1e0", "true", "1000", "1e3")}
    schemas = known(Tree({"o/a/a.yaml": {"site": {"name": "A"}, "zones": zones}}))
    assert_enums(schemas)
    check = validator(schemas, "o/a/a.yaml")
    for value in (1, 1000, True, "1e3"):
        assert check.is_valid({"devices": {"d": {"name": "D", "type": "x", "zone": value}}}), value
    assert not check.is_valid({"devices": {"d": {"name": "D", "type": "x", "zone": False}}})


def test_where_there_is_nothing_yet_nothing_can_be_named() -> None:
    schemas = known(Tree({"o/a/a.yaml": {"site": {"name": "A"}}}))
    assert_enums(schemas)
    check = validator(schemas, "o/a/a.yaml")
    assert check.is_valid({"devices": {"d": {"name": "D", "type": "x"}}})
    assert not check.is_valid({"devices": {"d": {"name": "D", "type": "x", "zone": "kitchen"}}})


def test_very_many_names_are_not_listed() -> None:
    devices = {f"d{number}": {"name": "D", "type": "x"} for number in range(live.MOST + 1)}
    check = validator(known(Tree({"o/a/a.yaml": {"site": {"name": "A"}, "devices": devices}})), "o/a/more.yaml")
    assert check.is_valid({"connections": {"x": {"from": "d1", "to": "anything"}}})
    assert not check.is_valid({"connections": {"x": {"from": "d1", "to": "No slug"}}})
