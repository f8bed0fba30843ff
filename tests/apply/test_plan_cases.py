"""Plans as people see them: from one inventory to another on a real database, in text, JSON and Markdown.

A case is a folder: `before/` is applied, `hand.sql` is what somebody then does in the database, `after/` is planned.
`commands` are other commands than `plan --exit-code`, one a line; the forms are those of the first. Both inventories
have an organization `o`. UPDATE_CASES=1 writes what is expected anew: read the diff.
"""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
from support_cases import CASES, matches
from support_database import Database
from support_project import Project

from invgit.plan.schema import schema

FOLDERS = sorted(path.parent for path in (CASES / "plan").glob("*/before"))
ORGANIZATION = "organization: {name: O}\n"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def become(project: Project, inventory: Path) -> None:
    """Put the files of a case into the project."""
    project.write({})
    shutil.copytree(inventory, project.root / "inventory", dirs_exist_ok=True)
    if (project.root / "inventory/o").exists():
        project.root.joinpath("inventory/o/organization.yaml").write_text(ORGANIZATION, encoding="utf-8")


def transcript(project: Project, command: str) -> str:
    """What somebody sees who types it."""
    result = project.run(*command.split())
    told = [f"$ invgit {command}", *result.out.splitlines(), *(f"stderr: {line}" for line in result.err.splitlines())]
    return _ID.sub("an-id", "\n".join([*told, f"exit {result.code}", ""]))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case(folder: Path, database: Database, project: Project) -> None:
    become(project, folder / "before")
    assert project.run("apply", "--yes", "--quiet").code == 0
    if (folder / "hand.sql").exists():
        database.execute((folder / "hand.sql").read_text(encoding="utf-8"))
    become(project, folder / "after")
    listed = folder / "commands"
    commands = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else ["plan --exit-code"]
    forms = {form: project.run(*commands[0].split(), "--format", form).out for form in ("json", "markdown")}
    text = "\n".join(transcript(project, command) for command in commands)
    assert matches(folder / "expected.txt", text), text
    if forms["json"]:
        jsonschema.validate(json.loads(forms["json"]), schema())
        assert matches(folder / "expected.json", forms["json"]), forms["json"]
        assert matches(folder / "expected.md", forms["markdown"]), forms["markdown"]
    assert bool(forms["json"]) == (folder / "expected.json").exists()
