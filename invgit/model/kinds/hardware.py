"""What all devices of one make share: written once, in the catalog."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Column, Example, Ref, Short, Show
from invgit.model.scalars import BY_KEY, Flag, HostFile, Json, Link, Name, Prose, Text50, Text100


class Attribute(Fields):
    """A value of your own about the device, with its type."""

    value: Annotated[Prose, Column("attribute_value"), Example("white")]
    """The value, as text."""

    type: Annotated[Literal["string", "number", "boolean", "json", "date"], Column("value_type")] = "string"
    """How readers understand the value."""

    group: Annotated[Text100 | None, Column("attribute_group"), Example("appearance")] = None
    """What it belongs to, for lists."""


class Hardware(Values):
    """What all devices of one make share; a device says only what differs."""

    category: Annotated[str | None, Ref("category"), Column("category_id"), Show()] = None
    """What it is for."""

    manufacturer: Annotated[Text100 | None, Example("Zooz"), Show("device-type")] = None
    """Who makes it."""

    model: Annotated[Text100 | None, Example("800 Series Dimmer"), Show("device-type")] = None
    """What the maker calls it."""

    model_number: Annotated[Text100 | None, Example("ZEN77")] = None
    """The maker's number of the model."""

    hardware_version: Annotated[Text50 | None, Example("2.0")] = None
    """Revision of the hardware."""

    firmware_version: Annotated[Text50 | None, Example("4.20.1")] = None
    """Firmware it is meant to run."""

    is_controller: Flag = False
    """Whether it controls other devices."""

    is_battery_powered: Flag = False
    """Whether it runs on a battery."""

    capabilities: Annotated[tuple[Text100, ...], Column(sql="jsonb"), Example(["dimming", "scenes"])] = ()
    """What it can do, as dimming or motion."""

    configuration: Annotated[Json, Example({"ramp_seconds": 3, "led": "off"})] = EMPTY
    """Its settings, under keys of your own."""

    attributes: Annotated[
        dict[Text100, Annotated[Attribute, Short("value")]],
        Column("device_attributes.attribute_key"),
        BY_KEY,
        Example({"finish": "white"}),
    ] = EMPTY
    """Values of your own: `{key: text}`, or `{key: {value: …, type: …, group: …}}`."""

    links: Annotated[
        dict[Text100, Link], Column(sql="jsonb"), BY_KEY, Example({"manual": "https://example.com/manual.pdf"})
    ] = EMPTY
    """Web pages: `{manual: https://…}`."""

    files: tuple[HostFile, ...] = ()
    """Files of this repository: photographs, receipts, manuals."""

    metadata: Annotated[Json, Example({"os": "Debian 12", "port": 8080})] = EMPTY
    """Anything else, under keys of your own."""


class DeviceType(Hardware):
    """A make of device: what all of them share, written once in the catalog."""

    kind: ClassVar[str] = "device-type"
    example: ClassVar[str] = "wall-dimmer"
    key: ClassVar[str] = "device_types"
    table: ClassVar[str | None] = None
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.CATALOG,)

    name: Annotated[Name, Example("Z-Wave wall dimmer"), Show()]
    """What people call it."""

    description: Annotated[Prose | None, Example("Needs a neutral wire.")] = None
    """Anything worth knowing."""
