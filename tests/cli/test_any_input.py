"""Whatever stands in files: an exit code of the contract, all of it said in words, nothing that a terminal obeys."""

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_damage import PIECES, broken, damaged
from support_project import Project, Result
from support_runner import commands
from support_strategies import SEEDS

from invgit.cli.views.reports import FORMATS
from invgit.text.problem import BAD_CHARACTER

CODES = {0, 1, 2, 3, 5}
"""What a command ends with that reads files and is told of no database."""
_SECRET = "hunter2hunter2"
_CONFIG = b"""# yaml-language-server: $schema=schemas/config.schema.json
format: 1
requires: ">=0.1"
database: {env: PROJECT_DATABASE}
limits:
  devices: {deletes: 10}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A folder without a database."""
    return Project(tmp_path_factory.mktemp("any") / "project", "")


def write(project: Project, files: dict[str, bytes]) -> None:
    """The inventory these files are; where one is another's folder, the first stays."""
    project.write({})
    for path, data in files.items():
        target = project.root / "inventory" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def is_answered(result: Result) -> None:
    """One of the exit codes, no traceback, no character that nobody sees or that moves a cursor, no secret."""
    both = result.out + result.err
    assert result.code in CODES, both
    assert "Traceback" not in both
    assert not BAD_CHARACTER.search(re.sub(r"\x1b\[[0-9;]*m", "", both))
    assert _SECRET not in both


@given(seed=SEEDS, form=st.sampled_from(FORMATS))
def test_nearly_right_files_are_understood_or_refused_in_words(project: Project, seed: int, form: str) -> None:
    write(project, damaged(seed))
    result = project.run("validate", "--format", form)
    is_answered(result)
    if form in {"json", "sarif", "gitlab"}:
        assert isinstance(result.json, dict | list)
    if form == "json":
        assert (result.json["summary"]["errors"] > 0) == (result.code == 1)
        keys = [(each["file"], each["line"], each["column"]) for each in result.json["diagnostics"]]
        assert keys == sorted(keys)
    if form == "github":
        assert {command.name for command in commands(result.out)} <= {"error", "warning"}


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=20).map(b"".join),
    st.sampled_from(["home/house/x.yaml", "home/x.yml", "catalog/x.yaml", "x.yaml", "Hôme/x.YAML"]),
)
def test_any_bytes_are_understood_or_refused_in_words(project: Project, data: bytes, path: str) -> None:
    write(project, {path: data})
    is_answered(project.run("validate"))


def test_no_message_repeats_what_is_hidden(project: Project) -> None:
    """A secret may stand where nobody looks for a value: in a key, or in what was meant for text."""
    link = f"https://u:{_SECRET}@h/x"
    for text in (
        f"{{{link}}}",
        f"{link}: 1",
        f"devices:\n  {link}: {{}}\n",
        f"devices: {{a: {{'{link}': 1}}}}",
        f"? [{link}]\n",
    ):
        write(project, {"home/house/x.yaml": text.encode()})
        is_answered(project.run("validate"))
        is_answered(project.run("validate", "--format", "json"))


@given(SEEDS, st.binary(max_size=60), st.sampled_from(["validate", "plan", "status", "apply --yes"]))
def test_any_settings_are_understood_or_refused_in_words(
    project: Project, seed: int, data: bytes, command: str
) -> None:
    """Under CI: there an embedded database is not started by a word in a file."""
    write(project, {})
    chance, settings_file = Random(seed), project.root / "invgit.yaml"
    kept = settings_file.read_bytes()
    try:
        settings_file.write_bytes(
            chance.choice([data, broken(chance, _CONFIG), broken(chance, broken(chance, _CONFIG))])
        )
        is_answered(project.run(*command.split(), CI="1"))
    finally:
        settings_file.write_bytes(kept)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_findings_in_the_same_order_in_every_process(tmp_path: Path, form: str) -> None:
    """However Python shuffles its sets, and in whatever order a folder lists its files."""
    answers = set()
    for number in range(3):
        project = Project(tmp_path / str(number) / "project", "")
        files: dict[str, bytes] = {}
        for seed in range(40, 44):
            files |= {path.replace("o0/", f"o{seed}/", 1): data for path, data in damaged(seed, 60).items()}
        items = list(files.items())
        Random(number).shuffle(items)
        write(project, dict(items))
        result = project.command("validate", "--format", form, PYTHONHASHSEED=str(number * 1000 + 1))
        is_answered(result)
        assert result.code == 1
        answers.add(result.out)
    assert len(answers) == 1
