"""A database in the shape of ours that no migration made: what it holds, and how it becomes one of ours.

All of it happens in one transaction: the rows are put aside, the tables made anew by the migrations, and every row
comes back with its id and every column that it had. Whoever had rights on a table has them on the new one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import sql

from invgit.errors import DatabaseError, Refused
from invgit.state.database import Connection, translated
from invgit.state.migrate import OURS, VIEWS, bring_up, migrations
from invgit.state.stage import copy_rows, listed, temporary

_BOOKKEEPING = frozenset(
    {
        "entities",
        "applies",
        "device_interfaces",
        "looks",
        "observations",
        "alerts",
        *VIEWS,
        "invgit_database",
        "invgit_migrations",
    }
)
"""Tables that only our migrations make: whoever has one of them has something else than what is adopted."""
_HISTORY = ("audit_log", "sync_history", "import_batches")
_NEEDED = ("organizations", "sites", "devices")
_ADDED = frozenset({"slug"})
_LOSE = "nothing may be lost: drop it, or move it to where it stays (`ALTER TABLE … SET SCHEMA`), and try again"


@dataclass(frozen=True, slots=True)
class Legacy:
    """Such a database: its tables with their columns, and what of it will not be there afterwards."""

    tables: Mapping[str, tuple[str, ...]]
    lost: tuple[str, ...] = ()


def look(connection: Connection) -> Legacy | None:
    """What there is to adopt; None in a database that is ours already.

    Raises Refused for one of another shape, all reasons at once; DatabaseError for an empty one.
    """
    with translated():
        tables = _columns(connection)
        if "invgit_migrations" in tables:
            return None
        if not tables:
            help = "`invgit.yaml` names the database; `invgit db migrate` makes an empty one ours"
            raise DatabaseError("the database has no table to adopt", help=help)
        reasons = [f"there is no table `{name}`" for name in _NEEDED if name not in tables]
        reasons += [f"the table `{name}` is none that is adopted" for name in sorted(_BOOKKEEPING & tables.keys())]
        reasons += [f"the table `{name}` has no column `id`" for name, had in tables.items() if "id" not in had]
        reasons += _dependents(connection, tables)
        if reasons:
            message = "\n".join(["the database is not of the shape that is adopted", *reasons])
            raise Refused(message, help="views and references can be made again afterwards; see docs/importing.md")
        return Legacy({name: tables[name] for name in OURS if name in tables}, tuple(_lost(connection, tables)))


def read(connection: Connection, legacy: Legacy) -> dict[str, list[dict[str, Any]]]:
    """The rows that may become entities, or parts of them, by id; in the open transaction."""
    found = {}
    for table in legacy.tables:
        if table in _HISTORY:
            continue
        query = sql.SQL("SELECT to_jsonb(t)::text FROM public.{} AS t ORDER BY id").format(sql.Identifier(table))
        found[table] = [json.loads(text, parse_float=Decimal) for (text,) in connection.execute(query)]
    return found


def locked(connection: Connection, legacy: Legacy) -> None:
    """Keep everybody else out of the tables, until the end of the open transaction."""
    tables = sql.SQL(", ").join(sql.Identifier("public", name) for name in legacy.tables)
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))


class Filled(NamedTuple):
    """A column that may not be empty any more, what stands there now, and in how many rows."""

    table: str
    column: str
    value: str
    rows: int


def remade(connection: Connection, legacy: Legacy, slugs: Iterable[tuple[str, str]], folder: Path) -> list[Filled]:
    """Make the tables anew, with the rows that they had, in the open transaction.

    `slugs` are ids with their slugs, for rows of tables that had none. Gives what was empty, and is not any more.
    """
    rights = _rights(connection, legacy)
    for table in legacy.tables:
        query = sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS TABLE public.{}")
        connection.execute(query.format(sql.Identifier(f"adopted_{table}"), sql.Identifier(table)))
    dropped = sql.SQL(", ").join(sql.Identifier("public", name) for name in legacy.tables)
    try:
        connection.execute(sql.SQL("DROP TABLE {}").format(dropped))
    except psycopg.errors.DependentObjectsStillExist as error:
        message = f"something depends on the tables:\n{error.diag.message_detail}"
        raise Refused(message, help="drop it, adopt, and make it again") from None
    bring_up(connection, migrations(folder))
    connection.execute("CREATE TEMP TABLE adopted_slug (id uuid PRIMARY KEY, slug text) ON COMMIT DROP")
    copy_rows(connection, temporary("adopted_slug"), ["id", "slug"], slugs)
    _triggers(connection, "DISABLE")
    _require_known(connection, legacy)
    filled = [each for table, had in legacy.tables.items() for each in _bring_back(connection, table, had)]
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
    _triggers(connection, "ENABLE")
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    for statement in rights:
        connection.execute(statement)
    return filled


def managed(connection: Connection, apply_id: str, rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Mark rows as entities: id, kind, address, file. As no fingerprint is known, a plan compares every one."""
    columns = ["id", "kind", "address", "file", "declared", "digest", "apply_id"]
    copy_rows(connection, sql.Identifier("public", "entities"), columns, ((*row, "{}", "-", apply_id) for row in rows))


