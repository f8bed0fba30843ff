"""The command line as a whole: help, exit codes, streams, colours, and errors that are never tracebacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from support_project import Project

from invgit.cli.main import COMMANDS, ENTITIES
from invgit.config import schema

GOOD = {
    "home/organization.yaml": "organization: {name: Home}\n",
    "home/house/site.yaml": "site: {name: House}\nnetworks:\n  lan: {name: LAN, cidr: 10.0.0.0/24}\n",
    "home/house/devices.yaml": "devices:\n  nas:\n    name: NAS\n    type: nas\n    network: lan\n    ip: 10.0.0.5\n",
}
BAD = {**GOOD, "home/house/devices.yaml": GOOD["home/house/devices.yaml"].replace("10.0.0.5", "10.0.1.5")}


@pytest.fixture
def folder(tmp_path: Path) -> Project:
    """A project whose database nobody needs."""
    project = Project(tmp_path / "project", "")
    project.write(GOOD)
    return project


@pytest.mark.parametrize("words", [[], ["-h"], *([name, "--help"] for name in (*COMMANDS, *ENTITIES))], ids=" ".join)
def test_help_is_there_for_every_command(folder: Project, words: list[str]) -> None:
    result = folder.run(*words)
    assert (result.code, "Usage: invgit" in result.out + result.err) == (0 if words else 2, True)


def test_help_imports_neither_the_database_driver_nor_the_model() -> None:
    code = (
        "import sys; from invgit.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\nprint([*sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert not [name for name in ("psycopg", "pydantic", "yaml", "deepdiff", "rich") if f"'{name}'" in loaded]


SETTINGS = """\
database: {env: PROJECT_DATABASE}
sources: {homeseer: {o/s: {url: "http://127.0.0.1:1"}}}
notify: {webhooks: {home: {url: {env: HOOK}}}}
forge: {repository: ann/inventory}
"""


def test_who_looks_at_files_waits_for_no_network_driver_or_matching(folder: Project) -> None:
    folder.root.joinpath("invgit.yaml").write_text(SETTINGS, encoding="utf-8")
    code = (
        "import sys; from invgit.cli.main import main\n"
        "try: main(['validate'])\nexcept SystemExit: pass\nprint([*sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder.root, capture_output=True, text=True, check=True)
    names = (
        "httpx",
        "ssl",
        "smtplib",
        "psycopg",
        "invgit.http",
        "invgit.propose.match",
        "invgit.sources.homeseer.client",
    )
    assert not [name for name in names if f"'{name}'" in done.stdout.splitlines()[-1]]


def test_version_is_one_line(folder: Project) -> None:
    assert folder.run("--version").out.startswith("invgit 0.")


def test_a_right_inventory_ends_with_0(folder: Project) -> None:
    result = folder.run("validate")
    assert (result.code, result.out) == (0, "0 errors, 0 warnings in 4 entities\n")


def test_a_wrong_inventory_ends_with_1_and_says_where_and_why(folder: Project) -> None:
    folder.write(BAD)
    result = folder.run("validate")
    assert result.code == 1
    assert "error[ip-outside-network]: 10.0.1.5 is not inside 10.0.0.0/24" in result.out
    assert "inventory/home/house/devices.yaml:6:9" in result.out
    assert " 6 |     ip: 10.0.1.5\n     |         ^^^^^^^^" in result.out
    assert "1 error, 0 warnings" in result.out


def test_json_diagnostics_have_place_cause_and_related_places(folder: Project) -> None:
    folder.write(BAD)
    found = folder.run("validate", "--format", "json").json
    assert found["format"] == "invgit-diagnostics/1"
    assert found["summary"] == {"entities": 4, "errors": 1, "warnings": 0}
    (one,) = found["diagnostics"]
    assert (one["code"], one["file"], one["line"], one["column"], one["end_column"]) == (
        "ip-outside-network",
        "inventory/home/house/devices.yaml",
        6,
        9,
        17,
    )
    assert one["related"][0]["line"] == 3


def test_paths_choose_what_is_shown_and_never_what_counts(folder: Project) -> None:
    folder.write(BAD)
    result = folder.run("validate", str(folder.root / "inventory/home/organization.yaml"))
    assert (result.code, "ip-outside-network" in result.out) == (1, False)
    assert "1 more outside" in result.err


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=" ".join)
def test_nothing_is_planned_on_a_wrong_inventory(folder: Project, command: list[str]) -> None:
    folder.write(BAD)
    result = folder.run(*command)
    assert (result.code, result.out) == (1, "")
    assert "ip-outside-network" in result.err


def test_a_missing_inventory_ends_with_3(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", "")
    project.root.joinpath("inventory").rmdir()
    result = project.run("validate")
    assert (result.code, "there is no folder `inventory`" in result.err, "help" in result.err) == (3, True, True)


def test_an_empty_inventory_is_right(tmp_path: Path) -> None:
    assert Project(tmp_path / "project", "").run("validate").code == 0


@pytest.mark.parametrize(
    "words", [["plna"], ["plan", "--fromat", "json"], ["explain", "no-such-code"], ["validate", "--now", "x"]]
)
def test_usage_errors_end_with_2(folder: Project, words: list[str]) -> None:
    result = folder.run(*words)
    assert (result.code, result.out) == (2, "")


def test_a_mistyped_command_is_guessed(folder: Project) -> None:
    assert "Did you mean `plan`?" in folder.run("plna").err


def test_apply_without_a_terminal_wants_yes(folder: Project) -> None:
    result = folder.run("apply")
    assert (result.code, "--yes" in result.err) == (2, True)


def test_a_bug_of_ours_is_one_line_and_70(folder: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "9" * 30)  # no clock goes that far
    result = folder.run("--debug", "validate")
    assert result.code == 70
    assert "Traceback" not in result.out + result.err
    written = Path(result.err.rsplit("the details are in ", 1)[1].strip())
    assert "Traceback" in written.read_text(encoding="utf-8")
    written.unlink()


def test_colour_is_for_terminals_only(folder: Project) -> None:
    folder.write(BAD)
    assert "\x1b" not in folder.run("validate").out


def test_output_is_utf_8_on_every_console(folder: Project) -> None:
    folder.write({**BAD, "home/house/devices.yaml": "devices:\n  nas: {name: Ärger, type: é, ip: ß}\n"})
    done = subprocess.run(
        [sys.executable, "-m", "invgit", "-C", str(folder.root), "validate"],
        env={**folder.environment(), "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, "Ärger" in done.stdout.decode("utf-8")) == (1, True)


def test_a_reader_that_goes_away_is_no_error(folder: Project) -> None:
    folder.write(
        {**GOOD, "home/house/many.yaml": "zones:\n" + "".join(f"  Z{number}: {{}}\n" for number in range(5000))}
    )
    done = subprocess.run(
        f"{sys.executable} -m invgit -C {folder.root} validate | head -n 1",
        shell=True,
        env=folder.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_project_is_found_from_below(folder: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "invgit", "validate"],
        cwd=folder.root / "inventory/home/house",
        env=folder.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "0 errors, 0 warnings in 4 entities\n")


def test_warnings_never_change_the_exit_code(folder: Project) -> None:
    folder.write(
        {**GOOD, "home/house/more.yaml": "devices:\n  tv: {name: TV, type: tv, warranty_expiry: 2020-01-01}\n"}
    )
    result = folder.run("validate", "--now", "2026-01-01")
    assert (result.code, "warning[warranty-ended]" in result.out) == (0, True)


@pytest.mark.parametrize(
    ("now", "code"), [("2020-01-01T07:59:00Z", "warranty-ending"), ("2020-01-01T08:00:00Z", "warranty-ended")]
)
def test_today_is_the_sites_own_date(folder: Project, now: str, code: str) -> None:
    folder.write(
        {**GOOD, "home/house/more.yaml": "devices:\n  tv: {name: TV, type: tv, warranty_expiry: 2019-12-31}\n"}
    )
    assert f"warning[{code}]" in folder.run("validate", "--now", now).out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("database: postgres://user:hunter2@host/db\n", "no connection string itself"),
        ("databse: embedded\n", "invgit.yaml:1:1: unknown key"),
        ("format: 2\n", "invgit.yaml:1:9"),
        ("requires: '>=99'\n", "requires invgit >=99"),
        ("requires: nonsense\n", "no version range"),
        ("- a\n", "expected keys"),
        ("database: {env: A, file: b}\n", "invgit.yaml:1:1"),
        ("database: [\n", "invgit.yaml:"),
    ],
)
def test_wrong_settings_end_with_3_and_repeat_no_secret(folder: Project, text: str, words: str) -> None:
    folder.root.joinpath("invgit.yaml").write_text(text, encoding="utf-8")
    result = folder.run("validate")
    assert (result.code, words in result.err, "hunter2" in result.err) == (3, True, False)


@pytest.mark.parametrize(
    "content", [{}, {"database": "embedded"}, {"format": 1, "requires": ">=0.1", "database": {"env": "A"}}]
)
def test_settings_and_their_schema_agree(folder: Project, content: dict[str, object]) -> None:
    jsonschema.validate(content, schema())
    folder.root.joinpath("invgit.yaml").write_text(json.dumps(content), encoding="utf-8")
    assert folder.run("validate").code == 0


def test_explain_lists_every_code_and_prints_one_with_its_examples(folder: Project) -> None:
    listed = folder.run("explain").out
    one = folder.run("explain", "ip-outside-network").out
    assert "ip-outside-network" in listed
    assert "Wrong:" in one
    assert "Right:" in one


def test_schema_writes_what_is_committed_and_check_tells_when_it_is_old(folder: Project, tmp_path: Path) -> None:
    out = tmp_path / "schemas"
    assert folder.run("schema", "--out", str(out)).code == 0
    assert folder.run("schema", "--out", str(out), "--check").code == 0
    (out / "plan.schema.json").write_text("{}", encoding="utf-8")
    result = folder.run("schema", "--out", str(out), "--check")
    assert (result.code, result.out.strip()) == (4, str(out / "plan.schema.json"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_hostile_file_names_are_written_out(folder: Project) -> None:
    inside = folder.root / "inventory/home/house"
    (inside / "::error::\x1b[31m\n.yaml").write_text("devices: {}\n", encoding="utf-8")
    result = folder.run("validate")
    assert result.code == 1
    assert "\x1b" not in result.out
    assert not [line for line in result.out.splitlines() if line.startswith("::")]
