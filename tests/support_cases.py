"""Small inventories of a test: files from texts, compiled as `validate` does, shown as it shows them."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from invgit import pipeline
from invgit.cli.views import diagnostics as view
from invgit.config import Settings
from invgit.pipeline import Compiled

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILE = "home/house/things.yaml"
OWNERS = {"home/organization.yaml": "organization: {name: Home}\n", "home/house/site.yaml": "site: {name: House}\n"}
CASES = Path(__file__).resolve().parent / "cases"


def compile_files(files: dict[str, str | bytes]) -> Compiled:
    """What files, by their paths below the inventory, compile to."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "inventory").mkdir()
        for path, text in files.items():
            target = root / "inventory" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return compile_folder(root)


def compile_folder(root: Path) -> Compiled:
    """What the inventory in a project folder compiles to."""
    return pipeline.compile_inventory(Settings(root), NOW)


def compile_text(text: str | bytes, path: str = FILE) -> Compiled:
    """What one file compiles to, in a site that is described."""
    return compile_files({**OWNERS, path: text})


def found(compiled: Compiled) -> list[str]:
    """The findings in short: `things.yaml:3:5 bad-mac`."""
    return [f"{each.place.file.rpartition('/')[2]}:{each.place.line}:{each.place.column} {each.code}"
            for each in compiled.diagnostics]  # fmt: skip


def codes(compiled: Compiled) -> set[str]:
    """The codes of the findings."""
    return {each.code for each in compiled.diagnostics}


def shown(compiled: Compiled) -> str:
    """What `invgit validate` prints, without colour."""
    import click

    return click.unstyle(view.as_text(view.document(compiled.diagnostics, len(compiled.inventory)))) + "\n"


def matches(expected: Path, text: str) -> bool:
    """Whether a file holds a text; with UPDATE_CASES=1 it is written instead."""
    if "UPDATE_CASES" in os.environ:
        expected.write_text(text, encoding="utf-8", newline="\n")
    return expected.read_text(encoding="utf-8") == text
