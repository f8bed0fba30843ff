"""The form of `invgit.yaml`: what may stand there, for the check and for editors.

What a stage wants to know it declares itself, as a class of fields in its `settings.py`; they are one line each in
`SECTIONS`, and only those that a file has are loaded.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from invgit.model.fields import Fields

if TYPE_CHECKING:
    from pydantic_core import core_schema

FILE = "invgit.yaml"
SECTIONS: Mapping[str, tuple[str, str]] = {
    "sources": ("invgit.sources.settings", "Sources"),
    "notify": ("invgit.notify.settings", "Notify"),
    "forge": ("invgit.propose.settings", "Forge"),
}
"""Keys of the file whose class stands elsewhere: its module and its name."""


def section(name: str) -> type[Fields]:
    """The class of fields that says what may stand under a key."""
    module, cls = SECTIONS[name]
    found: type[Fields] = getattr(import_module(module), cls)
    return found


_HELP = {
    "": "Settings of one inventory repository.",
    "format": "Version of this file's form.",
    "requires": "Versions of invgit that may work here, as >=0.1,<1.",
    "database": "The PostgreSQL that is planned and applied to.",
    "env": "Name of the environment variable that holds a libpq connection string.",
    "limits": "How many entities of one kind a plan may delete in one site: what is more than both, the number and the"
    " share, is refused until somebody allows it.",
    "deletes": "For every kind that has no limit of its own.",
    "count": "So many may always be deleted.",
    "percent": "So much of what is there may always be deleted, in percent.",
    "kinds": "For single kinds: `{device: {count: 10}}`.",
    "sites": "For single sites, as organization/site: `{deletes: …, kinds: …}`.",
    "file": "Path of a file, outside the repository, that holds a libpq connection string; relative to the project, `~`"
    " or `$NAME/`.",
}

_EXAMPLES: Mapping[str, Any] = {
    "format": 1,
    "requires": ">=0.1,<1",
    "database": "embedded",
    "env": "INVGIT_DSN",
    "file": "~/.config/invgit/dsn",
    "limits": {"deletes": {"count": 3, "percent": 10}},
    "deletes": {"count": 3, "percent": 10},
    "count": 3,
    "percent": 10,
    "kinds": {"device": {"count": 10}},
    "sites": {"smith-family/cabin": {"kinds": {"device": {"count": 10}}}},
}


def shape() -> "core_schema.CoreSchema":
    """What pydantic-core checks of `invgit.yaml`, and pydantic makes a JSON Schema of."""
    from pydantic_core import core_schema

    from invgit.model.kinds import KINDS

    def group(required: bool, **fields: core_schema.CoreSchema) -> core_schema.CoreSchema:
        known = {name: core_schema.typed_dict_field(one, required=required) for name, one in fields.items()}
        return core_schema.typed_dict_schema(known, extra_behavior="forbid")

    name = core_schema.str_schema(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    ways = [
        (core_schema.literal_schema(["embedded"]), "#embedded"),
        (group(True, env=name), "#env"),
        (group(True, file=core_schema.str_schema(min_length=1)), "#file"),
    ]
    share = core_schema.float_schema(ge=0, le=100)
    limit = group(False, count=core_schema.int_schema(ge=0, le=10**9), percent=share)
    kinds = core_schema.dict_schema(core_schema.literal_schema([kind.kind for kind in KINDS if kind.table]), limit)
    path = core_schema.str_schema(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?$")
    sites = core_schema.dict_schema(path, group(False, deletes=limit, kinds=kinds))
    return group(
        False,
        limits=core_schema.nullable_schema(group(False, deletes=limit, kinds=kinds, sites=sites)),
        format=core_schema.literal_schema([1, "1"]),
        requires=core_schema.nullable_schema(core_schema.str_schema(min_length=1)),
        database=core_schema.nullable_schema(core_schema.union_schema([*ways])),
    )


def schema() -> dict[str, Any]:
    """JSON Schema of `invgit.yaml`."""
    from pydantic.json_schema import GenerateJsonSchema

    from invgit.model.schema import DIALECT, record

    def described(node: Any) -> Any:
        if isinstance(node, list):
            return [described(item) for item in node]
        if not isinstance(node, dict):
            return node
        made = {key: described(value) for key, value in node.items()}
        for name, one in made.get("properties", {}).items():
            one["description"] = _HELP[name]
            one["examples"] = [_EXAMPLES[name]]
        return made

    about = {"$schema": DIALECT, "title": FILE, "description": _HELP[""]}
    made = {**about, **described(GenerateJsonSchema().generate(shape()))}
    made["properties"] |= {name: record(section(name)) for name in SECTIONS}
    return made
