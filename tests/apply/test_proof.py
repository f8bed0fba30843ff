"""Only who may write `applies` can be an apply, and history stays as it was written, whatever was granted to whom."""

import psycopg
import pytest
from psycopg import errors
from support_database import Database
from support_inventory import TINY, applied, changes, planned

NEW = (
    "INSERT INTO applies (id, generation, actor, inventory_digest, plan_digest, tool_version, created, updated,"
    " renamed, deleted{more}) VALUES ('{id}', 9, 'x', 'x', 'x', 'x', 0, 0, 0, 0{values})"
)
ID = "01234567-89ab-4cde-8f01-23456789abcd"
HAND = "UPDATE devices SET name = 'X'"


@pytest.fixture
def jane(database: Database) -> str:
    """Somebody else, who may write every row; something is applied."""
    with database.opened() as connection:
        applied(connection, TINY)
    return database.role()


def seen(database: Database) -> list[str]:
    """What the next plan says of it."""
    with database.opened() as connection:
        return changes(planned(connection, TINY))


def entry(database: Database) -> str | None:
    """The id of the apply that the last entry of the log names."""
    ((id,),) = database.execute("SELECT request_id FROM audit_log ORDER BY id DESC LIMIT 1")
    return id if id is None else str(id)


def last(database: Database) -> str:
    ((id,),) = database.execute("SELECT id::text FROM applies ORDER BY generation DESC LIMIT 1")
    return str(id)


def claims(connection: psycopg.Connection, id: str) -> None:
    connection.execute("SELECT set_config('invgit.apply_id', %s, false)", [id])


@pytest.mark.parametrize("claimed", ["{last}", ID, "", "'", "x" * 100_000, "{{last}}", ID.upper(), "\u0661" * 36])
def test_a_session_that_names_an_apply_is_none(database: Database, jane: str, claimed: str) -> None:
    with database.connect(jane) as connection:
        claims(connection, claimed.format(last=last(database)))
        connection.execute(HAND)
    assert entry(database) is None
    assert seen(database) == ["update device:o/s/nas name"]


def test_an_apply_of_meanwhile_lends_its_name_to_nobody(database: Database, jane: str) -> None:
    """A transaction that began before it, and sees it."""
    with database.connect(jane) as connection:
        with connection.transaction():
            connection.execute("UPDATE devices SET last_seen = now()")
            with database.opened() as other:
                applied(other, {**TINY, "p/organization.yaml": "organization: {name: P}"})
            claims(connection, last(database))
            connection.execute(HAND)
        assert entry(database) is None


def test_an_old_row_is_no_proof_even_when_it_is_frozen(database: Database, jane: str) -> None:
    database.execute("VACUUM (FREEZE) applies")
    with database.connect(jane) as connection:
        claims(connection, last(database))
        connection.execute(HAND)
    assert entry(database) is None


def test_a_truncate_is_somebodys_whatever_it_is_called(database: Database, jane: str) -> None:
    with database.connect(jane) as connection:
        claims(connection, last(database))
        connection.execute("TRUNCATE device_attributes")
    assert entry(database) is None
    assert database.execute("SELECT count(digest) FROM entities") == [(0,)]


def test_a_row_of_the_own_transaction_is_the_proof_in_savepoints_too(database: Database, jane: str) -> None:
    with database.connect(jane) as connection, connection.transaction():
        claims(connection, ID)
        connection.execute(NEW.format(id=ID, more="", values="").encode())
        with connection.transaction():
            connection.execute(HAND)
    assert entry(database) == ID


@pytest.mark.parametrize(
    ("more", "values"), [(", applied_at", ", now() - interval '1 microsecond'"), (", applied_at", ", now() + '1 day'")]
)
def test_a_row_with_another_moment_is_no_proof(database: Database, jane: str, more: str, values: str) -> None:
    """Transaction numbers come again after 2^32; moments do not."""
    with database.connect(jane) as connection, connection.transaction():
        claims(connection, ID)
        connection.execute(NEW.format(id=ID, more=more, values=values).encode())
        connection.execute(HAND)
    assert entry(database) is None


def test_a_row_that_is_written_in_a_savepoint_is_no_proof(database: Database, jane: str) -> None:
    with database.connect(jane) as connection, connection.transaction():
        claims(connection, ID)
        with connection.transaction():
            connection.execute(NEW.format(id=ID, more="", values="").encode())
        connection.execute(HAND)
    assert entry(database) is None


def test_nothing_that_is_made_in_the_schema_is_called_with_the_owners_rights(database: Database, jane: str) -> None:
    """As everybody may, in databases of PostgreSQL 14."""
    database.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    with database.connect(jane) as connection:
        connection.execute("CREATE TABLE heard (who text); GRANT INSERT ON heard TO PUBLIC")
        connection.execute(
            "CREATE FUNCTION public.left(name, integer) RETURNS text LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO public.heard VALUES (current_user); RETURN $1; END $$;"
            "CREATE FUNCTION public.left(text, integer) RETURNS text LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO public.heard VALUES (current_user); RETURN $1; END $$;"
            "CREATE FUNCTION public.to_jsonb(public.devices) RETURNS jsonb LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO public.heard VALUES (current_user); RETURN '{}'; END $$;"
            "SET search_path = public, pg_catalog"
        )
        connection.execute(HAND)
        assert connection.execute("SELECT count(*) FROM heard").fetchall() == [(0,)]


# --- History ----------------------------------------------------------------------------------------------------------

REWRITTEN = [
    "UPDATE applies SET actor = 'somebody else'",
    "UPDATE applies SET actor = actor WHERE false",
    "DELETE FROM applies",
    "TRUNCATE applies CASCADE",
    "UPDATE audit_log SET actor_id = 'somebody else'",
    "DELETE FROM audit_log",
    "TRUNCATE audit_log",
    "TRUNCATE organizations, import_batches CASCADE",
    "INSERT INTO audit_log (entity_type, action) VALUES ('device', 'update')",
    "INSERT INTO applies SELECT * FROM applies ON CONFLICT (id) DO UPDATE SET actor = 'somebody else'",
]


@pytest.mark.parametrize("statement", REWRITTEN)
def test_history_is_not_rewritten_by_whoever_was_granted_everything(
    database: Database, jane: str, statement: str
) -> None:
    before = database.execute(
        "SELECT to_jsonb(a)::text FROM applies a UNION ALL SELECT to_jsonb(l)::text FROM audit_log l"
    )
    with database.connect(jane) as connection, pytest.raises(errors.InsufficientPrivilege, match="is history: "):
        connection.execute(statement.encode())
    assert before == database.execute(
        "SELECT to_jsonb(a)::text FROM applies a UNION ALL SELECT to_jsonb(l)::text FROM audit_log l"
    )


def test_the_owner_may_tidy_up(database: Database, jane: str) -> None:
    assert jane
    database.execute("DELETE FROM audit_log; TRUNCATE applies CASCADE")


def test_what_goes_leaves_its_history(database: Database, jane: str) -> None:
    """A foreign key changes the log, with its owner's rights."""
    with database.connect(jane) as connection:
        connection.execute("DELETE FROM organizations")
    assert database.execute("SELECT count(*) > 0, count(site_id), count(organization_id) FROM audit_log") == [
        (True, 0, 0)
    ]
