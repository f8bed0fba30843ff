"""What all devices of one make share: written once, in the catalog."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Column, Ref, Short
from invgit.model.scalars import BY_KEY, Flag, HostFile, Json, Link, Name, Prose, Text50, Text100


class Attribute(Fields):
    """A value of your own about the device, with its type."""

    value: Annotated[Prose, Column("attribute_value")]
    """The value, as text."""

    type: Annotated[Literal["string", "number", "boolean", "json", "date"], Column("value_type")] = "string"
    """How readers understand the value."""

    group: Annotated[Text100 | None, Column("attribute_group")] = None
    """What it belongs to, for lists."""


class Hardware(Values):
    """What all devices of one make share; a device says only what differs."""

    category: Annotated[str | None, Ref("category"), Column("category_id")] = None
    """What it is for."""

    manufacturer: Text100 | None = None
    """Who makes it."""

    model: Text100 | None = None
    """What the maker calls it."""

    model_number: Text100 | None = None
    """The maker's number of the model."""

    hardware_version: Text50 | None = None
    """Revision of the hardware."""

    firmware_version: Text50 | None = None
    """Firmware it is meant to run."""

    is_controller: Flag = False
    """Whether it controls other devices."""

    is_battery_powered: Flag = False
    """Whether it runs on a battery."""

    capabilities: Annotated[tuple[Text100, ...], Column(sql="jsonb")] = ()
    """What it can do, as dimming or motion."""

    configuration: Json = EMPTY
    """Its settings, under keys of your own."""

    attributes: Annotated[
        dict[Text100, Annotated[Attribute, Short("value")]], Column("device_attributes.attribute_key"), BY_KEY
    ] = EMPTY
    """Values of your own: `{key: text}`, or `{key: {value: …, type: …, group: …}}`."""

    links: Annotated[dict[Text100, Link], Column(sql="jsonb"), BY_KEY] = EMPTY
    """Web pages: `{manual: https://…}`."""

    files: tuple[HostFile, ...] = ()
    """Files of this repository: photographs, receipts, manuals."""

    metadata: Json = EMPTY
    """Anything else, under keys of your own."""


class DeviceType(Hardware):
    """A make of device: what all of them share, written once in the catalog."""

    kind: ClassVar[str] = "device-type"
    key: ClassVar[str] = "device_types"
    table: ClassVar[str | None] = None
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.CATALOG,)

    name: Name
    """What people call it."""

    description: Prose | None = None
    """Anything worth knowing."""
