"""The page of the formats shows what the formats are. UPDATE_CASES=1 writes what they are now: read it."""

import os
import re
from pathlib import Path

import pytest
from support_cases import OWNERS
from support_embedded import REPOSITORY
from support_project import Project

from invgit.cli.views.reports import FORMATS

PAGE = REPOSITORY / "docs/formats.md"


def block(format: str) -> re.Match[str]:
    """The last fence of the section about a format that is no file to be written: what is printed."""
    found = re.search(
        rf"^## {format}\n(?:(?!^## ).*\n)*?```(?:text|json)\n((?:(?!```).*\n)*)```", _page(), re.MULTILINE
    )
    assert found, format
    return found


def _page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_the_page_shows_what_is_printed(format: str, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", "")
    example = re.search(r"```yaml\n# inventory/(\S+)\n(.*?)```", _page(), re.DOTALL)
    assert example
    project.write({**OWNERS, example[1]: example[2]})
    result = project.run("validate", "--format", format, "--now", "2026-01-01")
    found = block(format)
    if "UPDATE_CASES" in os.environ:
        text = _page()
        PAGE.write_text(text[: found.start(1)] + result.out + text[found.end(1) :], encoding="utf-8", newline="\n")
        found = block(format)
    assert (result.code, result.out) == (1, found[1])
