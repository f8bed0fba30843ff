"""The quick reader of ordinary lines says what libyaml's events say, or nothing."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from support_texts import texts

from invgit.paths import EXAMPLE
from invgit.text import events, ordinary
from invgit.text.decode import refused_as_a_whole
from invgit.text.ordinary import Said
from invgit.text.tree import parse

CASES = Path(__file__).parent.parent / "cases"


def typed(made: Any) -> Any:
    """A value with the types and the order of everything in it."""
    if isinstance(made, dict):
        return [(key, typed(item)) for key, item in made.items()]
    return list(map(typed, made)) if isinstance(made, list) else (type(made).__name__, made)


def parts_of(text: str) -> list[str] | None:
    """What the quick reader hands on of a text; None when that is all of it. Where it answers, libyaml agrees."""
    handed: list[str] = []

    def part(lines: str, depth: int) -> Said | None:
        handed.append(lines)
        made = events.read(lines, depth)
        return Said(made.value, made.heads, made.names) if isinstance(made.value, dict) and not made.problems else None

    if refused_as_a_whole(text) or (said := ordinary.read(text, part)) is None:
        return None
    whole = events.read(text)
    assert not whole.problems
    assert typed(said.value or None) == typed(whole.value)
    assert said.heads.items() <= whole.heads.items()
    in_line = {keys for keys in whole.heads.keys() - said.heads.keys() if keys[:1] in said.heads}
    assert all(whole.heads[keys][0] == said.heads[keys[:1]][0] for keys in in_line)
    return handed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "---\na: 1",
        "devices:\n  nas:\n    name: NAS\n\n    # its place\n    zone: attic # under the roof\nzones: # later\n",
        "a:\r\n  b: c d\r\n  e: 'f: g'\r\n",
        "a:\n  mac: a0:1e:0b:00:00:01\n  ip: 10.0.0.1\n  link: https://example.com:80/x?y=1\n  t: -40 C\n",
        'a:\n  b: {c: d, e: [f, g h], i: {j: k}}\n  l: []\n  m: {}\n  n: [1, "2",]\n',
        "tags:\n- a\n- b c\nmore:\n  - 'd'\n  - null\nlast: 1\n",
        'port: "80"\nflag: \'true\'\nnothing: null\nnone:\nempty: ""\n',
        "a:\n    deep: 1\nb:\n  shallow: 2\n",
    ],
)
def test_ordinary_text_needs_nobody_else(text: str) -> None:
    assert parts_of(text) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a:\n  b: |\n    c: d\n\n    - e\n  f: g\n", ["  b: |\n    c: d\n\n    - e\n"]),
        ("a:\n  b: some\n    more\n  c: d\n", ["  b: some\n    more\n"]),
        ('a:\n  b: "\\u00e9"\n  c: d\n', ['  b: "\\u00e9"\n']),
        ("a:\n  b:\n  - c: d\n  - e\n  f: g\n", ["  b:\n  - c: d\n  - e\n"]),
        ("a:\n  b: {c: {d: {e: f}}}\n", ["  b: {c: {d: {e: f}}}\n"]),
        ("x:\n  a:\n    b: c\n    d: {e: f,\n      g: h}\n    i: j\n", ["    d: {e: f,\n      g: h}\n"]),
        ("a:\n  b: it's\n  c: 'it''s'\n", ["  c: 'it''s'\n"]),
        ("a:\n  b:\n    'a key': 1\n  c: d\n", ["  b:\n    'a key': 1\n"]),
        ("a:\n  b: |+\n    c\n\n", ["  b: |+\n    c\n\n"]),
        ("a:\n  b: >\n    c", ["  b: >\n    c"]),
        ("a:\n  b: x#y\n", ["  b: x#y\n"]),
    ],
)
def test_one_value_that_is_not_ordinary_is_read_elsewhere(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n", "- a\n", "a: 1\n b: 2\n", " a: 1\n", "a\n", "a: b: c\n", "a: {b: c\n}\n", "null: 1\n",
        "a: Null\n", "a: [b\n]\nc: d]\n", "a: 1\n---\nb: 2\n", "a: &x 1\n", "é: 1\n", "a:\n\tb: 1\n", "a: {b, c}\n",
        "a: b\n...\n", "a: 'b\nc: d'\n", "a: 1\n- b\n", "a: # b\rc: d\n",
        "x:\n  y:\r    z: 1\nb: 2\n", "x:\n  k:\n - i\n",
        "".join(f"{' ' * depth}a:\n" for depth in range(30)),
    ],
)  # fmt: skip
def test_what_may_be_wrong_is_left_alone(text: str) -> None:
    assert parts_of(text) is None


def test_the_example_is_ordinary() -> None:
    for path in sorted(EXAMPLE.rglob("*.yaml")):
        assert parts_of(path.read_text(encoding="utf-8")) is not None, path


def test_every_case_is_read_alike() -> None:
    read = [parts_of(path.read_bytes().decode(errors="replace")) for path in sorted(CASES.rglob("*.yaml"))]
    assert sum(parts is not None for parts in read) > 20


@given(texts())
def test_where_it_answers_it_answers_as_libyaml_does(text: str) -> None:
    parts_of(text)


@given(texts())
def test_what_is_read_does_not_depend_on_who_reads(text: str) -> None:
    if not refused_as_a_whole(text):
        either, whole = parse(text), events.read(text)
        assert (either.problems, either.broken) == (whole.problems, whole.broken)
        assert typed(either.value) == typed(whole.value)
