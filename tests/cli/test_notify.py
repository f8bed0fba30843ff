"""`invgit notify`: each receiver is told what has changed, once; who cannot be told is told the next time."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from fakes.receivers import Hook, Mailbox
from support_database import Database, everything
from support_project import Project, Result

from invgit.model.entity import Address
from invgit.model.findings import Finding, Look
from invgit.propose.changes import Changes, written
from invgit.propose.proposal import Op, Proposal, id_of
from invgit.state.observations import record
from invgit.state.sync_runs import SyncRun, note

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SITE = """
site: {name: S, timezone: Europe/Berlin}
zones: {hall: {name: Hall}}
devices:
  nas: {name: NAS, type: nas, zone: hall, warranty_expiry: 2026-12-10}
  tv: {name: TV, type: tv, warranty_expiry: 2027-12-10}
  old: {name: Old, type: tv, warranty_expiry: 2026-12-10, usage_status: retired}
  ill: {name: Ill, type: tv, warranty_expiry: 2026-12-10, maintenance: true}
  off: {name: Off, type: tv, warranty_expiry: 2026-12-10, is_active: false}
  mine: {name: Mine, type: tv, warranty_expiry: 2026-12-10, waive: {warranty-ending: nobody would claim it}}
"""
FILES = {"o/organization.yaml": "organization: {name: O}", "o/s/site.yaml": SITE}
SETTINGS = """
database: {{env: PROJECT_DATABASE}}
sources: {{homeseer: {{o/s: {{url: "http://127.0.0.1:1"}}}}}}
notify:
  webhooks:
    first: {{url: {{env: FIRST}}}}
    second: {{url: {{env: SECOND}}, format: text}}
  smtp: {{host: localhost, port: {port}, security: none, from: invgit@example.com, to: [ann@example.com]}}
{more}
"""


class House:
    """A project, and those who are to be told of it."""

    def __init__(self, project: Project, first: Hook, second: Hook, box: Mailbox) -> None:
        self.project, self.first, self.second, self.box = project, first, second, box
        self.say()

    def say(self, more: str = "") -> None:
        text = SETTINGS.format(port=self.box.port, more=more)
        self.project.root.joinpath("invgit.yaml").write_text(text, encoding="utf-8")

    def notify(self, *options: str, at: datetime = NOW, **environment: str) -> Result:
        where = {"FIRST": self.first.url, "SECOND": self.second.url, **environment}
        return self.project.run("notify", "--now", at.isoformat(), *options, **where)

    @property
    def told(self) -> list[dict[str, object]]:
        return self.first.documents


@pytest.fixture
def house(project: Project):
    project.write(FILES)
    project.apply()
    with Hook() as first, Hook() as second, Mailbox() as box:
        yield House(project, first, second, box)


def ran(database: Database, at: datetime, error: str | None = None) -> None:
    """A run of a source, on record."""
    outcome = "failed" if error else "completed"
    with database.opened() as connection:
        note(connection, SyncRun("homeseer", "o/s", "incremental", outcome, at, timedelta(), "me", error=error))


def texts(document: dict[str, object], which: str = "begun") -> list[str]:
    return [each["text"] for each in document[which]]


def test_each_change_is_told_to_everybody_once(house: House, database: Database) -> None:
    result = house.notify("-o", "json")
    assert (result.code, result.err) == (0, "")
    assert {row["receiver"] for row in result.json} == {"first", "second", "ann@example.com"}
    assert texts(house.told[0]) == ["device:o/s/nas (NAS): the warranty ends on 2026-12-10"]
    assert "NAS" in house.second.got[0][2].decode()
    assert "NAS" in house.box.mails[0][2].get_content()
    for _ in range(2):
        result = house.notify()
        assert (result.code, result.out) == (0, "Nothing has changed.\n")
    assert len(house.told) == len(house.second.got) == len(house.box.mails) == 1
    house.project.write({**FILES, "o/s/site.yaml": SITE.replace("2026-12-10", "2029-12-10")})
    assert house.notify().code == 0
    assert texts(house.told[1], "over") == texts(house.told[0])
    assert house.told[1]["title"] == "invgit: over: 1 warranty that ends"
    house.notify()
    assert len(house.told) == 2
    assert everything(database)["alerts"] == []


def test_without_sources_no_run_is_told_of(house: House) -> None:
    settings = house.project.root / "invgit.yaml"
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("sources:")]
    settings.write_text("\n".join(lines), encoding="utf-8")
    assert house.notify().code == 0


def test_runs_that_fail_or_are_late_are_told_until_one_succeeds(house: House, database: Database) -> None:
    house.say("  on: [failed-run, late-run]\n  late_after: {homeseer: 45m}")
    house.notify()
    assert not house.told
    ran(database, NOW, "HomeSeer at http://127.0.0.1:1 refuses the login (401)")
    house.notify(at=NOW + timedelta(minutes=44))
    assert texts(house.told[0]) == [
        "o/s: homeseer could not be asked: HomeSeer at http://127.0.0.1:1 refuses the login (401)"
    ]
    house.notify(at=NOW + timedelta(minutes=46))
    assert texts(house.told[1]) == ["o/s: homeseer was not asked since 2026-11-23 19:00 (Europe/Berlin)"]
    ran(database, NOW + timedelta(hours=1))
    house.notify(at=NOW + timedelta(hours=1))
    assert house.told[2]["title"] == "invgit: over: 1 failed run, 1 late run"
    ran(database, NOW + timedelta(hours=2), "gone")
    house.project.root.joinpath("invgit.yaml").write_text(
        house.project.root.joinpath("invgit.yaml").read_text().replace("o/s:", "o/t:")
    )
    house.notify(at=NOW + timedelta(hours=9))
    assert len(house.told) == 3


def test_an_address_that_two_have_is_told_while_they_do(house: House, database: Database) -> None:
    house.say("  on: [address-conflict]")
    details = {"conflict": "10.0.0.9 is answered by a and b", "ip": "10.0.0.9"}
    seen = Finding("conflict:10.0.0.9", "device", {}, details=details, tentative=True)
    sites = {"o/s": (seen,), "o/gone": (seen,)}
    with database.opened("sync", database.syncer) as connection:
        for hours in range(3):
            for site, findings in sites.items():
                record(connection, Look("scan", site, findings), (), at=NOW + timedelta(hours=hours))
            house.notify()
        assert [texts(each) for each in house.told] == [
            ["o/s: 10.0.0.9 is answered by a and b, since 2026-11-23 19:00 (Europe/Berlin)"]
        ]
        record(connection, Look("scan", "o/s", ()), (), at=NOW + timedelta(hours=4))
    house.notify()
    assert house.told[1]["title"] == "invgit: over: 1 address conflict"


def proposed(house: House, *proposals: Proposal) -> None:
    """A change file, as a sync leaves it."""
    file = house.project.root / "changes/o/s/homeseer.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(Changes("homeseer", "o/s", proposals)), encoding="utf-8")


def proposal(op: Op, slug: str, kind: str = "device", **after: str) -> Proposal:
    file, address = "o/s/devices/homeseer.yaml", Address(kind, f"o/s/{slug}")
    before = {} if op == "add" else dict.fromkeys(after, "active")
    return Proposal(id_of("homeseer", "o/s", slug, op), op, address, file, slug, "so", after, "e0123456789a", before)


def test_devices_that_are_proposed_and_that_are_missing_are_told_until_somebody_has_decided(house: House) -> None:
    house.say("  on: [new-devices, missing-devices]")
    new = proposal("add", "lamp", name="Lamp <!here>", type="lamp")
    gone = proposal("missing", "tv", usage_status="retired")
    others = [proposal("add", "attic", "zone", name="Attic"), proposal("update", "nas", name="active")]
    proposed(house, new, gone, *others)
    assert house.notify().code == 0
    assert house.told[0]["title"] == "invgit: 1 new device, 1 missing device"
    assert texts(house.told[0]) == [
        "device:o/s/lamp (Lamp <!here>): homeseer sees it, and it is not described",
        "device:o/s/tv: homeseer does not see it any more",
    ]
    file = house.project.root.joinpath("changes/o/s/homeseer.yaml")
    file.write_text("format: \x00", encoding="utf-8")
    for again in (True, False):
        broken = house.notify()
        assert broken.code == 1
        assert "changes/o/s/homeseer.yaml" in broken.err
        if again and os.name == "posix":  # a link to what never ends
            file.unlink()
            file.symlink_to("/dev/zero")
    file.unlink()
    proposed(house, gone, *others)
    assert house.notify().code == 0
    assert [document["title"] for document in house.told[1:]] == ["invgit: over: 1 new device"]
    house.project.root.joinpath("changes/o/s/homeseer.yaml").unlink()
    house.notify()
    assert house.told[-1]["title"] == "invgit: over: 1 missing device"


def test_what_somebody_changes_by_hand_is_told_by_its_fields(house: House, database: Database) -> None:
    house.say("  on: [drift]")
    database.execute("UPDATE devices SET name = %s WHERE slug = 'nas'", "\x1b[31m <!channel>\r\nBcc: x")
    database.execute("UPDATE devices SET description = 'x' WHERE slug = 'nas'")
    database.execute("DELETE FROM devices WHERE slug = 'tv'")
    result = house.notify()
    assert result.code == 0
    assert "\x1b" not in result.out
    begun = {each["key"]: each["text"] for each in house.told[0]["begun"]}
    assert begun.keys() == {"device:o/s/nas name", "device:o/s/nas description", "device:o/s/tv"}
    assert begun["device:o/s/nas name"].startswith("device:o/s/nas: name was changed by ")
    assert "channel" not in str(house.told)
    house.project.apply()
    house.notify()
    assert len(house.told[1]["over"]) == 3


def test_who_cannot_be_told_is_told_the_next_time_and_the_others_only_once(house: House, database: Database) -> None:
    house.first.status = 500
    result = house.notify("-o", "json")
    assert result.code == 3
    assert "error: webhook first: it answered with HTTP 500" in result.err
    assert {row["receiver"]: row["state"] for row in result.json} == {
        "first": "failed",
        "second": "told",
        "ann@example.com": "told",
    }
    database.execute("UPDATE devices SET name = 'By hand' WHERE slug = 'tv'")
    house.first.status = 200
    assert house.notify().code == 0
    assert {each["condition"] for each in house.told[-1]["begun"]} == {"warranty", "drift"}
    assert "warranty" not in house.second.got[1][2].decode()
    assert len(house.box.mails) == 2
    assert house.notify().out == "Nothing has changed.\n"


def test_no_secret_is_shown_or_stored(house: House, database: Database) -> None:
    house.first.status = 403
    house.first.odd = "hangs up"
    result = house.notify(SECOND="http://localhost:1/Canary-5?Canary-6")
    assert result.code == 3
    assert "webhook first: the connection broke" in result.err
    assert "webhook second: no connection (refused)" in result.err
    assert "Canary" not in result.out + result.err + str(everything(database))
    unset = house.notify(FIRST="")
    assert "the URL of the webhook first: the environment variable FIRST is not set" in unset.err


def test_a_dry_run_shows_all_and_does_nothing(house: House, database: Database) -> None:
    before = everything(database)
    result = house.notify("--dry-run", "-o", "json", PROJECT_DATABASE=database.reader)
    assert result.code == 0
    assert {(row["receiver"], row["state"]) for row in result.json} == {
        (name, "would be told") for name in ("first", "second", "ann@example.com")
    }
    assert everything(database) == before
    assert not house.told
    assert not house.box.mails


def test_a_test_reaches_everybody_and_asks_no_database(house: House) -> None:
    result = house.notify("--test", "-o", "json", PROJECT_DATABASE="")
    assert result.code == 0
    assert {row["receiver"] for row in result.json} == {"first", "second", "ann@example.com"}
    assert house.told[0]["title"] == "invgit: a test"
    assert house.notify("--test", "--dry-run").code == 2


def test_a_broken_inventory_hides_what_it_has_to_say_and_nothing_else(house: House, database: Database) -> None:
    house.notify()
    house.project.write({**FILES, "o/s/site.yaml": SITE.replace("zone: hall", "zone: hell")})
    ran(database, NOW, "no answer")
    result = house.notify()
    assert result.code == 1
    assert "error: the inventory has errors: nobody could look for changes by hand and warranties" in result.err
    assert house.told[1]["title"] == "invgit: 1 failed run"
    house.project.write(FILES)
    assert house.notify().out == "Nothing has changed.\n"


def test_who_is_told_no_more_is_forgotten_and_a_condition_that_nobody_wants_ends_without_a_word(
    house: House, database: Database
) -> None:
    house.notify()
    house.say("  on: [drift]")
    assert house.notify().out == "Nothing has changed.\n"
    assert len(house.told) == 1
    assert everything(database)["alerts"] == []
    house.say()
    house.notify()
    text = house.project.root.joinpath("invgit.yaml").read_text().replace("first:", "third:")
    house.project.root.joinpath("invgit.yaml").write_text(text)
    house.notify()
    assert len(house.told) == 3
    assert not any('"receiver": "first"' in row for row in everything(database)["alerts"])


def test_two_at_once_do_not_tell_twice(house: House, database: Database) -> None:
    with database.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(x'696e7667'::int, 3)")
        result = house.notify()
    assert result.code == 7
    assert "people are being told by" in result.err
    assert not house.told
    assert house.notify().code == 0


def test_who_dies_after_a_message_tells_it_again(house: House, database: Database) -> None:
    """The database goes away between a message and the row that says that it was sent."""
    database.execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''full''; END'")
    database.execute("CREATE TRIGGER no BEFORE INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION no()")
    assert house.notify().code == 3
    database.execute("DROP TRIGGER no ON alerts")
    told = len(house.told) + len(house.second.got) + len(house.box.mails)
    assert 1 <= told <= 3
    assert house.notify().code == 0
    assert all([house.told, house.second.got, house.box.mails])
    assert house.notify().out == "Nothing has changed.\n"


def test_without_anybody_to_tell_the_way_on_is_told(project: Project) -> None:
    project.write(FILES)
    result = project.run("notify")
    assert result.code == 3
    assert "nobody is to be told anything" in result.err
    assert "docs/notify.md" in result.err
