"""`invgit fmt` and `invgit validate --fix`: what they write, what they say, how they end."""

import json
from pathlib import Path

import pytest
from support_git import Repository
from support_project import Project

ORGANIZATION = "home/organization.yaml"
SITE = "home/house/site.yaml"
DEVICES = "home/house/devices.yaml"
GOOD = {
    ORGANIZATION: "organization: {name: Home}\n",
    SITE: "site: {name: House}\nnetworks:\n  lan: {name: LAN, cidr: 10.0.0.0/24}\n",
    DEVICES: "devices:\n  nas:\n    name: NAS\n    type: nas\n",
}
MESSY = {
    **GOOD,
    ORGANIZATION: "organization: {'name': Home}  \n",
    DEVICES: "devices:\n  nas:\n    type: nas\n    name: NAS\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", "")


def said(folder: Project, path: str) -> str:
    return (folder.root / "inventory" / path).read_text(encoding="utf-8")


def test_files_are_brought_into_form_and_named_and_then_they_are_in_it(folder: Project) -> None:
    folder.write(MESSY)
    first = folder.run("fmt")
    assert (first.code, first.out) == (0, f"inventory/{DEVICES}\ninventory/{ORGANIZATION}\n")
    assert first.err == "2 files formatted, 1 left as they are\n"
    assert {path: said(folder, path) for path in GOOD} == GOOD
    again = folder.run("fmt")
    assert (again.code, again.out, again.err) == (0, "", "0 files formatted, 3 left as they are\n")


def test_check_and_diff_write_nothing(folder: Project) -> None:
    folder.write(MESSY)
    check = folder.run("fmt", "--check")
    assert (check.code, check.out) == (4, f"inventory/{DEVICES}\ninventory/{ORGANIZATION}\n")
    assert check.err == "2 files would be formatted, 1 left as they are\n"
    diff = folder.run("fmt", "--diff")
    assert diff.code == 0
    assert diff.out.splitlines()[-2:] == ["-organization: {'name': Home}  ", "+organization: {name: Home}"]
    assert folder.run("fmt", "--check", "--diff").code == 4
    assert {path: said(folder, path) for path in GOOD} == MESSY
    repository = Repository(folder.root)
    repository.git("apply", "-", given=diff.out)
    assert {path: said(folder, path) for path in GOOD} == GOOD


def test_only_what_is_named_is_formatted(folder: Project) -> None:
    folder.write(MESSY)
    assert folder.run("fmt", str(folder.root / "inventory/home/house")).out == f"inventory/{DEVICES}\n"
    assert said(folder, ORGANIZATION) == MESSY[ORGANIZATION]


def test_a_broken_file_is_told_and_the_others_are_formatted(folder: Project) -> None:
    folder.write({**MESSY, DEVICES: "devices:\n  nas: {name: NAS\n"})
    result = folder.run("fmt")
    assert (result.code, result.out) == (1, f"inventory/{ORGANIZATION}\n")
    assert "error[syntax]" in result.err
    assert f"--> inventory/{DEVICES}:" in result.err
    assert result.err.endswith("1 file formatted, 1 left as they are; 1 file could not be read\n")
    assert said(folder, DEVICES) == "devices:\n  nas: {name: NAS\n"


def test_what_stays_as_it_is_is_said_with_its_reason(folder: Project) -> None:
    folder.write({**GOOD, DEVICES: "devices:\n  nas:\n    type: nas\n\n    # whose?\n\n    name: NAS\n"})
    result = folder.run("fmt")
    assert result.code == 0
    assert f"inventory/{DEVICES}:3:5: left as it is: a comment stands apart among its entries\n" in result.err


def test_a_byte_order_mark_and_line_ends_stay(folder: Project) -> None:
    folder.write(GOOD)
    path = folder.root / "inventory" / DEVICES
    path.write_bytes(b"\xef\xbb\xbfdevices:\r\n  nas:\r\n    type: nas\r\n    name: 'NAS'\r\n")
    assert folder.run("fmt").code == 0
    assert path.read_bytes() == b"\xef\xbb\xbfdevices:\r\n  nas:\r\n    name: NAS\r\n    type: nas\r\n"


