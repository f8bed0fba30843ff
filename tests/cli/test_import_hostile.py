"""Files and rows that want to be obeyed, or never to end: imports show them, and do as they were asked."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_database import Cluster
from support_legacy import fill
from support_netbox import OBJECTS, answer
from support_payloads import OBEYED
from support_project import Project, Result
from support_runner import commands

SITE = {"o/organization.yaml": "organization: {name: O}\n", "o/s/site.yaml": "site: {name: S}\n"}
HOSTILE = "::error::x\x1b[31m\x9b2J\x7f\u202e \x1b]8;;http://evil.example\x1b\\%0A::debug::"
CODES = {0, 1, 2, 3, 5, 6, 7}


def harmless(result: Result) -> None:
    text = result.out + result.err
    assert result.code in CODES, text
    assert not OBEYED.findall(text)
    assert not [*commands(result.out), *commands(result.err)]


def imported(home: Project, kind: str, name: str, data: bytes, *options: str) -> Result:
    path = home.root / name
    path.write_bytes(data)
    return home.run("import", kind, *options, str(path), "--yes", "--no-record")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("hostile") / "home", "host=/nowhere")
    made.write(SITE)
    return made


def test_names_and_cells_are_shown_and_not_obeyed(home: Project) -> None:
    cell = HOSTILE.replace('"', "")
    for text in (
        f'name,type,"{cell}"\nA,lamp,x\n',
        f'name,type,mac\n"{cell}","{cell}","{cell}"\n',
        f'slug,name,type,zone\n"{cell}",A,lamp,"{cell}"\n',
    ):
        harmless(imported(home, "csv", "t.csv", text.encode(), "--site", "s"))
        harmless(imported(home, "csv", "t.csv", text.encode(), "--site", "s", "--map", f"{HOSTILE}={HOSTILE}"))
    devices = [{**OBJECTS["devices"][0], "name": HOSTILE, "serial": HOSTILE, "custom_fields": {HOSTILE: HOSTILE}}]
    harmless(imported(home, "netbox", "devices.json", answer(devices).encode(), "--site", "s"))
    harmless(
        imported(home, "netbox", "x.json", json.dumps([{"url": HOSTILE, "name": HOSTILE}]).encode(), "--site", "s")
    )
    harmless(imported(home, "netbox", "x.csv", f'"{cell}"\n"{cell}"\n'.encode(), "--site", "s"))


PIECES = [b"name", b"type", b"mac", b",", b";", b"\n", b"\r\n", b'"', b"\xff\xfe", b"\xef\xbb\xbf", b"=", b"'=1",
          b"null", b"[", b"{", b'"results"', b":",
          b"devices", b"10.0.0.1", b"\x00", b"name,type\n", b"A,lamp\n"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=20).map(b"".join))
def test_any_bytes_are_a_table_or_refused_in_words(home: Project, data: bytes) -> None:
    harmless(imported(home, "csv", "any.csv", data, "--site", "s", "--dry-run"))


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=20).map(b"".join))
def test_any_bytes_are_an_export_or_refused_in_words(home: Project, data: bytes) -> None:
    harmless(imported(home, "netbox", "devices.any", data, "--site", "s", "--dry-run"))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10), st.sampled_from(["10.0.0.1/24", "core"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)
KEYS = sorted({key for objects in OBJECTS.values() for each in objects for key in each})


@given(st.sampled_from(sorted(OBJECTS)), st.data())
def test_objects_of_any_shape_are_answered(home: Project, kind: str, data: st.DataObject) -> None:
    """What other versions and plugins of NetBox may say."""
    whole = dict(data.draw(st.sampled_from(OBJECTS[kind])))
    bent = whole | data.draw(st.dictionaries(st.sampled_from(sorted(whole)), JSON, max_size=4))
    harmless(imported(home, "netbox", f"{kind}.json", answer([bent]).encode(), "--site", "s", "--dry-run"))


@pytest.mark.no_cover  # it is timed
def test_large_and_deep_files_end(home: Project) -> None:
    begun = time.process_time()
    for data in (
        b"name,type\n" + b'"' * 500_000,
        b"," * 1_000_000,
        b"name,type\n" + b"x," * 300_000,
        b"\n" * 1_000_000,
    ):
        harmless(imported(home, "csv", "t.csv", data, "--site", "s", "--dry-run"))
    for data in (b"[" * 300_000, b'{"a":' * 100_000, b"[" + b"{}," * 20_000 + b"{}]"):
        harmless(imported(home, "netbox", "devices.json", data, "--site", "s", "--dry-run"))
    assert time.process_time() - begun < 60


def test_rows_of_a_database_are_shown_and_not_obeyed(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.database(migrated=False) as database:
        fill(database)
        home = Project(tmp_path / "home", database.dsn)
        for column in ("name", "description", "failure_reason"):
            database.execute(f"UPDATE devices SET {column} = %s WHERE slug LIKE 'sensor-1%%'", HOSTILE)
        database.execute("UPDATE zones SET slug = left(%s, 50) WHERE slug = 'basement'", HOSTILE)
        for form in ("table", "json", "csv", "yaml"):
            harmless(home.run("db", "adopt", "-o", form))
        database.execute(
            "UPDATE devices SET name = 'n', description = NULL, failure_reason = NULL WHERE slug ~ '^sensor-1'"
        )
        harmless(home.run("db", "adopt", "--dry-run"))
        database.execute('CREATE VIEW "::error::x" AS SELECT name FROM devices')
        harmless(home.run("db", "adopt"))
