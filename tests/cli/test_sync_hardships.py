"""A sync among hardships: kills, others at the same time, thousands of devices, and people to be told."""

import json
import os
import signal
import time
from pathlib import Path
from random import Random

import pytest
from fakes.homeseer.house import house
from fakes.homeseer.server import HomeSeer
from fakes.receivers.hook import Hook
from support_database import Database
from support_embedded import wait_for
from support_project import ended
from support_sync import Synced


def test_two_at_once_are_told_apart(tmp_path: Path, database: Database) -> None:
    with HomeSeer(house(20)) as fake:
        project = Synced(tmp_path / "project", database, house=fake)
        fake.odd = "drip"
        first = project.start("sync", "homeseer")
        assert wait_for(lambda: fake.asked)
        second = project.run("sync", "homeseer")
        assert (second.code, "sources are being asked by" in second.err) == (7, True), second
        fake.odd = "error"
        assert ended(first).code == 3
        fake.odd = ""
        project.sync()


def test_what_failed_and_what_is_new_is_told_once(tmp_path: Path, database: Database) -> None:
    with HomeSeer(house(20)) as fake, Hook() as hook:
        project = Synced(tmp_path / "project", database, house=fake)
        with project.root.joinpath("invgit.yaml").open("a", encoding="utf-8") as file:
            file.write("notify: {webhooks: {home: {url: {env: HOOK}}}}\n")
        project.sync("--full", "--accept", HOOK=hook.url)
        project.apply()
        fake.odd = "busy"
        for _ in range(2):
            assert project.run("sync", "homeseer", HOOK=hook.url).code == 3
        assert len(hook.got) == 1
        fake.odd = ""
        fake.house.add("A lamp that is new", "Kitchen", "Ground")
        project.sync(HOOK=hook.url)
        project.sync(HOOK=hook.url)
        assert len(hook.got) == 2
        assert "a-lamp-that-is-new" in json.dumps(hook.documents[1])


@pytest.mark.slow
def test_who_is_killed_at_any_moment_leaves_what_the_next_run_makes_good(tmp_path: Path, database: Database) -> None:
    random = Random(7)
    with HomeSeer(house(120)) as fake:
        project = Synced(tmp_path / "project", database, house=fake)
        begun = time.monotonic()
        project.command("sync", "homeseer", "--full")
        lasts = (time.monotonic() - begun) * 1.3
        for number in range(20):
            fake.house.add(f"Lamp {number}", "Kitchen", "Ground")
            running = project.start("sync", "homeseer", *(["--accept"] if number % 2 else []))
            time.sleep(random.uniform(0.1, lasts))
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            assert project.run("validate").code == 0
        project.sync("--accept")
        project.apply()
        files = project.files()
        again = project.sync("-o", "json").json[0]
        assert (again["add"], again["update"], again["missing"]) == (0, 0, 0)
        assert project.files() == files
        names = [each["name"] for each in project.run("device", "list", "-o", "json").json]
        assert [names.count(f"Lamp {number}") for number in range(20)] == [1] * 20


@pytest.mark.slow
def test_five_thousand_devices_are_taken_over(tmp_path: Path, database: Database) -> None:
    with HomeSeer(house(5000)) as fake:
        project = Synced(tmp_path / "project", database, house=fake)
        assert project.sync("--full", "--accept", "-o", "json").json[0]["seen"] > 4500
        project.apply()
        files = project.files()
        assert project.sync("-o", "json").json[0]["update"] == 0
        assert project.files() == files
