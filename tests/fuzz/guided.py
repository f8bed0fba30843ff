"""The fuzzer that coverage guides, atheris: `python -m fuzz.guided SECONDS SEED`, from `tests`."""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["invgit.text", "invgit.read"]):
    from fuzz.mutate import seeds
    from fuzz.target import PATHS, check


def one(data: bytes) -> None:
    """The first byte chooses where the rest stands."""
    if data:
        check(data[1:], PATHS[data[0] % len(PATHS)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            Path(folder, str(number)).write_bytes(bytes([number % len(PATHS)]) + seed)
        limits = [f"-max_total_time={sys.argv[1]}", f"-seed={sys.argv[2]}", "-timeout=5", "-rss_limit_mb=512"]
        atheris.Setup([sys.argv[0], *limits, "-max_len=8192", "-print_final_stats=1", folder], one)
        atheris.Fuzz()
