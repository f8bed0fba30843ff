"""Databases for tests: made from a template, looked into from outside the product, written to as anybody would."""

import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import support_embedded
from psycopg import conninfo, sql

from invgit import paths
from invgit.state import database as state
from invgit.state import embedded
from invgit.state.embedded.guard import layout
from invgit.state.migrate import migrate
from invgit.state.roles import Part, grant
from invgit.state.settings import DatabaseSetting


@dataclass
class Database:
    """One database, and ways to it."""

    cluster: "Cluster" = field(repr=False)
    name: str

    @property
    def dsn(self) -> str:
        """How its owner connects."""
        return conninfo.make_conninfo(self.cluster.dsn, dbname=self.name)

    @property
    def applier(self) -> str:
        """How a role connects that may apply, as `invgit db grant --apply` leaves it."""
        return conninfo.make_conninfo(self.cluster.applier, dbname=self.name)

    @property
    def syncer(self) -> str:
        """How a role connects that may ask sources, as `invgit db grant --sync` leaves it."""
        return conninfo.make_conninfo(self.cluster.syncer, dbname=self.name)

    @property
    def reader(self) -> str:
        """How a role connects that may look, as `invgit db grant --read` leaves it."""
        return conninfo.make_conninfo(self.cluster.reader, dbname=self.name)

    def connect(self, dsn: str | None = None) -> psycopg.Connection:
        """A session that knows nothing of invgit, as psql has one."""
        with embedded.clean_environment():
            return psycopg.connect(dsn or self.dsn, autocommit=True)

    def execute(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a statement gives, in a session of its own."""
        with self.connect() as connection:
            cursor = connection.execute(statement.encode(), parameters or None)
            return cursor.fetchall() if cursor.description is not None else []

    @contextmanager
    def opened(self, purpose: str = "test", dsn: str | None = None) -> Iterator[state.Connection]:
        """A connection as the product makes one, of who may apply."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "dsn")
            path.write_text(dsn or self.applier, encoding="utf-8")
            with state.connect(DatabaseSetting("file", os.fspath(path)), purpose=purpose) as connection:
                yield connection

    def role(self, grants: str = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE") -> str:
        """A new role with rights on every table, as a connection string."""
        dsn = self.cluster.login("jane")
        name = _user(dsn)
        who = sql.Identifier(name)
        with self.connect() as connection:
            if grants:
                given = sql.SQL("GRANT " + grants + " ON ALL TABLES IN SCHEMA public TO {}")
                connection.execute(given.format(who))
                connection.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(who))
        self.cluster.roles.append((self.name, name))
        return conninfo.make_conninfo(dsn, dbname=self.name)


@dataclass
class Cluster:
    """A running server. `dsn` is of a role that may create databases and roles."""

    dsn: str
    admin: str | None = None
    """A superuser's connection string, where there is one."""
    roles: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def applier(self) -> str:
        """A role that may apply, in every copy of the template."""
        return self.login("applier", seen=True)

    @cached_property
    def syncer(self) -> str:
        """A role that may ask sources, in every copy of the template."""
        return self.login("syncer", seen=True)

    @cached_property
    def reader(self) -> str:
        """A role that may look, in every copy of the template."""
        return self.login("reader", seen=True)

    def login(self, name: str, *, seen: bool = False) -> str:
        """A new role without any rights, as a connection string; the name becomes one that nobody has.

        `seen`: the tests' own role may look at what its sessions wait for.
        """
        name, password = f"{name}_{secrets.token_hex(4)}", secrets.token_hex(12)
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
        self._execute(made)
        if seen:
            self._execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(name)))
        return conninfo.make_conninfo(self.dsn, user=name, password=password)

    @cached_property
    def template(self) -> str:
        """A database with the schema, which the others are copied from, rights and all."""
        made = Database(self, f"template_{secrets.token_hex(4)}")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(made.name)))
        with made.opened(dsn=made.dsn) as connection:
            migrate(connection, paths.MIGRATIONS)
            parts: dict[str, Part] = {self.applier: "apply", self.syncer: "sync", self.reader: "read"}
            grant(connection, {_user(dsn): part for dsn, part in parts.items()})
        return made.name

    @contextmanager
    def database(self, *, migrated: bool = True, template: str | None = None) -> Iterator[Database]:
        """A database of one's own for a while; a copy of `template`, where nobody may be connected."""
        made = Database(self, f"test_{secrets.token_hex(6)}")
        source = sql.Identifier(template or (self.template if migrated else "template0"))
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(made.name), source))
        try:
            yield made
        finally:
            self._drop(made.name)
            for _, role in [each for each in self.roles if each[0] == made.name]:
                self._execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
            self.roles = [each for each in self.roles if each[0] != made.name]

    def drop_template(self) -> None:
        """Remove what was kept for copies."""
        if "template" in self.__dict__:
            self._drop(self.template)
        for made in {"applier", "syncer", "reader"} & self.__dict__.keys():
            self._execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(_user(getattr(self, made)))))

    def _drop(self, name: str) -> None:
        """Sessions of other roles, which end by themselves, may only be ended by a superuser: wait for them."""
        statement = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        for _ in range(100):
            try:
                return self._execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                time.sleep(0.05)
        return self._execute(statement)

    def _execute(self, statement: sql.Composable) -> None:
        with embedded.clean_environment(), psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement)


def _user(dsn: str) -> str:
    return str(conninfo.conninfo_to_dict(dsn)["user"])


@contextmanager
def embedded_cluster() -> Iterator[Cluster]:
    """The PostgreSQL that invgit brings along."""
    with support_embedded.place() as folder, embedded.running(folder / "state") as server:
        password = (folder / "state" / layout.ADMIN_PASSWORD).read_text().strip().rpartition(":")[2]
        plain = {**server.conninfo(), "user": layout.ADMIN, "password": password}
        yield Cluster(conninfo.make_conninfo(**server.conninfo()), conninfo.make_conninfo(**plain))


@contextmanager
def named_cluster(dsn: str) -> Iterator[Cluster]:
    """A server that somebody else looks after."""
    found = Cluster(dsn)
    try:
        yield found
    finally:
        found.drop_template()


TABLES = (
    "organizations", "sites", "zones", "device_categories", "network_vlans", "networks", "devices", "device_interfaces",
    "device_attributes", "ip_allocations", "device_connections",
)  # fmt: skip
_CLOCKS = {"created_at", "updated_at"}


def content(database: Database, *, bookkeeping: bool = True) -> dict[str, list[str]]:
    """Everything that is declared, in an order of its own: ids as the addresses they stand for, without clocks."""
    with database.connect() as connection:
        entities = connection.execute("SELECT id::text, to_jsonb(e)::text FROM entities e").fetchall()
        names = {id: json.loads(row)["address"] for id, row in entities}
        rows = {
            table: [json.loads(row) for (row,) in connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t")]
            for table in TABLES
        }
    if bookkeeping:
        rows["entities"] = [{**json.loads(row), "apply_id": None} for _, row in entities]

    def named(row: dict[str, Any]) -> str:
        shown = {key: names.get(value, value) if isinstance(value, str) else value for key, value in row.items()}
        own = {} if row["id"] in names else {"id": None}
        return json.dumps({**shown, **own, **dict.fromkeys(_CLOCKS & row.keys())}, sort_keys=True)

    return {table: sorted(map(named, found)) for table, found in rows.items()}


def everything(database: Database) -> dict[str, list[str]]:
    """Every row of every table as it is, clocks and ids included: equal only when nobody wrote anything."""
    with database.connect() as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return {
            table: sorted(row for (row,) in connection.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t'))
            for (table,) in names
        }
