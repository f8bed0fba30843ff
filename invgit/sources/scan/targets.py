"""Which networks are scanned: those that a site declares with a CIDR, or the ones that are named."""

import ipaddress
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from invgit.errors import Refused, UsageError
from invgit.model.entity import Entity
from invgit.model.inventory import Inventory
from invgit.model.kinds import Network
from invgit.model.naming import meant
from invgit.model.subnets import by_range

MOST_ADDRESSES = 4096
"""A /20. Whoever declares more has mostly mistyped, and waits for minutes; `--large` says that it is meant."""
DECLARE = "say what addresses it has: `networks: {main-lan: {name: Main LAN, cidr: 192.168.1.0/24}}`"
"""What to do where there is nothing to look at."""


@dataclass(frozen=True, slots=True)
class Target:
    """A network to look at."""

    network: str
    """Path of the network, as organization/site/slug."""
    cidr: str
    """Its addresses, of IPv4 or IPv6."""
    resolvers: tuple[str, ...] = ()
    """Who in it may know the names of hosts: its DNS servers, in their order, then its router."""


def targets(inventory: Inventory, site: str, networks: Sequence[str], *, large: bool) -> tuple[Target, ...]:
    """The networks of a site that have a CIDR and are in use; or those named, also of the organization.

    By address, each CIDR once. Raises UsageError for names that are not known and where there is nothing to look at,
    Refused for networks of more than `MOST_ADDRESSES` unless `large` ones are meant. IPv6 networks are never too large:
    nobody asks for every address of one.
    """
    own = [each for each in inventory.of(Network) if each.address.site == site]
    organization = site.partition("/")[0]
    if networks:
        spanning = [
            each
            for each in inventory.of(Network)
            if each.address.site is None and each.address.organization == organization
        ]
        chosen = _named([*own, *spanning], networks)
    else:
        chosen = [each for each in own if each.values.is_active]
    found = {target.cidr: target for network in reversed(chosen) for target in _targets(network)}
    if not found:
        raise UsageError(f"no network of {site} has a CIDR: there is nothing to look at", help=DECLARE)
    ordered = tuple(sorted(found.values(), key=lambda each: by_range(each.cidr)))
    _not_too_large(ordered, large=large)
    return ordered


def _named(known: list[Entity[Network]], words: Sequence[str]) -> list[Entity[Network]]:
    """The networks that words mean: of two with one slug, at the site and above it, the site's."""
    by_path = {each.address.path: each for each in known}
    addresses = {each.address.slug: each.address for each in reversed(known)}
    chosen = []
    for word in dict.fromkeys(words):
        address = addresses.get(word) or meant(word, [each.address for each in known], "network")
        network = by_path[address.path]
        if not (network.values.cidr or network.values.cidr6):
            raise UsageError(f"{address} has no CIDR: nobody knows which addresses to look at", help=DECLARE)
        chosen.append(network)
    return chosen


def _targets(network: Entity[Network]) -> Iterator[Target]:
    said = network.values
    for cidr, gateway in ((said.cidr6, said.gateway6), (said.cidr, said.gateway)):
        if cidr:
            inside = ipaddress.ip_network(cidr)
            asked = [ip for ip in dict.fromkeys((*said.dns, gateway)) if ip and ipaddress.ip_address(ip) in inside]
            yield Target(network.address.path, cidr, tuple(asked))


def _not_too_large(found: Collection[Target], *, large: bool) -> None:
    networks = [(each, ipaddress.ip_network(each.cidr)) for each in found]
    excess = [each for each, network in networks if network.version == 4 and network.num_addresses > MOST_ADDRESSES]
    if excess and not large:
        listed = ", ".join(f"{each.cidr} ({each.network})" for each in excess)
        raise Refused(
            f"larger than {MOST_ADDRESSES:,} addresses: {listed}",
            help="is the prefix length right? --large scans it all the same: 256 addresses a second",
        )
