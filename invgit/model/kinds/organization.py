"""Who owns the sites."""

from typing import ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.scalars import Flag, Json, Name, Prose


class Organization(Values):
    """A household or a business: the owner of sites."""

    kind: ClassVar[str] = "organization"
    key: ClassVar[str] = "organization"
    table: ClassVar[str | None] = "organizations"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.ORGANIZATION,)

    name: Name
    """What people call it."""

    type: Literal["home", "business", "lab", "other"] | None = None
    """What it is."""

    description: Prose | None = None
    """Anything worth knowing."""

    metadata: Json = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""
