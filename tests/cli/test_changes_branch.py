"""`invgit changes accept --branch|--push|--pr`: edits as a commit beside the files; the command as somebody runs it."""

import os
from collections.abc import Iterator

import pytest
from cli.test_changes import FAN, LOOK, House
from fakes.github import GitHub
from support_git import Repository
from support_looks import room, thing

BRANCH = "invgit/homeseer/o-home"


class Committed(House):
    """The same, in a repository with a bare remote and a forge."""

    def __init__(self, root, forge: GitHub) -> None:
        super().__init__(root)
        self.forge, self.repository = forge, Repository(root)
        self.root.joinpath("invgit.yaml").write_text(
            f"forge: {{repository: {forge.repository}, api: '{forge.url}', token: {{env: TOKEN}}}}\n", encoding="utf-8"
        )
        for name, value in (("name", "Ada"), ("email", "ada@example.com")):
            self.repository.git("config", f"user.{name}", value)
        self.repository.commit()
        bare = os.fspath(root.parent / "bare.git")
        self.repository.git("init", "-q", "--bare", "-b", "main", bare)
        self.repository.git("remote", "add", "origin", bare)
        self.repository.git("push", "-q", "origin", "main")

    def accept(self, *words: str, code: int = 0):
        return self.do("accept", *words, code=code, TOKEN=self.forge.token)

    def branch(self) -> str:
        """What the branch says otherwise than its base."""
        return self.repository.git("diff", "--no-color", "-U0", f"{BRANCH}^", BRANCH)


@pytest.fixture
def house(tmp_path, monkeypatch) -> Iterator[Committed]:
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    with GitHub() as forge:
        made = Committed(tmp_path / "house", forge)
        made.sync(*LOOK)
        yield made


def test_a_branch_has_it_and_the_files_do_not(house) -> None:
    before, files = house.repository.state(), house.tree()
    result = house.accept("--all", "--yes", "--branch")
    assert "+" in result.out
    assert f"the branch {BRANCH} is made, on top of HEAD" in result.err
    assert "Fan" in house.branch()
    assert house.tree() == files
    again = house.accept("--all", "--yes", "--branch")
    assert again.out == ""
    assert f"the branch {BRANCH} says so already" in again.err
    house.repository.git("branch", "-D", BRANCH)
    assert house.repository.state() == before


def test_one_after_the_other_is_both_and_what_is_rejected_goes(house) -> None:
    ids = house.ids()
    house.accept(ids["lamp"], "--yes", "--branch")
    assert "Fan" not in house.branch()
    house.accept(ids["fan"], "--yes", "--branch")
    assert "Fan" in house.branch()
    assert "Attic" in house.branch()  # what it needs
    assert house.repository.git("rev-list", "--count", f"main..{BRANCH}") == "1"
    house.do("reject", ids["lamp"], "--reason", "no")
    house.accept(ids["fan"], "--yes", "--branch")
    assert "lamp" not in house.repository.git("log", "-1", "--format=%B", BRANCH)


def test_a_pull_request_is_made_once_and_says_what_it_is(house) -> None:
    result = house.accept("--all", "--yes", "--pr")
    assert f"pushed to {house.root.parent / 'bare.git'}" in result.err
    assert "pull request #1 (https://github.com/anand/inventory/pull/1) is made" in result.err
    assert "+   name: Fan" in house.forge.pulls[0]["body"]
    again = house.accept("--all", "--yes", "--pr")
    assert "#1 (https://github.com/anand/inventory/pull/1) says so already" in again.err
    assert len(house.forge.wrote()) == 1
    house.forge.close(1)
    assert "was closed" in house.accept("--all", "--yes", "--pr").err
    assert house.forge.token not in f"{result} {again} {house.tree()} {house.forge.pulls}"


def test_a_look_is_no_more_than_that(house) -> None:
    before = house.repository.state()
    result = house.accept("--all", "--dry-run", "--pr")
    assert "Fan" in result.out
    assert "nothing was done" in result.err
    assert house.repository.state() == before
    assert not house.forge.asked
    assert house.accept("--all", "--branch", code=2)  # nobody is here to say yes
    assert house.repository.state() == before


def test_what_does_not_fit_the_commit_is_told(house) -> None:
    house.accept(house.ids()["attic"], "--yes")
    house.sync(*LOOK)  # the zone stands in the files now, and in no commit
    fan, lamp = (house.ids()[each] for each in ("fan", "lamp"))
    result = house.accept(fan, "--yes", "--branch", code=1)
    assert f"the inventory would have these errors on {BRANCH}" in result.err
    house.accept(lamp, "--yes")
    house.sync(thing("1", "Lamp", zone="kitchen", category="light"), FAN, room("Attic"))
    result = house.accept(house.ids()["lamp"], "--yes", "--branch")
    assert "1 left out, which HEAD" in result.err
    assert f"{lamp} update device:o/home/lamp" in result.err
    assert "nothing is left for the branch" in result.err
    assert not house.repository.git("branch", "--list", "invgit/*")


def test_commits_of_others_are_kept_with_exit_code_5(house) -> None:
    house.accept("--all", "--yes", "--branch")
    house.repository.git("stash", "-q", "-u")
    house.repository.git("checkout", "-q", BRANCH)
    id = house.repository.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "Ann's own")
    house.repository.git("checkout", "-q", "main")
    house.repository.git("update-ref", f"refs/heads/{BRANCH}", id)
    house.repository.git("stash", "pop", "-q")
    result = house.accept(house.ids()["lamp"], "--yes", "--branch", code=5)
    assert f"{id[:12]} Ann's own" in result.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--branch", "ID"], "what is accepted"),
        (["ID", "--branch", "ID"], "is a proposal"),
        (["ID", "--branch", "device:o/home/fan"], "is a proposal"),
        (["ID", "--branch=a..b"], "is no name of a branch"),
        (["ID", "--branch", "--only", "name"], "as a whole"),
    ],
)
def test_what_makes_no_sense_is_told(house, words, told) -> None:
    ids = house.ids()
    result = house.accept(*(ids["fan"] if word == "ID" else word for word in words), "--yes", code=2)
    assert told in result.err
    assert not house.repository.git("branch", "--list", "*fan*", "invgit/*")


def test_what_is_missing_is_deleted_where_somebody_says_so(house) -> None:
    house.sync(FAN, room("Attic"))
    house.sync(FAN, room("Attic"))
    id = house.ids()["lamp"]
    house.accept(id, "--yes", "--delete", "--pr")
    assert "-  lamp" in house.branch()
    assert "; it is deleted" in house.forge.pulls[0]["body"]
    house.accept(house.ids()["attic"], "--yes", "--pr")
    assert "-  lamp" in house.branch()
