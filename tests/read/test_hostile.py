"""Inputs made to hurt: no process that validates one crashes, hangs, or takes more memory than it may.

A few of them here; all of them, measured, with --slow and in `scripts/corpus`.
"""

import pytest
from support_hostile import HOSTILE, Hostile, measure

FEW = {"merges of merges", "100,000 brackets", "100,000 dashes", "a key of combining marks", "a pipe",
       "a link to what never ends", "long defaults for many"}  # fmt: skip
GENEROUS = 30  # CPU seconds, on any machine; what is quadratic takes minutes


def inputs() -> list[object]:
    slow = pytest.mark.slow
    return [pytest.param(each, id=each.name, marks=[] if each.name in FEW else [slow]) for each in HOSTILE]


@pytest.mark.parametrize("hostile", inputs())
def test_it_is_told_and_nothing_else_happens(hostile: Hostile) -> None:
    measured = measure(hostile)
    assert measured.faults(hostile) == []
    assert measured.seconds < GENEROUS
