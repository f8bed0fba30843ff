"""Single changes that are hard to carry out: swaps, circles, repointing, what is protected, what is in the way."""

import json

import pytest
from support_database import Database, content, everything
from support_inventory import TINY, applied, changes, planned

from invgit.errors import Refused

BASE = {
    "catalog/c.yaml": "categories: {net: {name: Network}, av: {name: Media}}",
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": """
site: {name: S}
zones:
  hall: {name: Hall}
  attic: {name: Attic, parent: hall}
networks:
  lan: {name: LAN, cidr: 10.0.0.0/24, controller: switch}
  iot: {name: IoT, cidr: 10.0.1.0/24}
devices:
  switch: {name: Switch, type: switch, network: lan, ip: 10.0.0.2, zone: hall, category: net}
  nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5, mac: a0:1e:0b:00:00:01, zone: attic,
    interfaces: {eth1: {network: iot, ip: 10.0.1.5, mac: a0:1e:0b:00:00:02}},
    attributes: {bays: {value: "4", type: number}}}
  tv: {name: TV, type: tv, network: lan, ip: 10.0.0.6, hostname: tv}
connections:
  nas--switch: {from: nas, to: switch, to_port: "1"}
reservations:
  spare: {network: lan, ip: 10.0.0.9}
""",
}


def edited(*edits: tuple[str, str], site: str = BASE["o/s/site.yaml"]) -> dict[str, str]:
    """The base with some text replaced; each has to be there."""
    for old, new in edits:
        assert old in site, old
        site = site.replace(old, new)
    return {**BASE, "o/s/site.yaml": site}


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(
            [("ip: 10.0.0.5", "ip: X"), ("ip: 10.0.0.6", "ip: 10.0.0.5"), ("ip: X", "ip: 10.0.0.6")], id="two addresses"
        ),
        pytest.param([("  nas: {", "  X: {"), ("  tv: {", "  nas: {"), ("  X: {", "  tv: {")], id="two slugs"),
        pytest.param(
            [("name: Network", "name: X"), ("name: Media", "name: Network"), ("name: X", "name: Media")], id="two names"
        ),
        pytest.param(
            [("ip: 10.0.0.9", "ip: X"), ("ip: 10.0.0.6", "ip: 10.0.0.9"), ("ip: X", "ip: 10.0.0.6")],
            id="device and reservation",
        ),
        pytest.param(
            [("ip: 10.0.0.5", "ip: X"), ("ip: 10.0.1.5", "ip: 10.0.1.6"), ("ip: X", "ip: 10.0.0.7")], id="both ports"
        ),
    ],
)
def test_two_things_change_places_in_one_apply(database: Database, edits: list[tuple[str, str]]) -> None:
    text = json.dumps(BASE)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    swapped = json.loads(text)
    with database.opened() as connection:
        applied(connection, BASE)
        assert applied(connection, swapped).generation == 2
        assert planned(connection, swapped).empty
        after = content(database)
        database.execute("UPDATE entities SET digest = NULL")
        assert planned(connection, swapped).empty
        assert content(database)["devices"] == after["devices"]


def test_a_network_and_the_device_that_runs_it_come_and_go_together(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        without = edited(
            ("  lan: {name: LAN, cidr: 10.0.0.0/24, controller: switch}\n", ""),
            (", network: lan, ip: 10.0.0.2", ""),
            (", network: lan, ip: 10.0.0.5", ""),
            (", network: lan, ip: 10.0.0.6", ""),
            ("reservations:\n  spare: {network: lan, ip: 10.0.0.9}\n", ""),
        )
        applied(connection, without)
        assert planned(connection, without).empty
        applied(connection, BASE)
        assert planned(connection, BASE).empty
    assert database.execute("SELECT count(*) FROM ip_allocations") == [(5,)]


def test_a_connection_survives_the_device_it_is_taken_off(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        (before,) = database.execute("SELECT id FROM device_connections")
        moved = edited(("{from: nas,", "{from: tv,"), ("  nas: {name", "  nas2: {renamed_from: null, name"))
        plan = applied(connection, moved).plan
        assert "delete device:o/s/nas" in changes(plan)
        assert "update connection:o/s/nas--switch from" in changes(plan)
        assert planned(connection, moved).empty
    assert database.execute("SELECT id FROM device_connections") == [before]


def test_a_reservation_survives_the_network_it_leaves(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        (before,) = database.execute("SELECT id FROM ip_allocations WHERE slug = 'spare'")
        moved = edited(
            ("  iot: {name: IoT, cidr: 10.0.1.0/24}\n", "  new: {name: New, cidr: 10.0.2.0/24}\n"),
            ("network: iot, ip: 10.0.1.5, ", ""),
            ("spare: {network: lan, ip: 10.0.0.9}", "spare: {network: new, ip: 10.0.2.9}"),
        )
        applied(connection, moved)
        assert planned(connection, moved).empty
    assert database.execute("SELECT id FROM ip_allocations WHERE slug = 'spare'") == [before]


def test_an_address_that_is_declared_is_no_lease_any_more(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        for ip in ("10.0.0.20", "10.0.0.21", "10.0.0.22"):
            database.execute(
                "INSERT INTO ip_allocations (network_id, ip_address, allocation_type)"
                " SELECT id, %s, 'dynamic' FROM networks WHERE slug = 'lan'",
                ip,
            )
        wanted = edited(
            ("ip: 10.0.0.5,", "ip: 10.0.0.20,"),
            ("ip: 10.0.0.9}", "ip: 10.0.0.21}\n  other: {network: lan, ip: 10.0.0.22}"),
        )
        applied(connection, wanted)
    assert database.execute("SELECT count(*) FROM ip_allocations WHERE allocation_type = 'dynamic'") == [(0,)]


def test_a_file_that_moves_changes_the_place_and_nothing_else(database: Database) -> None:
    moved = {path.replace("site.yaml", "all/of/it.yaml"): text for path, text in BASE.items()}
    with database.opened() as connection:
        applied(connection, BASE)
        before = everything(database)
        outcome = applied(connection, moved)
        after = everything(database)
        assert outcome.plan.empty
        assert outcome.generation is None
        assert {table for table in before if before[table] != after[table]} == {"entities"}
        places = dict(database.execute("SELECT address, file FROM entities"))
        assert places["device:o/s/nas"] == "inventory/o/s/all/of/it.yaml"
        assert everything(database) == after
        applied(connection, moved)
    assert everything(database) == after


def test_what_is_changed_is_all_that_is_touched(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        database.execute("UPDATE devices SET last_seen = now()")
        before = dict(database.execute("SELECT slug, updated_at FROM devices"))
        applied(connection, edited(("name: NAS", "name: Storage")))
    after = dict(database.execute("SELECT slug, updated_at FROM devices"))
    assert [slug for slug in before if before[slug] != after[slug]] == ["nas"]


def test_ids_stay_while_values_and_items_change(database: Database) -> None:
    query = (
        "SELECT 'd' || slug, id FROM devices UNION ALL SELECT 'i' || name, id FROM device_interfaces"
        " UNION ALL SELECT 'a' || attribute_key, id FROM device_attributes"
        " UNION ALL SELECT 'p' || host(ip_address), id FROM ip_allocations"
    )
    with database.opened() as connection:
        applied(connection, BASE)
        before = dict(database.execute(query))
        applied(connection, edited(('value: "4"', 'value: "8"'), ("mac: a0:1e:0b:00:00:02", "hostname: two")))
    assert dict(database.execute(query)) == before


# --- What is protected ----------------------------------------------------------------------------------------------


def test_what_is_protected_stays_with_all_it_needs(database: Database) -> None:
    guarded = edited(("  tv: {", "  tv: {protect: true, zone: attic, category: av, "))
    with database.opened() as connection:
        applied(connection, guarded)
        outcome = applied(connection, {})
        kept = {str(change.address) for change in outcome.plan.protected}
        assert kept == {  # the network needs its controller, and that its category
            "category:av", "category:net", "organization:o", "site:o/s", "zone:o/s/hall", "zone:o/s/attic",
            "network:o/s/lan", "device:o/s/switch", "device:o/s/tv",
        }  # fmt: skip
        assert planned(connection, {}).empty
    (row,) = database.execute("SELECT d.slug, z.slug, n.slug FROM devices d JOIN zones z ON z.id = d.zone_id"
                              " JOIN networks n ON n.id = d.network_id WHERE d.slug = 'tv'")  # fmt: skip
    assert row == ("tv", "attic", "lan")


def test_protection_takes_one_apply_to_lift_and_another_to_delete(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, edited(("  tv: {", "  tv: {protect: true, ")))
        gone = edited(("  tv: {name: TV, type: tv, network: lan, ip: 10.0.0.6, hostname: tv}\n", ""))
        assert applied(connection, gone).generation is None
        applied(connection, BASE)
        assert changes(applied(connection, gone).plan) == ["delete device:o/s/tv"]


# --- What invgit does not manage --------------------------------------------------------------------------------------


UNMANAGED_DEVICE = (
    "INSERT INTO devices (site_id, name, slug, device_type, zone_id, category_id, network_id) SELECT s.id, 'Radio', %s,"
    " 'radio', (SELECT id FROM zones WHERE slug = 'attic'), (SELECT id FROM device_categories WHERE slug = 'av'),"
    " (SELECT id FROM networks WHERE slug = 'iot') FROM sites s"
)


def test_unmanaged_rows_are_never_changed_and_their_tables_are_counted(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        database.execute(UNMANAGED_DEVICE, "radio")
        (before,) = database.execute("SELECT to_jsonb(d)::text FROM devices d WHERE slug = 'radio'")
        assert planned(connection, BASE).empty
        applied(connection, edited(("name: NAS", "name: N")))
        assert database.execute("SELECT to_jsonb(d)::text FROM devices d WHERE slug = 'radio'") == [before]


@pytest.mark.parametrize(
    ("edits", "named"),
    [
        pytest.param(
            [("  attic: {name: Attic, parent: hall}\n", ""), (", zone: attic", "")], "zone:o/s/attic", id="zone"
        ),
        pytest.param(
            [("  iot: {name: IoT, cidr: 10.0.1.0/24}\n", ""), ("network: iot, ip: 10.0.1.5, ", "")],
            "network:o/s/iot",
            id="network",
        ),
        pytest.param(None, "category:av", id="category"),
    ],
)
def test_what_an_unmanaged_row_refers_to_is_not_deleted(
    database: Database, edits: list[tuple[str, str]] | None, named: str
) -> None:
    wanted = edited(*edits) if edits else {**BASE, "catalog/c.yaml": "categories: {net: {name: Network}}"}
    with database.opened() as connection:
        applied(connection, BASE)
        database.execute(UNMANAGED_DEVICE, "radio")
        before = everything(database)
        with pytest.raises(Refused) as refused:
            applied(connection, wanted)
        assert f"{named} is referred to by an unmanaged row of `devices`: Radio" in refused.value.message
    assert everything(database) == before


def test_a_site_with_an_unmanaged_row_in_it_is_not_deleted(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        database.execute(UNMANAGED_DEVICE, "radio")
        before = everything(database)
        with pytest.raises(Refused, match="unmanaged row of `devices`: Radio"):
            applied(connection, {})
    assert everything(database) == before


@pytest.mark.parametrize(
    ("insert", "named"),
    [
        (UNMANAGED_DEVICE.replace("%s", "'tv'"), "`devices`: Radio (id "),
        (
            """INSERT INTO ip_allocations (network_id, ip_address, allocation_type)
               SELECT id, '10.0.0.6', 'reserved' FROM networks WHERE slug = 'lan'""",
            "`ip_allocations`: 10.0.0.6 (id ",
        ),
        ("INSERT INTO device_categories (name, slug) VALUES ('Media', 'x')", "`device_categories`: Media (id "),
    ],
)
def test_an_unmanaged_row_in_the_way_is_named(database: Database, insert: str, named: str) -> None:
    start = edited(("  tv: {name: TV, type: tv, network: lan, ip: 10.0.0.6, hostname: tv}\n", ""))
    start["catalog/c.yaml"] = "categories: {net: {name: Network}, av: {name: A}}"
    with database.opened() as connection:
        applied(connection, start)
        database.execute(insert)
        before = everything(database)
        with pytest.raises(Refused) as refused:
            applied(connection, BASE)
        assert named in refused.value.message
        assert "rows that invgit does not manage are in the way" in refused.value.message
    assert everything(database) == before


def test_leases_go_with_their_network(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        database.execute(
            "INSERT INTO ip_allocations (network_id, ip_address, allocation_type) SELECT id, '10.0.1.99', 'dynamic'"
            " FROM networks WHERE slug = 'iot'"
        )
        applied(connection, {})
    assert database.execute("SELECT count(*) FROM ip_allocations") == [(0,)]


def test_a_table_that_looks_like_ours_is_not_written_to(database: Database) -> None:
    for name in ("staged_device", "gone", "staged_refreshed"):
        database.execute(f"CREATE TABLE {name} (id uuid, address text, digest text, file text)")
    with database.opened() as connection:
        applied(connection, BASE)
        applied(connection, TINY)
    assert database.execute("SELECT count(*) FROM staged_device") == [(0,)]
    assert database.execute("SELECT count(*) FROM gone") == [(0,)]
