"""`invgit db grant`: each role may do what it needs and no more, whatever it is called."""

import re
from collections.abc import Callable

import psycopg
import pytest
from psycopg import conninfo, errors, sql
from support_database import Database, everything
from support_embedded import REPOSITORY
from support_inventory import TINY, applied
from support_project import Project

from invgit.state.migrate import OURS, VIEWS

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
Made = Callable[[str], str]


@pytest.fixture
def made(database: Database) -> Made:
    """Makes a role of exactly that name, which goes after the database; its connection string."""

    def make(name: str) -> str:
        with database.connect() as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(sql.Identifier(name)))
        database.cluster.roles.append((database.name, name))
        return conninfo.make_conninfo(database.dsn, user=name, password="secret")

    return make


def user(dsn: str) -> str:
    return str(conninfo.conninfo_to_dict(dsn)["user"])


def rights(database: Database) -> list[tuple[str, ...]]:
    """Every grant there is."""
    return sorted(
        database.execute(
            "SELECT c.relname::text, a.grantee::regrole::text, a.privilege_type, a.is_grantable::text FROM pg_class c,"
            " aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace UNION ALL SELECT datname::text,"
            " a.grantee::regrole::text, a.privilege_type, a.is_grantable::text FROM pg_database, aclexplode(datacl) a"
            " WHERE datname = current_database() UNION ALL SELECT nspname::text, a.grantee::regrole::text,"
            " a.privilege_type, a.is_grantable::text FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'public'"
        )
    )


# --- Who may do what --------------------------------------------------------------------------------------------------


def listed(database: Database) -> dict[tuple[str, str], set[str]]:
    """What docs/roles.md says of all roles but the owner: by table and role."""
    text = (REPOSITORY / "docs/roles.md").read_text(encoding="utf-8")
    found: dict[tuple[str, str], set[str]] = {}
    for first, *cells in re.findall(r"^" + r"\|([^|]+)" * 5 + r"\|$", text, re.MULTILINE):
        for table in re.findall(r"`(\w+)`", first):
            for role, cell in zip(_roles(database), cells[1:], strict=True):
                found[table, role] = set(re.findall(r"\w+", cell))
    return found


def _roles(database: Database) -> list[str]:
    return [user(dsn) for dsn in (database.applier, database.syncer, database.reader)]


