"""Inventories for laws: valid ones of all kinds with all fields, as documents that a test may change or write anew.

An inventory is made from a seed: as quick as that, thousands are cheap. How many entities it has at most, and how many
of their fields are there, are drawn beside it; so a failing example still shrinks to a small one.
Two inventories share slugs and unique values: a plan between them has every kind of change, swaps among them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import strategies as st
from support_values import likely, line, network_addresses, value

from invgit.model.kinds.device import Interface
from invgit.model.mapping import RESULTS
from invgit.model.spec import FieldSpec, record_fields, specs

Document = dict[str, Any]


class Tree(dict[str, Document]):
    """The files of an inventory: path below `inventory/` → document."""

    def __repr__(self) -> str:
        """In a failing example its seed says more than all of it."""
        return f"Tree(of {len(self)} files)"


CATEGORIES, TYPES, ORGANIZATIONS, SITES = ("c0", "c1", "c2"), ("t0", "t1"), ("o0", "o1"), ("s0", "s1")
RULES = ("h0", "h1", "h2")
ZONES, VLANS, NETWORKS, DEVICES = ("z0", "z1", "z2"), ("v0", "v1"), ("n0", "n1", "n2"), ("d0", "d1", "d2", "d3", "d4")
RESERVATIONS, CONNECTIONS = ("r0", "r1"), ("k0", "k1--x", "k2")
DATES = ("purchase_date", "installation_date", "failure_date", "warranty_expiry")

_BY_HAND = {
    "network": {"cidr", "cidr6", "gateway", "gateway6", "dhcp"},
    "device": {*DATES, "type", "ip", "ip6", "ip_from", "interfaces", "refs", "zwave_node_id", "protect"},
    "reservation": {"ip", "type"},
    "connection": {"to_port"},
}
"""Fields whose value depends on other values; all others are made from their specs alone."""


@dataclass
class Site:
    """What stands in a site, and what its entities may name."""

    path: str
    above: list[str]
    zones: list[str] = field(default_factory=list)
    vlans: list[str] = field(default_factory=list)
    networks: Document = field(default_factory=dict)
    devices: list[str] = field(default_factory=list)


@dataclass
class World:
    """One inventory in the making. Unique values come from small pools, of which each value is given out once."""

    chance: Random
    size: int = 100
    """So many entities at most."""
    wealth: float = 0.5
    """The share of fields that are said."""
    protect: bool = False
    tree: Tree = field(default_factory=Tree)
    spans: Document = field(default_factory=dict)
    """The networks of organizations, by path."""
    given: set[tuple[str, int]] = field(default_factory=set)

    def some(self, words: tuple[str, ...], share: float = 0.6) -> list[str]:
        """Some of a few slugs, while there is room."""
        found = [word for word in words if likely(self.chance, share)][: self.size]
        self.size -= len(found)
        return found

    def index(self, pool: str) -> int:
        """A number of a pool that is not yet taken."""
        found = self.chance.randrange(12)
        while (pool, found) in self.given:
            found += 1
        self.given.add((pool, found))
        return found

    def said(self) -> bool:
        """Whether a field is there."""
        return likely(self.chance, self.wealth)

    def nothing(self, into: Document, *names: str) -> None:
        """Sometimes it is said that a field has no value."""
        into.update((name, None) for name in names if name not in into and likely(self.chance, 0.1))

    def plain(self, kind: str, slug: str) -> Document:
        """Fields of a kind that depend on nothing else."""
        spec, made = specs()[kind], Document()
        for each in spec.declarable:
            if each.ref or each.unique or each.name in _BY_HAND.get(kind, ()):
                continue
            if each.name == "renamed_from":
                if likely(self.chance, 0.05):
                    moved = spec.scopes[-1].value == 2 and not spec.single and likely(self.chance, 0.3)
                    made[each.name] = f"{'s9/' if moved else ''}was-{slug.replace('--', '-')}-{self.index('was')}"
            elif each.required or self.said():
                made[each.name] = value(self.chance, each)
            elif each.name != "name":
                self.nothing(made, each.name)
        return made

    def refer(self, into: Document, name: str, targets: list[str], site: str = "") -> None:
        """Perhaps a reference to one of some slugs, sometimes with its site."""
        if targets and self.said():
            target = self.chance.choice(targets)
            own = site and "/" not in target and likely(self.chance, 0.2)
            into[name] = f"{site.partition('/')[2]}/{target}" if own else target
        else:
            self.nothing(into, name)

    def catalog(self) -> tuple[list[str], list[str]]:
        """Categories and device types."""
        categories, types = self.some(CATEGORIES), self.some(TYPES)
        made: Document = {"categories": {}, "device_types": {}, "homeseer": {}}
        for slug in categories:
            made["categories"][slug] = self.plain("category", slug)
            made["categories"][slug]["name"] = f"Category {self.index('category')}"
        for slug in types:
            made["device_types"][slug] = self.plain("device-type", slug)
            self.refer(made["device_types"][slug], "category", categories)
        for slug in self.some(RULES):
            made["homeseer"][slug] = self.rule(slug, categories, types)
        self.tree["catalog/all.yaml"] = made
        return categories, types

    def rule(self, slug: str, categories: list[str], types: list[str]) -> Document:
        """A rule for HomeSeer that no other asks the same as."""
        made = self.plain("homeseer-rule", slug)
        self.refer(made, "category", categories)
        self.refer(made, "type", types)
        made["when"]["room"] = f"Room {self.index('room')}"
        made["when"].pop("refs" if likely(self.chance, 0.5) else "type_strings", None)
        if not any(made.get(name) for name in RESULTS):
            made["zone"] = "hall"
        return made

    def site(self, path: str, number: int, above: list[str], categories: list[str], types: list[str]) -> Site:
        """A site with everything in it, but connections."""
        here = Site(path, above, self.some(ZONES), self.some(VLANS))
        made: Document = {"site": self.plain("site", path.rpartition("/")[2])}
        made["zones"] = {slug: self.plain("zone", slug) for slug in here.zones}
        for at, slug in enumerate(here.zones):
            self.refer(made["zones"][slug], "parent", here.zones[:at], path)
        made["vlans"] = {
            slug: self.plain("vlan", slug) | {"vlan_id": str(1 + self.index(f"vlan {path}"))} for slug in here.vlans
        }
        networks, here.devices = self.some(NETWORKS), self.some(DEVICES)
        made["networks"] = here.networks
        for slug in networks:
            here.networks[slug] = self.network(slug, f"{number}.{slug[1:]}")
            self.refer(here.networks[slug], "vlan", here.vlans, path)
            self.refer(here.networks[slug], "controller", here.devices, path)
        made["devices"] = {slug: self.device(here, slug, categories, types) for slug in here.devices}
        made["reservations"] = {}
        for slug in self.some(RESERVATIONS) if networks or above else []:
            reservation = self.reservation(here, slug)
            made["reservations"] |= {slug: reservation} if reservation else {}
        moved = {key: made.pop(key) for key in ("devices", "zones", "networks") if likely(self.chance, 0.3)}
        self.tree[f"{path}/site.yaml"] = made
        self.tree[f"{path}/more/rest.yaml"] = moved
        return here

    def network(self, slug: str, number: str) -> Document:
        """A network, perhaps with addresses."""
        made = self.plain("network", slug)
        base, base6 = network_addresses(number)
        if likely(self.chance, 0.7):
            made["cidr"] = f"{base}0/24"
            if self.said():
                made["gateway"] = f"{base}1"
            if self.said():
                made["dhcp"] = {"from": f"{base}100", "to": f"{base}150"}
        if likely(self.chance, 0.4):
            made["cidr6"] = f"{base6.upper()}/64"
            if self.said():
                made["gateway6"] = self.chance.choice(["FE80::1", f"{base6}1"])
        self.nothing(made, "cidr", "cidr6", "gateway", "gateway6", "dhcp")
        return made

    def unique_fields(self, into: Document, site: str, fields: tuple[FieldSpec, ...]) -> None:
        """Fields whose value only one thing may have."""
        for each in fields:
            if each.unique and self.said():
                scope = site if each.unique.within == "site" else ""
                names = each.unique.code in {"duplicate-ref", "duplicate-radio-address"}
                pool = f"{each.unique.code} {each.name if names else ''} {scope}"
                into[each.name] = self.unique(each, self.index(pool))
            elif each.unique and not each.required:
                self.nothing(into, each.name)

    def unique(self, each: FieldSpec, index: int) -> str:
        """The value of a pool that a number stands for, in one of its spellings."""
        what = each.scalar.what if each.scalar else ""
        if what in {"a MAC address", "a Bluetooth address"}:
            mac = f"10:20:30:40:50:{index:02d}"
            return self.chance.choice([mac, mac.replace(":", "-"), mac.replace(":", ""), "1020.3040.50" + mac[-2:]])
        if what == "an EUI-64":
            return self.chance.choice([f"0x00124B00{index:08X}", f"00-12-4b-00-00-00-00-{index:02x}"])
        return f"{self.chance.choice(['unique', 'Unique'])}-{index}" if "host" in what else f"unique {index}"

    def device(self, here: Site, slug: str, categories: list[str], types: list[str]) -> Document:
        """A device with its interfaces."""
        spec = specs()["device"]
        made = self.plain("device", slug)
        self.unique_fields(made, here.path, spec.declarable)
        made["type"] = self.chance.choice([*types, "free text", "null", line(self.chance, 100)])
        if self.said():
            made["refs"] = Document()
            self.unique_fields(made["refs"], here.path, spec.by_name["refs"].fields)
        if self.said():
            made["zwave_node_id"] = str(1 + self.index(f"zwave {here.path}"))
        if self.said():
            days = sorted(value(self.chance, spec.by_name[name]) for name in DATES)
            made |= {name: day for name, day in zip(DATES, days, strict=True) if self.said()}
        if self.protect and likely(self.chance, 0.3):
            made["protect"] = "yes"
        self.refer(made, "zone", here.zones, here.path)
        self.refer(made, "category", categories)
        self.port(made, here)
        ports = [name for name in ("eth1", "LAN 2", "0") if likely(self.chance, self.wealth / 2)]
        if ports or likely(self.chance, 0.1):
            made["interfaces"] = {name: Document() for name in ports}
        for port in made.get("interfaces", {}).values():
            self.unique_fields(port, here.path, record_fields(Interface))
            self.port(port, here)
        self.nothing(made, "interfaces", "refs", "zwave_node_id", "protect", *DATES)
        return made

    def port(self, into: Document, here: Site) -> None:
        """A network, and addresses in it; or addresses alone, whose network is found by itself."""
        self.refer(into, "network", [*here.networks, *here.above], here.path)
        if into.get("network") in {f"{here.path.partition('/')[2]}/{slug}" for slug in here.above}:
            into["network"] = into["network"].partition("/")[2]  # a network of the organization has no site
        if self.said():
            into["ip_from"] = self.chance.choice(["static", "dhcp"])
        network = (into.get("network") or "").rpartition("/")[2]
        for name, cidr in (("ip", "cidr"), ("ip6", "cidr6")):
            blocks = list(self.blocks(here, network, cidr))
            if blocks and self.said():
                into[name] = self.address(self.chance.choice(blocks)[cidr], dhcp=into.get("ip_from") == "dhcp")
            else:
                self.nothing(into, name)
        self.nothing(into, "ip_from")

    def blocks(self, here: Site, network: str, cidr: str) -> Iterator[Document]:
        """The networks in which a port of `network` may have an address: itself, those of its VLAN, all of the site."""
        spans = {slug: self.spans[f"{here.path.partition('/')[0]}/{slug}"] for slug in here.above}
        every = {**spans, **here.networks}
        own = every.get(network, {})
        vlan = (own.get("vlan") or "").rpartition("/")[2]
        beside = [
            each for each in here.networks.values() if vlan and (each.get("vlan") or "").rpartition("/")[2] == vlan
        ]
        for some in ([own], beside, list(every.values())):
            found = [each for each in some if each.get(cidr)]
            if found:
                yield from found
                return

    def address(self, cidr: str, *, dhcp: bool) -> str:
        """An address of a network that nobody else has; one that DHCP gives may lie in its range."""
        index, inside = self.index(f"ip {cidr}"), dhcp and likely(self.chance, 0.5)
        if cidr.endswith("::/64"):
            return f"{cidr.removesuffix('/64')}{self.chance.choice(['', '0:0:'])}{16 + index:X}"
        return f"{cidr.removesuffix('0/24')}{(100 if inside else 10) + index}"

    def reservation(self, here: Site, slug: str) -> Document | None:
        """An address without a device; of the same pool as those of devices, so that one can become the other."""
        made = self.plain("reservation", slug)
        network = self.chance.choice([*here.networks, *here.above])
        cidr = self.chance.choice(["cidr", "cidr6"])
        blocks = list(self.blocks(here, network, cidr))
        if not blocks:
            return None
        made["network"] = network
        if self.said():
            made["type"] = self.chance.choice(specs()["reservation"].by_name["type"].choices)
        self.nothing(made, "type")
        made["ip"] = self.address(self.chance.choice(blocks)[cidr], dhcp=made.get("type") == "dhcp_reservation")
        return made

    def connections(self, sites: list[Site]) -> None:
        """Cables, within a site and between two of an organization."""
        joined: set[frozenset[str]] = set()
        for here in sites:
            organization, _, own = here.path.partition("/")
            ends = [
                f"{other.path.partition('/')[2]}/{device}"
                for other in sites
                if other.path.startswith(f"{organization}/")
                for device in other.devices
            ]
            found = self.tree[f"{here.path}/site.yaml"]["connections"] = Document()
            for slug in self.some(CONNECTIONS) if len(ends) > 1 else []:
                pair = self.chance.sample(ends, 2)
                found[slug] = self.plain("connection", slug)
                for name, end in zip(("from", "to"), pair, strict=True):
                    found[slug][name] = end.removeprefix(f"{own}/") if likely(self.chance, 0.7) else end
                both = frozenset(f"{organization}/{end}" for end in pair)
                if both in joined or self.said():
                    found[slug]["to_port"] = f"port {self.index('port')}"
                self.nothing(found[slug], "to_port")
                joined.add(both)


def tree(seed: int, size: int = 100, tenths: int = 5, *, protect: bool = False) -> Tree:
    """The inventory of a seed: of so many entities at most, with so many tenths of their fields."""
    world = World(Random(seed), size, tenths / 10, protect)
    categories, types = world.catalog()
    sites = []
    for at, organization in enumerate(world.some(ORGANIZATIONS, 0.7)):
        above = world.some(("vpn",))
        for slug in above:
            world.spans[f"{organization}/{slug}"] = world.network(slug, f"{200 + at}.0")
        world.tree[f"{organization}/organization.yaml"] = {
            "organization": world.plain("organization", organization),
            "networks": {slug: world.spans[f"{organization}/{slug}"] for slug in above},
        }
        for number, slug in enumerate(world.some(SITES, 0.7)):
            sites.append(world.site(f"{organization}/{slug}", 10 * at + number, above, categories, types))
    world.connections(sites)
    return world.tree


SEEDS = st.integers(0, 2**32)


def trees(*, protect: bool = False) -> st.SearchStrategy[Tree]:
    """Any inventory, as documents. With `protect` some of its devices are protected, and no plan deletes them."""
    return st.builds(tree, SEEDS, st.integers(0, 60), st.integers(0, 9), protect=st.just(protect))


def as_json(documents: Tree) -> dict[str, str]:
    """The files of an inventory; JSON is YAML."""
    return {path: json.dumps(document, ensure_ascii=False, indent=1) for path, document in documents.items()}


def inventories() -> st.SearchStrategy[dict[str, str]]:
    """Any inventory, as texts: path below `inventory/` → text."""
    return trees().map(as_json)
