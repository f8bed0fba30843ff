"""Rows of an entity's items: attributes, interfaces and allocations of a device."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

from invgit.state.database import Connection
from invgit.state.stage import listed, stage
from invgit.state.tables import ChildTable, Ids

Owner = tuple[str, bool, Mapping[str, Any]]
"""Id of an entity, whether it had rows before, and its plain values."""


def write_children(connection: Connection, child: ChildTable, owners: Sequence[Owner], ids: Ids) -> None:
    """Those no longer wanted go, others are changed where they differ, new ones come; rows that stay keep their ids."""
    rows = [(id, row) for id, _, plain in owners for row in child.rows(plain)]
    existing = [id for id, exists, _ in owners if exists]
    if not rows and not existing:
        return
    values = [column.name for column in child.columns]
    staged = stage(
        connection,
        child.name if child.name != "ip_allocations" else "device_allocations",
        child.name,
        ["device_id", *values],
        zip(
            [id for id, _ in rows],
            *(column.stored(column.values([row for _, row in rows]), ids) for column in child.columns),
            strict=True,
        ),
    )
    parts = {
        "table": sql.Identifier(child.name),
        "staged": staged,
        "declared": child.declared,
        "names": listed(["device_id", *values]),
        "assigned": sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in values),
        "there": sql.SQL(", ").join(sql.Identifier("t", name) for name in values),
        "wanted": sql.SQL(", ").join(sql.Identifier("s", name) for name in values),
        "same": sql.SQL(" AND ").join(
            sql.SQL("s.{0} = t.{0}").format(sql.Identifier(name)) for name in ("device_id", *child.keys)
        ),
    }
    if existing:
        connection.execute(
            sql.SQL(
                "DELETE FROM {table} t WHERE t.device_id = ANY (%s) AND {declared}"
                " AND NOT EXISTS (SELECT FROM {staged} s WHERE {same})"
            ).format(**parts),
            [existing],
        )
        connection.execute(
            sql.SQL(
                "UPDATE {table} t SET {assigned}, updated_at = now() FROM {staged} s"
                " WHERE {same} AND {declared} AND ({there}) IS DISTINCT FROM ({wanted})"
            ).format(**parts)
        )
    if child.name == "ip_allocations":
        release(connection, staged)
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM {staged} s"
            " WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same} AND {declared})"
        ).format(**parts)
    )


def release(connection: Connection, staged: sql.Identifier) -> None:
    """An address that is declared is no longer a lease that some source has seen, nor what a deleted device left."""
    connection.execute(
        sql.SQL(
            "DELETE FROM ip_allocations t USING {} s WHERE t.network_id = s.network_id AND t.ip_address = s.ip_address"
            " AND (t.allocation_type = 'dynamic' OR (t.allocation_type <> 'reserved' AND t.device_id IS NULL"
            " AND NOT EXISTS (SELECT FROM entities e WHERE e.id = t.id)))"
        ).format(staged)
    )
