"""A table that people keep becomes YAML: columns are understood, errors told by row, and a second run does nothing."""

from pathlib import Path

import pytest
from support_database import Database
from support_project import Project

from invgit.model.spec import specs
from invgit.sources.targets import _SAME, at

SITE = {
    "o/organization.yaml": "organization: {name: O}\nnetworks: {vpn: {name: The VPN, cidr: 10.9.0.0/24}}\n",
    "o/s/site.yaml": "site: {name: S}\nzones: {living-room: {name: Living Room}}\n"
    "networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}\ndevices:\n  # a comment that stays\n"
    "  nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, metadata: {a: x}}\n",
    "catalog/c.yaml": "categories: {security: {name: Security & Cameras}}\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Project:
    made = Project(tmp_path / "home", "host=/nowhere")
    made.write(SITE)
    return made


def table(home: Project, content: str | bytes, *options: str, name: str = "table.csv") -> tuple[int, str, str]:
    path = home.root / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    kind = () if "--kind" in options else ("--kind", "device")
    result = home.run("import", "csv", str(path), "--site", "o/s", "--yes", "--no-record", *kind, *options)
    return result.code, result.out, result.err


def written(home: Project, path: str = "o/s/devices/table.yaml") -> str:
    return (home.root / "inventory" / path).read_text(encoding="utf-8")


def files(home: Project) -> dict[str, bytes]:
    folder = home.root / "inventory"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_columns_are_known_by_what_people_write_over_them(home: Project) -> None:
    content = (
        "Device,Room,MAC Address,ip_address,TYPE,Vendor,S/N,HomeSeer Ref,Category,Tags,Battery,Price,Purchased,os\n"
        "Front Door,living room,A0-1E-0B-00-00-02,10.0.0.5,camera,Acme,0012,3398,security & cameras,"
        '"outdoor; rack",yes,10.50,2024/5/1,x\n'
    )
    assert table(home, content, "--map", "os=metadata.os")[0] == 0
    assert written(home) == (
        "devices:\n  front-door:\n    name: Front Door\n    type: camera\n    zone: living-room\n"
        '    mac: a0:1e:0b:00:00:02\n    ip: 10.0.0.5\n    serial: "0012"\n    refs: {homeseer: "3398"}\n'
        "    tags: [outdoor, rack]\n    purchase_date: 2024-05-01\n    purchase_price: 10.5\n    category: security\n"
        "    manufacturer: Acme\n    is_battery_powered: true\n    metadata: {os: x}\n"
    )
    assert home.run("validate").code == 0
    assert home.run("fmt", "--check", str(home.root / "inventory/o/s/devices")).out == ""


def test_a_second_run_has_nothing_to_do(home: Project) -> None:
    content = "name,type,ip,network\nLamp,lamp,10.0.0.7,LAN\nLamp,lamp,10.9.0.8,the vpn\nnull,no,,\n"
    assert table(home, content)[0] == 0
    known = files(home)
    code, _, err = table(home, content)
    assert (code, "3 as they are" in err, "nothing to do" in err) == (0, True, True), err
    assert files(home) == known
    assert "lamp-2:" in written(home)
    assert '"null"' in written(home)
    assert '"no"' in written(home)


def test_every_error_is_told_by_row_and_nothing_is_written(home: Project) -> None:
    known = files(home)
    content = (
        "name,type,mac,zone,ip,description\n"
        "A,lamp,zz,attic,10.0.0.300,\n"
        'B,lamp,,,10.0.1.5,"two\nlines"\n'
        "C,,,,,\n"
        "???,lamp,,,,\n"
        "D,lamp,,,,,,one more\n"
        "E,lamp,a0:1e:0b:00:00:01,,,\u202e\n"
    )
    code, out, err = table(home, content)
    assert (code, out) == (1, "")
    for told in (
        "table.csv:2: mac: `zz` is not a MAC address",
        "table.csv:2: zone: there is no zone `attic`",
        "table.csv:2: ip: `10.0.0.300` is not an IPv4 address",
        "table.csv:5: type: `type` is missing",
        "table.csv:6: name: no slug can be made of it",
        "table.csv:7: 8 cells, where there are 6 columns",
        "table.csv:8: description: it holds the character U+202E",
        "nothing was written",
    ):
        assert told in err, (told, err)
    assert files(home) == known


def test_what_is_wrong_beside_others_is_told_by_row_too(home: Project) -> None:
    known = files(home)
    content = "name,type,mac,metadata.api_token\nA,lamp,a0:1e:0b:00:00:01,\nB,lamp,,hunter2-hunter2\n"
    code, _, err = table(home, content)
    assert code == 1
    assert "table.csv:2: inventory/o/s/site.yaml:6:36: the MAC address a0:1e:0b:00:00:01 is also that of" in err
    assert "holds a secret" in err
    assert "hunter2" not in err
    assert files(home) == known


def test_bad_rows_can_be_left_out(home: Project) -> None:
    content = "name,type,mac\nA,lamp,a0:1e:0b:00:00:01\nB,lamp,zz\nC,lamp,a0:1e:0b:00:00:03\n"
    code, _, err = table(home, content, "--skip-bad-rows")
    assert code == 0, err
    assert "1 new, 0 changed, 0 as they are, 2 left out" in err
    assert "  c:" in written(home)
    assert "  a:" not in written(home)
    assert home.run("validate").code == 0


def test_rows_that_hang_on_each_other_in_a_long_chain_are_told(home: Project) -> None:
    rows = [f"Z{number},z{number - 1}" for number in range(1, 40)]
    content = "\n".join(["name,parent,sort_order", "Z0,,much", *(f"{row}," for row in rows)])
    known = files(home)
    code, _, err = table(home, content, "--kind", "zone", "--skip-bad-rows")
    assert code == 1
    assert "table.csv:2: sort_order:" in err
    assert "nothing was written" in err
    assert files(home) == known


def test_what_is_there_already_is_changed_only_on_request(home: Project) -> None:
    content = "slug,manufacturer,metadata.b\nnas,Acme,1\n"
    known = files(home)
    code, _, err = table(home, content)
    assert (code, "device:o/s/nas is there already, and says otherwise of `manufacturer`, `metadata`" in err) == (
        1,
        True,
    )
    assert files(home) == known
    assert table(home, content, "--update")[0] == 0
    line = '  nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, manufacturer: Acme, metadata: {a: x, b: "1"}}\n'
    assert line in written(home, "o/s/site.yaml")
    assert "# a comment that stays" in written(home, "o/s/site.yaml")
    assert "nothing to do" in table(home, content)[2]


def test_columns_that_nobody_knows_are_refused_all_at_once(home: Project) -> None:
    code, _, err = table(home, "name,Shelf,typ,mac,MAC Addr\nA,1,lamp,,\n", "--map", "Colour=name", "--ignore", "Size")
    assert code == 2
    for told in (
        "there is no column `Colour`",
        "there is no column `Size`",
        "the columns `mac`, `MAC Addr` would both be `mac`",
        "the column `Shelf` is not known",
        "the column `typ` is not known; did you mean `type`?",
    ):
        assert told in err, err
    (home.root / "map.yaml").write_text("Shelf: metadata.shelf\ntyp: type\nMAC Addr: null\n", encoding="utf-8")
    path = str(home.root / "map.yaml")
    assert table(home, "name,Shelf,typ,mac,MAC Addr\nA,1,lamp,,\n", "--map-file", path)[0] == 0
    assert 'metadata: {shelf: "1"}' in written(home)


TEXT = "name;type\nKüche;lamp\n"


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (TEXT.encode(), ()),
        (TEXT.encode("utf-8-sig"), ()),
        (TEXT.encode("utf-16"), ()),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), ()),
        (TEXT.encode("cp1252"), ("--encoding", "cp1252")),
        (TEXT.replace("\n", "\r\n").encode(), ()),
        (b"sep=;\r\n" + TEXT.replace("\n", "\r\n").encode(), ()),
        (TEXT.replace(";", "\t").encode(), ()),
        (b'"name","type"\n"K\xc3\xbcche","lamp"\n\n\n', ()),
        (TEXT.replace(";", "|").encode(), ("--delimiter", "|")),
        (b" name , type ,\n K\xc3\xbcche , lamp ,\n", ()),
    ],
)  # fmt: skip
def test_files_of_spreadsheets_are_read(home: Project, data: bytes, options: tuple[str, ...]) -> None:
    code, _, err = table(home, data, *options)
    assert code == 0, err
    assert written(home) == "devices:\n  kueche:\n    name: Küche\n    type: lamp\n"


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        (TEXT.encode("cp1252"), 2, "--encoding"),
        (b"PK\x03\x04\x00\x00\x00", 2, "NUL"),
        (b"", 2, "holds no rows"),
        (b"name,name\nA,B\n", 2, "the column `name` stands twice"),
        (b'name,type\n"A,lamp\n', 1, "table.csv:2: a quote that is not closed"),
        (b"name,type\n", 0, "nothing to do"),
    ],
)
def test_what_is_no_table_is_told(home: Project, data: bytes, code: int, told: str) -> None:
    known = files(home)
    result = table(home, data)
    assert (result[0], told in result[2]) == (code, True), result
    assert files(home) == known


