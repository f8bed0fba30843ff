"""The project's virtual environment, made with nothing but Python ≥ 3.11: shared by the scripts beside this file."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENVIRONMENT / "invgit-installed"


def ready(extra: str = "") -> Path:
    """The environment's Python, with invgit and its dependencies installed; `extra` names those of a task, as `dev`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one is told here
        sys.exit(f"invgit needs Python 3.11 or later; this is {sys.version.split()[0]}")
    wanted = f"{hashlib.sha256((ROOT / 'pyproject.toml').read_bytes()).hexdigest()} {sys.version_info[:2]}"
    installed = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.is_file() else []
    if installed[:1] == [wanted] and extra in installed[1:]:
        return PYTHON
    try:
        if installed[:1] != [wanted] or not PYTHON.is_file():
            print("Making .venv …", flush=True)
            venv.create(ENVIRONMENT, with_pip=True, clear=True, upgrade_deps=False)
        print(f"Installing invgit{f' and what `{extra}` needs' if extra else ''} …", flush=True)
        target = f"{ROOT}[{extra}]" if extra else str(ROOT)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target]
        subprocess.run(pip, check=True)
    except subprocess.CalledProcessError as error:
        hint = "on Debian and Ubuntu: apt install python3-venv" if "ensurepip" in map(str, error.cmd) else "see above"
        sys.exit(f"the environment in {ENVIRONMENT} could not be made ({hint})")
    extras = sorted({*installed[1:], extra} if installed[:1] == [wanted] else {extra})
    STAMP.write_text("\n".join([wanted, *{*extras, ""}]) + "\n", encoding="utf-8")
    return PYTHON
