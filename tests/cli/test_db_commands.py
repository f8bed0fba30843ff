"""`invgit db`, `status`, `audit`: what they show, and what they refuse."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support_database import Database, everything
from support_embedded import REPOSITORY, place
from support_project import Project

SITE = {
    "home/organization.yaml": "organization: {name: Home}\n",
    "home/house/site.yaml": "site: {name: House}\nzones:\n  attic: {name: Attic}\n  cellar: {name: Cellar}\n",
}


def test_migrate_makes_an_empty_database_ready_and_says_what_it_did(empty_database: Database, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", empty_database.dsn)
    project.write(SITE)
    before = project.run("plan")
    assert (before.code, "invgit db migrate" in before.err) == (3, True)
    assert "to go: invgit db migrate" in project.run("db", "status").out
    first = project.run("db", "migrate")
    assert (first.code, first.out.splitlines()[0]) == (0, "0001 inventory")
    again = project.run("db", "migrate")
    assert (again.code, again.out, "up to date" in again.err) == (0, "", True)
    assert "up to date" in project.run("db", "status").out
    project.apply()


def test_seed_applies_the_example_to_an_empty_database_and_to_no_other(project: Project) -> None:
    result = project.run("db", "seed")
    assert (result.code, "as generation 1" in result.err) == (0, True)
    again = project.run("db", "seed")
    assert (again.code, "not empty" in again.err) == (5, True)


def test_reset_wants_the_name_of_the_database(owned: Project) -> None:
    owned.write(SITE)
    owned.apply()
    unasked, wrong = owned.run("db", "reset"), owned.run("db", "reset", "--confirm", "other")
    assert (unasked.code, wrong.code) == (2, 5)
    assert owned.run("plan").out.startswith("Nothing to do")
    name = json.loads(owned.run("status", "-o", "json").out) and unasked.err.rsplit("--confirm ", 1)[1].split()[0]
    assert owned.run("db", "reset", "--confirm", name).code == 0
    assert owned.run("plan").out.startswith("Plan: 4 to create")


def test_reset_is_refused_in_ci(project: Project) -> None:
    result = project.run("db", "reset", "--confirm", "whatever", CI="true")
    assert (result.code, "not reset in CI" in result.err) == (5, True)


def test_stats_and_health_show_the_tables(project: Project) -> None:
    project.write(SITE)
    project.apply()
    tables = [row["table"] for row in project.run("db", "stats", "-o", "json").json]
    assert {"devices", "audit_log", "entities"} <= set(tables)
    health = project.run("db", "health", "-o", "json")
    assert (health.code, {row["state"] for row in health.json}) == (0, {"good"})


def test_health_tells_when_triggers_are_off_and_rows_are_gone(project: Project, database: Database) -> None:
    project.write(SITE)
    project.apply()
    with database.connect() as connection:
        connection.execute("ALTER TABLE zones DISABLE TRIGGER invgit_delete")
        connection.execute("DELETE FROM zones")
    found = project.run("db", "health", "-o", "json")
    bad = {row["check"] for row in found.json if row["state"] == "BAD"}
    assert (found.code, bad) == (3, {"rows", "audit"})


def test_a_url_has_no_password(project: Project) -> None:
    result = project.run("db", "url")
    assert (result.code, result.out.startswith("postgresql://"), "password" in result.out) == (0, True, False)


def test_status_counts_what_is_managed_drifted_and_unmanaged(project: Project, database: Database) -> None:
    project.write(SITE)
    assert "nothing was applied yet" in project.run("status").out
    project.apply()
    with database.connect() as connection:
        connection.execute("UPDATE zones SET name = 'Loft' WHERE slug = 'attic'")
        connection.execute("INSERT INTO zones (site_id, name, slug) SELECT id, 'X', 'x' FROM sites")
    rows = {row["kind"]: row for row in project.run("status", "-o", "json").json}
    assert rows["zone"] == {"kind": "zone", "managed": 2, "drifted": 1, "unmanaged": 1}
    assert "generation 1, applied" in project.run("status").out


def test_audit_shows_a_change_made_by_hand_with_the_role_that_made_it(project: Project, database: Database) -> None:
    project.write(SITE)
    project.apply()
    with database.connect() as connection:
        connection.execute("UPDATE zones SET name = 'Loft' WHERE slug = 'attic'")
        (role,) = connection.execute("SELECT session_user").fetchone() or ("",)
    latest, first = project.run("audit", "attic", "-o", "json").json
    assert (latest["action"], latest["role"], latest["fields"], latest["apply"]) == ("update", role, ["name"], None)
    assert (latest["before"], latest["after"]) == ({"name": "Attic"}, {"name": "Loft"})
    assert (first["action"], first["name"]) == ("create", "Attic")
    assert first["apply"]
    assert "Loft" in project.run("audit", "--since", "2020-01-01").out


@pytest.mark.parametrize(("word", "said"), [("nowhere", "nothing is or was called"), ("house", "could be")])
def test_audit_wants_one_entity(project: Project, word: str, said: str) -> None:
    project.write({**SITE, "home/house/more.yaml": "zones:\n  house: {name: House}\n"})
    project.apply()
    result = project.run("audit", word)
    assert (result.code, said in result.err) == (2, True)


@pytest.mark.parametrize("form", ["table", "json", "yaml", "csv"])
def test_rows_come_in_every_form(project: Project, form: str) -> None:
    project.write({**SITE, "home/house/more.yaml": 'zones:\n  odd: {name: "=1+1", metadata: {a: "x\\ty"}}\n'})
    project.apply()
    out = project.run("audit", "odd", "-o", form).out
    assert "=1+1" in out
    if form == "csv":
        assert ",'=1+1," in out


def test_the_embedded_database_is_kept_by_start_and_let_go_by_stop(tmp_path: Path) -> None:
    with place() as state:
        project = tmp_path / "project"
        project.joinpath("inventory").mkdir(parents=True)
        project.joinpath("invgit.yaml").write_text("database: embedded\n", encoding="utf-8")
        environment = {**os.environ, "INVGIT_STATE_HOME": str(state), "PYTHONPATH": str(REPOSITORY)}

        def invgit(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
            command = [sys.executable, "-m", "invgit", "-C", str(project), *words]
            return subprocess.run(command, env={**environment, **more}, capture_output=True, text=True, check=False)

        absent = invgit("db", "url")
        assert (absent.returncode, "not running" in absent.stderr) == (2, True)
        started = invgit("db", "start")
        assert (started.returncode, started.stdout.startswith("postgresql://")) == (0, True)
        assert invgit("db", "url").stdout == started.stdout
        in_ci = invgit("plan", CI="true")
        assert (in_ci.returncode, "--embedded" in in_ci.stderr) == (3, True)
        assert invgit("plan", "--embedded", CI="true").returncode == 0
        assert "stopped" in invgit("db", "stop").stderr
        assert "no server" in invgit("db", "stop").stderr


def test_apply_waits_for_another_writer_no_longer_than_it_is_told(project: Project, database: Database) -> None:
    from invgit.state.lock import writer

    project.write(SITE)
    with database.opened("the other apply") as connection, writer(connection):
        result = project.run("apply", "--yes", "--lock-timeout", "0.2")
    assert (result.code, "the other apply" in result.err) == (7, True)
    assert project.run("status", "-o", "json").json[1]["managed"] == 0


def test_reset_takes_a_database_whose_migrations_have_changed_since(owned: Project, database: Database) -> None:
    database.execute("UPDATE invgit_migrations SET checksum = 'of an older text' WHERE version = 1")
    assert owned.run("plan").code == 5
    assert owned.run("db", "reset", "--confirm", database.name).code == 0
    assert owned.run("plan").code == 0


@pytest.mark.parametrize(
    ("statement", "code", "said"),
    [
        (
            "INSERT INTO invgit_migrations (version, name, checksum, tool_version) VALUES (9999, 'x', 'x', '9')",
            3,
            "this invgit knows",
        ),
        ("DROP TABLE invgit_migrations", 5, "this database is not invgit's"),
        ("CREATE VIEW theirs AS SELECT name FROM devices", 5, "view theirs depends on table devices"),
    ],
)
def test_reset_leaves_what_it_does_not_know(
    owned: Project, database: Database, statement: str, code: int, said: str
) -> None:
    owned.write(SITE)
    owned.apply()
    database.execute(statement)
    before = everything(database)
    result = owned.run("db", "reset", "--confirm", database.name)
    assert (result.code, said in result.err) == (code, True), result
    assert everything(database) == before


def test_status_tells_whether_an_apply_was_carried_out(project: Project) -> None:
    project.write(SITE)
    id = project.apply().err.rpartition("(")[2].split(")")[0]
    assert f"apply      {id}" in project.run("status").out
    (found,) = project.run("status", id, "-o", "json").json
    assert (found["id"], found["carried_out"], found["generation"]) == (id, True, 1)
    other = id[:-1] + ("0" if id[-1] != "0" else "1")
    (missing,) = project.run("status", other, "-o", "json").json
    assert (missing["carried_out"], missing["generation"]) == (False, None)
    assert project.run("status", "no-uuid").code == 2


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]])
@pytest.mark.parametrize(("word", "meant"), [("home/huose", "home/house"), ("huose", "house"), ("other/house", None)])
def test_a_site_that_neither_yaml_nor_database_knows_is_a_slip(
    project: Project, database: Database, command: list[str], word: str, meant: str | None
) -> None:
    project.write(SITE)
    result = project.run(*command, "--site", word)
    assert (result.code, f"there is no site `{word}`" in result.err) == (2, True)
    assert "known are home/house" in result.err
    assert meant is None or f"did you mean `{meant}`?" in result.err


@pytest.mark.parametrize("word", ["house", "home/house"])
def test_a_site_that_only_the_database_knows_can_be_named(project: Project, word: str) -> None:
    project.write(SITE)
    project.apply()
    project.write({"home/organization.yaml": SITE["home/organization.yaml"]})
    assert "to delete" in project.run("plan", "--site", word).out
    assert project.run("apply", "--yes", "--site", word, "--allow", "empty:home/house").code == 0
    assert project.run("plan", "--site", word).code == 2
