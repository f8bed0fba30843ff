"""The language server of VS Code's YAML extension completes and checks an inventory, with our settings and no more."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_editor import Editor, editor
from support_embedded import REPOSITORY
from support_project import Project

HERE = Path(__file__).parent
SERVERS = "servers.yaml"
HOUSE = "inventory/anand-family/primary-residence"
SITE_SCHEMA = ".invgit/schemas/sites/anand-family/primary-residence.schema.json"
OFFLINE = {"yaml.schemaStore.enable": False}


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> list[str]:
    """The command of the language server: the version and the bytes that the lock file names, from npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node and npm are not installed")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = request.config.cache.mkdir("editors") / hashlib.sha256(lock).hexdigest()[:16]
    if not folder.is_dir():
        made = folder.with_name(f"{folder.name}.{os.getpid()}")
        made.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, made)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            shutil.rmtree(made)
            pytest.skip(f"npm could not fetch the language server: {done.stderr[-500:]}")
        try:
            made.rename(folder)
        except OSError:  # another process of this run was quicker
            shutil.rmtree(made)
    return [node, str(folder / "node_modules/yaml-language-server/bin/yaml-language-server")]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of this repository's inventory and of what editors are told of it; checked once, as everybody does."""
    project = Project(tmp_path_factory.mktemp("editors") / "example", "")
    for name in ("inventory", ".vscode"):
        shutil.copytree(REPOSITORY / name, project.root / name, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "invgit.yaml", project.root)
    assert project.run("validate").code == 0
    return project


@pytest.fixture(scope="module")
def vscode(server: list[str], example: Project) -> Iterator[Editor]:
    with opened(server, example) as made:
        made.until("invgit.yaml", "format: 2\n", lambda told: told != [])  # from here on, settings are known
        yield made


def opened(server: list[str], project: Project):
    settings = json.loads((project.root / ".vscode/settings.json").read_text(encoding="utf-8"))
    return editor(server, project.root, {**settings, **OFFLINE})


def with_device(project: Project, **fields: str) -> tuple[str, str, int]:
    """A file with one more device at its end: its path, its text, and the number of its last line, from 0."""
    path = f"{HOUSE}/devices/{SERVERS}"
    text = (project.root / path).read_text(encoding="utf-8").rstrip("\n")
    text += "\n  one-more:\n    name: One more\n" + "".join(f"    {key}: {value}\n" for key, value in fields.items())
    return path, text, text.count("\n") - 1


def test_the_example_is_right_in_the_editor(vscode: Editor, example: Project) -> None:
    paths = [file.relative_to(example.root).as_posix() for file in sorted(example.root.glob("inventory/**/*.yaml"))]
    for path in paths:
        vscode.show(path)
    assert {path: told for path in paths if (told := vscode.published(path))} == {}
    assert vscode.diagnostics("invgit.yaml", "format: 1\ndatabase: embedded\n") == []


def test_a_misspelled_zone_is_reported_with_those_there_are(vscode: Editor, example: Project) -> None:
    path, text, line = with_device(example, type="nas", zone="server-closset")
    (told,) = vscode.until(path, text, lambda told: told != [])
    assert told.startswith(f"{line + 1}: ")
    assert "server-closet" in told


def test_completion_offers_the_zones_of_the_site_by_their_names(vscode: Editor, example: Project) -> None:
    path, text, line = with_device(example, type="nas", zone="")
    vscode.diagnostics(path, text)
    offered = vscode.completions(path, line, len("    zone: "))
    assert offered["server-closet"] == "Server closet"
    assert "kitchen" in offered
    assert "waterfront" not in offered, "a zone of another site"


def test_connections_may_lead_to_other_sites(vscode: Editor, example: Project) -> None:
    text = "connections:\n  a--b:\n    from: homeseer-server\n    to: vacation-home/cabin-router-that-is-not\n"
    path = f"{HOUSE}/cabling.yaml"
    vscode.until(path, text, lambda told: told != [])
    offered = vscode.completions(path, 3, len("    to: "))
    assert any(name.startswith("vacation-home/") for name in offered)
    assert not any(name.startswith("main-street-office/") for name in offered), "another organization"


