"""`invgit undo`: an apply is taken back on a branch; nobody's files, index or database are touched."""

import os
import signal
import time
from pathlib import Path

import pytest
from support_database import Database, content, everything
from support_embedded import processes_in, wait_for
from support_git import Repository
from support_inventory import exchanged
from support_project import Project, Result

OWNERS = {"o/organization.yaml": "organization: {name: O}\n"}
HOME = """\
site: {name: Home}
zones:
  hall: {name: Hall}
  attic: {name: Attic}

# what stands there
devices:
  nas: {name: NAS, type: nas, zone: hall}

  tv: {name: TV, type: tv, mac: "a0:1e:0b:00:00:07"}

  lamp: {name: Lamp, type: lamp}
"""
CABIN = "site: {name: Cabin}\ndevices: {cam: {name: Cam, type: cam}}\n"
FILES = {**OWNERS, "o/home/site.yaml": HOME, "o/cabin/site.yaml": CABIN}
STORAGE, TELLY, LIGHT = ("NAS", "Storage"), ("name: TV", "name: Telly"), ("name: Lamp", "name: Light")


def home(*words: tuple[str, str]) -> dict[str, str]:
    """The files, with some words of the home exchanged."""
    return {**FILES, "o/home/site.yaml": exchanged(HOME, *words)}


class Kept(Project):
    """A project whose applies are of commits."""

    def __init__(self, root: Path, dsn: str, below: str = "") -> None:
        super().__init__(root / below, dsn)
        self.repository = Repository(root)
        for name, value in (("name", "Ada"), ("email", "ada@example.com")):
            self.repository.git("config", f"user.{name}", value)

    def go(self, files: dict[str, str], *options: str) -> str:
        """Commit files and apply them; the commit."""
        self.write(files)
        id = self.repository.commit()
        result = self.run("apply", "--yes", *options)
        assert result.code == 0, result
        return id

    def undo(self, word: str, *options: str) -> Result:
        """Undo, which touches no file, index, branch of somebody or row."""
        before = self.repository.state()
        mine = set(self.branches())
        result = self.run("undo", word, *options)
        made = set(self.branches()) - mine
        assert made <= {f"invgit/undo-{word}"} or len(word) > 9
        for branch in made:
            assert self.repository.git("rev-parse", f"{branch}~1") == self.repository.git("rev-parse", "HEAD")
        after = self.repository.state()
        assert (*after[:2], *after[3:]) == (*before[:2], *before[3:])
        assert bool(made) == (result.code == 0), result
        return result

    def branches(self) -> list[str]:
        """The names of all branches."""
        return self.repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def merge(self, branch: str) -> None:
        """Merge a branch and apply, as somebody would who likes its plan."""
        self.repository.git("merge", "-q", branch)
        self.apply()


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Kept:
    """A project, applied once."""
    made = Kept(tmp_path / "project", database.applier)
    made.go(FILES)
    return made


def test_the_last_apply_is_taken_back(kept: Kept, database: Database) -> None:
    was = content(database, bookkeeping=False)
    kept.go(home(STORAGE, ("  lamp: {name: Lamp, type: lamp}\n", "  new: {name: New, type: x}\n")))
    before = everything(database)
    result = kept.undo("2")
    assert result.code == 0
    assert result.out.splitlines()[0] == "Plan: 1 to delete, 1 to create, 1 to update"
    assert "the branch invgit/undo-2 takes back generation 2: merge it, and apply" in result.err
    assert everything(database) == before
    assert kept.repository.git("diff", "HEAD~1", "invgit/undo-2", "--stat") == ""
    said = kept.repository.git("log", "-1", "--format=%an <%ae>%n%B", "invgit/undo-2")
    assert said.startswith(
        "Ada <ada@example.com>\nUndo generation 2\n\nTakes back what invgit has applied as generation 2"
    )
    kept.merge("invgit/undo-2")
    assert content(database, bookkeeping=False) == was


def test_an_earlier_apply_is_taken_back_between_later_ones(kept: Kept) -> None:
    kept.go(home(STORAGE))
    (id,) = {row["apply"] for row in kept.run("audit", "-o", "json", "nas").json if row["action"] == "update"}
    wanted = home(STORAGE, TELLY, ("# what", "# a comment of mine on what"))
    kept.go({**wanted, "o/cabin/site.yaml": CABIN.replace("Cam,", "Camera,")})
    kept.write(home(LIGHT))
    result = kept.undo(id.upper())
    assert result.code == 0, result
    assert "update device:o/home/nas" in result.out.replace("~", "update")
    text = kept.repository.git("show", "invgit/undo-2:inventory/o/home/site.yaml")
    assert text.strip() == home(TELLY, ("# what", "# a comment of mine on what"))["o/home/site.yaml"].strip()
    assert kept.repository.git("diff", "--name-only", "HEAD", "invgit/undo-2") == "inventory/o/home/site.yaml"


