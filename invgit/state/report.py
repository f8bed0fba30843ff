"""What a database holds, for people: counts, sizes, health. Reads only."""

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from invgit.model.spec import specs
from invgit.state.database import Connection, translated
from invgit.state.history import Run, run
from invgit.state.tables import own_rows


@dataclass(frozen=True, slots=True)
class Status:
    """The database in a few numbers."""

    identity: str
    last: Run | None
    kinds: dict[str, "Counts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one kind: written by applies, changed since by somebody else, written by nobody we know."""

    managed: int
    drifted: int
    unmanaged: int


def status(connection: Connection, identity: str) -> Status:
    """Who applied last, and how many rows of each kind there are."""
    with translated():
        managed = {
            kind: (total, drifted)
            for kind, total, drifted in connection.execute(
                "SELECT kind, count(*), count(*) FILTER (WHERE digest IS NULL) FROM entities GROUP BY kind"
            )
        }
        unmanaged = unmanaged_rows(connection)
    kinds = {
        spec.name: Counts(*managed.get(spec.name, (0, 0)), unmanaged[spec.table])
        for spec in specs().values()
        if spec.table
    }
    return Status(identity, run(connection), kinds)


def unmanaged_rows(connection: Connection) -> dict[str, int]:
    """How many rows of each kind's table no apply wrote; addresses of devices belong to the devices."""
    counted = sql.SQL(
        "SELECT {}, count(*) FROM {} t WHERE {} AND NOT EXISTS (SELECT FROM entities e WHERE e.id = t.id)"
    )
    query = sql.SQL(" UNION ALL ").join(
        counted.format(sql.Literal(spec.table), sql.Identifier(spec.table), own_rows(spec))
        for spec in specs().values()
        if spec.table
    )
    return dict(connection.execute(query).fetchall())


def stats(connection: Connection) -> list[dict[str, Any]]:
    """Rows (as PostgreSQL estimates them) and bytes of every table."""
    with translated():
        cursor = connection.execute(
            "SELECT c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid) FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 3 DESC, 1"
        )
        return [{"table": name, "rows": rows, "bytes": size} for name, rows, size in cursor]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is called, whether it is as it should be, and what was seen."""

    name: str
    good: bool
    seen: str


def health(connection: Connection) -> list[Finding]:
    """Whether the bookkeeping agrees with the tables."""
    with translated():
        version = connection.execute("SHOW server_version").fetchone()
        found = [Finding("server", good=True, seen=f"PostgreSQL {version[0] if version else '?'}")]
        gap = connection.execute("SELECT count(*), max(generation) FROM applies").fetchone() or (0, None)
        unbroken = gap[0] == (gap[1] or 0)
        found.append(Finding("generations", unbroken, f"{gap[0]} applies, the last is number {gap[1] or 0}"))
        missing = [
            f"{count} of {spec.name}"
            for spec in specs().values()
            if spec.table and (count := _without_row(connection, spec.name, spec.table))
        ]
        rows = ", ".join(missing) or "every managed entity has its row"
        found.append(Finding("rows", not missing, rows if not missing else f"managed entities without a row: {rows}"))
        disabled = connection.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'invgit\\_%%' AND tgenabled <> 'O'", prepare=False
        ).fetchone()
        triggers = (disabled or (0,))[0]
        found.append(
            Finding("audit", not triggers, f"{triggers} triggers are disabled" if triggers else "all triggers are on")
        )
        replica = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        writable = not (replica or (False,))[0]
        found.append(Finding("writable", writable, "yes" if writable else "no: this is a standby server"))
    return found


def _without_row(connection: Connection, kind: str, table: str) -> int:
    query = sql.SQL(
        "SELECT count(*) FROM entities e WHERE kind = %s AND NOT EXISTS (SELECT FROM {} t WHERE t.id = e.id)"
    )
    row = connection.execute(query.format(sql.Identifier(table)), [kind]).fetchone()
    return int(row[0]) if row else 0


def is_empty(connection: Connection) -> bool:
    """Whether no table of the inventory has a row, and nothing was ever applied."""
    with translated():
        row = connection.execute("SELECT count(*) FROM applies").fetchone()
        return not (row and row[0]) and not any(unmanaged_rows(connection).values())


def sites(connection: Connection) -> list[str]:
    """Paths of the managed sites, as the last apply knew them."""
    with translated():
        rows = connection.execute("SELECT split_part(address, ':', 2) FROM entities WHERE kind = 'site'").fetchall()
    return [path for (path,) in rows]
