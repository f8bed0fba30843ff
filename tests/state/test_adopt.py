"""A database that was kept by hand is taken over: every row becomes YAML, and nobody who reads it sees a difference."""

import os
import random
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_database import Cluster, Database, everything
from support_embedded import wait_for
from support_faults import lock_free
from support_legacy import changed, fill, number, rows
from support_project import Project, ended

SEED = int(os.environ.get("INVGIT_SEED", "0")) or secrets.randbelow(10**6)

CHANGES = {
    # filled in, where it may not be empty any more
    *(f"{table} {id} is_active: null -> true" for table, id in (("organizations", "011"), ("devices", "102"))),
    "organizations 012 metadata: null -> {}",
    "sites 021 is_primary: null -> false",
    "networks 044 dns_servers: null -> []",
    "networks 041 dns_servers: null -> []",
    "networks 043 dns_servers: null -> []",
    "networks 045 dns_servers: null -> []",
    "networks 045 is_primary: null -> false",
    "devices 102 metadata: null -> {}",
    "devices 102 capabilities: null -> []",
    "devices 102 configuration: null -> {}",
    "devices 102 is_controller: null -> false",
    "device_connections 401 is_wireless: null -> false",
    *(f"ip_allocations {id} dns_names: null -> []" for id in (301, 302, 304, 306, 307, 308, 309)),
    # slugs as they have to be
    "device_categories 001 slug: \"kitchen_bath\" -> \"kitchen-bath\"",
    "organizations 011 slug: \"Cedar & Finch\" -> \"cedar-and-finch\"",
    "organizations 012 slug: \"catalog\" -> \"catalog-2\"",
    "sites 021 slug: \"vacation_home\" -> \"vacation-home\"",
    "zones 032 slug: \"living_room\" -> \"living-room\"",
    "zones 034 slug: \"OLD SHED\" -> \"old-shed\"",
    "zones 035 slug: \"山小屋\" -> \"zone-5eed0000\"",
    "networks 042 slug: \"iot_wifi\" -> \"iot-wifi\"",
    "devices 102 slug: \"front door\" -> \"front-door\"",
    "devices 111 slug: \"dimmer_\" -> \"dimmer-2\"",
    # spelled as their fields want it
    "zones 030 color: \"#1E90FF\" -> \"#1e90ff\"",
    "devices 102 hostname: \"FrontDoor\" -> \"frontdoor\"",
    "ip_allocations 305 hostname: \"Printer\" -> \"printer\"",
    # what one of two places said
    "ip_allocations 303 hostname: null -> \"frontdoor\"",
    "devices 101 ip_address: null -> \"192.168.68.90\"",
    # what follows from a device being retired
    "devices 104 status: \"offline\" -> \"decommissioned\"",
    "devices 105 usage_status: \"active\" -> \"retired\"",
}  # fmt: skip
NEW_ROWS = {"network_vlans": 1, "ip_allocations": 4, "import_batches": 1}


@pytest.fixture(scope="module")
def model(cluster: Cluster) -> Iterator[Database]:
    """Such a database, to be copied."""
    with cluster.database(migrated=False) as made:
        fill(made)
        yield made


@pytest.fixture
def legacy(cluster: Cluster, model: Database) -> Iterator[Database]:
    with cluster.database(template=model.name) as made:
        yield made


@pytest.fixture
def home(legacy: Database, tmp_path: Path) -> Project:
    """A folder that names the database, and describes nothing."""
    return Project(tmp_path / "home", legacy.dsn)


def files(project: Project) -> dict[str, bytes]:
    folder = project.root / "inventory"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_row_is_described_and_readers_see_what_they_saw(legacy: Database, home: Project) -> None:
    before = rows(legacy)
    assert sum(map(len, before.values())) > 80
    result = home.run("db", "adopt")
    assert result.code == 0, result.out + result.err
    after = rows(legacy)
    assert changed(before, after) == CHANGES
    del before["audit_log"], after["audit_log"]  # it tells what changed
    assert {table: more for table in before if (more := len(after[table]) - len(before[table]))} == NEW_ROWS
    assert home.run("validate").code == 0
    assert home.changes() == []
    assert home.run("db", "health").code == 0
    assert all(row["unmanaged"] == 0 == row["drifted"] for row in home.run("status", "-o", "json").json)
    ids = legacy.execute("SELECT e.id::text FROM entities e")
    known = {id for table in before for id in before[table]}
    assert len({id for (id,) in ids} - known) == 1  # the VLAN that only networks spoke of


