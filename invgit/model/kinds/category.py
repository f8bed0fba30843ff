"""What devices are for."""

from typing import Annotated, ClassVar

from invgit.model.entity import Scope, Values
from invgit.model.marks import Example, Show, Unique
from invgit.model.scalars import Name, Prose, Text50, integer


class Category(Values):
    """What devices are for: security, climate, network."""

    kind: ClassVar[str] = "category"
    example: ClassVar[str] = "network"
    key: ClassVar[str] = "categories"
    table: ClassVar[str | None] = "device_categories"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.CATALOG,)

    name: Annotated[Name, Unique("inventory", "duplicate-category"), Example("Water"), Show()]
    """What people call it."""

    description: Annotated[Prose | None, Example("Pumps, tanks, valves, irrigation.")] = None
    """Anything worth knowing."""

    icon: Annotated[Text50 | None, Example("droplet")] = None
    """Name of an icon."""

    sort_order: Annotated[Annotated[int, integer(-100_000, 100_000)] | None, Example(75), Show()] = None
    """Place in lists; lower comes first."""
