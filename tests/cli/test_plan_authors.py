"""Who wrote the line that decides a change: told where git knows it, and never wrongly, slowly or obediently."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from support_project import Project

from invgit.git.authors import FILE, MOST_FILES, Author, authors
from invgit.plan.schema import schema

SITE = "site: {name: S}\ndevices:\n  nas: {name: NAS, type: nas}\n  tv:\n    name: TV\n    type: tv\n"
FILES = {"o/organization.yaml": "organization: {name: O}\n", "o/s/site.yaml": SITE}
BY = {"ada": "Ada Lovelace", "bob": "Bob"}
DAY = {"ada": "2026-01-02T03:04:05+02:00", "bob": "2026-02-03T04:05:06Z"}


def git(folder: Path, *words: str, by: str = "ada", **more: str) -> str:
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", BY.get(by, by)), ("EMAIL", "x@example.org"), ("DATE", DAY.get(by, DAY["ada"])))
    }
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    environment = {**os.environ, **who, **nobody, **more}
    done = subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def committed(folder: Path, files: Mapping[str, str | bytes | None], by: str = "ada") -> str:
    """A commit of these files, in a repository of its own."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    for path, text in files.items():
        target = folder / path
        if text is None:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x", by=by)
    return git(folder, "rev-parse", "HEAD")


def test_every_view_says_who_wrote_the_deciding_line(project: Project) -> None:
    """And of what goes, who last touched its file."""
    project.write(FILES)
    committed(project.root, {})
    project.apply()
    edited = SITE.replace("type: tv", "type: television").replace("  nas: {name: NAS, type: nas}\n", "")
    project.write({**FILES, "o/s/site.yaml": edited})
    bob = committed(project.root, {}, by="bob")
    changes = {each["address"]: each["source"] for each in project.run("plan", "--format", "json").json["changes"]}
    who = {"commit": bob, "author": "Bob", "at": "2026-02-03T04:05:06Z"}
    file = "inventory/o/s/site.yaml"
    assert changes["device:o/s/tv"] == {"file": file, "line": 5, "column": 11, **who}
    assert changes["device:o/s/nas"] == {"file": file, **who}
    for format in ("text", "markdown"):
        assert project.run("plan", "--format", format).out.count(f"{bob[:8]} Bob") == 2


def test_the_form_with_authors_is_in_the_schema_and_a_saved_plan_does_without(project: Project) -> None:
    project.write(FILES)
    committed(project.root, {})
    result = project.run("plan", "--format", "json", "--out", str(project.root / "saved"))
    jsonschema.validate(result.json, schema())
    assert result.out.count('"commit": "') == 4
    assert '"author"' not in (project.root / "saved").read_text(encoding="utf-8")
    assert project.run("apply", str(project.root / "saved")).code == 0


def test_uncommitted_lines_have_no_author_and_the_others_keep_theirs(tmp_path: Path) -> None:
    ada = committed(tmp_path / "r", {"a": "one\ntwo\nthree\nfour\nfive\n"})
    bob = committed(tmp_path / "r", {"a": "one\nTWO\nthree\nfour\nfive\n"}, by="bob")
    (tmp_path / "r/a").write_text("new\none\nTWO\nthree\nother\nfive\nlast\n")
    found = authors(tmp_path / "r", {"a": range(1, 8)})
    assert {line: author.commit for (_, line), author in found.items()} == {2: ada, 3: bob, 4: ada, 6: ada}
    assert found["a", 2] == Author(ada, "Ada Lovelace", "2026-01-02T01:04:05Z")
    (tmp_path / "r/a").write_text("new\none\nX\nthree\nmore\nfive\n")  # something is kept between two edits
    assert {line for _, line in authors(tmp_path / "r", {"a": range(1, 7)})} == {2, 4, 6}


def test_line_breaks_of_windows_are_no_change_and_lone_ones_are_not_guessed_at(tmp_path: Path) -> None:
    ada = committed(tmp_path / "r", {"a": "one\ntwo\n", "b": b"one\rtwo\nthree\n"})
    (tmp_path / "r/a").write_bytes(b"one\r\ntwo\r\n")
    assert {author.commit for author in authors(tmp_path / "r", {"a": [1, 2]}).values()} == {ada}
    assert authors(tmp_path / "r", {"b": [1, 2]}) == {}


