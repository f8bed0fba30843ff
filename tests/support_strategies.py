"""Inventories for laws: made from the specs of the model, so that a new field is in every law from its first day.

What is made is YAML text (JSON is YAML) in which only numbers and flags of free-form fields stand without quotes. It
compiles without errors; two inventories share slugs and unique values: a plan between them has every kind of change.
"""

import json
import string
import unicodedata
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from invgit.model.kinds.device import Interface
from invgit.model.scalars import Scalar
from invgit.model.spec import FieldSpec, KindSpec, record_fields, specs

Document = dict[str, Any]
Strategy = st.SearchStrategy[Any]

NAUGHTY = (
    "null", "~", "true", "no", "1.10", "012", "0x1F", "1e3", "22:22", "11:22:33:44:55:06", "- a", "# b", "a: b",
    "{{ x }}",
    "'; DROP TABLE devices; --", "\\N", "\\.", "\\", "%s %(x)s", "$$", '"', "''", "<script>alert(1)</script>", "=1+1",
    "e\u0301", "\u00e9", "İß", "👩\u200d👩\u200d👧", "𝒳", "Ω≈ç√∫", "表ポあA鷗", "{a,b}", "{}", "(1,2)",
    "NULL", "\U0010fffd",
)  # fmt: skip
_CHARACTERS = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"])
_INSIDE = st.text(_CHARACTERS, max_size=12)


def line(limit: int) -> Strategy:
    """One line of text without blanks at its ends."""
    made = st.one_of(st.sampled_from(NAUGHTY), _INSIDE.map(lambda text: text.strip()), st.just("x" * limit))
    return made.map(lambda text: text[:limit].strip()).filter(bool)


def prose() -> Strategy:
    """Text of any number of lines."""
    return st.lists(line(60), min_size=1, max_size=3).map("\n\t".join)


def mapping(keys: Strategy, values: Strategy) -> Strategy:
    """A small mapping, whose keys stay different however their accents are composed."""
    items = st.lists(st.tuples(keys, values), max_size=3, unique_by=lambda item: unicodedata.normalize("NFC", item[0]))
    return items.map(dict)


def number(digits: str, schema: Any) -> Strategy:
    """A decimal with at most the places of its SQL type."""
    places = int(digits.partition(",")[2].rstrip(")"))
    low, high = schema["minimum"], schema["maximum"]
    return st.decimals(low, high, places=places, allow_nan=False).map(lambda value: format(value, "f"))


def freeform() -> Strategy:
    """Everything JSON can say, under keys that name no secret."""
    keys = (
        st.one_of(
            st.sampled_from(["os", "port", "a b", "ü", "0", "null", "x.y"]),
            st.text("xyzäöü-0 ", min_size=1, max_size=5),
        )
        .map(str.strip)
        .filter(lambda key: key and "psk" not in key)  # that would name a secret
    )
    floats = st.floats(allow_nan=False, allow_infinity=False).filter(lambda each: len(repr(each)) < 300)
    leaf = st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), floats, st.sampled_from(NAUGHTY), _INSIDE,
        st.sampled_from([0.0, -0.0, 1.0, 1e22, 1e23, 1e300, 5e-324, 0.1, 10**40]),
    )  # fmt: skip
    inner = st.recursive(leaf, lambda some: st.lists(some, max_size=3) | mapping(keys, some), max_leaves=6)
    return mapping(keys, inner)


