"""A HomeSeer that answers over real HTTP as the known ones do, with every quirk and failure, chosen by the test."""

from fakes.homeseer.house import AT, House, device, house
from fakes.homeseer.server import HomeSeer

__all__ = ["AT", "HomeSeer", "House", "device", "house"]
