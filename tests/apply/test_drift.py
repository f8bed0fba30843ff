"""Whoever changes a managed row leaves a trace, is seen by the next plan, and is put right by the next apply."""

import json
from typing import Any

import psycopg
import pytest
from support_database import TABLES, Database, content
from support_inventory import STAMP, TINY, applied, changes, planned

SITE = """
site: {name: S}
zones: {hall: {name: Hall}, attic: {name: Attic, parent: hall}}
vlans: {iot: {name: IoT, vlan_id: 20}}
networks: {lan: {name: LAN, cidr: 10.0.0.0/24, vlan: iot}}
devices:
  switch: {name: Switch, type: switch, zone: hall}
  nas: {name: NAS, type: nas, category: net, network: lan, ip: 10.0.0.5, zone: attic, metadata: {a: {b: null}},
    interfaces: {eth1: {network: lan, ip: 10.0.0.6}}, attributes: {bays: {value: "4"}}}
  old: {name: Old, type: tv, usage_status: retired}
  ill: {name: Ill, type: tv, maintenance: true}
connections: {nas--switch: {from: nas, to: switch}}
reservations: {spare: {network: lan, ip: 10.0.0.9}}
"""
BASE = {
    "catalog/c.yaml": "categories: {net: {name: Network}}",
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": SITE,
}


@pytest.fixture
def jane(database: Database) -> str:
    """Somebody else, who may write everything; what files describe is applied."""
    with database.opened() as connection:
        applied(connection, BASE)
    return database.role()


def by_hand(database: Database, dsn: str, *statements: str) -> list[dict[str, Any]]:
    """Run statements in a session of that role; what the audit log says about it."""
    ((last,),) = database.execute("SELECT coalesce(max(id), 0) FROM audit_log")
    with database.connect(dsn) as connection:
        for statement in statements:
            connection.execute(statement.encode())
    rows = database.execute("SELECT to_jsonb(a)::text FROM audit_log a WHERE id > %s ORDER BY id", last)
    return [json.loads(row) for (row,) in rows]