def test_what_was_undone_is_redone_and_earlier_ones_can_be_undone_then(kept: Kept) -> None:
    kept.go(home(STORAGE))
    kept.go(home(("NAS", "Box")))
    refused = kept.undo("2")
    assert refused.code == 5
    assert "generation 3: device:o/home/nas" in refused.err
    assert "`invgit undo 3`" in refused.err
    assert kept.undo("3").code == 0
    kept.merge("invgit/undo-3")
    assert kept.undo("4").code == 0  # which is 3 again
    assert kept.undo("2").code == 0
    kept.merge("invgit/undo-2")
    assert kept.changes() == []
    assert kept.run("diff", kept.repository.git("rev-list", "--max-parents=0", "HEAD")).out.startswith("Nothing to do")


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        (home(STORAGE), home(STORAGE, ("type: nas", "type: server")), "device:o/home/nas"),
        (home(STORAGE), home(("  nas: {name: NAS, type: nas, zone: hall}\n", "")), "device NAS, device Storage"),
        (home(("  tv: {name: TV", "  te: {name: TV")), home(("  tv: {name: TV", "  t: {name: TV")), "device:o/home/t"),
        (home(("  lamp: {name: Lamp, type: lamp}\n", "")), home(LIGHT), "device:o/home/lamp"),
        (home(("attic: {name: Attic}", "roof: {name: R}")), home(("{name: Attic}", "{name: A}")), "zone:o/home/attic"),
    ],
)  # fmt: skip
def test_what_later_applies_have_changed_is_refused(
    kept: Kept, one: dict[str, str], other: dict[str, str], named: str
) -> None:
    kept.go(one)
    kept.go({**other, "o/cabin/site.yaml": CABIN.replace("Cam,", "C,")})
    result = kept.undo("2")
    assert result.code == 5
    told = [line for line in result.err.splitlines() if "generation 3:" in line]
    assert any(name in told[0] for name in named.split(", ")), result.err
    assert "cabin" not in result.err


def test_lines_that_have_changed_since_are_refused(kept: Kept) -> None:
    kept.go(home(STORAGE))
    kept.write(home(("NAS", "Tower")))
    kept.repository.commit()
    result = kept.undo("2")
    assert result.code == 5
    assert (
        "the same lines have changed in the files since; nothing was done\n  inventory/o/home/site.yaml" in result.err
    )
    files = home(STORAGE)
    moved = {**FILES, "o/home/other.yaml": files.pop("o/home/site.yaml")}
    del moved["o/home/site.yaml"]
    kept.write(moved)
    kept.repository.commit()
    assert "the same lines have changed" in kept.undo("2").err


def test_what_the_files_do_not_say_cannot_be_taken_back(kept: Kept, database: Database) -> None:
    database.execute("UPDATE devices SET name = 'By hand' WHERE name = 'TV'")
    kept.apply()
    assert "the files are the same" in kept.undo("2").err
    kept.go(home(STORAGE))
    kept.repository.git("revert", "--no-edit", "HEAD")
    result = kept.undo("3")
    assert (result.code, "the files say none of it any more" in result.err) == (5, True)


def test_uncommitted_and_unknown_files_are_refused(kept: Kept, database: Database) -> None:
    result = kept.undo("1")
    assert result.code == 5
    assert "generation 1 is the first" in result.err
    assert "`invgit db reset`" in result.err
    kept.write(home(STORAGE))
    kept.apply()
    assert "generation 2 was applied from files that were not committed" in kept.undo("2").err
    kept.repository.commit()
    kept.go(home(TELLY))
    assert "generation 2, which generation 3 followed, was applied from files" in kept.undo("3").err
    database.execute("UPDATE applies SET commit_id = NULL, dirty = NULL WHERE generation = 2")
    assert kept.undo("2").code == kept.undo("3").code == 5
    assert "was not applied from a commit" in kept.undo("3").err


@pytest.mark.parametrize("word", ["9", "0", "-1", "x", "", "9" * 40, "00000000-0000-0000-0000-000000000000", "2; DROP"])
def test_an_unknown_apply_is_told(kept: Kept, word: str) -> None:
    result = kept.run("undo", "--", word)
    assert result.code == 2
    assert f"there is no apply `{word}`" in result.err


def test_commits_that_are_not_here_and_a_branch_that_is_are_told(
    kept: Kept, database: Database, tmp_path: Path
) -> None:
    kept.go(home(STORAGE))
    kept.repository.git("clone", "-q", "--depth", "1", kept.root.as_uri(), os.fspath(tmp_path / "shallow"))
    shallow = kept.run("-C", os.fspath(tmp_path / "shallow"), "undo", "2")
    assert shallow.code == 3
    assert "this clone is shallow" in shallow.err
    assert kept.undo("2").code == 0
    again = kept.undo("2")
    assert again.code == 5
    assert "the branch invgit/undo-2 exists already" in again.err
    kept.repository.git("branch", "-q", "-D", "invgit/undo-2")
    kept.repository.git("branch", "-q", "invgit")
    assert kept.undo("2").code == 3  # git cannot have both names
    plain = Project(tmp_path / "plain", database.applier)
    plain.write(FILES)
    assert plain.run("undo", "2").code == 3


