"""Who owns the sites."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Example, Show
from invgit.model.scalars import Flag, Json, Name, Prose


class Organization(Values):
    """A household or a business: the owner of sites."""

    kind: ClassVar[str] = "organization"
    example: ClassVar[str] = "smith-family"
    key: ClassVar[str] = "organization"
    table: ClassVar[str | None] = "organizations"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.ORGANIZATION,)

    name: Annotated[Name, Example("Smith family"), Show()]
    """What people call it."""

    type: Annotated[Literal["home", "business", "lab", "other"] | None, Show()] = None
    """What it is."""

    description: Annotated[Prose | None, Example("The house and the cabin.")] = None
    """Anything worth knowing."""

    metadata: Annotated[Json, Example({"insurance": "Evergreen Mutual"})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""