# what is done, what the log calls it (type, action), and what the next plan will do
HAND_MADE = [
    ("UPDATE organizations SET name = 'X'", ("organization", "update"), ["update organization:o name"]),
    ("UPDATE sites SET city = 'X', country = NULL", ("site", "update"), ["update site:o/s city, country"]),
    (
        "UPDATE zones SET parent_zone_id = NULL WHERE slug = 'attic'",
        ("zone", "update"),
        ["update zone:o/s/attic parent"],
    ),
    ("UPDATE device_categories SET icon = 'X'", ("category", "update"), ["update category:net icon"]),
    ("UPDATE network_vlans SET vlan_id = 21", ("vlan", "update"), ["update vlan:o/s/iot vlan_id"]),
    (
        "UPDATE networks SET dns_servers = '{1.1.1.1}', vlan_id = 7",
        ("network", "update"),
        ["update network:o/s/lan dns, vlan_id"],
    ),
    (
        "UPDATE devices SET metadata = '{\"a\": {}}' WHERE slug = 'nas'",
        ("device", "update"),
        ["update device:o/s/nas metadata"],
    ),
    (
        "UPDATE devices SET status = 'online' WHERE slug = 'ill'",
        ("device", "status_change"),
        ["update device:o/s/ill status"],
    ),
    (
        "UPDATE devices SET status = 'maintenance' WHERE slug = 'nas'",
        ("device", "status_change"),
        ["update device:o/s/nas status"],
    ),
    (
        "UPDATE devices SET slug = 'renamed' WHERE slug = 'switch'",
        ("device", "update"),
        ["update device:o/s/switch slug"],
    ),
    ("DELETE FROM devices WHERE slug = 'old'", ("device", "delete"), ["create device:o/s/old"]),
    ("DELETE FROM device_connections", ("connection", "delete"), ["create connection:o/s/nas--switch"]),
    (
        "UPDATE device_connections SET target_device_id = (SELECT id FROM devices WHERE slug = 'old')",
        ("connection", "update"),
        ["update connection:o/s/nas--switch to"],
    ),
    (
        "UPDATE device_interfaces SET mac_address = 'a0:00:00:00:00:01'",
        ("device_interface", "update"),
        ["update device:o/s/nas interfaces"],
    ),
    (
        "INSERT INTO device_interfaces (device_id, name) SELECT id, 'eth9' FROM devices WHERE slug = 'switch'",
        ("device_interface", "create"),
        ["update device:o/s/switch interfaces"],
    ),
    ("DELETE FROM device_interfaces", ("device_interface", "delete"), ["update device:o/s/nas interfaces"]),
    (
        "UPDATE device_attributes SET attribute_value = '5'",
        ("device_attribute", "update"),
        ["update device:o/s/nas attributes"],
    ),
    (
        "UPDATE device_attributes SET device_id = (SELECT id FROM devices WHERE slug = 'old')",
        ("device_attribute", "update"),
        ["update device:o/s/nas attributes", "update device:o/s/old attributes"],
    ),
    (
        "DELETE FROM ip_allocations WHERE ip_address = '10.0.0.6'",
        ("ip_allocation", "delete"),
        ["update device:o/s/nas allocations"],
    ),
    (
        "UPDATE ip_allocations SET allocation_type = 'dynamic' WHERE ip_address = '10.0.0.5'",
        ("ip_allocation", "update"),
        ["update device:o/s/nas allocations"],
    ),
    (
        "UPDATE ip_allocations SET notes = 'mine' WHERE slug = 'spare'",
        ("ip_allocation", "update"),
        ["update reservation:o/s/spare notes"],
    ),
    ("DELETE FROM ip_allocations WHERE slug = 'spare'", ("ip_allocation", "delete"), ["create reservation:o/s/spare"]),
]


@pytest.mark.parametrize(("statement", "logged", "plan"), HAND_MADE, ids=[each[0][:60] for each in HAND_MADE])
def test_a_change_by_hand_is_on_record_in_the_plan_and_put_back(
    database: Database, jane: str, statement: str, logged: tuple[str, str], plan: list[str]
) -> None:
    before = content(database)
    entries = by_hand(database, jane, statement)
    assert {(each["entity_type"], each["action"]) for each in entries} == {logged}
    role = psycopg.conninfo.conninfo_to_dict(jane)["user"]
    assert {(each["actor_id"], each["actor_name"], each["request_id"]) for each in entries} == {(role, role, None)}
    unmarked = {address for (address,) in database.execute("SELECT address FROM entities WHERE digest IS NULL")}
    with database.opened() as connection:
        assert changes(planned(connection, BASE)) == plan
        assert {line.split()[1] for line in plan} <= unmarked
        assert applied(connection, BASE).generation == 2
        assert planned(connection, BASE).empty
    assert content(database) == before


def test_what_was_changed_stands_in_the_log_field_by_field(database: Database, jane: str) -> None:
    (entry,) = by_hand(
        database, jane, "UPDATE devices SET name = 'X', last_seen = now(), model = 'M' WHERE slug = 'nas'"
    )
    assert entry["changed_fields"] == ["model", "name"]
    assert entry["old_values"] == {"model": None, "name": "NAS"}
    assert entry["new_values"] == {"model": "M", "name": "X"}
    assert entry["entity_name"] == "X"
    ((site, organization),) = database.execute("SELECT s.id::text, s.organization_id::text FROM sites s")
    assert (entry["site_id"], entry["organization_id"]) == (site, organization)


