"""The immutable, indexed set of entities of one revision; from YAML or from PostgreSQL, the same type."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from invgit.model.entity import Address, AnyEntity, Entity, K_co
from invgit.model.kinds import KINDS, Network, Site
from invgit.model.subnets import Subnets

if TYPE_CHECKING:
    from invgit.model.observed import Observed


class Inventory:
    """Entities by kind and path. Iterates in the order of kinds, paths sorted: the same entities, the same order."""

    sources: Callable[[], str] | None = None
    """Gives a fingerprint of the files that say so; None for what comes from elsewhere."""
    commit: str | None = None
    """The commit whose files say so; None for the working tree, and for what comes from elsewhere."""
    observed: "Mapping[Address, Observed] | None" = None
    """Devices as they were seen, where somebody looked for that in PostgreSQL."""

    def __init__(self, entities: Iterable[AnyEntity]) -> None:
        found: dict[str, dict[str, AnyEntity]] = {kind.kind: {} for kind in KINDS}
        for entity in entities:
            found[entity.address.kind][entity.address.path] = entity
        self._by_kind: Mapping[str, Mapping[str, AnyEntity]] = {
            kind: dict(sorted(paths.items())) for kind, paths in found.items()
        }

    def __iter__(self) -> Iterator[AnyEntity]:
        for paths in self._by_kind.values():
            yield from paths.values()

    def __len__(self) -> int:
        return sum(map(len, self._by_kind.values()))

    def of(self, cls: type[K_co]) -> Collection[Entity[K_co]]:
        """All entities of a kind, by path."""
        return self._by_kind[cls.kind].values()

    def get(self, cls: type[K_co], path: str | None) -> Entity[K_co] | None:
        """The entity of a kind at a path, as references hold it; None when there is none."""
        return self._by_kind[cls.kind].get(path) if path else None

    def at(self, address: Address) -> AnyEntity | None:
        """The entity of an address."""
        return self._by_kind[address.kind].get(address.path)

    def timezone(self, site: str | None) -> str | None:
        """The name of the time zone of a site, by its path; None where nobody says it."""
        found = self.get(Site, site)
        return found.values.timezone if found else None

    @cached_property
    def subnets(self) -> Subnets:
        """Which network an address is of."""
        return Subnets(self.of(Network))

    @cached_property
    def stored(self) -> Mapping[Address, AnyEntity]:
        """The entities that have a table: what plans speak of."""
        return {entity.address: entity for entity in self if entity.values.table is not None}

    @cached_property
    def digests(self) -> Mapping[Address, str]:
        """Fingerprint of the stored values of each entity that has a table."""
        from invgit.model.digest import digest

        return {address: digest(entity) for address, entity in self.stored.items()}

    @cached_property
    def digest(self) -> str:
        """Fingerprint of the whole."""
        from invgit.model.digest import fingerprint

        lines = "\n".join(f"{address} {digest}" for address, digest in self.digests.items())
        return fingerprint([lines.encode()])
