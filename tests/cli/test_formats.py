"""The formats of `validate`: each is what its readers' own schemas and parsers take, and says the same as the text."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from support_cases import CASES, OWNERS, compile_files, compile_folder, compile_text
from support_project import Project
from support_runner import commands

from invgit import pipeline
from invgit.cli.views.annotations import SHOWN
from invgit.cli.views.diagnostics import document
from invgit.cli.views.reports import report
from invgit.pipeline import Compiled

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
ALL_CASES = sorted(path.parent for path in CASES.glob("*/*/inventory") if path.parts[-3] in {"read", "check"})
TWICE = (
    "devices:\n  nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01}\n  tv: {name: TV, type: tv, mac: A01E0B000001}\n"
)


def form_of(compiled: Compiled) -> dict[str, Any]:
    return document(compiled.diagnostics, len(compiled.inventory))


def shown(format: str, compiled: Compiled, folder: str = "") -> str:
    return report(format, form_of(compiled), folder=folder, rules=pipeline.rules)


@pytest.fixture(scope="module")
def cases() -> list[Compiled]:
    """Every inventory of the case folders: between them, nearly every rule."""
    return [compile_folder(case) for case in ALL_CASES]


@pytest.fixture(scope="module")
def sarif() -> jsonschema.Draft4Validator:
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def test_every_report_is_what_the_schema_of_sarif_takes(cases: list[Compiled], sarif) -> None:
    spoke = set()
    for compiled in cases:
        log = json.loads(shown("sarif", compiled))
        sarif.validate(log)
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        for result, each in zip(run["results"], compiled.diagnostics, strict=True):
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == each.code
            assert result["message"]["text"].startswith(each.message[:20].partition("[")[0])
            assert len(result.get("relatedLocations", [])) == len(each.related)
            assert ("fixes" in result) == (each.fix is not None)
        spoke |= {rule["id"] for rule in rules}
        assert {rule["id"] for rule in rules} == {each.code for each in compiled.diagnostics}
    assert len(spoke) > 40


def test_sarif_says_where_as_its_readers_count() -> None:
    compiled = compile_text("devices:\r\n  nás: {name: ~, 🖴: 1}\r\n")
    (run,) = json.loads(shown("sarif", compiled, "a b/%/"))["runs"]
    places = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"]["startColumn"]
        for result in run["results"]
    }
    assert places == {"null-spelling": 15, "bad-slug": 3}
    assert (run["columnKind"], run["newlineSequences"]) == ("unicodeCodePoints", ["\r\n", "\n", "\r"])
    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "a%20b/%25/inventory/home/house/things.yaml", "uriBaseId": "%SRCROOT%"}
    (fix,) = next(result for result in run["results"] if result["ruleId"] == "null-spelling")["fixes"]
    (replacement,) = fix["artifactChanges"][0]["replacements"]
    assert replacement == {
        "deletedRegion": {"startLine": 2, "startColumn": 15, "endLine": 2, "endColumn": 16},
        "insertedContent": {"text": "null"},
    }


def test_the_second_of_two_names_the_first() -> None:
    (run,) = json.loads(shown("sarif", compile_text(TWICE)))["runs"]
    (result,) = run["results"]
    (other,) = result["relatedLocations"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert other["physicalLocation"]["region"]["startLine"] == 2
    names = [each["fullyQualifiedName"] for each in result["locations"][0]["logicalLocations"]]
    assert names == ["device:home/house/tv", "device:home/house/nas"]


def test_nothing_in_a_message_is_a_link_of_sarif() -> None:
    compiled = compile_text("devices:\n  nas: {name: NAS, type: nas, hostname: '[x](javascript:1)'}\n")
    (run,) = json.loads(shown("sarif", compiled))["runs"]
    assert "\\[x](javascript:1)" in run["results"][0]["message"]["text"]


def test_a_rule_brings_its_whole_explanation(cases: list[Compiled]) -> None:
    for compiled in cases:
        for rule in json.loads(shown("sarif", compiled))["runs"][0]["tool"]["driver"]["rules"]:
            assert rule["help"]["markdown"].count("```yaml") in {1, 2}, rule["id"]
            assert "Wrong:" not in rule["fullDescription"]["text"] + rule["shortDescription"]["text"]


def test_fingerprints_are_unique_and_stay_while_lines_move(cases: list[Compiled]) -> None:
    for compiled in cases:
        prints = [each["fingerprint"] for each in form_of(compiled)["diagnostics"]]
        assert len(prints) == len(set(prints))
    before = [each["fingerprint"] for each in form_of(compile_text(TWICE))["diagnostics"]]
    moved = compile_text(f"# a comment\n\n{TWICE.replace('type', 'description: new, type')}")
    split = compile_files({**OWNERS, "home/house/a/b.yaml": TWICE})
    for other in (moved, split):
        assert [each["fingerprint"] for each in form_of(other)["diagnostics"]] == before
    assert [each["fingerprint"] for each in form_of(compile_text(TWICE.replace("01", "02")))["diagnostics"]] != before


def test_every_report_is_what_gitlab_documents(cases: list[Compiled]) -> None:
    schema = json.loads((SCHEMAS / "gitlab-code-quality.json").read_text(encoding="utf-8"))
    for compiled in cases:
        issues = json.loads(shown("gitlab", compiled, "tools/"))
        jsonschema.validate(issues, schema)
        for issue, each in zip(issues, compiled.diagnostics, strict=True):
            assert issue["location"]["path"] == f"tools/{each.place.file}"
            assert issue["severity"] == {"error": "major", "warning": "minor"}[each.severity]
    assert shown("gitlab", compile_text("")) == "[]"


def test_the_runner_of_github_takes_one_command_a_finding(cases: list[Compiled]) -> None:
    for compiled in cases:
        found = commands(shown("github", compiled, "tools/"))
        for command, each in zip(found, compiled.diagnostics, strict=True):
            said = command.properties
            assert command.name == each.severity
            assert command.data.splitlines()[0].startswith(each.message[:20])
            assert (said["file"], said["title"]) == (f"tools/{each.place.file}", each.code)
            assert (int(said["line"]), int(said["endLine"])) == (each.place.line, each.place.end_line)
            assert ("col" in said, "endColumn" in said) == (each.place.line == each.place.end_line,) * 2
            assert command.data.count("\n") == len(each.related) + (each.help is not None)


def test_more_than_github_shows_is_said() -> None:
    zones = "zones:\n" + "".join(f"  Z{at}: {{}}\n" for at in range(SHOWN + 1))
    assert shown("github", compile_text(zones)).splitlines()[-1] == (
        "11 errors, 0 warnings in 2 entities; GitHub shows at most 10 of each beside the lines, all are above"
    )
    assert shown("github", compile_text("")) == "0 errors, 0 warnings in 2 entities"


@pytest.fixture
def below(tmp_path: Path) -> Project:
    """A wrong project in a folder of a repository."""
    (tmp_path / "repository/.git").mkdir(parents=True)
    project = Project(tmp_path / "repository/tools/our home", "")
    project.write({**OWNERS, "home/house/things.yaml": TWICE})
    return project


def test_forges_are_told_the_path_in_the_repository(below: Project) -> None:
    """People are told the one in the project, wherever they stand."""
    (command,) = commands(below.run("validate", "--format", "github").out)
    assert command.properties["file"] == "tools/our home/inventory/home/house/things.yaml"
    sarif = below.run("validate", "--format", "sarif").json["runs"][0]["results"][0]["locations"][0]
    assert sarif["physicalLocation"]["artifactLocation"]["uri"].startswith("tools/our%20home/inventory/")
    gitlab = below.run("validate", "--format", "gitlab")
    assert gitlab.json[0]["location"]["path"].startswith("tools/our home/inventory/")
    assert gitlab.code == 1
    assert "--> inventory/home" in below.run("validate").out
    assert below.run("validate", "--format", "json").json["diagnostics"][0]["file"].startswith("inventory/")


def test_a_ci_gets_the_format_it_asks_for_and_no_other(below: Project) -> None:
    result = below.run("validate", GITHUB_ACTIONS="true", GITLAB_CI="true")
    assert "error[duplicate-mac]" in result.out
    assert not commands(result.out)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_file_of_any_name_has_its_own_uri(below: Project) -> None:
    names = [b"\xff\n%0A::error::x.yaml", "a:b ü[x](y)#?.yaml".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(below.root / "inventory/home/house") + b"/" + name)).write_text("x: y\n")
    for format in ("text", "json", "sarif", "github", "gitlab"):
        result = below.command("validate", "--format", format)
        assert (result.code, result.err) == (1, "")
        assert {each.name for each in commands(result.out)} <= ({"error"} if format == "github" else set())
    results = json.loads(below.command("validate", "--format", "sarif").out)["runs"][0]["results"]
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2] for each in results}
    assert {unquote_to_bytes(uri) for uri in uris} == {*names, b"things.yaml"}
