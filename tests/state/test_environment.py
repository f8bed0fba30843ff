"""A database that cannot be used: an exit code, a sentence, a way on, and never a password."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from psycopg import conninfo
from support_database import Database, content
from support_inventory import TINY
from support_project import VARIABLE, Project

from invgit import paths
from invgit.state.migrate import migrate, migrations, reset, schema_state

SECRET = "s3cr%t-Pässwort"


@pytest.fixture
def described(project: Project) -> Project:
    """A project with something in it."""
    project.write(TINY)
    return project


def _with(project: Project, dsn: str) -> Project:
    project.dsn = dsn
    return project


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["status"], ["audit"], ["db", "health"]])
def test_a_database_without_tables_is_told_to_be_migrated(
    empty_database: Database, tmp_path: Path, command: list[str]
) -> None:
    project = Project(tmp_path / "p", empty_database.dsn)
    project.write(TINY)
    result = project.run(*command)
    assert result.code == 3
    assert "the database is empty" in result.err
    assert "invgit db migrate" in result.err
    assert project.run("db", "migrate").code == 0
    assert project.run(*command).code == 0


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]])
@pytest.mark.parametrize(
    ("statement", "code", "said", "help"),
    [
        (
            "INSERT INTO invgit_migrations (version, name, checksum, tool_version) VALUES (9999, 'x', 'x', '9')",
            3,
            "this invgit knows",
            "install the newer invgit",
        ),
        (
            "DELETE FROM invgit_migrations WHERE version = (SELECT max(version) FROM invgit_migrations)",
            3,
            "older than this invgit: 1 migration",
            "invgit db migrate",
        ),
        (
            "UPDATE invgit_migrations SET checksum = 'x' WHERE version = 1",
            5,
            "migration 0001_inventory of this",
            "a migration never changes",
        ),
        (
            "DROP TABLE invgit_migrations",
            5,
            "this database is not invgit's: it has a table `device_categories`",
            "empty database",
        ),
        (
            "ALTER SCHEMA public RENAME TO elsewhere; CREATE SCHEMA public; CREATE TABLE devices (x int)",
            5,
            "it has a table `devices` that invgit did not make",
            "name an empty database",
        ),
    ],
)
def test_another_schema_than_ours_is_left_alone(
    database: Database, described: Project, command: list[str], statement: str, code: int, said: str, help: str
) -> None:
    database.execute(statement)
    result = described.run(*command)
    assert result.code == code, result
    assert said in result.err
    assert help in result.err


def test_a_role_that_may_not_write_may_plan(database: Database, described: Project) -> None:
    _with(described, database.role("SELECT"))
    assert described.changes()
    before = content(database)
    result = described.run("apply", "--yes")
    assert result.code == 3
    assert "may not apply: it lacks" in result.err
    assert "invgit db grant --apply" in result.err
    assert content(database) == before


def test_a_role_that_may_write_rows_may_apply(database: Database, described: Project) -> None:
    _with(described, database.role("SELECT, INSERT, UPDATE, DELETE"))
    described.apply()
    assert described.changes() == []
    described.write({})
    described.apply("--allow", "empty:everything")


def test_a_role_that_may_nothing_is_told_so(database: Database, described: Project) -> None:
    for command in (["plan"], ["apply", "--yes"], ["db", "migrate"]):
        result = _with(described, database.role("")).run(*command)
        assert result.code == 3, result
        assert "permission denied" in result.err


def test_a_wrong_password_is_not_repeated(database: Database, described: Project) -> None:
    role = conninfo.conninfo_to_dict(database.role())["user"]
    result = _with(described, conninfo.make_conninfo(database.dsn, user=role, password=SECRET)).run("plan")
    assert result.code == 3
    assert "cannot connect to PostgreSQL" in result.err
    assert SECRET not in result.err


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgres//u:{SECRET}@h/db",
        f"postgresql://u:{SECRET}@h/db",
        f"host=h user=u password={SECRET} more",
        f"host=h pasword={SECRET}",
        f"postgresql://u:{SECRET} x@h:5432/db",
    ],
)
def test_a_connection_string_that_is_none_is_not_repeated(described: Project, dsn: str) -> None:
    result = _with(described, dsn).run("plan")
    assert result.code == 3
    assert f"the environment variable {VARIABLE} holds no libpq connection string" in result.err
    assert "s3cr" not in result.err + result.out
    assert "Pässwort" not in result.err + result.out


@pytest.mark.parametrize("dsn", ["", "  \n"])
def test_an_empty_connection_string_shows_both_ways_on(described: Project, dsn: str) -> None:
    result = _with(described, dsn).run("plan")
    assert result.code == 3
    assert f"{VARIABLE} is not set or empty" in result.err
    assert "database: embedded" in result.err


def test_no_database_at_all_shows_both_ways_on(described: Project) -> None:
    described.root.joinpath("invgit.yaml").write_text("format: 1\n")
    result = described.run("plan")
    assert result.code == 3
    assert "no database is named" in result.err
    assert "database: embedded" in result.err
    assert "database: {env: NAME}" in result.err


def test_the_embedded_database_is_asked_for_in_ci(described: Project) -> None:
    described.root.joinpath("invgit.yaml").write_text("database: embedded\n")
    result = described.run("plan", CI="true")
    assert result.code == 3
    assert "pass --embedded" in result.err


@pytest.mark.parametrize("text", [b"\xff", None])
def test_a_file_with_no_connection_string_is_named(described: Project, text: bytes | None) -> None:
    described.root.joinpath("invgit.yaml").write_text("database: {file: dsn.txt}\n")
    if text is not None:
        described.root.joinpath("dsn.txt").write_bytes(text)
    result = described.run("plan")
    assert result.code == 3
    assert "dsn.txt" in result.err


def test_a_file_can_hold_the_connection_string(described: Project) -> None:
    described.root.joinpath("invgit.yaml").write_text("database: {file: dsn.txt}\n")
    described.root.joinpath("dsn.txt").write_text(described.dsn + "\n")
    assert described.changes()


def test_a_dead_server_is_an_environment_that_failed(described: Project, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for dsn in (
        f"host=127.0.0.1 port={port} user=u password={SECRET.replace('%', '')}",
        f"host={tmp_path} user=u",
        "service=none",
    ):
        result = _with(described, dsn).run("plan")
        assert result.code == 3, result
        assert "cannot connect to PostgreSQL" in result.err
        assert "s3cr" not in result.err


def test_somebody_who_answers_otherwise_than_postgresql_is_not_waited_for(described: Project) -> None:
    """A server that accepts and says nothing: the connection attempt ends by itself."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        result = _with(described, f"host=127.0.0.1 port={mute.getsockname()[1]} user=u connect_timeout=2").run("plan")
    assert result.code == 3
    assert "cannot connect to PostgreSQL" in result.err


