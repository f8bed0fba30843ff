"""The tables are those that other programs read, and those that the model needs."""

import json
import re
from typing import Any

import psycopg
import pytest
from support_database import Database

from invgit.model.spec import FieldSpec, specs
from invgit.state.tables import Column, child_tables, columns

# Table, then its columns: name, type (* where the contract names none), `!` where a value has to be there.
CONTRACT = """
organizations: name varchar(255)!, slug varchar(100)!, type *, description text, metadata jsonb, is_active boolean
sites: organization_id uuid!, name *!, slug *!, site_type *, address_line1 *, address_line2 *, city *, state *,
  postal_code *, country varchar(3), latitude decimal(10,8), longitude decimal(11,8), timezone varchar(50),
  is_primary boolean, metadata jsonb, is_active boolean
zones: site_id uuid!, parent_zone_id uuid, name *!, slug *!, zone_type *, floor_number integer, area_sqft decimal(10,2),
  sort_order integer, icon varchar(50), color varchar(7), metadata jsonb, is_active boolean
networks: site_id uuid, organization_id uuid, name *!, slug *!, network_type *, cidr varchar(18), gateway_ip inet,
  dns_servers inet[], vlan_id integer, ssid varchar(100), frequency varchar(20), security_type varchar(50),
  controller_device_id uuid, pan_id varchar(20), channel integer, home_id varchar(20), is_primary boolean,
  metadata jsonb, is_active boolean
ip_allocations: network_id uuid!, device_id uuid, ip_address inet!, allocation_type *!, hostname varchar(255),
  dns_names text[], mac_address macaddr, lease_start timestamptz, lease_end timestamptz, last_seen timestamptz,
  notes text, metadata jsonb, is_active boolean
network_vlans: site_id uuid!, vlan_id integer!, name *!, description *, network_id uuid, vlan_type *, metadata jsonb,
  is_active boolean
device_categories: name *!, slug *!, description *, icon *, sort_order integer
devices: site_id uuid!, zone_id uuid, network_id uuid, name *!, slug *!, description *, device_type varchar(100)!,
  category_id uuid, manufacturer *, model *, model_number *, serial_number *, firmware_version *, hardware_version *,
  mac_address macaddr, ip_address inet, hostname *, zwave_node_id integer, zwave_home_id *,
  zigbee_ieee_address varchar(24), zigbee_network_address varchar(10), bluetooth_address varchar(17),
  thread_eui64 varchar(24), status *!, last_seen timestamptz, last_status_change timestamptz, location_description *,
  installation_date date, warranty_expiry date, purchase_date date, purchase_price decimal(10,2),
  purchase_currency varchar(3), purchase_source *, receipt_reference *, homeseer_ref varchar(100),
  homeassistant_entity_id varchar(255), blueiris_short_name varchar(50), is_controller boolean,
  is_battery_powered boolean, capabilities jsonb, configuration jsonb, usage_status *!, storage_location varchar(255),
  failure_date date, failure_reason text, rma_reference varchar(100), metadata jsonb, is_active boolean
device_connections: source_device_id uuid!, target_device_id uuid!, connection_type *, source_port varchar(50),
  target_port varchar(50), speed varchar(50), is_wireless boolean, signal_strength integer, established_at timestamptz,
  notes *, metadata jsonb, is_active boolean
device_attributes: device_id uuid!, attribute_key varchar(100)!, attribute_value text, value_type *,
  attribute_group varchar(100), metadata jsonb, is_active boolean
audit_log: id bigint!, organization_id uuid, site_id uuid, entity_type varchar(100)!, entity_id uuid, entity_name *,
  action *!, actor_type *, actor_id *, actor_name *, actor_ip inet, old_values jsonb, new_values jsonb,
  changed_fields text[], notes *, request_id *, user_agent *, created_at timestamptz
sync_history: id uuid!, sync_source *, site_id uuid, sync_type *, direction *, status *, started_at timestamptz,
  completed_at timestamptz, duration_ms integer, items_total integer, items_created integer, items_updated integer,
  items_deleted integer, items_skipped integer, items_failed integer, error_message *, error_details jsonb,
  warnings jsonb, initiated_by *, metadata jsonb, created_at timestamptz
import_batches: site_id uuid, import_source *, filename *, status *, started_at timestamptz, completed_at timestamptz,
  total_rows integer, valid_rows integer, imported_rows integer, failed_rows integer, skipped_rows integer,
  validation_errors jsonb, import_errors jsonb, column_mapping jsonb, options jsonb, initiated_by *
"""
ENTITY_TABLES = """organizations sites zones networks ip_allocations network_vlans devices device_connections
  device_attributes""".split()