def _bring_back(connection: Connection, table: str, had: tuple[str, ...]) -> Iterator[Filled]:
    """Rows as they were; where a column may not be empty any more, what it has without a word."""
    known = _new_columns(connection, table)
    cells: dict[str, sql.Composable] = {}
    old = temporary(f"adopted_{table}")
    for name, (kind, default) in known.items():
        if name in had:
            cell: sql.Composable = sql.SQL("t.{}::{}").format(sql.Identifier(name), sql.SQL(kind))
            cells[name] = sql.SQL("coalesce({}, {})").format(cell, sql.SQL(default)) if default else cell
            empty = sql.SQL("SELECT count(*), {}::text FROM {} WHERE {} IS NULL")
            found = default and connection.execute(empty.format(sql.SQL(default), old, sql.Identifier(name))).fetchone()
            if found and found[0]:
                yield Filled(table, name, found[1], found[0])
        elif name in _ADDED:
            cells[name] = sql.SQL("s.slug")
    join = sql.SQL("LEFT JOIN {} s ON s.id::text = t.id::text").format(temporary("adopted_slug"))
    connection.execute(
        sql.SQL("INSERT INTO public.{} ({}) SELECT {} FROM {} t {}").format(
            sql.Identifier(table), listed(cells), sql.SQL(", ").join(cells.values()), old, join
        )
    )
    if table == "audit_log":
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('public.audit_log', 'id'), greatest(max(id), 1)) FROM audit_log"
        )


def _new_columns(connection: Connection, table: str) -> dict[str, tuple[str, str | None]]:
    """Our columns: type, and the default of those that may not be empty."""
    rows = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull"
        " THEN pg_get_expr(d.adbin, d.adrelid) END FROM pg_attribute a"
        " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        [f"public.{table}"],
    ).fetchall()
    return {name: (kind, default) for name, kind, default in rows}


def _columns(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The tables of our names, with their columns."""
    rows = connection.execute(
        "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s) GROUP BY 1",
        [[*OURS, *VIEWS]],
    ).fetchall()
    return {name: tuple(columns) for name, columns in rows}


def _require_known(connection: Connection, legacy: Legacy) -> None:
    """Raise when a column would have no place in the new tables, which are there by now."""
    unknown = [
        f"the table `{table}` has a column `{name}`"
        for table, names in legacy.tables.items()
        for name in sorted(set(names) - _new_columns(connection, table).keys())
    ]
    if unknown:
        message = "columns that are not known here would be lost; nothing was changed"
        raise Refused("\n".join([message, *unknown]), help=_LOSE)


def _triggers(connection: Connection, what: LiteralString) -> None:
    """What is brought back was not made now: the log says nothing of it."""
    rows = connection.execute(
        "SELECT DISTINCT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    for (table,) in rows:
        command = sql.SQL("ALTER TABLE public.{} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(what))
        connection.execute(command)


def _dependents(connection: Connection, tables: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Views, and tables of others whose rows refer to these: they would go with the old tables."""
    rows = connection.execute(
        "WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relname = ANY (%s)) SELECT 'the view `' || r.ev_class::regclass || '` shows `' || o.relname || '`'"
        " FROM ours o JOIN pg_depend d ON d.refobjid = o.oid AND d.classid = 'pg_rewrite'::regclass"
        " JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> o.oid GROUP BY r.ev_class, o.relname"
        " UNION ALL SELECT 'the table `' || c.conrelid::regclass || '` refers to `' || o.relname || '`'"
        " FROM ours o JOIN pg_constraint c ON c.confrelid = o.oid AND c.contype = 'f'"
        " WHERE c.conrelid NOT IN (SELECT oid FROM ours) ORDER BY 1",
        [list(tables)],
    ).fetchall()
    return [text for (text,) in rows]


def _lost(connection: Connection, tables: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What stands on the old tables and is not made again: triggers, row security, publications."""
    rows = connection.execute(
        "WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relname = ANY (%s)) SELECT 'the trigger `' || tgname || '` on `' || relname || '`' FROM ours"
        " JOIN pg_trigger ON tgrelid = ours.oid AND NOT tgisinternal"
        " UNION ALL SELECT 'the policy `' || polname || '` on `' || relname || '`' FROM ours"
        " JOIN pg_policy ON polrelid = ours.oid UNION ALL"
        " SELECT 'the place of `' || relname || '` in the publication `' || pubname || '`' FROM ours"
        " JOIN pg_publication_rel r ON r.prrelid = ours.oid"
        " JOIN pg_publication p ON p.oid = r.prpubid ORDER BY 1",
        [list(tables)],
    ).fetchall()
    return [text for (text,) in rows]


def _rights(connection: Connection, legacy: Legacy) -> list[sql.Composed]:
    """What others may do with the tables, as statements for the new ones."""
    rows = connection.execute(
        "WITH granted AS (SELECT relname, relowner, '' AS part, relacl AS acl FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace UNION ALL"
        " SELECT relname, relowner, format(' (%%I)', attname), attacl FROM pg_class c JOIN pg_attribute t"
        " ON t.attrelid = c.oid AND NOT attisdropped AND attacl IS NOT NULL"
        " WHERE relnamespace = 'public'::regnamespace)"
        " SELECT relname::text, CASE WHEN a.grantee = 0 THEN NULL ELSE pg_get_userbyid(a.grantee)::text END,"
        " a.privilege_type || part, a.is_grantable FROM granted, LATERAL aclexplode(acl) a"
        " WHERE relname = ANY (%s) AND a.grantee <> relowner",
        [list(legacy.tables)],
    ).fetchall()
    return [
        sql.SQL("GRANT {} ON public.{} TO {}{}").format(
            sql.SQL(right),
            sql.Identifier(table),
            sql.Identifier(role) if role else sql.SQL("PUBLIC"),
            sql.SQL(" WITH GRANT OPTION" if grantable else ""),
        )
        for table, role, right, grantable in rows
    ]
