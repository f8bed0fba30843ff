"""Edits of an inventory as people make them, each on a copy; what an edit leaves dangling is mended as they would."""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st
from support_inventory import read_and_checked, understood
from support_strategies import SEEDS, Document, Tree, as_json, tree, trees
from support_values import likely, value

from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, KindSpec, specs

_KEYS = {spec.key: spec for spec in specs().values()}


class Found(NamedTuple):
    """An entity where it is written."""

    spec: KindSpec
    path: str
    file: str
    fields: Document


def entities(documents: Tree, kind: str | None = None) -> list[Found]:
    """Every entity, or those of a kind."""
    found = []
    for file, document in documents.items():
        folder = "" if file.startswith("catalog/") else "/".join(file.split("/")[: 2 if file.count("/") > 1 else 1])
        for key, content in document.items():
            spec = _KEYS[key]
            items = {None: content} if spec.single else content
            for slug, fields in items.items():
                path = folder if slug is None else f"{folder}/{slug}".lstrip("/")
                if kind in {None, spec.name}:
                    found.append(Found(spec, path, file, fields))
    return found


def _references(found: Found) -> Iterator[tuple[FieldSpec, Document, str]]:
    """Each reference of an entity: its field, the mapping it stands in, and its text."""
    for field in found.spec.declarable:
        if field.ref and found.fields.get(field.name):
            yield field, found.fields, found.fields[field.name]
        for group in (found.fields.get(field.name) or {}).values() if field.name == "interfaces" else ():
            yield from (
                (inner, group, group[inner.name]) for inner in field.fields if inner.ref and group.get(inner.name)
            )


def _meant(found: Found, kind: str, text: str) -> list[str]:
    """The paths a reference could mean, the nearest first."""
    folder = found.path.rpartition("/")[0]
    organization = found.path.partition("/")[0] if folder else ""
    if "/" in text:
        return [f"{organization}/{text}"]
    return [f"{folder}/{text}", *([f"{organization}/{text}"] if kind == "network" else []), text]


def mended(documents: Tree) -> Tree:
    """Without references that lead nowhere; entities that cannot be without one go as well."""
    while True:
        every = entities(documents)
        known = {(found.spec.name, found.path) for found in every}
        broken = [found for found in every if not _mend(found, known)]
        for found in broken:
            take(documents, found)
        if not broken:
            return documents


def _mend(found: Found, known: set[tuple[str, str]]) -> bool:
    before = found.fields.get("renamed_from")
    if before:
        folder = found.path.partition("/")[0] if "/" in before else found.path.rpartition("/")[0]
        if (found.spec.name, f"{folder}/{before}".lstrip("/")) in known:
            del found.fields["renamed_from"]
    for field, group, text in list(_references(found)):
        if not any((field.ref, path) in known for path in _meant(found, field.ref or "", text)):
            if field.required:
                return False
            del group[field.name]
            if field.ref == "network":
                for name in ("ip", "ip6"):
                    group.pop(name, None)
    above = found.path.rpartition("/")[0]
    owner = "site" if "/" in above else "organization"
    return not above or (owner, above) in known


def take(documents: Tree, found: Found) -> None:
    """Take an entity out of its file."""
    if found.spec.single:
        del documents[found.file][found.spec.key]
    else:
        del documents[found.file][found.spec.key][found.path.rpartition("/")[2]]


def put(documents: Tree, file: str, spec: KindSpec, slug: str, fields: Document) -> None:
    """Write an entity into a file."""
    documents.setdefault(file, {}).setdefault(spec.key, {})[slug] = fields


def _any(chance: Random, documents: Tree, *kinds: str) -> Found:
    some = [found for found in entities(documents) if not kinds or found.spec.name in kinds]
    return chance.choice(some)


