"""`invgit init`: an inventory that validates from its first minute, and nobody's file overwritten."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support_embedded import REPOSITORY, place
from support_git import Repository
from support_project import Result

from invgit import paths
from invgit.model.spec import specs

SMITH = ("--organization", "smith-family", "--site", "Lake Cabin", "--timezone", "America/Chicago")
SITE = "inventory/smith-family/lake-cabin/site.yaml"


def invgit(folder: Path, *arguments: str, **environment: str) -> Result:
    """A command in a process of its own; nobody sits at its terminal."""
    command = [sys.executable, "-m", "invgit", *arguments]
    known = {**os.environ, "PYTHONPATH": str(REPOSITORY), **environment}
    done = subprocess.run(
        command, cwd=folder, env=known, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but what can be built anew."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not path.startswith((".invgit/", ".git/"))}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new inventory; to be looked at."""
    folder = tmp_path_factory.mktemp("init")
    assert invgit(folder, "init", "new", *SMITH).code == 0
    return folder / "new"


def test_what_was_begun_validates_and_plans(begun: Path) -> None:
    checked = invgit(begun, "validate")
    assert (checked.code, checked.out) == (0, "0 errors, 0 warnings in 66 entities\n")
    assert invgit(begun, "fmt", "--check").code == 0
    assert sorted(tree(begun)) == [
        ".gitattributes", ".gitignore", ".idea/jsonSchemas.xml", ".pre-commit-config.yaml", ".vscode/extensions.json",
        ".vscode/settings.json", ".vscode/tasks.json", "CODEOWNERS", "README.md", "inventory/catalog/categories.yaml",
        "inventory/catalog/homeseer.yaml", SITE, "inventory/smith-family/organization.yaml", "invgit.yaml",
    ]  # fmt: skip


def test_the_first_plan_creates_it_in_the_embedded_database(begun: Path) -> None:
    with place() as home:
        state = {"INVGIT_STATE_HOME": str(home)}
        planned = invgit(begun, "plan", **state)
        invgit(begun, "db", "stop", **state)
    assert planned.code == 0, planned
    assert "10 to create" in planned.out


def test_every_path_is_told_and_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    first = invgit(tmp_path, "init", "new", *SMITH)
    told = {Path(line).relative_to(tmp_path / "new").as_posix() for line in first.out.splitlines()}
    before = tree(tmp_path / "new")
    assert told == set(before)
    second = invgit(tmp_path, "init", "new", *SMITH)
    assert (second.code, second.out) == (0, "")
    assert "nothing to do" in second.err
    assert tree(tmp_path / "new") == before


def test_what_is_said_and_what_is_known_stands_in_the_files(tmp_path: Path) -> None:
    more = ("--organization-name", "The Smiths", "--organization-type", "home", "--site-type", "residence")
    assert invgit(tmp_path, "init", *SMITH, *more, "--owner", "@anna", "--owner", "@org/team").code == 0
    said = (tmp_path / "inventory/smith-family/organization.yaml").read_text()
    assert said == "organization:\n  name: The Smiths\n  type: home\n"
    site = (tmp_path / SITE).read_text()
    assert site.startswith(
        "site:\n  name: Lake Cabin\n  type: residence\n  country: USA\n  timezone: America/Chicago\n\n#"
    )
    assert "\n/inventory/smith-family/lake-cabin/ @anna @org/team\n" in (tmp_path / "CODEOWNERS").read_text()


def test_without_an_owner_codeowners_names_nobody(begun: Path) -> None:
    assert all(line.startswith("#") for line in (begun / "CODEOWNERS").read_text().splitlines())


def test_the_example_in_the_site_is_right_once_it_is_no_comment(begun: Path, tmp_path: Path) -> None:
    text = (begun / SITE).read_text()
    head, example = text.split("#\n# zones:", 1)
    lines = [line.removeprefix("# ").removeprefix("#") for line in f"# zones:{example}".splitlines()]
    assert invgit(tmp_path, "init", *SMITH).code == 0
    (tmp_path / SITE).write_text(head + "\n".join(lines) + "\n")
    checked = invgit(tmp_path, "validate")
    assert (checked.code, checked.out) == (0, "0 errors, 0 warnings in 69 entities\n")


@pytest.mark.parametrize("file", ["catalog/categories.yaml", "catalog/homeseer.yaml"])
def test_the_catalog_has_what_the_example_has(begun: Path, file: str) -> None:
    assert (begun / "inventory" / file).read_bytes() == (paths.EXAMPLE / file).read_bytes()


def test_editors_know_its_slugs_at_once(begun: Path) -> None:
    settings = json.loads((begun / ".vscode/settings.json").read_text())
    for schema in settings["yaml.schemas"]:
        assert (begun / schema).is_file(), schema
    again = invgit(begun, "schema", "--live", "--editors")
    assert (again.code, again.out) == (0, "")


def test_every_file_in_the_way_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    (tmp_path / "inventory").write_text("a file")
    before = tree(tmp_path)
    refused = invgit(tmp_path, "init", *SMITH)
    assert refused.code == 5
    for name in ("README.md", ".gitignore", "inventory"):
        assert f"  {name}\n" in refused.err
    assert ".vscode" not in refused.err
    assert tree(tmp_path) == before


