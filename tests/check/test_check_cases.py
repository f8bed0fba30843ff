"""Inventories with faults, and every word `validate` says of them. UPDATE_CASES=1 writes it anew: read the diff."""

import pytest
from support_cases import CASES, compile_folder, matches, shown

FOLDERS = sorted(path.parent for path in (CASES / "check").glob("*/inventory"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case(folder) -> None:
    text = shown(compile_folder(folder))
    assert matches(folder / "expected.txt", text), text
