"""`invgit changes`: what is proposed is looked at, accepted into the YAML, rejected or put off; nothing else moves."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support_looks import FILES, LAMP, SITE, Runs, room, thing
from support_project import Project

from invgit import pipeline
from invgit.config import Settings
from invgit.model.findings import Finding
from invgit.pipeline import changed
from invgit.propose.changes import Changes
from invgit.propose.proposed import proposed

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MOVED = thing("1", "Lamp", zone="hall", category="light")
FAN = thing("5", "Fan", needs=("location:Attic",))
LOOK = (MOVED, FAN, room("Attic"))


class House(Project):
    """A project whose controller is looked at by tests."""

    def __init__(self, root: Path, files: Mapping[str, str] = FILES) -> None:
        super().__init__(root, "")
        self.write(dict(files))
        self.settings = Settings(root)
        self.memory: Any = Runs(files, missing_after=1).see(LAMP).memory

    @property
    def file(self) -> Path:
        """The change file."""
        return self.root / "changes" / SITE / "homeseer.yaml"

    def sync(self, *findings: Finding) -> list[str]:
        """A run: as `invgit sync` does it, without a controller and a database."""
        from support_looks import OWNS, look

        found = proposed(
            look(*findings),
            pipeline.read_inventory(self.settings).inventory,
            self.memory,
            changed.read_verdicts(self.settings),
            NOW.date(),
            owns=OWNS,
            missing_after=1,
            pending=changed.pending(self.settings, "homeseer", SITE),
        )
        self.memory = found.remember
        _, told = changed.put_changes(self.settings, Changes("homeseer", SITE, found.proposals))
        return told

    def ids(self) -> dict[str, str]:
        """The ids of what is proposed, by slug."""
        rows = self.do("list", "-o", "json").json
        return {row["address"].rpartition("/")[2]: row["id"] for row in rows}

    def do(self, *words: str, code: int = 0, **environment: str) -> Any:
        """A command below `changes`."""
        result = self.run("changes", *words, "--now", "2026-06-01", **environment)
        assert result.code == code, result
        return result

    def tree(self) -> dict[str, bytes]:
        """Every file of the project."""
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in self.root.rglob("*.yaml")}


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path / "house")
    made.sync(*LOOK)
    return made


def test_what_is_proposed_is_listed_in_every_form(house: House) -> None:
    out = house.do("list").out
    assert "zone: kitchen → hall" in out
    assert "name: Fan" in out
    assert len(house.do("list", "-o", "json").json) == 3
    assert house.do("list", "-o", "csv").out.startswith("id,op,address,source,change,why\n")
    assert [row["op"] for row in house.do("list", "--op", "update", "-o", "json").json] == ["update"]
    for words, number in ((["--site", "home"], 3), (["--site", "o/cabin"], 0), (["--source", "scan"], 0)):
        assert len(house.do("list", *words, "-o", "json").json) == number
    assert house.do("list", "--site", "cabin").out == "Nothing is proposed.\n"


def test_one_is_shown_with_the_diff_that_accepting_it_makes(house: House) -> None:
    before = house.tree()
    out = house.do("show", "fan").out
    assert "+  fan:" in out
    assert "+  attic:" in out
    assert "goes with" in out
    shown = house.do("show", house.ids()["lamp"][:6], "-o", "json").json[0]
    assert "zone: hall" in "\n".join(shown["diff"])
    assert house.tree() == before


def test_accepting_takes_along_what_is_referred_to_and_leaves_the_rest(house: House) -> None:
    house.do("accept", "fan", "--yes")
    made = (house.root / "inventory/o/home/devices/homeseer.yaml").read_text(encoding="utf-8")
    assert made == 'devices:\n  fan:\n    name: Fan\n    type: dimmer\n    zone: attic\n    refs: {homeseer: "5"}\n'
    assert (house.root / "inventory/o/home/zones/homeseer.yaml").is_file()
    assert list(house.ids()) == ["lamp"]
    assert house.run("validate").code == 0
    left = house.tree()
    house.sync(*LOOK)
    assert house.tree() == left, "the next run writes the same bytes"


def test_accepting_all_leaves_nothing_to_propose(house: House) -> None:
    house.do("accept", "--all", "--yes")
    assert not (house.root / "changes/o").exists()
    lamp = "  lamp: {name: Lamp, type: dimmer, zone: hall, refs: {homeseer: '1'}}\n"
    assert (house.root / "inventory/o/home/devices.yaml").read_text(encoding="utf-8") == FILES[
        "o/home/devices.yaml"
    ].replace("zone: kitchen", "zone: hall")
    assert lamp in (house.root / "inventory/o/home/devices.yaml").read_text(encoding="utf-8")
    house.sync(*LOOK)
    assert house.ids() == {}
    assert house.do("accept", "--all", "--yes").out == ""


def test_a_dry_run_and_nobody_there_change_nothing(house: House) -> None:
    before = house.tree()
    assert "+    zone: attic" in house.do("accept", "fan", "--dry-run").out
    assert "pass --yes" in house.do("accept", "fan", code=2).err
    assert house.tree() == before


def test_only_some_fields_are_accepted_and_the_others_stay(house: House) -> None:
    house.sync(thing("1", "Ceiling lamp", zone="hall", category="light"), FAN, room("Attic"))
    house.do("accept", "lamp", "--only", "name", "--yes")
    left = house.tree()
    assert house.do("list", "--op", "update", "-o", "json").json[0]["after"] == {"zone": "o/home/hall"}
    house.sync(thing("1", "Ceiling lamp", zone="hall", category="light"), FAN, room("Attic"))
    assert house.tree() == left
    assert "accepted as a whole" in house.do("accept", "fan", "--only", "name", "--yes", code=2).err
    assert "is not about serial" in house.do("accept", "lamp", "--only", "serial", "--yes", code=2).err


def test_a_site_that_is_none_and_what_was_decided_are_told(house: House) -> None:
    assert "there is no site `hoem`" in house.do("list", "--site", "hoem", code=2).err
    assert house.do("list", "--site", "cabin").out == "Nothing is proposed.\n"
    house.do("reject", "fan", "--reason", "no")
    assert "changes/verdicts.yaml" in house.do("reject", "fan", "--reason", "never", code=2).err


def test_one_field_of_all_is_taken_where_it_is_proposed(house: House) -> None:
    house.sync(thing("1", "Lamp", zone="hall", category="light"), FAN, room("Attic"))
    assert "no update that is proposed is about nmae" in house.do("accept", "--all", "--only", "nmae", code=2).err
    assert "about name" in house.do("accept", "--all", "--only", "name", code=2).err
    house.do("accept", "--all", "--only", "zone", "--yes")
    assert sorted(house.ids()) == ["attic", "fan"]


def test_what_was_changed_since_is_refused_with_both_values(house: House) -> None:
    path = house.root / "inventory/o/home/devices.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("zone: kitchen, ", ""), encoding="utf-8")
    before = house.tree()
    err = house.do("accept", "--all", "--yes", code=5).err
    assert "device:o/home/lamp: `zone` is nothing now, and was o/home/kitchen" in err
    assert "cannot be accepted" in house.do("show", "lamp").out
    assert house.tree() == before


def test_what_was_described_meanwhile_is_refused(house: House) -> None:
    house.root.joinpath("inventory/o/home/fan.yaml").write_text("devices: {fan: {name: F, type: f}}\n", "utf-8")
    assert "device:o/home/fan is there already" in house.do("accept", "fan", "--yes", code=5).err


def test_what_would_bring_an_error_is_not_written(house: House) -> None:
    text = house.file.read_text(encoding="utf-8").replace('refs.homeseer: "5"', 'refs.homeseer: "1"')
    house.file.write_text(text, encoding="utf-8")
    before = house.tree()
    assert "duplicate-ref" in house.do("accept", "fan", "--yes", code=1).err
    assert house.tree() == before


def test_what_is_missing_is_retired_or_deleted(house: House) -> None:
    house.sync()
    house.do("accept", "lamp", "--yes")
    assert "usage_status: retired" in (house.root / "inventory/o/home/devices.yaml").read_text(encoding="utf-8")
    house.write(dict(FILES))
    house.memory = Runs(FILES, missing_after=1).see(LAMP).memory
    house.sync()
    house.do("accept", "lamp", "--delete", "--yes")
    assert "lamp" not in (house.root / "inventory/o/home/devices.yaml").read_text(encoding="utf-8")


def test_a_rejected_one_stays_quiet_and_its_reason_stands_in_a_file(house: House) -> None:
    house.do("reject", "zone:o/home/attic", "--reason", "it has no attic: really", "--owner", "ann@b.example")
    text = (house.root / "changes/verdicts.yaml").read_text(encoding="utf-8")
    assert 'reason: "it has no attic: really"' in text
    assert sorted(house.ids()) == ["fan", "lamp"]
    left = house.tree()
    house.sync(*LOOK)
    assert house.tree() == left, "the next run writes the same bytes"
    assert "zone" not in house.do("show", "fan", "-o", "json").json[0]["after"]


def test_a_deferred_one_is_proposed_again_after_its_day(house: House) -> None:
    house.do("defer", "lamp", "--until", "2026-06-01")
    assert sorted(house.ids()) == ["attic", "fan"]
    assert "is over" in house.do("defer", "fan", "--until", "2026-05-30", code=2).err
    assert house.do("reject", "fan", code=2).err
    assert "no file may hold" in house.do("reject", "fan", "--reason", "a\x1b[1m", code=2).err


def test_a_verdict_of_somebody_else_counts_before_the_next_run(house: House) -> None:
    before = house.file.read_bytes()
    house.do("reject", "lamp", "--reason", "no")
    house.file.write_bytes(before)
    listed = house.do("list", "-o", "json")
    assert "1 more" in listed.err
    assert len(listed.json) == 2
    house.do("accept", "--all", "--yes")
    assert "zone: kitchen" in (house.root / "inventory/o/home/devices.yaml").read_text(encoding="utf-8")


def test_words_that_mean_nothing_or_several_are_told(house: House) -> None:
    assert "there is no proposal `zzz`" in house.do("accept", "zzz", "--yes", code=2).err
    house.sync(*LOOK, *(thing(str(number), f"D{number}") for number in range(30, 60)))
    assert "could be a" in house.do("accept", "a", "--yes", code=2).err
    assert house.do("accept", "--yes", code=2).err
    assert house.do("accept", "--all", "fan", "--yes", code=2).err


def test_broken_files_are_told_with_places_and_nothing_is_done(house: House) -> None:
    house.file.write_text("format: x\n" + house.file.read_text(encoding="utf-8"), encoding="utf-8")
    other = house.root / "changes/o/cabin/scan.yaml"
    other.parent.mkdir(parents=True)
    other.write_text("proposals: {}\n", encoding="utf-8")
    before = house.tree()
    for words in (["list"], ["show", "x"], ["accept", "--all", "--yes"], ["reject", "x", "--reason", "y"]):
        err = house.do(*words, code=1).err
        assert "changes/o/home/homeseer.yaml:5:1" in err
        assert "changes/o/cabin/scan.yaml:1:1: `site` is missing" in err
    assert house.tree() == before
    house.sync(*LOOK)
    assert house.do("list", "--site", "o/home").out, "the next run has written it anew"


def test_links_are_not_followed(house: House, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    house.root.joinpath("changes").rename(elsewhere)
    try:
        house.root.joinpath("changes").symlink_to(elsewhere)
    except OSError:
        pytest.skip("no links can be made here")
    before = {path: path.read_bytes() for path in elsewhere.rglob("*.yaml")}
    assert house.ids() == {}
    for path in (house.file, house.root / "changes" / "verdicts.yaml"):
        with pytest.raises(Exception, match="is a link"), changed._writing(house.settings, str(path)):
            pass
    assert {path: path.read_bytes() for path in elsewhere.rglob("*.yaml")} == before


def test_no_secret_gets_into_a_change_file(house: House) -> None:
    told = house.sync(
        *LOOK, thing("7", "http://ann:hunter2@cam.local/"), thing("8", "Key", metadata={"password": "hunter3"})
    )
    assert len(told) == 1
    assert b"hunter" not in house.file.read_bytes()
    err = house.do("reject", "fan", "--reason", "https://ann:hunter2@x.example", code=5).err
    assert "secret" in err
    assert not (house.root / "changes/verdicts.yaml").exists()


def test_files_of_windows_stay_as_they_are(house: House) -> None:
    path = house.root / "inventory/o/home/devices.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    house.do("accept", "lamp", "--yes")
    assert path.read_bytes() == FILES["o/home/devices.yaml"].replace("kitchen", "hall").replace("\n", "\r\n").encode()


def test_five_thousand_are_accepted_at_once(house: House) -> None:
    things = [thing(str(number), f"Thing {number}", zone="hall") for number in range(100, 5100)]
    house.sync(MOVED, *things)
    house.do("accept", "--all", "--yes")
    folder = house.root / "inventory/o/home/devices"
    assert len(list(folder.iterdir())) == 13
    house.sync(MOVED, *things)
    assert house.ids() == {}
