"""Which device is plugged into which."""

from typing import Annotated, ClassVar, Literal

from invgit.model.entity import Scope, Values
from invgit.model.fields import EMPTY
from invgit.model.marks import Column, Example, Named, Ref, Show
from invgit.model.scalars import Flag, Json, Prose, Text50, integer
from invgit.model.times import Moment


class Connection(Values):
    """A cable, a radio link or a route between two devices."""

    kind: ClassVar[str] = "connection"
    example: ClassVar[str] = "nas--core-switch"
    key: ClassVar[str] = "connections"
    table: ClassVar[str | None] = "device_connections"
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.SITE,)

    source: Annotated[str, Ref("device"), Column("source_device_id"), Named("from"), Show()]
    """The device at one end."""

    target: Annotated[str, Ref("device"), Column("target_device_id"), Named("to"), Show()]
    """The device at the other end."""

    type: Annotated[
        Literal[
            "ethernet", "wifi", "usb", "hdmi", "zwave_route", "zigbee_route", "bluetooth", "serial", "power", "other"
        ]
        | None,
        Column("connection_type"),
        Show(),
    ] = None
    """What connects them."""

    from_port: Annotated[Text50 | None, Column("source_port"), Example("LAN1"), Show()] = None
    """Port at the first end, as it is labelled."""

    to_port: Annotated[Text50 | None, Column("target_port"), Example("24"), Show()] = None
    """Port at the other end, as it is labelled."""

    speed: Annotated[Text50 | None, Example("1Gbps"), Show()] = None
    """Speed, as 1Gbps."""

    is_wireless: Flag = False
    """Whether it is a radio link."""

    signal_strength: Annotated[Annotated[int, integer(-200, 50)] | None, Example(-61)] = None
    """Signal strength in dBm."""

    established_at: Moment | None = None
    """Since when it exists."""

    notes: Annotated[Prose | None, Example("Runs through the attic.")] = None
    """Anything worth knowing."""

    metadata: Annotated[Json, Example({"cable": "Cat 6A"})] = EMPTY
    """Anything else, under keys of your own."""

    is_active: Flag = True
    """Whether it is in use."""
