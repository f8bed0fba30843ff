"""A fuzzer's first seconds: files of the cases, cut and joined at random. `scripts/corpus` goes on for longer."""

from itertools import islice

import pytest
from fuzz.mutate import inputs_of
from fuzz.target import PATHS, check
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("path", PATHS)
def test_only_diagnostics_come_out(path: str) -> None:
    for data in islice(inputs_of(len(path)), 200):
        check(data, path)


@given(st.integers(0, 2**32 - 1), st.sampled_from(PATHS))
def test_only_diagnostics_come_out_of_any_other(seed: int, path: str) -> None:
    for data in islice(inputs_of(seed), 5):
        check(data, path)
