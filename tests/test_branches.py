"""A branch that a program keeps: made beside everything else, never over what somebody else has done."""

import os
from pathlib import Path

import pytest
from fakes.github import GitHub
from support_git import Repository

from invgit import git
from invgit.errors import GitError, LockBusy, Refused, UsageError
from invgit.git import branches, remotes
from invgit.git.branches import Branch, drafted, lead

NAME = "invgit/homeseer/o-home"
MARKS = {"Invgit-Source": "homeseer", "Invgit-Site": "o/home"}
FILE = "inventory/o/home/devices.yaml"


@pytest.fixture(autouse=True)
def _nobodys_settings(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", os.fspath(tmp_path / "none"))


@pytest.fixture
def kept(tmp_path) -> Repository:
    made = Repository(tmp_path / "kept")
    write(made, {FILE: "devices: {}\n", "README": "x"})
    made.commit()
    for name, value in (("name", "Ada"), ("email", "ada@example.com")):
        made.git("config", f"user.{name}", value)
    return made


def write(repository: Repository, files: dict[str, str]) -> None:
    for path, text in files.items():
        (repository.root / path).parent.mkdir(parents=True, exist_ok=True)
        (repository.root / path).write_text(text, encoding="utf-8")


def build(repository: Repository, text: str | None = "devices: {a: {name: A}}\n", below="", **more) -> Branch:
    folder = repository.root / below
    data = None if text is None else text.encode()
    files = {more.pop("path", FILE).removeprefix(f"{below}/" if below else ""): data}
    made = drafted(folder, NAME, git.commit(folder, "HEAD"), files, "Devices of HomeSeer\n\nmore", MARKS, **more)
    lead(folder, made)
    return made


def test_files_are_on_the_branch_and_nowhere_else(kept) -> None:
    write(kept, {FILE: "somebody's work", "new": "untracked"})
    kept.git("add", "README")
    before = kept.state()
    made = build(kept)
    assert made.moves
    assert kept.git("show", f"{NAME}:{FILE}") == "devices: {a: {name: A}}"
    assert kept.git("show", "--format=", "--name-only", NAME) == FILE
    assert kept.git("log", "-1", "--format=%an <%ae>|%P|%s", NAME) == (
        f"Ada <ada@example.com>|{kept.git('rev-parse', 'HEAD')}|Devices of HomeSeer"
    )
    trailers = kept.git("log", "-1", "--format=%(trailers:key=Invgit-Source,valueonly)", NAME)
    assert trailers == "homeseer"
    kept.git("branch", "-D", NAME)
    assert kept.state() == before
    assert kept.root.joinpath(FILE).read_text() == "somebody's work"


def test_a_second_run_makes_nothing_and_an_other_base_makes_it_anew(kept) -> None:
    first = build(kept)
    again = build(kept)
    assert (again.commit, again.moves) == (first.commit, False)
    kept.commit("more")
    moved = build(kept)
    assert moved.moves
    assert kept.git("rev-parse", f"{NAME}^") == kept.git("rev-parse", "HEAD")
    assert build(kept, "devices: {b: {name: B}}\n").commit != moved.commit
    assert build(kept, None).moves
    assert kept.git("ls-tree", "-r", "--name-only", NAME) == "README"
    kept.git("commit", "-q", "--amend", "--allow-empty", "-m", "another past")
    assert build(kept).moves


def test_what_is_merged_is_no_ones_any_more(kept) -> None:
    build(kept)
    kept.git("checkout", "-q", NAME)
    kept.commit("by hand")
    kept.git("checkout", "-q", "main")
    kept.git("merge", "-q", "--no-ff", "--no-edit", NAME)
    assert build(kept, "devices: {b: {name: B}}\n").moves


@pytest.mark.parametrize("how", ["atop", "amended", "rebased", "merged", "another site"])
def test_what_somebody_else_has_done_is_kept(kept, how) -> None:
    build(kept)
    kept.git("checkout", "-q", NAME)
    if how == "atop":
        kept.git("commit", "-q", "--allow-empty", "-m", "by hand")
    elif how == "amended":
        write(kept, {"README": "by hand"})
        kept.git("commit", "-q", "-a", "--amend", "--no-edit")
    else:
        kept.git("checkout", "-q", "main")
        write(kept, {"README": "by hand"})
        kept.commit("main")
        kept.git("checkout", "-q", NAME)
        if how == "rebased":
            kept.git("rebase", "-q", "main")
        elif how == "merged":
            kept.git("merge", "-q", "--no-edit", "main")
    kept.git("checkout", "-q", "main")
    was = kept.git("rev-parse", NAME)
    head = git.commit(kept.root, "HEAD")
    marks = {**MARKS, "Invgit-Site": "o-home/x"} if how == "another site" else MARKS
    with pytest.raises(Refused, match="not invgit's") as caught:
        drafted(kept.root, NAME, head, {FILE: b"devices: {c: {name: C}}\n"}, "x", marks)
    assert was[:12] in caught.value.message
    assert kept.git("rev-parse", NAME) == was


def test_a_branch_that_is_checked_out_or_a_name_for_another_is_left(kept) -> None:
    build(kept)
    kept.git("worktree", "add", "-q", os.fspath(kept.root.parent / "beside"), NAME)
    with pytest.raises(Refused, match=r"checked out in .*beside"):
        build(kept, None)
    kept.git("worktree", "remove", os.fspath(kept.root.parent / "beside"))
    kept.git("branch", "-D", NAME)
    kept.git("symbolic-ref", f"refs/heads/{NAME}", "refs/heads/main")
    with pytest.raises(Refused, match="name for another"):
        build(kept)


def test_nothing_to_say_is_refused(kept) -> None:
    with pytest.raises(Refused, match="nothing to put"):
        build(kept, "devices: {}\n")


def test_no_path_leads_through_a_link_or_out(kept) -> None:
    kept.root.joinpath("linked").symlink_to("inventory")
    kept.root.joinpath("inventory/o/home/link.yaml").symlink_to("devices.yaml")
    kept.commit()
    for path in ("linked/o/x.yaml", "linked", "inventory/o/home/link.yaml", f"{FILE}/x"):
        with pytest.raises(Refused):
            build(kept, path=path)
    for path in ("../x", ".git/config", "a//b", "a/.GIT/hooks/x", ""):
        with pytest.raises(ValueError, match="no path"):
            build(kept, path=path)
    assert not kept.git("branch", "--list", NAME)


def test_a_project_below_the_root_and_modes_are_kept(kept) -> None:
    write(kept, {f"house/{FILE}": "devices: {}\n"})
    kept.root.joinpath("house", FILE).chmod(0o755)
    kept.commit()
    build(kept, below="house", path=f"house/{FILE}")
    assert kept.git("ls-tree", NAME, f"house/{FILE}").startswith("100755 ")
    assert kept.git("show", "--format=", "--name-only", NAME) == f"house/{FILE}"


def test_nobody_who_commits_is_told_how_to_be_somebody(kept) -> None:
    for name in ("name", "email"):
        kept.git("config", "--unset", f"user.{name}")
    with pytest.raises(GitError) as caught:
        build(kept)
    assert "git config user.email" in str(caught.value.help)


def test_no_program_that_settings_name_is_started(kept, tmp_path) -> None:
    kept.trap(tmp_path / "sprung")
    build(kept)
    build(kept, None)
    assert not (tmp_path / "sprung").exists()
    assert not kept.git("log", "-1", "--format=%GK", NAME, check=False)


def test_names_are_names() -> None:
    here = Path(__file__).parent
    assert branches.checked(here, "a/b") == "a/b"
    for name in ("-d", "a..b", "a b", "a\nb", "", "a/", "x.lock", "@{"):
        with pytest.raises(UsageError):
            branches.checked(here, name)


def test_a_branch_that_somebody_else_moves_is_told_and_one_that_cannot_be_is_too(kept) -> None:
    head = git.commit(kept.root, "HEAD")
    made = drafted(kept.root, NAME, head, {FILE: b"devices: {b: {name: B}}\n"}, "x", MARKS)
    build(kept)
    with pytest.raises(LockBusy):
        lead(kept.root, made)
    kept.git("branch", "-D", NAME)
    kept.git("branch", "invgit")
    with pytest.raises(GitError, match="cannot be made"):
        lead(kept.root, made)


@pytest.fixture
def bare(kept) -> Path:
    path = kept.root.parent / "bare.git"
    kept.git("init", "-q", "--bare", "-b", "main", os.fspath(path))
    kept.git("remote", "add", "origin", os.fspath(path))
    kept.git("push", "-q", "origin", "main")
    return path


def clone(kept: Repository, bare: Path, name: str) -> Repository:
    kept.git("clone", "-q", os.fspath(bare), os.fspath(kept.root.parent / name))
    return Repository(kept.root.parent / name)


def test_a_branch_is_pushed_and_found_again_by_another_clone(kept, bare) -> None:
    there = remotes.remote(kept.root, "origin")
    assert remotes.remote_tip(there, NAME) is None
    made = build(kept)
    remotes.push(there, NAME, made.commit, None)
    assert remotes.remote_tip(there, NAME) == made.commit
    other = clone(kept, bare, "other")
    found = remotes.remote_tip(remotes.remote(other.root, "origin"), NAME)
    assert found == made.commit
    assert build(other, remote=found).commit == found


def test_what_somebody_else_has_pushed_is_kept(kept, bare) -> None:
    there = remotes.remote(kept.root, "origin")
    made = build(kept)
    remotes.push(there, NAME, made.commit, None)
    other = clone(kept, bare, "other")
    other.git("checkout", "-q", NAME)
    foreign = other.commit("by hand")
    other.git("push", "-q", "origin", NAME)
    with pytest.raises(LockBusy):
        remotes.push(there, NAME, build(kept, None).commit, made.commit)
    found = remotes.remote_tip(there, NAME)
    assert found == foreign
    with pytest.raises(Refused, match="by hand"):
        build(kept, remote=found)
    assert kept.git("ls-remote", "origin", NAME).split()[0] == foreign


def test_no_remote_and_none_that_answers_are_told_without_logins(kept, tmp_path) -> None:
    with pytest.raises(GitError, match="no remote `origin`"):
        remotes.remote(kept.root, "origin")
    with pytest.raises(GitError, match="no remote"):
        remotes.remote(kept.root, "--upload-pack=x")
    sprung = tmp_path / "sprung"
    for url in ("http://ann:Canary-5@127.0.0.1:1/x.git", f"ext::sh -c touch% {sprung}", os.fspath(tmp_path / "none")):
        kept.git("config", "remote.origin.url", url)
        there = remotes.remote(kept.root, "origin")
        with pytest.raises(GitError) as caught:
            remotes.remote_tip(there, NAME)
        told = f"{caught.value.message} {caught.value.help} {there!r}"
        assert "Canary-5" not in told
        with pytest.raises(GitError):
            remotes.push(there, NAME, git.commit(kept.root, "HEAD").id, None)
    assert not sprung.exists()


def test_nobody_is_asked_for_a_login(kept, monkeypatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with GitHub() as fake:
        fake.odd = "bad credentials"
        for login in ("", "ann:Canary-5@"):
            kept.git("remote", "add", f"x{len(login)}", fake.url.replace("//", f"//{login}"))
            there = remotes.remote(kept.root, f"x{len(login)}")
            for ask in (
                lambda to: remotes.remote_tip(to, NAME),
                lambda to: remotes.push(to, NAME, git.commit(kept.root, "HEAD").id, None),
            ):
                with pytest.raises(GitError, match="cannot reach") as caught:
                    ask(there)
                assert "Canary-5" not in caught.value.message
                assert "git push" in str(caught.value.help)
        assert fake.asked


def test_a_remote_that_refuses_says_why(kept, bare) -> None:
    hook = bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho not here\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(GitError, match="pre-receive hook declined"):
        remotes.push(remotes.remote(kept.root, "origin"), NAME, build(kept).commit, None)
