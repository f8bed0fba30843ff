"""Where a scan has looked: only there can anybody be missing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from invgit.model.scans import Covered
from invgit.model.subnets import Block, as_number


class Coverage:
    """The networks of a scan, found by address: with as many steps as there are lengths of prefixes."""

    def __init__(self, networks: Iterable[Covered]) -> None:
        self._of: dict[tuple[int, int], dict[int, Covered]] = defaultdict(dict)
        for each in sorted(networks, key=lambda one: (one.complete, one.macs, one.at)):  # the best of equal ones
            net = ip_network(each.cidr)
            self._of[net.version, net.prefixlen][int(net.network_address) >> net.max_prefixlen - net.prefixlen] = each
        self._lengths = {version: self._sorted(version) for version in (4, 6)}
        self.is_complete = any(each.complete for found in self._of.values() for each in found.values())
        """Whether any network was covered completely."""

    def _sorted(self, version: int) -> list[int]:
        return sorted((length for of, length in self._of if of == version), reverse=True)

    def _over(self, version: int, number: int, longest: int = 128) -> Iterator[Covered]:
        bits = 32 if version == 4 else 128
        for length in self._lengths[version]:
            if length <= longest and (found := self._of[version, length].get(number >> bits - length)):
                yield found

    def of(self, ip: str) -> Covered | None:
        """The smallest network that has an address."""
        return next(self._over(6 if ":" in ip else 4, as_number(ip)), None)

    def asked(self, ip: str) -> bool:
        """Whether an address was asked, and its answer could have come."""
        return any(each.complete for each in self._over(6 if ":" in ip else 4, as_number(ip)))

    def asked_all(self, block: Block) -> bool:
        """Whether all addresses of a network were asked, and hardware addresses could be seen."""
        over = self._over(block.subnet.version, block.first, block.subnet.prefixlen)
        return any(each.complete and each.macs for each in over)
