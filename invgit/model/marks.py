"""What a field can say of itself, as `Annotated` marks. `spec` reads them; nothing else does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A value of one word or line: how it is called, checked, stored and written.

    `sql` is the PostgreSQL type; `schema` the JSON Schema of the value as people write it in an editor, where YAML 1.2
    types it: a serial `12345` arrives there as a number, here as text. `check` takes the text and returns its normal
    form, or raises `scalars.wrong`; `limit` and `pattern` are checked before it. `example` is one that is right.
    """

    what: str
    sql: str
    schema: Mapping[str, object]
    check: Callable[[str], Any] | None = None
    limit: int | None = None
    pattern: str | None = None
    example: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Freeform:
    """A value of any shape, stored as `jsonb`; `check` takes what the reader made and returns its normal form."""

    what: str
    check: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Short:
    """A group of fields may be written as the text of one of them: a waiver as its `reason`."""

    field: str


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """`form` makes the normal form of a value of which every part is right."""

    form: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Named:
    """The key in YAML, where Python does not allow it as an attribute: `from`."""

    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """The field names another entity: its slug here, its full path once it is resolved."""

    kind: str


@dataclass(frozen=True, slots=True)
class Unique:
    """No two entities share this value within the scope; `code` is the rule that says so."""

    within: Literal["inventory", "organization", "site"]
    code: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A value by which an observation, or a rename, finds its entity; a weak one needs corroboration."""

    strong: bool = True


@dataclass(frozen=True, slots=True)
class Offers:
    """Slugs of a kind are what is usually written here, beside words of one's own."""

    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A right value, as it is written in YAML: for editors and for who reads the help."""

    value: Any


@dataclass(frozen=True, slots=True)
class Show:
    """A column of a list, where nobody names any; of one `kind` alone, where several have the field."""

    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """Speaks of this one unit: another one in its place has its own, or none."""


@dataclass(frozen=True, slots=True)
class Column:
    """The database column, where its name or type is not the field's own; `table.column` in another table."""

    name: str | None = None
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """Not written in YAML, computed from the whole inventory (see `derive`); planned and stored like other fields."""


@dataclass(frozen=True, slots=True)
class Directive:
    """Speaks to invgit about the entity, and is no part of it: never inherited, stored or compared."""