CHOICES = {
    "organizations.type": "home business lab other",
    "sites.site_type": "residence office datacenter warehouse other",
    "zones.zone_type": "building floor room closet outdoor garage other",
    "networks.network_type": "ethernet wifi zwave zigbee bluetooth thread matter other",
    "ip_allocations.allocation_type": "static dhcp_reservation dynamic reserved",
    "network_vlans.vlan_type": "management iot guest security servers workstations other",
    "devices.status": "online offline unknown maintenance decommissioned",
    "devices.usage_status": "active stored failed retired pending",
    "device_connections.connection_type": "ethernet wifi usb hdmi zwave_route zigbee_route bluetooth serial power"
    " other",
    "device_attributes.value_type": "string number boolean json date",
    "audit_log.action": "create update delete status_change import export sync bulk_update",
    "audit_log.actor_type": "user system api sync import",
    "sync_history.sync_type": "full incremental manual scheduled",
    "sync_history.direction": "import export bidirectional",
    "sync_history.status": "pending running completed failed partial",
    "import_batches.status": "pending validating importing completed failed rolled_back",
    "observations.status": "online offline unknown",
}
UNIQUE = """organizations(slug) sites(organization_id,slug) zones(site_id,slug) networks(site_id,slug)
  networks(organization_id,slug) ip_allocations(network_id,ip_address) network_vlans(site_id,vlan_id)
  network_vlans(site_id,slug) device_categories(name) device_categories(slug) devices(site_id,slug)
  device_connections(source_device_id,target_device_id,connection_type,source_port,target_port)
  device_attributes(device_id,attribute_key) device_interfaces(device_id,name) entities(address)""".split()
FOREIGN = """sites.organization_id>organizations:c zones.site_id>sites:c zones.parent_zone_id>zones:n
  networks.site_id>sites:c networks.organization_id>organizations:c networks.controller_device_id>devices:n
  networks.network_vlan_id>network_vlans:n ip_allocations.network_id>networks:c ip_allocations.device_id>devices:n
  network_vlans.site_id>sites:c network_vlans.network_id>networks:n devices.site_id>sites:c devices.zone_id>zones:n
  devices.network_id>networks:n devices.category_id>device_categories:a device_connections.source_device_id>devices:c
  device_connections.target_device_id>devices:c device_attributes.device_id>devices:c
  device_interfaces.device_id>devices:c device_interfaces.network_id>networks:n
  audit_log.organization_id>organizations:n
  audit_log.site_id>sites:n sync_history.site_id>sites:n import_batches.site_id>sites:n entities.apply_id>applies:a
""".split()


@pytest.fixture
def catalogue(database: Database) -> dict[str, dict[str, tuple[str, bool, str | None]]]:
    """Table → column → its type in short, whether it has to have a value, its default as text."""
    rows = database.execute(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND a.attnum > 0 AND NOT a.attisdropped"
    )
    found: dict[str, dict[str, tuple[str, bool, str | None]]] = {}
    for table, column, kind, required, default in rows:
        found.setdefault(table, {})[column] = (_short(kind), required, default)
    return found