def test_what_was_deleted_stands_in_the_log_whole(database: Database, jane: str) -> None:
    entries = by_hand(database, jane, "DELETE FROM devices WHERE slug = 'nas'")
    device = next(each for each in entries if each["entity_type"] == "device")
    assert device["old_values"]["metadata"] == {"a": {"b": None}}
    assert device["old_values"]["name"] == "NAS"
    assert {each["entity_type"] for each in entries} == {
        "device",
        "device_interface",
        "device_attribute",
        "connection",
        "ip_allocation",
    }


def test_a_cascade_is_put_back_row_by_row(database: Database, jane: str) -> None:
    before = content(database)
    by_hand(database, jane, "DELETE FROM sites")
    with database.opened() as connection:
        plan = changes(planned(connection, BASE))
        assert "create site:o/s" in plan
        assert "create reservation:o/s/spare" in plan
        applied(connection, BASE)
        assert planned(connection, BASE).empty
    assert content(database) == before


def test_a_reference_that_is_taken_away_by_a_delete_is_put_back(database: Database, jane: str) -> None:
    before = content(database)
    by_hand(database, jane, "DELETE FROM zones WHERE slug = 'hall'")
    with database.opened() as connection:
        assert changes(planned(connection, BASE)) == [
            "update zone:o/s/attic parent", "create zone:o/s/hall", "update device:o/s/switch zone",
        ]  # fmt: skip
        applied(connection, BASE)
    assert content(database) == before


def test_a_device_deleted_by_hand_comes_back_and_so_do_its_addresses(database: Database, jane: str) -> None:
    """A foreign key leaves them, without a device."""
    before = content(database)
    by_hand(database, jane, "DELETE FROM devices WHERE slug = 'nas'")
    assert database.execute("SELECT count(*) FROM ip_allocations WHERE device_id IS NULL") == [(3,)]
    with database.opened() as connection:
        applied(connection, BASE)
        assert planned(connection, BASE).empty
    assert content(database) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_truncated_table_is_put_back(database: Database, jane: str, table: str) -> None:
    before = content(database)
    with database.connect() as connection:
        connection.execute(f"TRUNCATE {table}, audit_log, sync_history, import_batches CASCADE".encode())
    assert database.execute("SELECT count(*) > 0 FROM audit_log WHERE notes LIKE 'TRUNCATE %%'") == [(True,)]
    with database.opened() as connection:
        applied(connection, BASE)
        assert planned(connection, BASE).empty
    assert content(database) == before


def test_a_row_with_another_id_is_not_the_one_that_is_managed(database: Database, jane: str) -> None:
    by_hand(database, jane, "UPDATE devices SET id = gen_random_uuid(), slug = 'other' WHERE slug = 'old'")
    with database.opened() as connection:
        assert changes(planned(connection, BASE)) == ["create device:o/s/old"]
        applied(connection, BASE)
        assert planned(connection, BASE).empty
    assert database.execute("SELECT count(*) FROM devices WHERE slug IN ('old', 'other')") == [(2,)]


def test_what_is_put_back_by_hand_is_no_change(database: Database, jane: str) -> None:
    by_hand(
        database,
        jane,
        "UPDATE devices SET name = 'X' WHERE slug = 'nas'",
        "UPDATE devices SET name = 'NAS' WHERE slug = 'nas'",
    )
    with database.opened() as connection:
        assert planned(connection, BASE).empty
        assert applied(connection, BASE).generation is None
    assert database.execute("SELECT count(*) FROM entities WHERE digest IS NULL") == [(0,)]


# --- What sources own -------------------------------------------------------------------------------------------------

OBSERVED = [
    "UPDATE devices SET last_seen = now(), last_status_change = now()",
    "UPDATE ip_allocations SET last_seen = now(), lease_start = now(), lease_end = now()",
    """INSERT INTO ip_allocations (network_id, ip_address, allocation_type)
       SELECT id, '10.0.0.77', 'dynamic' FROM networks""",
    """INSERT INTO ip_allocations (network_id, ip_address, allocation_type, device_id)
       SELECT n.id, '10.0.0.77', 'dynamic', d.id FROM networks n, devices d WHERE d.slug = 'nas';
       UPDATE ip_allocations SET hostname = 'x', mac_address = 'a0:00:00:00:00:09' WHERE allocation_type = 'dynamic';
       DELETE FROM ip_allocations WHERE allocation_type = 'dynamic'""",
    "UPDATE devices SET name = name, updated_at = now()",
    "UPDATE devices SET name = 'x' WHERE false",
]


