"""Which networks a scan looks at."""

import pytest
from support_inventory import understood

from invgit.errors import Refused, UsageError
from invgit.sources.scan.targets import Target, targets

HOME = """
networks:
  main-lan: {name: Main, cidr: 10.91.4.0/24, gateway: 10.91.4.1, dns: [10.91.4.53, 192.0.2.53], is_primary: true}
  iot-lan: {name: IoT, cidr: 10.91.2.0/24, cidr6: "fd00:91:2::/64", gateway6: "fe80::1"}
  old-lan: {name: Old, cidr: 10.91.6.0/24, is_active: false}
  mesh: {name: Mesh, type: zwave}
"""
FILES = {
    "o/organization.yaml": "organization: {name: O}\nnetworks: {vpn: {name: VPN, cidr: 10.92.0.0/24}}",
    "o/home/site.yaml": f"site: {{name: Home}}\n{HOME}",
    "o/work/site.yaml": "site: {name: Work}\nnetworks: {office: {name: Office, cidr: 10.80.0.0/16}}",
    "o/empty/site.yaml": "site: {name: Empty}",
}
MAIN = Target("o/home/main-lan", "10.91.4.0/24", ("10.91.4.53", "10.91.4.1"))
IOT = Target("o/home/iot-lan", "10.91.2.0/24")
IOT6 = Target("o/home/iot-lan", "fd00:91:2::/64")


def found(*networks: str, site: str = "o/home", large: bool = False) -> tuple[Target, ...]:
    return targets(understood(FILES), site, networks, large=large)


def test_a_site_s_networks_in_use_are_looked_at_each_with_the_servers_in_it() -> None:
    assert found() == (IOT, MAIN, IOT6)


def test_named_ones_are_by_slug_or_path_also_those_of_the_organization_and_those_not_in_use() -> None:
    assert found("main-lan") == (MAIN,)
    assert found("o/home/iot-lan", "iot-lan") == (IOT, IOT6)
    assert found("vpn") == (Target("o/vpn", "10.92.0.0/24"),)
    assert found("old-lan") == (Target("o/home/old-lan", "10.91.6.0/24"),)


def test_of_two_with_one_slug_the_site_s_is_meant() -> None:
    files = {
        **FILES,
        "o/organization.yaml": "organization: {name: O}\nnetworks: {a-lan: {name: A, cidr: 10.93.0.0/24}}",
    }
    known = targets(understood(files), "o/home", ["main-lan", "a-lan"], large=False)
    assert [each.network for each in known] == ["o/home/main-lan", "o/a-lan"]


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="there is no network `main-lam`") as error:
        found("main-lam")
    assert "did you mean `main-lan`" in str(error.value.help)
    with pytest.raises(UsageError, match="there is no network `office`"):
        found("office")


def test_a_network_without_addresses_cannot_be_looked_at() -> None:
    with pytest.raises(UsageError, match=r"network:o/home/mesh has no CIDR") as error:
        found("mesh")
    assert "cidr: 192.168.1.0/24" in str(error.value.help)


def test_nothing_declared_is_an_error_with_a_way_on() -> None:
    with pytest.raises(UsageError, match="no network of o/empty has a CIDR") as error:
        found(site="o/empty")
    assert "networks:" in str(error.value.help)


def test_a_large_network_has_to_be_meant() -> None:
    with pytest.raises(Refused, match=r"larger than 4,096 addresses: 10\.80\.0\.0/16 \(o/work/office\)") as error:
        found(site="o/work")
    assert "--large" in str(error.value.help)
    assert found(site="o/work", large=True) == (Target("o/work/office", "10.80.0.0/16"),)


def test_networks_with_the_same_addresses_are_looked_at_once() -> None:
    wifi = "\n  wifi: {name: Wi-Fi, cidr: 10.91.4.0/24, waive: {overlapping-networks: same cable}}\n"
    files = {**FILES, "o/home/site.yaml": f"site: {{name: Home}}\n{HOME}{wifi}"}
    from support_inventory import read_and_checked

    inventory, _ = read_and_checked(files)
    assert [each.cidr for each in targets(inventory, "o/home", [], large=False)].count("10.91.4.0/24") == 1
