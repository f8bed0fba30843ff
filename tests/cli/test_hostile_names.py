"""Names that want to be obeyed, wherever a name can come from: no command gives one to a terminal or to a CI's log."""

import json
import os
from pathlib import Path

import pytest
from support_database import Database
from support_payloads import OBEYED
from support_project import Project, Result
from support_runner import commands

from invgit.cli.main import COMMANDS, ENTITIES

HOSTILE = "::add-mask::x\x1b[31m\x9b2J\x7f\u202e ##[error]y\r\n::error::z \x1b]8;;http://evil.example\x1b\\%0A::debug::"
FILES = {
    "home/organization.yaml": "organization: {name: Home}\n",
    "home/house/site.yaml": "site: {name: House}\nzones:\n  hall: {name: Hall}\n",
    "home/house/devices.yaml": "devices:\n  nas: {name: NAS, type: nas, zone: hall}\n  tv: {name: TV, type: tv}\n",
}


def obeyed(result: Result) -> str:
    """What a terminal or a runner would obey in what a command wrote."""
    text = result.out + result.err
    return "".join(OBEYED.findall(text)) + "".join(map(str, [*commands(result.out), *commands(result.err)]))


@pytest.fixture
def bent(project: Project, database: Database) -> Project:
    """A project that was applied by somebody of a hostile name, and whose rows have such names since."""
    project.write(FILES)
    assert project.run("apply", "--yes", LOGNAME=HOSTILE, USER=HOSTILE).code == 0
    database.execute("UPDATE devices SET name = %s, description = %s WHERE name = 'NAS'", HOSTILE, HOSTILE)
    database.execute("UPDATE devices SET metadata = jsonb_build_object(%s::text, %s::text)", HOSTILE, HOSTILE)
    database.execute("UPDATE entities SET file = %s", HOSTILE)
    said = '{"ip": ' + json.dumps(HOSTILE) + "}"
    database.execute("INSERT INTO observations (source, site, key, kind, entity_id, status, details, digest,"
                     " first_looked, changed_at) SELECT %s, 'x', %s || id, 'device', id, 'online', %s, '', now(), now()"
                     " FROM devices",
                     HOSTILE[:50], HOSTILE, said)  # fmt: skip
    database.execute("INSERT INTO looks (source, site) VALUES (%s, %s)", HOSTILE[:50], HOSTILE)
    database.execute("INSERT INTO sync_history (sync_source, site, status, started_at, error_message, sync_type)"
                     " VALUES (%s, %s, 'failed', now(), %s, 'full')", HOSTILE[:50], HOSTILE, HOSTILE)  # fmt: skip
    database.execute("INSERT INTO alerts (receiver, kind, key, site, text) VALUES ('x', 'drift', %s, %s, %s)",
                     HOSTILE, HOSTILE, HOSTILE)  # fmt: skip
    columns = "id, site_id, name, slug"
    database.execute(f"INSERT INTO zones ({columns}) SELECT gen_random_uuid(), id, %s, 'attic' FROM sites", HOSTILE)
    return project


QUESTIONS = [
    *(["status", "--only", part] for part in ("devices", "sources", "alerts")),
    ["status"], ["audit"], ["audit", HOSTILE], ["plan"], ["plan", "--site", HOSTILE], ["explain", HOSTILE], [HOSTILE],
    ["plan", f"--{HOSTILE}"], ["validate", "--now", HOSTILE], ["validate", "--format", HOSTILE], ["validate", HOSTILE],
    ["-C", HOSTILE, "validate"], ["db", HOSTILE], ["db", "status"], ["db", "stats"], ["db", "health"], ["db", "url"],
    ["db", "reset", "--confirm", HOSTILE], ["schema", "--out", HOSTILE, "--check"], ["db", "start"],
    ["drift"], ["drift", "--patch"], ["drift", "-o", "csv"], ["plan", "--allow", HOSTILE], ["plan", "--out", HOSTILE],
    ["apply", HOSTILE], ["diff"], ["diff", HOSTILE], ["diff", "HEAD", HOSTILE], ["plan", "--against", HOSTILE],
    ["plan", "--rev", HOSTILE], ["undo", HOSTILE], ["undo", "1"], ["find", HOSTILE], ["find", "a", "--from", "db"],
    ["notify"], ["notify", "--test"], ["notify", "--dry-run"], ["notify", "--now", HOSTILE],
    ["changes", "list"], ["changes", "list", "--site", HOSTILE], ["changes", "show", HOSTILE], ["changes", HOSTILE],
    ["changes", "accept", HOSTILE, "--yes"], ["changes", "reject", HOSTILE, "--reason", HOSTILE],
    ["sync", HOSTILE], ["sync", "homeseer"], ["sync", "homeseer", "--site", HOSTILE],
    ["changes", "defer", HOSTILE, "--until", HOSTILE], ["completion", HOSTILE],
    ["network", "free", HOSTILE], ["network", "vendor", HOSTILE],
    *([word, "list", "--from", "db"] for word in ENTITIES),
    *([word, "show", HOSTILE] for word in ENTITIES), ["device", "show", "nas", "--from", "db"], ["device", HOSTILE],
    ["device", "list", "--where", HOSTILE], ["device", "list", "--where", f"name={HOSTILE}"],
    ["device", "list", "--columns", HOSTILE], ["device", "list", "--sort", HOSTILE],
    ["fmt", HOSTILE], ["fmt", "--diff"], ["validate", "--fix", HOSTILE],
    ["zone", "list", "--site", HOSTILE], ["device", "create", HOSTILE, "--yes"], ["device", "delete", HOSTILE, "--yes"],
    ["device", "update", "nas", "--description", HOSTILE, "--dry-run"], ["device", "rename", "nas", HOSTILE, "--yes"],
    ["device", "update", "nas", "--set", HOSTILE, "--yes"], ["device", "move", "nas", HOSTILE, "--yes"],
    ["device", "update", "nas", "--type", HOSTILE, "--dry-run"], ["device", "replace", HOSTILE, "--yes"],
    ["zone", "create", "zz", "--file", HOSTILE, "--name", "Z", "--dry-run"],
    ["import", "csv", HOSTILE], ["init", f"--{HOSTILE}"],
    ["init", HOSTILE], ["init", "--organization", HOSTILE, "--site", "b", "--owner", HOSTILE], ["schema", "--live"],
    ["init", "sub", "--organization", "a", "--site", "b", "--timezone", "Etc/UTC", "--name", HOSTILE],
    ["import", "csv", HOSTILE, "--site", HOSTILE], ["import", "netbox", HOSTILE], ["db", "adopt"],
    ["import", "netbox", f"devices={HOSTILE}", "--organization", HOSTILE], ["db", "adopt", "-o", HOSTILE],
]  # fmt: skip


