"""Schema and model are of one mind about whole documents, right ones and nearly right ones, as editors type them."""

import json
import re
from functools import cache
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from support_damage import spoilt
from support_strategies import SEEDS, Tree, trees
from support_writing import split, with_defaults
from test_schema import ALL, BEYOND_A_SCHEMA

from invgit import read

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_OTHER_FILES = {"unknown-reference", "wrong-kind", "duplicate-entity"}
_NOT_OF_THE_FORM = {"secret", "bad-character", "key-without-value"}
"""What is refused in any document, whatever its fields: no schema of fields can say it."""


@cache
def validator(name: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(ALL[name])


def schema_of(path: str) -> str:
    """The schema for the place of a file."""
    return "catalog" if path.startswith("catalog/") else "organization" if path.count("/") == 1 else "inventory"


def typed(value: Any) -> Any:
    """A document as somebody writes it who quotes nothing that need not be: an editor sees numbers and flags."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, str) and (value in {"true", "false"} or _NUMBER.fullmatch(value)):
        return json.loads(value)
    return value


def refused(path: str, document: dict[str, Any]) -> set[str]:
    """What the reader says of one file."""
    parsed = read.parse_files([read.RawFile(path, path, json.dumps(document, ensure_ascii=False).encode())])
    _, problems = read.build(parsed)
    return {problem.code for problem in (*parsed.problems, *problems)}


@pytest.mark.parametrize("as_seen", [lambda value: value, typed], ids=["quoted", "bare"])
@given(documents=trees(), seed=SEEDS)
def test_a_right_file_is_right_for_both(as_seen: Any, documents: Tree, seed: int) -> None:
    chance = Random(seed)
    for path, document in with_defaults(chance, split(chance, documents)).items():
        made = as_seen(document)
        assert refused(path, made) <= _OTHER_FILES
        assert not list(validator(schema_of(path)).iter_errors(made))


@given(documents=trees(), seed=SEEDS)
def test_a_nearly_right_file_is_judged_alike_by_both(documents: Tree, seed: int) -> None:
    for path, document in spoilt(Random(seed), documents).items():
        made = typed(document) if seed % 2 else document
        codes = refused(path, made)
        if codes & _NOT_OF_THE_FORM:
            continue
        accepted = validator(schema_of(path)).is_valid(made)
        if not codes:
            assert accepted, next(validator(schema_of(path)).iter_errors(made))
        elif accepted:
            assert codes <= BEYOND_A_SCHEMA | _OTHER_FILES, path
