"""Rules over a whole inventory: what one file cannot know. Pure; a rule is a function, `RULES` is all of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from invgit.check import addresses, connections, dates, foreign, homeseer, networks, structure, unique
from invgit.check.rule import Check, Context, Finding
from invgit.check.waivers import WAIVER_RULES, waived
from invgit.diagnostics import Diagnostic, Rule
from invgit.model.inventory import Inventory

RULES: tuple[Check, ...] = (
    structure.missing_organization,
    structure.missing_site,
    structure.shadowed_slug,
    structure.zone_cycle,
    foreign.foreign_zone,
    foreign.foreign_network,
    foreign.foreign_vlan,
    structure.renamed_from_exists,
    structure.renamed_from_twice,
    unique.duplicate_mac,
    unique.duplicate_serial,
    unique.duplicate_radio_address,
    unique.duplicate_hostname,
    unique.duplicate_ref,
    unique.duplicate_zwave_node,
    unique.duplicate_vlan,
    unique.duplicate_category,
    addresses.duplicate_ip,
    addresses.ip_outside_network,
    addresses.ip_without_network,
    addresses.not_a_host_address,
    addresses.static_in_dhcp_range,
    networks.network_overlap,
    networks.gateway_outside_network,
    networks.dhcp_outside_network,
    networks.dhcp_overlap,
    connections.connection_to_itself,
    connections.duplicate_connection,
    dates.dates_out_of_order,
    dates.warranty_ended,
    dates.warranty_ending,
    homeseer.unusable_homeseer_rule,
    homeseer.duplicate_homeseer_rule,
    homeseer.unknown_homeseer_place,
)

CHECK_RULES: tuple[Rule, ...] = (*(check.rule for check in RULES), *WAIVER_RULES)


def check(inventory: Inventory, now: datetime, *, folders: Iterable[str] = ()) -> Iterator[Diagnostic]:
    """Everything the rules find, but for what is waived. `now` has a time zone; each site reads its own date from it.

    `folders` are the organizations and sites that files speak of, where not everything they say could be understood.
    """
    context = Context(inventory, now, tuple(folders))
    findings = [(each, finding) for each in RULES for finding in each(context)]
    findings.sort(key=lambda found: _file(found[1]))  # the places of one file at a time
    yield from waived(context, findings, RULES)


def _file(finding: Finding) -> str:
    return finding.entity.origin.source.file if finding.entity.origin else ""
