"""`invgit.yaml` to settings: strict, and every secret by reference only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invgit import __version__
from invgit.config.shape import FILE, SECTIONS, schema, section, shape
from invgit.errors import ConfigError
from invgit.model.settings import Secrets
from invgit.model.values import checked
from invgit.state.settings import DatabaseSetting
from invgit.text.decode import decode
from invgit.text.places import nearest, places
from invgit.text.span import Source, Span
from invgit.text.tree import parse

if TYPE_CHECKING:
    from invgit.notify.settings import Notify
    from invgit.propose.settings import Forge
    from invgit.sources.settings import Sources

__all__ = ["FILE", "INVENTORY", "Settings", "find_root", "load", "schema"]

INVENTORY = "inventory"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one project says: where it is, and which database it is applied to."""

    root: Path
    database: DatabaseSetting | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    """How much a plan may delete; see `plan.budgets`."""
    sources: "Sources | None" = None
    """What is asked what exists."""
    notify: "Notify | None" = None
    """Who is told of what."""
    forge: "Forge | None" = None
    """Where pull requests are made."""
    secrets: Secrets = field(default_factory=lambda: Secrets({}, Path()))
    """What gives the texts of secrets, when they are needed."""
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
    secrets = Secrets(environment, root)
    return Settings(
        root,
        _database(content.get("database"), secrets),
        content.get("limits") or {},
        secrets=secrets,
        in_ci=in_ci,
        embedded_wanted=embedded,
        **{name: content.get(name) for name in SECTIONS},
    )


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


def _checked(said: dict[str, Any], text: str) -> tuple[dict[str, Any], list[tuple[Span, str]]]:
    """The content with its types, or all that is wrong with it."""
    sections = {name: value for name, value in said.items() if name in SECTIONS}
    found, wrong = _checked_basics({name: value for name, value in said.items() if name not in SECTIONS}, text)
    stands = places(text) if sections else {}
    for name, value in sections.items():
        if value is None:
            continue
        found[name], faults = checked(section(name), f"`{name}`", value)
        for fault in faults:
            at = nearest(stands, (name, *fault.path), key=fault.on_key)
            wrong.append((at, f"{fault.message}; {fault.help}" if fault.help else fault.message))
    return found, sorted(wrong)


def _checked_basics(said: dict[str, Any], text: str) -> tuple[dict[str, Any], list[tuple[Span, str]]]:
    """What no stage has a class for, with its types; or all that is wrong with it."""
    from pydantic_core import SchemaValidator, ValidationError

    try:
        return SchemaValidator(shape()).validate_python(said), []
    except ValidationError as error:
        stands = places(text)
        found: dict[Span, str] = {}
        for details in error.errors(include_url=False):
            path = tuple(step for step in details["loc"] if not str(step).startswith("#") and step != "[key]")
            on_key = details["type"] == "extra_forbidden" or "[key]" in details["loc"]
            message = "unknown key" if details["type"] == "extra_forbidden" else details["msg"]
            if path[:1] == ("database",):
                message = "expected `embedded`, `{env: NAME}` or `{file: PATH}`; no connection string itself"
            found.setdefault(nearest(stands, path, key=on_key), message)
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


def _database(value: Any, secrets: Secrets) -> DatabaseSetting | None:
    if value is None:
        return None
    if value == "embedded":
        return DatabaseSetting("embedded", str(secrets.root.resolve()))
    if "env" in value:
        return DatabaseSetting("env", value["env"])
    return DatabaseSetting("file", os.fspath(secrets.path(value["file"])))