def test_a_commit_is_asked_instead_of_the_working_tree(tmp_path: Path) -> None:
    ada = committed(tmp_path / "r", {"a": "one\n"})
    committed(tmp_path / "r", {"a": "zero\none\n"}, by="bob")
    assert authors(tmp_path / "r", {"a": [1]}, ada) == {("a", 1): Author(ada, "Ada Lovelace", "2026-01-02T01:04:05Z")}


def test_nobody_is_known_without_a_repository_a_commit_or_the_file(tmp_path: Path) -> None:
    assert authors(tmp_path, {"a": [1]}) == {}
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("one\n")
    assert authors(tmp_path, {"a": [1, FILE]}) == {}
    committed(tmp_path, {"b": "x\n"})
    assert {*authors(tmp_path, {"a": [1], "b": [1], "c": [1, FILE]})} == {("a", 1), ("b", 1)}
    (tmp_path / "d").write_text("one\n")
    assert authors(tmp_path, {"d": [1, FILE]}) == {}


def test_of_more_files_than_are_cheap_nobody_is_asked(tmp_path: Path) -> None:
    committed(tmp_path / "r", {f"f{at}": f"{at}\n" for at in range(MOST_FILES + 1)})
    assert authors(tmp_path / "r", {f"f{at}": [1] for at in range(MOST_FILES + 1)}) == {}


def test_a_file_of_very_many_lines_is_asked_about_as_a_whole(tmp_path: Path) -> None:
    committed(tmp_path / "r", {"a": "x\n" * 2_000})
    assert len(authors(tmp_path / "r", {"a": range(1, 2_001)})) == 2_000


def test_where_a_shallow_clone_is_cut_off_nobody_is_known(tmp_path: Path) -> None:
    committed(tmp_path / "r", {"a": "one\n", "b": "x\n"})
    bob = committed(tmp_path / "r", {"a": "one\ntwo\n"}, by="bob")
    for depth, expected in (("1", set()), ("2", {("a", 2)})):
        git(tmp_path, "clone", "-q", "--depth", depth, f"file://{tmp_path}/r", depth)
        found = authors(tmp_path / depth, {"a": [1, 2], "b": [FILE]})
        assert {*found} == expected
        assert {each.commit for each in found.values()} <= {bob}


def test_files_are_found_from_a_project_below_the_root_whatever_their_names(tmp_path: Path) -> None:
    names = ["a b", "*", ":(top)x", "ü", "-x", "a\nb", "a\tb"]
    committed(tmp_path / "r", {f"p q/{name}": "x\n" for name in names})
    gone = committed(tmp_path / "r", {f"p q/{name}": None for name in names[:3]}, by="bob")
    found = authors(tmp_path / "r/p q", {name: [FILE] if name in names[:3] else [1, FILE] for name in names})
    assert {file for file, line in found if line == FILE} == {*names}
    assert {file for file, line in found if line == 1} == {*names[3:]}
    assert {found[name, FILE].commit for name in names[:3]} == {gone}


@pytest.mark.parametrize("name", ["\u202eadA", "a\x1b[31m", "@team", "`x`", "a[b](c)", "x" * 300])
def test_an_author_may_be_called_anything(project: Project, name: str) -> None:
    project.write(FILES)
    committed(project.root, {}, by=name)
    for format in ("text", "json", "markdown"):
        result = project.run("plan", "--format", format)
        assert result.code == 0
        assert not {"\u202e", "\x1b"} & {*result.out}
    shown = project.run("plan", "--format", "json").json["changes"][0]["source"]["author"]
    assert shown == name[:100]


