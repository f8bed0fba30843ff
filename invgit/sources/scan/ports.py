"""What is declared: the ports of the devices of a site, and the addresses that are spoken for."""

from collections import defaultdict
from dataclasses import dataclass, field

from invgit.model.entity import Address, Entity
from invgit.model.holders import declared_addresses
from invgit.model.inventory import Inventory
from invgit.model.kinds import Device, Network, Reservation
from invgit.model.kinds.device import Interface
from invgit.model.subnets import Block
from invgit.sources.scan.nics import label

Spot = tuple[str, str]
"""An address, and the network (else the site) that it is of: elsewhere the same number is somebody else's."""


@dataclass(frozen=True, slots=True, eq=False)
class Port:
    """The main port of a device, or one of its interfaces."""

    device: Entity[Device]
    name: str | None
    """Of the interface; None of the main port."""
    values: Device | Interface
    spots: list[Spot] = field(default_factory=list)
    """Where its declared addresses are."""

    def path(self, name: str) -> str:
        """The path to a field of it: `ip`, `interfaces.eth1.ip`."""
        return f"interfaces.{self.name}.{name}" if self.name else name

    @property
    def label(self) -> str | None:
        """Its host name without the domain."""
        return label(self.values.hostname)

    @property
    def is_retired(self) -> bool:
        """Whether it is out of use for good: then only its own MAC tells that it is there all the same."""
        return self.device.values.usage_status == "retired"

    @property
    def shown(self) -> str:
        """How people are told of it."""
        return f"{self.device.address} ({self.name})" if self.name else str(self.device.address)


class Ports:
    """The ports of a site by MAC, by address and by host name; what belongs to others, by what they must not lose."""

    def __init__(self, inventory: Inventory, site: str) -> None:
        self.site, self._subnets = site, inventory.subnets
        self.all: list[Port] = []
        self._of_device: dict[Address, list[Port]] = defaultdict(list)
        self.by_mac: dict[str, list[Port]] = defaultdict(list)
        self.by_label: dict[str, list[Port]] = defaultdict(list)
        self.by_spot: dict[Spot, list[Port]] = defaultdict(list)
        """The ports that an address was given, retired ones left out."""
        self.kept: dict[Spot, Entity[Reservation]] = {}
        self.kept_by_mac: dict[str, Entity[Reservation]] = {}
        self.taken: dict[Spot, Address] = {}
        """Who holds an address; it may be a device of another site, in a network that they share."""
        self.elsewhere: dict[str, Entity[Device]] = {}
        """Devices of other sites by MAC: a MAC is a device's wherever it is."""
        for device in inventory.of(Device):
            for port in _ports(device):
                self._add(port)
        self._addresses(inventory)
        self.gateways = {
            self.spot(gateway)
            for network in inventory.of(Network)
            if network.address.path.rpartition("/")[0] in {site, site.partition("/")[0]}
            for gateway in (network.values.gateway, network.values.gateway6)
            if gateway
        }

    def _add(self, port: Port) -> None:
        mac = port.values.mac
        if port.device.address.site != self.site:
            if mac:
                self.elsewhere.setdefault(mac, port.device)
            return
        self.all.append(port)
        self._of_device[port.device.address].append(port)
        if mac:
            self.by_mac[mac].append(port)
        if port.label:
            self.by_label[port.label].append(port)

    def _addresses(self, inventory: Inventory) -> None:
        named = {(port.device.address, port.name): port for port in self.all}
        for declared in declared_addresses(inventory):
            where = declared.entity.address
            within = declared.home.network.address.path if declared.home else str(where.site)
            spot = (within, declared.ip)
            self.taken.setdefault(spot, where)
            if where.site != self.site:
                continue
            if isinstance(declared.entity.values, Reservation):
                self.kept.setdefault(spot, declared.entity)
                if mac := declared.entity.values.mac:
                    self.kept_by_mac.setdefault(mac, declared.entity)
                continue
            port = named[where, str(declared.path[1]) if len(declared.path) > 1 else None]
            port.spots.append(spot)
            if not port.is_retired:
                self.by_spot[spot].append(port)

    def all_of(self, device: Address) -> list[Port]:
        """The ports of a device of the site."""
        return self._of_device.get(device, [])

    def home(self, ip: str) -> Block | None:
        """The network of the site, or of its organization, that an address is of."""
        return self._subnets.home(self.site, None, ip)

    def spot(self, ip: str) -> Spot:
        """Where an address is that was seen."""
        home = self.home(ip)
        return (home.network.address.path if home else self.site, ip)

    def fits(self, network: str | None, ip: str) -> bool:
        """Whether an address may be one of a network; of any of the site's, where none is named."""
        return self._subnets.home(self.site, network, ip) is not None

    def blocks(self, network: str | None) -> list[Block]:
        """The IPv4 addresses of a network: its own, or those of its VLAN; none where no network is named."""
        return self._subnets.candidates(self.site, network, 4) if network else []


def _ports(device: Entity[Device]) -> list[Port]:
    more = (Port(device, name, values) for name, values in device.values.interfaces.items())
    return [Port(device, None, device.values), *more]
