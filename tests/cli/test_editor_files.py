"""What editors get besides schemas: the same here as in a new inventory, and it understands what we print."""

import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support_embedded import REPOSITORY
from support_project import Project

from invgit import paths
from invgit.pipeline.editors import jetbrains_text, vscode_settings

WRONG = {
    "home/house/site.yaml": "site: {name: House}\nzones:\n  Kitchen: {}\n  k: {name: K, parnt: x}\n",
    "home/house/a b: ü.yaml": 'devices:\n  e: {name: "a\\nb", type: []}\n  d: {type: x, warranty_expiry: 2020-01-01}\n',
    "home/home.yaml": "organization: {name: Home}\n",
}


@pytest.mark.parametrize("name", ["extensions.json", "tasks.json"])
def test_this_repository_has_the_files_of_a_new_one(name: str) -> None:
    assert (REPOSITORY / ".vscode" / name).read_bytes() == (paths.TEMPLATES / "init/.vscode" / name).read_bytes()


@pytest.mark.parametrize("quiet", [(), ("--no-color",)])
def test_the_problem_matcher_finds_every_finding(tmp_path: Path, quiet: tuple[str, ...]) -> None:
    project = Project(tmp_path / "project", "")
    project.write(WRONG)
    tasks = json.loads((REPOSITORY / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
    task = next(task for task in tasks if task["problemMatcher"])
    assert task["args"][-1] == "validate"
    first, second = task["problemMatcher"]["pattern"]
    found = []
    for one, next_one in pairwise(project.run(*quiet, "validate").out.splitlines()):
        head, place = re.search(first["regexp"], one), re.search(second["regexp"], next_one)
        if head and place:
            said = [head[first[name]] for name in ("severity", "code", "message")]
            found.append((*said, place[second["file"]], int(place[second["line"]]), int(place[second["column"]])))
    keys = ("severity", "code", "message", "file", "line", "column")
    expected = project.run("validate", "--format", "json").json["diagnostics"]
    assert len(expected) >= 5
    assert found == [tuple(each[key] for key in keys) for each in expected]


def test_every_command_of_the_tasks_is_one_of_ours(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", "")
    for task in json.loads((REPOSITORY / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]:
        assert task["command"] in tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["scripts"]
        assert project.run(*task["args"]).code == 0


def test_each_file_has_one_schema() -> None:
    """Two that match were both to hold."""
    folders = ["o", "o/a", "p/b"]
    schemas = vscode_settings(folders)["yaml.schemas"]
    files = ["invgit.yaml", "inventory/catalog/c.yaml", "inventory/catalog/d/c.yml", "inventory/o/o.yaml"]
    files += ["inventory/o/a/a.yaml", "inventory/o/a/deep/er/a.yml", "inventory/o/new/a.yaml", "inventory/n/n.yaml"]
    files += ["inventory/p/b/b.yaml", "inventory/p/p.yaml", "inventory/n/m/deep/m.yaml"]
    for file in files:
        matching = [schema for schema, globs in schemas.items() if fits(file, globs)]
        assert len(matching) == 1, (file, matching)


def fits(file: str, globs: list[str]) -> bool:
    def one(glob: str) -> bool:
        form = re.escape(glob).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        return bool(re.fullmatch(form.replace(r"\{yaml,yml\}", "(?:yaml|yml)"), file))

    return any(one(each) for each in globs if each[0] != "!") and not any(
        one(each[1:]) for each in globs if each[0] == "!"
    )


def test_jetbrains_mapping_is_well_formed_whatever_files_are_called() -> None:
    text = jetbrains_text(["o", "o/a"], ['o/"<&.yaml', "o/o.yaml", "p/x.yaml"])
    tree = ET.fromstring(text)
    items = [{each.get("name"): each.get("value") for each in item} for item in tree.iter("Item")]
    assert {"path": 'inventory/o/"<&.yaml'} in items
    assert {"directory": "true", "path": "inventory/o/a", "mappingKind": "Directory"} in items
    schemas = [each.get("value") for each in tree.iter("option") if each.get("name") == "relativePathToSchema"]
    assert ".invgit/schemas/sites/o/a.schema.json" in schemas
