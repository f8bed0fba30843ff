"""Rules over a whole inventory: what one file cannot know. Pure; a rule is a function, `RULES` is all of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from invgit.check import addresses, connections, dates, networks, structure, unique
from invgit.check.rule import Check, Context, Finding
from invgit.check.waivers import WAIVER_RULES, waived
from invgit.diagnostics import Diagnostic, Rule
from invgit.model.inventory import Inventory

RULES: tuple[Check, ...] = (
    structure.missing_organization,
    structure.missing_site,
    structure.shadowed_slug,
    structure.zone_cycle,
    structure.foreign_zone,
    structure.renamed_from_exists,
    structure.renamed_from_twice,
    unique.duplicate_mac,
    unique.duplicate_serial,
    unique.duplicate_radio_address,
    unique.duplicate_hostname,
    unique.duplicate_ref,
    unique.duplicate_vlan,
    unique.duplicate_ip,
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
)

CHECK_RULES: tuple[Rule, ...] = (*(check.rule for check in RULES), *WAIVER_RULES)


def check(inventory: Inventory, now: datetime, *, folders: Iterable[str] = ()) -> Iterator[Diagnostic]:
    """Everything the rules find, but for what is waived. `now` has a time zone; each site reads its own date from it.

    `folders` are the organizations and sites that files speak of, described or not.
    """
    context = Context(inventory, now, tuple(folders))
    findings: list[tuple[Rule, Finding]] = [(each.rule, finding) for each in RULES for finding in each(context)]
    yield from waived(context, findings, [each.rule.code for each in RULES])
