"""`invgit schema --live`, and what every `validate` keeps up to date of it: quietly, and never in anybody's way."""

import json
import os
import shutil
from pathlib import Path

import pytest
from support_embedded import REPOSITORY
from support_project import Project

FILES = {
    "catalog/categories.yaml": "categories:\n  other: {name: Other}\n",
    "home/organization.yaml": "organization: {name: Home}\n",
    "home/house/site.yaml": "site: {name: House}\nzones:\n  kitchen: {name: Kitchen}\n",
}
HOUSE = "sites/home/house.schema.json"


@pytest.fixture
def folder(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project", "")
    project.write(FILES)
    return project


def schemas(project: Project) -> Path:
    return project.root / ".invgit/schemas"


def zones(project: Project) -> list[str]:
    document = json.loads((schemas(project) / HOUSE).read_text(encoding="utf-8"))
    return list(document["definitions"]["zone-reference"]["anyOf"][0]["enum"])


def add_zone(project: Project, slug: str) -> None:
    with (project.root / "inventory/home/house/site.yaml").open("a", encoding="utf-8") as file:
        file.write(f"  {slug}: {{name: {slug.title()}}}\n")


def test_each_folder_has_its_schema_and_a_second_run_changes_nothing(folder: Project) -> None:
    first = folder.run("schema", "--live")
    assert first.code == 0, first
    written = {Path(line).relative_to(schemas(folder)).as_posix() for line in first.out.splitlines()}
    assert {HOUSE, "catalog.schema.json", "organizations/home.schema.json", "inventory.schema.json"} <= written
    assert zones(folder) == ["kitchen"]
    assert folder.run("schema", "--live").out == ""
    assert (folder.root / ".invgit/.gitignore").read_text() == "*\n"


def test_validate_writes_nothing_where_nobody_asked_for_it(folder: Project) -> None:
    assert folder.run("validate").code == 0
    assert not (folder.root / ".invgit").exists()


@pytest.mark.parametrize("sign", [".vscode/settings.json", ".idea/jsonSchemas.xml", ".invgit/schemas/old.schema.json"])
def test_validate_writes_them_for_who_edits_here(folder: Project, sign: str) -> None:
    (folder.root / sign).parent.mkdir(parents=True)
    (folder.root / sign).write_text("{}")
    assert folder.run("validate").code == 0
    assert zones(folder) == ["kitchen"]
    add_zone(folder, "attic")
    assert folder.run("validate").code == 0
    assert zones(folder) == ["attic", "kitchen"]


def test_what_a_command_writes_is_known_at_once(folder: Project) -> None:
    folder.run("schema", "--live")
    made = folder.run("zone", "create", "home/house/attic", "--name", "Attic", "--yes")
    assert made.code == 0, made
    assert zones(folder) == ["attic", "kitchen"]


def test_nobody_edits_in_ci(folder: Project) -> None:
    schemas(folder).mkdir(parents=True)
    assert folder.run("validate", CI="true").code == 0
    assert list(schemas(folder).iterdir()) == []


def test_what_is_wrong_is_offered_and_what_cannot_be_read_is_kept(folder: Project) -> None:
    folder.run("schema", "--live")
    add_zone(folder, "attic")
    site = folder.root / "inventory/home/house/site.yaml"
    site.write_text(site.read_text() + "  cellar: {name: Cellar, floor_number: many}\n")
    assert folder.run("validate").code == 1
    assert zones(folder) == ["attic", "cellar", "kitchen"]
    site.write_text("site: {name: House\n")
    assert folder.run("validate").code == 1
    assert zones(folder) == ["attic", "cellar", "kitchen"]


def test_only_what_changed_is_written(folder: Project) -> None:
    folder.run("schema", "--live")
    (schemas(folder) / HOUSE).write_text("mine")
    site = folder.root / "inventory/home/house/site.yaml"
    site.write_text(f"# a word more\n{site.read_text()}")
    assert folder.run("validate").code == 0
    assert (schemas(folder) / HOUSE).read_text() == "mine", "no name has changed, so nothing was looked at"
    (schemas(folder) / HOUSE).unlink()
    assert folder.run("validate").code == 0
    assert zones(folder) == ["kitchen"]


def test_what_is_gone_is_taken_away_and_what_a_killed_run_left(folder: Project) -> None:
    folder.run("schema", "--live")
    left = schemas(folder) / "sites/home/.house.schema.json.4711"
    left.write_text("{")
    shutil.rmtree(folder.root / "inventory/home/house")
    (folder.root / "inventory/home/cabin").mkdir()
    (folder.root / "inventory/home/cabin/site.yaml").write_text("site: {name: Cabin}\n")
    assert folder.run("validate").code == 0
    assert sorted(path.name for path in (schemas(folder) / "sites/home").iterdir()) == ["cabin.schema.json"]


def test_where_it_cannot_write_validate_is_silent_and_the_command_says_why(folder: Project) -> None:
    schemas(folder).mkdir(parents=True)
    (schemas(folder) / "sites").write_text("a file where a folder should be")
    validated = folder.run("validate")
    assert (validated.code, validated.err) == (0, "")
    asked = folder.run("schema", "--live")
    assert asked.code == 3
    assert ".invgit/schemas" in asked.err


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
@pytest.mark.parametrize("link", [".invgit", ".invgit/schemas", ".invgit/schemas/sites"])
def test_a_link_is_not_followed_out_of_the_project(folder: Project, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    (outside / "schemas").mkdir(parents=True)
    (outside / "precious.json").write_text("{}")
    (folder.root / ".vscode").mkdir()
    (folder.root / ".vscode/settings.json").write_text("{}")
    (folder.root / link).parent.mkdir(parents=True, exist_ok=True)
    (folder.root / link).symlink_to(outside)
    assert folder.run("validate").code == 0
    asked = folder.run("schema", "--live")
    assert asked.code == 5
    assert f"{link} is a link" in asked.err
    assert sorted(path.name for path in outside.rglob("*")) == ["precious.json", "schemas"]


def test_editors_are_told_of_new_folders_and_keep_their_other_settings(folder: Project) -> None:
    settings = folder.root / ".vscode/settings.json"
    settings.parent.mkdir()
    settings.write_text('{"editor.rulers": [80], "yaml.schemas": {"mine.json": "a.yaml", ".invgit/schemas/x": []}}')
    asked = folder.run("schema", "--live")
    assert "invgit schema --live --editors" in asked.err
    assert folder.run("schema", "--live", "--editors").code == 0
    said = json.loads(settings.read_text())
    assert said["editor.rulers"] == [80]
    assert said["yaml.schemas"]["mine.json"] == "a.yaml"
    assert said["yaml.schemas"][f".invgit/schemas/{HOUSE}"] == ["inventory/home/house/**/*.{yaml,yml}"]
    assert ".invgit/schemas/x" not in said["yaml.schemas"]
    (settings.parent / "tasks.json").write_text("{}")
    again = folder.run("schema", "--live", "--editors")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert "redhat.vscode-yaml" in (settings.parent / "extensions.json").read_text()


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_settings_behind_a_link_are_not_written(folder: Project, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (folder.root / ".vscode").symlink_to(tmp_path / "outside")
    assert folder.run("schema", "--live", "--editors").code == 5
    assert list((tmp_path / "outside").iterdir()) == []


def test_settings_with_comments_are_left_alone(folder: Project) -> None:
    settings = folder.root / ".vscode/settings.json"
    settings.parent.mkdir()
    settings.write_text('{\n  // my own\n  "editor.rulers": [80]\n}\n')
    asked = folder.run("schema", "--live", "--editors")
    assert asked.code == 5
    assert '"yaml.schemas"' in asked.err
    assert "// my own" in settings.read_text()
    assert not (folder.root / ".idea").exists()


def test_this_repository_tells_editors_what_the_command_would(tmp_path: Path) -> None:
    project = Project(tmp_path / "example", "")
    shutil.copytree(REPOSITORY / "inventory", project.root / "inventory", dirs_exist_ok=True)
    assert project.run("schema", "--live", "--editors").code == 0
    for name in (".vscode/settings.json", ".idea/jsonSchemas.xml"):
        assert (project.root / name).read_bytes() == (REPOSITORY / name).read_bytes(), "invgit schema --live --editors"


@pytest.mark.parametrize("options", [("--live", "--check"), ("--live", "--out", "x"), ("--editors",)])
def test_options_that_make_no_sense_together_are_refused(folder: Project, options: tuple[str, ...]) -> None:
    assert folder.run("schema", *options).code == 2
