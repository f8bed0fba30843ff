"""What every table has to hold for an inventory, column by column, by hand; and what it does hold, by plain SQL.

Nothing here reads the specs: that a column holds what its field says is what other programs rely on.
"""

import ipaddress
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from support_database import Database

from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory

Row = dict[str, Any]
Rows = dict[str, Row]
"""Rows by what they are called: the path of their entity, and what tells several rows of one apart."""

NOT_DECLARED = {"id", "created_at", "updated_at", "last_seen", "last_status_change", "lease_start", "lease_end"}
_NAMES = """
SELECT id, slug FROM organizations UNION ALL SELECT id, slug FROM device_categories
UNION ALL SELECT s.id, o.slug || '/' || s.slug FROM sites s JOIN organizations o ON o.id = s.organization_id
UNION ALL SELECT n.id, o.slug || '/' || n.slug FROM networks n JOIN organizations o ON o.id = n.organization_id
UNION ALL SELECT x.id, o.slug || '/' || s.slug || '/' || x.slug FROM (
    SELECT id, slug, site_id FROM zones UNION ALL SELECT id, slug, site_id FROM network_vlans
    UNION ALL SELECT id, slug, site_id FROM networks UNION ALL SELECT id, slug, site_id FROM devices
) x JOIN sites s ON s.id = x.site_id JOIN organizations o ON o.id = s.organization_id
"""
_KEY: dict[str, Callable[[Row], str]] = {
    "organizations": lambda row: row["slug"],
    "device_categories": lambda row: row["slug"],
    "device_interfaces": lambda row: f"{row['device_id']} {row['name']}",
    "device_attributes": lambda row: f"{row['device_id']} {row['attribute_key']}",
    "ip_allocations": lambda row: f"{row['network_id']} {row['ip_address']}",
    "device_connections": lambda row: " ".join(
        str(row[name]) for name in ("slug", "source_device_id", "target_device_id", "connection_type", "target_port")
    ),
}


def held(database: Database) -> dict[str, Rows]:
    """Every declared row of every table; ids as the paths of what they stand for."""
    with database.connect() as connection:
        names = dict(connection.execute(_NAMES).fetchall())
        return {table: _held(connection, table, names) for table in wanted(Inventory(()))}


def _held(connection: psycopg.Connection, table: str, names: dict[Any, str]) -> Rows:
    found: Rows = {}
    for values in connection.cursor(row_factory=dict_row).execute(f"SELECT * FROM {table}").fetchall():
        row = {
            name: names[value] if name.endswith("_id") and isinstance(value, UUID) else value
            for name, value in values.items()
        }
        key = _KEY[table](row) if table in _KEY else f"{row.get('site_id') or row['organization_id']}/{row['slug']}"
        assert key not in found
        found[key] = row
    return found


def wanted(inventory: Inventory) -> dict[str, Rows]:
    """Every row there has to be."""
    tables: dict[str, Rows] = {table: {} for table in (*_ROWS.values(), *_PARTS)}
    for entity in inventory.stored.values():
        table = _ROWS[entity.address.kind]
        row = _BUILD[table](entity)
        tables[table][_KEY[table](row) if table in _KEY else entity.address.path] = row
        for part, rows in _PARTS.items() if table == "devices" else ():
            tables[part] |= {_KEY[part](each): each for each in rows(entity)}
    return tables


_ROWS = {
    "category": "device_categories", "organization": "organizations", "site": "sites", "zone": "zones",
    "vlan": "network_vlans", "network": "networks", "device": "devices", "connection": "device_connections",
    "reservation": "ip_allocations",
}  # fmt: skip


def _same(entity: AnyEntity, names: str) -> Row:
    """Columns that are called like their field, and hold text, a number or a flag."""
    return {name: getattr(entity.values, name) for name in names.split()} | {"slug": entity.address.slug}


