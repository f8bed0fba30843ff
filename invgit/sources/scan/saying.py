"""What of an interface a file could say: only what will be so tomorrow, and what nobody else was given."""

from collections import Counter
from typing import Any

from invgit.model.subnets import as_number
from invgit.sources.scan.matching import Match, Matching
from invgit.sources.scan.nics import Nic
from invgit.sources.scan.ports import Port


class Sayable:
    """The values that can be proposed: what two claim is proposed for neither."""

    def __init__(self, matching: Matching) -> None:
        self.ports, self.found = matching.ports, matching.found
        self.claims = Counter(ip for nic in matching.nics for ip in nic.ips)
        self.called = Counter(nic.label for nic in matching.nics if nic.label)

    def of_new(self, nic: Nic) -> dict[str, Any]:
        """What there is to say of what nobody has described."""
        ip = next(iter(self._settled(nic, unsure=True)), None)
        said: dict[str, Any] = {"network": self._home(ip) if ip else self._network(nic)}
        if nic.is_known_by_mac:
            said["mac"] = nic.mac
        if nic.label and self.called[nic.label] == 1 and nic.label not in self.ports.by_label:
            said["hostname"] = nic.label
        said |= self._address(nic, ip)
        return {name: value for name, value in said.items() if value}

    def of_port(self, nic: Nic, match: Match) -> dict[str, Any]:
        """What there is to say of a port, at its place in the device."""
        port = match.port
        said: dict[str, Any] = {}
        if match.by == "mac" or nic.is_known_by_mac:
            said["mac"] = nic.mac
        said["hostname"] = self._hostname(nic, port)
        said |= self._place(nic, port)
        said = {name: value for name, value in said.items() if value}
        return {"interfaces": {port.name: said}} if port.name and said else said

    def _hostname(self, nic: Nic, port: Port) -> str | None:
        """As the port has it where only the domain is another."""
        if nic.label is None or nic.label == port.label:
            return port.values.hostname if nic.label else None
        free = self.called[nic.label] == 1 and nic.label not in self.ports.by_label
        return nic.label if free else None

    def _place(self, nic: Nic, port: Port) -> dict[str, Any]:
        """Address and network, which come together: an address is one of its network."""
        declared = port.values.ip
        if declared and declared in nic.ips:
            return {"network": port.values.network, **self._address(nic, declared)}
        ip = next(iter(self._settled(nic, unsure=declared is None)), None)
        if ip:
            fits = port.values.network and self.ports.fits(port.values.network, ip)
            network, other = port.values.network if fits else self._home(ip), port.values.ip6
            stuck = other and not fits and not self.ports.fits(network, other)
            return {} if stuck else {"network": network, **self._address(nic, ip)}
        if port.spots:  # the network alone would leave its address outside of it
            return {}
        network = port.values.network
        stays = network and any(self.ports.fits(network, ip) for ip in nic.ips)
        moves = network is None or nic.is_there  # an old lease tells where it was
        return {"network": network if stays else self._network(nic) if moves else None}

    def _address(self, nic: Nic, ip: str | None) -> dict[str, Any]:
        """An address, and that the server reserves it, where it does."""
        if ip is None:
            return {}
        reserved = any(host.reserved for host in nic.hosts if host.ip == ip)
        return {"ip": ip, "ip_from": "dhcp"} if reserved else {"ip": ip}

    def _settled(self, nic: Nic, *, unsure: bool) -> list[str]:
        """The IPv4 addresses that are no lease and nobody else's, by number."""
        able = {host.ip for host in nic.hosts if host.state == "up" or host.reserved}
        if unsure and not able:
            able = {host.ip for host in nic.hosts if host.state == "unsure"}
        return [ip for ip in nic.ips if ip in able and ":" not in ip and self._is_free(nic, ip)]

    def _is_free(self, nic: Nic, ip: str) -> bool:
        block = self.ports.home(ip)
        if block is None or self.claims[ip] > 1 or self.ports.spot(ip) in self.ports.taken:
            return False
        if ip in {block.first_ip, block.last_ip} and block.last - block.first > 1:
            return False
        dhcp = block.network.values.dhcp
        leased = dhcp and as_number(dhcp.start) <= as_number(ip) <= as_number(dhcp.end)
        return not leased or any(host.reserved for host in nic.hosts if host.ip == ip)

    def _network(self, nic: Nic) -> str | None:
        """The network of the first of its addresses that is of any; where there are two, it is not only in one."""
        found = {self._home(ip) for ip in nic.ips if ":" not in ip} - {None}
        return found.pop() if len(found) == 1 else None

    def _home(self, ip: str) -> str | None:
        block = self.ports.home(ip)
        return block.network.address.path if block else None