def test_a_session_is_the_same_whatever_the_role_and_the_environment_say(
    database: Database, described: Project
) -> None:
    dsn = database.role("SELECT, INSERT, UPDATE, DELETE")
    role = conninfo.conninfo_to_dict(dsn)["user"]
    for setting in (
        "search_path = 'pg_catalog'",
        "DateStyle = 'German'",
        "TimeZone = 'Asia/Kolkata'",
        "bytea_output = 'escape'",
    ):
        database.execute(f"ALTER ROLE {role} SET {setting}")
    zoned = TINY["o/s/site.yaml"].replace("type: nas", "type: nas, installation_date: 2026-02-03")
    described.write({**TINY, "o/s/site.yaml": zoned + "\nconnections: {}\n"})
    _with(described, dsn).apply()
    database.execute("UPDATE entities SET digest = NULL")
    assert described.changes() == []
    assert described.run("plan", PGTZ="Asia/Tokyo", PGDATESTYLE="SQL", PGOPTIONS="-c search_path=x").code == 0


def test_migrations_are_applied_once_and_by_one_of_many(empty_database: Database, tmp_path: Path) -> None:
    projects = [Project(tmp_path / name, empty_database.dsn) for name in "abc"]
    running = [project.start("db", "migrate") for project in projects]
    outputs = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], outputs
    assert sorted(out for out, _ in outputs)[:2] == ["", ""]
    assert empty_database.execute("SELECT count(*) FROM invgit_migrations") == [(len(migrations(paths.MIGRATIONS)),)]


def test_who_looks_while_somebody_migrates_sees_all_of_it_or_nothing(empty_database: Database) -> None:
    known, done = migrations(paths.MIGRATIONS), Event()
    seen: set[int] = set()

    def look() -> None:
        with empty_database.opened(dsn=empty_database.dsn) as connection:
            while not done.is_set():
                seen.add(len(schema_state(connection, known).applied))

    with ThreadPoolExecutor() as looking, empty_database.opened(dsn=empty_database.dsn) as connection:
        looks = looking.submit(look)
        try:
            migrate(connection, paths.MIGRATIONS)
            for _ in range(3):
                reset(connection, paths.MIGRATIONS)
        finally:
            done.set()
        looks.result()
    assert seen <= {0, len(known)}
