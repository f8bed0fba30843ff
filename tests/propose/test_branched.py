"""Accepted proposals as a branch and a pull request: real git with a bare remote, and a forge over HTTP."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.github import GitHub
from support_embedded import processes_in, wait_for
from support_git import Repository

from invgit import config
from invgit.errors import ConfigError, ForgeError, GitError, Refused, UsageError
from invgit.model.entity import Address
from invgit.pipeline import branched
from invgit.pipeline.branched import Branched, Wanted
from invgit.pipeline.chosen import chosen
from invgit.propose.proposal import Proposal

NOW = datetime(2026, 3, 31, tzinfo=UTC)
SITE, BRANCH = "o/home", "invgit/homeseer/o-home"
FILES = {
    "inventory/o/organization.yaml": "organization: {name: O}\n",
    "inventory/o/home/site.yaml": "site: {name: Home}\ndevices:\n  lamp: {name: Lamp, type: lamp}  # by the door\n",
    "invgit.yaml": "forge: {repository: o/inventory, api: API, token: {env: TOKEN}, base: main}\n",
}
PR = Wanted(pull_request=True)


def proposal(slug: str) -> Proposal:
    address = Address("device", f"{SITE}/{slug}")
    return Proposal(
        f"a{slug}", "add", address, f"{SITE}/devices.yaml", slug, "new", {"name": slug, "type": "thing"}, f"e{slug}"
    )


class House:
    """A project with a repository, its bare remote, and a forge."""

    def __init__(self, folder: Path, forge: GitHub) -> None:
        self.forge, self.bare = forge, folder / "bare.git"
        self.repository = Repository(folder / "house")
        self.root = self.repository.root
        for path, text in FILES.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text.replace("API", forge.url), encoding="utf-8", newline="\n")
        for name, value in (("name", "Ada"), ("email", "ada@example.com")):
            self.repository.git("config", f"user.{name}", value)
        self.repository.commit()
        self.repository.git("init", "-q", "--bare", "-b", "main", os.fspath(self.bare))
        self.repository.git("remote", "add", "origin", os.fspath(self.bare))
        self.repository.git("push", "-q", "-u", "origin", "main")

    def put(self, *slugs: str, wanted: Wanted = PR, root: Path | None = None, more: str = "") -> Branched:
        settings = config.load(root or self.root, {"TOKEN": self.forge.token})
        place = branched.place(settings, "homeseer", SITE, wanted)
        known = {each.id: each for each in map(proposal, [*slugs, *more.split()])}
        before = branched.accepted_before(settings, place)
        found = chosen(settings, NOW, place.base, map(proposal, slugs), known, before)
        return branched.put(settings, place, branched.drafted(settings, place, found), found)

    def there(self) -> str:
        """What the remote has on the branch."""
        return self.repository.git("ls-remote", "origin", f"refs/heads/{BRANCH}").partition("\t")[0]


@pytest.fixture
def house(tmp_path, monkeypatch) -> Iterator[House]:
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    with GitHub("o/inventory") as forge:
        yield House(tmp_path, forge)


def test_a_branch_and_its_pull_request_are_made_once(house) -> None:
    before = house.repository.state()
    first = house.put("tv")
    assert (first.outcome, first.pushed, first.branch.moves) == ("made", True, True)
    assert house.there() == first.branch.commit
    assert [each["title"] for each in house.forge.pulls] == ["homeseer: 1 new at o/home"]
    assert house.repository.git("show", f"{BRANCH}:inventory/o/home/devices.yaml").startswith("devices:\n  tv:\n")
    wrote, refs = house.forge.wrote(), house.repository.git("for-each-ref")
    again = house.put("tv")
    assert (again.outcome, again.pushed, again.branch.moves) == ("same", False, False)
    assert (house.forge.wrote(), house.repository.git("for-each-ref")) == (wrote, refs)
    house.repository.git("branch", "-D", BRANCH)
    house.repository.git("update-ref", "-d", f"refs/remotes/origin/{BRANCH}")
    assert house.repository.state() == before


def test_another_clone_makes_the_same_branch_out_of_nothing(house) -> None:
    first = house.put("tv")
    other = house.root.parent / "other"
    house.repository.git("clone", "-q", os.fspath(house.bare), os.fspath(other))
    for name, value in (("name", "Bob"), ("email", "bob@example.com")):
        Repository(other).git("config", f"user.{name}", value)
    again = house.put("tv", root=other)
    assert (again.branch.commit, again.pushed, again.outcome) == (first.branch.commit, False, "same")


def test_more_proposals_move_the_branch_and_the_one_pull_request(house) -> None:
    house.put("tv")
    more = house.put("tv", "nas")
    assert (more.outcome, more.pushed) == ("changed", True)
    assert house.there() == more.branch.commit
    assert [(each["number"], each["title"]) for each in house.forge.pulls] == [(1, "homeseer: 2 new at o/home")]
    settings = config.load(house.root, {"TOKEN": house.forge.token})
    place = branched.place(settings, "homeseer", SITE, PR)
    assert branched.accepted_before(settings, place) == {"atv etv", "anas enas"}


def test_who_accepts_one_more_keeps_what_is_on_the_branch_while_it_is_proposed(house) -> None:
    house.put("tv")
    both = house.put("nas", more="tv")
    assert house.forge.pulls[0]["title"] == "homeseer: 2 new at o/home"
    assert house.put("nas", more="tv fan").branch.commit == both.branch.commit
    house.put("nas")
    assert house.forge.pulls[0]["title"] == "homeseer: 1 new at o/home"


def test_another_base_moves_the_branch_and_says_nothing_new(house) -> None:
    first = house.put("tv")
    house.repository.commit("more")
    moved = house.put("tv")
    assert (moved.outcome, moved.pushed) == ("same", True)
    assert moved.branch.commit != first.branch.commit
    assert "main" in moved.place.warnings[0]
    assert "origin/main does not have" in moved.place.warnings[0]


def test_what_people_write_into_a_pull_request_stays_until_there_is_something_new(house) -> None:
    house.put("tv")
    pull = house.forge.pulls[0]
    pull["title"], pull["body"] = "Ann's title", f"Ann's words\r\n{pull['body']}"
    house.put("tv")
    assert pull["title"] == "Ann's title"
    house.put("nas")
    assert pull["title"] == "homeseer: 1 new at o/home"


def test_what_somebody_has_closed_is_not_opened_again_for_the_same(house) -> None:
    house.put("tv")
    house.forge.close(1)
    house.repository.git("push", "-q", "origin", f":{BRANCH}")
    house.repository.commit("more")
    for _ in range(2):
        done = house.put("tv")
        assert (done.outcome, done.pushed, done.request.number) == ("closed", False, 1)
    assert not house.there()
    assert house.put("tv", "nas").request.number == 2


def test_what_is_merged_and_not_pulled_yet_is_not_proposed_again(house) -> None:
    house.put("tv")
    merged = house.repository.commit_of(house.repository.git("rev-parse", f"{BRANCH}^{{tree}}"))
    house.forge.close(1, merged)
    house.repository.git("push", "-q", "origin", f":{BRANCH}")
    assert house.put("tv").outcome == "merged"
    assert not house.there()
    house.repository.git("merge", "-q", "--allow-unrelated-histories", "--no-edit", merged)
    done = house.put("tv")
    assert (done.outcome, done.branch) == ("none", None)
    house.repository.git("rm", "-q", "inventory/o/home/devices.yaml")
    house.repository.commit("not wanted after all")
    assert house.put("tv").request.number == 2


def test_a_pull_request_that_nothing_is_left_of_is_closed_and_may_come_back(house) -> None:
    house.put("tv")
    assert house.put().outcome == "withdrawn"
    assert house.forge.pulls[0]["state"] == "closed"
    assert house.put().outcome == "none"
    assert house.put("tv").request.number == 2


def test_commits_of_others_are_kept_wherever_they_are(house) -> None:
    house.put("tv")
    other = house.root.parent / "other"
    house.repository.git("clone", "-q", os.fspath(house.bare), os.fspath(other))
    theirs = Repository(other)
    theirs.git("checkout", "-q", BRANCH)
    id = theirs.commit("Ann's own")
    theirs.git("push", "-q", "origin", BRANCH)
    wrote = house.forge.wrote()
    with pytest.raises(Refused, match=f"{id[:12]} Ann's own"):
        house.put("nas")
    assert (house.there(), house.forge.wrote()) == (id, wrote)


def test_a_branch_alone_asks_nobody(house) -> None:
    house.repository.git("config", "remote.origin.url", "/nowhere")
    house.forge.odd = "server error"
    done = house.put("tv", wanted=Wanted(name="mine"))
    assert (done.branch.name, done.pushed, done.request) == ("mine", False, None)
    assert not house.forge.asked
    assert house.put("tv", wanted=Wanted()).branch.name == BRANCH


def test_a_push_alone_needs_no_forge(house) -> None:
    house.root.joinpath("invgit.yaml").unlink()
    done = house.put("tv", wanted=Wanted(push=True))
    assert done.pushed
    assert not house.forge.asked
    assert not house.put("tv", wanted=Wanted(push=True)).pushed


def test_what_was_cut_off_goes_on_with_the_next_run(house) -> None:
    for odd in ("server error", "rate limit", "html", "bad credentials"):
        house.forge.odd = odd
        with pytest.raises(ForgeError):
            house.put("tv")
    commit = house.repository.git("rev-parse", BRANCH)
    house.forge.odd = ""
    done = house.put("tv")
    assert (done.branch.commit, done.outcome) == (commit, "made")


def test_nothing_is_made_where_something_is_missing(house) -> None:
    before = house.repository.state()
    house.forge.token = ""
    with pytest.raises(ConfigError, match="TOKEN is not set"):
        house.put("tv")
    with pytest.raises(UsageError):
        house.put("tv", wanted=Wanted(name="a..b"))
    house.repository.git("config", "remote.origin.url", "/nowhere")
    house.forge.token = "x"
    with pytest.raises(GitError, match="cannot reach"):
        house.put("tv")
    assert house.repository.state() == before


def test_nobody_who_works_there_is_in_the_way(house) -> None:
    site = house.root / "inventory/o/home/site.yaml"
    site.write_text("site: {name: [broken\n", encoding="utf-8")
    house.repository.git("checkout", "-q", "-b", "mine")
    assert house.put("tv").branch.moves
    assert site.read_text(encoding="utf-8") == "site: {name: [broken\n"
    assert house.repository.git("rev-parse", f"{BRANCH}^") == house.repository.git("rev-parse", "main")


def test_the_base_is_where_pull_requests_go_and_has_to_be_known(house) -> None:
    main = house.repository.git("rev-parse", "main")
    house.repository.git("checkout", "-q", "--detach")
    house.repository.git("branch", "-q", "-D", "main")
    done = house.put("tv")  # of origin/main
    assert (done.branch.base.id, house.forge.pulls[0]["base"]["ref"]) == (main, "main")
    settings = house.root / "invgit.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(", base: main", ""), encoding="utf-8")
    with pytest.raises(GitError, match="HEAD is on no branch"):
        house.put("tv")
    assert house.put("tv", wanted=Wanted()).branch.base.id == main
    settings.write_text("forge: {base: nowhere}\n", encoding="utf-8")
    with pytest.raises(GitError, match="origin/nowhere"):
        house.put("tv", wanted=Wanted())


def test_one_branch_is_for_one_source_and_site() -> None:
    both = [("homeseer", "o/home"), ("homeseer", "o/cabin")]
    branched.require_one(both, Wanted())
    with pytest.raises(UsageError, match="homeseer at o/cabin, homeseer at o/home"):
        branched.require_one(both, Wanted(name="mine"))


RUN = """
import sys
sys.path[:0] = {path!r}
from propose.test_branched import House, Path
house = House.__new__(House)
house.root = Path({root!r})
class forge: token = "secret-token"
house.forge = forge
house.put("tv")
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("after", [0.02, 0.2])
def test_a_run_that_is_killed_leaves_nothing_in_the_way(house, after) -> None:
    before = house.repository.state()[:2]
    code = RUN.format(path=[*sys.path, os.fspath(Path(__file__).parent.parent)], root=os.fspath(house.root))
    running = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not house.forge.asked and time.monotonic() < deadline and running.poll() is None:
        if house.repository.git("branch", "--list", BRANCH):
            break
        time.sleep(0.01)
    time.sleep(after)
    running.send_signal(signal.SIGKILL)
    assert running.wait() in {0, -signal.SIGKILL}
    assert wait_for(lambda: not processes_in(house.root))  # a git that is just at it comes to its end
    assert house.repository.state()[:2] == before
    done = house.put("tv")
    assert done.outcome in {"made", "same"}
    assert house.there() == done.branch.commit
    assert len(house.forge.pulls) == 1
