"""An import is on record, whatever its file is called and whatever stands in it."""

from typing import Any

import pytest
from support_database import Database
from support_inventory import applied
from support_observed import HOUSE

from invgit.state.imports import MOST, Batch, note

COLUMNS = (
    "import_source, filename, status, total_rows, valid_rows, imported_rows, skipped_rows, failed_rows, options,"
    " initiated_by, (SELECT slug FROM sites WHERE id = site_id)"
)


def noted(database: Database, batch: Batch, actor: str = "ada@example") -> tuple[Any, ...]:
    with database.opened(dsn=database.syncer) as connection:
        note(connection, batch, actor)
    (row,) = database.execute(f"SELECT {COLUMNS} FROM import_batches")
    return tuple(row)


def test_hosts_that_were_taken_in_are_counted(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, HOUSE)
    options = {"files": {"kea-leases4.csv": 40}, "networks": ["10.0.0.0/24"]}
    batch = Batch("scan:kea", "kea-leases4.csv", 40, 3, 35, 2, ["line 7: no address"], options=options, site="o/s")
    counts = (40, 38, 3, 35, 2)
    assert noted(database, batch) == (
        "scan:kea", "kea-leases4.csv", "completed", *counts, options, "ada@example", "s",
    )  # fmt: skip
    assert database.execute("SELECT import_errors FROM import_batches") == [(["line 7: no address"],)]


@pytest.mark.parametrize(
    "name", ["a\0b", "\udcff.xml", "x" * 10_000, "\x1b[31m\u202e.json", "", ", ".join(["ä.csv"] * 300)]
)
def test_a_file_may_have_any_name_and_say_anything(database: Database, name: str) -> None:
    batch = Batch(f"scan:{name}", name, 1, 1, errors=[name] * (MOST + 5), options={name: [name]})
    source, filename, *_ = noted(database, batch, name)
    assert (len(source) <= 100, len(filename) <= 255, filename.isprintable()) == (True, True, True)
    ((errors,),) = database.execute("SELECT import_errors FROM import_batches")
    assert len(errors) == MOST