WRONG = f"{GOOD[DEVICES]}    hostnmae: NAS  # not yet\n    protect: TRUE\n    mac: 1-2-3-4-5-6\n"
RIGHT = f"{GOOD[DEVICES]}    hostname: NAS  # not yet\n    protect: true\n    mac: MAC\n"


def test_fix_carries_out_what_needs_no_decision_and_tells_what_remains(folder: Project) -> None:
    folder.write({**GOOD, DEVICES: WRONG.replace("1-2-3-4-5-6", "A0_1E_0B_00_00_01\n    zone: nowhere")})
    diff = folder.run("validate", "--fix", "--diff")
    assert diff.code == 1
    assert "+    hostname: NAS  # not yet" in diff.out
    assert "3 findings would be fixed" in diff.err
    assert "hostnmae" in said(folder, DEVICES)
    result = folder.run("validate", "--fix")
    assert result.code == 1
    assert "error[unknown-reference]" in result.out
    assert "1 error, 0 warnings" in result.out
    assert f"fixed inventory/{DEVICES}:5:5: " in result.err
    assert result.err.endswith("3 findings fixed\n")
    assert said(folder, DEVICES) == RIGHT.replace("MAC\n", "a0:1e:0b:00:00:01\n    zone: nowhere\n")
    assert folder.run("validate", "--fix").err == "0 findings fixed\n"


def test_fix_ends_with_0_where_nothing_remains_and_leaves_other_forms_alone(folder: Project) -> None:
    folder.write({**GOOD, DEVICES: WRONG.replace("    mac: 1-2-3-4-5-6\n", "")})
    result = folder.run("validate", "--fix", "--format", "json")
    assert (result.code, json.loads(result.out)["diagnostics"]) == (0, [])


def test_a_fix_that_would_bring_an_error_is_left_out_and_the_others_are_made(folder: Project) -> None:
    other = "  other:\n    name: Other\n    type: nas\n    mac: a0:1e:0b:00:00:01\n"
    folder.write({**GOOD, DEVICES: WRONG.replace("1-2-3-4-5-6", "A0_1E_0B_00_00_01") + other})
    result = folder.run("validate", "--fix")
    assert result.code == 1
    assert "2 findings fixed" in result.err
    assert "mac: A0_1E_0B_00_00_01" in said(folder, DEVICES)
    assert "hostname: NAS" in said(folder, DEVICES)


def test_only_findings_in_what_is_named_are_fixed(folder: Project) -> None:
    folder.write({**GOOD, DEVICES: WRONG, SITE: "site: {nmae: House}\n"})
    assert "1 finding fixed" in folder.run("validate", "--fix", str(folder.root / "inventory" / SITE)).err
    assert said(folder, DEVICES) == WRONG
    assert said(folder, SITE) == "site: {name: House}\n"


@pytest.mark.parametrize("words", [("fmt", "--diff"), ("validate", "--diff")])
def test_a_diff_shows_no_secret(folder: Project, words: tuple[str, ...]) -> None:
    folder.write({**GOOD, DEVICES: WRONG + "    metadata: {'wifi_password': hunter2hunter2}\n"})
    result = folder.run(*words)
    assert "-    hostnmae: NAS" in result.out or "-    metadata: {" in result.out
    assert "hunter2" not in result.out + result.err


def test_what_commands_write_is_in_form(folder: Project) -> None:
    folder.write(GOOD)
    more = ("--mac", "A0-1E-0B-00-00-01", "--serial", "0042", "--set", "metadata.wake=no", "--set", "protect=yes")
    assert folder.run("device", "create", "house/cam", "--name", "Cam", "--type", "cam", *more, "--yes").code == 0
    assert folder.run("device", "update", "nas", "--set", "description=a: b", "--network", "lan", "--yes").code == 0
    check = folder.run("fmt", "--check", "--diff")
    assert (check.code, check.out) == (0, "")
