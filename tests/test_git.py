"""What git is asked, in repositories that are made to hurt: nothing runs, nothing is written, everything ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support_git import Repository

from invgit import git
from invgit.errors import GitError, UsageError
from invgit.git import process
from invgit.read import files as reading
from invgit.read.committed import find_committed

ZONES = "zones: {hall: {name: Hall}}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one file of an inventory."""
    made = Repository(tmp_path / "project")
    write(made, "inventory/o/s/zones.yaml", ZONES)
    made.commit()
    return made


def write(repository: Repository, path: str, text: str) -> None:
    target = repository.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def read(repository: Repository, word: str = "HEAD") -> dict[str, bytes]:
    """The files of a revision that are without fault."""
    files, problems = find_committed(repository.root, git.commit(repository.root, word), "inventory", absent=True)
    assert problems == []
    return {file.path: file.data for file in files}


def faults(repository: Repository, *entries: tuple[str, str, str]) -> list[str]:
    """The faults of an inventory whose site is a tree of these entries."""
    site = repository.tree(*entries)
    inventory = repository.tree(("040000", repository.tree(("040000", site, "s")), "o"))
    commit = repository.commit_of(repository.tree(("040000", inventory, "inventory")))
    _, problems = find_committed(repository.root, git.commit(repository.root, commit), "inventory", absent=False)
    return [f"{each.place.file.removeprefix('inventory/o/s/')} {each.code}" for each in problems]


def test_the_files_of_a_revision_are_its_bytes_and_those_of_the_working_tree_do_not_matter(
    repository: Repository,
) -> None:
    write(repository, "inventory/o/s/crlf.yml", "a: b\r\n")
    write(repository, ".gitattributes", "*.yaml text eol=crlf ident\n")
    write(repository, "inventory/README.md", "no YAML")
    write(repository, "inventory/.hidden/x.yaml", "no")
    repository.git("-c", "core.autocrlf=false", "add", "-A")
    repository.git("commit", "-qm", "more")
    repository.root.joinpath("inventory/o/s/zones.yaml").unlink()
    assert read(repository) == {"o/s/crlf.yml": b"a: b\r\n", "o/s/zones.yaml": ZONES.encode()}
    assert read(repository, "HEAD~1") == {"o/s/zones.yaml": ZONES.encode()}


@pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")
def test_no_program_that_a_repository_names_is_started(repository: Repository, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    repository.trap(sprung)
    os.utime(repository.root / "inventory/o/s/zones.yaml", (1, 1))
    assert read(repository) == {"o/s/zones.yaml": ZONES.encode()}
    head = git.commit(repository.root, "main").id
    assert git.revision(repository.root / "inventory") == git.Revision(head, dirty=False)
    assert not sprung.exists(), sprung.read_text()
    repository.git("status", check=False)
    assert sprung.exists(), "the traps work"


def test_the_environment_of_the_caller_has_no_say(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository(tmp_path / "other")
    write(other, "inventory/o/s/zones.yaml", "other: true\n")
    other.commit()
    elsewhere = {
        "GIT_DIR": other.root / ".git", "GIT_WORK_TREE": other.root, "GIT_INDEX_FILE": tmp_path / "index",
        "GIT_OBJECT_DIRECTORY": other.root / ".git/objects", "GIT_TRACE": tmp_path / "trace", "GIT_NAMESPACE": "x",
        "GIT_TRACE2_EVENT": tmp_path / "trace2", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true", "GIT_EXEC_PATH": tmp_path, "GIT_REPLACE_REF_BASE": "refs/x/",
        "GIT_CONFIG_PARAMETERS": "'core.bare'='true'", "GIT_CEILING_DIRECTORIES": tmp_path, "GIT_SHALLOW_FILE": "x",
    }  # fmt: skip
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, os.fspath(value))
    assert read(repository) == {"o/s/zones.yaml": ZONES.encode()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "project"]


@pytest.mark.parametrize("word", ["--output=written", "-x", "--help", "", "-", "a\nb", "\x1b[31m", "a\0b", "\ud800"])
def test_what_can_be_no_revision_is_none(repository: Repository, word: str) -> None:
    before = sorted(repository.root.iterdir())
    with pytest.raises(UsageError, match="is no revision"):
        git.commit(repository.root, word)
    assert sorted(repository.root.iterdir()) == before


@pytest.mark.parametrize(
    "word", ["gone", "HEAD~9", "main..main", "HEAD:inventory", "HEAD^{tree}", "main@{99}", "0" * 40, ":/x", "x" * 9999]
)  # fmt: skip
def test_what_is_no_commit_here_is_told(repository: Repository, word: str) -> None:
    with pytest.raises(GitError, match="there is no revision"):
        git.commit(repository.root, word)


def test_a_branch_of_any_name_is_found(repository: Repository) -> None:
    head = git.commit(repository.root, "HEAD").id
    for name in ("--output=x", "-x"):
        repository.git("update-ref", f"refs/heads/{name}", head)
        assert git.commit(repository.root, f"refs/heads/{name}").id == head


def test_replaced_and_grafted_commits_are_seen_as_they_are(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    write(repository, "inventory/o/s/zones.yaml", "other: true\n")
    second = repository.commit()
    repository.git("replace", first, second)
    blobs = [repository.git("rev-parse", f"{each}:inventory/o/s/zones.yaml") for each in (second, first)]
    repository.git("replace", "-f", *blobs[::-1], check=False)
    assert read(repository, first) == {"o/s/zones.yaml": ZONES.encode()}
    write(repository, ".git/info/grafts", f"{second}\n")
    assert git.commit(repository.root, f"{second}~1").id == first


def test_a_folder_that_looks_like_a_repository_is_none(repository: Repository, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    repository.git("clone", "-q", "--bare", ".", "inventory/bare")
    for name in ("HEAD", "config", "objects", "refs"):
        (repository.root / "inventory/bare" / name).rename(repository.root / "inventory" / name)
    with (repository.root / "inventory/config").open("a") as config:
        config.write(f"[core]\nbare = false\nworktree = .\nfsmonitor = touch {sprung}\n")
    repository.commit()
    assert git.revision(repository.root / "inventory") == git.Revision(repository.git("rev-parse", "HEAD"), dirty=False)
    assert git.path_of(repository.root / "inventory") == "inventory/"
    assert not sprung.exists()


def test_names_are_judged_as_those_of_a_working_tree(repository: Repository) -> None:
    text, link = repository.blob(ZONES), repository.blob("/etc")
    names = ["a\nb.yaml", "\x1b[31m.yaml", "\u202e.yaml", os.fsdecode(b"\xff.yaml")]
    found = faults(repository, *(("100644", text, name) for name in names), ("100755", text, "-rf.yaml"))
    assert [each.rpartition(" ")[2] for each in found] == ["bad-path"] * 4
    assert faults(repository, ("100644", text, "A.yaml"), ("100644", text, "a.yaml")) == ["a.yaml path-clash"]
    assert faults(repository, ("100644", text, "con.yaml")) == ["con.yaml reserved-name"]
    assert faults(repository, ("120000", link, "a.yaml"), ("120000", link, ".b.yaml")) == ["a.yaml not-regular"]
    module = ("160000", repository.git("rev-parse", "HEAD"), "module")
    assert faults(repository, module) == ["module not-regular"]
    tree = repository.tree(("100644", text, "b.yaml"))
    assert faults(repository, ("040000", tree, "a.yaml")) == ["a.yaml not-regular"]
    for _ in range(40):
        tree = repository.tree(("040000", tree, "d"))
    assert [each.rpartition(" ")[2] for each in faults(repository, ("040000", tree, "d"))] == ["too-deep"]


@pytest.mark.parametrize(
    ("target", "named"),
    [("..", True), ("folder", True), ("/etc", True), ("me", True), ("../../..", True), ("../../../../up", True),
     ("gone", False), ("file", False)],
)  # fmt: skip
def test_a_link_to_a_folder_is_named_and_no_other(repository: Repository, target: str, *, named: bool) -> None:
    text = repository.blob("text")
    folder = ("040000", repository.tree(("100644", text, "x")), "folder")
    found = faults(repository, folder, ("100644", text, "file"), ("120000", repository.blob(target), "me"))
    assert found == (["me not-regular"] if named else [])


def test_trees_in_trees_end(repository: Repository) -> None:
    tree = repository.tree(("100644", repository.blob("x"), "x.yaml"))
    for _ in range(12):
        tree = repository.tree(*(("040000", tree, f"{number}") for number in range(10)))
    commit = repository.commit_of(repository.tree(("040000", tree, "inventory")))
    with pytest.raises(GitError, match="answers with more than 128 MiB"):
        read(repository, commit)


def test_a_file_of_any_size_is_too_big_and_not_read(repository: Repository) -> None:
    big = repository.blob(bytes(100_000_000))
    tree = repository.tree(("100644", big, "big.yaml"), ("100644", repository.blob(ZONES), "zones.yaml"))
    commit = repository.commit_of(repository.tree(("040000", tree, "inventory")))
    found = read(repository, commit)
    assert (len(found["big.yaml"]), found["zones.yaml"]) == (2**20 + 1, ZONES.encode())


def test_more_files_than_are_read_are_an_error(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = repository.blob("zones: {}\n")
    assert faults(repository, *(("100644", blob, f"{number}.yaml") for number in range(10_000))) == []
    monkeypatch.setattr(reading, "MAX_FILES", 5_000)
    found = faults(repository, *(("100644", blob, f"{number:05}.yaml") for number in range(10_000)))
    assert found == ["05000.yaml too-big"]


def test_nothing_is_fetched_that_a_partial_clone_has_not_got(repository: Repository, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    repository.git("clone", "-q", "--no-local", "--bare", ".", "../full")
    repository.git("-C", "../full", "config", "uploadpack.allowFilter", "true")
    full = (tmp_path / "full").as_uri()
    repository.git("clone", "-q", "--filter=blob:none", "--no-checkout", full, "../partial")
    partial = Repository(tmp_path / "partial")
    partial.git("config", "remote.origin.uploadpack", f"touch {sprung}; git-upload-pack")
    try:
        _, problems = find_committed(partial.root, git.commit(partial.root, "HEAD"), "inventory", absent=False)
        told = [each.code for each in problems]
    except GitError as error:
        told = [error.help]
    # git says itself that it may not fetch, or in later versions that the object is missing
    assert told in (["cannot-read"], ["nothing is fetched for a clone that has only a part: clone without --filter"])
    assert not sprung.exists()


def test_what_a_broken_repository_has_lost_is_told(repository: Repository) -> None:
    id = repository.git("rev-parse", "HEAD:inventory/o/s/zones.yaml")
    repository.root.joinpath(f".git/objects/{id[:2]}/{id[2:]}").unlink()
    assert faults(repository, ("100644", id, "a.yaml")) == ["a.yaml cannot-read"]


def test_a_repository_that_never_answers_is_given_up(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no named pipes in folders")
    monkeypatch.setattr(process, "_SECONDS", 0.5)
    os.mkfifo(repository.root / ".git/pipe")
    with (repository.root / ".git/config").open("a") as config:
        config.write("[include]\npath = pipe\n")
    with pytest.raises(GitError, match="has not ended within"):
        git.commit(repository.root, "HEAD")
    assert git.revision(repository.root) is None


def test_no_repository_no_git_and_a_broken_one_are_told(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(GitError, match="lies in no git repository"):
        git.commit(tmp_path, "HEAD")
    assert git.revision(tmp_path) is None
    repository.root.joinpath(".git/HEAD").unlink()
    with pytest.raises(GitError):
        git.commit(repository.root, "HEAD")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(GitError, match="git cannot be started"):
        git.commit(repository.root, "HEAD")


@pytest.mark.root
def test_a_repository_of_somebody_else_is_told_in_gits_words(repository: Repository) -> None:
    subprocess.run(["chown", "-R", "65534", os.fspath(repository.root)], check=True)
    with pytest.raises(GitError, match="dubious ownership"):
        git.commit(repository.root, "HEAD")
