"""`scripts/check-homeseer` asks all that the client asks, and keeps no name and no secret."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.homeseer import HomeSeer, house
from support_canary import Canary
from support_tls import Authority

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/check-homeseer"
OWN = ("name", "location", "location2", "status", "UserNote", "UserAccess", "voice_command", "status_image")


def run(url: str, keep: Path, *arguments: str, **secrets: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, url, "--keep", keep, *arguments]
    environment = {**os.environ, **{f"INVGIT_HOMESEER_{name.upper()}": value for name, value in secrets.items()}}
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("hs3", [True, False])
def test_it_keeps_shapes_and_nothing_of_the_house(hs3: bool, tmp_path: Path) -> None:
    canary, made = Canary(), house(40, hs3=hs3)
    for device in made.devices:
        device.update({key: f"own-{key}-{device['ref']}" for key in OWN if key in device})
        device["value"] = 47.11
    made.devices[0].update(
        {"device_type_string": f"Z {canary.password}", "owner": "own-owner", "phone": 4711, "own-key": 1}
    )
    made.devices[1]["UserNote"] = canary.password
    with HomeSeer(made, canary.user, canary.password) as fake:
        done = run(fake.url, tmp_path / "kept.json", "--user", canary.user, "--query", password=canary.password)
        assert len(fake.asked) == 5
    assert done.returncode == 0, done.stdout + done.stderr
    text = (tmp_path / "kept.json").read_text(encoding="utf-8")
    for secret in ("own-", "4711", "47.11", "guest", "1795"):
        assert secret not in text + done.stdout + done.stderr
    assert not canary.traces(text, done.stdout, done.stderr)
    kept = json.loads(text)
    assert kept["hsversion"]["Response"][0] == ("3" if hs3 else "4")
    assert kept["getsessionconfig"]["location1Label"] == "Room"
    assert [each["ref"] for each in kept["getstatus"]["Devices"]] == [each["ref"] for each in made.devices]
    types = {each["device_type_string"] for each in kept["getstatus"]["Devices"]}
    assert types >= {"Z-Wave Battery", "Z-Wave Electric Meter"}
    changes = {each["last_change"] for each in kept["getstatus"]["Devices"]}
    assert {"/Date(1600000000000+0100)/", "/Date(1600000000000)/"} <= changes


def test_every_way_to_log_in_works(tmp_path: Path) -> None:
    canary, authority = Canary(), Authority(tmp_path)
    with HomeSeer(house(4), canary.user, canary.password, canary.token, tls=authority.server()) as fake:
        basic = run(fake.url, tmp_path / "1", "--user", "ann", "--ca", str(authority.pem), password=canary.password)
        token = run(fake.url, tmp_path / "2", "--ca", str(authority.pem), token=canary.token)
        blind = run(fake.url, tmp_path / "3", token=canary.token)
    assert (basic.returncode, token.returncode, blind.returncode) == (0, 0, 3)
    assert "`ca`" in blind.stdout
    assert not canary.traces(*(text for done in (basic, token, blind) for text in (done.stdout, done.stderr)))


def test_a_refusal_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    with HomeSeer(house(5), "ann", "another") as fake:
        done = run(fake.url, tmp_path / "kept.json", "--user", "ann", password="Canary-5")
    assert done.returncode == 3
    assert "refuses the login" in done.stdout
    assert not (tmp_path / "kept.json").exists()
    done = run("http://ann:Canary-5@host", tmp_path / "kept.json")
    assert done.returncode == 3
    assert "Canary" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_no_file_of_anybody_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with HomeSeer(house(2)) as fake:
        for keep in (tmp_path / "mine", tmp_path / "not" / "there"):
            done = run(fake.url, keep)
            assert done.returncode == 3
            assert "cannot be written" in done.stderr
            assert "Traceback" not in done.stderr
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"


def test_it_says_what_it_does() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, encoding="utf-8", check=True)
    assert all(
        word in done.stdout for word in ("only reads", "INVGIT_HOMESEER_PASSWORD", "--ca", "read the file before")
    )
