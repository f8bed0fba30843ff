"""`network vendor`: who made the device with an address, in any spelling of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_embedded import REPOSITORY
from support_project import Project

from invgit.model.addresses import mac_or_part


def test_sorts_and_vendors_in_one_table(house: Project) -> None:
    result = house.run("network", "vendor", "B8-27-EB-01-02-03", "52:54:00:12:34:56", "92c97c102030", "0000.5e00.0101")
    assert (result.code, result.err) == (0, "")
    assert [line.split("  ")[0] for line in result.out.splitlines()] == [
        "mac", "b8:27:eb:01:02:03", "52:54:00:12:34:56", "92:c9:7c:10:20:30", "00:00:5e:00:01:01",
    ]  # fmt: skip
    told = [line[19:].split("  ")[0] for line in result.out.splitlines()[1:]]
    assert told == [
        "registered", "virtual machine or container", "locally administered (likely randomised)", "virtual router",
    ]  # fmt: skip
    assert result.out.splitlines()[1].endswith("Raspberry Pi Foundation")
    assert result.out.splitlines()[2].endswith("unknown")


@pytest.mark.parametrize("form", ["json", "yaml", "csv"])
def test_rows_for_programs(house: Project, form: str) -> None:
    result = house.run("network", "vendor", "b827eb", "92c97c", "-o", form)
    expected = {
        "json": '[\n  {"mac": "b8:27:eb", "sort": "global", "vendor": "Raspberry Pi Foundation"},\n'
        '  {"mac": "92:c9:7c", "sort": "randomised", "vendor": null}\n]\n',
        "yaml": '- mac: "b8:27:eb"\n  sort: "global"\n  vendor: "Raspberry Pi Foundation"\n'
        '- mac: "92:c9:7c"\n  sort: "randomised"\n  vendor: null\n',
        "csv": "mac,sort,vendor\nb8:27:eb,global,Raspberry Pi Foundation\n92:c9:7c,randomised,\n",
    }
    assert (result.code, result.out) == (0, expected[form])


def test_all_that_are_none_are_told_at_once_as_validate_tells_them(house: Project) -> None:
    result = house.run("network", "vendor", "b827eb", "b8:27", "ff:ff:ff:ff:ff:ff", "b8:27-eb", "nas")
    assert (result.code, result.out) == (2, "")
    for said in (
        "`b8:27` is not a MAC address such as a0:1e:0b:00:00:01",
        "`ff:ff:ff:ff:ff:ff` is a broadcast or multicast address: no device has it",
        "`b8:27-eb` is not a MAC address",
        "`nas` is not a MAC address",
    ):
        assert said in result.err
    assert house.run("network", "vendor").code == 2


def test_it_needs_no_inventory_and_no_settings(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "invgit", "network", "vendor", "b8:27:eb", "-o", "csv"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, "")


@given(st.binary(min_size=6, max_size=6), st.integers(3, 6), st.sampled_from([":", "-", ".", ""]), st.booleans())
def test_every_spelling_of_a_part_is_read(octets: bytes, count: int, between: str, upper: bool) -> None:
    octets = bytes([octets[0] & 0xFE | 2]) + octets[1:]
    part = octets[:count]
    text = ".".join(part.hex()[at : at + 4] for at in range(0, count * 2, 4)) if between == "." else part.hex()
    text = text if between in {".", ""} else part.hex(between)
    assert mac_or_part(f" {text.upper() if upper else text}") == part.hex(":")
