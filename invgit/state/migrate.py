"""Migrations: `migrations/NNNN_name.sql`, each applied once, in order, in one transaction, and never changed then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql

from invgit import __version__
from invgit.errors import DatabaseError, Refused
from invgit.model.spec import specs
from invgit.state.database import Connection, translated
from invgit.state.lock import writer
from invgit.state.settings import LOCK_TIMEOUT

OURS = (
    *(spec.table for spec in specs().values() if spec.table),
    "device_interfaces",
    "device_attributes",
    "sync_history",
    "import_batches",
    "looks",
    "observations",
    "alerts",
    "entities",
    "applies",
    "audit_log",
    "invgit_database",
    "invgit_migrations",
)
"""The tables that migrations make."""
VIEWS = ("current_devices",)
"""The views that they make of these."""
FUNCTIONS = ("invgit_record_change", "invgit_keep_history")
"""The functions of triggers, likewise."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from an older to a newer schema."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, whatever its line ends."""
        return sha256(self.sql.replace("\r\n", "\n").encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SchemaState:
    """How the schema of a database stands to the migrations at hand."""

    applied: tuple[int, ...]
    pending: tuple[Migration, ...]


def migrations(folder: Path) -> tuple[Migration, ...]:
    """The migrations in a folder, in order; a gap or a second one of a number is our bug."""
    found = tuple(_read(folder))
    assert [each.version for each in found] == list(range(1, len(found) + 1)), "migrations are numbered without gaps"
    return found


def _read(folder: Path) -> Iterator[Migration]:
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", path.name)
        assert match, path.name
        yield Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"))


def schema_state(connection: Connection, known: tuple[Migration, ...]) -> SchemaState:
    """Which migrations a database has had.

    Raises Refused for a database that is not ours, or whose migrations were other ones; DatabaseError for one of a
    newer version of invgit.
    """
    rows = _applied(connection, known)
    for (version, name, checksum), migration in zip(rows, known, strict=False):
        if (version, checksum) != (migration.version, migration.checksum):
            message = f"migration {version:04}_{name} of this database is not the one at hand"
            raise Refused(message, help="use the invgit that made it; a migration never changes once it is released")
    return SchemaState(tuple(version for version, _, _ in rows), known[len(rows) :])


def _applied(connection: Connection, known: tuple[Migration, ...]) -> list[tuple[int, str, str]]:
    """Version, name and checksum of the migrations that a database has had; it is ours, and not too new."""
    with translated():
        there = _existing(connection)
        if "invgit_migrations" not in there:
            if there:
                message = f"this database is not invgit's: it has a table `{there[0]}` that invgit did not make"
                raise Refused(message, help="name an empty database in invgit.yaml")
            return []
        rows = connection.execute("SELECT version, name, checksum FROM invgit_migrations ORDER BY version").fetchall()
    if len(rows) > len(known):
        message = f"the database's schema is of version {len(rows)}; this invgit knows {len(known)}"
        raise DatabaseError(message, help="install the newer invgit that migrated it: pip install -U invgit")
    return rows


def version(connection: Connection) -> int:
    """The number of the last migration that a database has had."""
    with translated():
        row = connection.execute("SELECT max(version) FROM invgit_migrations").fetchone()
    return int(row[0]) if row and row[0] else 0


def require_current(connection: Connection, folder: Path) -> None:
    """Raise unless the schema is the one this version works with."""
    state = schema_state(connection, migrations(folder))
    if state.pending:
        raise DatabaseError(
            (
                f"the database's schema is older than this invgit: {len(state.pending)} migrations to go"
                if state.applied
                else "the database is empty"
            ),
            help="run `invgit db migrate` as the role that owns the database",
        )


def migrate(connection: Connection, folder: Path, timeout: float = LOCK_TIMEOUT) -> tuple[Migration, ...]:
    """Bring the schema up to date, under the writers' lock and in one transaction; the migrations that were applied."""
    known = migrations(folder)
    if not schema_state(connection, known).pending:
        return ()
    with writer(connection, timeout), translated(), connection.transaction():
        return bring_up(connection, known)


def require_resettable(connection: Connection, folder: Path) -> None:
    """Raise unless all tables of the database's schema are known here.

    That migrations have another text by now is no reason: what they made goes, as a developer who changes one wants.
    """
    _applied(connection, migrations(folder))


def reset(connection: Connection, folder: Path) -> None:
    """Drop everything of ours in the schema `public` and make it again, empty: under the lock, in one transaction.

    Raises Refused when something that is not ours depends on it.
    """
    with writer(connection), translated(), connection.transaction():
        require_resettable(connection, folder)
        tables = [sql.Identifier("public", name) for name in _existing(connection)]
        try:
            with connection.transaction():
                for view in VIEWS:
                    connection.execute(sql.SQL("DROP VIEW IF EXISTS public.{}").format(sql.Identifier(view)))
                if tables:
                    connection.execute(sql.SQL("DROP TABLE {}").format(sql.SQL(", ").join(tables)))
                for function in FUNCTIONS:
                    connection.execute(sql.SQL("DROP FUNCTION IF EXISTS public.{}()").format(sql.Identifier(function)))
        except psycopg.errors.DependentObjectsStillExist as error:
            message = f"something that invgit did not make depends on its tables:\n{error.diag.message_detail}"
            raise Refused(message, help="drop that first, or name an empty database in invgit.yaml") from None
        bring_up(connection, migrations(folder))


def bring_up(connection: Connection, known: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """Apply what is to go, in the open transaction; what was applied."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS invgit_migrations (version integer PRIMARY KEY, name text NOT NULL,"
        " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), applied_by name NOT NULL"
        " DEFAULT session_user, tool_version text NOT NULL)"
    )
    pending = schema_state(connection, known).pending
    for migration in pending:
        connection.execute(migration.sql.encode())
        connection.execute(
            "INSERT INTO invgit_migrations (version, name, checksum, tool_version) VALUES (%s, %s, %s, %s)",
            [migration.version, migration.name, migration.checksum, __version__],
        )
    return pending


def _existing(connection: Connection) -> list[str]:
    """Which of our names are taken, all at one moment: somebody may be migrating."""
    rows = connection.execute(
        "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND relname = ANY (%s) ORDER BY array_position(%s::text[], relname::text)",
        [list(OURS), list(OURS)],
    ).fetchall()
    return [name for (name,) in rows]
