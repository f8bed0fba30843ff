"""YAML to plain values: what is read, what is refused where, and that no text can do harm."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_texts import texts

from invgit.text.decode import decode
from invgit.text.document import Quoted
from invgit.text.places import block, places
from invgit.text.problem import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, MAX_SCALAR
from invgit.text.span import Source
from invgit.text.tree import parse


def value(text: str) -> Any:
    document = parse(text)
    assert not document.problems
    return document.value


def refused(text: str) -> list[tuple[str, int, int]]:
    """Code and place of each problem of a text, as offsets."""
    return [(problem.code, *problem.span) for problem in parse(text).problems]


def test_every_scalar_is_text() -> None:
    text = "a: no\nb: 012\nc: 1.10\nd: 11:22:33:44:55:06\ne: 2024-99-99\nf: =\ng: .nan\nh: 0x1F\ni: 22:22\n"
    assert value(text) == {
        "a": "no", "b": "012", "c": "1.10", "d": "11:22:33:44:55:06", "e": "2024-99-99", "f": "=", "g": ".nan",
        "h": "0x1F", "i": "22:22",
    }  # fmt: skip
    assert value("yes: 1\n1: a\n1.0: b\nno: c") == {"yes": "1", "1": "a", "1.0": "b", "no": "c"}


def test_nothing_is_none() -> None:
    assert value("a:\nb: null\nc: {d: , e: null, f}\n".replace(", f", "")) == {
        "a": None,
        "b": None,
        "c": {"d": None, "e": None},
    }
    assert value("a: 'null'\nb: \"\"\nc: nUll") == {"a": "null", "b": "", "c": "nUll"}
    for text in ("", "# only a comment\n", "---\n", "null", "---\n...\n"):
        assert value(text) is None


def test_quotes_are_known_where_they_matter() -> None:
    made = value("a: '80'\nb: \"true\"\nc: 80\nd: 'text'\ne: |-\n  80\nf: '080'\n")
    assert [key for key, item in made.items() if isinstance(item, Quoted)] == ["a", "b", "e"]


def test_heads_are_the_first_two_levels() -> None:
    text = "devices:\n  nas: {name: NAS}\n  tv:\n    name: TV\nzones: [a]\n"
    assert parse(text).heads == {
        ("devices",): (1, 1), ("devices", "nas"): (2, 3), ("devices", "tv"): (3, 3), ("zones",): (5, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "start"),
    [
        ("a: &x 1", "anchor", 3),
        ("a: *x", "anchor", 3),
        ("*x : 1", "anchor", 0),
        ("a: !t 1", "tag", 3),
        ("a: !", "tag", 3),
        ("a: !!int ''", "tag", 3),
        ("<<: {a: 1}", "merge-key", 0),
        ("a: ~", "null-spelling", 3),
        ("~: a", "key-not-text", 0),
        ("[a]: b", "key-not-text", 0),
        ("a: {b: c, d}", "key-without-value", 10),
        ("a: {b #:\n}", "key-without-value", 4),
        ("? a", "key-without-value", 2),
        ("a: 1\n--- \nb: 2", "several-documents", 5),
        ("%YAML 1.1\n---\na: 1", "directive", 0),
        ("a: 1\r%b", "directive", 5),
        ("a: b\x00", "bad-character", 4),
        ("a\u200b: b", "bad-character", 1),
        ("a: b\ufeff", "bad-character", 4),
        ("a: b\ud800", "bad-character", 4),
        ('a: "b\\0"', "bad-character", 5),
        ('a: "\\U0000202e"', "bad-character", 4),
        ('a: "\\\\0 \\P"', "bad-character", 8),
        ("<<<<<<< a\n", "merge-conflict", 0),
        ("a: 1\n=======\r\nb: 2", "merge-conflict", 5),
        ("version https://git-lfs.github.com/spec/v1\n", "lfs-pointer", 0),
        ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, "too-deep", 2 + MAX_DEPTH),
        ("a: " + "b" * (MAX_SCALAR + 1), "too-big", 3),
        ("k" * 257 + ": a", "too-big", 0),
        ("a: " + "[" + "b," * 200_001 + "]", "too-big", 3),
    ],
)
def test_refused(text: str, code: str, start: int) -> None:
    assert [problem[:2] for problem in refused(text)] == [(code, start)]


@pytest.mark.parametrize(
    "text",
    ["a: {b: , c: null, 'd':}", "? a\n: b", "? a # why: because\n: b", "a: {? b\n  # x: y\n  : c}", "{}", "a: [b: ]"],
)
def test_a_key_with_its_colon_is_fine(text: str) -> None:
    assert refused(text) == []


def test_both_of_two_keys_are_told() -> None:
    problems = parse('a: {b: 1, "\\x62": 2}\nc: 1\nc: 2\né: 1\ne\u0301: 2\n').problems
    assert [problem.span.start for problem in problems] == [10, 26, 36]
    assert [problem.other[0].start for problem in problems if problem.other] == [4, 21, 31]


def test_a_key_in_two_mappings_stands_once_in_each() -> None:
    assert [problem.code for problem in parse("a: {x: 1}\na: {x: 2}\n").problems] == ["duplicate-key"]


def test_a_hopeless_text_is_not_read_on() -> None:
    assert len(parse("a: [" + "*x," * 5000 + "]").problems) == MAX_PROBLEMS
    assert len(parse("a: \x01" * 5000).problems) == MAX_PROBLEMS
    assert len(parse("a: 1\n" * 5000).problems) == MAX_PROBLEMS


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("é".encode("utf-16"), "UTF-16"),
        ("ab".encode("utf-16-le"), "UTF-16"),
        ("ab".encode("utf-16-be"), "UTF-16"),
        ("ab".encode("utf-32"), "UTF-16 or UTF-32"),
        ("ab".encode("utf-32-be"), "UTF-16 or UTF-32"),
        (b"a: caf\xe9", "byte 6 is 0xe9"),
        (b"\xc0\xaf", "byte 0 is 0xc0"),
        (b"\xed\xa0\x80", "byte 0 is 0xed"),
    ],
)
def test_only_utf8(data: bytes, said: str) -> None:
    _, problem = decode(data)
    assert problem
    assert problem.code == "not-utf8"
    assert said in problem.message


def test_a_byte_order_mark_is_no_character() -> None:
    assert decode(b"\xef\xbb\xbfa: 1") == ("a: 1", None)
    text, problem = decode(b"\xef\xbb\xbfab\xff")
    assert (text, problem and problem.span) == ("ab", (2, 2))


BOMBS = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "dashes": "- " * 100_000,
    "questions": "? " * 100_000,
    "closed brackets": "[" * 30_000 + "]" * 30_000,
    "aliases": "a: &a [x]\n"
    + "".join(f"{chr(98 + at)}: &{chr(98 + at)} [*{chr(97 + at)}, *{chr(97 + at)}]\n" for at in range(9)),
    "merges": "a: &a {x: 1}\n" + "".join(f"k{at}: &k{at} {{<<: [*a, *a]}}\n" for at in range(9)),
    "directives": "%TAG ! x\n" * 20_000,
    "a comment": "#" + "x" * 1_000_000,
    "a scalar": "a: " + "x" * 1_000_000,
    "sexagesimal": "a: " + "1:" * 400_000 + "1",
    "digits": "a: " + "9" * 5000,
    "a tag": "a: !" + "x" * 1_000_000 + " b",
    "colliding keys": "".join(f"{at * (2**61 - 1)}: x\n" for at in range(20_000)),
    "keys": "".join(f"key-{at}: x\n" for at in range(70_000)),
    "the same key": "a: 1\n" * 200_000,
    "the same key in braces": "{" + "a: 1, " * 170_000 + "}",
    "keys without value": "{" + "a, " * 300_000 + "}",
    "a comment after a key": "{a " + "#" * 1_000_000 + "\n}",
    "comments after a key": "{a " + "# \n" * 300_000 + "}",
    "bad characters": "\x01" * 1_000_000,
    "escapes": 'a: "' + "\\x41" * 200_000 + '"',
    "bad escapes": "".join(f'a{at}: "\\0"\n' for at in range(80_000)),
    "an open quote": "a: '" + "x\n" * 400_000,
    "signs of a conflict": "=" * 1_000_000,
    "percent signs": " %" * 500_000,
    "quotes": "a: " + "''" * 500_000,
    "folded lines": "a: >\n" + "  x\n" * 250_000,
}


@pytest.mark.no_cover  # it is timed
@pytest.mark.parametrize("name", BOMBS)
def test_no_text_takes_long(name: str) -> None:
    text = BOMBS[name]
    assert len(text) <= MAX_BYTES
    began = time.process_time()
    document = parse(text)
    places(text)
    assert time.process_time() - began < 60  # seconds; a quadratic one would take minutes
    assert document.problems or document.value is not None or name == "a comment"


_PIECES = [
    "a", "b: ", ": ", "- ", "? ", "\n", "\n  ", "\n    ", "\t", "\r", "{", "}", "[", "]", ", ", "'", '"', "\\",
    "\\x41", "&a ", "*a", "!t ", "<<", "|", ">-", "# c", "%", "---", "...", "null", "~", "80", "é", "🛋", "@", "`",
    "\x00", "\u202e",
]  # fmt: skip
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)


@given(st.one_of(_SOUP, st.text(max_size=50)))
def test_any_text_is_read_or_refused(text: str) -> None:
    document = parse(text)
    assert all(0 <= problem.span.start <= problem.span.end <= len(text) for problem in document.problems)
    assert document.problems or not document.broken
    for path, head in document.heads.items():
        assert document.broken or places(text)[path].key.start == Source("f.yaml", text).offset(*head)


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    text, problem = decode(data)
    assert problem or text.encode() == data.removeprefix(b"\xef\xbb\xbf")


def paths_of(made: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """The path of every key and item of a value."""
    steps = made.items() if isinstance(made, dict) else enumerate(made) if isinstance(made, list) else ()
    below = [((*path, step), item) for step, item in steps]
    return {each for each, _ in below}.union(*(paths_of(item, each) for each, item in below))


@given(_SOUP)
def test_places_and_values_agree(text: str) -> None:
    document = parse(text)
    if not document.problems:
        assert paths_of(document.value) == places(text).keys()


_WORD = st.text(st.sampled_from("ab :#é🛋'\"\\\n,{}[]-0"), max_size=6)
_TREE = st.recursive(
    st.one_of(_WORD, st.none()), lambda some: st.lists(some, max_size=3) | st.dictionaries(_WORD, some, max_size=3)
)


@given(st.dictionaries(_WORD, _TREE, max_size=4))
def test_what_is_quoted_is_read_as_it_is(tree: dict[str, Any]) -> None:
    """JSON is YAML, and every key and scalar has its place, quotes included."""
    import json

    text = json.dumps(tree, ensure_ascii=False, indent=1)
    document = parse(text)
    if any(problem.code == "too-deep" for problem in document.problems):
        return
    assert document.value == tree
    found = places(text)
    assert paths_of(tree) == found.keys()
    for path, place in found.items():
        item: Any = tree
        for step in path:
            item = item[step]
        if isinstance(path[-1], str):
            assert json.loads(text[slice(*place.key)]) == path[-1]
        assert json.loads(text[slice(*place.value)]) == item


@given(texts())
def test_an_entry_read_alone_stands_where_it_stands_in_the_whole(text: str) -> None:
    document = parse(text)
    source = Source("f.yaml", text)
    for keys, head in document.heads.items():
        alone = None if document.problems else block(source, head)
        if alone:
            whole = {path[len(keys) - 1 :]: each for path, each in places(text).items() if path[: len(keys)] == keys}
            assert {path: alone.get(path) for path in alone.places} == whole
