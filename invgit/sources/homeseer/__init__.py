"""What a HomeSeer controller (HS3, HS4) has: asked over HTTP, understood, one device for a root and its features.

Everything that is known of HomeSeer's protocol stands in this package; it has never been run against a HomeSeer.
"""

from invgit.sources.homeseer.answers import Control, DeviceType, Locations, Record, Session, Status
from invgit.sources.homeseer.client import Client
from invgit.sources.homeseer.collapse import Collapsed, Device, collapse
from invgit.sources.homeseer.settings import Controller

__all__ = [
    "Client",
    "Collapsed",
    "Control",
    "Controller",
    "Device",
    "DeviceType",
    "Locations",
    "Record",
    "Session",
    "Status",
    "collapse",
]