_HOST = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)
_SCALARS: dict[str, Callable[[Scalar], Strategy]] = {
    "text": lambda scalar: prose() if scalar.sql == "text" else line(scalar.limit or 10),
    "a name": lambda scalar: line(scalar.limit or 10),
    "true or false": lambda _: st.sampled_from(["true", "false", "yes", "no", "on", "off"]),
    "a date": lambda _: st.dates().map(str),
    "a moment": lambda _: st.datetimes()
    .map(lambda each: f"{each.isoformat()}+02:00")
    .filter(lambda text: text > "0002"),
    "a country": lambda _: st.sampled_from(["US", "DEU", "jp", "GBR"]),
    "a currency": lambda _: st.sampled_from(["USD", "EUR", "JPY"]),
    "a time zone": lambda _: st.sampled_from(["Europe/Berlin", "UTC", "Asia/Kolkata"]),
    "a host name (RFC 1123)": lambda _: st.lists(_HOST, min_size=1, max_size=3).map(".".join),
    "a colour such as #1e90ff": lambda _: st.integers(0, 0xFFFFFF).map(lambda each: f"#{each:06X}"),
    "a path in this repository": lambda _: st.sampled_from(["docs/nas.pdf", "a b/ü.txt", "x"]),
    "a MAC address": lambda _: st.integers(1, 99).map(lambda each: f"02-00-00-00-00-{each:02d}"),
    "a link": lambda _: st.sampled_from(["https://example.com", "http://[::1]:80/?q=1#x", "https://ü.example/ä"]),
}


def one(field: FieldSpec) -> Strategy:
    """A single value of a field, as text."""
    if field.base == "choice":
        return st.sampled_from(field.choices)
    if field.base == "json":
        return freeform()
    assert field.scalar is not None, field.name
    schema = field.scalar.schema
    if field.scalar.sql == "integer":
        return st.integers(schema["minimum"], schema["maximum"]).map(str)  # type: ignore[call-overload]
    if field.scalar.sql.startswith("decimal"):
        return number(field.scalar.sql, schema)
    if field.scalar.what.startswith("a slug"):
        return st.sampled_from(["red", "b-2", "0"])
    return _SCALARS[field.scalar.what](field.scalar)


def values(field: FieldSpec) -> Strategy:
    """A value of a field that refers to nothing and has to be unique nowhere."""
    if field.record is not None:
        group = st.fixed_dictionaries(
            {each.name: one(each) for each in field.fields if each.required},
            optional={each.name: one(each) for each in field.fields if not each.required},
        )
        return mapping(line(30), group) if field.many == "map" else group
    if field.many == "list":
        return st.lists(one(field), max_size=3)
    if field.many == "map":
        return mapping(line(20), one(field))
    return one(field)


_ELSEWHERE = {
    "name", "protect", "cidr", "cidr6", "gateway", "gateway6", "dhcp", "ip", "ip6", "ip_from", "interfaces",
    "refs", "dns",
    "purchase_date", "installation_date", "failure_date", "warranty_expiry", "type", "from", "to", "to_port",
}  # fmt: skip


