"""`scripts/check-homeseer` asks all that the client asks, and keeps no name and no secret."""

import json
import os
import subprocess
import sys
from pathlib import Path

from fakes.homeseer import HomeSeer, house

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/check-homeseer"
CANARY = "Canary-5"


def run(url: str, keep: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, url, "--user", "ann", "--keep", keep, *arguments]
    environment = {**os.environ, "INVGIT_HOMESEER_PASSWORD": CANARY}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_keeps_shapes_and_neither_names_nor_secrets(tmp_path: Path) -> None:
    made = house(30, odd=False)
    devices = made.devices
    devices[0] |= {"name": "Grandmother", "UserNote": "Private", "interface_name": f"Z {CANARY}", "value": 47.11}
    with HomeSeer(made, "ann", CANARY) as fake:
        done = run(fake.url, tmp_path / "kept.json", "--query")
    assert done.returncode == 0, done.stdout + done.stderr
    text = (tmp_path / "kept.json").read_text(encoding="utf-8")
    for secret in (CANARY, "Grandmother", "Private", "Kitchen", "Lamp", "47.11"):
        assert secret not in text + done.stdout + done.stderr
    kept = json.loads(text)
    assert kept["hsversion"] == {"Response": "4.2.22.4"}
    assert [each["ref"] for each in kept["getstatus"]["Devices"]] == [each["ref"] for each in devices]


def test_a_refusal_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    with HomeSeer(house(5), "ann", "another") as fake:
        done = run(fake.url, tmp_path / "kept.json")
    assert done.returncode == 3
    assert "refuses the login" in done.stdout
    assert not (tmp_path / "kept.json").exists()
    assert run("http://ann:Canary-5@host", tmp_path / "kept.json").returncode == 3
