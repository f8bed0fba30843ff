"""What the rows said at a moment: read back from the log, it is what they did say."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_database import TABLES, Cluster, Database
from support_inventory import TINY, applied
from support_project import Project
from support_worlds import NEW, OLD

from invgit.state import asof
from invgit.state.asof import losses, rows_at, watched
from invgit.state.database import Connection

FEW = settings(max_examples=max(6, settings.default.max_examples // 4))
Rows = dict[tuple[str, str], dict[str, Any]]

HANDS = [
    "UPDATE devices SET name = name || 'x', metadata = jsonb_set(metadata, '{{n}}', '{n}') WHERE {some}",
    "UPDATE devices SET slug = slug || '{n}', ip_address = '10.8.0.{n}', purchase_price = {n}.50 WHERE {some}",
    "UPDATE devices SET status = 'online', last_seen = now() WHERE {some}",
    "UPDATE devices SET zone_id = NULL, tags = '{{{n}}}' WHERE {some}",
    "UPDATE devices SET id = gen_random_uuid(), name = 'x' WHERE {some} AND is_controller = false",
    "DELETE FROM devices WHERE {some}",
    "DELETE FROM zones WHERE {some}",
    "DELETE FROM sites WHERE {some}",
    "UPDATE sites SET city = '{n}', latitude = {n}.12345678 WHERE {some}",
    "UPDATE networks SET dns_servers = dns_servers || '1.1.1.{n}'::inet WHERE {some}",
    "UPDATE device_interfaces SET name = name || '{n}', mac_address = NULL WHERE {some}",
    "UPDATE device_interfaces SET device_id = (SELECT min(id::text)::uuid FROM devices), name = id WHERE {some}",
    "UPDATE device_attributes SET attribute_value = '{n}' WHERE {some}",
    "DELETE FROM device_attributes WHERE {some}",
    "INSERT INTO device_attributes (device_id, attribute_key) SELECT id, 'k{n}' FROM devices t WHERE {some}",
    "UPDATE ip_allocations SET allocation_type = 'dynamic' WHERE {some}",
    "UPDATE ip_allocations SET allocation_type = 'static', device_id = NULL WHERE {some}",
    "UPDATE ip_allocations SET hostname = 'h{n}', lease_end = now() WHERE {some}",
    "DELETE FROM ip_allocations WHERE {some}",
    "INSERT INTO ip_allocations (network_id, ip_address, allocation_type) SELECT id, {lease} FROM networks",
    "UPDATE device_connections SET notes = '{n}' WHERE {some}",
    "UPDATE device_categories SET icon = '{n}' WHERE {some}",
    "INSERT INTO organizations (name, slug) VALUES ('{n}', 'hand-{n}')",
    "UPDATE organizations SET description = '{n}' WHERE {some}; UPDATE organizations SET description = NULL",
]


@pytest.fixture(scope="module")
def shared(cluster: Cluster) -> Iterator[Database]:
    """A database whose log grows from example to example."""
    with cluster.database() as made:
        yield made


def steps() -> st.SearchStrategy[list[str]]:
    """Applies, and statements that somebody runs on some of the rows."""
    some = st.sampled_from(["true", "hashtext(t.id::text) % 2 = 0", "hashtext(t.id::text) % 3 = 1", "false"])
    hand = st.builds(
        lambda text, number, which: text.format(n=number, some=which, lease=f"'10.7.0.{number}', 'dynamic'"),
        st.sampled_from(HANDS),
        st.integers(1, 99),
        some,
    )
    return st.lists(st.one_of(st.sampled_from(["old", "new", "nothing"]), hand, hand, hand), min_size=1, max_size=8)


def carried_out(database: Database, connection: Any, step: str) -> None:
    """An apply, or a change by hand; what PostgreSQL refuses is taken back as a whole."""
    if step in {"old", "new", "nothing"}:
        database.execute("DELETE FROM sites WHERE slug LIKE '%hand%'")
        for table in TABLES:  # what nobody manages would be in the way
            database.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT FROM entities e WHERE e.id = t.id)")
        applied(connection, {"old": OLD, "new": NEW, "nothing": {}}[step])
        return
    words = step.split()
    table = words[2] if words[0] in {"INSERT", "DELETE"} else words[1]
    text = step if words[0] == "INSERT" else step.replace(table, f"{table} t", 1)
    with database.connect() as session:
        try:
            with session.transaction():
                session.execute(text.encode())
        except psycopg.errors.IntegrityError:
            pass


def said(database: Database) -> tuple[datetime, Rows]:
    """A moment, and what the rows say then, without what the log leaves out."""
    rows: Rows = {}
    with database.connect() as connection:
        for table, kind in watched().items():
            for (text,) in connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t"):
                row = json.loads(text)
                if row.get("allocation_type") != "dynamic":
                    rows[kind, row["id"]] = {k: v for k, v in row.items() if k not in asof._UNSEEN}
        ((moment,),) = connection.execute("SELECT clock_timestamp()").fetchall()
    return moment, rows


def read(connection: Connection, moment: datetime, entity: str | None = None) -> Rows:
    assert not losses(connection, moment)
    return {(row.kind, row.id): row.values for row in rows_at(connection, moment, entity)}


def of(rows: Rows, id: str) -> Rows:
    """The rows of one entity: its own, and those of its parts."""
    return {key: row for key, row in rows.items() if (row.get("device_id") or row["id"]) == id}


@FEW
@given(steps=steps())
def test_as_of_a_moment_is_what_the_rows_said_then(shared: Database, steps: list[str]) -> None:
    moments = [said(shared)]
    with shared.opened() as connection:
        for step in steps:
            carried_out(shared, connection, step)
            moments.append(said(shared))
    ids = sorted({id for _, rows in moments for kind, id in rows if kind in {"device", "site", "ip_allocation"}})
    with shared.opened(dsn=shared.reader) as connection:
        for number, (moment, rows) in enumerate(moments):
            assert read(connection, moment) == rows
            for id in ids[number :: len(moments)][:2]:
                assert read(connection, moment, id) == of(rows, id), id


def test_every_table_on_record_is_read_back(database: Database) -> None:
    rows = database.execute(
        "SELECT tgrelid::regclass::text, split_part(encode(tgargs, 'escape'), '\\000', 1) FROM pg_trigger"
        " WHERE tgname = 'invgit_update'"
    )
    assert dict(rows) == watched()
    assert sorted(watched()) == sorted(TABLES)


def test_the_columns_left_out_are_those_of_the_log(database: Database) -> None:
    ((text,),) = database.execute("SELECT prosrc FROM pg_proc WHERE proname = 'invgit_record_change'")
    listed = text.rpartition("ARRAY[")[2].partition("]")[0]
    assert {word.strip(" '") for word in listed.split(",")} == set(asof._UNSEEN)


def test_a_truncate_cannot_be_taken_back_and_is_told(database: Database, project: Project) -> None:
    project.write(OLD)
    project.apply()
    database.execute("UPDATE device_attributes SET attribute_value = 'x'")
    moment, _ = said(database)
    database.execute("UPDATE device_attributes SET attribute_value = 'y'; TRUNCATE device_attributes")
    project.apply()
    result = project.run("audit", "--as-of", moment.isoformat(), "-o", "json")
    assert result.code == 0, result
    assert "warning: TRUNCATE device_attributes, " in result.err
    assert "what was in it before is not known any more" in result.err
    kinds = [row["kind"] for row in result.json]
    assert "device_attribute" not in kinds
    assert "device_interface" in kinds
    assert project.run("audit", "--as-of", (moment + timedelta(days=1)).isoformat()).err == ""


def test_entries_of_an_older_schema_are_told(database: Database, project: Project) -> None:
    project.write(OLD)
    project.apply()
    moment, _ = said(database)
    database.execute("UPDATE device_attributes SET attribute_value = 'y'; UPDATE audit_log SET row_id = NULL"
                     " WHERE entity_type = 'device_attribute' AND action = 'update'")  # fmt: skip
    assert "of an older schema and not taken back" in project.run("audit", "--as-of", moment.isoformat()).err


def test_a_change_counts_after_those_it_follows(database: Database) -> None:
    """A transaction that began before another, and changed the same row after it."""
    with database.opened() as connection:
        applied(connection, TINY)
    with database.connect() as early, early.transaction():
        early.execute("SELECT now()")
        moment, rows = said(database)
        database.execute("UPDATE devices SET name = 'first'")
        early.execute("UPDATE devices SET name = 'second', model = 'M'")
    with database.opened(dsn=database.reader) as connection:
        assert read(connection, moment) == rows


LEASE = "UPDATE ip_allocations SET allocation_type = 'dynamic'"


@pytest.mark.parametrize(
    "then",
    [
        "UPDATE ip_allocations SET hostname = 'x', ip_address = '10.0.0.99'",
        "DELETE FROM ip_allocations",
        "UPDATE ip_allocations SET hostname = 'x'; UPDATE ip_allocations SET allocation_type = 'reserved'",
    ],
)
def test_what_became_a_lease_is_read_back_whatever_became_of_that(database: Database, then: str) -> None:
    """What sources do to leases is not on record."""
    with database.opened() as connection:
        applied(connection, SITE)
        moment, rows = said(database)
        for statement in (LEASE, *then.split(";")):
            database.execute(statement)
        assert read(connection, moment) == rows


# --- What is asked for ------------------------------------------------------------------------------------------------

SITE = {
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": "site: {name: S}\nnetworks: {lan: {name: LAN, cidr: 10.0.0.0/24}}\n"
    "devices: {nas: {name: Storage, type: nas, mac: a0:1e:0b:00:00:01}, tv: {name: TV, type: tv}}\n"
    "reservations: {spare: {network: lan, ip: 10.0.0.9}}\nconnections: {nas--tv: {from: nas, to: tv}}\n",
    "o/t/site.yaml": "site: {name: T}\ndevices: {tv: {name: Other, type: tv}}\n",
}


@pytest.fixture(scope="module")
def history(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, dict[str, str]]]:
    """Something was renamed, everything of a site deleted; the ids, by the addresses there were."""
    with cluster.database() as database:
        project = Project(tmp_path_factory.mktemp("history") / "p", database.applier, database.reader)
        yield project, lived(project)


def lived(project: Project) -> dict[str, str]:
    project.write(SITE)
    project.apply()
    with psycopg.connect(project.dsn) as connection:
        ids = dict(connection.execute("SELECT address, id::text FROM entities").fetchall())
    renamed = (
        SITE["o/s/site.yaml"].replace("nas: {name", "vault: {name").replace("nas--tv: {from: nas", "v: {from: vault")
    )
    project.write({**SITE, "o/s/site.yaml": renamed})
    project.apply()
    project.write({"o/organization.yaml": SITE["o/organization.yaml"], "o/t/site.yaml": SITE["o/t/site.yaml"]})
    assert project.run("apply", "--yes", "--allow", "empty:o/s", "--allow", "empty:o").code == 0
    return ids


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("nas", "device:o/s/nas"), ("device:o/s/nas", "device:o/s/nas"), ("s/vault", "device:o/s/nas"),
        ("Storage", "device:o/s/nas"), ("s/tv", "device:o/s/tv"), ("tv", "device:o/t/tv"), ("lan", "network:o/s/lan"),
        ("reservation:spare", "reservation:o/s/spare"), ("o/s/spare", "reservation:o/s/spare"),
        ("nas--tv", "connection:o/s/nas--tv"), ("o/s/nas--tv", "connection:o/s/nas--tv"), ("site:s", "site:o/s"),
        ("o/s", "site:o/s"), ("t/tv", "device:o/t/tv"),
    ],
)  # fmt: skip
def test_what_is_gone_or_renamed_is_found_by_what_it_was_called(
    history: tuple[Project, dict[str, str]], word: str, address: str
) -> None:
    project, ids = history
    by_name, by_id = project.run("audit", word, "-o", "json"), project.run("audit", ids[address], "-o", "json")
    assert (by_name.code, by_id.code) == (0, 0), by_name
    assert by_name.json == by_id.json
    assert by_name.json[-1]["action"] == "create"
    moment = by_name.json[-1]["at"]
    past = project.run("audit", word, "--as-of", moment, "-o", "json").json
    assert ids[address] in {row["id"] for row in past}
    assert project.run("audit", word, "--as-of", "2020-01-01", "-o", "json").json == []


@pytest.mark.parametrize(
    "word",
    [
        "o/t/nas",
        "t/vault",
        "zone:nas",
        "device:spare",
        "x",
        "",
        " ",
        ":",
        "/",
        "%",
        "00000000-0000-4000-8000-000000000000",
    ],
)
def test_what_never_was_is_not_found(history: tuple[Project, dict[str, str]], word: str) -> None:
    result = history[0].run("audit", word)
    assert (result.code, f"nothing is or was called `{word}`" in result.err) == (2, True), result


def test_several_that_were_called_so_are_named_with_their_ids(project: Project) -> None:
    ids = lived(project)
    project.write({"o/organization.yaml": SITE["o/organization.yaml"]})
    assert project.run("apply", "--yes", "--allow", "empty:o/t", "--allow", "empty:o").code == 0
    result = project.run("audit", "tv")
    assert result.code == 2
    assert {ids["device:o/s/tv"], ids["device:o/t/tv"]} <= {word.strip("(),") for word in result.err.split()}


@pytest.mark.parametrize("form", ["table", "json", "yaml", "csv"])
def test_the_past_comes_in_every_form(project: Project, form: str) -> None:
    project.write(SITE)
    project.apply()
    result = project.run("audit", "--as-of", "2100-01-01", "-o", form)
    assert (result.code, result.err) == (0, ""), result
    assert all(word in result.out for word in ("ip_allocation", "10.0.0.9", "a0:1e:0b:00:00:01", "kind"))
    some = project.run("audit", "--as-of", "2100-01-01", "-o", form, "--limit", "1").out
    assert 0 < len(some) < len(result.out)
    if form == "json":
        assert len(json.loads(some)) == 1
    none = project.run("audit", "--as-of", "2020-01-01", "-o", form).out
    assert none.split() == {"table": ["kind", "name", "id", "values"], "csv": ["kind,name,id,values"]}.get(
        form, ["[", "]"] if form == "json" else ["[]"]
    )


def test_changes_and_the_past_are_asked_for_one_at_a_time(project: Project) -> None:
    assert project.run("audit", "--as-of", "2020-01-01", "--since", "2020-01-01").code == 2