def test_the_documents_list_what_the_roles_may_do(database: Database) -> None:
    said = listed(database)
    ((version,),) = database.execute("SELECT current_setting('server_version_num')::int")
    known = RIGHTS if version >= 170000 else RIGHTS[:-1]
    names = [name for (name,) in database.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")]
    assert sorted(names) == sorted(OURS)
    for role in _roles(database):
        for table in [*names, *VIEWS]:
            held = {
                one
                for one in known
                if database.execute("SELECT has_table_privilege(%s, %s, %s)", role, table, one)[0][0]
            }
            assert held == said[table, role] & set(known), (role, table)
        for one in ("USAGE", "CREATE"):
            has = database.execute("SELECT has_schema_privilege(%s, 'public', %s)", role, one) == [(True,)]
            assert has == (one in said["public", role]), (role, one)
        changed = database.execute(
            "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name ="
            " 'devices' AND has_column_privilege(%s, 'devices', column_name, 'UPDATE')", role
        )  # fmt: skip
        seen = ["last_seen", "last_status_change", "status"]
        if role == user(database.syncer):
            assert sorted(name for (name,) in changed) == seen


REFUSED = [
    "UPDATE applies SET actor = 'x'", "DELETE FROM applies", "TRUNCATE applies CASCADE", "DELETE FROM audit_log",
    "UPDATE audit_log SET notes = 'x'", "TRUNCATE audit_log", "TRUNCATE devices CASCADE",
    "INSERT INTO audit_log (entity_type, action) VALUES ('x', 'update')", "UPDATE invgit_database SET id = id",
    "DELETE FROM invgit_migrations", "DROP TABLE devices", "ALTER TABLE devices ADD COLUMN mine text",
    "CREATE TABLE public.mine (x int)", "CREATE SCHEMA mine", "ALTER TABLE devices DISABLE TRIGGER ALL",
    "CREATE TRIGGER mine AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "COPY devices TO PROGRAM 'true'",
    "SET session_replication_role = replica", "SELECT invgit_record_change()",
]  # fmt: skip
WRITES = ["UPDATE devices SET name = 'x'", "DELETE FROM entities", "INSERT INTO applies DEFAULT VALUES"]


@pytest.mark.parametrize("statement", [*REFUSED, *WRITES])
def test_a_role_that_reads_only_reads(database: Database, statement: str) -> None:
    with (
        database.connect(database.reader) as connection,
        pytest.raises((errors.InsufficientPrivilege, errors.Error)) as no,
    ):
        connection.execute(statement.encode())
    assert isinstance(no.value, errors.InsufficientPrivilege | errors.FeatureNotSupported), no.value


DECLARED = [
    "INSERT INTO applies DEFAULT VALUES", "UPDATE devices SET name = 'x'", "DELETE FROM devices",
    "UPDATE devices SET status = 'online', name = 'x'", "UPDATE entities SET digest = ''", "DELETE FROM sync_history",
    "UPDATE sites SET name = 'x'", "DELETE FROM entities", "DELETE FROM ip_allocations",
    "UPDATE sync_history SET status = 'failed'",
]  # fmt: skip


@pytest.mark.parametrize("statement", [*REFUSED, *DECLARED])
def test_a_role_that_asks_sources_changes_nothing_that_is_declared(database: Database, statement: str) -> None:
    with database.connect(database.syncer) as connection, pytest.raises(psycopg.Error) as no:
        connection.execute(statement.encode())
    assert isinstance(no.value, errors.InsufficientPrivilege | errors.FeatureNotSupported), no.value


@pytest.mark.parametrize("statement", REFUSED)
def test_a_role_that_applies_does_no_more(database: Database, statement: str) -> None:
    with database.connect(database.applier) as connection, pytest.raises(psycopg.Error) as no:
        connection.execute(statement.encode())
    assert isinstance(no.value, errors.InsufficientPrivilege | errors.FeatureNotSupported), no.value


def test_whoever_reads_can_do_all_that_does_not_write(database: Database, project: Project) -> None:
    project.write(TINY)
    project.apply()
    database.execute("UPDATE devices SET name = 'X'")
    project.dsn = database.reader
    out = str(project.root / "plan.json")
    for words in (["plan"], ["plan", "--out", out], ["plan", "--format", "json"], ["status"], ["audit"],
                  ["audit", "nas"], ["drift"], ["db", "status"], ["db", "stats"], ["db", "health"]):  # fmt: skip
        result = project.run(*words)
        assert (result.code, "warning" in result.err) == (0, False), (words, result)
    project.dsn = database.applier
    assert project.run("apply", out, "--yes").code == 0


def test_a_large_apply_leaves_no_warning_and_its_statistics(database: Database) -> None:
    many = "".join(f"  d{number}: {{name: D, type: d}}\n" for number in range(1100))
    told: list[str] = []
    with database.opened() as connection:
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        applied(connection, {**TINY, "o/t/site.yaml": f"site: {{name: T}}\ndevices:\n{many}"})
        version = connection.info.server_version
    assert told == []
    if version >= 170000:
        assert database.execute("SELECT reltuples FROM pg_class WHERE relname = 'devices'") == [(1101,)]


# --- Granting ---------------------------------------------------------------------------------------------------------


def test_what_was_granted_is_shown_and_granted_once(database: Database, owned: Project, made: Made) -> None:
    applier, reader = made("a1"), made("r1")
    words = ("db", "grant", "--apply", user(applier), "--read", user(reader))
    first = owned.run(*words, "-o", "json")
    assert first.code == 0, first
    rows = {(row["role"], row["on"]): row["rights"] for row in first.json}
    assert rows["a1", "table applies"] == ["SELECT", "INSERT"]
    assert rows["r1", "table devices"] == ["SELECT"]
    assert rows["r1", f"database {database.name}"] == ["CONNECT"]
    before = rights(database)
    assert owned.run(*words, "-o", "json").json == first.json
    assert rights(database) == before
    project = Project(owned.root.parent / "p", applier, reader)
    project.write(TINY)
    project.apply()
    assert project.changes() == []


def test_a_dry_run_prints_what_would_be_run(database: Database, owned: Project, made: Made) -> None:
    made("r1")
    made("a1")
    before = rights(database)
    words = ("db", "grant", "--read", "r1", "--apply", "a1")
    dry = owned.run(*words, "--dry-run")
    assert dry.code == 0
    assert rights(database) == before
    database.execute(dry.out)
    by_hand = rights(database)
    assert by_hand != before
    owned.run(*words)
    assert rights(database) == by_hand


def test_a_role_is_given_less_by_granting_again(database: Database, owned: Project, made: Made) -> None:
    made("r1")
    database.execute("GRANT SELECT (name), UPDATE (name) ON devices TO r1; GRANT ALL ON applies, audit_log TO r1")
    assert owned.run("db", "grant", "--apply", "r1").code == 0
    assert owned.run("db", "grant", "--read", "r1").code == 0
    held = {row[2] for row in rights(database) if row[1] == "r1" and row[0] in OURS}
    assert held == {"SELECT"}
    columns = "SELECT has_any_column_privilege('r1', 'devices', 'UPDATE')"
    assert database.execute(columns) == [(False,)]


NAMES = [
    'say "hi"', "it's", "Jörg-Ω 💡", "CURRENT_USER", "PUBLIC", "select", "a; DROP TABLE devices; --", "-x", " ",
    "a\nb", "\x1b[31mred", "##[error]x", "\u202egnp", "back\\slash", "x" * 63, "%s", "{}", "\\u0041\x07",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_role_may_be_called_anything(database: Database, owned: Project, made: Made, name: str) -> None:
    reader = made(name)
    before = rights(database)
    dry = owned.run("db", "grant", f"--read={name}", "--dry-run")
    done = owned.run("db", "grant", f"--read={name}", "-o", "json")
    assert (dry.code, done.code) == (0, 0), (dry, done)
    assert not {"\x1b", "\u202e", "\x07"} & set(dry.out + done.out)
    assert "##[" not in dry.out + done.out
    assert {row["role"] for row in done.json} == {name}
    new = {row[1] for row in rights(database)} - {row[1] for row in before}
    assert len(new) == 1
    granted = rights(database)
    database.execute(dry.out)
    assert rights(database) == granted
    with database.connect(reader) as connection:
        assert connection.execute("SELECT count(*) FROM devices").fetchone() == (0,)
    assert owned.run("db", "grant", f"--read={name}").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--read", "public"], 2, "there is no role `public`"),
        (["--read", "pg_monitor"], 2, "there is no role `pg_monitor`"),
        (["--read", "nobody-a", "--apply", "nobody-b"], 2, "there is no role `nobody-a`, `nobody-b`"),
        (["--read", "R1"], 2, "there is no role `R1`; there is `r1`"),
        (["--read", ""], 2, "there is no role ``"),
        (["--read", "r1", "--apply", "r1"], 2, "the role `r1` is named twice"),
        (["--owner", "r1", "--owner", "r2"], 2, "tables have one owner"),
        ([], 2, "no role is named"),
        (["--read", "r1", "--read", "{owner}"], 5, "`{owner}` may do everything already"),
    ],
)
def test_what_cannot_be_granted_is_refused_and_nothing_is(
    database: Database, owned: Project, made: Made, words: list[str], code: int, said: str
) -> None:
    made("r1")
    owner = user(database.dsn)
    before = rights(database)
    for more in ([], ["--dry-run"]):
        result = owned.run("db", "grant", *[word.format(owner=owner) for word in words], *more)
        assert (result.code, said.format(owner=owner) in result.err) == (code, True), result
    assert rights(database) == before


