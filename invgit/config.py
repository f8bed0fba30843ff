"""`invgit.yaml` to settings: strict, and every secret by reference only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invgit import __version__
from invgit.errors import ConfigError
from invgit.state.settings import DatabaseSetting
from invgit.text.decode import decode
from invgit.text.places import places
from invgit.text.span import Source, Span
from invgit.text.tree import parse

if TYPE_CHECKING:
    from pydantic_core import core_schema

FILE = "invgit.yaml"
INVENTORY = "inventory"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one project says: where it is, and which database it is applied to."""

    root: Path
    database: DatabaseSetting | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    """How much a plan may delete; see `plan.budgets`."""
    in_ci: bool = False
    embedded_wanted: bool = False

    @property
    def embedded_allowed(self) -> bool:
        """A database that ends with a CI run is used there only when somebody says so."""
        return self.embedded_wanted or not self.in_ci

    @property
    def inventory(self) -> Path:
        """The folder of the YAML files."""
        return self.root / INVENTORY


def find_root(start: Path) -> Path:
    """The project that `start` lies in: the nearest folder upwards with `invgit.yaml` or `inventory/`, else `start`."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    return next((folder for folder in (start, *start.parents) if (folder / INVENTORY).is_dir()), start)


def load(root: Path, environment: Mapping[str, str], *, embedded: bool = False) -> Settings:
    """The settings of the project at `root`. `embedded` is the word of the command line that a CI run needs for it.

    Raises ConfigError for a file that cannot be read or says something unknown; all of it at once.
    """
    content = _read(root / FILE)
    in_ci = environment.get("CI", "").lower() not in {"", "0", "false"}
    limits = content.get("limits") or {}
    return Settings(root, _database(content.get("database"), root), limits, in_ci, embedded)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"cannot read {FILE}: {error.strerror}") from None
    text, problem = decode(data)
    source = Source(FILE, text)
    if problem:
        raise ConfigError(f"{FILE}: {problem.message}", help=problem.help)
    document = parse(text)
    faults = [(found.span, found.message) for found in document.problems]
    said = document.value if document.value is not None else {}
    if not isinstance(said, dict):
        raise ConfigError(f"{FILE}: expected keys such as `database:`")
    content, wrong = _checked(said, text)
    faults = faults or wrong
    if faults:
        lines = "\n".join(f"{source.place(span)}: {message}" for span, message in faults)
        raise ConfigError(
            f"{FILE} cannot be used\n{lines}", help="schemas/config.schema.json says what may stand there"
        )
    _check_version(content.get("requires"))
    return content


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
    "file": "Path of a file, outside the repository, that holds a libpq connection string; relative to the project.",
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


def _shape() -> "core_schema.CoreSchema":
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

    from invgit.model.schema import DIALECT

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
    return {**about, **described(GenerateJsonSchema().generate(_shape()))}


def _checked(said: dict[str, Any], text: str) -> tuple[dict[str, Any], list[tuple[Span, str]]]:
    """The content with its types, or all that is wrong with it."""
    from pydantic_core import SchemaValidator, ValidationError

    try:
        return SchemaValidator(_shape()).validate_python(said), []
    except ValidationError as error:
        stands = places(text)
        found: dict[Span, str] = {}
        for details in error.errors(include_url=False):
            path = tuple(step for step in details["loc"] if not str(step).startswith("#") and step != "[key]")
            while path and path not in stands:
                path = path[:-1]
            on_key = details["type"] == "extra_forbidden" or "[key]" in details["loc"]
            message = "unknown key" if details["type"] == "extra_forbidden" else details["msg"]
            if path[:1] == ("database",):
                message = "expected `embedded`, `{env: NAME}` or `{file: PATH}`; no connection string itself"
            place = stands.get(path)
            found.setdefault((place.key if on_key else place.value) if place else Span(0, 0), message)
        return {}, sorted(found.items())


def _check_version(requires: str | None) -> None:
    if requires is None:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        fits = SpecifierSet(requires).contains(__version__, prereleases=True)
    except InvalidSpecifier:
        raise ConfigError(
            f"{FILE}: `requires: {requires}` is no version range", help="write it like >=0.1,<1"
        ) from None
    if not fits:
        raise ConfigError(
            f"this repository requires invgit {requires}; this is {__version__}", help="pip install -U invgit"
        )


def _database(value: Any, root: Path) -> DatabaseSetting | None:
    if value is None:
        return None
    if value == "embedded":
        return DatabaseSetting("embedded", str(root.resolve()))
    if "env" in value:
        return DatabaseSetting("env", value["env"])
    return DatabaseSetting("file", os.fspath(root / Path(value["file"]).expanduser()))