def test_formulas_and_typed_words_are_text(home: Project) -> None:
    content = "name,type,serial,metadata.v\n=1+1,lamp,1e3,1.10\n'=2+2,on,012,true\n@x,~,0x1F,\n"
    assert table(home, content)[0] == 0
    assert home.run("validate").code == 0
    made = written(home)
    for text in ('name: "=1+1"', 'name: "=2+2"', 'name: "@x"', 'type: "on"', 'serial: "012"', 'v: "1.10"', 'v: "true"'):
        assert text in made, (text, made)
    assert "nothing to do" in table(home, content)[2]


@pytest.mark.parametrize(
    ("kind", "content", "path", "told"),
    [
        ("zone", "name,parent,floor\n", "", "--map"),
        ("zone", "name,type,parent,level\nAttic,room,Living Room,2\n", "o/s/zones/table.yaml", "parent: living-room"),
        ("vlan", "VID,Name\n20,IoT\n", "o/s/vlans/table.yaml", "vlan_id: 20"),
        ("network", "name,prefix,router\nI,10.2.0.0/24,10.2.0.1\n", "o/s/networks/table.yaml", "gateway: 10.2.0.1"),
        ("reservation", "address,network,comment\n10.0.0.9,lan,free\n", "o/s/reservations/table.yaml", "lan-10-0-0-9:"),
        ("category", "name,sort_order\nPumps,7\n", "catalog/categories/table.yaml", "sort_order: 7"),
        ("device-type", "name,maker\nLamp X,Acme\n", "catalog/device-types/table.yaml", "manufacturer: Acme"),
    ],
)  # fmt: skip
def test_every_kind_can_stand_in_a_table(home: Project, kind: str, content: str, path: str, told: str) -> None:
    code, _, err = table(home, content, "--kind", kind)
    if not path:
        assert (code, told in err) == (2, True), err
        return
    assert code == 0, err
    assert told in written(home, path)
    assert home.run("validate").code == 0
    assert "nothing to do" in table(home, content, "--kind", kind)[2]


