"""Lines and columns: counted in characters from 1, whatever ends a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invgit.text.span import Source, Span


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("", 0, 1, 1),
        ("abc", 3, 1, 4),
        ("a\nbc", 2, 2, 1),
        ("a\r\nbc", 4, 2, 2),
        ("a\rbc", 3, 2, 2),
        ("a\r\r\nb", 4, 3, 1),
        ("a\n\rb", 3, 3, 1),
        ("\n\n", 2, 3, 1),
        ("🛋🛋x", 2, 1, 3),
        ("e\u0301x", 2, 1, 3),
        ("\u2028x\u0085y", 3, 1, 4),  # what Unicode calls a line break, YAML 1.2 does not
    ],
)
def test_place(text: str, offset: int, line: int, column: int) -> None:
    place = Source("f.yaml", text).place(Span(offset, offset))
    assert (place.line, place.column) == (line, column)
    assert str(place) == f"f.yaml:{line}:{column}"


def test_a_span_ends_where_it_ends() -> None:
    place = Source("f", "ab\ncd\n").place(Span(1, 5))
    assert (place.line, place.column, place.end_line, place.end_column) == (1, 2, 2, 3)


@given(st.text(st.sampled_from("ab🛋\r\n"), max_size=30), st.integers(0, 30))
def test_every_offset_has_its_place(text: str, offset: int) -> None:
    """Counting by hand gives the same."""
    offset = min(offset, len(text))
    if text[offset - 1 : offset + 1] == "\r\n":
        offset -= 1  # between the two halves of a line break nothing stands
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = Source("f", text).place(Span(offset, offset))
    assert (place.line, place.column) == (len(lines), len(lines[-1]) + 1)


@given(st.text(st.sampled_from("ab🛋\r\n"), max_size=30))
def test_lines_are_those_of_the_text(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [Source("f", text).line(number) for number in range(1, len(lines) + 1)] == lines


def test_what_is_hidden_is_not_shown() -> None:
    source = Source("f", "a: 1\nkey: |\n  one\n  two\nb: 2\n")
    source.hide(Span(10, 24))
    assert [source.line(number) for number in range(1, 6)] == ["a: 1", "key: *", "*****", "*****", "b: 2"]
    assert source.hides(Span(10, 11))
    assert source.hides(Span(23, 23))
    assert not source.hides(Span(24, 25))
    assert not source.hides(Span(0, 10))