def add(chance: Random, documents: Tree) -> None:
    """What another inventory has comes in, without what may be somebody else's."""
    donor = entities(tree(chance.randrange(2**32), 60))
    here = {(found.spec.name, found.path) for found in entities(documents)}
    new = [found for found in donor if (found.spec.name, found.path) not in here and not found.spec.single]
    found = chance.choice(new)
    for group in (found.fields, *(found.fields.get("interfaces") or {}).values()):
        for name in ("mac", "ip", "ip6", "hostname", "serial", "refs", "bluetooth_address", "zigbee_ieee_address",
                     "thread_eui64", "zwave_node_id"):  # fmt: skip
            group.pop(name, None)
    unique = {
        "category": ("name", f"New {chance.randrange(10**6)}"),
        "vlan": ("vlan_id", str(chance.randint(100, 4000))),
    }
    if found.spec.name in unique:
        name, fresh = unique[found.spec.name]
        found.fields[name] = fresh
    put(documents, found.file, found.spec, found.path.rpartition("/")[2], found.fields)


def remove(chance: Random, documents: Tree) -> None:
    """An entity goes; a site or an organization takes along what stands in it."""
    take(documents, _any(chance, documents))


def change(chance: Random, documents: Tree) -> None:
    """A field gets another value, none, or is no longer said."""
    found = _any(chance, documents)
    fields = [
        field
        for field in found.spec.declarable
        if not field.unique and not field.directive and field.name not in _BOUND and (not field.ref or field.nullable)
    ]
    field = chance.choice(fields)
    if field.required or (not field.ref and likely(chance, 0.7)):
        found.fields[field.name] = value(chance, field)
    elif likely(chance, 0.5):
        found.fields[field.name] = None
    else:
        found.fields.pop(field.name, None)


_BOUND = {
    "cidr", "cidr6", "gateway", "gateway6", "dhcp", "ip", "ip6", "ip_from", "interfaces", "refs", "zwave_node_id",
    "purchase_date", "installation_date", "failure_date", "warranty_expiry", "to_port", "from", "to", "network",
    "protect",
}  # fmt: skip


def rename(chance: Random, documents: Tree) -> None:
    """An entity gets another slug, and says which one it had; who names it names the new one."""
    found = _any(chance, documents, *(name for name, spec in specs().items() if not spec.single))
    slug, new = found.path.rpartition("/")[2], f"x{chance.randrange(100)}"
    for other in entities(documents):
        for field, group, text in _references(other):
            if field.ref == found.spec.name and found.path in _meant(other, field.ref, text)[:1]:
                group[field.name] = f"{text.removesuffix(slug)}{new}"
    for other in entities(documents) if found.spec.name == "device-type" else ():
        if other.spec.name in {"device", "homeseer-rule"} and other.fields.get("type") == slug:
            other.fields["type"] = new
    take(documents, found)
    put(documents, found.file, found.spec, new, {**found.fields, "renamed_from": slug})


def rename_silently(chance: Random, documents: Tree) -> None:
    """A device gets another slug without a word; who names it names the new one, or nothing."""
    found = _any(chance, documents, "device")
    take(documents, found)
    put(documents, found.file, found.spec, f"y{chance.randrange(100)}", found.fields)


def rename_folder(chance: Random, documents: Tree) -> None:
    """An organization or a site gets another folder, and says which one it had."""
    found = _any(chance, documents, "site", "organization")
    above, _, slug = found.path.rpartition("/")
    new = "/".join(filter(None, [above, f"z{chance.randrange(100)}"]))
    if any(each.path == new for each in entities(documents, found.spec.name)):
        raise ValueError("that one is there")
    found.fields["renamed_from"] = slug
    for file in [file for file in documents if file.startswith(f"{found.path}/")]:
        documents[f"{new}{file[len(found.path) :]}"] = documents.pop(file)


def move_file(chance: Random, documents: Tree) -> None:
    """An entity goes to another file of its folder."""
    found = _any(chance, documents, *(name for name, spec in specs().items() if not spec.single))
    folder = found.file.rpartition("/")[0].removesuffix("/more")
    take(documents, found)
    put(documents, f"{folder}/moved-{chance.randrange(3)}.yml", found.spec, found.path.rpartition("/")[2], found.fields)


def move_site(chance: Random, documents: Tree) -> None:
    """A device goes to another site of its organization."""
    found = _any(chance, documents, "device")
    organization, own, slug = found.path.split("/")
    sites = [site.path for site in entities(documents, "site") if site.path.startswith(f"{organization}/")]
    taken = {device.path for device in entities(documents, "device")}
    target = chance.choice([site for site in sites if f"{site}/{slug}" not in taken])
    take(documents, found)
    for group in (found.fields, *(found.fields.get("interfaces") or {}).values()):
        for name in ("zone", "network", "ip", "ip6", "hostname", "refs", "zwave_node_id"):
            group.pop(name, None)
    put(documents, f"{target}/moved-in.yaml", found.spec, slug, {**found.fields, "renamed_from": f"{own}/{slug}"})