def test_an_inventory_that_is_there_gets_no_errors(tmp_path: Path) -> None:
    other = tmp_path / "inventory/catalog/mine.yaml"
    other.parent.mkdir(parents=True)
    other.write_text("categories:\n  security: {name: Security}\n")
    refused = invgit(tmp_path, "init", *SMITH)
    assert refused.code == 5
    assert "described twice" in refused.err
    assert sorted(tree(tmp_path)) == ["inventory/catalog/mine.yaml"]


def test_it_does_not_begin_inside_of_another(begun: Path) -> None:
    refused = invgit(begun, "init", "inventory/smith-family/lake-cabin", *SMITH)
    assert refused.code == 5
    assert "lies in the project" in refused.err


def test_a_repository_that_is_there_is_used(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    (tmp_path / "LICENSE").write_text("ours\n")
    repository.commit()
    assert invgit(tmp_path, "init", *SMITH, "--bare").code == 0
    assert sorted(tree(tmp_path)) == [
        "LICENSE", "inventory/catalog/categories.yaml", "inventory/catalog/homeseer.yaml", SITE,
        "inventory/smith-family/organization.yaml", "invgit.yaml",
    ]  # fmt: skip
    assert repository.git("status", "--porcelain").splitlines() == ["?? inventory/", "?? invgit.yaml"]


def test_git_does_not_see_what_can_be_built_anew(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    assert invgit(tmp_path, "init", *SMITH).code == 0
    seen = repository.git("status", "--porcelain", "-uall")
    assert ".invgit" not in seen
    assert "?? .idea/jsonSchemas.xml" in seen


def test_without_a_terminal_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    refused = invgit(tmp_path, "init")
    assert refused.code == 2
    assert "--organization, --site" in refused.err
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--organization", "catalog"), "folder of its own"),
        (("--site", "東京"), "no name for a folder"),
        (("--timezone", "Middle/Earth"), "time zone"),
        (("--country", "XX"), "country"),
        (("--organization-name", "a\x1b[31mb"), "cannot be written"),
        (("--name", " "), "cannot be written"),
        (("--owner", "anna"), "no owner"),
        (("--owner", "@a\n* @evil"), "no owner"),
        (("--site-type", "castle"), "castle"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_wrong_answer_is_told_and_nothing_is_written(tmp_path: Path, arguments: tuple[str, str], words: str) -> None:
    refused = invgit(tmp_path, "init", *SMITH, *arguments)
    assert refused.code == 2
    assert words in refused.err
    assert "\x1b[31mb" not in refused.err
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    "name", ["null", "yes", "0x1f", "a: b # c", "\"x\" 'y'", "- {a}", "Ärger & Söhne", "<b>", "東京"]
)
def test_a_name_is_written_so_that_it_reads_back(tmp_path: Path, name: str) -> None:
    assert invgit(tmp_path, "init", *SMITH, "--name", name).code == 0
    from invgit import pipeline
    from invgit.config import Settings
    from invgit.model.kinds import Site

    compiled = pipeline.compile_inventory(Settings(tmp_path), pipeline.now())
    (site,) = compiled.inventory.of(Site)
    assert site.values.name == name
    assert compiled.diagnostics == ()


def test_a_run_that_was_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    assert invgit(tmp_path, "init", "whole", *SMITH).code == 0
    for at in range(6):
        folder = tmp_path / f"killed-{at}"
        command = [sys.executable, "-m", "invgit", "init", str(folder), *SMITH]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}
        ) as run:
            until = time.monotonic() + 20
            while not folder.exists() and time.monotonic() < until and run.poll() is None:
                time.sleep(0.0005)
            time.sleep(at * 0.0005)
            run.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        assert invgit(tmp_path, "init", str(folder), *SMITH).code == 0
        assert tree(folder) == tree(whole)


def test_what_a_killed_run_left_beside_a_file_that_was_done_goes(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert invgit(tmp_path, "init", "new", *SMITH).code == 0
    whole = tree(folder)
    (folder / ".README.md.invgit-init").write_bytes((folder / "README.md").read_bytes())
    assert invgit(tmp_path, "init", "new", *SMITH).code == 0
    assert tree(folder) == whole


def test_the_choices_are_those_of_the_model(tmp_path: Path) -> None:
    help = invgit(tmp_path, "init", "--help").out
    for kind in ("organization", "site"):
        assert "|".join(specs()[kind].by_name["type"].choices) in help.replace("\n", "").replace(" ", "")


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_at_a_terminal_what_was_not_said_is_asked(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "invgit", "init"]
    known = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TZ": "Europe/Berlin"}
    with subprocess.Popen(command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, env=known) as run:
        os.close(theirs)
        os.write(ours, "東京\nMüller\nhome\nHaus\n\nNowhere\n\n".encode())
        shown = b""
        while run.poll() is None or b"then:" not in shown:
            try:
                shown += os.read(ours, 4096)
            except OSError:
                break
        assert run.wait(60) == 0, shown.decode()
    os.close(ours)
    assert b"letters a to z are needed" in shown
    assert b"named like Europe/Berlin" in shown
    assert "name: Müller" in (tmp_path / "inventory/mueller/organization.yaml").read_text(encoding="utf-8")
    site = (tmp_path / "inventory/mueller/haus/site.yaml").read_text(encoding="utf-8")
    assert "type: residence\n  country: DEU\n  timezone: Europe/Berlin\n" in site
