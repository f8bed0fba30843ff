"""`invgit sync homeseer`, from the controller to the YAML and the database, over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.homeseer.house import House, house
from fakes.homeseer.server import BODIES, ODD_WAYS, HomeSeer
from support_database import Database
from support_sync import HOUSE, Synced

NOW = "2026-06-01T12:00:00Z"


@pytest.fixture
def fake() -> Iterator[HomeSeer]:
    with HomeSeer(house(60)) as running:
        yield running


@pytest.fixture
def synced(tmp_path: Path, database: Database, fake: HomeSeer) -> Synced:
    return Synced(tmp_path / "project", database, house=fake)


@pytest.fixture
def imported(synced: Synced) -> Synced:
    """A house that was taken over, and applied."""
    synced.sync("--full", "--accept")
    synced.apply()
    synced.sync()
    return synced


def test_a_first_import_validates_plans_and_applies_and_a_second_changes_no_byte(
    tmp_path: Path, database: Database
) -> None:
    with HomeSeer(house(340)) as fake:
        _imported_twice(Synced(tmp_path / "project", database, house=fake))


def _imported_twice(synced: Synced) -> None:
    first = synced.sync("--full", "--accept", "-o", "json").json[0]
    assert first["seen"] >= 300
    assert synced.run("validate").code == 0
    assert len(synced.changes()) >= 300
    synced.apply()
    assert synced.changes() == []
    files, rows = synced.files(), synced.declared()
    again = synced.sync("--full", "--accept", "-o", "json").json[0]
    assert (again["add"], again["update"], again["missing"]) == (0, 0, 0)
    assert synced.files() == files
    synced.sync()
    assert synced.files() == files
    assert synced.declared() == rows
    assert synced.changes() == []


def test_what_changes_in_the_house_is_proposed_and_nothing_else(imported: Synced, fake: HomeSeer) -> None:
    house: House = fake.house
    assert imported.proposals() == []
    renamed, moved, gone, *_ = [ref for ref in house.roots if ref in _refs(imported)]
    addresses = _refs(imported)
    house.rename(renamed, "Renamed thing")
    place = house[next(ref for ref in house.roots if house[ref]["location"] != house[moved]["location"])]
    house.move(moved, place["location"], place["location2"])
    house.remove(gone)
    house.add("Completely new lamp", place["location"], place["location2"])
    imported.sync()
    assert imported.proposals() == [
        ("add", f"device:{HOUSE}/completely-new-lamp"),
        ("missing", addresses[gone]),
        *sorted([("update", addresses[renamed]), ("update", addresses[moved])]),
    ]
    files = imported.files()
    imported.sync()
    assert imported.files() == files
    assert imported.run("changes", "accept", "--all", "--yes").code == 0
    imported.apply()
    imported.sync()
    assert imported.proposals() == []


def test_what_is_rejected_stays_quiet_until_its_evidence_changes(imported: Synced, fake: HomeSeer) -> None:
    ref, address = min(_refs(imported).items())
    fake.house.rename(ref, "A name that nobody wants")
    imported.sync()
    assert imported.proposals() == [("update", address)]
    id = imported.run("changes", "list", "-o", "json").json[0]["id"]
    assert imported.run("changes", "reject", id, "--reason", "ours is better").code == 0
    files = imported.files()
    for _ in range(2):
        assert imported.sync("-o", "json").json[0]["silenced"] == 1
        assert imported.files() == files
    fake.house.rename(ref, "Another name")
    imported.sync()
    assert imported.proposals() == [("update", address)]


def test_what_a_person_has_written_is_never_proposed_away(imported: Synced, fake: HomeSeer) -> None:
    ref, address = min(_refs(imported).items())
    assert imported.run("device", "update", address.partition(":")[2], "--name", "Our own name", "--yes").code == 0
    imported.sync("--full")
    assert imported.proposals() == []
    fake.house.rename(ref, "Theirs, changed")
    imported.sync()
    assert imported.proposals() == []


SORTS = ("error", "cut off", "no devices", "deep", "unauthorized", "busy", "redirect", "drip", "endless", "echo")
"""One of each sort; whether all are failures, the client's own tests see."""
FAILURES = (*BODIES, *sorted(ODD_WAYS.keys() - {"moved"}))


@pytest.mark.parametrize("failures", [SORTS, pytest.param(FAILURES, marks=pytest.mark.slow)], ids=["sorts", "all"])
def test_no_failure_changes_anything_and_each_is_on_record(
    imported: Synced, fake: HomeSeer, failures: tuple[str, ...]
) -> None:
    imported.settings(more=", timeout: 1s", house=fake)
    fake.house.rename(min(_refs(imported)), "Changed meanwhile")
    files, rows = imported.files(), imported.declared()
    for odd in failures:
        fake.odd = odd
        result = imported.run("sync", "homeseer")
        assert (result.code, odd) == (3, odd), result
        assert result.err.startswith("error: home/house: "), (odd, result.err)
        assert "Traceback" not in result.err
        assert (imported.files(), imported.declared(), odd) == (files, rows, odd)
        ((outcome, told),) = imported.database.execute(
            "SELECT status, error_message FROM sync_history ORDER BY created_at DESC LIMIT 1"
        )
        assert (outcome, bool(told), odd) == ("failed", True, odd)
    fake.odd = ""
    imported.settings(house=fake)
    imported.sync()
    assert len(imported.proposals()) == 1


