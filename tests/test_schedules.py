"""What runs invgit at set times: units of systemd, lines of cron, agents of launchd. Windows: test_powershell.py."""

import os
import plistlib
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from croniter import croniter
from support_embedded import REPOSITORY

from invgit.config import load
from invgit.model.gate import validator
from invgit.sources.homeseer.settings import controller
from invgit.sources.settings import Sources

UNITS = REPOSITORY / "scripts/systemd"
AGENTS = sorted((REPOSITORY / "scripts/launchd").glob("*.plist"))
PAGE = (REPOSITORY / "docs/schedules.md").read_text(encoding="utf-8")
CRON = re.search(r"```crontab\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()
SECTIONS = {"service": ["Unit", "Service"], "timer": ["Unit", "Timer", "Install"]}

systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze: apt install systemd")
sh = pytest.mark.skipif(sys.platform == "win32", reason="no /bin/sh")


def analyzed(*arguments: str, runtime: Path) -> str:
    """What systemd-analyze says of what it takes; it takes nothing that it warns of."""
    command = ["systemd-analyze", "--no-pager", *arguments]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=["--system", "--user"])
def units(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, list[str]]:
    """The units as files whose program is there, for one of the two managers."""
    source = UNITS if request.param == "--system" else UNITS / "user"
    for path in source.glob("*.*"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    return request.param, sorted(map(str, tmp_path.iterdir()))


@systemd
def test_systemd_takes_the_units(units: tuple[str, list[str]], tmp_path: Path) -> None:
    manager, paths = units
    assert len(paths) == 6
    analyzed(manager, "verify", *paths, runtime=tmp_path)


@systemd
@pytest.mark.parametrize("path", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_a_service_of_the_system_is_exposed_to_little(path: Path, tmp_path: Path) -> None:
    analyzed("security", "--offline=true", "--threshold=15", str(path), runtime=tmp_path)


@systemd
def test_systemd_takes_what_arp_scan_would_need(tmp_path: Path) -> None:
    text = (UNITS / "invgit-scan@.service").read_text(encoding="utf-8")
    (tmp_path / "invgit-scan@.service").write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    (tmp_path / "invgit-notify@.service").write_text("[Service]\nExecStart=/bin/true\n")
    added = tmp_path / "invgit-scan@.service.d"
    added.mkdir()
    (added / "rights.conf").write_text(re.search(r"```ini\n(.*?)```", PAGE, re.DOTALL)[1])
    analyzed("verify", str(tmp_path / "invgit-scan@.service"), runtime=tmp_path)


@systemd
def test_a_service_that_says_nonsense_is_not_taken(tmp_path: Path) -> None:
    broken = tmp_path / "broken.service"
    broken.write_text("[Service]\nType=oneshot\nExecStart=/bin/true\nProtectSytem=strict\n")
    with pytest.raises(AssertionError, match="ProtectSytem"):
        analyzed("verify", str(broken), runtime=tmp_path)


@pytest.mark.parametrize("path", sorted(UNITS.rglob("*.*")), ids=lambda path: str(path.relative_to(UNITS)))
def test_units_run_for_a_limited_time_and_never_write_the_inventory(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\[(\w+)\]", text) == SECTIONS[path.suffix[1:]]
    if path.suffix == ".timer":
        assert "Persistent=true" in text
        assert "RandomizedDelaySec=" in text
        return
    assert "Type=oneshot" in text, "one that still runs is not started again"
    assert "TimeoutStartSec=10min" in text
    assert "SuccessExitStatus=7" in text, "another run that was at work is no failure"
    assert not re.search(r"--(pr|accept|branch)\b|[Pp]assword|Environment", text)
    if path.parent == UNITS:
        assert "ReadOnlyPaths=/srv/invgit/%i/inventory" in text
        assert "CapabilityBoundingSet=\n" in text, "no rights, also to scan"
        assert ("AF_NETLINK" in text) == ("\nProcSubset=pid" not in text) == ("scan" in path.name)


def test_a_secret_stands_where_systemd_says(tmp_path: Path) -> None:
    """%d and $CREDENTIALS_DIRECTORY are the same folder (systemd.exec(5)), another one for every service."""
    folder = tmp_path / "credentials/invgit-sync@home.service"
    folder.mkdir(parents=True)
    (folder / "secret_homeseer").write_text("canary\n")
    root = tmp_path / "project"
    root.mkdir()
    (root / "invgit.yaml").write_text("database: {file: $CREDENTIALS_DIRECTORY/secret_dsn}\n")
    settings = load(root, {"CREDENTIALS_DIRECTORY": str(folder)})
    assert settings.database is not None
    assert Path(settings.database.value) == folder / "secret_dsn"
    url = {
        "home/house": {"url": "http://hs", "user": "a", "password": {"file": "$CREDENTIALS_DIRECTORY/secret_homeseer"}}
    }
    said = validator(Sources).validate_python({"homeseer": url})["homeseer"]["home/house"]
    assert controller(said, "home/house", settings.secrets).password == "canary"
    for said in ("~$CREDENTIALS_DIRECTORY/x", "x/$CREDENTIALS_DIRECTORY/x", "$CREDENTIALS_DIRECTORY", "$X/y", "$/y"):
        assert settings.secrets.path(said) == root / said, "a variable stands at the beginning, and is set, or is none"
    assert Path(load(root, {}).database.value) == root / "$CREDENTIALS_DIRECTORY/secret_dsn"


def test_every_command_of_a_schedule_is_one() -> None:
    files = [*UNITS.rglob("*.service"), *AGENTS]
    said = {
        words for path in files for words in re.findall(r"bin/invgit\"? ([a-z -]+)", path.read_text(encoding="utf-8"))
    }
    said |= {words for line in CRON for words in re.findall(r"bin/invgit\" ([a-z -]+)", line)}
    assert {words.strip() for words in said} == {"--quiet sync homeseer", "--quiet notify", "--quiet network scan"}
    windows = (REPOSITORY / "scripts/Register-InvgitTasks.ps1").read_text(encoding="utf-8")
    tasks = re.findall(r"(?m)^    (\w+) += @\(('[a-z]+'(?:, '[a-z]+')*)\)$", windows)
    known = {name: words.replace("'", "").replace(",", "") for name, words in tasks}
    assert known == {"sync": "sync homeseer", "notify": "notify", "scan": "network scan"}
    for words in ("--quiet sync homeseer --pr", "--quiet notify", "--quiet network scan"):
        done = subprocess.run(
            [sys.executable, "-m", "invgit", *words.split(), "--help"], capture_output=True, check=False
        )
        assert done.returncode == 0, words


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an inventory, and a program in place of invgit that says how it was asked."""
    (tmp_path / "inventory").mkdir()
    program = tmp_path / ".local/bin/invgit"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "out $*"\necho "told in $PWD" >&2\nexit 3\n')
    program.chmod(0o755)
    (tmp_path / "Library/Logs").mkdir(parents=True)
    return tmp_path


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd="/")


@sh
@pytest.mark.parametrize("line", CRON)
def test_a_line_of_cron_comes_when_it_should_and_mails_what_went_wrong(line: str, home: Path) -> None:
    times, command = " ".join(line.split()[:5]), line.split(None, 5)[5]
    assert croniter.is_valid(times)
    assert "%" not in command, "a line break to cron"
    moments = croniter(times, datetime(2026, 11, 23, 12, 1, tzinfo=UTC))
    next_ = [moments.get_next(datetime) for _ in range(5)]
    expected = {"sync": [15, 30, 45, 0, 15], "notify": [5] * 5, "network": [10] * 5}
    assert [each.minute for each in next_] == expected[command.split('" --quiet ')[1].split()[0]]
    assert {each.hour for each in next_} == {3} or "network" not in command
    done = run(["/bin/sh", "-c", command], home)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"told in {home}/inventory\n")


@sh
@pytest.mark.parametrize("path", AGENTS, ids=lambda path: path.name)
def test_an_agent_of_launchd_runs_invgit_and_keeps_what_it_says(path: Path, home: Path) -> None:
    agent = plistlib.loads(path.read_bytes())
    assert agent["Label"] == path.stem
    assert agent.keys() == {"Label", "ProgramArguments", "StartCalendarInterval", "ProcessType"}
    times = agent["StartCalendarInterval"]
    expected, words = {
        "invgit.sync": ([{"Minute": minute} for minute in (0, 15, 30, 45)], "--quiet sync homeseer"),
        "invgit.notify": ({"Minute": 5}, "--quiet notify"),
        "invgit.scan": ({"Hour": 3, "Minute": 10}, "--quiet network scan"),
    }[path.stem]
    assert times == expected
    for _ in range(2):
        done = run(agent["ProgramArguments"], home)
        assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    log = (home / "Library/Logs/invgit.log").read_text()
    assert log == f"out {words}\ntold in {home}/inventory\n" * 2
    assert b"NEVER EXECUTED" in path.read_bytes()
