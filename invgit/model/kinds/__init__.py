"""The kinds there are, in the order in which one refers to the other."""

from invgit.model.entity import Values
from invgit.model.kinds.category import Category
from invgit.model.kinds.connection import Connection
from invgit.model.kinds.device import Device
from invgit.model.kinds.hardware import DeviceType
from invgit.model.kinds.homeseer import HomeseerRule
from invgit.model.kinds.network import Network
from invgit.model.kinds.organization import Organization
from invgit.model.kinds.reservation import Reservation
from invgit.model.kinds.site import Site
from invgit.model.kinds.vlan import Vlan
from invgit.model.kinds.zone import Zone

__all__ = [
    "KINDS",
    "Category",
    "Connection",
    "Device",
    "DeviceType",
    "HomeseerRule",
    "Network",
    "Organization",
    "Reservation",
    "Site",
    "Vlan",
    "Zone",
]

KINDS: tuple[type[Values], ...] = (
    Category,
    DeviceType,
    HomeseerRule,
    Organization,
    Site,
    Zone,
    Vlan,
    Network,
    Device,
    Connection,
    Reservation,
)
