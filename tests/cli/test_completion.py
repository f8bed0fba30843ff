"""Completion: what real shells offer with our scripts; silent, and from whatever of the inventory can be read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support_house import HOSTS, HOUSE
from support_project import Project

SHELLS = ("bash", "zsh", "fish", "powershell")


def offered(project: Project, *words: str) -> list[str]:
    """What the completion of a shell is told for the last of some words."""
    line = " ".join(["invgit", *words])
    result = project.command(
        _INVGIT_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words)), INVGIT_UNUSED=""
    )
    assert (result.code, result.err) == (0, ""), result
    return [each.partition(",")[2] for each in result.out.splitlines() if each]


@pytest.fixture
def inside(house: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project, with its folder as the one that people work in."""
    monkeypatch.chdir(house.root)
    return house


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["device", "show", ""], ["cabin/front-door", "home/front-door", "nas", "old-nas", "switch"]),
        (["device", "show", "s"], ["switch"]),
        (["device", "show", "home/"], ["home/front-door", "home/nas", "home/old-nas", "home/switch"]),
        (["device", "show", "o/cabin/"], ["o/cabin/front-door"]),
        (["device", "list", "--zone", "clo"], ["closet-10", "closet-2"]),
        (["device", "list", "--site", ""], ["cabin", "home"]),
        (["device", "list", "--category", "se"], ["security"]),
        (["device", "list", "--network", "w"], ["wifi"]),
        (["device", "list", "--type", "d"], ["doorbell-2"]),
        (["device", "list", "--type", ""], ["doorbell-2", "lock", "nas", "switch"]),
        (["device", "list", "--tag", ""], ["bell", "outside"]),
        (["device", "list", "--status", "re"], ["retired"]),
        (["network", "free", "v"], ["vpn"]),
        (["dev"], ["device", "device-type"]),
        (["network", "f"], ["free"]),
        (["completion", "f"], ["fish"]),
    ],
)
def test_names_and_words_are_completed(inside: Project, words: list[str], expected: list[str]) -> None:
    assert offered(inside, *words)[: len(expected)] == expected


def test_the_folder_of_the_command_line_counts(house: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert offered(house, "-C", str(house.root), "device", "show", "s") == ["switch"]


@pytest.mark.parametrize(
    "files",
    [
        {**HOUSE, HOSTS: HOUSE[HOSTS] + "\n  broken: [\n"},
        {**HOUSE, HOSTS: HOUSE[HOSTS] + "\n\tx"},
        {**HOUSE, "o/x/y.yaml": "devices: {nas: 3, Tv: {}, 'a b': {type: '*; rm -rf'}}"},
    ],
)
def test_a_broken_inventory_completes_what_can_be_read_and_says_nothing(inside: Project, files: dict[str, str]) -> None:
    inside.write(files)
    assert "cabin/front-door" in offered(inside, "device", "show", "") or offered(inside, "device", "show", "fr")
    assert not [word for word in offered(inside, "device", "list", "--type", "") if "*" in word]


def test_without_any_inventory_nothing_is_offered(house: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(house.root / "inventory")
    house.root.joinpath("invgit.yaml").write_text("nonsense: [", encoding="utf-8")
    monkeypatch.chdir(house.root)
    assert offered(house, "device", "show", "") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_every_shell_is_there(house: Project, shell: str) -> None:
    result = house.run("completion", shell)
    assert (result.code, result.err) == (0, "")
    assert "_INVGIT_COMPLETE" in result.out


def test_another_shell_is_refused(house: Project) -> None:
    assert house.run("completion", "tcsh").code == 2


@pytest.fixture
def on_path(inside: Project, tmp_path: Path) -> dict[str, str]:
    """An environment in which `invgit` is a command."""
    programs = tmp_path / "programs"
    programs.mkdir()
    script = programs / "invgit"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m invgit "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    return inside.environment(PATH=f"{programs}:{os.environ['PATH']}", HOME=str(home), TERM="dumb")


def _asked(shell: str, script: str, environment: dict[str, str]) -> list[str]:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    words = [shell, *_QUIET[shell], script]
    done = subprocess.run(words, capture_output=True, check=False, text=True, env=environment, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.split()


_QUIET = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}


def test_bash_completes_addresses(on_path: dict[str, str]) -> None:
    script = (
        'eval "$(invgit completion bash)"\n'
        "COMP_WORDS=(invgit device show s) COMP_CWORD=3\n"
        '_invgit_completion invgit s show\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert _asked("bash", script, on_path) == ["switch"]


def test_zsh_completes_addresses(on_path: dict[str, str]) -> None:
    script = (
        "compdef() { :; }; compadd() { print -l -- ${(P)argv[-1]}; }; _describe() { print -l -- ${(P)argv[-1]}; }\n"
        'eval "$(invgit completion zsh)"\n'
        "words=(invgit device show s); CURRENT=4; _invgit_completion"
    )
    assert _asked("zsh", script, on_path) == ["switch"]


def test_fish_completes_addresses(on_path: dict[str, str]) -> None:
    script = 'invgit completion fish | source; complete --do-complete "invgit device show s"'
    assert _asked("fish", script, on_path) == ["switch"]