def test_granting_is_for_the_owner(database: Database, project: Project, made: Made) -> None:
    made("r1")
    for dsn in (database.applier, database.reader):
        project.dsn = dsn
        result = project.run("db", "grant", "--read", "r1")
        assert (result.code, "granting is for the role that owns the tables" in result.err) == (3, True), result
        assert f"connect as `{user(database.dsn)}`" in result.err


def test_what_a_role_has_from_elsewhere_is_told(database: Database, owned: Project, made: Made) -> None:
    made("r1")
    made("team")
    database.execute(
        "GRANT UPDATE, DELETE ON zones, devices TO team; GRANT team TO r1; GRANT SELECT ON zones TO PUBLIC"
    )
    result = owned.run("db", "grant", "--read", "r1")
    assert (result.code, "r1 has UPDATE, DELETE on zones, devices too" in result.err) == (0, True), result


# --- Owners -----------------------------------------------------------------------------------------------------------


def test_a_database_is_handed_over(database: Database, owned: Project, made: Made) -> None:
    heir, former = made("heir"), user(database.dsn)
    database.execute(f"GRANT heir TO {former}; DELETE FROM invgit_migrations WHERE version >= 4")
    database.execute("DROP VIEW current_devices; DROP TABLE observations, looks, alerts;"
                     "DROP INDEX sync_history_run_idx, sync_history_site_id_idx;"
                     "ALTER TABLE sync_history DROP COLUMN site")  # fmt: skip
    database.execute("DROP TRIGGER invgit_keep ON applies; DROP TRIGGER invgit_keep ON audit_log;"
                     "DROP FUNCTION invgit_keep_history(); ALTER TABLE audit_log DROP COLUMN row_id")  # fmt: skip
    assert owned.run("db", "migrate").code == 0
    made("a1")
    result = owned.run("db", "grant", "--owner", "heir", "--apply", "a1", "-o", "json")
    assert result.code == 0, result
    owners = database.execute("SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("heir",)]
    assert database.execute("SELECT DISTINCT proowner::regrole::text FROM pg_proc WHERE pronamespace = 2200") == [
        ("heir",)
    ]
    inherits = Project(owned.root.parent / "heir", heir)
    inherits.write(TINY)
    inherits.apply()
    assert inherits.run("db", "grant", "--owner", "heir", "--read", "a1").code == 0
    assert inherits.run("db", "reset", "--confirm", database.name).code == 0
    inherits.apply()
    with database.connect(heir) as connection:
        connection.execute("ALTER TABLE devices ADD COLUMN mine text")


# --- What is missing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ("REVOKE INSERT ON devices, zones FROM {}", "INSERT on zones, devices"),
        ("REVOKE ALL ON applies FROM {}", "SELECT, INSERT on applies"),
        (
            "REVOKE DELETE ON entities FROM {}; REVOKE UPDATE ON networks FROM {}",
            "DELETE on entities; UPDATE on networks",
        ),
        ("REVOKE TEMPORARY ON DATABASE {database} FROM {}, PUBLIC", "TEMPORARY on the database"),
    ],
)
def test_apply_says_what_its_role_lacks_before_it_does_anything(
    database: Database, project: Project, owned: Project, made: Made, taken: str, said: str
) -> None:
    project.dsn = made("a1")
    assert owned.run("db", "grant", "--apply", "a1").code == 0
    database.execute(taken.replace("{database}", database.name).replace("{}", "a1"))
    project.write(TINY)
    before = everything(database)
    assert project.run("plan", "--rehearse").code == 3
    for words in (["apply", "--yes"], ["db", "seed"]):
        result = project.run(*words)
        assert result.code == 3, result
        assert f"the role `a1` may not apply: it lacks {said}" in result.err
        assert "invgit db grant --apply a1" in result.err
    assert everything(database) == before
    assert owned.run("db", "grant", "--apply", "a1").code == 0
    project.apply()


def test_what_has_to_be_granted_again_is_said(database: Database, owned: Project) -> None:
    applier, reader = user(database.applier), user(database.reader)
    assert "again" not in owned.run("db", "migrate").err
    database.execute(f"REVOKE SELECT ON networks FROM {reader}")
    assert f"invgit db grant --read {reader}" in owned.run("db", "migrate").err
    assert (
        f"invgit db grant --apply {applier} --read {reader} --sync {user(database.syncer)}"
        in owned.run("db", "reset", "--confirm", database.name).err
    )
