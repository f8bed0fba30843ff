"""A table that people keep, taken into the YAML."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from invgit.config import Settings
from invgit.errors import UsageError
from invgit.model.entity import Scope
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.pipeline.imported import Found, Imported, Wishes, imported, require_site
from invgit.sources import sheet, targets
from invgit.sources.table import items


@dataclass(frozen=True, slots=True)
class Table:
    """A file, and what its rows and columns are."""

    name: str
    data: bytes
    kind: str
    site: str | None
    said: Mapping[str, str]
    ignored: Collection[str]
    constants: Mapping[str, str]
    encoding: str | None = None
    delimiter: str | None = None


def table(settings: Settings, at: datetime, wishes: Wishes, wanted: Table) -> Imported:
    """What the rows of a table come to. Raises UsageError for columns that nobody knows."""
    spec = specs()[wanted.kind]
    if Scope.SITE in spec.scopes and not wanted.site:
        raise UsageError("which site the rows are of is not said", help="--site ORG/SITE")
    read = sheet.read(wanted.name, wanted.data, wanted.encoding, wanted.delimiter)
    columns = targets.mapped(spec, wanted.name, read.columns, wanted.said, wanted.ignored)
    constants = {}
    for field, value in wanted.constants.items():
        target = targets.at(spec, field)
        if target is None or target.path == targets.SLUG:
            raise UsageError(f"`{field}` is no field of a {spec.name} that all could have")
        constants[target] = value

    def look(inventory: Inventory) -> Found:
        folder = require_site(inventory, wanted.site) if wanted.site and Scope.SITE in spec.scopes else ""
        return items(spec, folder, read, columns, constants)

    return imported(settings, at, wishes, look)
