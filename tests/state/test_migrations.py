"""Migrations that fail or are killed half-way: the version that a database says it has is the schema that it has."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from support_database import Database
from support_embedded import wait_for
from support_faults import SOON, lock_free
from support_project import Project
from support_proxy import Moment, cut_at, wire
from support_server import Server, own_server

from invgit import paths
from invgit.state.migrate import migrate, migrations

COUNTED = """
CREATE SCHEMA test;
CREATE SEQUENCE test.commands;
CREATE TABLE test.struck (number int, act text);
CREATE FUNCTION test.count() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted record;
BEGIN
    SELECT * INTO wanted FROM test.struck;
    IF nextval('test.commands') = wanted.number THEN
        IF wanted.act = 'wait' THEN
            PERFORM pg_advisory_lock(99);
        ELSE
            RAISE 'as it happens';
        END IF;
    END IF;
END $$;
CREATE EVENT TRIGGER counted ON ddl_command_end EXECUTE FUNCTION test.count();
"""
WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Only a superuser may watch what DDL does."""
    with own_server() as found:
        yield found


@contextmanager
def watched(server: Server, version: int) -> Iterator[Database]:
    """A database with the first so many migrations, in which the commands of the others are counted."""
    with server.cluster.database(migrated=False) as database:
        if version:
            with database.opened(dsn=database.dsn) as connection:
                migrate(connection, _folder(server, version))
        database.execute(COUNTED)
        yield database


def _folder(server: Server, version: int) -> Path:
    folder = server.folder / f"migrations-{version}"
    folder.mkdir(exist_ok=True)
    for path in sorted(paths.MIGRATIONS.glob("*.sql"))[:version]:
        folder.joinpath(path.name).write_bytes(path.read_bytes())
    return folder


def schema(database: Database) -> list[tuple[str, ...]]:
    """What there is in `public`, and the versions that are said to be there."""
    there = database.execute(
        "SELECT c.relkind::text, c.relname, string_agg(a.attname || a.atttypid::regtype, ',' ORDER BY a.attnum)"
        " FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " WHERE c.relnamespace = 'public'::regnamespace GROUP BY 1, 2"
        " UNION ALL SELECT 'f', proname, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT 't', tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2, 3"
    )
    if ("r", "invgit_migrations") in {row[:2] for row in there}:
        there += database.execute("SELECT 'v', version::text, checksum FROM invgit_migrations ORDER BY version")
    return there


def _commands(server: Server, version: int) -> int:
    """How many DDL commands the migrations after a version are."""
    with watched(server, version) as database, database.opened(dsn=database.dsn) as connection:
        migrate(connection, paths.MIGRATIONS)
        return int(database.execute("SELECT last_value FROM test.commands")[0][0])


def _steps(server: Server, version: int, count: int) -> list[int]:
    """The first and the last command, and some between."""
    last = _commands(server, version)
    return sorted({1, last, *range(1, last, max(1, last // count))})


def _whole(database: Database, project: Project, before: list[tuple[str, ...]]) -> None:
    """It is as it was, and the next migration makes it whole."""
    assert schema(database) == before
    database.execute("DELETE FROM test.struck")
    assert project.run("db", "migrate").code == 0
    assert database.execute("SELECT max(version) FROM invgit_migrations") == [(len(migrations(paths.MIGRATIONS)),)]
    assert "up to date" in project.run("db", "status").out


@pytest.mark.parametrize("version", [0, 1])
def test_a_migration_that_fails_at_any_command_leaves_the_version_it_found(
    server: Server, tmp_path: Path, version: int
) -> None:
    for step in _steps(server, version, 3):
        with watched(server, version) as database:
            before = schema(database)
            project = Project(tmp_path / f"p{step}", database.dsn)
            database.execute("INSERT INTO test.struck VALUES (%s, 'fail')", step)
            result = project.run("db", "migrate")
            assert (result.code, "as it happens" in result.err) == (3, True), result
            _whole(database, project, before)


@pytest.mark.parametrize("version", [0, 1])
def test_a_migration_that_is_killed_at_any_command_leaves_the_version_it_found(
    server: Server, tmp_path: Path, version: int
) -> None:
    for step in _steps(server, version, 1):
        with watched(server, version) as database, database.connect() as holder:
            before = schema(database)
            project = Project(tmp_path / f"p{step}", database.dsn)
            database.execute("INSERT INTO test.struck VALUES (%s, 'wait')", step)
            holder.execute("SELECT pg_advisory_lock(99)")
            process = project.start("db", "migrate")
            assert wait_for(partial(database.execute, WAITS), seconds=30), process.communicate()
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed = time.monotonic()
            assert lock_free(database) - killed < SOON
            _whole(database, project, before)


@pytest.mark.parametrize("moment", ["before", "sent"])
def test_a_migration_whose_wire_is_cut_at_commit_leaves_old_or_new(
    server: Server, tmp_path: Path, moment: Moment
) -> None:
    with server.cluster.database(migrated=False) as database:
        with wire(database.dsn, cut_at("COMMIT", moment)) as cable:
            result = Project(tmp_path / "cut", cable.dsn).run("db", "migrate")
            assert (result.code, "error: PostgreSQL: " in result.err) == (3, True), result
        lock_free(database)
        made = bool(schema(database))
        assert made == (moment == "sent")
        again = Project(tmp_path / "again", database.dsn).run("db", "migrate")
        assert (again.code, "up to date" in again.err) == (0, made)


def test_an_older_invgit_reads_and_writes_nothing_of_a_newer_schema(server: Server) -> None:
    from invgit.errors import DatabaseError
    from invgit.state.migrate import require_current

    with server.cluster.database() as database, database.opened(dsn=database.dsn) as connection:
        before = schema(database)
        for old in (require_current, migrate):
            with pytest.raises(DatabaseError, match=r"schema is of version \d+; this invgit knows 1"):
                old(connection, _folder(server, 1))
        assert schema(database) == before
