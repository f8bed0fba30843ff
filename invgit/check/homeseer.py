"""Rules over the rules for HomeSeer: each says something, and no two say it of the same devices."""

from collections.abc import Iterator

from invgit.check.rule import Context, Finding, error, standing, warning
from invgit.model.kinds import HomeseerRule, Site, Zone
from invgit.model.mapping import CONDITIONS, RESULTS, Rules, conditions, is_usable, results


@error
def unusable_homeseer_rule(context: Context) -> Iterator[Finding]:
    """A rule for HomeSeer says which devices it is for, and what follows for them.

    Devices are named by their `refs` or described by their `type_strings`, not both: a ref says enough.

    Wrong:
        # inventory/catalog/homeseer.yaml
        homeseer:
          all: {when: {}, category: null, ignore: true}
          locks: {when: {type_strings: [Z-Wave Door Lock]}}
          door: {when: {refs: [118], type_strings: [Z-Wave Door Lock]}, type: Door lock}
    Right:
        # inventory/catalog/homeseer.yaml
        homeseer:
          timers: {when: {type_strings: [Timer]}, ignore: true}
          locks: {when: {type_strings: [Z-Wave Door Lock]}, type: Door lock}
          door: {when: {refs: [118]}, type: Front door lock}
    """
    for rule in context.inventory.of(HomeseerRule):
        if is_usable(rule.values):
            continue
        if not conditions(rule.values):
            yield Finding(rule, ("when",), "the rule does not say which devices it is for", _some(CONDITIONS))
        elif not results(rule.values):
            yield Finding(rule, (), "the rule does not say what its devices are", _some(RESULTS))
        else:
            help = "leave the type texts out: a ref means one device"
            yield Finding(rule, ("when", "type_strings"), "the rule asks for refs and for type texts", help)


@error
def duplicate_homeseer_rule(context: Context) -> Iterator[Finding]:
    """No two rules for HomeSeer are for the same devices by the same conditions: which of them counts would be chance.

    Wrong:
        # inventory/catalog/homeseer.yaml
        homeseer:
          locks: {when: {type_strings: [Z-Wave Door Lock]}, type: Door lock}
          doors: {when: {type_strings: [z-wave  door lock, Z-Wave Door]}, type: Door}
    Right:
        # inventory/catalog/homeseer.yaml
        homeseer:
          locks: {when: {type_strings: [Z-Wave Door Lock]}, type: Door lock}
          back-door: {when: {type_strings: [Z-Wave Door Lock], room: Hall}, type: Back door lock}
    """
    for pair in Rules(context.inventory.of(HomeseerRule)).clashes:
        first, second = sorted(pair, key=standing)
        message = f"{first.address} is for the same devices"
        help = "make one rule of the two, or say more in one of them"
        yield Finding(second, ("when",), message, help, ((first, ("when",), "the other is here"),))


@warning
def unknown_homeseer_place(context: Context) -> Iterator[Finding]:
    """What a rule for HomeSeer calls a zone or a site is one.

    Such a name leads from the catalog into a site, so it does not follow when the zone or the site is renamed.

    Wrong:
        zones:
          garage: {name: Garage}
        # inventory/catalog/homeseer.yaml
        homeseer:
          cars: {when: {room: Garage}, zone: carport}
    Right:
        zones:
          garage: {name: Garage}
        # inventory/catalog/homeseer.yaml
        homeseer:
          cars: {when: {room: Garage}, zone: garage}
    """
    if not context.complete:
        return
    slugs = {zone.address.slug for zone in context.inventory.of(Zone)}
    for rule in context.inventory.of(HomeseerRule):
        site, zone = rule.values.when.site, rule.values.zone
        if site and context.inventory.get(Site, site) is None:
            yield Finding(rule, ("when", "site"), f"there is no site `{site}`", "write it as organization/site")
        elif zone and site and context.inventory.get(Zone, f"{site}/{zone}") is None:
            yield Finding(rule, ("zone",), f"{site} has no zone `{zone}`", "add the zone, or name another")
        elif zone and zone not in slugs:
            yield Finding(rule, ("zone",), f"no site has a zone `{zone}`", "add the zone, or name another")


def _some(names: tuple[str, ...]) -> str:
    return f"say at least one of {', '.join(names)}"