def test_a_house_that_is_suddenly_nearly_empty_is_not_believed(imported: Synced, fake: HomeSeer) -> None:
    files, rows = imported.files(), imported.declared()
    for ref in fake.house.roots[: len(fake.house.roots) * 2 // 3]:
        fake.house.remove(ref)
    result = imported.run("sync", "homeseer")
    assert (result.code, "--allow-shrink" in result.err) == (5, True), result
    assert (imported.files(), imported.declared()) == (files, rows)
    imported.sync("--allow-shrink")
    assert len(imported.proposals()) > 20


def test_one_controller_that_fails_does_not_stop_the_others(tmp_path: Path, database: Database) -> None:
    with HomeSeer(house(20)) as one, HomeSeer(house(20, seed=9)) as other:
        project = Synced(tmp_path / "project", database, cabin=one, house=other)
        one.odd = "busy"
        result = project.run("sync", "homeseer", "-o", "json")
        assert (result.code, [each["outcome"] for each in result.json]) == (3, ["failed", "done"])
        assert "error: home/cabin: " in result.err
        assert {address.split("/")[1] for _, address in project.proposals()} == {"house"}
        only = project.run("sync", "homeseer", "--site", "cabin")
        assert only.code == 3
        assert project.run("sync", "homeseer", "--site", "garage").code == 2


def test_observing_only_proposes_nothing_and_shows_what_was_seen(imported: Synced, fake: HomeSeer) -> None:
    fake.house.rename(min(_refs(imported)), "Changed")
    files = imported.files()
    imported.sync("--observe-only")
    assert imported.files() == files
    counted = dict(imported.database.execute("SELECT status, count(*) FROM devices GROUP BY 1"))
    assert set(counted) <= {"online", "unknown", "offline"}
    imported.sync()
    assert len(imported.proposals()) == 1


def test_no_controller_and_a_site_that_is_not_there_are_told(synced: Synced, fake: HomeSeer) -> None:
    synced.settings(nowhere=fake)
    result = synced.run("sync", "homeseer")
    assert (result.code, "there is no such site" in result.err) == (3, True)
    synced.settings()
    synced.root.joinpath("invgit.yaml").write_text("database: {env: PROJECT_DATABASE}\n", encoding="utf-8")
    result = synced.run("sync", "homeseer")
    assert (result.code, "names no HomeSeer" in result.err, "url: http" in result.err) == (3, True, True)


def _refs(project: Synced) -> dict[int, str]:
    """The addresses of devices by their refs."""
    listed = project.run("device", "list", "-o", "json").json
    return {int(each["refs"]["homeseer"]): each["address"] for each in listed if each.get("refs")}


def test_a_broken_inventory_or_verdict_stops_proposals_and_not_what_is_seen(imported: Synced, fake: HomeSeer) -> None:
    ref = min(_refs(imported))
    fake.house.rename(ref, "Renamed meanwhile")
    before = imported.files()
    broken = imported.root / "inventory" / HOUSE / "broken.yaml"
    verdicts = imported.root / "changes" / "verdicts.yaml"
    for path, told in ((broken, "the inventory has these errors"), (verdicts, "changes/verdicts.yaml:2:1")):
        path.parent.mkdir(exist_ok=True)
        path.write_text("devices: [\n", encoding="utf-8")
        imported.database.execute("UPDATE devices SET status = 'offline', last_seen = NULL")
        result = imported.run("sync", "homeseer")
        assert (result.code, told in result.err) == (1, True), result
        assert imported.database.execute("SELECT count(*) FROM devices WHERE last_seen IS NOT NULL") > [(5,)]
        path.unlink()
        assert {name: data for name, data in imported.files().items() if name in before} == before
    imported.sync()
    assert imported.proposals() == [("update", _refs(imported)[ref])]


def test_what_was_proposed_for_a_site_that_is_called_otherwise_goes(imported: Synced, fake: HomeSeer) -> None:
    fake.house.rename(min(_refs(imported)), "Changed")
    imported.sync()
    assert imported.proposals() != []
    imported.root.joinpath("inventory", HOUSE).rename(imported.root / "inventory/home/lodge")
    imported.put("home/lodge/site.yaml", "site: {name: House, renamed_from: house}\n")
    imported.settings(lodge=fake)
    imported.sync("--observe-only")
    assert len(imported.proposals()) == 1
    assert f"{HOUSE} is no site any more" in imported.sync().err
    assert not imported.root.joinpath("changes", HOUSE).exists()
    imported.apply()
    assert imported.sync().err.count("no site any more") == 0


def test_a_rule_that_ignores_what_was_taken_over_makes_nothing_missing(imported: Synced) -> None:
    imported.put("catalog/ours.yaml", "homeseer: {none: {when: {plugin: Z-Wave}, ignore: true}}\n")
    before = len(_refs(imported))
    seen = imported.sync("--full", "-o", "json").json[0]
    assert seen["seen"] < before / 2, "most of the house"
    assert imported.proposals() == []