def _short(kind: str) -> str:
    for long, short in (
        ("character varying", "varchar"),
        ("timestamp with time zone", "timestamptz"),
        ("numeric", "decimal"),
    ):
        kind = kind.replace(long, short)
    return kind


def _contract() -> list[tuple[str, str, str, bool]]:
    found = []
    for line in re.sub(r"\n  ", " ", CONTRACT.strip()).splitlines():
        table, _, rest = line.partition(": ")
        for column in re.split(r", (?=[a-z])", rest):
            name, kind = column.split(" ", 1)
            found.append((table, name, kind.rstrip("!"), kind.endswith("!")))
    return found


def test_every_column_that_other_programs_read_is_there(catalogue) -> None:
    wrong = []
    for table, column, kind, required in _contract():
        there = catalogue.get(table, {}).get(column)
        if there is None or kind not in {"*", there[0]} or (required and not there[1]):
            wrong.append(f"{table}.{column} {kind}{' NOT NULL' if required else ''}: found {there}")
    assert not wrong, "\n".join(wrong)


def test_every_entity_table_has_its_id_clocks_and_switch(catalogue) -> None:
    common = {
        "id": ("uuid", True, "gen_random_uuid()"),
        "created_at": ("timestamptz", True, "now()"),
        "updated_at": ("timestamptz", True, "now()"),
        "metadata": ("jsonb", True, "'{}'::jsonb"),
        "is_active": ("boolean", True, "true"),
    }
    wrong = {
        f"{table}.{column}": catalogue[table].get(column)
        for table in ENTITY_TABLES
        for column, expected in common.items()
        if catalogue[table].get(column) != expected
    }
    assert not wrong
    assert not {"metadata", "is_active", "updated_at"} & catalogue["device_categories"].keys()


def _needed() -> list[tuple[str, Column]]:
    """Every column that a stored field needs."""
    found = []
    for spec in specs().values():
        if spec.table:
            found += [(spec.table, column) for column in columns(spec)]
            for child in child_tables(spec):
                found += [(child.name, column) for column in child.columns]
    return found


def test_every_stored_field_has_its_column(catalogue) -> None:
    missing = []
    for table, column in _needed():
        there = catalogue[table].get(column.name)
        if there is None:
            rule = "" if column.field.nullable else " NOT NULL"
            missing.append(f"ALTER TABLE {table} ADD COLUMN {column.name} {column.sql}{rule};")
        elif there[0] != column.sql:
            missing.append(f"ALTER TABLE {table} ALTER COLUMN {column.name} TYPE {column.sql};  -- is {there[0]}")
    assert not missing, "a migration has to say:\n" + "\n".join(missing)


def _written(field: FieldSpec, value: Any) -> Any:
    """A default of the model as the catalogue should have it: the value itself, whatever its type in SQL."""
    return "unknown" if field.column == "status" and value is None else value


def test_a_column_is_by_itself_what_its_field_is_by_itself(catalogue, database: Database) -> None:
    """The writer names only columns that some row needs, so both defaults have to be the same value."""
    wrong = []
    with database.connect() as connection:
        for spec in specs().values():
            for column in columns(spec) if spec.table else ():
                if column.field.required or column.name == "slug":
                    continue
                default = catalogue[spec.table][column.name][2]
                kind = re.sub(r"\(.*\)", "", column.sql)
                row = connection.execute(f"SELECT to_jsonb(({default or 'NULL'})::{kind})".encode()).fetchone()
                if row is None or row[0] != _written(column.field, column.default):
                    wrong.append(f"{spec.table}.{column.name}: {default}, the model says {column.default!r}")
    assert not wrong, "\n".join(wrong)


def test_a_field_that_always_has_a_value_has_one_in_the_database_too(catalogue) -> None:
    loose = [
        f"{table}.{column.name}"
        for table, column in _needed()
        if not column.field.nullable
        and len(column.path) == 1
        and column.path != ("",)
        and not catalogue[table][column.name][1]
    ]
    # an attribute made by hand may have no value; what a connection or reservation made by hand is called, nobody knows
    assert set(loose) <= {"device_attributes.attribute_value"}


