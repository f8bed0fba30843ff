"""Which sites somebody means."""

from collections.abc import Collection

from invgit.model import naming
from invgit.model.entity import Address
from invgit.model.kinds import Site


def meant(words: Collection[str], known: Collection[str]) -> frozenset[str]:
    """Paths of the known sites that words mean: `organization/site`, or `site` where it is the only one.

    Raises UsageError.
    """
    addresses = [Address(Site.kind, path) for path in known]
    return frozenset(naming.meant(word, addresses, Site.kind).path for word in words)
