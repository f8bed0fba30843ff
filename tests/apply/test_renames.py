"""Renames and moves: ids, history and references stay; what is ambiguous is refused; swaps need no order."""

import pytest
from support_database import Database, everything
from support_inventory import applied, changes, exchanged, planned
from support_project import Project

from invgit.plan import Plan

CATALOG = {"catalog/c.yaml": "categories: {net: {name: Network}}", "o/organization.yaml": "organization: {name: O}"}
HOME = """
site: {name: Home}
zones: {hall: {name: Hall}, attic: {name: Attic, parent: hall}}
networks: {lan: {name: LAN, cidr: 10.0.0.0/24, controller: router}}
devices:
  router: {name: Router, type: router, network: lan, ip: 10.0.0.1, mac: a0:1e:0b:00:00:01}
  nas: {name: NAS, type: nas, zone: hall, network: lan, ip: 10.0.0.5, mac: a0:1e:0b:00:00:05, serial: S5, category: net}
  cam: {name: Cam, type: cam, zone: attic, refs: {homeseer: "7"}, attributes: {lens: wide}}
connections: {nas--router: {from: nas, to: router}}
reservations: {printer: {network: lan, ip: 10.0.0.9, type: reserved}}
"""
CABIN = "site: {name: Cabin}\nzones: {loft: {name: Loft}}\nconnections: {}\n"
BEFORE = {**CATALOG, "o/home/site.yaml": HOME, "o/cabin/site.yaml": CABIN}


def home(*edits: tuple[str, str]) -> dict[str, str]:
    """The inventory with some words of the home exchanged."""
    return {**BEFORE, "o/home/site.yaml": exchanged(HOME, *edits)}


def ids(database: Database) -> dict[str, str]:
    """The id of everything, by its address."""
    return dict(database.execute("SELECT address, id::text FROM entities"))


def told(plan: Plan) -> list[tuple[str, ...]]:
    """The renames of a plan: from, to, why, and the fields that change."""
    return [
        (str(each.former), str(each.address), each.reason or "", *(field.name for field in each.fields))
        for each in plan.changes
        if each.former
    ]


