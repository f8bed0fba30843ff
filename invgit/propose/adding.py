"""Slugs of what is to be added: the same in every run, whatever else appears."""

from collections.abc import Iterable, Iterator, Mapping

from invgit.model.entity import Address, AnyEntity
from invgit.model.findings import Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.scalars import CONNECTION_SLUG, SLUG
from invgit.model.slugs import is_slug, numbered, slugified
from invgit.model.spec import KindSpec, specs
from invgit.propose.proposal import Proposal
from invgit.propose.seen import Seen, told


class Slugs:
    """The slugs of one kind at a site, those in use and those that are promised."""

    def __init__(
        self,
        look: Look,
        inventory: Inventory,
        kind: str,
        pending: Iterable[Proposal],
        remembered: Mapping[str, Remembered],
        carried: Iterable[Proposal] = (),
    ) -> None:
        self.site = look.site
        self.used = {entity.address.slug for entity in _here(inventory, kind, look.site)}
        self.used |= {old.slug for entity in _here(inventory, kind, look.site) if (old := entity.before)}
        self.used |= {each.address.slug for each in carried if each.op == "add" and each.address.kind == kind}
        known = {told(each.key): each.address for each in remembered.values() if each.address and not each.agreed}
        known |= {each.key: each.address for each in pending if each.op == "add"}
        self.tried: dict[str, Iterator[str]] = {}
        self.promised = {key: each for key, each in known.items() if each.kind == kind and each.site == look.site}

    def give(self, findings: Iterable[Seen]) -> None:
        """Give each finding an address: first those that were promised one."""
        new = []
        for one in findings:
            promised, wanted = self.promised.get(told(one.key)), wanted_slug(one)
            if promised and promised.slug not in self.used and _made_of(promised.slug, wanted):
                self._take(one, promised.slug)
            else:
                new.append((one, wanted))
        for one, wanted in new:
            tried = self.tried.setdefault(wanted, numbered(wanted))  # of a thousand of one name, none is tried twice
            self._take(one, next(slug for slug in tried if slug not in self.used))

    def _take(self, one: Seen, slug: str) -> None:
        self.used.add(slug)
        one.address = Address(one.spec.name, f"{self.site}/{slug}")
        one.why = "it is not described yet"


def _here(inventory: Inventory, kind: str, site: str) -> Iterator[AnyEntity]:
    return (entity for entity in inventory.of(specs()[kind].cls) if entity.address.site == site)


def wanted_slug(one: Seen) -> str:
    """The slug that a thing would have if it were the only one of its name."""
    form = CONNECTION_SLUG if one.spec.name == "connection" else SLUG
    if is_slug(one.finding.slug, form):
        return one.finding.slug
    return slugified(str(one.values.get("name") or "")) or slugified(f"{one.spec.name} {one.key}")


def _made_of(slug: str, wanted: str) -> bool:
    """Whether a slug is one that `unused` makes of another."""
    stem, _, number = slug.rpartition("-")
    return slug == wanted or (number.isdecimal() and (stem == wanted or (len(slug) > 90 and wanted.startswith(stem))))


def file_for(source: str, site: str, spec: KindSpec) -> str:
    """The file below the inventory for what a source adds of a kind."""
    return f"{site}/{spec.key.replace('_', '-')}/{source}.yaml"
