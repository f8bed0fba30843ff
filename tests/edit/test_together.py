"""Writing files: what is promised of a change that goes through, and of one that must not."""

import json
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support_cut_off import NEW, OLD, edits, found, place, stopped
from support_git import Repository

from invgit.edit import files
from invgit.edit.files import FileEdit, recover, write
from invgit.errors import LockBusy, Refused
from invgit.locks import Lock

A, B = "home/house/devices.yaml", "home/organization.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return place(tmp_path / "inventory", OLD)


def test_all_files_become_what_they_should_and_nothing_else_is_left(root: Path) -> None:
    write(root, edits(OLD, NEW))
    assert found(root) == NEW
    assert not (root.parent / ".invgit").exists()
    assert not (root / "home/house/gone").exists()
    write(root, edits(NEW, OLD))
    assert found(root) == OLD


def test_what_stays_as_it_is_is_not_touched(root: Path) -> None:
    before = (root / A).stat()
    write(root, [FileEdit(A, OLD[A], OLD[A]), FileEdit(B, OLD[B], b"")])
    after = (root / A).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert (root / B).read_bytes() == b""


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_keeps_its_mode(root: Path, mode: int) -> None:
    (root / A).chmod(mode)
    write(root, [FileEdit(A, OLD[A], b"new")])
    assert stat.S_IMODE((root / A).stat().st_mode) == mode


def test_a_new_file_has_the_mode_that_the_umask_leaves(root: Path) -> None:
    old = os.umask(0o027)
    try:
        write(root, [FileEdit("home/new/x.yaml", None, b"new")])
    finally:
        os.umask(old)
    assert stat.S_IMODE((root / "home/new/x.yaml").stat().st_mode) == 0o640


@pytest.mark.root
def test_a_file_keeps_its_owner(root: Path) -> None:
    os.chown(root / A, 1234, 2345)
    (root / A).chmod(0o660)
    write(root, [FileEdit(A, OLD[A], b"new")])
    there = (root / A).stat()
    assert (there.st_uid, there.st_gid, stat.S_IMODE(there.st_mode)) == (1234, 2345, 0o660)


def test_a_file_that_changed_meanwhile_is_named_and_nothing_is_written(root: Path) -> None:
    (root / A).write_bytes(b"somebody else")
    (root / "home/cabin/deep").mkdir(parents=True)
    (root / "home/cabin/deep/site.yaml").write_bytes(b"somebody else")
    (root / B).unlink()
    before = found(root)
    with pytest.raises(Refused) as refused:
        write(root, edits(OLD, NEW))
    assert refused.value.message.splitlines() == [
        "inventory/home/cabin/deep/site.yaml is there since it was read",
        f"inventory/{A} was changed since it was read",
        f"inventory/{B} is gone since it was read",
        "nothing was written",
    ]
    assert found(root) == before


@pytest.mark.parametrize("where", [A, "home/house", "home"])
def test_no_link_is_followed(root: Path, tmp_path: Path, where: str) -> None:
    (root / where).rename(tmp_path / "elsewhere")
    (root / where).symlink_to(tmp_path / "elsewhere")
    before = found(root)
    with pytest.raises(Refused, match=rf"inventory/{where} is a link"):
        write(root, [FileEdit(A, OLD[A], b"new")])
    assert found(root) == before


def test_the_folder_of_the_journal_is_no_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".invgit").symlink_to("elsewhere")
    with pytest.raises(Refused, match=r"\.invgit is a link"):
        write(root, [FileEdit(A, OLD[A], b"new")])
    assert found(root) == OLD


@pytest.mark.parametrize(
    "path",
    ["", "/etc/x.yaml", "../x.yaml", "home/../../x.yaml", "home//x.yaml", "home/./x.yaml", ".git/x.yaml",
     "home/.x.yaml", "home/x.txt", "home/x", "home/\x1bx.yaml", "home/\udc80.yaml", "home/"],
)  # fmt: skip
def test_only_files_that_a_reader_would_read_are_written(root: Path, path: str) -> None:
    with pytest.raises(Refused):
        write(root, [FileEdit(A, OLD[A], b"new"), FileEdit(path, None, b"new")])
    assert found(root) == OLD


def test_a_folder_or_a_pipe_is_no_file(root: Path) -> None:
    (root / "home/x.yaml").mkdir()
    os.mkfifo(root / "home/y.yaml")
    for name in ("home/x.yaml", "home/y.yaml", f"{A}/z.yaml"):
        with pytest.raises(Refused):
            write(root, [FileEdit(name, None, b"new")])


def test_who_finds_another_writer_at_work_waits_and_then_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_WAIT", 0.3)
    (root.parent / ".invgit").mkdir()
    lock = Lock(root.parent / ".invgit/edit.lock")
    assert lock.try_exclusive()
    for action in (lambda: write(root, edits(OLD, NEW)), lambda: recover(root)):
        with pytest.raises(LockBusy, match="another command writes"):
            action()
    monkeypatch.setattr(files, "_WAIT", 60)
    threading.Timer(0.1, lock.close).start()
    write(root, edits(OLD, NEW))
    assert found(root) == NEW


def test_many_writers_at_once_take_turns(root: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from invgit.edit.files import FileEdit, write\n"
        "for n in range(20): write(Path(sys.argv[1]), [FileEdit(f'w{sys.argv[2]}/{n}.yaml', None, b'x')])"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(root), str(number)]) for number in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert len(found(root)) == len(OLD) + 80


