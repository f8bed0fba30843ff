"""`invgit status`: sources with their last runs, devices as they were seen, what people were told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support_database import Database
from support_inventory import NOW
from support_observed import HOUSE, LAMP, LOCK, ago, known, look, looked, saw
from support_project import Project

from invgit.model.findings import Finding
from invgit.state.sync_runs import SyncRun, note
from invgit.text.words import ago as ago_in_words

RUN = SyncRun("homeseer", "o/s", "incremental", "completed", ago(minutes=3), timedelta(seconds=1.5), "ada", total=312)
SOURCES = 'sources: {homeseer: {o/s: {url: "http://127.0.0.1:1"}, o/t: {url: "http://127.0.0.1:1"}}}\n'


@pytest.fixture
def house(project: Project) -> Project:
    """A small house that was applied, and a controller for each of two sites."""
    project.write(HOUSE)
    project.apply()
    settings = project.root / "invgit.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + SOURCES, encoding="utf-8")
    return project


def ran(database: Database, *runs: SyncRun) -> None:
    with database.opened(dsn=database.syncer) as connection:
        for run in runs:
            note(connection, run)


def status(project: Project, *words: str) -> list[list[str]]:
    """The table of a part, as the cells of its lines; cells stand two blanks apart."""
    result = project.run("status", "--now", NOW.isoformat(), *words)
    assert result.code == 0, result
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in result.out.splitlines()]


def test_sources_show_when_they_were_asked_and_what_is_wrong(house: Project, database: Database) -> None:
    assert status(house, "--only", "sources")[1:] == [
        ["homeseer", "o/s", "never asked"],
        ["homeseer", "o/t", "never asked"],
    ]
    failed = replace(RUN, site="o/t", started=ago(hours=5), outcome="failed", error="it does not answer", total=0)
    other = replace(RUN, source="scan", started=ago(days=40), warnings=("odd", "odder"))
    ran(database, RUN, replace(RUN, site="o/t", started=ago(days=2)), failed, other)
    assert status(house, "--only", "sources") == [
        ["source", "site", "last run", "state", "last good", "found", "remark"],
        ["homeseer", "o/s", "3 min ago", "completed", "3 min ago", "312"],
        ["homeseer", "o/t", "5 h ago", "FAILED, LATE", "2 d ago", "312", "it does not answer"],
        ["scan", "o/s", "40 d ago", "completed, not in invgit.yaml", "40 d ago", "312", "2 warnings"],
    ]
    assert status(house, "--only", "sources")[1:] == status(house)[-3:]


def test_a_scan_is_late_after_two_days_unless_somebody_says_otherwise(house: Project, database: Database) -> None:
    settings = house.root / "invgit.yaml"
    text = settings.read_text(encoding="utf-8").replace("sources: {", "sources: {scan: {o/s: {}, o/t: {}}, ")
    settings.write_text(text, encoding="utf-8")
    ran(database, *(replace(RUN, source="scan", site=f"o/{name}", started=ago(hours=hours)) for name, hours in
                    (("s", 47), ("t", 49))))  # fmt: skip
    assert [line[3] for line in status(house, "--only", "sources")[3:]] == ["completed", "completed, LATE"]
    settings.write_text(f"{text}notify: {{late_after: {{scan: 46h}}}}\n", encoding="utf-8")
    assert [line[3] for line in status(house, "--only", "sources")[3:]] == ["completed, LATE"] * 2


def test_programs_have_the_same_as_before_and_ask_for_the_rest(house: Project, database: Database) -> None:
    ran(database, replace(RUN, outcome="failed", error="no", warnings=("odd",)))
    kinds = house.run("status", "-o", "json").json
    assert [sorted(row) for row in kinds] == [["drifted", "kind", "managed", "unmanaged"]] * len(kinds)
    assert kinds == house.run("status", "--only", "kinds", "-o", "json").json
    now = ("--now", NOW.isoformat())
    row, never = house.run("status", "--only", "sources", "-o", "json", *now).json
    assert row == {
        "source": "homeseer", "site": "o/s", "wanted": True, "outcome": "failed", "late": False, "kind": "incremental",
        "started": "2026-06-01T11:57:00Z", "seconds": 1.5, "last_good": None, "looked": None, "total": 312,
        "created": 0, "updated": 0, "deleted": 0, "skipped": 0, "failed": 0, "error": "no", "warnings": ["odd"],
    }  # fmt: skip
    assert (never["site"], never["outcome"], never["started"], never["warnings"]) == ("o/t", None, None, [])
    for part in ("devices", "alerts"):
        assert house.run("status", "--only", part, "-o", "csv").code == 0


def test_devices_are_counted_by_site_and_by_how_they_are(house: Project, database: Database) -> None:
    with database.opened(dsn=database.syncer) as connection:
        looked(connection, look(saw("1", "offline"), saw("2", seen=ago(days=8))), known("1", LAMP), known("2", LOCK))
    rows = house.run("status", "--only", "devices", "-o", "json").json
    assert rows == [
        {"site": "o/s", "online": 0, "offline": 1, "unknown": 1, "stale": 1, "maintenance": 1, "decommissioned": 1}
    ]
    assert ["o/s", "0", "1", "1", "1", "1", "1"] in status(house)


def test_what_people_were_told_stays_until_it_is_over(house: Project, database: Database) -> None:
    text = "o/s: homeseer could not be asked: no"
    for receiver in ("phone", "ann@example.com"):
        row = (receiver, "failed-run", "homeseer o/s", "o/s", text)
        database.execute("INSERT INTO alerts (receiver, kind, key, site, text) VALUES (%s, %s, %s, %s, %s)", *row)
    assert status(house, "--only", "alerts") == [
        ["kind", "key", "site", "text"],
        ["failed-run", "homeseer o/s", "o/s", text],
    ]


def test_very_many_things_that_people_were_told_are_counted(house: Project, database: Database) -> None:
    rows = [("new-devices", f"a{number:03}", "o/s") for number in range(300)] + [("late-run", "x", None)]
    for kind, key, site in rows:
        query = "INSERT INTO alerts (receiver, kind, key, site, text) VALUES ('phone', %s, %s, %s, 'text')"
        database.execute(query, kind, key, site)
    shown = status(house)
    assert ["late-run", "x", "text"] in shown
    assert ["new-devices", "o/s", "300 of them: `invgit status --only alerts` lists them"] in shown
    assert len(status(house, "--only", "alerts")) == 1 + len(rows)


def test_without_sources_there_is_nothing_of_them(project: Project, database: Database) -> None:
    assert "last run" not in project.run("status").out
    assert project.run("status", "--only", "sources").code == 0
    assert project.run("status", "--only", "sources", "-o", "json").json == []


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(0), "0 s ago"), (timedelta(seconds=59.9), "59 s ago"), (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"), (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 d ago"), (timedelta(days=700_000), "700,000 d ago"), (timedelta(minutes=-5), "in 5 min"),
    ],
)  # fmt: skip
def test_ages_are_told_in_the_largest_unit_that_says_enough(age: timedelta, said: str) -> None:
    assert ago_in_words(age) == said


def test_addresses_that_two_have_are_shown_while_they_do(house: Project, database: Database) -> None:
    assert status(house, "--only", "conflicts") == [[]]
    seen = two("192.168.1.20", "192.168.1.20 is answered by a and\x1b[31m b"), two("192.168.1.9", "192.168.1.9 is b's")
    with database.opened(dsn=database.syncer) as connection:
        for hours in (5, 0):
            looked(connection, look(*seen, source="scan"), at=ago(hours=hours))
        assert status(house, "--only", "conflicts") == [
            ["site", "ip", "since", "conflict"],
            ["o/s", "192.168.1.9", "5 h ago", "192.168.1.9 is b's"],
            ["o/s", "192.168.1.20", "5 h ago", "192.168.1.20 is answered by a and\\x1b[31m b"],
        ]
        now = ("--now", NOW.isoformat())
        first, _ = house.run("status", "--only", "conflicts", "-o", "json", *now).json
        assert first == {
            "site": "o/s", "ip": "192.168.1.9", "since": "2026-06-01T07:00:00Z", "conflict": "192.168.1.9 is b's",
        }  # fmt: skip
        assert "192.168.1.9 is b's" in house.run("status", *now).out
        beyond = replace(look(seen[0], source="scan"), beyond=frozenset({seen[1].key}))
        looked(connection, beyond)
        assert len(status(house, "--only", "conflicts")) == 3, "nobody looked at that one"
        looked(connection, look(*(two(f"10.0.0.{number}", "two") for number in range(99)), source="scan"))
        assert ["o/s", "99 of them: `invgit status --only conflicts` lists them"] in status(house)
        assert len(status(house, "--only", "conflicts")) == 100
        looked(connection, look(source="scan"))
        assert status(house, "--only", "conflicts") == [[]]


def two(ip: str, sentence: str) -> Finding:
    """An address that two hosts have."""
    return Finding(f"conflict:{ip}", "device", {}, details={"conflict": sentence, "ip": ip}, tentative=True)