def test_every_command_is_asked() -> None:
    """Whoever adds a command adds its questions: it may print what came from anywhere."""
    assert {words[0] for words in QUESTIONS} >= (COMMANDS.keys() | ENTITIES.keys()) - {"apply"}


def test_what_the_database_holds_and_what_is_asked_is_shown_and_not_obeyed(bent: Project) -> None:
    for words in QUESTIONS:
        result = bent.run(*words)
        assert not obeyed(result), words
        assert result.code != 70, words
    assert "\\x1b[31m" in bent.run("plan").out
    assert "\\x1b[31m" in bent.run("audit").out


def test_rows_are_as_harmless_in_every_form_and_json_keeps_the_name(bent: Project) -> None:
    for output in ("json", "yaml", "csv", "table"):
        for words in (["audit"], ["status"], ["db", "stats"], ["db", "health"]):
            assert not obeyed(bent.run(*words, "-o", output)), (words, output)
    assert {row["actor"].rpartition("@")[0] for row in bent.run("audit", "-o", "json").json} >= {HOSTILE}


def test_plans_and_applies_show_names_and_obey_none(bent: Project) -> None:
    bent.write({**FILES, "home/house/devices.yaml": "devices:\n  nas: {name: NAS, type: nas}\n"})
    changes = bent.run("plan", "--format", "json").json["changes"]
    assert HOSTILE in {change["source"]["file"] for change in changes}
    assert HOSTILE in [field["before"] for change in changes for field in change["fields"].values()]
    for words in (["plan"], ["plan", "--format", "json"], ["apply", "--yes"]):
        result = bent.run(*words, LOGNAME=HOSTILE)
        assert (result.code, obeyed(result)) == (0, ""), words


def test_an_unmanaged_row_in_the_way_is_told_by_its_name(bent: Project) -> None:
    bent.write({**FILES, "home/house/more.yaml": "zones:\n  attic: {name: Attic}\n"})
    result = bent.run("apply", "--yes")
    assert (result.code, obeyed(result)) == (5, "")


@pytest.mark.parametrize(
    "dsn",
    [f"host='{HOSTILE}'", f"host=127.0.0.1 port=1 dbname='{HOSTILE}'", f"postgresql://{HOSTILE}", f"host=/{HOSTILE}"],
)
def test_nothing_of_a_connection_string_is_obeyed(project: Project, dsn: str) -> None:
    project.write(FILES)
    result = project.run("plan", PROJECT_DATABASE=dsn.replace("\\", "\\\\").replace("\r\n", " "))
    assert (result.code, obeyed(result)) == (3, "")


def test_what_postgresql_says_of_names_is_not_obeyed(project: Project, database: Database) -> None:
    project.write(FILES)
    for name in ("user", "dbname"):
        quoted = HOSTILE.replace("\\", "\\\\").replace("'", "\\'")
        result = project.run("plan", PROJECT_DATABASE=f"{database.dsn} {name}='{quoted}'")
        assert (result.code, obeyed(result)) == (3, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_no_text_are_shown_too(project: Project) -> None:
    """Bytes that are no UTF-8: of who runs it, of a file, of a folder, of a word on the command line."""
    project.write(FILES)
    bytes_ = os.fsdecode(b"\xff\x1b[31m\xe9")
    name = f"{bytes_} {HOSTILE.replace('/', ' ')}.yaml"
    Path(project.root, "inventory", "home", name).write_text("x", encoding="utf-8")
    for words in (["validate"], ["validate", "--format", "github"], ["plan"], ["validate", bytes_], [bytes_]):
        result = project.run(*words)
        assert not OBEYED.search(result.out + result.err), words
        assert result.code in {1, 2}
    Path(project.root, "inventory", "home", name).unlink()
    assert project.run("plan", PROJECT_DATABASE=f"host={bytes_}").code == 3
    for words in (["apply", "--yes"], ["audit"], ["status"]):
        result = project.command(*words, LOGNAME=bytes_, USER=bytes_)
        assert (result.code, obeyed(result)) == (0, ""), (words, result)
