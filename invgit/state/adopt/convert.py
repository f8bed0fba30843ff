"""All rows of a database that invgit did not make, as entities; pure: the same rows, the same entities."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from invgit.model.entity import Address
from invgit.model.scalars import CONNECTION_SLUG, SLUG
from invgit.model.slugs import RESERVED, slugified
from invgit.model.spec import KindSpec, specs
from invgit.state.adopt import names
from invgit.state.adopt.ports import ported
from invgit.state.adopt.rows import Converted, Fault, Rows, Taken, fault, name_of
from invgit.state.adopt.values import Path, gated, said
from invgit.state.adopt.vlans import linked

Row = dict[str, Any]
_DECLARED = ("static", "dhcp_reservation")
"""The allocations of a device that are its own; `reserved` ones keep an address for it, `dynamic` ones were seen."""


def converted(rows: Rows) -> Converted:
    """The entities of all rows, with every fault of those that cannot become one."""
    return _Conversion(rows).done()


class _Conversion:
    """Names first, then values, for values name others."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.found = Converted()
        self.paths: dict[str, str] = {}
        self.of_device: dict[str, dict[str, list[Row]]] = {"device_attributes": {}, "ip_allocations": {}}
        self.reserved: list[Row] = []

    def done(self) -> Converted:
        self._unique_ids()
        self._parts()
        self._names()
        vlans = linked(self._of("network"), self._of("vlan"), self.paths, self.found)
        for spec in specs().values():
            for row in self._of(spec.name) if spec.table else ():
                if row["id"] in self.paths:
                    self._entity(spec, row, vlans)
        self.found.entities.sort(key=lambda each: each.address)
        return self.found

    def _of(self, kind: str) -> list[Row]:
        return self.reserved if kind == "reservation" else self.rows.get(specs()[kind].table or "", [])

    def _unique_ids(self) -> None:
        """Entities of all kinds share one list of ids."""
        tables = [spec.table for spec in specs().values() if spec.table]
        often = Counter(row["id"] for table in tables for row in self.rows.get(table, ()))
        for table in tables:
            for row in self.rows.get(table, ()):
                if often[row["id"]] > 1:
                    reason = "another table has a row with this id: an id is one thing's"
                    self.found.faults.append(fault(table, row, "id", reason, "give one of the two a new id"))

    def _parts(self) -> None:
        """Rows of devices; addresses without one are reservations, those that were only seen are left as they are."""
        attributes, allocations = defaultdict(list), defaultdict(list)
        for row in self.rows.get("device_attributes", ()):
            attributes[row["device_id"]].append(row)
        for row in self.rows.get("ip_allocations", ()):
            if row.get("allocation_type") in _DECLARED and row.get("device_id"):
                allocations[row["device_id"]].append(row)
            elif row.get("allocation_type") != "dynamic":
                self.reserved.append(row)
        self.of_device = {"device_attributes": attributes, "ip_allocations": allocations}

    def _names(self) -> None:
        self._named("category", {"": self._of("category")}, _called)
        organizations = {"": self._of("organization")}
        self._named("organization", organizations, _called, taken=RESERVED)
        self._named("site", self._by("site", "organization_id"), _called)
        self._named("zone", self._by("zone", "site_id"), _called)
        self._named("vlan", self._by("vlan", "site_id"), lambda row: _called(row) or f"vlan-{row.get('vlan_id')}")
        self._named("network", self._by("network", "site_id", "organization_id"), _called)
        self._named("device", self._by("device", "site_id"), _called)
        self._named("reservation", self._reservations(), self._address_slug)
        self._named("connection", self._connections(), self._ends_slug, form=CONNECTION_SLUG)

    def _named(
        self,
        kind: str,
        folders: Mapping[str, list[Row]],
        made: Callable[[Mapping[str, Any]], str],
        *,
        taken: Iterable[str] = (),
        form: str = SLUG,
    ) -> None:
        for folder, rows in folders.items():
            for id, slug in names.chosen(rows, made, kind, set(taken), form).items():
                self.paths[id] = f"{folder}/{slug}" if folder else slug

    def _by(self, kind: str, *owners: str) -> dict[str, list[Row]]:
        """Rows by the path of what they stand in: the first of the columns that names something."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._of(kind):
            owner = next((row[column] for column in owners if row.get(column)), None)
            if owner in self.paths:
                found[self.paths[owner]].append(row)
            else:
                self.found.faults.append(fault(specs()[kind].table or "", row, owners[0], "it belongs to nothing"))
        return found

    def _reservations(self) -> dict[str, list[Row]]:
        """Reservations stand in a site: that of their network, or the first one of its organization."""
        found: dict[str, list[Row]] = defaultdict(list)
        sites = sorted(self.paths[row["id"]] for row in self._of("site") if row["id"] in self.paths)
        for row in self.reserved:
            folder = self.paths.get(row["network_id"], "").rpartition("/")[0]
            if folder and "/" not in folder:
                folder = next((site for site in sites if site.startswith(f"{folder}/")), "")
            if folder:
                found[folder].append(row)
            else:
                reason = "its network is of an organization without a site, where nobody could describe it"
                self.found.faults.append(fault("ip_allocations", row, "network_id", reason))
        return found

    def _connections(self) -> dict[str, list[Row]]:
        """Connections stand in the site of the device they come from."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._of("connection"):
            ends = [self.paths.get(row[column], "") for column in ("source_device_id", "target_device_id")]
            if ends[0].partition("/")[0] != ends[1].partition("/")[0]:
                reason = "it leads into another organization"
                self.found.faults.append(fault("device_connections", row, "target_device_id", reason))
            elif all(ends):
                found[ends[0].rpartition("/")[0]].append(row)
        return found

    def _address_slug(self, row: Mapping[str, Any]) -> str:
        network = self.paths.get(row["network_id"], "").rpartition("/")[2]
        return slugified(row.get("hostname") or f"{network} {row['ip_address']}")

    def _ends_slug(self, row: Mapping[str, Any]) -> str:
        ends = [self.paths[row[column]].rpartition("/")[2][:45] for column in ("source_device_id", "target_device_id")]
        return "--".join(end.strip("-") for end in ends)

    def _entity(self, spec: KindSpec, row: Row, vlans: Mapping[str, str]) -> None:
        table = spec.table or ""
        address = Address(spec.name, self.paths[row["id"]])
        plain, faults = said(spec, table, row, lambda named: self.paths.get(named, f"?{named}"))
        faults += self._foreign(spec, table, row, plain, address)
        parts: dict[Path, tuple[str, Row, str]] = {}
        if spec.name == "network" and row["id"] in vlans:
            plain["vlan"] = vlans[row["id"]]
        if spec.name == "device":
            faults += self._device(row, plain, parts)
        values, refused = gated(spec, table, row, plain, lambda path: _part(parts, path))
        self.found.faults += faults + refused
        self.found.parts |= {
            f"{address} {' '.join(map(str, path))}": (table, part["id"]) for path, (table, part, _) in parts.items()
        }
        if values is not None:
            self.found.entities.append(Taken(address, spec, row["id"], name_of(row), values))

    def _foreign(self, spec: KindSpec, table: str, row: Row, plain: Mapping[str, Any], address: Address) -> list[Fault]:
        """References that lead out of the organization: no file can say them."""
        organization = address.path.partition("/")[0]
        return [
            fault(table, row, field.column, "it leads into another organization")
            for field in spec.declarable
            if field.ref and (path := plain.get(field.name)) and "/" in path
            if path.partition("/")[0] != organization
        ]

    def _device(self, row: Row, plain: dict[str, Any], parts: dict[Path, tuple[str, Row, str]]) -> list[Fault]:
        attributes = {}
        for each in self.of_device["device_attributes"].get(row["id"], ()):
            key = each["attribute_key"]
            content = {
                "value": each.get("attribute_value"),
                "type": each.get("value_type"),
                "group": each.get("attribute_group"),
            }
            attributes[key] = {name: text for name, text in content.items() if text not in {None, ""}}
            parts["attributes", key] = ("device_attributes", each, "attribute_value")
        if attributes:
            plain["attributes"] = attributes
        self._status(row, plain)
        became, faults = ported(row, plain, self.of_device["ip_allocations"].get(row["id"], []), self.paths)
        for name, each in became.items():
            path: Path = (name,) if name in {"ip", "ip6"} else ("interfaces", name)
            parts[path] = ("ip_allocations", each, "ip_address")
        status, usage = row.get("status"), row.get("usage_status") or "active"
        if status == "decommissioned" and usage not in {"active", "retired"}:
            reason = f"a device that is decommissioned is retired, and this one is {usage}"
            faults.append(
                fault("devices", row, "status", reason, "set its usage_status to retired, or its status to unknown")
            )
        return faults

    def _status(self, row: Row, plain: dict[str, Any]) -> None:
        """What was decided of a status is said by two fields; what was seen is no file's business."""
        if row.get("status") == "maintenance":
            plain["maintenance"] = "true"
        if row.get("status") == "decommissioned" and (row.get("usage_status") or "active") == "active":
            plain["usage_status"] = "retired"


def _called(row: Mapping[str, Any]) -> str:
    return slugified(str(row.get("name") or ""))


def _part(parts: Mapping[Path, tuple[str, Row, str]], path: Path) -> tuple[str, Row, str] | None:
    found = parts.get(path[:2]) or parts.get(path[:1])
    if found is None or found[0] != "ip_allocations":
        return found
    columns = {"mac": "mac_address", "hostname": "hostname", "network": "network_id"}
    return found[0], found[1], columns.get(str(path[-1]), "ip_address")
