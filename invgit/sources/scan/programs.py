"""Programs that look at networks: bounded in time and in what they say, and ended with us."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Timer, current_thread, main_thread
from typing import NamedTuple

from invgit.errors import SourceError
from invgit.model.opened import MAX_BYTES
from invgit.text.inert import line

_WORDS = 4096
_ALSO_AT = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/sbin", "/opt/homebrew/bin")
"""Where programs for administrators are, which are on nobody else's PATH."""


class Said(NamedTuple):
    """What a program said, and the first line of what it said about trouble."""

    code: int
    out: bytes
    trouble: str


def found(name: str) -> str | None:
    """Where a program is; None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(_ALSO_AT))


def run(command: Sequence[str], seconds: float) -> Said:
    """Let a program run to its end. Raises SourceError where it cannot start, is not done in time, or says too much."""
    name = os.path.basename(command[0])  # noqa: PTH119 - a path of Windows stays one
    with tempfile.TemporaryFile() as words:
        try:
            process = subprocess.Popen(
                command,
                env={**os.environ, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
            )
        except (OSError, ValueError) as error:
            raise SourceError(f"{name} cannot be started: {error}") from error
        out = _answer(process, name, seconds)
        words.seek(0)
        lines = words.read(_WORDS).decode("utf-8", "replace").strip().splitlines()
    return Said(process.returncode, out, line(lines[0])[:500] if lines else "")


def _answer(process: "subprocess.Popen[bytes]", name: str, seconds: float) -> bytes:
    """All that it says, once it has ended; whatever ends us ends it."""
    late = Timer(seconds, process.kill)
    late.daemon = True
    late.start()
    try:
        assert process.stdout
        with process, _ended_with_us(process):
            try:
                out = process.stdout.read(MAX_BYTES + 1)
                if len(out) > MAX_BYTES:
                    raise SourceError(f"{name} says more than {MAX_BYTES // 2**20} MiB: that is no list of hosts")
            except BaseException:
                process.kill()
                raise
    finally:
        over = not late.is_alive()
        late.cancel()
    if over:
        raise SourceError(
            f"{name} has not ended within {seconds:,.0f} seconds",
            help="name fewer networks (--network), or use --quick",
        )
    return out


@contextmanager
def _ended_with_us(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """What would end us at once, as `timeout` and a closed terminal do, ends the program first. Ctrl-C is an error."""

    def end(number: int, _: object) -> None:
        process.kill()
        with suppress(ChildProcessError):  # not by its own wait(), which may be what was interrupted, and holds a lock
            os.waitpid(process.pid, 0)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    able = current_thread() is main_thread()
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if able and hasattr(signal, name)]
    ours = [each for each in numbers if signal.getsignal(each) is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)