@pytest.mark.parametrize(
    ("wanted", "old", "new"),
    [
        (home(("hall: {", "foyer: {renamed_from: hall, "), ("zone: hall", "zone: foyer"), ("t: hall", "t: foyer")),
         "zone:o/home/hall", "zone:o/home/foyer"),
        (home(("lan: {", "main: {renamed_from: lan, "), ("network: lan", "network: main")),
         "network:o/home/lan", "network:o/home/main"),
        (home(("from: nas", "from: storage"), ("  nas: {", "  storage: {renamed_from: nas, ")),
         "device:o/home/nas", "device:o/home/storage"),
        (home(("nas--router: {", "storage--router: {renamed_from: nas--router, ")),
         "connection:o/home/nas--router", "connection:o/home/storage--router"),
        (home(("printer: {", "printer-old: {renamed_from: printer, ")),
         "reservation:o/home/printer", "reservation:o/home/printer-old"),
        ({**home(("category: net", "category: lan")),
          "catalog/c.yaml": "categories: {lan: {name: Network, renamed_from: net}}"}, "category:net", "category:lan"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_renamed_keeps_its_id_and_whoever_refers_to_it_does_not_show(
    database: Database, wanted: dict[str, str], old: str, new: str
) -> None:
    with database.opened() as connection:
        applied(connection, BEFORE)
        before = ids(database)
        plan = applied(connection, wanted).plan
        assert told(plan) == [(old, new, "renamed_from")]
        assert len(plan.changes) == 1
        assert ids(database) == {new if address == old else address: id for address, id in before.items()}
        assert planned(connection, wanted).empty
        database.execute("UPDATE entities SET digest = NULL")
        assert planned(connection, wanted).empty


def test_a_renamed_site_takes_along_all_that_stands_in_it(database: Database) -> None:
    wanted = {**CATALOG, "o/cabin/site.yaml": CABIN}
    wanted["o/house/site.yaml"] = HOME.replace("site: {", "site: {renamed_from: home, ").replace("name: Cam", "name: C")
    with database.opened() as connection:
        applied(connection, BEFORE)
        before = ids(database)
        plan = applied(connection, wanted).plan
        assert changes(plan) == ["rename site:o/house", "update device:o/house/cam name"]
        assert ids(database) == {address.replace("o/home", "o/house"): id for address, id in before.items()}
        assert planned(connection, wanted).empty
        stored = dict(database.execute("SELECT address, declared ->> 'site' FROM entities WHERE kind = 'device'"))
        assert set(stored.values()) == {"o/house"}


@pytest.mark.parametrize("sites", [("p/cabin",), ("p/home",)])
def test_a_renamed_organization_is_whole_also_when_one_site_is_applied(
    database: Database, sites: tuple[str, ...]
) -> None:
    wanted = {path.replace("o/", "p/", 1) if path.startswith("o/") else path: text for path, text in BEFORE.items()}
    wanted["p/organization.yaml"] = "organization: {name: P, renamed_from: o}"
    wanted["p/cabin/site.yaml"] = CABIN.replace("name: Loft", "name: Big Loft")
    wanted["p/home/site.yaml"] = HOME.replace("name: NAS", "name: Storage").replace("  cam:", "  eye:")
    with database.opened() as connection:
        applied(connection, BEFORE)
        before = ids(database)
        part = applied(connection, wanted, sites=sites).plan
        assert told(part)[0] == ("organization:o", "organization:p", "renamed_from", "name")
        assert {each[1].partition("/")[0] for each in told(part)} <= {"organization:p", "device:p"}
        assert all(":p" in address for address in ids(database) if not address.startswith("category:"))
        rest = applied(connection, wanted).plan
        assert told(rest)[:1] != told(part)[:1]
        assert planned(connection, wanted).empty
        after = ids(database)
        for address, id in before.items():
            assert after.get(address.replace(":o", ":p")) in {id, None}, address
        assert len(before) == len(after)


def test_a_device_that_moves_to_another_site_is_the_same_device(database: Database) -> None:
    device = "devices:\n  storage: {name: NAS, type: nas, zone: loft, serial: S5}\n"
    line = next(line for line in HOME.splitlines() if line.startswith("  nas: {"))
    wanted = home((f"{line}\n", ""), ("connections: {nas--router: {from: nas, to: router}}", "connections: {}"))
    wanted["o/cabin/site.yaml"] = CABIN + device
    with database.opened() as connection:
        applied(connection, BEFORE)
        before = ids(database)
        plan = applied(connection, wanted, sites=("o/cabin",)).plan
        ((old, new, why, *fields),) = told(plan)
        assert (old, new, why) == ("device:o/home/nas", "device:o/cabin/storage", "the same serial: S5")
        assert {"zone", "network", "ip", "mac", "category"} <= set(fields)
        assert "site" not in fields
        applied(connection, wanted)
        assert ids(database)["device:o/cabin/storage"] == before["device:o/home/nas"]
        assert planned(connection, wanted).empty


def test_a_new_device_under_the_old_name_of_another_is_another(database: Database) -> None:
    new = "  nas: {name: New NAS, type: nas, mac: a0:1e:0b:00:00:06}\n"
    wanted = home(("  nas: {", f"{new}  old-nas: {{"), ("from: nas", "from: old-nas"))
    with database.opened() as connection:
        applied(connection, BEFORE)
        before = ids(database)
        plan = applied(connection, wanted).plan
        assert not plan.summary["rename"]  # `nas` is still described: who has that name now is what it becomes
        assert ids(database)["device:o/home/nas"] == before["device:o/home/nas"]
        assert planned(connection, wanted).empty


@pytest.mark.parametrize(
    ("device", "why"),
    [
        ("{name: X, type: nas, mac: a0:1e:0b:00:00:05}", "the same mac: a0:1e:0b:00:00:05"),
        ("{name: X, type: nas, serial: S5}", "the same serial: S5"),
        ("{name: X, type: nas, interfaces: {eth0: {mac: a0-1e-0b-00-00-05}}}", "the same mac: a0:1e:0b:00:00:05"),
        ("{name: NAS, type: nas, zone: hall}", None),
        ("{name: X, type: nas, serial: S5, renamed_from: null}", None),
    ],
)
def test_a_strong_identity_is_enough_and_a_name_is_not(database: Database, device: str, why: str | None) -> None:
    line = next(line for line in HOME.splitlines() if line.startswith("  nas: {"))
    wanted = home((line, f"  box: {device}"), ("from: nas", "from: box"))
    with database.opened() as connection:
        applied(connection, BEFORE)
        plan = planned(connection, wanted)
        assert [each[2] for each in told(plan)] == ([why] if why else [])
        applied(connection, wanted)
        assert planned(connection, wanted).empty


@pytest.mark.parametrize(
    ("device", "renamed"),
    [
        ('{name: Cam, type: cam, refs: {homeseer: "7"}}', True),
        ('{name: Eye, type: cam, zone: attic, refs: {homeseer: "7"}}', True),
        ('{name: Eye, type: cam, zone: hall, refs: {homeseer: "7"}}', False),
    ],
)
def test_a_controllers_number_needs_something_else_that_agrees(
    database: Database, device: str, *, renamed: bool
) -> None:
    line = next(line for line in HOME.splitlines() if line.startswith("  cam: {"))
    with database.opened() as connection:
        applied(connection, BEFORE)
        assert bool(told(planned(connection, home((line, f"  eye: {device}"))))) is renamed


AMBIGUOUS = """\
  box: {name: Box, type: nas, mac: a0:1e:0b:00:00:05}
  safe: {name: Safe, type: nas, serial: S5}"""


@pytest.mark.parametrize("command", [("plan",), ("plan", "--format", "json"), ("apply", "--yes")])
def test_what_could_be_either_is_refused_with_the_candidates(
    project: Project, database: Database, command: tuple[str, ...]
) -> None:
    line = next(line for line in HOME.splitlines() if line.startswith("  nas: {"))
    project.write(BEFORE)
    project.apply()
    before = everything(database)
    project.write(home((line, AMBIGUOUS), ("from: nas", "from: box")))
    result = project.run(*command)
    assert (result.code, result.out) == (1, "")
    assert (
        "error[ambiguous-rename]: device:o/home/box could be device:o/home/nas under another name (the same mac:"
        " a0:1e:0b:00:00:05), and so could device:o/home/safe\n  --> inventory/o/home/site.yaml:7:36\n" in result.err
    )
    assert "help: write `renamed_from: nas` here if it is; `renamed_from: null` if it is a new one\n" in result.err
    assert everything(database) == before


def test_one_word_settles_what_could_be_either(database: Database) -> None:
    line = next(line for line in HOME.splitlines() if line.startswith("  nas: {"))
    said = AMBIGUOUS.replace("serial: S5", "serial: S5, renamed_from: nas")
    new = AMBIGUOUS.replace("serial: S5", "serial: S5, renamed_from: null")
    with database.opened() as connection:
        applied(connection, BEFORE)
        for text, became in ((said, "safe"), (new, "box")):
            plan = planned(connection, home(("from: nas", "from: box"), (line, text)))
            assert [each[1] for each in told(plan)] == [f"device:o/home/{became}"]


def test_nothing_is_renamed_to_what_is_there_already(project: Project) -> None:
    project.write(BEFORE)
    project.apply()
    line = next(line for line in HOME.splitlines() if line.startswith("  cam: {"))
    project.write(home((f"{line}\n", ""), ("  nas: {", "  nas: {renamed_from: cam, ")))
    result = project.run("plan")
    assert result.code == 1
    assert "device:o/home/cam cannot become device:o/home/nas: the database has both" in result.err
    assert "inventory/o/home/site.yaml:7:23\n" in result.err


def test_names_addresses_and_ports_change_places_in_one_apply(database: Database) -> None:
    swapped = home(
        ("name: Router", "name: N@S"), ("name: NAS", "name: Router"), ("N@S", "NAS"),
        ("ip: 10.0.0.1,", "ip: 10.0.0.x,"), ("ip: 10.0.0.5,", "ip: 10.0.0.1,"), ("ip: 10.0.0.x,", "ip: 10.0.0.5,"),
        ("00:01}", "00:xx}"), ("00:05,", "00:01,"), ("00:xx}", "00:05}"),
    )  # fmt: skip
    with database.opened() as connection:
        applied(connection, BEFORE)
        before = ids(database)
        devices = ("device:o/home/nas", "device:o/home/router")
        plan = applied(connection, swapped).plan
        assert changes(plan) == [f"update {address} name, mac, ip, allocations" for address in devices]
        assert planned(connection, swapped).empty
        assert ids(database) == before


def test_the_log_of_what_was_renamed_is_whole(project: Project) -> None:
    project.write(BEFORE)
    project.apply()
    project.write(home(("from: nas", "from: storage"), ("  nas: {", "  storage: {renamed_from: nas, ")))
    project.apply()
    rows = project.run("audit", "storage", "-o", "json").json
    assert [(row["action"], row["type"]) for row in rows if row["type"] == "device"] == [
        ("update", "device"), ("create", "device"),
    ]  # fmt: skip
    assert rows[0]["fields"] == ["slug"]


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_what_nobody_knows_comes_before_what_would_be_too_much(project: Project, command: tuple[str, ...]) -> None:
    """A plan that cannot be made has no budget: the reader is told what to decide, and nothing else."""
    project.write(BEFORE)
    project.apply()
    line = next(line for line in HOME.splitlines() if line.startswith("  nas: {"))
    wanted = home(("from: nas", "from: box"), (line, AMBIGUOUS))
    del wanted["o/cabin/site.yaml"]
    project.write(wanted)
    result = project.run(*command)
    assert result.code == 1
    assert "ambiguous-rename" in result.err
    assert "budget" not in result.err
