"""The tree itself: folders that are described, slugs that mean one thing, zones that end somewhere."""

from collections import defaultdict
from collections.abc import Iterator

from invgit.check.rule import Context, Finding, error, standing
from invgit.model.entity import Address, AnyEntity, Entity
from invgit.model.kinds import Network, Organization, Site, Zone

_TOLD = 10
_CIRCLE = "delete the `parent` of the zone that the others are in"


@error
def missing_organization(context: Context) -> Iterator[Finding]:
    """A folder with sites or networks describes its organization.

    The first folder below the inventory is an organization; one of its files says who that is.

    Wrong:
        # inventory/smith/cabin/site.yaml
        site: {name: Cabin}
    Right:
        # inventory/smith/organization.yaml
        organization: {name: The Smiths}
    """
    for entity, path in _in_undescribed(context, depth=1):
        message = f"no file describes the organization `{path}`"
        yield Finding(entity, (), message, f"add `organization: {{name: …}}` to a file in `{path}/`")


@error
def missing_site(context: Context) -> Iterator[Finding]:
    """A folder with zones or devices describes its site.

    The second folder below the inventory is a site; one of its files says where that is.

    Wrong:
        # inventory/home/attic/devices.yaml
        devices:
          nas: {name: NAS, type: nas}
    Right:
        # inventory/home/attic/site.yaml
        site: {name: Attic}
        devices:
          nas: {name: NAS, type: nas}
    """
    for entity, path in _in_undescribed(context, depth=2):
        message = f"no file describes the site `{path}`"
        yield Finding(entity, (), message, f"add `site: {{name: …}}` to a file in `{path}/`")


def _in_undescribed(context: Context, depth: int) -> Iterator[tuple[AnyEntity, str]]:
    """The first entity in each folder that no `organization:` or `site:` describes; nothing where files are broken."""
    cls: type[Organization | Site] = Organization if depth == 1 else Site
    seen: set[str] = set()
    folders: set[str] = set()
    for entity in context.inventory:
        folder = entity.address.path.rpartition("/")[0]
        if folder in folders:
            continue
        folders.add(folder)
        path = entity.address.organization if depth == 1 else entity.address.site
        if path and path not in seen:
            seen.add(path)
            if context.inventory.get(cls, path) is None and path not in context.folders:
                yield entity, path


@error
def shadowed_slug(context: Context) -> Iterator[Finding]:
    """A slug means one thing: a site's network is not named like one of its organization.

    A reference looks in its own site first; whoever reads it would have to know which of the two it finds.

    Wrong:
        # inventory/home/organization.yaml
        organization: {name: Home}
        networks:
          vpn: {name: VPN}
        # inventory/home/house/networks.yaml
        networks:
          vpn: {name: House VPN}
    Right:
        # inventory/home/house/networks.yaml
        networks:
          house-vpn: {name: House VPN}
    """
    for network in context.inventory.of(Network):
        above = context.inventory.get(Network, f"{network.address.organization}/{network.address.slug}")
        if network.address.site and above:
            message = f"`{network.address.slug}` is also a network of the organization"
            yield Finding(network, (), message, "give one of the two another slug", ((above, (), "the other is here"),))


@error
def zone_cycle(context: Context) -> Iterator[Finding]:
    """A zone is not part of itself, not by way of other zones either.

    Wrong:
        zones:
          attic: {name: Attic, parent: loft}
          loft: {name: Loft, parent: attic}
    Right:
        zones:
          attic: {name: Attic}
          loft: {name: Loft, parent: attic}
    """
    done: set[str] = set()
    for zone in context.inventory.of(Zone):
        trail: dict[str, Entity[Zone]] = {}
        at: Entity[Zone] | None = zone
        while at and at.address.path not in done:
            if at.address.path in trail:
                cycle = list(trail.values())[list(trail).index(at.address.path) :]
                some = cycle[:_TOLD]
                left = [] if len(some) == len(cycle) else [f"… {len(cycle) - _TOLD:,} more"]
                names = " → ".join([*(each.address.slug for each in some), *left, at.address.slug])
                others = tuple((each, ("parent",), "part of the circle") for each in some[1:])
                yield Finding(at, ("parent",), f"the zone is part of itself: {names}", _CIRCLE, others)
                break
            trail[at.address.path] = at
            at = context.inventory.get(Zone, at.values.parent)
        done.update(trail)


@error
def renamed_from_exists(context: Context) -> Iterator[Finding]:
    """What an entity was renamed from is gone.

    `renamed_from` says that an entity had another slug; while that slug is still described, both are there. Unless what
    is described there is something new in the place of the old, which says so: `renamed_from: null`.

    Wrong:
        zones:
          study: {name: Study, renamed_from: office}
          office: {name: Office}
    Right:
        zones:
          study: {name: Study, renamed_from: office}
    """
    for entity in context.inventory:
        other = context.inventory.at(entity.before) if entity.before else None
        if other and not other.is_new:
            message = f"`{entity.values.renamed_from}` still exists"
            others = ((other, (), "it is described here"),)
            yield Finding(entity, ("renamed_from",), message, "delete the old one, or this line", others)


@error
def renamed_from_twice(context: Context) -> Iterator[Finding]:
    """One entity becomes one other: two cannot be renamed from the same.

    Wrong:
        zones:
          study: {name: Study, renamed_from: office}
          den: {name: Den, renamed_from: office}
    Right:
        zones:
          study: {name: Study, renamed_from: office}
          den: {name: Den}
    """
    claims: dict[Address, list[AnyEntity]] = defaultdict(list)
    for entity in context.inventory:
        if entity.before:
            claims[entity.before].append(entity)
    for claimants in claims.values():
        first, *others = sorted(claimants, key=standing)
        for other in others:
            message = f"`{other.values.renamed_from}` is claimed twice"
            yield Finding(
                other,
                ("renamed_from",),
                message,
                "delete the line at one of the two",
                ((first, ("renamed_from",), "the first is here"),),
            )
