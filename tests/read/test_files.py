"""Which files are read: nothing outside of the tree, nothing that never ends, no name that differs elsewhere."""

import os
import socket
from pathlib import Path

import pytest
from support_cases import OWNERS, codes, compile_files, compile_folder, compile_text, found, shown

from invgit.errors import ConfigError
from invgit.read import files as reading

NAS = "devices:\n  nas: {name: NAS, type: nas}\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The folder of a site in an inventory."""
    for path, text in OWNERS.items():
        target = tmp_path / "inventory" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return tmp_path / "inventory/home/house"


def root(house: Path) -> Path:
    return house.parents[2]


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "/proc/self/environ", "site.yaml", "gone", "loop.yaml"])
def test_a_link_is_never_followed(house: Path, target: str) -> None:
    (house / "loop.yaml").symlink_to(target)
    result = compile_folder(root(house))
    assert found(result) == ["loop.yaml:1:1 not-regular"]
    assert "root:" not in shown(result)
    assert len(result.inventory) == 2


@pytest.mark.parametrize("target", ["..", "/etc", "/", ".", "folder"])
def test_a_link_to_a_folder_is_named(house: Path, target: str) -> None:
    (house / "folder").symlink_to(target)
    result = compile_folder(root(house))
    assert codes(result) == {"not-regular"}
    assert len(result.inventory) == 2


def test_other_links_are_nobodys_business(house: Path) -> None:
    (house / "README").symlink_to("/etc/passwd")
    assert found(compile_folder(root(house))) == []


def test_pipes_sockets_and_folders_are_no_files(house: Path) -> None:
    os.mkfifo(house / "pipe.yaml")
    (house / "folder.yaml").mkdir()
    (house / "folder.yaml/x.yaml").write_text(NAS, encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(house)  # the name of a socket is short
        try:
            listener.bind("socket.yaml")
        finally:
            os.chdir(here)
        assert found(compile_folder(root(house))) == [
            "folder.yaml:1:1 not-regular",
            "pipe.yaml:1:1 not-regular",
            "socket.yaml:1:1 cannot-read",
        ]


def test_folders_end_somewhere(house: Path) -> None:
    deep = house.joinpath(*["d"] * 50)
    deep.mkdir(parents=True)
    (deep / "x.yaml").write_text(NAS, encoding="utf-8")
    assert codes(compile_folder(root(house))) == {"too-deep"}


def test_two_names_that_are_one_elsewhere() -> None:
    files = {**OWNERS, "home/house/A.yaml": NAS, "home/house/a.yaml": NAS}
    result = compile_files(files)
    assert codes(result) == {"path-clash"}
    composed = {**OWNERS, "home/house/é.yaml": NAS, "home/house/e\u0301.yaml": NAS}
    assert codes(compile_files(composed)) == {"path-clash"}


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "a\x1b[31m.yaml", "\u202e.yaml", "a\u200b.yaml", os.fsdecode(b"\xff.yaml")]
)
def test_a_name_that_cannot_be_shown(name: str) -> None:
    result = compile_files({**OWNERS, f"home/house/{name}": NAS})
    assert codes(result) == {"bad-path"}
    assert "\x1b" not in shown(result)
    assert shown(result).count("\n") == 4


@pytest.mark.parametrize("name", ["::error::x.yaml", "-rf.yaml", "a b.yaml", "ü.yml", "A.YAML", "deep/er/x.yaml"])
def test_a_name_that_is_only_odd(name: str) -> None:
    result = compile_files({**OWNERS, f"home/house/{name}": NAS})
    assert codes(result) == set()
    assert len(result.inventory) == 3


@pytest.mark.parametrize(
    "name", ["con.yaml", "AUX.yml", "nul/x.yaml", "com1.yaml", "lpt9.a.yaml", "a /x.yaml", "a./x.yaml"]
)
def test_a_name_that_windows_cannot_have(name: str) -> None:
    result = compile_files({**OWNERS, f"home/house/{name}": NAS})
    assert codes(result) == {"reserved-name"}
    assert not result.failed


def test_too_big() -> None:
    assert found(compile_text(b"#" * (2**20 + 1))) == ["things.yaml:1:1 too-big"]
    assert found(compile_text(b"#" * 2**20)) == []


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILES", 4)
    files = {f"home/house/{number}.yaml": "" for number in range(5)}
    assert codes(compile_files({**OWNERS, **files})) >= {"too-big"}


def test_no_inventory(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no folder"):
        compile_folder(tmp_path)
    (tmp_path / "inventory").mkdir()
    assert found(compile_folder(tmp_path)) == []
