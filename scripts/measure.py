"""Whole processes and what they cost, started by a small process: a child's peak begins with the size of its parent."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """CPU seconds with children, wall seconds, peak memory in MB."""

    cpu: float
    wall: float
    memory: float


class Measure:
    """The small process; it is started before whoever asks has become large."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, command: list[str | Path], folder: Path) -> Sample:
        """Run a process to its end; one that fails ends the benchmark."""
        words = [str(word) for word in command]
        print(json.dumps([words, str(folder), dict(os.environ)]), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline() if self._process.stdout else ""
        code, sample, errors = json.loads(answer)
        if code:
            sys.exit(f"{' '.join(words)} ended with {code}\n{errors}")
        return Sample(*sample)


def measured(command: list[str], folder: str, environment: dict[str, str]) -> tuple[int, Sample, str]:
    """The exit code of a process, what it cost, and what it complained of."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    errors = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, Sample(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024), errors


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(measured(*json.loads(line))), flush=True)
