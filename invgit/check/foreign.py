"""What belongs to a site stays in it; what several sites share belongs to their organization."""

from collections.abc import Iterator

from invgit.check.rule import Context, Finding, error
from invgit.model.entity import AnyEntity, Values
from invgit.model.kinds import Network, Vlan, Zone
from invgit.model.marked import values_of


@error
def foreign_zone(context: Context) -> Iterator[Finding]:
    """A zone's parent, and the zone a device stands in, belong to the same site.

    Wrong:
        # inventory/home/cabin/site.yaml
        site: {name: Cabin}
        zones:
          shed: {name: Shed, parent: house/garden}
        # inventory/home/house/more.yaml
        zones:
          garden: {name: Garden}
    Right:
        zones:
          garden: {name: Garden}
          shed: {name: Shed, parent: garden}
    """
    return _foreign(context, Zone, "a zone of its own site")


@error
def foreign_network(context: Context) -> Iterator[Finding]:
    """Devices and reservations are in networks of their own site or of its organization.

    A network that spans sites, such as a VPN, is described under the organization: in a file beside the sites' folders.

    Wrong:
        # inventory/home/cabin/site.yaml
        site: {name: Cabin}
        devices:
          phone: {name: Phone, type: phone, network: house/vpn}
        # inventory/home/house/networks.yaml
        networks:
          vpn: {name: VPN}
    Right:
        # inventory/home/cabin/site.yaml
        site: {name: Cabin}
        devices:
          phone: {name: Phone, type: phone, network: vpn}
        # inventory/home/networks.yaml
        networks:
          vpn: {name: VPN}
    """
    help = "a network of its own site; one that spans sites is described in a file of the organization"
    return _foreign(context, Network, help)


@error
def foreign_vlan(context: Context) -> Iterator[Finding]:
    """A site's network runs on a VLAN of the same site.

    Wrong:
        # inventory/home/cabin/site.yaml
        site: {name: Cabin}
        networks:
          wifi: {name: Wi-Fi, vlan: house/main}
        # inventory/home/house/networks.yaml
        vlans:
          main: {name: Main, vlan_id: 1}
    Right:
        # inventory/home/cabin/site.yaml
        site: {name: Cabin}
        vlans:
          main: {name: Main, vlan_id: 1}
        networks:
          wifi: {name: Wi-Fi, vlan: main}
    """
    return _foreign(context, Vlan, "a VLAN of its own site")


def _foreign(context: Context, cls: type[Values], wanted: str) -> Iterator[Finding]:
    """References to another site's entity of a kind, from entities that belong to a site."""
    for entity, path, _, value in values_of(context.inventory, lambda field: field.ref == cls.kind, _beside):
        folder, own = value.rpartition("/")[0], entity.address.path.rpartition("/")[0]
        if folder == own or "/" not in folder or "/" not in own:
            continue
        other = context.inventory.get(cls, value)
        if other:
            message = f"the {cls.kind} `{value}` belongs to another site"
            yield Finding(entity, path, message, f"name {wanted}", ((other, (), f"the {cls.kind} is here"),))


def _beside(entity: AnyEntity, path: str) -> bool:
    """Whether a path leads to the folder of an entity, or above: so do nearly all."""
    return entity.address.path.startswith(path[: path.rfind("/") + 1])
