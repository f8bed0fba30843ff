"""What `invgit sync homeseer` is told to log in with shows nowhere afterwards: every place is searched."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from fakes.homeseer.house import house
from fakes.homeseer.server import HomeSeer
from support_canary import WAYS, Canary, Way
from support_database import Database
from support_sync import HOUSE, Synced

ODD = ("echo", "response error", "unauthorized", "redirect", "broken")
OTHERS = [pytest.param(way, marks=pytest.mark.slow) for way in WAYS if way not in {"basic", "myhs"}]
"""What they do with an answer, the client's own tests see."""
REPEATED = ("name", "location", "location2", "status", "device_type_string", "interface_name", "UserNote")


@pytest.mark.parametrize("way", ["basic", "myhs", *OTHERS])
def test_a_secret_is_in_no_output_file_row_log_or_command_line(way: Way, tmp_path: Path, database: Database) -> None:
    canary, made = Canary(), house(12)
    written = canary.token if way == "token" else canary.password
    for device in made.devices[:3]:  # somebody has written it into the house
        device.update({key: f"{written} {key}" for key in REPEATED if key in device})
    with HomeSeer(made, canary.user, canary.password, canary.token) as fake:
        synced = Synced(tmp_path / "project", database, house=fake)
        told = {"database": {"env": "PROJECT_DATABASE"}, "sources": {"homeseer": {HOUSE: _settings(canary, fake, way)}}}
        synced.root.joinpath("invgit.yaml").write_text(json.dumps(told), encoding="utf-8")
        shown: list[object] = []
        with canary.listening() as logs:
            runs = (("--full",), ("--full", "--accept"), ("--observe-only",))
            shown += [synced.sync(*options, **canary.environment) for options in runs]
            shown.append(synced.apply())
            for fake.odd in ODD:
                result = synced.run("--debug", "sync", "homeseer", **canary.environment)
                assert (fake.odd, result.code) == (fake.odd, 3)
                shown.append(result)
            shown += [
                synced.run(*command.split()) for command in ("status", "changes list", "device list --from db", "audit")
            ]
        fake.odd = "drip"
        fake.asked.clear()
        process = synced.start("--debug", "sync", "homeseer", **canary.environment)
        while not fake.asked:
            assert process.poll() is None
            time.sleep(0.01)
        assert not canary.in_processes()
        shown += [*process.communicate(), *logs]
        assert canary.traces(fake.asked)
    assert not canary.traces(*shown)
    assert not canary.in_rows(database)
    _commit(synced.root)
    assert not canary.in_folder(tmp_path)


def _settings(canary: Canary, fake: HomeSeer, way: Way) -> dict[str, object]:
    return {**canary.settings(fake.url, way), "timeout": "1s", "missing_after": "1"}


def _commit(root: Path) -> None:
    """As people do afterwards: so every object of the repository is searched as well."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in ("init -q", "add -A", "-c user.name=a -c user.email=a@b commit -qm all"):
        subprocess.run(["git", "-C", root, *command.split()], check=True, env=environment)


def test_a_secret_in_a_row_is_found(database: Database) -> None:
    canary = Canary()
    assert not canary.in_rows(database)
    database.execute("CREATE TABLE leak (said jsonb)")
    database.execute("INSERT INTO leak VALUES (%s)", json.dumps({"login": [canary.password]}))
    assert canary.in_rows(database) == ["public.leak"]
