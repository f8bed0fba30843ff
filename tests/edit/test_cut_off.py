"""A change of several files that is stopped at any moment: all of it happens, or none, and nothing is left behind."""

import errno
import random
from pathlib import Path

import pytest
from support_cut_off import NEW, OLD, folders, found, killed, place, stopped, writing

from invgit import config, pipeline
from invgit.edit.files import recover
from invgit.pipeline.compiled import working_files


def whole(root: Path) -> str:
    """Which of the two worlds is there, when nothing else is."""
    worlds = {"old": OLD, "new": NEW}
    there = found(root)
    for name, world in worlds.items():
        if there == world:
            assert folders(root) == {str(each) for path in world for each in [*Path(path).parents][:-1]}
            return name
    raise AssertionError(sorted(there))


def kills(root: Path, times: int) -> None:
    chance = random.Random(times)
    seen = {"old": 0, "new": 0}
    for _ in range(times):
        killed(root, chance)
        recover(root)
        seen[whole(root)] += 1
    assert all(seen.values()), seen


def test_a_writer_that_is_killed_20_times_leaves_no_half_change(tmp_path: Path) -> None:
    kills(place(tmp_path / "inventory", OLD), 20)


@pytest.mark.slow
def test_a_writer_that_is_killed_100_times_leaves_no_half_change(tmp_path: Path) -> None:
    kills(place(tmp_path / "inventory", OLD), 100)


def steps(tmp_path: Path, how: str) -> list[tuple[str, int, str]]:
    """What each step of a change leads to when it is the last one: the world then, the exit code, what was said."""
    seen: list[tuple[str, int, str]] = []
    while not seen or seen[-1][1] or seen[-1][2]:
        root = place(tmp_path / how / str(len(seen)) / "inventory", OLD)
        code, said = stopped(root, len(seen) + 1, how)
        if how == "kill":
            recover(root)
        seen.append((whole(root), code, said))
        assert len(seen) < 200
    return seen


def test_a_kill_at_any_step_is_made_good_by_whoever_comes_next(tmp_path: Path) -> None:
    seen = [world for world, _, _ in steps(tmp_path, "kill")]
    turn = seen.index("new")
    assert 5 < turn < len(seen) - 5
    assert set(seen[turn:]) == {"new"}


@pytest.mark.parametrize("number", [errno.ENOSPC, pytest.param(errno.EACCES, marks=pytest.mark.slow)])
def test_what_the_file_system_refuses_changes_nothing(tmp_path: Path, number: int) -> None:
    for world, code, said in steps(tmp_path, str(number))[:-1]:
        assert (world, code) in {("old", 3), ("new", 0)} or said.endswith("by half"), (world, code, said)
        assert code == 0 or "nothing was changed" in said, said


@pytest.mark.parametrize("first", [6, 16, 22])
def test_making_good_that_is_killed_is_made_good_too(tmp_path: Path, first: int) -> None:
    root = place(tmp_path / "inventory", OLD)
    assert stopped(root, first, "kill")[0] < 0
    number = 1
    while stopped(root, number, "kill")[0] < 0:
        number += 1
    recover(root)
    assert whole(root) == "new"
    assert number > 5


@pytest.mark.parametrize(("step", "world"), [(10, "old"), (24, "new")])
def test_whoever_reads_the_inventory_makes_it_good_first(tmp_path: Path, step: int, world: str) -> None:
    root = place(tmp_path / "inventory", OLD)
    assert stopped(root, step, "kill")[0] < 0
    settings = config.load(root.parent, {})
    pipeline.compile_inventory(settings, pipeline.now())
    assert whole(root) == world


def test_a_reader_beside_a_writer_sees_all_of_a_change_or_none(tmp_path: Path) -> None:
    root = place(tmp_path / "inventory", OLD)
    for number in range(500):  # reading takes a while
        (root / f"home/{number}.yaml").write_bytes(b"x")
    settings = config.load(root.parent, {})
    seen = []
    with writing(root):
        for _ in range(5):
            files, _ = working_files(settings)
            seen.append({file.path: file.data for file in files if file.data != b"x"})
    assert seen.count(OLD) + seen.count(NEW) == len(seen)
