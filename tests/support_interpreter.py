"""A plan, carried out on plain values in memory: knows its JSON form and the specs, not how plans are made."""

import json
from collections.abc import Mapping
from typing import Any

from invgit.model.inventory import Inventory
from invgit.model.spec import KindSpec, specs
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


def carried_out(plan: Mapping[str, Any], before: State) -> State:
    """The state after a plan. What a plan says of before must be so."""
    after = dict(before)
    for change in plan["changes"]:
        address, fields = change["address"], change["fields"]
        old = before.get(address, {})
        new = {name: field["after"] for name, field in fields.items()}
        match change["action"]:
            case "create":
                assert address not in before
                after[address] = said(defaults(spec_of(address)) | new)
            case "update":
                assert fields
                assert said({name: field["before"] for name, field in fields.items()}) == said(
                    {name: old.get(name) for name in fields}
                )
                after[address] = said(old | new)
            case "delete":
                assert said(
                    defaults(spec_of(address)) | {name: each["before"] for name, each in fields.items()}
                ) == own(address, old)
                del after[address]
    return after


def defaults(spec: KindSpec) -> dict[str, Any]:
    """What an entity says without saying so."""
    return {field.name: field.default for field in spec.stored if not field.derived and field.default not in (None, ())}


def own(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What an entity says itself, without what is computed."""
    return {name: value for name, value in values.items() if not spec_of(address).by_name[name].derived}


def alike(one: State, other: State) -> bool:
    """Whether two states are equal as JSON: 1 is not true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
