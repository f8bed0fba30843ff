"""What every described thing has: an address, effective values of its kind's class, and the place that says so."""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, TypeVar

from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Column, Derived, Directive, Example, Short
from invgit.model.scalars import Prose, Text100, Text255
from invgit.model.times import Date
from invgit.text.places import Places, block, places
from invgit.text.span import Place, Source, Span


class Scope(Enum):
    """Where in the tree a kind may stand; the value is how many folders lie above it."""

    CATALOG = 0
    ORGANIZATION = 1
    SITE = 2


class Address(NamedTuple):
    """How an entity is named everywhere: `device:anand-family/home/front-door`."""

    kind: str
    path: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.path}"

    @property
    def slug(self) -> str:
        """The last part of the path, the entity's own name."""
        return self.path.rpartition("/")[2]

    @property
    def site(self) -> str | None:
        """Path of the site the entity belongs to or is; None above sites."""
        parts = self.path.split("/")
        return "/".join(parts[:2]) if len(parts) == 3 or self.kind == "site" else None

    @property
    def organization(self) -> str | None:
        """Path of the organization; None for the catalog."""
        organization, slash, _ = self.path.partition("/")
        return organization if slash or self.kind == "organization" else None

    @property
    def containers(self) -> "tuple[Address, ...]":
        """What the entity stands in, the outer one first: its organization, and its site."""
        found = (("organization", self.organization), ("site", self.site))
        return tuple(Address(kind, path) for kind, path in found if path and (kind, path) != self)

    @classmethod
    def parse(cls, text: str) -> "Address":
        """The address that `str` wrote."""
        kind, _, path = text.partition(":")
        return cls(kind, path)


class Waiver(Fields):
    """Why a rule does not count here, and until when."""

    reason: Annotated[Prose, Example("Replaced next month.")]
    """Why the rule does not count for this entity."""

    until: Date | None = None
    """Last day the waiver holds; without it, always."""


class Values(Fields):
    """The fields every kind has. A kind adds its own, its names, where it stands and its table."""

    kind: ClassVar[str]
    example: ClassVar[str]
    """A slug that one could have."""
    key: ClassVar[str]
    """The top-level YAML key its entities stand under."""
    table: ClassVar[str | None]
    """Its table; None for what only others carry into the database."""
    scopes: ClassVar[tuple[Scope, ...]]

    crosses: ClassVar[bool] = False
    """Whether what belongs to one site may refer to one of another; see the rules of `check.foreign`."""

    waive: Annotated[
        dict[Text100, Annotated[Waiver, Short("reason")]],
        Directive(),
        Example({"warranty-ends": "replaced next month"}),
    ] = EMPTY
    """Rules that do not count for this entity, each with its reason: `{rule-code: reason}`."""

    slug: Annotated[str | None, Column(sql="varchar(100)"), Derived()] = None
    """Its own name, the last part of its address."""

    renamed_from: Annotated[Text255 | None, Directive(), Example("old-name")] = None
    """The slug this entity had before (or `site/slug`, when it moved): its id and history stay."""


K_co = TypeVar("K_co", bound=Values, covariant=True)


class Origin(NamedTuple):
    """Where an entity is written: the source, its path of keys there, line and column of its key; what it inherits."""

    source: Source
    keys: tuple[str, ...]
    at: tuple[int, int]
    inherits: "Origin | None" = None

    @property
    def span(self) -> Span:
        """The entity's own key."""
        start = self.source.offset(*self.at)
        return Span(start, start + len(self.keys[-1]))

    def find(self, *path: str | int, key: bool = False) -> tuple[Source, Span]:
        """The place that decided a value: the entity's own line, else the file's `defaults:`, else what it inherits.

        `key` asks for the place of the key instead of the value. What stands nowhere (a default of the field itself) is
        decided by the nearest thing above it that does stand somewhere.
        """
        if not path:
            return self.source, self.span
        found = self.stands(path, key=key)
        return found or self.find(*path[:-1], key=key)

    def stands(self, path: tuple[str | int, ...], *, key: bool) -> tuple[Source, Span] | None:
        """The place where exactly this path is written, if it is."""
        found = self.decided(path)
        return (found.by.source, found.places.key if key else found.places.value) if found else None

    def decided(self, path: tuple[str | int, ...]) -> "Decided | None":
        """The same, and who says it there: the entity or what it inherits, itself or by the defaults of its file."""
        text = self.source.text
        own = block(self.source, self.at)
        found = own.get((self.keys[-1], *path)) if own else places(text).get((*self.keys, *path))
        return Decided(self, found, default=False) if found else self.inherited(path)

    def inherited(self, path: tuple[str | int, ...]) -> "Decided | None":
        """Who would decide if the entity said nothing itself."""
        text = self.source.text
        if "defaults" in text and (found := places(text).get(("defaults", self.keys[0], *path))):
            return Decided(self, found, default=True)
        return self.inherits.decided(path) if self.inherits else None

    def inherited_keys(self, name: str) -> set[str]:
        """The keys that stand below a field in what would be inherited."""
        found = _keys(self.source, ("defaults", self.keys[0], name))
        above = self.inherits
        return found | _keys(above.source, (*above.keys, name)) | above.inherited_keys(name) if above else found

    def place(self, *path: str | int, key: bool = False) -> Place:
        """`find`, as file, line and column."""
        if not path:
            line, column = self.at
            return Place(self.source.file, line, column, line, column + len(self.keys[-1]))
        source, span = self.find(*path, key=key)
        return source.place(span)


def _keys(source: Source, above: tuple[str, ...]) -> set[str]:
    depth = len(above)
    return {str(path[depth]) for path in places(source.text) if len(path) > depth and path[:depth] == above}


class Decided(NamedTuple):
    """Who wrote a value, where, and whether among the defaults of the file."""

    by: Origin
    places: Places
    default: bool


@dataclass(frozen=True, slots=True)
class Entity(Generic[K_co]):
    """One described thing. `origin` is where the YAML says so; an entity read from the database has none."""

    address: Address
    values: K_co
    origin: Origin | None = None

    @property
    def before(self) -> Address | None:
        """The address it had before it was renamed: `slug` in the same folder, `site/slug` in the organization."""
        said: str | None = self.values.renamed_from
        if not said:
            return None
        folder = self.address.organization if "/" in said else self.address.path.rpartition("/")[0]
        return Address(self.address.kind, f"{folder}/{said}" if folder else said)

    @property
    def is_new(self) -> bool:
        """Whether it says that it was nothing before: `renamed_from: null`."""
        return "renamed_from" in vars(self.values) and not self.values.renamed_from

    @property
    def label(self) -> str:
        """What people call it."""
        return getattr(self.values, "name", None) or self.address.slug


AnyEntity = Entity[Any]
