"""Texts that are nearly ordinary YAML: mappings, lists, folded text and values of every kind, mostly right."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

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
