"""`import_batches`: what was taken in from elsewhere, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from invgit.state.database import Connection, actor, connect, translated
from invgit.state.settings import DatabaseSetting
from invgit.state.storable import json_text, text
from invgit.text.inert import line

MOST = 1000
"""So many errors of one import are kept: nobody reads more, and a file may have as many as it has lines."""
_LONGEST = 2000
"""So many characters of an error are kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One import: where from, how many rows, and what was wrong with which."""

    source: str
    filename: str
    total: int
    imported: int
    skipped: int = 0
    failed: int = 0
    errors: Sequence[str] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    site: str | None = None
    """Path of the site, where all of it belongs to one."""


def note(connection: Connection, batch: Batch, actor: str) -> None:
    """Write the row of an import that is through, in whatever transaction is open. Its texts may be anybody's."""
    errors = [line(text(each))[:_LONGEST] for each in batch.errors[:MOST]]
    connection.execute(
        "INSERT INTO import_batches (site_id, import_source, filename, status, started_at, completed_at, total_rows,"
        " valid_rows, imported_rows, failed_rows, skipped_rows, import_errors, column_mapping, options, initiated_by)"
        " VALUES ((SELECT id FROM entities WHERE address = %s), %s, %s, 'completed', now(), clock_timestamp(),"
        " %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            f"site:{batch.site}",
            text(batch.source)[:100],
            line(text(batch.filename))[-255:],
            batch.total,
            batch.total - batch.failed,
            batch.imported,
            batch.failed,
            batch.skipped,
            json_text(errors) if errors else None,
            json_text(dict(batch.mapping)) if batch.mapping else None,
            json_text(dict(batch.options)) if batch.options else None,
            text(actor)[:255],
        ],
    )


def recorded(setting: DatabaseSetting | None, batch: Batch, *, embedded_allowed: bool) -> str | None:
    """Put an import on record; or why that is not done, where nothing is wrong. No server is started for it.

    Raises InvgitError where the database cannot be used.
    """
    if setting is None:
        return "no database is named"
    if setting.kind == "embedded":
        from invgit.state import embedded

        if not embedded_allowed or embedded.status(embedded.folder_for(setting.project)) != "running":
            return "the embedded server is not running"
    with connect(setting, purpose="import") as connection, translated():
        if connection.execute("SELECT to_regclass('public.import_batches') IS NULL").fetchone() == (True,):
            return "it has no tables yet"
        note(connection, batch, actor())
    return None
