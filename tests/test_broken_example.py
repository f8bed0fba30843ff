"""A stranger breaks the example, and every message alone is enough to mend it.

A case is `edits.txt`: what somebody did to a copy of the example, and what the message told him to do then; and
`expected.txt`: every word `validate` says in between. UPDATE_CASES=1 writes it anew: read it as a newcomer.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support_cases import CASES, matches, shown
from support_embedded import REPOSITORY

from invgit import pipeline
from invgit.config import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FOLDERS = sorted(path.parent for path in (CASES / "broken").glob("*/edits.txt"))
_EDIT = re.compile(
    r"^@@ (change|add|move|delete) (.+)\n((?:(?!@@|## ).*\n)*)(?:@@ to\n((?:(?!@@|## ).*\n)*))?", re.MULTILINE
)


@dataclass(frozen=True)
class Edit:
    """One thing done to a folder: `change` a text in a file, `add`, `move` or `delete` a file."""

    what: str
    file: str
    old: str
    new: str

    def do(self, root: Path) -> None:
        file, *to = (root / part for part in self.file.split(" "))
        if self.what == "add":
            file.write_text(self.old, encoding="utf-8")
        elif self.what == "delete":
            file.unlink()
        elif self.what == "move":
            file.rename(to[0])
        else:
            text = file.read_text(encoding="utf-8")
            assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times in {self.file}"
            file.write_text(text.replace(self.old, self.new), encoding="utf-8")


def edits(text: str) -> Iterator[Edit]:
    for what, file, old, new in _EDIT.findall(text.rstrip("\n") + "\n"):
        yield Edit(what, file, old, new)


def compiled(root: Path) -> pipeline.Compiled:
    return pipeline.compile_inventory(Settings(root), NOW)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_the_message_says_mends_it(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "inventory", tmp_path / "inventory")
    broken, mended = (folder / "edits.txt").read_text(encoding="utf-8").split("## mended\n")
    for edit in edits(broken):
        edit.do(tmp_path)
    result = compiled(tmp_path)
    assert result.failed
    assert matches(folder / "expected.txt", shown(result)), shown(result)
    for edit in edits(mended):
        edit.do(tmp_path)
    assert compiled(tmp_path).diagnostics == ()


def test_there_are_ten_ways() -> None:
    assert len(FOLDERS) >= 10
