"""The JSON Schema of plans: of what `plan --format json` shows, and of a saved one."""

from collections.abc import Mapping
from typing import Any

from invgit.plan.changes import FORMAT, Action


def schema() -> dict[str, Any]:
    """JSON Schema of `changes.as_json`, and of what else may be known of a plan."""
    count = {"type": "integer", "minimum": 0}
    address = {"type": "string", "pattern": "^[a-z-]+:.+$"}
    drift = {"const": True, "description": "Somebody has changed the database by hand, and it is set back."}
    field_ = {
        "type": "object",
        "properties": {"before": {}, "after": {}, "source": {"$ref": "#/$defs/place"}, "drift": drift},
        "required": ["before", "after"],
        "additionalProperties": False,
    }
    change = {
        "type": "object",
        "properties": {
            "action": {"enum": [action.value for action in Action]},
            "address": address,
            "from": {**address, "description": "Of a rename: the address it had before."},
            "drift": drift,
            "because": {"type": "string", "description": "Why it is the same thing; of what is kept, why that."},
            "name": {"type": "string"},
            "source": {"$ref": "#/$defs/place"},
            "fields": {"type": "object", "additionalProperties": field_},
        },
        "required": ["action", "address", "name", "source", "fields"],
        "additionalProperties": False,
    }
    counts = [*(action.value for action in Action), "unchanged", "protected"]
    changes = {"type": "array", "items": {"$ref": "#/$defs/change"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of invgit",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "digest": {"type": "string"},
            "inventory_digest": {"type": "string"},
            "summary": {
                "type": "object",
                "properties": dict.fromkeys(counts, count),
                "required": counts,
                "additionalProperties": False,
            },
            "changes": changes,
            "protected": changes,
            "refused": _refused_schema(),
            "saved": _saved_schema(),
        },
        "required": ["format", "digest", "inventory_digest", "summary", "changes", "protected"],
        "additionalProperties": False,
        "$defs": {"place": _place_schema(), "change": change},
    }


def _place_schema() -> dict[str, Any]:
    """JSON Schema of a place, and of who wrote what stands there; see `authors.signed`."""
    count = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "description": "Where the deciding value stands; of a delete only the file is known.",
        "properties": {
            "file": {"type": "string"},
            "line": count,
            "column": count,
            "commit": {"type": "string", "description": "The commit that last changed the line, where git knows."},
            "author": {"type": "string", "description": "Of that commit."},
            "at": {"type": "string", "format": "date-time", "description": "When its author wrote it."},
        },
        "required": ["file"],
        "dependentRequired": {"commit": ["author", "at"]},
        "additionalProperties": False,
    }


def _refused_schema() -> dict[str, Any]:
    """JSON Schema of the budgets that a plan exceeds; see `budgets.Excess`."""
    text = {"type": "string"}
    excess = {
        "message": text,
        "setting": {"type": ["string", "null"], "description": "What sets the limit, in invgit.yaml."},
        "allow": {**text, "description": "The word of `--allow` that lets it through."},
    }
    return {
        "type": "array",
        "description": "Of a plan that deletes more than its budget: it is not carried out.",
        "items": _object(excess),
    }


def _saved_schema() -> dict[str, Any]:
    """JSON Schema of what a saved plan has besides; see `saved.document`."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    uuid = {"type": "string", "format": "uuid"}
    values = {"type": ["object", "null"], "description": "All values of the row, or null where there is none."}
    row = {
        "address": {**text, "description": "The address it has in the database, or is to have."},
        "id": {"type": ["string", "null"], "format": "uuid"},
        "source": {"anyOf": [{"$ref": "#/$defs/place"}, {"type": "null"}], "description": "Where it stood in a file."},
        "before": values,
        "after": values,
    }
    parts = {
        "id": uuid,
        "database": uuid,
        "server": text,
        "schema": count,
        "generation": count,
        "tool": text,
        "commit": {"type": ["string", "null"]},
        "dirty": {"type": ["boolean", "null"]},
        "sites": {"type": "array", "items": text},
        "allowed": {"type": "array", "items": text},
        "rows": {"type": "array", "items": _object(row)},
        "references": {
            "type": "object",
            "description": "What is referred to and not changed: the id of its row, and a fingerprint of its values.",
            "additionalProperties": {"type": "array", "items": text, "minItems": 2, "maxItems": 2},
        },
        "checksum": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
    }
    return {**_object(parts), "description": "Of a saved plan: what it is bound to, and what carrying it out needs."}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping of exactly these keys."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
