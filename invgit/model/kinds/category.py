"""What devices are for."""

from typing import Annotated, ClassVar

from invgit.model.entity import Scope, Values
from invgit.model.marks import Unique
from invgit.model.scalars import Name, Prose, Text50, integer


class Category(Values):
    """What devices are for: security, climate, network."""

    kind: ClassVar[str] = "category"
    key: ClassVar[str] = "categories"
    table: ClassVar[str | None] = "device_categories"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.CATALOG,)

    name: Annotated[Name, Unique("inventory", "duplicate-category")]
    """What people call it."""

    description: Prose | None = None
    """Anything worth knowing."""

    icon: Text50 | None = None
    """Name of an icon."""

    sort_order: Annotated[int, integer(-100_000, 100_000)] | None = None
    """Place in lists; lower comes first."""