def test_checks_allow_what_the_contract_names_and_nothing_else(database: Database) -> None:
    checks = _checks(database)
    assert {place: checks.get(place) for place in CHOICES} == {
        place: tuple(sorted(words.split())) for place, words in CHOICES.items()
    }


def test_checks_allow_every_choice_of_the_model(database: Database) -> None:
    checks = _checks(database)
    seen = {"devices.status": {"online", "offline", "unknown"}, "ip_allocations.allocation_type": {"dynamic"}}
    choices: dict[str, set[str]] = {}
    for table, column in _needed():
        if column.field.base == "choice":
            choices.setdefault(f"{table}.{column.name}", set(seen.get(f"{table}.{column.name}", ()))).update(
                column.field.choices
            )
    assert {place: set(checks.get(place, ())) for place in choices} == choices


def _checks(database: Database) -> dict[str, tuple[str, ...]]:
    """Column → the words its CHECK lists."""
    found = {}
    for table, column, text in database.execute(
        "SELECT c.conrelid::regclass::text, a.attname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'c'"
    ):
        words = re.findall(r"'([a-z_]+)'", text)
        if words:
            found[f"{table}.{column}"] = tuple(sorted(words))
    return found


_KEYS = """SELECT c.conrelid::regclass::text, coalesce(c.confrelid::regclass::text, ''), c.confdeltype, c.condeferrable,
    c.condeferred, (SELECT json_agg(a.attname ORDER BY k.at) FROM unnest(c.conkey) WITH ORDINALITY k (number, at)
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) FROM pg_constraint c WHERE c.contype = %s
    AND c.connamespace = 'public'::regnamespace"""


def test_keys_are_those_of_the_contract_and_wait_for_the_commit(database: Database) -> None:
    unique = {f"{table}({','.join(names)})": all(late) for table, _, _, *late, names in database.execute(_KEYS, "u")}
    foreign = {
        f"{table}.{names[0]}>{target}:{rule if isinstance(rule, str) else rule.decode()}": all(late)
        for table, target, rule, *late, names in database.execute(_KEYS, "f")
    }
    del unique["applies(generation)"]
    assert sorted(unique) == sorted(UNIQUE)
    assert sorted(foreign) == sorted(FOREIGN)
    assert all(unique.values())
    assert all(foreign.values())


def test_every_foreign_key_can_be_followed_backwards_without_reading_the_table(database: Database) -> None:
    """Otherwise deleting 1,000 networks reads the devices 1,000 times."""
    indexed = {
        (table, first)
        for table, first in database.execute(
            "SELECT i.indrelid::regclass::text, a.attname FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        )
    }
    without = [
        f"{table}.{names[0]}"
        for table, *_, names in database.execute(_KEYS, "f")
        if (table, names[0]) not in indexed and table not in {"import_batches", "entities"}
    ]
    assert not without


def test_a_network_belongs_to_a_site_or_to_an_organization(database: Database) -> None:
    with database.connect() as connection:
        (organization,) = connection.execute(
            "INSERT INTO organizations (name, slug) VALUES ('O', 'o') RETURNING id"
        ).fetchone() or ("",)
        (site,) = connection.execute(
            "INSERT INTO sites (organization_id, name, slug) VALUES (%s, 'S', 's') RETURNING id", [organization]
        ).fetchone() or ("",)
        for owners in ((None, None), (organization, site)):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(
                    "INSERT INTO networks (organization_id, site_id, name, slug) VALUES (%s, %s, 'N', 'n')", owners
                )


def test_the_shapes_of_defaults_are_json_the_writer_never_sends() -> None:
    """A default that is a list or mapping is compared by value, so its JSON has to be its own."""
    for spec in specs().values():
        for column in columns(spec):
            assert json.loads(json.dumps(column.default)) == column.default
