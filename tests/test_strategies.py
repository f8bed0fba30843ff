"""The inventories that laws are tested with have everything: no field, no kind, no way to say nothing is left out."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from support_cases import compile_files
from support_strategies import Tree, as_json, tree

from invgit.diagnostics import Severity
from invgit.model.derive import derive
from invgit.model.spec import FieldSpec, KindSpec, specs

SEEDS = range(250)


@cache
def trees() -> list[Tree]:
    return [tree(seed, seed % 60, seed % 10, protect=seed % 2 == 0) for seed in SEEDS]


def entities(documents: Tree) -> Iterator[tuple[KindSpec, dict[str, Any]]]:
    keys = {spec.key: spec for spec in specs().values()}
    for document in documents.values():
        for key, content in document.items():
            for fields in [content] if keys[key].single else content.values():
                yield keys[key], fields


def said(fields: tuple[FieldSpec, ...], values: Any, above: str) -> Iterator[tuple[str, str]]:
    """For each field, also of groups, whether it has a value, is nothing, or is absent."""
    for field in fields:
        name = f"{above}.{field.name}"
        found = values.get(field.name, ...)
        yield name, "absent" if found is ... else "nothing" if found is None else "value"
        if field.record is not None and found:
            for group in found.values() if found is not ... and field.many == "map" else [found]:
                if isinstance(group, dict):
                    yield from said(field.fields, group, name)


def test_every_field_of_every_kind_is_there_and_is_not() -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for documents in trees():
        for spec, values in entities(documents):
            for name, how in said(spec.declarable, values, spec.name):
                found[name][how] += 1
    wanted = {
        f"{spec.name}.{field.name}{inner}": field
        for spec in specs().values()
        for field in spec.declarable
        for inner in ["", *(f".{each.name}" for each in field.fields)]
    }
    assert found.keys() == wanted.keys()
    without = [name for name, ways in found.items() if not ways["value"]]
    always = [name for name, ways in found.items() if not ways["absent"] and name.count(".") == 1]
    never = [name for name, ways in found.items() if not ways["nothing"] and name.count(".") == 1]
    required = {f"{spec.name}.{field.name}" for spec in specs().values() for field in spec.declarable if field.required}
    assert without == []
    assert set(always) == required
    assert set(never) == required | {f"{spec}.renamed_from" for spec in specs()}


def test_they_compile_without_errors_and_have_every_computed_field() -> None:
    derived: set[str] = set()
    kinds: Counter[str] = Counter()
    for documents in trees():
        compiled = compile_files(as_json(documents))
        assert [each for each in compiled.diagnostics if each.severity is Severity.ERROR] == []
        for entity in derive(compiled.inventory):
            spec = specs()[entity.address.kind]
            kinds[spec.name] += 1
            derived |= {f"{spec.name}.{name}" for name in spec.computed if getattr(entity.values, name)}
    assert derived == {f"{spec.name}.{name}" for spec in specs().values() for name in spec.computed}
    assert min(kinds[spec] for spec in specs()) > 50
