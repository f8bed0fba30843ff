"""VLANs were numbers at networks, and a table beside it; here a network names its VLAN, and all else follows."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from invgit.model.entity import Address
from invgit.model.kinds import Vlan
from invgit.model.slugs import unused
from invgit.model.spec import specs
from invgit.model.values import check
from invgit.state.adopt.rows import Converted, Fault, Taken, fault

Row = Mapping[str, Any]


def linked(
    networks: list[dict[str, Any]], vlans: list[dict[str, Any]], paths: Mapping[str, str], found: Converted
) -> dict[str, str]:
    """Network (by id) to its VLAN (by path). A number that only a network knows becomes a VLAN of its own.

    What `network_vlans` says of a network without a number counts too. Faults go to `found`, new VLANs as well.
    """
    numbers: dict[str, dict[int, str]] = defaultdict(dict)
    for vlan in vlans:
        path = paths[vlan["id"]]
        numbers[path.rpartition("/")[0]][vlan["vlan_id"]] = path
    said, faults = _said(networks, vlans)
    found.faults += faults
    made: dict[str, str] = {}
    for network in networks:
        number = said.get(network["id"])
        if number is None or network["id"] not in paths:
            continue
        folder = paths[network["id"]].rpartition("/")[0]
        if "/" in folder:
            if number not in numbers[folder]:
                _add(found, folder, network, number, numbers[folder])
            named = numbers[folder].get(number)
        else:
            sites = [
                known[number] for site, known in sorted(numbers.items()) if _is_in(site, folder) and number in known
            ]
            named = sites[0] if len(sites) == 1 else None
            if named is None:
                reason = f"{len(sites)} sites of the organization have a VLAN {number}: which is meant, nobody can tell"
                found.faults.append(
                    fault("networks", network, "vlan_id", reason, "set it to null, or give it to a site")
                )
        if named:
            made[network["id"]] = named
    return made


def _said(networks: list[dict[str, Any]], vlans: list[dict[str, Any]]) -> tuple[dict[str, int], list[Fault]]:
    """Network to its number, from both tables; where they say two things, a person has to choose."""
    said = {row["id"]: row["vlan_id"] for row in networks if row.get("vlan_id") is not None}
    faults = []
    for vlan in vlans:
        network = vlan.get("network_id")
        if network is None:
            continue
        if said.setdefault(network, vlan["vlan_id"]) != vlan["vlan_id"]:
            reason = f"it is VLAN {vlan['vlan_id']}, and the network it names has vlan_id {said[network]}"
            faults.append(fault("network_vlans", vlan, "network_id", reason, "correct one of the two in the database"))
    return said, faults


def _is_in(site: str, organization: str) -> bool:
    return site.partition("/")[0] == organization


def _add(found: Converted, folder: str, network: Row, number: int, known: dict[int, str]) -> None:
    """A VLAN that only networks speak of."""
    spec = specs()["vlan"]
    values, refused = check(spec, {"name": f"VLAN {number}", "vlan_id": str(number)})
    if values is None:
        found.faults.append(fault("networks", network, "vlan_id", refused[0].message))
        return
    used = {
        each.address.slug for each in found.entities if each.address.kind == Vlan.kind and each.address.site == folder
    }
    slug = unused(f"vlan-{number}", used)
    known[number] = f"{folder}/{slug}"
    found.entities.append(Taken(Address(Vlan.kind, known[number]), spec, None, f"VLAN {number}", values))