def _ip(text: str | None) -> Any:
    return None if text is None else ipaddress.ip_address(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _folder(entity: AnyEntity) -> str:
    return entity.address.path.rpartition("/")[0]


def _site(entity: AnyEntity) -> Row:
    columns = "name address_line1 address_line2 city state postal_code country timezone is_primary metadata is_active"
    place = {"latitude": _decimal(entity.values.latitude), "longitude": _decimal(entity.values.longitude)}
    return _same(entity, columns) | place | {"organization_id": _folder(entity), "site_type": entity.values.type}


def _zone(entity: AnyEntity) -> Row:
    own = {"site_id": _folder(entity), "parent_zone_id": entity.values.parent, "zone_type": entity.values.type}
    columns = "name floor_number sort_order icon color metadata is_active"
    return _same(entity, columns) | own | {"area_sqft": _decimal(entity.values.area_sqft)}


def _vlan(entity: AnyEntity) -> Row:
    own = {"site_id": _folder(entity), "network_id": entity.values.network, "vlan_type": entity.values.type}
    return _same(entity, "vlan_id name description metadata is_active") | own


def _network(entity: AnyEntity) -> Row:
    values, above = entity.values, _folder(entity)
    columns = """name description cidr cidr6 vlan_id ssid frequency security_type pan_id channel home_id is_primary
        metadata is_active"""
    return _same(entity, columns) | {
        "organization_id": None if "/" in above else above,
        "site_id": above if "/" in above else None,
        "network_type": values.type,
        "gateway_ip": _ip(values.gateway),
        "gateway6_ip": _ip(values.gateway6),
        "dns_servers": [_ip(each) for each in values.dns],
        "dhcp_from": _ip(values.dhcp and values.dhcp.start),
        "dhcp_to": _ip(values.dhcp and values.dhcp.end),
        "network_vlan_id": values.vlan,
        "controller_device_id": values.controller,
    }


def _device(entity: AnyEntity) -> Row:
    values, refs = entity.values, entity.values.refs
    columns = """name description manufacturer model model_number firmware_version hardware_version ip_from hostname
        zwave_node_id zwave_home_id zigbee_ieee_address zigbee_network_address bluetooth_address thread_eui64
        maintenance location_description purchase_currency purchase_source receipt_reference is_controller
        is_battery_powered configuration usage_status storage_location failure_reason rma_reference links metadata
        is_active"""
    days = ("installation_date", "warranty_expiry", "purchase_date", "failure_date")
    retired = "decommissioned" if values.usage_status == "retired" else None
    return _same(entity, columns) | {name: _day(getattr(values, name)) for name in days} | {
        "site_id": _folder(entity),
        "zone_id": values.zone,
        "network_id": values.network,
        "category_id": values.category,
        "device_type": values.type,
        "serial_number": values.serial,
        "mac_address": values.mac,
        "ip_address": _ip(values.ip),
        "ip6_address": _ip(values.ip6),
        "status": retired or ("maintenance" if values.maintenance else "unknown"),
        "purchase_price": _decimal(values.purchase_price),
        "homeseer_ref": refs and refs.homeseer,
        "homeassistant_entity_id": refs and refs.homeassistant,
        "blueiris_short_name": refs and refs.blueiris,
        "capabilities": list(values.capabilities),
        "tags": list(values.tags),
        "files": list(values.files),
    }  # fmt: skip


def _connection(entity: AnyEntity) -> Row:
    values = entity.values
    return _same(entity, "speed is_wireless signal_strength notes metadata is_active") | {
        "source_device_id": values.source,
        "target_device_id": values.target,
        "connection_type": values.type,
        "source_port": values.from_port,
        "target_port": values.to_port,
        "established_at": values.established_at and datetime.fromisoformat(values.established_at),
    }


def _reservation(entity: AnyEntity) -> Row:
    values = entity.values
    return _same(entity, "hostname notes metadata is_active") | {
        "network_id": values.network,
        "device_id": None,
        "ip_address": _ip(values.ip),
        "allocation_type": values.type,
        "dns_names": list(values.dns_names),
        "mac_address": values.mac,
    }


def _interfaces(device: AnyEntity) -> list[Row]:
    return [
        {
            "device_id": device.address.path,
            "name": name,
            "mac_address": port.mac,
            "network_id": port.network,
            "ip_address": _ip(port.ip),
            "ip6_address": _ip(port.ip6),
            "ip_from": port.ip_from,
            "hostname": port.hostname,
        }
        for name, port in device.values.interfaces.items()
    ]


def _attributes(device: AnyEntity) -> list[Row]:
    return [
        {
            "device_id": device.address.path,
            "attribute_key": key,
            "attribute_value": each.value,
            "value_type": each.type,
            "attribute_group": each.group,
            "metadata": {},
            "is_active": True,
        }
        for key, each in device.values.attributes.items()
    ]


def _allocations(device: AnyEntity) -> list[Row]:
    """Each address of a port once, in the network that the model found for it."""
    ports = [device.values, *device.values.interfaces.values()]
    addresses = {ip: port for port in reversed(ports) for ip in (port.ip, port.ip6) if ip}
    homes = {each.ip: each.network for each in device.values.allocations}
    assert homes.keys() <= addresses.keys()
    return [
        {
            "network_id": homes[ip],
            "device_id": device.address.path,
            "slug": None,
            "ip_address": _ip(ip),
            "allocation_type": "dhcp_reservation" if port.ip_from == "dhcp" else "static",
            "hostname": port.hostname,
            "dns_names": [],
            "mac_address": port.mac,
            "notes": None,
            "metadata": {},
            "is_active": True,
        }
        for ip, port in addresses.items()
        if ip in homes
    ]


_BUILD: dict[str, Callable[[AnyEntity], Row]] = {
    "device_categories": lambda entity: _same(entity, "name description icon sort_order"),
    "organizations": lambda entity: _same(entity, "name type description metadata is_active"),
    "sites": _site,
    "zones": _zone,
    "network_vlans": _vlan,
    "networks": _network,
    "devices": _device,
    "device_connections": _connection,
    "ip_allocations": _reservation,
}
_PARTS = {"device_interfaces": _interfaces, "device_attributes": _attributes, "ip_allocations": _allocations}

NONSENSE = [query.strip() for query in """
SELECT FROM ip_allocations a JOIN networks n ON n.id = a.network_id AND a.device_id IS NOT NULL
WHERE NOT coalesce(a.ip_address <<= n.cidr::inet, false) AND NOT coalesce(a.ip_address <<= n.cidr6::inet, false);

SELECT FROM devices d JOIN networks n ON n.site_id = d.site_id AND d.ip_address <<= n.cidr::inet
WHERE NOT EXISTS (SELECT FROM ip_allocations a WHERE a.device_id = d.id AND a.ip_address = d.ip_address);

SELECT mac FROM (SELECT mac_address FROM devices UNION ALL SELECT mac_address FROM device_interfaces) m (mac)
GROUP BY mac HAVING count(mac) > 1;

SELECT FROM devices d JOIN zones z ON z.id = d.zone_id WHERE z.site_id <> d.site_id;

SELECT FROM networks n JOIN network_vlans v ON v.id = n.network_vlan_id
WHERE n.vlan_id IS DISTINCT FROM v.vlan_id OR v.site_id <> n.site_id;

SELECT FROM networks n WHERE NOT n.gateway_ip <<= n.cidr::inet OR n.dhcp_from > n.dhcp_to;

WITH RECURSIVE above (id, zone) AS (
    SELECT id, parent_zone_id FROM zones UNION SELECT a.id, z.parent_zone_id FROM above a JOIN zones z ON z.id = a.zone
) SELECT FROM above WHERE id = zone;

SELECT FROM devices WHERE purchase_date > installation_date OR installation_date > failure_date;

SELECT FROM entities e WHERE e.kind = 'device' AND NOT EXISTS (SELECT FROM devices d WHERE d.id = e.id)
""".split(";")]
"""What an inventory without errors can never become: each of these finds no row."""
