"""Writers of inventory files that are stopped: killed, or refused by the file system, at any of their steps.

Run as a process, it writes one of two worlds after the other over a folder, until somebody kills it. With a number, it
does so once, and the operating system ends it (`kill`) or refuses it something (an errno) at that step of the change.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invgit.edit.files import FileEdit, write

_BIG = b"# a line that fills the file\n" * 3000
World = dict[str, bytes]

OLD: World = {
    "home/house/devices.yaml": b"devices: {old: {}}\n",
    "home/house/zones.yaml": b"zones: {}\n" + _BIG,
    "home/house/gone/only.yaml": b"devices:\n",
    "home/organization.yaml": b"organization:\n",
}
NEW: World = {
    "home/house/devices.yaml": b"devices: {new: {}}\n" + _BIG,
    "home/house/zones.yaml": b"zones:\n",
    "home/cabin/deep/site.yaml": b"site:\n" + _BIG,
    "home/organization.yaml": b"organization: {name: New}\n",
}


def place(root: Path, world: World) -> Path:
    """A world's files below a new folder."""
    for path, data in world.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def found(root: Path) -> World:
    """Every file below the folder that holds the inventory: what is left behind, too."""
    files = (path for path in root.parent.rglob("*") if not path.is_dir())
    return {path.relative_to(root).as_posix() if path.is_relative_to(root) else f"../{path.name}":
            path.read_bytes() for path in files}  # fmt: skip


def folders(root: Path) -> set[str]:
    """The folders below an inventory."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}


def edits(before: World, after: World) -> list[FileEdit]:
    """From one world to another."""
    return [FileEdit(path, before.get(path), after.get(path)) for path in sorted({*before, *after})]


def stopped(root: Path, number: int, how: str) -> tuple[int, str]:
    """Old world to new, stopped at a step: the exit code (that of a kill is below 0), and what was said."""
    done = subprocess.run(_command(root, str(number), how), capture_output=True, text=True, timeout=120, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@contextmanager
def writing(root: Path) -> "Iterator[subprocess.Popen[str]]":
    """A writer at work, until the end, when it is killed."""
    with subprocess.Popen(_command(root), stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        try:
            yield writer
        finally:
            writer.kill()
            writer.stdout.read()
        assert writer.wait(60) == -signal.SIGKILL


def killed(root: Path, chance: random.Random) -> None:
    """Let a writer write until it is killed at some moment, however long a change takes it."""
    with writing(root) as writer:
        assert writer.stdout
        writer.stdout.read(chance.randrange(2))
        time.sleep(chance.uniform(0, 0.05))


def _command(root: Path, *words: str) -> list[str]:
    return [sys.executable, __file__, str(root), *words]


_STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}


def _harmless(event: str, name: str) -> bool:
    """What may fail without a word: nobody reads an empty folder, or a lock that nobody holds."""
    return event == "os.rmdir" or (event == "os.remove" and name.endswith("edit.lock"))


def stop_at(number: int, how: str) -> None:
    """From now on, end this process at its n-th step that changes files, or refuse that step."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event not in _STEPS or ".coverage" in str(arguments[0]):  # who measures the suite is no part of it
            return
        if how != "kill" and _harmless(event, str(arguments[0])):
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & os.O_CREAT):
            return
        count += 1
        if count == number:
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            sys.stdout.write("refused: ")
            raise OSError(int(how), os.strerror(int(how)), arguments[0])

    sys.addaudithook(hook)


def _once(root: Path, number: int, how: str) -> int:
    """One change from the old world to the new one, stopped at a step; 0 when it got through, 3 when it was refused."""
    from invgit.edit import change  # noqa: F401 - imported before the steps are counted
    from invgit.errors import InvgitError

    stop_at(number, how)
    try:
        write(root, edits(OLD, NEW))
    except InvgitError as error:
        sys.stdout.write(error.message)
        return error.exit_code
    return 0


def _for_ever(root: Path) -> None:
    write(root, [])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    here, there = (OLD, NEW) if (root / "home/house/gone").exists() else (NEW, OLD)
    while True:
        write(root, edits(here, there))
        here, there = there, here
        sys.stdout.write(".")
        sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(_once(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
    _for_ever(Path(sys.argv[1]))
