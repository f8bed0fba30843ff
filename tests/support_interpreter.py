"""A plan, carried out on plain values in memory: knows its JSON form and the specs, not how plans are made."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, KindSpec, specs
from invgit.model.values import plain

State = dict[str, dict[str, Any]]
"""Address → its values; what has no value, or is an empty collection, is not there."""


def state(inventory: Inventory) -> State:
    """What an inventory says."""
    return {str(address): said(plain(entity.values)) for address, entity in inventory.stored.items()}


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what says something."""
    return {name: value for name, value in values.items() if value is not None and value not in ({}, [])}


def spec_of(address: str) -> KindSpec:
    """The spec of an address' kind."""
    return specs()[address.partition(":")[0]]


def carried_out(plan: Mapping[str, Any], before: State, renamed: Mapping[str, str] = {}) -> State:
    """The state after a plan. What a plan says of before must be so; `renamed` is what has become of that since."""
    names = {
        named(change["from"], renamed): change["address"] for change in plan["changes"] if change["action"] == "rename"
    }
    before = after = readdressed(before, names)
    after = dict(after)
    for change in plan["changes"]:
        address, fields = change["address"], change["fields"]

        def become(told: str) -> str:
            return named(named(told, renamed), names)

        if change["action"] == "delete":
            address = become(address)
        old = before.get(address, {})
        new = {name: field["after"] for name, field in fields.items()}
        match change["action"]:
            case "create":
                assert address not in before
                after[address] = said(defaults(spec_of(address)) | new)
            case "update" | "rename":
                assert fields or change["action"] == "rename"
                assert said({name: field["before"] for name, field in fields.items()}) == said(
                    {name: old.get(name) for name in fields}
                )
                after[address] = said(old | new)
            case "delete":
                told = defaults(spec_of(address)) | {name: each["before"] for name, each in fields.items()}
                assert said(_renamed(spec_of(address).stored, told, become)) == own(address, old)
                del after[address]
    return after


def readdressed(before: State, names: Mapping[str, str]) -> State:
    """The state under other names: what is renamed, what stands in it, and every reference to either."""

    def become(told: str) -> str:
        return named(told, names)

    made = {become(address): _renamed(spec_of(address).stored, values, become) for address, values in before.items()}
    return {address: _placed(address, values) for address, values in made.items()}


def named(address: str, names: Mapping[str, str]) -> str:
    """An address after some renames, of itself or of what it stands in."""
    if address in names:
        return names[address]
    kind, _, path = address.partition(":")
    parts = path.split("/")
    for container, depth in (("site", 2), ("organization", 1)):
        renamed = names.get(f"{container}:{'/'.join(parts[:depth])}")
        if renamed and len(parts) > depth:
            return "/".join([f"{kind}:{renamed.partition(':')[2]}", *parts[depth:]])
    return address


def _placed(address: str, values: dict[str, Any]) -> dict[str, Any]:
    """What an address says of its entity: its slug, and what it stands in."""
    folder, _, slug = address.partition(":")[2].rpartition("/")
    own = {"slug": slug, "organization": folder.partition("/")[0], "site": folder}
    return {name: own.get(name, value) for name, value in values.items()}


def _renamed(fields: Iterable[FieldSpec], values: dict[str, Any], new: Callable[[str], str]) -> dict[str, Any]:
    made = dict(values)
    for field in fields:
        value = made.get(field.name)
        if value and field.ref:
            made[field.name] = new(f"{field.ref}:{value}").partition(":")[2]
        elif value and field.base == "record" and field.many == "map":
            made[field.name] = {key: _renamed(field.fields, item, new) for key, item in value.items()}
        elif value and field.base == "record" and field.many == "list":
            made[field.name] = [_renamed(field.fields, item, new) for item in value]
    return made


def defaults(spec: KindSpec) -> dict[str, Any]:
    """What an entity says without saying so."""
    return {field.name: field.default for field in spec.stored if not field.derived and field.default not in (None, ())}


def own(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What an entity says itself, without what is computed."""
    return {name: value for name, value in values.items() if not spec_of(address).by_name[name].derived}


def alike(one: State, other: State) -> bool:
    """Whether two states are equal as JSON: 1 is not true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
