"""Plans between revisions: what a pull request would change, with no database and nothing fetched."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from support_database import Database
from support_git import Repository
from support_inventory import exchanged
from support_project import Project, Result
from support_worlds import NEW, OLD

from invgit.plan.schema import schema

OWNERS = {"o/organization.yaml": "organization: {name: O}\n"}
HOME = """\
site: {name: Home}
zones: {hall: {name: Hall}}
devices:
  nas: {name: NAS, type: nas, zone: hall}
  tv: {name: TV, type: tv, mac: "a0:1e:0b:00:00:07"}
"""
CABIN = "site: {name: Cabin}\ndevices: {cam: {name: Cam, type: cam}}\n"
FILES = {**OWNERS, "o/home/site.yaml": HOME, "o/cabin/site.yaml": CABIN}
NOWHERE = "host=203.0.113.1 connect_timeout=1"


class Tracked(Project):
    """A project in a repository; its database is nowhere."""

    def __init__(self, root: Path, below: str = "", dsn: str = NOWHERE) -> None:
        super().__init__(root / below, dsn)
        self.repository = Repository(root)

    def commit(self, files: dict[str, str], branch: str | None = None) -> str:
        """Commit these files and no others, on a new branch if one is named."""
        if branch:
            self.repository.git("checkout", "-q", "-b", branch)
        self.write(files)
        return self.repository.commit()

    def plan(self, *words: str) -> list[str]:
        """A plan in short, and nothing on stderr."""
        result = self.run(*words, "--format", "json")
        assert (result.code, result.err) == (0, ""), result
        jsonschema.validate(result.json, schema())
        return [f"{each['action']} {each['address']}" for each in result.json["changes"]]


def home(*words: tuple[str, str]) -> dict[str, str]:
    """The files, with some words of the home exchanged."""
    return {**FILES, "o/home/site.yaml": exchanged(HOME, *words)}


@pytest.fixture
def tracked(tmp_path: Path) -> Tracked:
    """A project with its first commit."""
    made = Tracked(tmp_path / "project")
    made.commit(FILES)
    return made


def test_one_revision_two_or_none(tracked: Tracked) -> None:
    tracked.commit(home(("NAS", "Storage")), "second")
    tracked.write(home(("NAS", "Box"), ("Hall", "Lobby")))
    assert tracked.plan("diff") == ["update zone:o/home/hall", "update device:o/home/nas"]
    assert tracked.plan("diff", "main", "second") == ["update device:o/home/nas"]
    assert tracked.plan("diff", "second", "main") == ["update device:o/home/nas"]
    assert tracked.plan("diff", "second", "HEAD") == []
    for left, right in [("main", None), ("main", "second"), ("second", "main")]:
        same = tracked.run("diff", left, *([right] if right else []))
        other = tracked.run("plan", "--against", left, *(["--rev", right] if right else []))
        assert same == other
        assert same.code == 0
    assert "name: NAS → Storage" in tracked.run("diff", "main", "second").out
    assert "name: Storage → NAS" in tracked.run("diff", "second", "main").out
    assert "name: NAS → Box" in tracked.run("diff", "main").out


def test_places_are_those_of_the_side_that_is_wanted(tracked: Tracked) -> None:
    wanted = home(("devices:", "\n#\ndevices:"), ("  tv", "  new: {name: New, type: x}\n  tv"), ("NAS", "Storage"))
    id = tracked.commit(wanted, "second")
    tracked.write(FILES)
    for words in (["diff", "main", "second"], ["plan", "--against", "main", "--rev", "second"]):
        found = tracked.run(*words, "--format", "json").json["changes"]
        places = {change["address"]: change["source"] for change in found}
        by = {"file": "inventory/o/home/site.yaml", "commit": id, "author": "Ada"}
        assert places == {
            "device:o/home/nas": {**by, "line": 6, "column": 15, "at": places["device:o/home/nas"]["at"]},
            "device:o/home/new": {**by, "line": 7, "column": 3, "at": places["device:o/home/new"]["at"]},
        }
    gone = tracked.run("diff", "second", "main", "--format", "json").json["changes"]
    assert gone[1]["source"].keys() >= {"file", "commit"}
    assert "line" not in gone[1]["source"]


def test_renames_are_seen(tracked: Tracked) -> None:
    said = home(("  nas: {", "  box: {renamed_from: nas, "))
    tracked.commit(said, "said")
    tracked.commit(home(("  tv: {name: TV", "  telly: {name: Telly")), "seen")
    assert tracked.plan("diff", "main", "said") == ["rename device:o/home/box"]
    assert tracked.plan("diff", "main", "seen") == ["rename device:o/home/telly"]
    moved = {**FILES, "o/house/site.yaml": HOME.replace("site: {", "site: {renamed_from: home, ")}
    del moved["o/home/site.yaml"]
    tracked.commit(moved, "moved")
    assert tracked.plan("diff", "main", "moved") == ["rename site:o/house"]
    nowhere = tracked.run("diff", "said")
    assert nowhere.code == 0


@pytest.mark.parametrize("below", ["", "it/house"])
def test_a_project_may_lie_anywhere_in_its_repository(tmp_path: Path, below: str) -> None:
    tracked = Tracked(tmp_path / "project", below)
    tracked.commit(FILES)
    tracked.write(home(("NAS", "Storage")))
    assert tracked.plan("diff") == ["update device:o/home/nas"]
    inside = tracked.command("-C", os.fspath(tracked.root / "inventory/o"), "diff", "--format", "json")
    assert [each["address"] for each in inside.json["changes"]] == ["device:o/home/nas"]


def test_it_ends_as_a_plan_does(tracked: Tracked) -> None:
    assert tracked.run("diff", "--exit-code").code == 0
    tracked.write(home(("NAS", "Storage")))
    assert tracked.run("diff", "--exit-code").code == 4
    assert tracked.run("plan", "--against", "HEAD", "--exit-code").code == 4
    assert tracked.plan("diff", "--site", "cabin") == []
    assert tracked.plan("diff", "--site", "home") == ["update device:o/home/nas"]
    assert tracked.run("diff", "--site", "gone").code == 2


def test_budgets_are_told(tracked: Tracked) -> None:
    tracked.write({**FILES, "o/home/site.yaml": "site: {name: Home}\n"})
    result = tracked.run("diff")
    assert result.code == 5
    assert result.out.startswith("Plan: 3 to delete")
    assert "add --allow empty:o/home" in result.err
    assert tracked.run("diff", "--allow", "empty:o/home").code == 0
    assert tracked.run("plan", "--against", "HEAD", "--allow", "empty:o/home").code == 0


@pytest.mark.parametrize("side", ["desired", "before"])
def test_errors_in_a_revision_are_told_with_its_name(tracked: Tracked, side: str) -> None:
    id = tracked.commit(home(("type: nas", "typ: nas")), "broken")
    tracked.write(FILES)
    words = ["main", "broken"] if side == "desired" else ["broken", "main"]
    result = tracked.run("diff", *words)
    assert (result.code, result.out) == (1, "")
    assert "inventory/o/home/site.yaml:4:20" in result.err
    assert f"error: the inventory has these errors in the revision broken ({id[:12]})" in result.err
    tracked.write(home(("type: nas", "typ: nas")))
    assert "in the revision" not in tracked.run("diff", "main").err


def test_warnings_are_those_of_the_side_that_is_wanted(tracked: Tracked) -> None:
    tracked.commit(home(("type: nas", "type: nas, warranty_expiry: 2020-01-01")), "old")
    assert "warranty" in tracked.run("diff", "main", "old").err
    assert tracked.run("diff", "old", "main").err == ""
    assert tracked.run("diff", "main", "old", "--quiet").err == ""


def test_what_cannot_be_compared_is_told(tracked: Tracked, tmp_path: Path) -> None:
    def ends(code: int, words: str, *arguments: str) -> None:
        result = tracked.run(*arguments)
        assert (result.code, result.out) == (code, "")
        assert words in result.err
        assert "Traceback" not in result.err

    ends(3, "there is no revision `gone` in this repository", "diff", "gone")
    ends(3, "there is no revision `gone` in this repository", "plan", "--against", "HEAD", "--rev", "gone")
    ends(2, "`--output=x` is no revision", "plan", "--against=--output=x")
    ends(2, "`-x` is no revision", "diff", "--", "-x")
    ends(2, "No such option", "diff", "-x")
    ends(2, "unexpected extra argument", "diff", "HEAD", "HEAD", "HEAD")
    for option in (["--out", "plan.json"], ["--rehearse"], ["--embedded"]):
        ends(2, "leave out --out, --rehearse and --embedded", "plan", "--against", "HEAD", *option)
    assert not (tracked.root / "plan.json").exists()
    plain = Project(tmp_path / "plain", NOWHERE)
    plain.write(FILES)
    result = plain.run("diff")
    assert result.code == 3
    assert "lies in no git repository" in result.err


def test_a_shallow_clone_says_what_it_lacks(tracked: Tracked, tmp_path: Path) -> None:
    first = tracked.repository.git("rev-parse", "HEAD")
    tracked.commit(home(("NAS", "Storage")))
    tracked.repository.git("clone", "-q", "--depth", "1", tracked.root.as_uri(), os.fspath(tmp_path / "shallow"))
    for word in ("HEAD~1", first):
        result = tracked.run("-C", os.fspath(tmp_path / "shallow"), "diff", word)
        assert result.code == 3
        assert "this clone is shallow: `git fetch --unshallow` brings the rest" in result.err


def test_before_there_was_an_inventory_there_was_nothing(tmp_path: Path) -> None:
    tracked = Tracked(tmp_path / "project")
    tracked.root.joinpath("README").write_text("", encoding="utf-8")
    tracked.repository.commit()
    tracked.commit(FILES, "second")
    assert len(tracked.plan("diff", "main")) == 7
    result = tracked.run("diff", "second", "main")
    assert result.code == 3
    assert "there is no folder `inventory` in the revision main" in result.err


def test_nothing_of_the_working_tree_the_index_or_the_branches_is_touched(tracked: Tracked) -> None:
    tracked.commit(home(("NAS", "Storage")), "second")
    tracked.write(home(("NAS", "Box")))
    tracked.repository.git("add", "inventory/o/cabin")
    before = tracked.repository.state()
    index = tracked.repository.root.joinpath(".git/index").read_bytes()
    for words in (["diff"], ["diff", "main"], ["diff", "main", "second"], ["plan", "--against", "main"]):
        assert tracked.run(*words).code == 0
    assert tracked.repository.state() == before
    assert tracked.repository.root.joinpath(".git/index").read_bytes() == index


def test_the_working_tree_need_not_be_there(tracked: Tracked) -> None:
    tracked.commit(home(("NAS", "Storage")), "second")
    tracked.write({})
    tracked.root.joinpath("inventory").rmdir()
    assert tracked.plan("diff", "main", "second") == ["update device:o/home/nas"]


def test_neither_a_database_nor_its_driver_is_needed(tracked: Tracked) -> None:
    tracked.root.joinpath("invgit.yaml").unlink()
    code = "import sys, invgit.cli.main as m\ntry: m.main(sys.argv[1:])\nfinally: print('psycopg' in sys.modules)"
    import subprocess
    import sys

    command = [sys.executable, "-c", code, "-C", os.fspath(tracked.root), "diff"]
    done = subprocess.run(command, capture_output=True, text=True, env=tracked.environment(CI="true"), check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_it_is_the_plan_that_a_database_with_the_first_revision_has(tmp_path: Path, database: Database) -> None:
    tracked = Tracked(tmp_path / "project", dsn=database.applier)
    tracked.commit(OLD)
    tracked.apply()
    tracked.commit(NEW, "new")
    for words in ([], ["--site", "home"]):
        from_database = forms(tracked.run("plan", "--format", "json", *words))
        assert forms(tracked.run("plan", "--against", "main", "--format", "json", *words)) == from_database
        assert forms(tracked.run("diff", "main", "new", "--format", "json", *words)) == from_database


def forms(result: Result) -> object:
    """A plan without what only one side can know: where a delete's file is, is the same; so are digests."""
    assert result.code in {0, 5}, result
    return json.dumps(result.json, sort_keys=True)


def test_what_is_wanted_may_come_from_a_revision_and_its_saved_plan_says_so(tmp_path: Path, database: Database) -> None:
    tracked = Tracked(tmp_path / "project", dsn=database.applier)
    id = tracked.commit(FILES)
    tracked.commit(home(("NAS", "Storage")), "second")
    tracked.write({})
    assert len(tracked.plan("plan", "--rev", "main")) == 7
    path = tracked.root / "plan.json"
    assert tracked.run("plan", "--rev", "main", "--out", os.fspath(path), CI="true").code == 0
    saved = json.loads(path.read_bytes())["saved"]
    assert (saved["commit"], saved["dirty"]) == (id, False)
    assert tracked.run("apply", os.fspath(path), CI="true").code == 0
    assert tracked.plan("plan", "--rev", "main") == []
    assert tracked.plan("plan", "--rev", "second") == ["update device:o/home/nas"]
    assert tracked.run("plan", "--rev", "second", "--rehearse").code == 0