def test_nothing_that_a_repository_configures_is_run_or_read(tmp_path: Path) -> None:
    repository = tmp_path / "r"
    committed(repository, {"a": "one\n", ".gitattributes": "* filter=x diff=x\n"})
    ran = tmp_path / "ran"
    program = f"touch {ran}; cat"
    for name, value in {
        "filter.x.clean": program, "filter.x.smudge": program, "filter.x.process": program, "diff.x.textconv": program,
        "diff.x.command": program, "diff.external": program, "core.fsmonitor": program, "core.pager": program,
        "gpg.program": program, "log.showSignature": "true", "core.hooksPath": str(tmp_path),
        "blame.ignoreRevsFile": "/dev/zero", "mailmap.file": "/dev/zero", "blame.date": "format:x",
        "log.follow": "true",
        "format.pretty": "raw", "i18n.logOutputEncoding": "UTF-16", "blame.showEmail": "true", "log.diffMerges": "on",
        "color.ui": "always", "blame.coloring": "highlightRecent", "log.decorate": "full", "diff.renames": "copies",
    }.items():  # fmt: skip
        git(repository, "config", name, value)
    (repository / "a").write_text("one\ntwo\n")
    found = authors(repository, {"a": [1, 2, FILE]})
    assert {place: author.name for place, author in found.items()} == {
        ("a", 1): "Ada Lovelace",
        ("a", FILE): "Ada Lovelace",
    }
    assert not ran.exists()


def test_the_callers_environment_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(tmp_path / "r", {"a": "one\n"})
    other = committed(tmp_path / "other", {"a": "one\n"}, by="bob")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert authors(tmp_path / "r", {"a": [1]})["a", 1].commit != other


def test_a_commit_of_an_impossible_time_is_nobodys(tmp_path: Path) -> None:
    committed(tmp_path / "r", {"a": "one\n"})
    data = git(tmp_path / "r", "cat-file", "commit", "HEAD").replace("1767315845 +0200", "99999999999999999 +9999")
    (tmp_path / "made").write_text(f"{data}\n")
    id = git(tmp_path / "r", "hash-object", "-t", "commit", "--literally", "-w", str(tmp_path / "made"))
    git(tmp_path / "r", "update-ref", "HEAD", id)
    assert authors(tmp_path / "r", {"a": [1, FILE]}) == {}


def test_nothing_to_do_asks_nobody(project: Project, tmp_path: Path) -> None:
    """Where there is no change git would only be waited for: here it would be another program."""
    project.write(FILES)
    committed(project.root, {})
    project.apply()
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexit 1\n")
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    assert json.loads(project.command("plan", "--format", "json", PATH=path).out)["changes"] == []
    assert not (tmp_path / "asked").exists()
    project.write({**FILES, "o/s/site.yaml": SITE.replace("TV", "Television")})
    assert project.command("plan", PATH=path).code == 0
    assert (tmp_path / "asked").exists()


def test_the_line_of_a_branch_is_that_of_whoever_wrote_it(tmp_path: Path) -> None:
    root = tmp_path / "r"
    ada = committed(root, {"a": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b": "x\n"})
    git(root, "checkout", "-q", "-b", "side")
    bob = committed(root, {"a": "1\n2\n3\n4\n5\n6\n7\n8\nnine\n"}, by="bob")
    git(root, "checkout", "-q", "main")
    one = committed(root, {"a": "one\n2\n3\n4\n5\n6\n7\n8\n9\n"})
    git(root, "merge", "-q", "--no-edit", "side", by="bob")
    committed(root, {"b": "y\n"})
    found = authors(root, {"a": [1, 5, 9]})
    assert [found["a", line].commit for line in (1, 5, 9)] == [one, ada, bob]


def test_other_kinds_of_repositories_are_asked_just_so(tmp_path: Path) -> None:
    """A linked worktree, objects borrowed from another clone, packed ones, and those named by SHA-256."""
    ada = committed(tmp_path / "r", {"a": "one\n"})
    git(tmp_path / "r", "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    git(tmp_path, "clone", "-q", "--shared", "r", "shared")
    git(tmp_path, "clone", "-q", "--mirror", "r", "packed/.git")
    git(tmp_path / "packed", "config", "core.bare", "false")
    git(tmp_path / "packed", "checkout", "-q", "-f", "main")
    git(tmp_path / "packed", "repack", "-adq")
    for name in ("linked", "shared", "packed"):
        found = authors(tmp_path / name, {"a": [1, FILE]})
        assert {place: author.commit for place, author in found.items()} == {("a", 1): ada, ("a", FILE): ada}, name
    (tmp_path / "long").mkdir()
    git(tmp_path / "long", "init", "-q", "--object-format=sha256")
    bob = committed(tmp_path / "long", {"a": "one\n"}, by="bob")
    assert len(bob) == 64
    assert authors(tmp_path / "long", {"a": [1]})["a", 1].commit == bob