def test_what_is_told_is_what_changes(legacy: Database, home: Project) -> None:
    """No more and no less: the report names every value that readers see otherwise."""
    out = home.run("db", "adopt").out
    cells = {" ".join(part.split()) for part in out.splitlines()}
    for change in CHANGES:
        table, _, column = change.partition(":")[0].split(" ")
        after = change.partition(" -> ")[2].strip('"').replace("[]", "")
        assert any(cell.startswith(table) and f" {column} " in cell and cell.endswith(after) for cell in cells), change


def test_what_people_wrote_stands_in_the_files(home: Project) -> None:
    assert home.run("db", "adopt").code == 0
    written = files(home)
    devices = written["anand-family/primary-residence/devices.yaml"].decode()
    for line in (
        "    serial: \"0012345\"\n",
        "zero: \"007\"",
        "refs: {homeseer: \"3398\", homeassistant: switch.hub}",
        "purchase_currency: null",
        "interfaces: {iot-wifi: {mac: a0:1e:0b:00:00:51, network: iot-wifi, ip: 10.0.20.5}}",
        "licence: {value: \"0815\", type: number, group: paper}",
        "ip_from: dhcp",
        "maintenance: true",
        "usage_status: retired",
    ):  # fmt: skip
        assert line in devices, (line, devices)
    assert all(b"\r" not in data and data.endswith(b"\n") for data in written.values())
    assert home.run("fmt", "--check", "--diff").out == ""
    assert home.run("db", "adopt").code == 0  # nothing to do
    assert files(home) == written


def test_a_second_run_says_that_there_is_nothing_to_adopt(legacy: Database, home: Project) -> None:
    assert home.run("db", "adopt").code == 0
    known = everything(legacy)
    result = home.run("db", "adopt")
    assert (result.code, result.out) == (0, "")
    assert "invgit's already" in result.err
    assert everything(legacy) == known


def test_a_dry_run_tells_the_same_and_changes_nothing(legacy: Database, home: Project) -> None:
    known = everything(legacy)
    tried = home.run("db", "adopt", "--dry-run", CI="true")
    assert tried.code == 0, tried
    assert everything(legacy) == known
    assert files(home) == {}
    assert home.run("db", "adopt").out == tried.out


def test_what_yaml_cannot_say_is_told_by_row_and_nothing_is_done(legacy: Database, home: Project) -> None:
    secret = "hunter2" + "-hunter2"
    legacy.execute(
        "UPDATE devices SET metadata = jsonb_build_object('admin_password', %s::text) WHERE id = %s",
        secret,
        number(100),
    )
    for statement in (
        "UPDATE devices SET mac_address = '01:00:5e:00:00:01' WHERE slug = 'core-switch'",
        "UPDATE devices SET ip_address = 'fd00::5' WHERE slug = 'vpn-gw'",
        "UPDATE devices SET metadata = '[1]' WHERE slug = 'old-nas'",
        "UPDATE devices SET description = E'be\\x07ll' WHERE slug = 'dimmer'",
        "UPDATE devices SET status = 'decommissioned', usage_status = 'failed' WHERE slug = 'kasse-1'",
        "UPDATE devices SET serial_number = 'A1' WHERE slug = 'older-nas'",
        "UPDATE networks SET vlan_id = 4095 WHERE slug = 'zwave'",
        "UPDATE networks SET vlan_id = 21 WHERE slug = 'iot_wifi'",
        "UPDATE ip_allocations SET hostname = 'another' WHERE ip_address = '192.168.68.56'",
        "UPDATE device_attributes SET attribute_value = NULL WHERE attribute_key = 'note'",
        f"UPDATE device_connections SET target_device_id = '{number(109)}' WHERE connection_type = 'wifi'",
    ):
        legacy.execute(statement)
    known = everything(legacy)
    result = home.run("db", "adopt", "-o", "json")
    assert result.code == 1
    found = {(each["table"], each["id"][-3:], each["column"]) for each in result.json}
    assert found == {
        ("devices", "106", "mac_address"),
        ("devices", "108", "ip_address"),
        ("devices", "103", "metadata"),
        ("devices", "110", "description"),
        ("devices", "109", "status"),
        ("devices", "104", "serial_number"),
        ("devices", "100", "metadata"),
        ("networks", "043", "vlan_id"),
        ("network_vlans", "051", "network_id"),
        ("ip_allocations", "300", "hostname"),
        ("device_attributes", "501", "attribute_value"),
        ("device_connections", "402", "target_device_id"),
    }
    assert secret not in result.out + result.err
    assert everything(legacy) == known
    assert files(home) == {}


