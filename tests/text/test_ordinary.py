"""The quick reader of ordinary lines says what libyaml's events say, or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invgit.paths import EXAMPLE
from invgit.text import ordinary
from invgit.text.decode import refused_as_a_whole
from invgit.text.ordinary import Said
from invgit.text.tree import from_events, parse

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
        made = from_events(lines)
        return Said(made.value, made.heads) if isinstance(made.value, dict) and not made.problems else None

    if refused_as_a_whole(text) or (said := ordinary.read(text, part)) is None:
        return None
    whole = from_events(text)
    assert not whole.problems
    assert typed(said.value or None) == typed(whole.value)
    assert said.heads == whole.heads
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
        ("a:\n  b: it's\n  c: 'it''s'\n", ["  c: 'it''s'\n"]),
        ("a: {b: c}\nd: e\n", ["a: {b: c}\n"]),
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
        "a: b\n...\n", "a: 'b\nc: d'\n", "a: 1\n- b\n", "a: # b\rc: d\n", "x:\n  k:\n - i\n",
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


_VALUES = [
    "", "x", "80", "null", "a b", "a:b", "'q'", '"d"', "'80'", '"true"', "{}", "[]", "{a: b}", "{a: b, c: 80}",
    "[1, b c]", "{a: {b: c}, d: [1]}", "x # c", "# c", "1.2.3.4/8", "-5", "http://h:80/p?q=1", "{ a: b }", "[ a ]",
    "(x)", "[a,b]", "|", "|-", "|+", ">", "x#c", "{a: 'b, c'}", "{a: }", "- x", "'it''s'", '"a\\n"', "&a x", "!t x",
    "*a", "{a: 1,}", "[a, [b]]", "{a: {b: {c: d}}}", "a: b", "a:", "'", "{a: b", "[a", "a]", "%x", "@x", "~", "Null",
    "<<", "{a?b: c}", "{a: b?c}", "{a: b:c}", "[a: b]", "{'k': v}", "{a: b}c", '"x" y', "a::b", "http://h/#f", "\xe9",
    "a\xa0b", "x\ty",
]  # fmt: skip
_KEYS = ["a", "b", "c", "d", "k-1", "_x", "a.b", "80", "null", '"q"', "é", "a b", "<<", "?", "a:b"]


@st.composite
def texts(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """Mappings, lists, folded text and values of every kind, in an order and indentation that is mostly right."""

    def chance(percent: int) -> bool:
        return bool(draw(st.integers(0, 99)) < percent)

    def one(choices: list[Any]) -> Any:
        return draw(st.sampled_from(choices))

    def lines(at: int, depth: int) -> list[str]:
        made: list[str] = []
        for name in draw(st.lists(st.sampled_from(_KEYS[:8]), min_size=1, max_size=4, unique=not chance(5))):
            key = " " * at + (one(_KEYS) if chance(4) else name) + ":"
            if chance(8):
                made.append(one(["", "  ", "# c", " " * at + "# x: y"]))
            what = draw(st.integers(0, 9))
            if what < 3 and depth < 3:
                made += [key + one(["", " # c", " "]), *lines(at + one([1, 2, 2, 4]), depth + 1)]
            elif what == 4:
                items = draw(st.lists(st.sampled_from(_VALUES[:8] if chance(80) else _VALUES), min_size=1, max_size=3))
                made += [key, *(" " * (at + one([0, 2, 2, 1])) + f"- {item}" for item in items)]
            elif what == 5:
                below = " " * (at + one([1, 2, 3]))
                texts = draw(st.lists(st.sampled_from(["text", "a: b", "- x", "# no", "  more", "", "k:"]), max_size=3))
                made += [f"{key} {one(['|', '>', '|-', '|+', '>-', 'some', ''])}", *(below + text for text in texts)]
            else:
                made.append(key + one([" ", " ", "  ", ""]) + one(_VALUES[:25] if chance(80) else _VALUES))
        return made

    end = one(["\n", "\n", "\n", "\r\n"])
    return str(end.join([*(["---"] if chance(5) else []), *lines(0, 0)]) + one(["", end, end, end + end]))


@given(texts())
def test_where_it_answers_it_answers_as_libyaml_does(text: str) -> None:
    parts_of(text)


@given(texts())
def test_what_is_read_does_not_depend_on_who_reads(text: str) -> None:
    if not refused_as_a_whole(text):
        either, events = parse(text), from_events(text)
        assert (either.problems, either.broken) == (events.problems, events.broken)
        assert typed(either.value) == typed(events.value)
