"""Rehearsals, and what PostgreSQL itself refuses: told at the place that says it, whoever has added the constraint."""

from collections.abc import Callable

import pytest
from support_database import Database, everything
from support_project import Project

OWNERS = {"o/organization.yaml": "organization: {name: O}"}
SITE = """
site: {name: S}
zones: {hall: {name: Hall}}
devices:
  nas: {name: NAS, type: nas, serial: S1, interfaces: {eth1: {mac: a0:1e:0b:00:00:01}}}
  tv: {name: TV, type: tv, zone: hall, serial: S2}
  cam: {name: Cam, type: cam}
"""
FILES = {**OWNERS, "o/s/site.yaml": SITE}
NO_TV = "ALTER TABLE devices ADD CONSTRAINT no_tv CHECK (name <> 'TV')"
NO_NAME = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.name IN ('NAS', 'Cam') THEN RAISE 'we have too many of %', NEW.name; END IF; RETURN NEW; END $$;
    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON devices FOR EACH ROW EXECUTE FUNCTION refuse()"""
NO_PORT = "ALTER TABLE device_interfaces ADD CONSTRAINT no_port CHECK (name <> 'eth1')"
ONE_FLOOR = "ALTER TABLE zones ADD CONSTRAINT floors CHECK (floor_number IS NOT NULL)"
NO_TYPE = "ALTER TABLE devices ALTER device_type TYPE varchar(2)"


def run_plan(project: Project) -> tuple[str, ...]:
    project.run("plan")
    return ("plan", "--rehearse")


def run_apply(_: Project) -> tuple[str, ...]:
    return ("apply", "--yes")


@pytest.fixture(params=[run_plan, run_apply], ids=["plan --rehearse", "apply"])
def command(request: pytest.FixtureRequest) -> Callable[[Project], tuple[str, ...]]:
    made: Callable[[Project], tuple[str, ...]] = request.param
    return made


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (NO_TV, ['6:3: device:o/s/tv: new row for relation "devices" violates check constraint "no_tv"']),
        (NO_NAME, ["5:3: device:o/s/nas: we have too many of NAS", "7:3: device:o/s/cam: we have too many of Cam"]),
        (
            NO_PORT,
            ['5:3: device:o/s/nas: new row for relation "device_interfaces" violates check constraint "no_port"'],
        ),
        (ONE_FLOOR, ['3:9: zone:o/s/hall: new row for relation "zones" violates check constraint "floors"']),
        (NO_TYPE, ["5:3: device:o/s/nas: value too long", "7:3: device:o/s/cam: value too long"]),
    ],
)
def test_what_postgresql_refuses_is_told_at_its_place(
    project: Project,
    database: Database,
    command: Callable[[Project], tuple[str, ...]],
    statement: str,
    said: list[str],
) -> None:
    database.execute(statement)
    project.write(FILES)
    before = everything(database)
    result = project.run(*command(project))
    assert result.code == 5
    assert "PostgreSQL refuses what is to be written; nothing was changed\n" in result.err
    for line in said:
        assert f"inventory/o/s/site.yaml:{line}" in result.err
    assert result.err.count("inventory/") == len(said)
    assert everything(database) == before


@pytest.mark.parametrize("deferred", ["", "DEFERRABLE INITIALLY DEFERRED"])
def test_what_only_one_may_have_is_told_too(project: Project, database: Database, deferred: str) -> None:
    database.execute(f"ALTER TABLE devices ADD CONSTRAINT one_type UNIQUE (device_type) {deferred}")
    project.write({**OWNERS, "o/s/site.yaml": SITE.replace("type: tv", "type: cam")})
    result = project.run("plan", "--rehearse")
    assert result.code == 5
    assert "one_type" in result.err if not deferred else "6:3: device:o/s/tv: the same device_type cam" in result.err
    assert database.execute("SELECT count(*) FROM devices") == [(0,)]


def test_a_rehearsal_changes_nothing_and_says_so(project: Project, database: Database) -> None:
    project.write(FILES)
    before = everything(database)
    result = project.run("plan", "--rehearse", "--exit-code")
    assert result.code == 4
    assert result.out.startswith("Plan: 6 to create")
    assert result.err == "rehearsed: PostgreSQL takes all of it; it was taken back\n"
    assert everything(database) == before
    project.apply()
    assert project.run("plan", "--rehearse").code == 0


def test_what_is_beyond_its_budget_is_not_even_rehearsed(project: Project) -> None:
    project.write(FILES)
    project.apply()
    project.write(OWNERS)
    result = project.run("plan", "--rehearse")
    assert result.code == 5
    assert "rehearsed" not in result.err


def test_of_many_refused_some_are_told(project: Project, database: Database) -> None:
    database.execute("ALTER TABLE devices ADD CONSTRAINT none CHECK (name !~ '^D')")
    listed = "".join(f"  d{at}: {{name: D{at}, type: x}}\n" for at in range(300))
    project.write({**OWNERS, "o/s/site.yaml": f"site: {{name: S}}\ndevices:\n  a: {{name: A, type: x}}\n{listed}"})
    result = project.run("plan", "--rehearse")
    assert result.code == 5
    assert result.err.count("inventory/o/s/site.yaml:") == 10
