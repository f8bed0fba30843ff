"""A small network as NetBox would export it: JSON as its REST API answers, CSV as its pages give it."""

import json
from collections.abc import Iterable
from typing import Any


def brief(kind: str, number: int, display: str, /, **more: Any) -> dict[str, Any]:
    """Another object, as it stands inside of one."""
    return {"id": number, "url": f"https://netbox.example.com/api/{kind}/{number}/", "display": display, **more}


def choice(value: str) -> dict[str, str]:
    return {"value": value, "label": value.replace("-", " ").title()}


def answer(objects: Iterable[dict[str, Any]], *, indent: int | None = 2) -> str:
    """What the API answers for a list."""
    found = list(objects)
    return json.dumps({"count": len(found), "next": None, "previous": None, "results": found}, indent=indent)


SITE = brief("dcim/sites", 1, "Head Office", name="Head Office", slug="head-office")
CABIN = brief("dcim/sites", 2, "Cabin", name="Cabin", slug="cabin")
ACME = brief("dcim/manufacturers", 1, "Acme", name="Acme", slug="acme")
TYPE = brief("dcim/device-types", 1, "SW-24", manufacturer=ACME, model="SW-24", slug="acme-sw-24")
ROLE = brief("dcim/device-roles", 1, "Network", name="Network", slug="network")
VLAN = brief("ipam/vlans", 1, "Things (20)", vid=20, name="Things")


def _device(number: int, name: str | None, status: str = "active", **more: Any) -> dict[str, Any]:
    return {
        **brief("dcim/devices", number, name or f"Acme SW-24 ({number})"),
        "name": name,
        "device_type": TYPE,
        "role": ROLE,
        "site": SITE,
        "status": choice(status),
        "serial": "",
        "asset_tag": None,
        "primary_ip4": None,
        "tags": [],
        "custom_fields": {},
        "description": "",
        "comments": "",
        **more,
    }


def _interface(number: int, device: int, name: str, mac: str | None) -> dict[str, Any]:
    of = brief("dcim/devices", device, "", name={1: "core", 2: "server"}[device])
    return {**brief("dcim/interfaces", number, name), "name": name, "device": of, "enabled": True, "mac_address": mac}


def _address(
    number: int, address: str, status: str = "active", holder: dict[str, Any] | None = None, **more: Any
) -> Any:
    about = {"address": address, "status": choice(status), "dns_name": "", "description": "", "role": None}
    kind = {"assigned_object_type": "dcim.interface" if holder else None, "assigned_object": holder}
    return {**brief("ipam/ip-addresses", number, address), **about, **kind, **more}


def _cable(number: int, *ends: tuple[str, dict[str, Any] | None], **more: Any) -> dict[str, Any]:
    made = {
        f"{letter}_terminations": [{"object_type": kind, "object_id": end["id"], "object": end}] if end else []
        for letter, (kind, end) in zip("ab", ends, strict=True)
    }
    about = {"type": "cat6", "status": choice("connected"), "label": "", "length": 1.5, "length_unit": choice("m")}
    return {**brief("dcim/cables", number, f"#{number}"), **about, **made, **more}


_PORTS = [_interface(1, 1, "mgmt0", "A0:1E:0B:00:10:01"), _interface(2, 1, "Gi0/1", None),
          _interface(3, 2, "eth0", "A0:1E:0B:00:10:02"), _interface(4, 2, "eth1", "A0:1E:0B:00:10:03")]  # fmt: skip

