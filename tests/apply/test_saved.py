"""Saved plans: what was looked at is what runs, or nothing does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_database import Cluster, Database, everything
from support_edits import Pair, pairs
from support_inventory import STAMP, applied, planned
from support_project import Project, Result

from invgit.apply.saved import apply_saved, saved_plan
from invgit.errors import Refused
from invgit.plan import saved as saving
from invgit.plan.schema import schema

OWNERS = {"catalog/c.yaml": "categories: {net: {name: Network}}", "o/organization.yaml": "organization: {name: O}"}
HOME = """
site: {name: Home}
zones: {hall: {name: Hall}, attic: {name: Attic}}
networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}
devices:
  nas: {name: NAS, type: nas, zone: hall, network: lan, ip: 10.0.0.5, mac: a0:1e:0b:00:00:05, category: net}
  tv: {name: TV, type: tv, zone: hall}
"""
CABIN = "site: {name: Cabin}\nzones: {loft: {name: Loft}}\ndevices: {cam: {name: Cam, type: cam, zone: loft}}\n"
BEFORE = {**OWNERS, "o/home/site.yaml": HOME, "o/cabin/site.yaml": CABIN}


def files(home: tuple[str, str] = ("", ""), cabin: tuple[str, str] = ("", "")) -> dict[str, str]:
    """The inventory with some words of each site exchanged."""
    return {**OWNERS, "o/home/site.yaml": HOME.replace(*home), "o/cabin/site.yaml": CABIN.replace(*cabin)}


@pytest.fixture
def ready(project: Project) -> Project:
    """A project that is applied."""
    project.write(BEFORE)
    project.apply()
    return project


def save(project: Project, wanted: dict[str, str], name: str = "plan.json", *options: str) -> Path:
    """Save the plan for some files."""
    project.write(wanted)
    path = project.root / name
    result = project.run("plan", "--out", str(path), *options)
    assert result.code == 0, result.err
    return path


def run(project: Project, path: Path, *options: str, **environment: str) -> Result:
    """Carry out a saved plan; the YAML says something else by then."""
    project.write(OWNERS)
    return project.run("apply", str(path), *options, **environment)


def test_what_was_saved_is_carried_out_whatever_the_files_say_by_then(ready: Project) -> None:
    wanted = files(("name: NAS", "name: Storage"))
    path = save(ready, wanted)
    result = run(ready, path)
    assert result.code == 0
    assert result.out.startswith("Plan: 1 to update\n")
    assert "applied as generation 2" in result.err
    ready.write(wanted)
    assert ready.changes() == []


def test_a_saved_plan_is_in_the_schema_and_the_same_again(ready: Project) -> None:
    wanted = files(("  tv: {name: TV", "  tele: {renamed_from: tv, name: TV, mac: a0:1e:0b:00:00:07"))
    one, two = save(ready, wanted, "one.json"), save(ready, wanted, "two.json")
    assert one.read_bytes() == two.read_bytes()
    jsonschema.validate(json.loads(one.read_bytes()), schema(), format_checker=jsonschema.FormatChecker())


def test_what_is_remembered_is_what_an_apply_of_the_files_would_have_remembered(
    ready: Project, database: Database
) -> None:
    path = save(ready, files(("  tv:", "  box: {name: Box, type: x}\n  tv:"), ("name: Cam", "name: Eye")))
    assert run(ready, path).code == 0
    assert set(database.execute("SELECT file FROM entities")) == {
        ("inventory/catalog/c.yaml",), ("inventory/o/organization.yaml",),
        ("inventory/o/home/site.yaml",), ("inventory/o/cabin/site.yaml",),
    }  # fmt: skip


def test_what_postgresql_refuses_is_told_at_the_place_that_said_it_when_it_was_planned(
    ready: Project, database: Database
) -> None:
    path = save(ready, files(("  tv:", "  box: {name: Box, type: x}\n  tv:")))
    database.execute("ALTER TABLE devices ADD CONSTRAINT no_box CHECK (name <> 'Box')")
    result = run(ready, path)
    assert result.code == 5
    assert "inventory/o/home/site.yaml:7:3: device:o/home/box: new row for relation" in result.err


def test_an_empty_plan_does_nothing(ready: Project) -> None:
    result = run(ready, save(ready, BEFORE))
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Nothing to do")


def test_twice_carried_out_is_once(ready: Project, database: Database) -> None:
    path = save(ready, files(("  tv: {name: TV, type: tv, zone: hall}\n", "")))
    assert run(ready, path).code == 0
    ready.write(BEFORE)
    ready.apply()
    before = everything(database)
    result = run(ready, path)
    assert result.code == 0
    assert "this plan was carried out before, as generation 2; nothing was changed" in result.err
    assert everything(database) == before


@pytest.mark.parametrize(
    "meanwhile",
    [
        files(cabin=("name: Loft", "name: Big Loft")),
        files(cabin=("devices: {cam: {name: Cam, type: cam, zone: loft}}\n", "")),
        files(("  tv: {name: TV", "  tv: {name: Telly")),
        files(("  tv:", "  new: {name: New, type: x}\n  tv:")),
        files(("attic: {name: Attic}", "attic: {name: Roof}")),
    ],
)
def test_what_concerns_none_of_its_rows_does_not_matter(ready: Project, meanwhile: dict[str, str]) -> None:
    path = save(ready, files(("name: NAS", "name: Storage")))
    ready.write(meanwhile)
    ready.apply()
    assert run(ready, path).code == 0


STALE = [
    ("name: NAS", "name: Box", "device:o/home/nas name: planned Storage, then NAS, now Box"),
    ("10.0.0.5", "10.0.0.6", "device:o/home/nas ip: planned 10.0.0.5, then 10.0.0.5, now 10.0.0.6"),
    (HOME.splitlines()[5] + "\n", "", "device:o/home/nas: planned to update; it was there then, and now it is gone"),
    ("hall: {name: Hall}", "hall: {name: Foyer}", "zone:o/home/hall, which the plan refers to, has changed"),
    ("10.0.0.0/24", "10.0.0.0/23", "network:o/home/lan, which the plan refers to, has changed"),
    ("site: {name: Home}", "site: {name: House}", "site:o/home, which the plan refers to, has changed"),
]


@pytest.mark.parametrize(("old", "new", "said"), STALE)
def test_a_row_that_changed_since_is_told_in_three_ways(
    ready: Project, database: Database, old: str, new: str, said: str
) -> None:
    path = save(ready, files(("name: NAS", "name: Storage")))
    ready.write(files((old, new)))
    ready.apply()
    before = everything(database)
    result = run(ready, path)
    assert result.code == 6
    assert "the database has changed since the plan was made; nothing was changed\n" in result.err
    assert said in result.err
    assert "make a new plan, and look at it" in result.err
    assert everything(database) == before


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE devices SET name = 'By hand' WHERE slug = 'nas'", "then NAS, now By hand"),
        ("DELETE FROM devices WHERE slug = 'nas'", "it was there then, and now it is gone"),
        ("UPDATE zones SET name = 'By hand' WHERE slug = 'hall'", "zone:o/home/hall, which the plan refers to, has ch"),
        ("DELETE FROM zones WHERE slug = 'hall'", "zone: planned hall, then o/home/hall, now nothing"),
    ],
)
def test_a_hand_in_a_row_counts_as_well(ready: Project, database: Database, statement: str, said: str) -> None:
    path = save(ready, files(("name: NAS", "name: Storage")))
    database.execute(statement)
    result = run(ready, path)
    assert result.code == 6
    assert said.replace("planned hall", "planned o/home/hall") in result.err


def test_what_came_into_being_meanwhile_is_not_overwritten(ready: Project) -> None:
    path = save(ready, files(("  tv:", "  box: {name: Box, type: x}\n  tv:")))
    ready.write(files(("  tv:", "  box: {name: Other, type: x}\n  tv:")))
    ready.apply()
    result = run(ready, path)
    assert result.code == 6
    assert "device:o/home/box: planned to create; it was not there then, and now it is" in result.err


def test_what_somebody_has_done_already_is_no_obstacle(ready: Project) -> None:
    wanted = files(("  tv:", "  box: {name: Box, type: x}\n  tv:"), ("name: Cam", "name: Eye"))
    path = save(ready, wanted)
    ready.write(files(("  tv:", "  box: {name: Box, type: x}\n  tv:")))
    ready.apply()
    assert run(ready, path).code == 0
    ready.write(wanted)
    assert ready.changes() == []


def test_plans_for_two_sites_get_through_in_either_order(ready: Project) -> None:
    wanted = files(("name: NAS", "name: Storage"), ("name: Cam", "name: Eye"))
    home = save(ready, wanted, "home.json", "--site", "home")
    cabin = save(ready, wanted, "cabin.json", "--site", "cabin")
    assert run(ready, cabin).code == 0
    assert run(ready, home).code == 0
    ready.write(wanted)
    assert ready.changes() == []


def test_two_runners_with_plans_for_two_sites_both_get_through_at_once(ready: Project) -> None:
    wanted = files(("name: NAS", "name: Storage"), ("name: Cam", "name: Eye"))
    plans = [save(ready, wanted, f"{site}.json", "--site", site) for site in ("home", "cabin")]
    running = [ready.start("apply", str(plan)) for plan in plans]
    outputs = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs
    ready.write(wanted)
    assert ready.changes() == []


def test_a_plan_is_written_to_no_place_that_a_link_leads_to(ready: Project) -> None:
    path, elsewhere = ready.root / "plan.json", ready.root / "elsewhere"
    elsewhere.write_text("mine", encoding="utf-8")
    for name in ("plan.json", "plan.json.part", "plan.json.tmp"):
        (ready.root / name).symlink_to(elsewhere)
    assert ready.run("plan", "--out", str(path)).code == 0
    assert elsewhere.read_text(encoding="utf-8") == "mine"
    assert not path.is_symlink()


def edit(change: Callable[[dict[str, Any]], Any], *, sealed: bool = False) -> Callable[[bytes], bytes]:
    """An edit of the file's JSON; `sealed`: somebody has made its checksum anew."""

    def edited(data: bytes) -> bytes:
        document = json.loads(data)
        change(document)
        if sealed:
            document["saved"]["checksum"] = saving._checksum(document)
        return json.dumps(document).encode()

    return edited