class World:
    """One inventory in the making. Unique values come from small pools, of which each value is given out once."""

    def __init__(self, draw: Callable[[Strategy], Any]) -> None:
        self.draw = draw
        self.given: set[tuple[str, int]] = set()
        self.files: dict[str, Document] = {}

    def some(self, words: list[str]) -> list[str]:
        """Some of a few slugs."""
        return [word for word in words if self.draw(st.booleans())]

    def index(self, pool: str) -> int:
        """A number of a pool that is not yet taken."""
        found = int(self.draw(st.integers(0, 30)))
        while (pool, found) in self.given:
            found += 1
        self.given.add((pool, found))
        return found

    def maybe(self, value: Callable[[], Any], into: Document, name: str, *, often: int = 2) -> None:
        """Set a field, one time out of a few; or say that it has no value."""
        choice = self.draw(st.integers(0, often + 1))
        if choice == 0:
            into[name] = value()
        elif choice == 1 and name not in {"ip_from", "from", "to"}:
            into[name] = None

    def plain(self, spec: KindSpec) -> Document:
        """Fields of a kind that depend on nothing else."""
        made: Document = {}
        if "name" in spec.by_name:
            made["name"] = self.draw(line(255))
        for field in spec.declarable:
            if field.directive or field.ref or field.unique or field.name in _ELSEWHERE:
                continue
            if field.required:
                made[field.name] = self.draw(values(field))
            else:
                self.maybe(lambda field=field: self.draw(values(field)), made, field.name, often=4)
        if "type" in spec.by_name and spec.name not in {"device", "device-type"} and self.draw(st.booleans()):
            made["type"] = self.draw(one(spec.by_name["type"]))
        return made

    def catalog(self) -> tuple[list[str], list[str]]:
        """Categories and device types."""
        categories = self.some(["c0", "c1", "c2"])
        types = self.some(["t0", "t1"])
        made: Document = {"categories": {}, "device_types": {}}
        for slug in categories:
            made["categories"][slug] = {**self.plain(specs()["category"]), "name": f"Category {self.index('category')}"}
        for slug in types:
            made["device_types"][slug] = self.plain(specs()["device-type"])
            self.refer(made["device_types"][slug], "category", categories)
        self.files["catalog/all.yaml"] = made
        return categories, types

    def refer(self, into: Document, name: str, targets: list[str]) -> None:
        """Perhaps a reference to one of some slugs."""
        if targets:
            self.maybe(lambda: self.draw(st.sampled_from(targets)), into, name, often=1)

    def site(self, path: str, number: int, above: list[str], categories: list[str], types: list[str]) -> list[str]:
        """A site with everything in it; its devices."""
        zones, vlans = self.some(["z0", "z1", "z2"]), self.some(["v0", "v1"])
        networks, devices = self.some(["n0", "n1", "n2"]), self.some(["d0", "d1", "d2", "d3", "d4"])
        made: Document = {"site": self.plain(specs()["site"])}
        made["zones"] = {slug: self.plain(specs()["zone"]) for slug in zones}
        for at, slug in enumerate(zones):
            self.refer(made["zones"][slug], "parent", zones[:at])
        made["vlans"] = {
            slug: {**self.plain(specs()["vlan"]), "vlan_id": str(1 + self.index(f"vlan {path}"))} for slug in vlans
        }
        made["networks"] = {}
        for slug in networks:
            made["networks"][slug] = self.network(f"{number}.{slug[1:]}")
            self.refer(made["networks"][slug], "vlan", vlans)
            self.refer(made["networks"][slug], "controller", devices)
        addressed = {slug: each for slug, each in made["networks"].items() if each.get("cidr")}
        made["devices"] = {}
        for slug in devices:
            made["devices"][slug] = device = self.device(path, types)
            self.refer(device, "zone", zones)
            self.refer(device, "category", categories)
            self.port(path, device, networks + above, addressed)
            device["interfaces"] = {}
            for name in self.some(["eth1", "LAN 2"]):
                device["interfaces"][name] = port = self.unique_fields(path, record_fields(Interface))
                self.port(path, port, networks, addressed)
        made["reservations"] = {
            slug: self.reservation(path, addressed) for slug in self.some(["r0", "r1"]) if addressed
        }
        moved = {key: made.pop(key) for key in ("devices", "zones") if self.draw(st.booleans())}
        self.files[f"{path}/site.yaml"] = made
        self.files[f"{path}/more/rest.yaml"] = moved
        return devices

    def network(self, number: str) -> Document:
        """A network, perhaps with addresses."""
        made = self.plain(specs()["network"])
        if self.draw(st.integers(0, 3)):
            made |= {"cidr": f"10.{number}.0/24", "gateway": f"10.{number}.1"}
            if self.draw(st.booleans()):
                made["dhcp"] = {"from": f"10.{number}.100", "to": f"10.{number}.150"}
            if self.draw(st.booleans()):
                made |= {"cidr6": f"fd00:{number.replace('.', ':')}::/64", "gateway6": "FE80::1"}
        self.maybe(lambda: self.draw(st.permutations(["1.1.1.1", "2606:4700:4700:0::1111", "9.9.9.9"])), made, "dns")
        return made

    def unique_fields(self, site: str, fields: tuple[FieldSpec, ...]) -> Document:
        """Fields whose value only one thing may have."""
        made: Document = {}
        for field in fields:
            if field.unique and not field.directive:
                scope = site if field.unique.within == "site" else ""
                code = field.unique.code + (field.name if field.unique.code == "duplicate-ref" else "")
                self.maybe(lambda f=field, p=f"{code} {scope}": self.unique(f, self.index(p)), made, field.name)
        return made

    def unique(self, field: FieldSpec, index: int) -> str:
        """The value of a pool that a number stands for, in one of its spellings."""
        what = field.scalar.what if field.scalar else ""
        if what in {"a MAC address", "a Bluetooth address"}:
            spelled = f"a0:1e:0b:00:00:{index:02x}"
            return str(
                self.draw(st.sampled_from([spelled, spelled.upper().replace(":", "-"), spelled.replace(":", "")]))
            )
        if what == "an EUI-64":
            return f"0x00124b00{index:08X}"
        return f"unique-{index}"

    def device(self, site: str, types: list[str]) -> Document:
        """A device, without what it refers to."""
        spec = specs()["device"]
        made = {**self.plain(spec), **self.unique_fields(site, spec.declarable)}
        made["type"] = self.draw(st.sampled_from([*types, "free text", "null"]))
        self.maybe(lambda: self.unique_fields(site, spec.by_name["refs"].fields), made, "refs", often=1)
        if self.draw(st.booleans()):
            days = sorted(map(str, self.draw(st.lists(st.dates(), min_size=4, max_size=4))))
            made |= dict(
                zip(("purchase_date", "installation_date", "failure_date", "warranty_expiry"), days, strict=True)
            )
        return made

    def port(self, site: str, into: Document, networks: list[str], addressed: dict[str, Document]) -> None:
        """A network, and addresses in it; or an address alone, whose network is found by itself."""
        self.refer(into, "network", networks)
        slug = into.get("network")
        if slug is None and addressed and self.draw(st.booleans()):
            slug = next(iter(addressed))
        network = addressed.get(slug or "")
        if network is None:
            return
        base, base6 = network["cidr"].removesuffix("0/24"), str(network.get("cidr6")).removesuffix("/64")
        self.maybe(lambda: f"{base}{10 + self.index('ip ' + base)}", into, "ip", often=1)
        if network.get("cidr6"):
            self.maybe(lambda: f"{base6.upper()}{16 + self.index('ip ' + base6):X}", into, "ip6", often=1)
        self.maybe(lambda: self.draw(st.sampled_from(["static", "dhcp"])), into, "ip_from")

    def reservation(self, site: str, addressed: dict[str, Document]) -> Document:
        """An address without a device; of the same pool as those of devices, so that one can become the other."""
        made = self.plain(specs()["reservation"])
        made["network"] = self.draw(st.sampled_from(sorted(addressed)))
        base = addressed[made["network"]]["cidr"].removesuffix("0/24")
        return {**made, "ip": f"{base}{10 + self.index('ip ' + base)}"}

    def connections(self, devices: dict[str, list[str]]) -> None:
        """Cables, within a site and between two of an organization."""
        for path, own in devices.items():
            found = self.files[f"{path}/site.yaml"]["connections"] = {}
            organization = path.partition("/")[0]
            ends = [
                device if other == path else f"{other.partition('/')[2]}/{device}"
                for other, each in devices.items()
                if other.startswith(f"{organization}/")
                for device in each
            ]
            for slug in self.some(["k0", "k1--x"]) if len(ends) > 1 and own else []:
                one_end, other_end = self.draw(st.permutations(ends))[:2]
                found[slug] = {
                    **self.plain(specs()["connection"]),
                    "from": one_end,
                    "to": other_end,
                    "to_port": f"port {self.index('port')}",
                }


@st.composite
def inventories(draw: Callable[[Strategy], Any]) -> dict[str, str]:
    """The files of an inventory: path below `inventory/` → text."""
    world = World(draw)
    categories, types = world.catalog()
    devices: dict[str, list[str]] = {}
    for at, organization in enumerate(world.some(["o0", "o1"])):
        above = world.some(["vpn"])
        world.files[f"{organization}/organization.yaml"] = {
            "organization": world.plain(specs()["organization"]),
            "networks": {slug: world.plain(specs()["network"]) for slug in above},
        }
        for number, site in enumerate(world.some(["s0", "s1"])):
            path = f"{organization}/{site}"
            devices[path] = world.site(path, 10 * at + number, above, categories, types)
    world.connections(devices)
    return {path: json.dumps(document, ensure_ascii=False, indent=1) for path, document in world.files.items()}
