"""PostgreSQL 14 and later, as installed on this machine: collected for each that is here, none is skipped.

`INVGIT_TEST_DSN` runs the whole suite against any other server.
"""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support_database import Cluster, Database, content, named_cluster
from support_embedded import place
from support_inventory import TINY, applied, planned
from support_project import Project

from invgit.paths import EXAMPLE

INSTALLED = sorted(
    (
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if path.parent.name.isdigit() and int(path.parent.name) >= 14
    ),
    key=lambda path: int(path.parent.name),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "installed" in metafunc.fixturenames:
        metafunc.parametrize("installed", INSTALLED, ids=lambda path: path.parent.name, indirect=True, scope="module")


def _user() -> str | None:
    """Somebody who may run PostgreSQL, where root may not."""
    return "postgres" if os.geteuid() == 0 and "postgres" in {each.pw_name for each in pwd.getpwall()} else None


@pytest.fixture(scope="module")
def installed(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster of an installed PostgreSQL."""
    programs: Path = request.param
    with place() as folder:
        user = _user()
        password = secrets.token_hex(12)
        passfile = folder / "password"
        passfile.write_text(password)
        if user:
            shutil.chown(folder, user)
            shutil.chown(passfile, user)

        def run(*command: str | Path) -> None:
            subprocess.run(command, user=user, check=True, cwd=folder, stdout=subprocess.DEVNULL)

        init = ["-U", "owner", "-A", "scram-sha-256", "--pwfile", passfile, "-E", "UTF8", "--locale=C", "--no-sync"]
        run(programs / "initdb", "-D", folder / "data", *init)
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        server = [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
        run(*server, "-o", options, "start")
        try:
            with named_cluster(f"host={folder} user=owner password={password} dbname=postgres") as found:
                yield found
        finally:
            run(*server, "-m", "fast", "stop")


@pytest.fixture
def other(installed: Cluster) -> Iterator[Database]:
    """A database there."""
    with installed.database() as made:
        yield made


def _example() -> dict[str, str]:
    """The bundled inventory, in which nothing is protected."""
    return {
        str(path.relative_to(EXAMPLE)): path.read_text(encoding="utf-8").replace("protect: true", "protect: false")
        for path in EXAMPLE.rglob("*.yaml")
    }


def test_an_installed_postgresql_holds_an_inventory(other: Database) -> None:
    example = _example()
    with other.opened() as connection:
        applied(connection, example)
        assert planned(connection, example).empty
        before = content(other)
        other.execute("UPDATE entities SET digest = NULL")
        assert planned(connection, example).empty
        other.execute("UPDATE devices SET name = 'X'; DELETE FROM networks; DELETE FROM zones")
        assert not planned(connection, example).empty
        applied(connection, example)
        assert content(other) == before
        applied(connection, {})
    assert not any(content(other).values())


def test_the_command_line_works_with_an_installed_postgresql(other: Database, tmp_path: Path) -> None:
    project = Project(tmp_path / "p", other.applier, other.reader)
    project.write(_example())
    project.apply()
    assert project.changes() == []
    for command in (
        ["status"],
        ["audit"],
        ["audit", "--as-of", "2100-01-01"],
        ["drift"],
        ["db", "status"],
        ["db", "health"],
        ["db", "stats"],
    ):
        assert project.run(*command).code == 0
    assert project.dsn.split("password=")[1].split()[0] not in project.run("db", "url").out


def test_nobody_passes_for_an_apply_on_an_installed_postgresql(other: Database) -> None:
    with other.opened() as connection:
        applied(connection, TINY)
    ((id,),) = other.execute("SELECT id::text FROM applies")
    with other.connect(other.role()) as connection:
        connection.execute("SELECT set_config('invgit.apply_id', %s, false)", [id])
        connection.execute("UPDATE devices SET name = 'X'; DELETE FROM organizations")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is history"):
            connection.execute("DELETE FROM audit_log")
    assert other.execute("SELECT count(digest) FROM entities") == [(0,)]