@pytest.mark.parametrize("statement", OBSERVED)
def test_what_is_only_observed_is_neither_drift_nor_on_record(database: Database, jane: str, statement: str) -> None:
    assert by_hand(database, jane, *statement.split(";")) == []
    assert database.execute("SELECT count(*) FROM entities WHERE digest IS NULL") == [(0,)]
    with database.opened() as connection:
        assert planned(connection, BASE).empty


def test_a_status_that_is_seen_is_on_record_and_no_drift(database: Database, jane: str) -> None:
    (entry,) = by_hand(database, jane, "UPDATE devices SET status = 'online', last_seen = now() WHERE slug = 'nas'")
    assert (entry["action"], entry["old_values"], entry["new_values"]) == (
        "status_change", {"status": "unknown"}, {"status": "online"},
    )  # fmt: skip
    assert database.execute("SELECT count(*) FROM entities WHERE digest IS NULL") == [(0,)]


def test_a_status_is_decided_or_seen_and_each_owner_keeps_the_other(database: Database, jane: str) -> None:
    def statuses() -> dict[str, str]:
        return dict(database.execute("SELECT slug, status FROM devices"))

    assert statuses() == {"nas": "unknown", "switch": "unknown", "old": "decommissioned", "ill": "maintenance"}
    by_hand(database, jane, "UPDATE devices SET status = 'offline' WHERE slug IN ('nas', 'switch')")
    lifted = {
        **BASE,
        "o/s/site.yaml": SITE.replace(", maintenance: true", "").replace("name: NAS,", "name: N, maintenance: true,"),
    }
    with database.opened() as connection:
        applied(connection, {**BASE, "o/s/site.yaml": SITE.replace("name: Switch", "name: Sw")})
        assert statuses()["switch"] == "offline"
        applied(connection, lifted)
        assert statuses() == {"nas": "maintenance", "switch": "offline", "old": "decommissioned", "ill": "unknown"}
        applied(connection, BASE)
    assert statuses() == {"nas": "unknown", "switch": "offline", "old": "decommissioned", "ill": "maintenance"}


# --- Who it was -----------------------------------------------------------------------------------------------------


def test_what_an_apply_does_carries_its_id_and_its_actor(database: Database) -> None:
    with database.opened() as connection:
        first = applied(connection, BASE)
        second = applied(connection, TINY)
    rows = database.execute("SELECT request_id, actor_id, actor_name, count(*) FROM audit_log GROUP BY 1, 2, 3")
    role = psycopg.conninfo.conninfo_to_dict(database.applier)["user"]
    assert {row[:3] for row in rows} == {(first.id, role, STAMP.actor), (second.id, role, STAMP.actor)}
    assert database.execute("SELECT count(*) FROM entities WHERE digest IS NULL") == [(0,)]
    runs = database.execute(
        "SELECT id::text, generation, actor, commit_id, dirty, created, updated, renamed, deleted FROM applies"
        " ORDER BY generation"
    )
    assert [row[:2] for row in runs] == [(first.id, 1), (second.id, 2)]
    assert runs[0][2:] == (STAMP.actor, STAMP.commit, False, 13, 0, 0, 0)


def test_the_next_session_of_the_same_connection_is_no_apply(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        connection.execute("UPDATE devices SET name = 'X' WHERE slug = 'nas'")
    assert database.execute("SELECT address FROM entities WHERE digest IS NULL") == [("device:o/s/nas",)]