OBJECTS: dict[str, list[dict[str, Any]]] = {
    "sites": [
        {**SITE, "status": choice("active"), "time_zone": "Europe/Zurich", "latitude": 47.37, "longitude": 8.54,
         "physical_address": "Main Street 1\n8000 Zürich", "facility": "HQ1", "description": "", "custom_fields": {}},
        {**CABIN, "status": choice("retired"), "time_zone": None, "physical_address": "", "description": "old"},
    ],
    "locations": [
        {**brief("dcim/locations", 1, "Floor 1"), "name": "Floor 1", "slug": "floor-1", "site": SITE, "parent": None},
        {**brief("dcim/locations", 2, "Closet"), "name": "Closet", "slug": "closet", "site": SITE,
         "parent": brief("dcim/locations", 1, "Floor 1", name="Floor 1", slug="floor-1")},
    ],
    "vlans": [{**VLAN, "site": SITE, "status": choice("active"), "role": None, "description": "IoT"},
              {**brief("ipam/vlans", 2, "Global (9)"), "vid": 9, "name": "Global", "site": None}],
    "prefixes": [
        {**brief("ipam/prefixes", 1, "10.0.0.0/8"), "prefix": "10.0.0.0/8", "status": choice("container")},
        {**brief("ipam/prefixes", 2, "10.1.0.0/24"), "prefix": "10.1.0.0/24", "status": choice("active"),
         "scope_type": "dcim.site", "scope": SITE, "vlan": None, "description": "Office LAN", "is_pool": False},
        {**brief("ipam/prefixes", 3, "10.1.20.0/24"), "prefix": "10.1.20.0/24", "status": choice("active"),
         "site": SITE, "vlan": VLAN, "description": "", "role": brief("ipam/roles", 1, "IoT", name="IoT", slug="iot")},
        {**brief("ipam/prefixes", 4, "fd00:1::/64"), "prefix": "fd00:1::/64", "status": choice("active"), "site": SITE},
    ],
    "device-types": [{**TYPE, "part_number": "SW24-B", "u_height": 1.0, "description": "", "comments": "loud"}],
    "devices": [
        _device(1, "core", serial="0042", location=brief("dcim/locations", 2, "Closet", name="Closet", slug="closet"),
                rack=brief("dcim/racks", 1, "R1", name="R1"), position=12.0, face=choice("front"), asset_tag="A-1",
                primary_ip4=brief("ipam/ip-addresses", 1, "10.1.0.2/24", address="10.1.0.2/24"),
                tags=[{"id": 1, "name": "Core Net", "slug": "core-net"}], custom_fields={"owner": "007", "floor": 3},
                comments="two\nlines"),
        _device(2, "server", "planned", role=brief("dcim/device-roles", 2, "Server", name="Server", slug="server"),
                primary_ip4=brief("ipam/ip-addresses", 2, "10.1.0.3/24", address="10.1.0.3/24"),
                device_type=brief("dcim/device-types", 2, "S1", manufacturer=ACME, model="S1", slug="s1")),
        _device(3, None, "decommissioning"),
    ],
    "interfaces": _PORTS,
    "ip-addresses": [
        _address(1, "10.1.0.2/24", holder=_PORTS[0]),
        _address(2, "10.1.0.3/24", "dhcp", holder=_PORTS[2]),
        _address(3, "10.1.20.3/24", holder=_PORTS[3], dns_name="server-iot.example.com"),
        _address(4, "10.1.0.200/24", "reserved", description="keep free"),
        _address(5, "10.1.0.201/24", dns_name="Printer.example.com."),
    ],
    "cables": [
        _cable(1, ("dcim.interface", _PORTS[1]), ("dcim.interface", _PORTS[2]), label="blue"),
        _cable(2, ("dcim.interface", _PORTS[1]), ("circuits.circuittermination", None)),
    ],
    "racks": [{**brief("dcim/racks", 1, "R1"), "name": "R1"}],
    "manufacturers": [ACME],
}  # fmt: skip

CSV = {
    "netbox_sites.csv": "Name,Status,Slug,Facility,Region\nHead Office,Active,head-office,HQ1,\n",
    "netbox_locations.csv": "ID,Name,Site,Parent,Slug,Status\n1,Floor 1,Head Office,,floor-1,Active\n"
    "2,Closet,Head Office,Floor 1,closet,Active\n",
    "netbox_VLANs.csv": "VID,Name,Site,Group,Status,Role,Description\n20,Things,Head Office,,Active,,IoT\n",
    "netbox_prefixes.csv": "Prefix,Status,Children,VRF,Scope Type,Scope,VLAN,Role,Pool,Description\n"
    "10.1.0.0/24,Active,0,,DCIM | Site,Head Office,,,False,Office LAN\n"
    "10.1.20.0/24,Active,0,,DCIM | Site,Head Office,Things (20),,False,\n",
    "netbox_device types.csv": "Device Type,Manufacturer,Part number,U Height,Slug\nSW-24,Acme,SW24-B,1.0,acme-sw-24\n",
    "netbox_devices.csv": "Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,IP Address,Serial number\n"
    "core,Active,,Head Office,Closet,R1,Network,Acme,SW-24,10.1.0.2/24,0042\n"
    "server,Planned,,Head Office,,,Server,Acme,S1,10.1.0.3/24,\n",
    "netbox_interfaces.csv": "Device,Name,Label,Enabled,Type,MAC Address\n"
    "core,mgmt0,,True,SFP+,A0:1E:0B:00:10:01\n"
    "server,eth0,,True,SFP+,A0:1E:0B:00:10:02\nserver,eth1,,True,SFP+,A0:1E:0B:00:10:03\n",
    "netbox_IP addresses.csv": "IP Address,VRF,Status,Role,Parent,Interface,DNS Name,Description\n"
    "10.1.0.2/24,,Active,,core,mgmt0,,\n10.1.0.3/24,,DHCP,,server,eth0,,\n10.1.20.3/24,,Active,,server,eth1,,\n"
    "10.1.0.200/24,,Reserved,,,,,keep free\n",
    "netbox_cables.csv": "ID,Label,Termination A,Termination B,Device A,Device B,Status,Type\n"
    "1,blue,Gi0/1,eth0,core,server,Connected,CAT6\n",
}
