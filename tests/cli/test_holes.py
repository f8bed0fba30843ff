"""Holes that tools of this kind have had, seen in real runs of theirs: here each is refused."""

import json

import pytest
from support_database import Cluster, Database, everything
from support_project import Project

OWNERS = {"o/organization.yaml": "organization: {name: O}"}


def site(devices: int, *, more: str = "", name: str = "home") -> dict[str, str]:
    """A site with so many devices."""
    listed = "".join(f"  d{at}: {{name: D{at}, type: x{more}}}\n" for at in range(devices))
    return {**OWNERS, f"o/{name}/site.yaml": f"site: {{name: S}}\nzones: {{hall: {{name: Hall}}}}\ndevices:\n{listed}"}


@pytest.fixture
def applied(project: Project) -> Project:
    """Nine devices, applied."""
    project.write(site(9))
    project.apply()
    return project


@pytest.mark.parametrize("checksum", ["bogus", "", None, 7])
def test_a_checksum_that_nobody_can_verify_applies_nothing(
    applied: Project, database: Database, checksum: object
) -> None:
    applied.write(site(9, more=", description: new"))
    path = applied.root / "plan.json"
    assert applied.run("plan", "--out", str(path)).code == 0
    document = json.loads(path.read_bytes())
    document["saved"]["checksum"] = checksum
    path.write_text(json.dumps(document), encoding="utf-8")
    before = everything(database)
    assert applied.run("apply", str(path)).code == 5
    assert everything(database) == before


def test_a_wrong_checksum_does_not_pass_because_there_is_nothing_to_do(applied: Project) -> None:
    path = applied.root / "plan.json"
    assert applied.run("plan", "--out", str(path)).code == 0
    document = json.loads(path.read_bytes())
    document["saved"]["generation"] += 1
    path.write_text(json.dumps(document), encoding="utf-8")
    assert applied.run("apply", str(path)).code == 5


def test_the_same_edit_in_another_site_is_another_plan(applied: Project) -> None:
    both = {**site(2), **site(2, name="cabin")}
    applied.write(both)
    applied.apply("--allow", "delete:device@o/home=7")
    digests = set()
    for name in ("home", "cabin"):
        applied.write({**both, **site(2, name=name, more=", description: new")})
        digests.add(applied.run("plan", "--format", "json").json["digest"])
    assert len(digests) == 2


def test_a_plan_for_another_target_is_refused(applied: Project, cluster: Cluster) -> None:
    applied.write(site(9, more=", description: new"))
    path = applied.root / "plan.json"
    assert applied.run("plan", "--out", str(path)).code == 0
    with cluster.database() as other:
        other.execute("UPDATE invgit_database SET id = gen_random_uuid()")
        applied.dsn = other.dsn
        before = everything(other)
        assert applied.run("apply", str(path)).code == 5
        assert everything(other) == before


def test_eight_of_nine_do_not_go_without_a_word(applied: Project, database: Database) -> None:
    applied.write(site(1))
    before = everything(database)
    for command in (("plan",), ("apply", "--yes")):
        assert applied.run(*command).code == 5
    assert everything(database) == before


def test_a_file_that_vanished_is_not_a_wish_to_delete_all(applied: Project) -> None:
    applied.write({})
    result = applied.run("apply", "--yes")
    assert result.code == 5
    assert "empty:everything" in result.err


def test_all_that_is_wrong_is_told_and_nothing_is_planned(applied: Project) -> None:
    wrong = "  a: {name: A, type: x, mac: nonsense, ip: 10.0.0.300}\n  b: {nmae: B, zone: nowhere}\n"
    wrong += "  c: {name: C, type: x, type: y}\n"
    applied.write({**OWNERS, "o/home/site.yaml": f"site: {{name: S}}\ndevices:\n{wrong}"})
    result = applied.run("plan")
    assert (result.code, result.out) == (1, "")
    for code in ("bad-mac", "bad-ip", "unknown-field", "missing-field", "unknown-reference", "duplicate-key"):
        assert f"error[{code}]" in result.err


def test_no_exit_code_means_two_things(applied: Project) -> None:
    assert applied.run("plan", "--exit-code").code == 0
    applied.write(site(9, more=", description: new"))
    assert applied.run("plan", "--exit-code").code == 4
    applied.write(site(9, more=", mac: x"))
    assert applied.run("plan", "--exit-code").code == 1