def swap(chance: Random, documents: Tree) -> None:
    """Two entities exchange what each has alone: a MAC address, an IP address, a name, or all they are."""
    names = [("category", "name"), ("vlan", "vlan_id"), ("device", "serial"), ("device", "mac"), ("device", "hostname"),
             ("device", "zwave_node_id"), ("device", "refs"), ("device", ""), ("reservation", "")]  # fmt: skip
    for kind, name in chance.sample(names, len(names)):
        some = [found for found in entities(documents, kind) if not name or found.fields.get(name)]
        folders = [found.path.rpartition("/")[0] for found in some]
        pairs = [folder for folder in folders if folders.count(folder) > 1]
        if pairs:
            folder = chance.choice(pairs)
            one, other = chance.sample([each for each, own in zip(some, folders, strict=True) if own == folder], 2)
            break
    else:
        raise ValueError("nothing is there twice")
    for each in [name] if name else list(one.fields.keys() | other.fields.keys()):
        pair = (one.fields.pop(each, ...), other.fields.pop(each, ...))
        for found, new in zip((other, one), pair, strict=True):
            if new is not ...:
                found.fields[each] = new


def protect(chance: Random, documents: Tree) -> None:
    """A device becomes protected, or no longer is."""
    fields = _any(chance, documents, "device").fields
    fields["protect"] = "no" if fields.get("protect") == "yes" else "yes"


def retire(chance: Random, documents: Tree) -> None:
    """A device retires, is looked after, or comes back."""
    fields: dict[str, Any] = _any(chance, documents, "device").fields
    name, choices = chance.choice([("usage_status", ["retired", "active", "stored"]), ("maintenance", ["yes", "no"])])
    fields[name] = chance.choice(choices)


def retype(chance: Random, documents: Tree) -> None:
    """A device type changes, and with it all devices of it."""
    found = _any(chance, documents, "device-type")
    field = chance.choice([field for field in found.spec.declarable if not field.ref and not field.directive])
    found.fields[field.name] = value(chance, field)


EDITS: tuple[Callable[[Random, Tree], None], ...] = (
    add, remove, change, change, rename, rename_silently, rename_folder, move_file, move_site, swap, swap, retire,
    retype,
)  # fmt: skip
"""All that leave protection alone: what is protected stays in a database for ever, in the way of the next example."""


def edited(seed: int, documents: Tree, edit: Callable[[Random, Tree], None] | None = None) -> Tree:
    """An inventory after an edit; the same one where there is nothing that could be edited so."""
    chance = Random(seed)
    made = copy.deepcopy(documents)
    try:
        (edit or chance.choice(EDITS))(chance, made)
    except (IndexError, ValueError):  # nothing to choose from
        return documents
    made = mended(made)
    return Tree({file: document for file, document in made.items() if document})


class Pair(NamedTuple):
    """Two inventories, one after the other."""

    before: Tree
    after: Tree

    @property
    def inventories(self) -> tuple[Inventory, Inventory]:
        """Both, compiled."""
        return understood(as_json(self.before)), understood(as_json(self.after))


def edits(before: Tree, seeds: list[int], *, protecting: bool = False) -> Pair:
    """An inventory before and after some edits; one that would be an error is not made."""
    documents = before
    for seed in seeds:
        made = edited(seed, documents, protect if protecting and seed % 8 == 0 else None)
        documents = documents if read_and_checked(as_json(made))[1] else made
    return Pair(before, documents)


def pairs(*, protected: bool = False) -> st.SearchStrategy[Pair]:
    """Two inventories that have nothing to do with each other, or one before and after edits."""
    some = trees(protect=protected)
    seeds = st.lists(SEEDS, min_size=1, max_size=6)
    changed = st.builds(edits, some, seeds, protecting=st.just(protected))
    return st.one_of(st.builds(Pair, some, some), changed, changed)
