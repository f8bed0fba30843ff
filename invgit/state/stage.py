"""Rows on their way into tables: temporary tables without constraints, filled by COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

from invgit.state.database import Connection


def stage(
    connection: Connection, name: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> sql.Identifier:
    """A temporary table with some columns of `table`; it goes with the transaction."""
    staged = temporary(f"staged_{name}")
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(f"staged_{name}"), listed(columns), sql.Identifier(table)
        )
    )
    copy_rows(connection, staged, columns, rows)
    return staged


def temporary(name: str) -> sql.Identifier:
    """A temporary table, and not one that somebody else may have called the same."""
    return sql.Identifier("pg_temp", name)


def copy_rows(
    connection: Connection, table: sql.Composable, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Send rows to a table."""
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(table, listed(columns))
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def listed(columns: Iterable[str]) -> sql.Composed:
    """Names of columns with commas between them."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))
