"""`invgit drift`: who changed what by hand, what the YAML says, and the two ways on."""

import csv
import io

import pytest
from support_database import Database, everything
from support_project import Project

FILES = {
    "catalog/c.yaml": "categories: {net: {name: Network}}",
    "o/organization.yaml": "organization: {name: O}",
    "o/s/site.yaml": """
site: {name: S}
zones: {hall: {name: Hall}, attic: {name: Attic}}
networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}
devices:
  nas: {name: NAS, type: nas, zone: hall, network: lan, ip: 10.0.0.5, metadata: {os: Linux}, attributes: {bays: 4}}
  tv: {name: TV, type: tv, zone: hall}
""",
}


@pytest.fixture
def applied(project: Project) -> Project:
    """A project that is applied."""
    project.write(FILES)
    project.apply()
    return project


def test_without_a_hand_there_is_no_drift(applied: Project) -> None:
    result = applied.run("drift", "--exit-code")
    assert (result.code, result.out) == (0, "No drift: every row is as the last apply left it.\n")
    assert applied.run("drift", "-o", "json").json == []
    assert applied.run("drift", "--patch").out == ""


def test_each_field_is_told_with_who_when_and_what_the_yaml_says(applied: Project, database: Database) -> None:
    jane = database.role()
    with database.connect(jane) as session:
        session.execute("UPDATE devices SET name = 'By hand', zone_id = NULL WHERE slug = 'nas'")
    database.execute("UPDATE devices SET metadata = '{\"os\": \"BSD\"}' WHERE slug = 'nas'")
    database.execute("UPDATE device_attributes SET attribute_value = '8'")
    applied.write({**FILES, "o/s/site.yaml": FILES["o/s/site.yaml"].replace("name: NAS", "name: Storage")})
    rows = {row["field"]: row for row in applied.run("drift", "-o", "json").json}
    assert rows.keys() == {"name", "zone", "metadata", "attributes"}
    told = {field: (row["applied"], row["now"], row["yaml"]) for field, row in rows.items()}
    assert told["name"] == ("NAS", "By hand", "Storage")
    assert told["zone"] == ("o/s/hall", None, "o/s/hall")
    assert told["metadata"] == ('{"os": "Linux"}', '{"os": "BSD"}', '{"os": "Linux"}')
    assert {row["address"] for row in rows.values()} == {"device:o/s/nas"}
    role = jane.partition("user=")[2].partition(" ")[0]
    assert {field for field, row in rows.items() if row["role"] == role} == {"name", "zone"}
    assert all(row["at"] for row in rows.values())


def test_a_row_that_is_gone_and_rows_that_nobody_declared_are_listed(applied: Project, database: Database) -> None:
    database.execute("DELETE FROM devices WHERE slug = 'tv'")
    database.execute("INSERT INTO zones (site_id, name, slug) SELECT id, 'Cellar', 'cellar' FROM sites")
    rows = applied.run("drift", "-o", "json").json
    assert [(row["state"], row["address"], row["applied"], row["now"]) for row in rows] == [
        ("deleted", "device:o/s/tv", "TV", None), ("unmanaged", "(zone)", None, "Cellar"),
    ]  # fmt: skip
    table = applied.run("drift").out
    assert "deleted    device:o/s/tv" in table
    assert "Cellar" in table
    assert [row["state"] for row in csv.DictReader(io.StringIO(applied.run("drift", "-o", "csv").out))] == [
        "deleted", "unmanaged",
    ]  # fmt: skip


def test_unmanaged_rows_alone_are_no_drift(applied: Project, database: Database) -> None:
    database.execute("INSERT INTO zones (site_id, name, slug) SELECT id, 'Cellar', 'cellar' FROM sites")
    assert applied.run("drift", "--exit-code").code == 0
    database.execute("UPDATE zones SET name = 'Roof' WHERE slug = 'attic'")
    assert applied.run("drift", "--exit-code").code == 4


def test_a_patch_takes_the_databases_values(applied: Project, database: Database) -> None:
    database.execute("""UPDATE devices SET name = 'It''s "here"', zone_id = NULL WHERE slug = 'nas'""")
    database.execute("UPDATE device_attributes SET attribute_value = '8'")
    database.execute("DELETE FROM devices WHERE slug = 'tv'")
    assert applied.run("drift", "--patch").out.splitlines() == [
        "invgit device update o/s/nas --set name='It'\"'\"'s \"here\"'",
        "invgit device update o/s/nas --clear zone",
        'invgit device update o/s/nas --set attributes=\'{"bays": {"type": "string", "value": "8"}}\'',
        "invgit device delete o/s/tv",
    ]


def test_looking_for_drift_changes_nothing(applied: Project, database: Database) -> None:
    database.execute("UPDATE zones SET name = 'Roof' WHERE slug = 'attic'")
    before = everything(database)
    for options in ((), ("--patch",), ("-o", "yaml")):
        applied.run("drift", *options)
    assert everything(database) == before


def test_what_was_seen_by_sources_is_no_drift(applied: Project, database: Database) -> None:
    database.execute("UPDATE devices SET status = 'online', last_seen = now()")
    assert applied.run("drift", "--exit-code").code == 0


def test_a_plan_shows_apart_what_it_only_sets_back(applied: Project, database: Database) -> None:
    database.execute("UPDATE devices SET name = 'By hand' WHERE slug = 'nas'")
    database.execute("UPDATE zones SET name = 'By hand', sort_order = 3 WHERE slug = 'attic'")
    database.execute("DELETE FROM devices WHERE slug = 'tv'")
    changed = FILES["o/s/site.yaml"].replace("attic: {name: Attic}", "attic: {name: Roof}")
    applied.write({**FILES, "o/s/site.yaml": changed})
    out = applied.run("plan").out
    own, _, back = out.partition("Changed in the database by hand, and set back:\n")
    assert "zone:o/s/attic" in own
    assert "sort_order: 3 → nothing  (changed by hand)" in own
    assert "name: By hand → Roof\n" in own
    assert "device:o/s/nas" in back
    assert "device:o/s/tv" in back
    form = applied.run("plan", "--format", "json").json
    marked = {change["address"]: change.get("drift", False) for change in form["changes"]}
    assert marked == {"zone:o/s/attic": False, "device:o/s/nas": False, "device:o/s/tv": True}
    nas = next(change for change in form["changes"] if change["address"] == "device:o/s/nas")
    assert nas["fields"]["name"]["drift"] is True
    path = applied.root / "plan.json"
    assert applied.run("plan", "--out", str(path)).code == 0
    assert applied.run("apply", str(path)).code == 0
    assert applied.changes() == []
    assert applied.run("drift").out.startswith("No drift")
