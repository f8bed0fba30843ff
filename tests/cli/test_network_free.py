"""`network free`: addresses that nobody has, and why there is none."""

import ipaddress
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from support_house import HOUSE
from support_inventory import read_and_checked, understood
from support_project import Project

from invgit.errors import Refused
from invgit.model.free import room
from invgit.model.kinds import Network


def test_the_lowest_come_first_and_nothing_that_is_taken(house: Project) -> None:
    # 1 is the gateway, 2 the DNS server, 3 the door, 4 reserved, 5 the switch, 20 and 21 the NAS
    assert house.run("network", "free", "home/lan").out == "192.168.1.6\n"
    many = house.run("network", "free", "home/lan", "-n", "1000").out.splitlines()
    assert len(many) == 254 - 7 - 100
    assert not {*many} & {f"192.168.1.{last}" for last in (0, 1, 2, 3, 4, 5, 20, 21, *range(100, 200), 255)}


def test_a_wifi_without_addresses_has_those_of_its_vlan(house: Project) -> None:
    assert house.run("network", "free", "wifi").out == "192.168.1.6\n"


def test_two_sites_may_use_the_same_addresses(house: Project) -> None:
    assert house.run("network", "free", "cabin/lan", "-n", "4").out.split() == [
        f"192.168.1.{last}" for last in (1, 2, 4, 5)
    ]


def test_ipv6_too(house: Project) -> None:
    assert house.run("network", "free", "home/lan", "-6", "-n", "2").out.split() == ["fd00:1::1", "fd00:1::2"]
    refused = house.run("network", "free", "vpn", "-6")
    assert (refused.code, "network:o/vpn has no IPv6 addresses" in refused.err) == (2, True)


def test_rows_for_programs(house: Project) -> None:
    assert house.run("network", "free", "home/lan", "-n", "2", "-o", "json").json == [
        {"ip": "192.168.1.6"}, {"ip": "192.168.1.7"},
    ]  # fmt: skip


def test_less_than_asked_for_is_told(house: Project) -> None:
    result = house.run("network", "free", "vpn", "-n", "9")
    assert (result.code, result.out.split()) == (0, [f"10.99.0.{last}" for last in range(2, 7)])
    assert result.err == "no more than 5 are free\n"


def test_where_nothing_is_free_it_says_what_takes_the_addresses(house: Project) -> None:
    small = HOUSE["o/organization.yaml"].replace(
        "gateway: 10.99.0.1}", "gateway: 10.99.0.1, dhcp: {from: 10.99.0.3, to: 10.99.0.6}}"
    )
    reserved = "reservations: {two: {network: vpn, ip: 10.99.0.2}}"
    house.write({**HOUSE, "o/organization.yaml": small, "o/home/more.yaml": reserved})
    result = house.run("network", "free", "vpn")
    assert (result.code, result.out) == (5, "")
    assert (
        "no address of 10.99.0.0/29 is free: of 6 host addresses 4 in the DHCP range, 1 the gateway, 1 of reservations"
        in result.err
    )


def test_the_database_knows_too(project: Project) -> None:
    project.write(HOUSE)
    project.apply()
    assert project.run("network", "free", "home/lan", "--from", "db").out == "192.168.1.6\n"


@given(
    prefix=st.integers(24, 32),
    hosts=st.sets(st.integers(0, 255), max_size=12),
    dhcp=st.tuples(st.integers(0, 255), st.integers(0, 255)) | st.none(),
    gateway=st.integers(0, 255) | st.none(),
)
def test_a_free_address_can_be_given_to_a_device(
    prefix: int, hosts: set[int], dhcp: tuple[int, int] | None, gateway: int | None
) -> None:
    """Whatever is taken: with a device that has the first, the middle or the last free address nothing is wrong."""
    size = 2 ** (32 - prefix)
    block = f"10.0.0.0/{prefix}"
    fields = {"name": "LAN", "cidr": block}
    if gateway is not None and gateway < size:
        fields["gateway"] = f"10.0.0.{gateway}"
    if dhcp and max(dhcp) < size - 1 and min(dhcp) > 0:
        fields["dhcp"] = f"{{from: 10.0.0.{min(dhcp)}, to: 10.0.0.{max(dhcp)}}}"
    lan = ", ".join(f"{name}: {value}" for name, value in fields.items())
    taken = "".join(
        f"  d{host}: {{name: D, type: d, network: lan, ip: 10.0.0.{host}, ip_from: dhcp}}\n"
        for host in hosts
        if host < size and (prefix > 30 or 0 < host < size - 1)
    )
    text = f"site: {{name: S}}\nnetworks:\n  lan: {{{lan}}}\ndevices:\n{taken or '  none: {name: N, type: n}'}"
    files = {"o/organization.yaml": "organization: {name: O}", "o/s/site.yaml": text}
    inventory = understood(files)
    free = []
    with suppress(Refused):
        free.extend(room(inventory, next(iter(inventory.of(Network)))).free())
    assert len(free) == len({*free})
    assert [*map(ipaddress.ip_address, free)] == sorted(map(ipaddress.ip_address, free))
    for ip in {*free[:1], *free[len(free) // 2 :][:1], *free[-1:]}:
        files["o/s/new.yaml"] = f"devices: {{new: {{name: New, type: n, network: lan, ip: {ip}}}}}"
        assert not read_and_checked(files)[1]