def test_a_device_type_is_offered_and_an_own_word_allowed(vscode: Editor, example: Project) -> None:
    path, text, line = with_device(example, type="")
    vscode.diagnostics(path, text)
    assert "ip-camera" in vscode.completions(path, line, len("    type: "))
    path, text, _ = with_device(example, type="sundial")
    assert vscode.until(path, text, lambda told: told == []) == []


def test_hover_shows_what_a_field_means(vscode: Editor, example: Project) -> None:
    path, text, line = with_device(example, type="nas", warranty_expiry="2027-05-31")
    vscode.diagnostics(path, text)
    shown = vscode.hover(path, line, 6)
    assert "Last day of the warranty." in shown
    assert "2027-05-31" in shown


def test_a_new_zone_is_known_once_the_inventory_was_checked(server: list[str], example: Project) -> None:
    with opened(server, example) as vscode:
        path, text, _ = with_device(example, type="nas", zone="wine-cellar")
        vscode.until(path, text, lambda told: told != [])
        rooms = example.root / HOUSE / "rooms.yaml"
        before = rooms.read_text(encoding="utf-8")
        rooms.write_text(f"{before.rstrip()}\n  wine-cellar: {{name: Wine cellar}}\n", encoding="utf-8")
        try:
            assert example.run("validate").code == 0
            vscode.wrote(SITE_SCHEMA)
            assert vscode.until(path, text, lambda told: told == []) == []
        finally:
            rooms.write_text(before, encoding="utf-8")
            assert example.run("validate").code == 0


def test_a_site_that_the_settings_do_not_name_has_the_schema_of_the_form(vscode: Editor, example: Project) -> None:
    path = "inventory/anand-family/boat/site.yaml"
    (told,) = vscode.until(path, "site:\n  name: Boat\n  tpye: other\n", lambda told: told != [])
    assert told.startswith("3: ")
    assert vscode.until(path, "site:\n  name: Boat\n", lambda told: told == []) == []
    (told,) = vscode.until("inventory/new/organization.yaml", "devices: {}\n", lambda told: told != [])
    assert "devices" in told


def test_a_new_inventory_is_right_in_the_editor(server: list[str], tmp_path: Path) -> None:
    """Nothing stands in it yet that could be referred to."""
    new = Project(tmp_path / "new", "")
    shutil.rmtree(new.root)
    said = ("--organization", "smith-family", "--site", "cabin", "--timezone", "America/Chicago")
    assert new.run("init", *said).code == 0
    with opened(server, new) as vscode:
        vscode.until("invgit.yaml", "format: 2\n", lambda told: told != [])
        for file in new.root.rglob("inventory/**/*.yaml"):
            assert vscode.diagnostics(file.relative_to(new.root).as_posix()) == []
        path = "inventory/smith-family/cabin/devices.yaml"
        text = "devices:\n  tv:\n    name: TV\n    type: tv\n    zone: hall\n"
        assert vscode.until(path, text, lambda told: told != []) == ["5: there is none yet"]


def test_a_schema_named_in_a_file_counts_more_than_the_settings(vscode: Editor, example: Project) -> None:
    """This is why our files name none: then nothing but the form would be checked."""
    (example.root / "any.json").write_text("{}", encoding="utf-8")
    path, text, _ = with_device(example, type="nas", zone="server-closset")
    vscode.until(path, text, lambda told: told != [])
    for head in ("# yaml-language-server: $schema=", "# $schema: "):
        named = f"{head}../../../../any.json\n{text}"
        assert vscode.until(path, named, lambda told: told == []) == []
        vscode.until(path, text, lambda told: told != [])


def test_before_the_first_check_the_editor_says_what_is_missing(server: list[str], example: Project) -> None:
    """There is no setting for `if it exists`; so the file that is missing is one that says where it comes from."""
    shutil.move(example.root / ".invgit", example.root / "away")
    try:
        with opened(server, example) as vscode:
            path, text, _ = with_device(example, type="nas", zone="server-closet")
            (told,) = vscode.until(path, text, lambda told: told != [])
            assert SITE_SCHEMA in told
            shutil.rmtree(example.root / "away")
            assert example.run("validate").code == 0
            vscode.wrote(SITE_SCHEMA)
            assert vscode.until(path, text, lambda told: told == []) == []
    finally:
        shutil.rmtree(example.root / "away", ignore_errors=True)
        assert example.run("validate").code == 0
