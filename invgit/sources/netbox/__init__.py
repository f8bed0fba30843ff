"""What NetBox exports, as entities: CSV tables of its web pages, JSON of its REST API (NetBox 3.7 to 4.x)."""

from invgit.sources.netbox.convert import items
from invgit.sources.netbox.objects import Object, read
from invgit.sources.netbox.world import Where

__all__ = ["Object", "Where", "items", "read"]
