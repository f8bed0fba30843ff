"""What `invgit.yaml` says of sources that are asked again and again."""

from typing import Annotated

from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Example
from invgit.model.scalars import BY_KEY, SitePath
from invgit.sources.homeseer.settings import HomeSeer
from invgit.sources.scan.settings import NetworkScan


class Sources(Fields):
    """What can be asked what exists."""

    homeseer: Annotated[
        dict[SitePath, HomeSeer],
        BY_KEY,
        Example(
            {
                "anand-family/home": {
                    "url": "http://192.168.1.20",
                    "user": "invgit",
                    "password": {"env": "INVGIT_HOMESEER_PASSWORD"},
                }
            }
        ),
    ] = EMPTY
    """The HomeSeer of each site, under organization/site."""

    scan: Annotated[
        dict[SitePath, NetworkScan],
        BY_KEY,
        Example({"anand-family/home": {"networks": ["main-lan"], "new_after": 2}}),
    ] = EMPTY
    """Scans of the networks of each site, under organization/site; a site that is not named is scanned when asked."""
