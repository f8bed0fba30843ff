"""`--site`: a part of the plan, with what it needs and without what it must not do."""

import pytest
from support_database import Database, everything
from support_inventory import applied, changes, planned

from invgit.errors import Refused

HOME = """
site: {name: Home}
zones: {hall: {name: Hall}}
networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}
devices: {nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.5, category: net}}
"""
CABIN = """
site: {name: Cabin}
zones: {loft: {name: Loft}}
devices:
  cam: {name: Cam, type: camera}
connections: {cam--nas: {from: cam, to: home/nas}}
"""
BASE = {
    "catalog/c.yaml": "categories: {net: {name: Network}, av: {name: Media}}",
    "o/organization.yaml": "organization: {name: O}\nnetworks: {vpn: {name: VPN}}",
    "o/home/site.yaml": HOME,
    "o/cabin/site.yaml": CABIN,
}


def test_a_first_apply_of_one_site_brings_what_it_needs_and_no_more(database: Database) -> None:
    with database.opened() as connection:
        assert changes(applied(connection, BASE, sites=("o/home",)).plan) == [
            "create category:net", "create organization:o", "create site:o/home", "create zone:o/home/hall",
            "create network:o/home/lan", "create device:o/home/nas",
        ]  # fmt: skip
        assert planned(connection, BASE, sites=("o/home",)).empty
        rest = changes(applied(connection, BASE).plan)
        assert rest == [
            "create category:av", "create site:o/cabin", "create zone:o/cabin/loft", "create network:o/vpn",
            "create device:o/cabin/cam", "create connection:o/cabin/cam--nas",
        ]  # fmt: skip
        assert planned(connection, BASE).empty


def test_what_a_site_needs_of_another_comes_with_it(database: Database) -> None:
    with database.opened() as connection:
        found = changes(applied(connection, BASE, sites=("o/cabin",)).plan)
        assert "create device:o/home/nas" in found
        assert "create network:o/home/lan" in found
        assert "create zone:o/home/hall" not in found
        assert planned(connection, BASE, sites=("o/cabin",)).empty


def test_changes_elsewhere_wait_and_are_not_forgotten(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        wanted = {
            **BASE,
            "o/home/site.yaml": HOME.replace("name: Hall", "name: Big Hall"),
            "o/cabin/site.yaml": "site: {name: C}",
        }
        assert changes(applied(connection, wanted, sites=("o/home",)).plan) == ["update zone:o/home/hall name"]
        assert planned(connection, wanted, sites=("o/home",)).empty
        assert changes(planned(connection, wanted)) == [
            "update site:o/cabin name", "delete zone:o/cabin/loft", "delete device:o/cabin/cam",
            "delete connection:o/cabin/cam--nas",
        ]  # fmt: skip


def test_nothing_elsewhere_is_deleted(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        assert planned(
            connection, {**BASE, "catalog/c.yaml": "categories: {net: {name: Network}}"}, sites=("o/home",)
        ).empty


def test_a_delete_that_would_change_another_site_is_refused(database: Database) -> None:
    with database.opened() as connection:
        applied(connection, BASE)
        before = everything(database)
        wanted = {
            **BASE,
            "o/home/site.yaml": HOME[: HOME.index("devices:")],
            "o/cabin/site.yaml": CABIN[: CABIN.index("connections:")],
        }
        with pytest.raises(Refused) as refused:
            applied(connection, wanted, sites=("o/home",))
        assert (
            "device:o/home/nas is referred to by a managed row of `device_connections`: cam--nas"
            in refused.value.message
        )
        assert everything(database) == before
        applied(connection, wanted)
        assert planned(connection, wanted).empty
