"""A database that was kept by hand, and what its readers see."""

import json
from pathlib import Path
from typing import Any

from support_database import Database

HERE = Path(__file__).parent / "state"
TABLES = (
    "organizations sites zones networks network_vlans device_categories devices ip_allocations device_connections"
    " device_attributes audit_log sync_history import_batches schema_migrations"
).split()

Rows = dict[str, dict[str, dict[str, Any]]]


def fill(database: Database) -> None:
    """Make an empty database such a one."""
    with database.connect() as connection:
        connection.execute((HERE / "legacy_schema.sql").read_bytes())
        connection.execute((HERE / "legacy_rows.sql").read_bytes())


def rows(database: Database) -> Rows:
    """Every row by its id (or what else it has first), of every table that there was."""
    found: Rows = {}
    for table in TABLES:
        every = [json.loads(row) for (row,) in database.execute(f"SELECT to_jsonb(t)::text FROM {table} t")]
        found[table] = {str(row.get("id", row.get("version"))): row for row in every}
    return found


def changed(before: Rows, after: Rows) -> set[str]:
    """Values that readers see otherwise: table, the last digits of the id, column, what was there, what is; rows that
    are gone. When a row was changed says nothing of it."""
    found = set()
    for table, known in before.items():
        for id, row in known.items():
            new = after[table].get(id)
            if new is None:
                found.add(f"{table} {id}: gone")
                continue
            for name in row.keys() - {"updated_at"}:
                if new[name] != row[name]:
                    was, now = (json.dumps(each[name], ensure_ascii=False) for each in (row, new))
                    found.add(f"{table} {id[-3:]} {name}: {was} -> {now}")
    return found


def number(number: int) -> str:
    """An id of the rows in `legacy_rows.sql`."""
    return f"5eed0000-0000-4000-8000-{number:012}"
