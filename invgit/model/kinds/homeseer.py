"""What the devices of HomeSeer controllers are here: reviewed data, in the catalog."""

from typing import Annotated, ClassVar

from invgit.model.entity import Scope, Values
from invgit.model.fields import Fields
from invgit.model.marks import Example, Offers, Ref, Show
from invgit.model.scalars import Flag, Prose, SitePath, Slug, Text100, Text255, integer

_MOST = 2**31 - 1


class When(Fields):
    """Which devices a rule is for. The order of the fields is that in which they count: see `model.mapping`."""

    refs: Annotated[tuple[Annotated[int, integer(1, _MOST)], ...], Example([118, 126]), Show()] = ()
    """One of these reference numbers. Each controller has its own: say `site`, too, where there are several."""

    type_strings: Annotated[tuple[Text255, ...], Example(["Z-Wave Door Lock", "Z-Wave Door Lock Logging"]), Show()] = ()
    """One of these type texts of HomeSeer; neither letter case nor blanks matter, nor `Root Device` at their end."""

    api: Annotated[Annotated[int, integer(0, _MOST)] | None, Example(512), Show()] = None
    """HomeSeer's number `Device_API`, as 16 for thermostats."""

    type: Annotated[Annotated[int, integer(0, _MOST)] | None, Example(4), Show()] = None
    """HomeSeer's number `Device_Type`; what it means depends on `api`."""

    subtype: Annotated[Annotated[int, integer(0, _MOST)] | None, Example(0)] = None
    """HomeSeer's number `Device_SubType`; what it means depends on `api` and `type`."""

    plugin: Annotated[Text255 | None, Example("Z-Wave"), Show()] = None
    """The plug-in that the device belongs to (its interface name)."""

    room: Annotated[Text255 | None, Example("Garage"), Show()] = None
    """The room, as HomeSeer calls it."""

    floor: Annotated[Text255 | None, Example("Outside")] = None
    """The floor, as HomeSeer calls it."""

    site: SitePath | None = None
    """The site of the controller, with its organization."""


class HomeseerRule(Values):
    """A rule of what devices of HomeSeer are here: which it is for, and what follows for them."""

    kind: ClassVar[str] = "homeseer-rule"
    example: ClassVar[str] = "door-locks"
    key: ClassVar[str] = "homeseer"
    table: ClassVar[str | None] = None
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.CATALOG,)

    when: Annotated[When, Show()]
    """Which devices it is for: all that is said has to hold."""

    type: Annotated[Text100 | None, Offers("device-type"), Example("smart-lock"), Show()] = None
    """Their device type of the catalog, or a word of your own."""

    category: Annotated[str | None, Ref("category"), Show()] = None
    """What they are for."""

    zone: Annotated[Slug | None, Example("garage"), Show()] = None
    """Where they stand: the slug of a zone, in the site of their controller."""

    ignore: Annotated[Flag | None, Show()] = None
    """Whether they are none of the inventory: timers, virtual devices. `false` takes back what a wider rule says."""

    offline: Annotated[tuple[Text255, ...], Example(["Not responding"])] = ()
    """Status texts, of the device or a feature, that mean that it is offline."""

    description: Annotated[Prose | None, Example("Locks of every maker, with their logs.")] = None
    """Why it is so, for who reads the rules."""
