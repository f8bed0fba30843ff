"""The checker of histories: content with good ones, and with no bad one."""

from dataclasses import replace

import pytest
from support_histories import Recorded, Said, anomalies

ROWS = (Recorded("i1", 1, None, "a"), Recorded("i2", 2, "a", "b"), Recorded("i3", 3, "b", "d"))
SAID = (
    Said("a", "applied", None, "i1", 1),
    Said("b", "killed"),
    Said("c", "busy"),
    Said("d", "unknown", "b", "i3"),
    Said("e", "old", "d"),
    Said("f", "stale", "d"),
    Said("g", "unknown", "d", "i9"),
    Said("h", "killed", "d"),
)


def test_a_history_that_is_an_order_has_no_anomaly() -> None:
    assert list(anomalies(SAID, ROWS, "d")) == []
    assert list(anomalies((), (), None)) == []


@pytest.mark.parametrize(
    ("said", "rows", "final", "told"),
    [
        (SAID, (ROWS[0], ROWS[2]), "d", "a gap or a double"),
        (SAID, (*ROWS[:2], replace(ROWS[2], generation=2)), "d", "a double: [2]"),
        (SAID, (*ROWS[:2], replace(ROWS[2], base="a")), "d", "generation 3 replaced a"),
        (SAID, (ROWS[0], replace(ROWS[1], base=None), ROWS[2]), "d", "generation 2 replaced None"),
        (SAID, ROWS, "b", "the database has b"),
        (SAID, ROWS, None, "the database has None"),
        (SAID[1:], ROWS, "d", "brought a, which nobody wanted"),
        ((replace(SAID[0], generation=2), *SAID[1:]), ROWS, "d", "a was applied as generation 2"),
        ((*SAID, Said("x", "applied", "d", "i4", 4)), ROWS, "d", "x was applied as generation 4"),
        ((replace(SAID[0], base="z"), *SAID[1:]), ROWS, "d", "a was planned on z, and replaced None"),
        ((SAID[0], Said("b", "old", "a"), *SAID[2:]), ROWS, "d", "b: old, and yet it is generation 2"),
        ((SAID[0], Said("b", "busy"), *SAID[2:]), ROWS, "d", "b: busy, and yet"),
        ((SAID[0], Said("b", "stale", "a"), *SAID[2:]), ROWS, "d", "b: stale, and yet"),
        ((*SAID, Said("x", "nothing")), ROWS, "d", "x: nothing, though"),
        ((*SAID, Said("x", "refused", "d")), ROWS, "d", "x: refused, though"),
        ((*SAID, Said("x", "bug")), ROWS, "d", "x: bug, though"),
        ((*SAID[:3], replace(SAID[3], id="i7"), *SAID[4:]), ROWS, "d", "not known by the id i7"),
    ],
)
def test_what_cannot_be_is_found(
    said: tuple[Said, ...], rows: tuple[Recorded, ...], final: str | None, told: str
) -> None:
    found = list(anomalies(said, rows, final))
    assert any(told in each for each in found), found
