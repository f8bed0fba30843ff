"""Whatever the rows of a hand-kept database say: they are adopted as they are, or refused by row."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from support_database import Cluster, Database, everything
from support_legacy import fill, rows
from support_project import Project

_KEPT = {"id", "created_at", "updated_at", "last_seen", "last_status_change", "lease_start", "lease_end"}
VALUES: dict[str, list[str | None]] = {
    "text": [None, "", " ", "x", " blanks ", "A B", "null", "no", "012", "1e3", "two\nlines", "\u202e", "\x07", "=1+1",
             "ünïcode", "#1E90FF", "- a", "{x", "a: b", "'", '"', "x" * 300, "https://u:secret-secret@h/", "usd",
             "US", "00:12:4B:00:00:00:00:01"],
    "jsonb": [None, "{}", "[]", "null", '"text"', '{"a": null}', '{"a": [1, 1.0, "1", {"b": true}]}', '["x", "y"]',
              "[1]", '{"password": "hunter2-hunter2"}', '{"k": "\\u200b"}', '{"": 1}', '{"true": "true", "1": 1e300}'],
    "inet": [None, "192.168.68.56", "10.0.20.5", "10.0.20.5/24", "fd00::1", "0.0.0.0", "192.168.68.255", "172.16.0.1"],
    "macaddr": [None, "a0:1e:0b:00:00:01", "a0:1e:0b:00:00:99", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"],
    "integer": [None, "0", "1", "20", "66", "4094", "5000", "-7"],
    "numeric": [None, "0", "1.50", "-5", "89.12345678"],
    "boolean": [None, "true", "false"],
    "date": [None, "2024-02-29", "0044-03-15 BC", "infinity"],
    "timestamp with time zone": [None, "2024-01-01", "infinity"],
    "ARRAY": [None, "{}", "{10.0.0.1}", "{10.0.0.1,fd00::1}"],
}  # fmt: skip


@pytest.fixture(scope="module")
def model(cluster: Cluster) -> Iterator[Database]:
    with cluster.database(migrated=False) as made:
        fill(made)
        yield made


@pytest.fixture(scope="module")
def cells(model: Database) -> list[tuple[str, str, str, str]]:
    """Every cell that somebody may have written otherwise: table, id, column, and its type."""
    found = []
    for table, column, type_ in model.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name NOT IN ('audit_log', 'sync_history', 'import_batches', 'schema_migrations') ORDER BY 1, 2"
    ):
        kind = "text" if type_ in {"text", "character varying"} else type_
        if column == "vlan_id" or (kind in VALUES and column not in _KEPT and not column.endswith("_id")):
            ids = model.execute(f"SELECT id::text FROM {table} ORDER BY id")
            found += [(table, id, column, kind) for (id,) in ids[:12]]
    return found


@pytest.mark.slow
@settings(max_examples=40)
@given(st.integers(0, 2**32).map(Random))
def test_rows_are_adopted_as_they_are_or_refused(
    cluster: Cluster, model: Database, cells: list[tuple[str, str, str, str]], chance: Random
) -> None:
    chosen = chance.sample(cells, chance.randint(1, 4))
    values = [chance.choice(VALUES[kind]) for *_, kind in chosen]
    with cluster.database(template=model.name) as database, tempfile.TemporaryDirectory() as folder:
        for (table, id, column, _), value in zip(chosen, values, strict=True):
            change = sql.SQL("UPDATE {} SET {} = {} WHERE id = {}").format(
                sql.Identifier(table), sql.Identifier(column), sql.Literal(value), sql.Literal(id)
            )
            with database.connect() as connection:
                try:
                    connection.execute(change)
                except Exception:  # noqa: BLE001 - what PostgreSQL does not take, nobody has written
                    continue
        known, before = everything(database), rows(database)
        home = Project(Path(folder, "home"), database.dsn)
        result = home.run("db", "adopt", "-o", "json")
        assert "hunter2" not in result.out + result.err
        assert "secret-secret" not in result.out + result.err
        if result.code:
            assert result.code == 1, result
            assert all(each["table"] and each["id"] and each["reason"] for each in json.loads(result.out)), result.out
            assert everything(database) == known
            assert not any(path.is_file() for path in (home.root / "inventory").rglob("*"))
            return
        assert home.run("validate").code == 0
        assert home.changes() == []
        after = rows(database)
        for table, found in before.items():
            assert found.keys() <= after[table].keys(), table
            for id, row in found.items():
                assert {
                    name for name in _KEPT & row.keys() - {"updated_at"} if row[name] != after[table][id][name]
                } == set()