def limited(root: Path, before: Callable[[], object]) -> str:
    """What a process with less rights or room says when it is to make the new world."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path; from support_cut_off import *; from invgit.errors import InvgitError\n"
        "try: write(Path(sys.argv[1]), edits(OLD, NEW))\n"
        "except InvgitError as error: print(error.message, '|', error.help, error.exit_code)"
    )
    command = [sys.executable, "-c", script, str(root), str(Path(__file__).parent.parent)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=before, timeout=120, check=True)
    return done.stdout.strip()


def test_no_room_is_said_and_changes_nothing(root: Path) -> None:
    said = limited(root, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)))
    assert said == (
        "inventory/home/cabin/deep/site.yaml cannot be written: File too large; nothing was changed"
        " | make room, and give the command again 3"
    )
    assert found(root) == OLD


@pytest.mark.root
@pytest.mark.parametrize(
    ("closed", "said"),
    [
        (".", ".invgit/edit.lock cannot be written: Permission denied; nothing was changed | None 3"),
        ("inventory/home", "inventory/home/cabin cannot be written: Permission denied; nothing was changed | None 3"),
        ("inventory/home/house/gone/only.yaml",
         "inventory/home/house/gone/only.yaml is read-only; nothing was changed | None 3"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_said_and_changes_nothing(tmp_path: Path, closed: str, said: str) -> None:
    tmp_path.chmod(0o755)
    for above in [each for each in tmp_path.parents if each.owner() == "root" and len(each.parts) > 2]:
        above.chmod(above.stat().st_mode | 0o055)
    root = place(tmp_path / "project" / "inventory", OLD)
    for path in (root.parent, *root.parent.rglob("*")):
        os.chown(path, 65534, 65534)
    closed_path = root.parent / closed
    closed_path.chmod(0o555 if closed_path.is_dir() else 0o444)

    def become_nobody() -> None:
        os.setgid(65534)
        os.setuid(65534)

    assert limited(root, become_nobody) == said
    assert found(root) == OLD


def journal(**changes: object) -> dict[str, object]:
    part, back = ".invgit-0123456789abcdef.tmp", ".invgit-0123456789abcdee.tmp"
    step = {"path": A, "before": None, "after": "0" * 64, "part": part, "back": back}
    return {"format": "invgit-edit/1", "folders": [], "files": [{**step, **changes}]}


HOSTILE = [
    b"", b"{", b"[]", b"null", b'{"format": "invgit-edit/2"}', b"[" * 100_000, b"\xff\xfe",
    *(json.dumps(each).encode() for each in (
        journal(path="../../etc/passwd.yaml"), journal(path="/etc/x.yaml"), journal(path=".git/config"),
        journal(path="home/x.txt"), journal(path="x" * 300 + ".yaml"), journal(path=7), journal(part="../x"),
        journal(part="organization.yaml"), journal(part=".invgit-0123456789abcdee.tmp"), journal(back="x"),
        journal(back=None), journal(after="x"), journal(before=0), journal(more=1), {**journal(), "more": 1},
        {**journal(), "folders": ["home/house/gone"]}, {**journal(), "files": [{}]},
        {**journal(), "files": journal()["files"] * 2},  # type: ignore[operator] # a list
    )),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_a_journal_that_invgit_did_not_write_is_set_aside(root: Path, data: bytes) -> None:
    (root.parent / ".invgit").mkdir()
    (root.parent / ".invgit/edit.json").write_bytes(data)
    with pytest.raises(Refused, match="nothing was touched"):
        recover(root)
    assert found(root) == {**OLD, "../edit.json.refused": data}
    recover(root)


def test_a_journal_leads_through_no_link(root: Path, tmp_path: Path) -> None:
    (root / "home/house").rename(tmp_path / "elsewhere")
    (root / "home/house").symlink_to(tmp_path / "elsewhere")
    (root.parent / ".invgit").mkdir()
    (root.parent / ".invgit/edit.json").write_text(json.dumps(journal()))
    before = (tmp_path / "elsewhere/devices.yaml").read_bytes()
    with pytest.raises(Refused, match="nothing was touched"):
        recover(root)
    assert (tmp_path / "elsewhere/devices.yaml").read_bytes() == before


def test_a_journal_that_a_repository_brings_along_is_not_followed(root: Path) -> None:
    assert stopped(root, 16, "kill")[0] < 0
    Repository(root.parent).git("add", "-A")
    before = {path: data for path, data in found(root).items() if path.endswith(".yaml")}
    with pytest.raises(Refused, match="nothing was touched"):
        recover(root)
    assert {path: data for path, data in found(root).items() if path.endswith(".yaml")} == before


def test_a_file_that_was_changed_after_a_kill_is_not_overwritten(tmp_path: Path) -> None:
    for number in range(1, 60):
        root = place(tmp_path / str(number) / "inventory", OLD)
        assert stopped(root, number, "kill")[0] < 0
        if (root / A).read_bytes() == NEW[A]:
            break
    (root / B).write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        recover(root)
    assert f"these files were changed since:\ninventory/{B}" in refused.value.message
    assert (root / B).read_bytes() == b"mine"
    recover(root)
