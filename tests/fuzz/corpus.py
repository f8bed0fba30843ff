"""Every bad input there is, run and counted: `scripts/corpus` hands over to this. Prints one table."""

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from support_cases import CASES, compile_folder, shown
from support_hostile import HOSTILE, MEGABYTES, SECONDS, measure
from support_yaml import FILES, inputs, read

from fuzz.mutate import inputs_of
from fuzz.target import PATHS, check

_PLACE = re.compile(r"^  --> .+:\d+:\d+$", re.MULTILINE)


def main() -> int:
    """The table; 1 when something is not as it has to be."""
    seconds, seed, most = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    _say(f"seed {seed}\n")
    faults = [*_cases(), *_yaml(), *_hostile(), *_fuzzed(seconds, seed, most), *_guided(seconds, seed)]
    for fault in faults:
        _say(f"\nNOT MET: {fault}")
    _say(f"\n{len(faults)} not met" if faults else "\neverything is told as it should be")
    return 1 if faults else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(what: str, number: object, note: str = "") -> None:
    _say(f"{what:<34}{number if isinstance(number, str) else f'{number:,}':>12}  {note}".rstrip())


def _cases() -> list[str]:
    """Case folders: what is said, where, and with which words."""
    found, places, wrong = 0, 0, []
    for folder in sorted(path.parent for path in CASES.glob("*/*/inventory")):
        expected = (folder / "expected.txt").read_text(encoding="utf-8")
        found += sum(1 for path in folder.rglob("*.y*ml") if path.is_file())
        places += len(_PLACE.findall(expected))
        if shown(compile_folder(folder)) != expected:
            wrong.append(f"the case {folder.parent.name}/{folder.name}")
    _row("files of cases", found)
    _row("findings, code, place and words", places, f"{len(wrong)} cases differ")
    _row("ways to break the example", len(list((CASES / "broken").iterdir())), "each message mends it (tests)")
    return wrong


def _yaml() -> list[str]:
    texts = [each for path in FILES for each in inputs(path)]
    wrong = [each.id for each in texts if read(each.data) != each.expected]
    refused = sum(not each.accepted for each in texts)
    _row("small inputs of YAML 1.2", len(texts), f"{refused} refused, {len(wrong)} differ")
    return wrong


def _hostile() -> list[str]:
    measured = [(each, measure(each)) for each in HOSTILE]
    wrong = [f"{each.name}: {fault}" for each, how in measured for fault in how.faults(each)]
    late = sorted(((how.seconds, each.name) for each, how in measured), reverse=True)
    slow = [f"{name} {seconds:.1f} s" for seconds, name in late if seconds > SECONDS]
    _row("hostile inputs", len(measured), f"{len(wrong)} not told as they should be")
    _row("tracebacks", sum("Traceback" in how.out for _, how in measured))
    _row(f"over {SECONDS:.0f} CPU seconds", len(slow), ", ".join(slow) or f"slowest: {late[0][1]}, {late[0][0]:.1f} s")
    most, name = max((how.megabytes, each.name) for each, how in measured)
    _row("peak memory", f"{most} MB", f"{name}; the limit is {MEGABYTES} MB")
    return wrong


def _fuzzed(seconds: float, seed: int, most: int) -> list[str]:
    """The fuzzer of our own: cases, cut and joined; `most` of them, or for so long."""
    ends, runs, slowest, wrong = time.monotonic() + seconds, 0, 0.0, []
    for data in inputs_of(seed):
        began = time.process_time()
        try:
            check(data, PATHS[runs % len(PATHS)])
        except Exception:  # noqa: BLE001 - whatever comes out is what is looked for
            wrong.append(f"{_kept(data)} as {PATHS[runs % len(PATHS)]}: {traceback.format_exc().splitlines()[-1]}")
        slowest = max(slowest, time.process_time() - began)
        runs += 1
        if (runs == most if most else time.monotonic() > ends) or len(wrong) == 10:
            break
    _row("fuzzed, cases cut and joined", runs, f"{len(wrong)} failures, slowest {slowest:.2f} s")
    return [*wrong, *([f"a fuzzed input took {slowest:.1f} s"] if slowest > 2 * SECONDS else [])]


def _guided(seconds: float, seed: int) -> list[str]:
    """atheris, in a process of its own, where it is installed."""
    if importlib.util.find_spec("atheris") is None:
        _row("fuzzed, guided by coverage", "-", "`pip install atheris` for it")
        return []
    command = [sys.executable, "-m", "fuzz.guided", str(int(seconds)), str(seed)]
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    runs = re.search(r"number_of_executed_units: (\d+)", ended.stderr)
    _row("fuzzed, guided by coverage", int(runs[1]) if runs else 0, f"exit code {ended.returncode}")
    return [] if ended.returncode == 0 else [f"atheris: {ended.stderr[-3000:]}"]


def _kept(data: bytes) -> Path:
    with tempfile.NamedTemporaryFile(prefix="invgit-fuzz-", suffix=".yaml", delete=False) as file:
        file.write(data)
    return Path(file.name)


if __name__ == "__main__":
    sys.exit(main())