def test_a_branch_with_errors_is_not_made(kept: Kept) -> None:
    kept.go(home(("  attic: {name: Attic}\n", "  attic: {name: Attic}\n  cellar: {name: Cellar}\n")))
    kept.go(home(
        ("  attic: {name: Attic}\n", "  attic: {name: Attic}\n  cellar: {name: Cellar}\n"),
        ("type: lamp", "type: lamp, zone: cellar"),
    ))  # fmt: skip
    result = kept.undo("2")
    assert (result.code, result.out) == (1, "")
    assert "unknown-reference" in result.err
    assert "the inventory has these errors without what generation 2 changed; no branch was made" in result.err


def test_what_is_taken_back_and_was_not_applied_is_told(kept: Kept) -> None:
    kept.go({**home(STORAGE), "o/cabin/site.yaml": CABIN.replace("Cam,", "Camera,")}, "--site", "home")
    result = kept.undo("2")
    assert result.code == 0
    told = "warning: generation 2 has not changed these, and they are taken back too: device:o/cabin/cam"
    assert told in result.err
    assert "cam" not in result.out
    kept.repository.git("branch", "-q", "-D", "invgit/undo-2")
    kept.apply()
    refused = kept.undo("2")
    assert (refused.code, "generation 3: device:o/cabin/cam" in refused.err) == (5, True)
    assert "the files are the same" in kept.undo("3").err


def test_a_rename_is_taken_back_where_it_can_be_seen_and_warned_of_where_not(kept: Kept) -> None:
    renamed = home(("  nas:", "  box:"), ("{name: NAS", "{renamed_from: nas, name: NAS"), ("  tv:", "  telly:"))
    kept.go(renamed)
    result = kept.undo("2")
    assert result.code == 0
    assert result.out.startswith("Plan: 1 to delete, 1 to create, 1 to rename")
    told = "warning: device:o/home/nas would be made anew; `renamed_from: box` there keeps the id and history it has"
    assert [line for line in result.err.splitlines() if "warning" in line] == [told]


def test_a_plan_beyond_its_budget_is_shown_and_warned_of(kept: Kept) -> None:
    devices = "".join(f"  d{number}: {{name: D{number}, type: x}}\n" for number in range(9))
    kept.go({**FILES, "o/home/more.yaml": f"devices:\n{devices}"})
    result = kept.undo("2")
    assert result.code == 0
    assert result.out.startswith("Plan: 9 to delete")
    assert "--allow delete:device@o/home=9` lets that through" in result.err


def test_it_works_below_and_runs_nothing_of_the_repository(database: Database, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "project", database.applier, "it/house")
    kept.go(FILES)
    kept.go(home(STORAGE))
    kept.go(home(STORAGE, TELLY))
    if os.name != "nt":
        kept.repository.trap(tmp_path / "sprung")
    result = kept.run("undo", "2", CI="true")
    assert result.code == 0, result
    assert not (tmp_path / "sprung").exists(), (tmp_path / "sprung").read_text()
    assert "Storage" not in kept.repository.git("cat-file", "-p", "invgit/undo-2:it/house/inventory/o/home/site.yaml")


def test_names_of_files_may_be_anything(kept: Kept) -> None:
    odd = {"o/home/-rf.yaml": "zones: {z1: {name: Z}}\n", "o/home/a b ü.yaml": "zones: {z2: {name: Z}}\n"}
    kept.go({**FILES, **odd})
    kept.go({**home(STORAGE), "o/home/-rf.yaml": "zones: {z1: {name: Y}}\n"})
    assert kept.undo("3").code == 0
    names = kept.repository.git(
        "-c", "core.quotePath=false", "diff", "--name-only", "HEAD", "invgit/undo-3"
    ).splitlines()
    assert names == ["inventory/o/home/-rf.yaml", "inventory/o/home/a b ü.yaml", "inventory/o/home/site.yaml"]


def test_without_a_name_git_says_what_it_needs(kept: Kept) -> None:
    kept.go(home(STORAGE))
    kept.repository.git("config", "user.useConfigOnly", "true")
    for name in ("name", "email"):
        kept.repository.git("config", "--unset", f"user.{name}")
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull}
    result = kept.run("undo", "2", **nobody)
    assert result.code == 3
    assert "git has to know who you are" in result.err
    named = {f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    assert kept.run("undo", "2", **nobody, **named).code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to kill with")
def test_killed_anywhere_it_leaves_all_or_nothing(kept: Kept) -> None:
    kept.go(home(STORAGE))
    before = kept.repository.state()
    for number in range(6):
        process = kept.start("undo", "2")
        time.sleep(0.25 + number * 0.1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert wait_for(lambda: not processes_in(kept.repository.root))  # a git that is just at it comes to its end
        if "invgit/undo-2" in kept.branches():
            assert kept.repository.git("diff", "HEAD~1", "invgit/undo-2", "--stat") == ""
            kept.repository.git("branch", "-q", "-D", "invgit/undo-2")
        assert kept.repository.state() == before
        assert not list(kept.repository.root.rglob("*.lock"))
    assert kept.undo("2").code == 0
