"""Addresses of devices were rows beside them; here a device's ports have them, and the rows follow.

Where of two places one says nothing, it takes what the other says; where they say two things, a person has to choose.
"""

from collections.abc import Mapping
from typing import Any

from invgit.state.adopt.rows import Fault, fault

Row = Mapping[str, Any]
_TWO = "correct one of the two in the database"


def ported(
    device: Row, plain: dict[str, Any], allocations: list[dict[str, Any]], paths: Mapping[str, str]
) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
    """Put a device's declared allocations into its plain values: its own address, and interfaces for all others.

    Gives the allocations by what they became: `ip`, `ip6`, or the name of an interface.
    """
    faults: list[Fault] = []
    became: dict[str, dict[str, Any]] = {}
    interfaces: dict[str, dict[str, Any]] = {}
    for row in sorted(allocations, key=lambda each: (each["ip_address"] != device.get("ip_address"), each["id"])):
        ip = row["ip_address"]
        field = "ip6" if ":" in ip else "ip"
        mine = ip == device.get("ip_address") or (
            field not in plain
            and row.get("mac_address") is not None
            and row["mac_address"] == device.get("mac_address")
        )
        if mine and field not in became:
            became[field] = row
            faults += _main_port(plain, row, field)
        elif row.get("mac_address") is not None and row["mac_address"] == device.get("mac_address"):
            reason = "its MAC address is that of the device, which has another address already: a port has one of each"
            faults.append(fault("ip_allocations", row, "mac_address", reason, "set its mac_address to null"))
        else:
            name = _port_name(row, paths, interfaces)
            interfaces[name] = _interface(row, field, paths)
            became[name] = row
    if interfaces:
        plain["interfaces"] = interfaces
    return became, faults


def _main_port(plain: dict[str, Any], row: Row, field: str) -> list[Fault]:
    """The address is that of the device's own port: MAC address, host name and kind go with it."""
    faults = []
    plain[field] = row["ip_address"]
    kinds = {"dhcp_reservation": "dhcp", "static": "static"}
    kind = kinds[row["allocation_type"]]
    if plain.setdefault("ip_from", kind) != kind:
        reason = "the device's other address is given out in another way: both are of one port"
        faults.append(fault("ip_allocations", row, "allocation_type", reason, _TWO))
    for name, column in (("mac", "mac_address"), ("hostname", "hostname")):
        said = row.get(column)
        if said in {None, ""}:
            continue
        if str(plain.setdefault(name, said)).lower() != str(said).lower():
            reason = f"the device itself has another one, in devices.{column}"
            faults.append(fault("ip_allocations", row, column, reason, _TWO))
    return faults


def _interface(row: Row, field: str, paths: Mapping[str, str]) -> dict[str, Any]:
    said = {"network": paths.get(row["network_id"], "?"), field: row["ip_address"]}
    said |= {
        name: row[column] for name, column in (("mac", "mac_address"), ("hostname", "hostname")) if row.get(column)
    }
    return said | ({"ip_from": "dhcp"} if row["allocation_type"] == "dhcp_reservation" else {})


def _port_name(row: Row, paths: Mapping[str, str], used: Mapping[str, Any]) -> str:
    """A port is named after its network; labels of its own it had none."""
    wanted = paths.get(row["network_id"], "port").rpartition("/")[2][:40].strip("-")
    name, number = wanted, 1
    while name in used:
        number += 1
        name = f"{wanted}-{number}"
    return name