# --- What stands in the way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("CREATE VIEW cameras AS SELECT name FROM devices", "the view `cameras` shows `devices`"),
        ("CREATE TABLE notes (device uuid REFERENCES devices)", "the table `notes` refers to `devices`"),
        ("ALTER TABLE devices ADD colour text", "the table `devices` has a column `colour`"),
        ("DROP TABLE ip_allocations; DROP TABLE sites CASCADE", "there is no table `sites`"),
        ("CREATE TABLE entities (id uuid)", "the table `entities` is none that is adopted"),
    ],
)
def test_what_would_be_lost_is_refused(legacy: Database, home: Project, statement: str, told: str) -> None:
    for each in statement.split(";"):
        legacy.execute(each)
    known = everything(legacy)
    result = home.run("db", "adopt")
    assert (result.code, told in result.err) == (5, True), result
    assert everything(legacy) == known
    assert files(home) == {}


def test_it_is_for_a_person_and_an_inventory_without_organizations(legacy: Database, home: Project) -> None:
    assert "CI" in (refused := home.run("db", "adopt", CI="true")).err
    assert refused.code == 5
    home.write({"o/organization.yaml": "organization: {name: O}\n"})
    result = home.run("db", "adopt")
    assert (result.code, "inventory/o/organization.yaml" in result.err) == (5, True), result
    assert set(files(home)) == {"o/organization.yaml"}
    with pytest.raises(Exception, match="applies"):
        legacy.execute("SELECT 1 FROM applies")


def test_a_catalog_that_is_there_stays_if_it_says_the_same(legacy: Database, home: Project) -> None:
    words = ("Home Automation, automation, 10, home", "Security, security, 20, shield")
    entries = [dict(zip(("name", "slug", "order", "icon"), each.split(", "), strict=True)) for each in words]
    text = "categories:\n" + "".join(
        f"  {each['slug']}: {{name: {each['name']}, sort_order: {each['order']}, icon: {each['icon']}}}\n"
        for each in entries
    )
    home.write({"catalog/ours.yaml": text.replace("20", "21")})
    result = home.run("db", "adopt", "-o", "json")
    assert (result.code, [each["column"] for each in result.json]) == (1, ["sort_order"]), result
    home.write({"catalog/ours.yaml": text})
    assert home.run("db", "adopt").code == 0
    assert "security:" not in files(home)["catalog/categories.yaml"].decode()
    assert home.changes() == []


def test_an_empty_database_has_nothing_to_adopt(empty_database: Database, tmp_path: Path) -> None:
    result = Project(tmp_path / "p", empty_database.dsn).run("db", "adopt")
    assert (result.code, "no table to adopt" in result.err) == (3, True), result


def test_whoever_could_read_or_write_still_can(legacy: Database, home: Project) -> None:
    reader = legacy.role("SELECT")
    name = reader.split("user=")[1].split()[0]
    legacy.execute(f"GRANT UPDATE (status) ON devices TO {name}")
    assert home.run("db", "adopt").code == 0
    with legacy.connect(reader) as connection:
        assert connection.execute("SELECT count(*) FROM devices").fetchone() == (42,)
        connection.execute("UPDATE devices SET status = 'online' WHERE slug = 'tv'")
        with pytest.raises(Exception, match="permission denied"):
            connection.execute("UPDATE devices SET name = 'x' WHERE slug = 'tv'")
    assert home.changes() == []


