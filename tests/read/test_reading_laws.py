"""What changes nothing: the order of files and keys, where a file is split, comments, quotes, line breaks; and that no
text whatever is neither understood nor refused."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_cases import codes, compile_text
from support_dump import dumped
from support_edits import entities
from support_inventory import between, read_and_checked, understood
from support_strategies import SEEDS, Tree, as_json, trees
from support_writing import Writer, shuffled, split, with_defaults, written

from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.plan.changes import as_json as plan_form


def same(one: Inventory, other: Inventory) -> None:
    """Equal in every digest, and nothing to plan between them."""
    assert one.digests == other.digests
    assert between(one, other).empty
    assert between(other, one).empty


@pytest.mark.parametrize("rearranged", [split, with_defaults, shuffled])
@given(documents=trees(), seed=SEEDS)
def test_where_things_stand_does_not_matter(rearranged: Any, documents: Tree, seed: int) -> None:
    """Entities in other files, alone or together; what they share said once; keys in another order."""
    same(understood(as_json(documents)), understood(as_json(rearranged(Random(seed), documents))))


@given(trees(), SEEDS)
def test_how_values_are_written_does_not_matter(documents: Tree, seed: int) -> None:
    """Blocks and braces, quotes and none, comments, CRLF, a byte order mark."""
    writer = Writer(Random(seed))
    same(
        understood(as_json(documents)),
        understood({path: writer.document(document) for path, document in documents.items()}),
    )


@given(trees(), trees(), SEEDS)
def test_no_style_changes_a_plan(first: Tree, second: Tree, seed: int) -> None:
    """All of it at once: the plan is the same in every byte, but for the places it names."""
    before = understood(as_json(first))
    told = []
    for files in (as_json(second), written(Random(seed), second)):
        form = plan_form(between(before, understood(files)))
        for change in (*form["changes"], *form["protected"]):
            del change["source"]
            for field in change["fields"].values():
                field.pop("source", None)
        told.append(json.dumps(form))
    assert told[0] == told[1]


@given(trees())
def test_what_is_read_can_be_written_and_read_again(documents: Tree) -> None:
    """Effective values, written out one by one: no default, no device type, and still the same."""
    inventory = understood(as_json(documents))
    again = understood(as_json(dumped(inventory)))
    same(inventory, again)
    assert dumped(again) == dumped(inventory)


@given(trees(), SEEDS)
def test_a_wrong_value_is_one_error_and_no_other(documents: Tree, seed: int) -> None:
    """What hangs on it is not complained of: a device with a fault is compared with what is right of it."""
    chance = Random(seed)
    devices = [found.fields for found in entities(documents, "device")]
    if devices:
        fields = chance.choice(devices)
        name = chance.choice([field.name for field in specs()["device"].declarable])
        kept = fields.get(name, ...)
        fields[name] = [["x"]]
        _, errors = read_and_checked(as_json(documents))
        del fields[name]
        if kept is not ...:
            fields[name] = kept
        assert {(each.code, each.severity.value) for each in errors} == {("wrong-type", "error")}


_PIECES = [
    b"devices", b"site", b"defaults", b"waive", b"interfaces", b"nas", b"name", b"type", b"network", b"refs", b"a",
    b": ", b":\n  ", b":\n    ", b"\n", b"\n  ", b"{", b"}", b"[", b"]", b", ", b"'", b'"', b"- ", b"password",
    b"&x", b"*x", b"10.0.0.1/24", b"null", b"\xff", b"\x00", "é".encode(), b"#", b"!", b"://u:p@", b"house/nas",
]  # fmt: skip
_BYTES = st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(_PIECES), max_size=30).map(b"".join))


@given(_BYTES, st.sampled_from(["home/house/x.yaml", "home/x.yaml", "catalog/x.yaml", "x.yaml"]))
def test_any_bytes_are_understood_or_refused(data: bytes, path: str) -> None:
    for each in compile_text(data, path).diagnostics:
        assert each.place.line >= 1
        assert each.place.column >= 1
        assert each.line is None or each.place.column <= len(each.line) + 1


_ANY = st.recursive(
    st.sampled_from([None, "", "x", "1", "null", "10.0.0.0/24", "house/x", "2020-01-01", "a" * 300]),
    lambda some: st.lists(some, max_size=2)
    | st.dictionaries(
        st.sampled_from(sorted({field.name for spec in specs().values() for field in spec.fields})), some
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*(spec.key for spec in specs().values()), "defaults"]), _ANY))
def test_any_shape_is_understood_or_refused(document: dict[str, Any]) -> None:
    for path in ("home/house/x.yaml", "home/x.yaml", "catalog/x.yaml"):
        assert codes(compile_text(json.dumps(document), path)) is not None