def field(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["changes"][0]["fields"]["name"]
    return found


TAMPERED = {
    "cut": (lambda data: data[: len(data) // 2], "no saved plan, or was cut off"),
    "empty": (lambda _: b"", "no saved plan, or was cut off"),
    "binary": (lambda _: b"\xff\xfe\x00", "no saved plan, or was cut off"),
    "a list": (lambda _: b"[]", "no saved plan"),
    "deep": (lambda _: b"[" * 100_000, "no saved plan"),
    "no number": (lambda data: data.replace(b'"generation":1', b'"generation":NaN'), "no saved plan, or was cut off"),
    "edited": (edit(lambda it: field(it).update(after="Evil")), "its checksum is another one"),
    "without a checksum": (edit(lambda it: it["saved"].pop("checksum")), "its checksum is another one"),
    "another version": (edit(lambda it: it.update(format="invgit-plan/2")), "another version of invgit: invgit-plan/2"),
    "only shown": (edit(lambda it: it.pop("saved")), "does not hold what is needed"),
    "shows something else": (edit(lambda it: field(it).update(after="Evil"), sealed=True), "contradicts itself"),
    "does something else": (
        edit(lambda it: it["saved"]["rows"][0]["after"].update(name="Evil"), sealed=True), "contradicts itself",
    ),
    "hides something": (
        edit(lambda it: it["saved"]["rows"][0]["after"].update(description="Evil"), sealed=True), "contradicts itself",
    ),
    "a wrong value": (
        edit(lambda it: [field(it).update(after="\x1b[2J"), it["saved"]["rows"][0]["after"].update(name="\x1b[2J"),
                         it["changes"][0].update(name="\x1b[2J")], sealed=True), "cannot be understood",
    ),
    "more than it says": (
        edit(lambda it: it["saved"]["rows"].append(it["saved"]["rows"][0]), sealed=True), "cannot be understood",
    ),
    "another digest": (edit(lambda it: it.update(digest="0" * 32), sealed=True), "contradicts itself"),
    "another base": (edit(lambda it: it["saved"].update(generation=99), sealed=True), "contradicts itself"),
    "no database": (edit(lambda it: it["saved"].update(database="x"), sealed=True), "cannot be understood"),
    "an unknown key": (edit(lambda it: it.update(force=True), sealed=True), "contradicts itself"),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_a_plan_that_cannot_be_trusted_is_refused(ready: Project, database: Database, how: str) -> None:
    change, said = TAMPERED[how]
    path = save(ready, files(("name: NAS", "name: Storage")))
    before = everything(database)
    path.write_bytes(change(path.read_bytes()))
    result = run(ready, path)
    assert (result.code, result.out) == (5, "")
    assert said in result.err
    assert "Traceback" not in result.err
    assert everything(database) == before


@given(st.data())
@settings(max_examples=60)
def test_no_bytes_of_a_plan_end_otherwise_than_refused(data: st.DataObject) -> None:
    """Any part of a plan replaced by anything."""
    text = json.dumps({"format": "invgit-plan/1", "digest": "", "changes": [], "saved": {"id": "", "rows": []}})
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(at, len(text)))
    with pytest.raises(Refused):
        saving.read(text[:at].encode() + data.draw(st.binary(max_size=20)) + text[cut:].encode())


def test_a_plan_for_another_database_is_refused(ready: Project, cluster: Cluster, tmp_path: Path) -> None:
    path = save(ready, files(("name: NAS", "name: Storage")))
    with cluster.database() as other:
        elsewhere = Project(tmp_path / "elsewhere", other.dsn)
        elsewhere.write(BEFORE)
        elsewhere.apply()
        result = run(elsewhere, path)
        assert result.code == 5
        assert "the plan was made for another database, of which this one is a copy" in result.err
        other.execute("UPDATE invgit_database SET id = gen_random_uuid()")
        result = run(elsewhere, path)
        assert result.code == 5
        assert "the plan was made for the database" in result.err


def test_a_plan_of_another_invgit_or_schema_is_refused(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(ready, files(("name: NAS", "name: Storage")))
    data = json.loads(path.read_bytes())
    for name, value, said in (("tool", "9.9", "made by invgit 9.9"), ("schema", 1, "made for schema 1")):
        data["saved"] = {**data["saved"], name: value}
        data["saved"]["checksum"] = saving._checksum(data)
        path.write_text(json.dumps(data), encoding="utf-8")
        result = run(ready, path)
        assert result.code == 5
        assert said in result.err
        data = json.loads(save(ready, files(("name: NAS", "name: Storage"))).read_bytes())


@pytest.mark.parametrize("option", [("--site", "home"), ("--allow", "empty:o/home")])
def test_a_saved_plan_takes_no_planning_options(ready: Project, option: tuple[str, ...]) -> None:
    path = save(ready, files(("name: NAS", "name: Storage")))
    result = run(ready, path, *option)
    assert result.code == 2
    assert "a saved plan takes no planning options" in result.err


def test_a_plan_beyond_its_budget_is_not_saved(ready: Project) -> None:
    ready.write(OWNERS)
    path = ready.root / "plan.json"
    assert ready.run("plan", "--out", str(path)).code == 5
    assert not path.exists()
    result = ready.run("plan", "--out", str(path), "--allow", "empty:o/home", "--allow", "empty:o/cabin")
    assert result.code == 0
    assert json.loads(path.read_bytes())["saved"]["allowed"] == ["empty:o/home", "empty:o/cabin"]
    assert run(ready, path).code == 0


def test_what_cannot_be_read_or_written_is_told(ready: Project) -> None:
    result = ready.run("apply", str(ready.root / "none.json"))
    assert result.code == 3
    assert "none.json cannot be read: No such file or directory" in result.err
    result = ready.run("plan", "--out", str(ready.root / "no" / "plan.json"))
    assert result.code == 3
    assert "plan.json: No such file or directory" in result.err


@given(pair=pairs(protected=True), touched=st.booleans())
@settings(max_examples=max(8, settings.default.max_examples // 2))
def test_a_saved_plan_does_what_the_plan_itself_would(cluster: Cluster, pair: Pair, *, touched: bool) -> None:
    """Any plan, written and read: the database is the same as after applying it at once."""
    before, after = pair.inventories
    with cluster.database() as one, one.opened() as connection:
        applied(connection, before)
        if touched:
            one.execute("UPDATE entities SET digest = NULL")
        saved = saved_plan(connection, after, STAMP)
        if saved.plan.failed:
            return
        read = saving.read(json.dumps(saving.document(saved)).encode())
        try:
            outcome = apply_saved(connection, read, "ada", timeout=10)
        except Refused:  # what is protected stays, and has the address that something else is to get
            assert saved.plan.protected
            return
        assert outcome.plan.digest == saved.plan.digest
        left = planned(connection, after)
        assert left.empty