def test_triggers_that_stood_on_the_tables_are_named(home: Project) -> None:
    assert "the trigger `touch` on `devices` is not kept" in home.run("db", "adopt").err


def test_whoever_writes_meanwhile_is_not_overwritten(legacy: Database, home: Project) -> None:
    """The files say what the rows said; rows that are others by then are another run's business."""
    with legacy.connect() as connection, connection.transaction():
        connection.execute("UPDATE devices SET name = 'Other' WHERE slug = 'tv'")
        running = home.start("db", "adopt")
        waits = (
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'invgit adopt%%'"
        )
        assert wait_for(lambda: legacy.execute(waits))
    result = ended(running)
    assert result.code == 6, result
    assert files(home) == {}
    assert home.run("db", "adopt").code == 0
    assert home.changes() == []


def test_an_older_shape_and_no_rows_at_all_are_adopted_too(legacy: Database, home: Project) -> None:
    """Networks of organizations, and some tables, came later; a household may be empty."""
    legacy.execute("DELETE FROM organizations")
    legacy.execute("DELETE FROM device_categories")
    legacy.execute("ALTER TABLE networks DROP organization_id")
    for table in ("sync_history", "import_batches", "device_attributes"):
        legacy.execute(f"DROP TABLE {table}")
    assert home.run("db", "adopt").code == 0
    assert files(home) == {}
    assert home.changes() == []
    assert home.run("db", "health").code == 0


def test_who_does_not_own_the_tables_is_told(legacy: Database, tmp_path: Path) -> None:
    home = Project(tmp_path / "other", legacy.role("SELECT"))
    result = home.run("db", "adopt")
    assert (result.code, "permission denied" in result.err or "must be owner" in result.err) == (3, True), result
    assert files(home) == {}


def test_a_folder_for_the_inventory_is_made(legacy: Database, home: Project) -> None:
    (home.root / "inventory").rmdir()
    assert home.run("db", "adopt").code == 0
    assert home.changes() == []


# --- Killed half-way --------------------------------------------------------------------------------------------------


def test_files_that_a_killed_run_has_left_are_taken(cluster: Cluster, model: Database, home: Project) -> None:
    """A run that ends between its files and COMMIT leaves the old database, and files that the next run writes anew."""
    with cluster.database(template=model.name) as other:
        twin = Project(home.root.parent / "twin", other.dsn)
        assert twin.run("db", "adopt").code == 0
        left = files(twin)
    home.write({path: data.decode() for path, data in left.items()})
    assert home.run("db", "adopt").code == 0
    assert files(home) == left
    assert home.changes() == []


@pytest.mark.slow
def test_killed_at_any_moment_it_is_the_old_database_or_the_new_one(
    cluster: Cluster, model: Database, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    lasts = 0.0
    for turn in range(2):  # the first run compiles modules, too
        with cluster.database(template=model.name) as database:
            known = everything(database)
            begun = time.monotonic()
            assert ended(Project(tmp_path / f"whole-{turn}", database.dsn).start("db", "adopt")).code == 0
            lasts = time.monotonic() - begun
    outcomes = set()
    for turn in range(20):
        with cluster.database(template=model.name) as database:
            home = Project(tmp_path / str(turn), database.dsn)
            running = home.start("db", "adopt")
            time.sleep(chance.uniform(0.2, 1.6) * lasts)
            os.killpg(running.pid, signal.SIGKILL)
            ended(running)
            wait_for(lambda: lock_free(database) < float("inf"))
            old = "invgit_migrations" not in everything(database)
            outcomes.add((old, bool(files(home))))
            lasts *= 1.1 if old else 0.9  # to where it is decided, though the machine may be faster or slower by now
            assert not old or everything(database) == known
            assert home.run("db", "adopt").code == 0, f"seed {SEED}, turn {turn}"
            assert home.run("validate").code == 0
            assert home.changes() == []
            assert all(path.endswith(".yaml") for path in files(home))
    assert {(True, False), (False, True)} <= outcomes