def test_nothing_is_written_without_a_yes(home: Project) -> None:
    path = home.root / "t.csv"
    path.write_text("name,type\nA,lamp\n", encoding="utf-8")
    known = files(home)
    words = ("import", "csv", str(path), "--site", "s")
    asked = home.run(*words)
    assert (asked.code, "--yes" in asked.err) == (2, True)
    shown = home.run(*words, "--dry-run")
    assert (shown.code, "+  a:" in shown.out) == (0, True), shown
    assert home.run("import", "csv", str(path), "--site", "elsewhere", "--yes").code == 2
    assert files(home) == known


def test_constants_are_for_rows_that_say_nothing(home: Project) -> None:
    words = ("--set", "type=camera", "--set", "metadata.by=import", "--file", "o/s/cams.yml")
    assert table(home, "name,type\nA,\nB,lamp\n", *words)[0] == 0
    made = written(home, "o/s/cams.yml")
    assert made.count("type: camera") == 1
    assert made.count("metadata: {by: import}") == 2
    assert table(home, "name\nC\n", "--file", "../x.yaml", "--set", "type=t")[0] != 0


def test_an_import_is_on_record_where_there_is_a_database(home: Project, database: Database) -> None:
    home.dsn = database.applier
    path = home.root / "t.csv"
    path.write_text("name,type,mac\nA,lamp,\nB,lamp,zz\n", encoding="utf-8")
    result = home.run("import", "csv", str(path), "--site", "o/s", "--yes", "--skip-bad-rows")
    assert (result.code, "not on record" in result.err) == (0, False), result
    row = "import_source, filename, status, total_rows, valid_rows, imported_rows, failed_rows, import_errors::text"
    ((source, name, status, *counts, errors),) = database.execute(f"SELECT {row} FROM import_batches")
    assert (source, name, status, counts) == ("csv", "t.csv", "completed", [2, 1, 1, 1])
    assert "t.csv:3: mac:" in errors


def test_a_database_that_does_not_answer_is_no_reason_to_fail(home: Project) -> None:
    path = home.root / "t.csv"
    path.write_text("name,type\nA,lamp\n", encoding="utf-8")
    result = home.run("import", "csv", str(path), "--site", "o/s", "--yes")
    assert (result.code, "not on record" in result.err) == (0, True), result
    assert "  a:" in written(home, "o/s/devices/t.yaml")


def test_every_word_for_a_field_means_one() -> None:
    for kind, words in _SAME.items():
        for name in words:
            known = [spec for spec in specs().values() if kind in {"", spec.name} and at(spec, name)]
            assert known, (kind, name)
