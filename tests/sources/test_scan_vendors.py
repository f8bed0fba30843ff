"""What a MAC address tells: sorts by the standards that define them, vendors by registries that may be broken."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import aiooui
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invgit.sources.scan.vendors import HWDB, blocks, known_by, sort, vendors

SYSTEMD = """\
# Data imported from somewhere

OUI:00219B*
 ID_OUI_FROM_DATABASE=Older Name

OUI:0055DA*
 ID_OUI_FROM_DATABASE=IEEE Registration Authority

OUI:0055DA3*
 ID_OUI_FROM_DATABASE=Oak Lamps Ltd

OUI:70B3D5A1B*
 ID_OUI_FROM_DATABASE=Elm\u2002Sensors \u202e GmbH

OUI:70B3D5A1C*
 ID_OUI_FROM_DATABASE=Private

OUI:E8F6D70*
 ID_OUI_FROM_DATABASE=\u200b
"""


@pytest.mark.parametrize(
    ("mac", "expected"),
    [
        ("00:17:f2:00:00:01", "global"),
        ("01:00:5e:00:00:fb", "multicast"),
        ("33:33:00:00:00:01", "multicast"),
        ("ff:ff:ff:ff:ff:ff", "multicast"),
        ("00:00:5e:00:01:0a", "virtual-router"),
        ("00:00:5e:00:02:0a", "virtual-router"),
        ("00:00:5e:00:03:0a", "global"),
        ("00:00:0c:07:ac:01", "virtual-router"),
        ("00:00:0c:9f:f1:23", "virtual-router"),
        ("00:00:0c:9f:e1:23", "global"),
        ("00:05:73:a0:01:23", "virtual-router"),
        ("00:05:73:a0:11:23", "global"),
        ("00:07:b4:00:01:02", "virtual-router"),
        ("52:54:00:12:34:56", "virtual"),
        ("52:54:01:12:34:56", "randomised"),
        ("02:42:ac:11:00:02", "virtual"),
        ("0a:00:27:00:00:00", "virtual"),
        ("92:c9:7c:10:20:30", "randomised"),
        ("02", "randomised"),
        ("02:42", "virtual"),
        ("00:00:5e:00:01", "virtual-router"),
        ("00:00:5e", "global"),
    ],
)
def test_an_address_is_of_a_sort(mac: str, expected: str) -> None:
    assert sort(mac) == expected


@given(st.binary(min_size=6, max_size=6))
def test_every_address_is_of_one(octets: bytes) -> None:
    assert (sort(octets.hex(":")) == "multicast") is bool(octets[0] & 1)


def test_vendors_are_known_by_three_octets() -> None:
    of = vendors()
    assert of("b8:27:eb:01:02:03") == of("b8:27:eb") == "Raspberry Pi Foundation"
    assert of("bc:24:11:aa:bb:cc") == "Proxmox Server Solutions GmbH"
    assert of is vendors()


@pytest.mark.parametrize("mac", ["02:42:ac:11:00:02", "00:00:5e:00:01:0a", "01:00:5e:00:00:fb", "92:c9:7c:10:20:30"])
def test_an_address_that_nobody_was_given_has_no_vendor(mac: str) -> None:
    assert vendors()(mac) is None


@pytest.mark.parametrize(
    ("mac", "expected"),
    [
        ("00:55:da:3f:00:01", "Oak Lamps Ltd"),
        ("00:55:da:4f:00:01", None),
        ("00:55:da", None),
        ("70:b3:d5:a1:bf:01", "Elm Sensors GmbH"),
        ("70:b3:d5:a1:cf:01", None),
        ("70:b3:d5:a1", None),
        ("e8:f6:d7:00:00:00", None),
        ("b8:27:eb:01:02:03", "Raspberry Pi Foundation"),
    ],
)
def test_a_block_given_away_in_smaller_ones_is_nobodys_and_systemd_may_know_whose(
    mac: str, expected: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "20-OUI.hwdb"
    file.write_text(SYSTEMD, encoding="utf-8")
    assert known_by([tmp_path / "none", file])(mac) == expected
    assert known_by([])("00:55:da:3f:00:01") is None


@pytest.mark.skipif(not any(map(Path.is_file, HWDB)), reason="systemd's hwdb is not there: apt install udev")
def test_systemds_own_file_is_read() -> None:
    found = blocks(next(path for path in HWDB if path.is_file()).read_bytes())
    sizes = Counter(map(len, found))
    assert sizes[6] > 30_000
    assert sizes[7] > 4_000
    assert sizes[9] > 4_000
    assert known_by(HWDB)("70:b3:d5:00:10:01") == found["70B3D5001"]


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"OUI:0055DA3*\n", SYSTEMD.encode("utf-16"), b"OUI:0055DA3*\nx=y"])
def test_a_broken_registry_knows_nobody(data: bytes) -> None:
    assert blocks(data) == {}


def test_bytes_that_are_no_text_are_no_reason_to_fail() -> None:
    assert blocks(b"OUI:0055DA3*\n ID_OUI_FROM_DATABASE=A\xff\x1b[31m\n") == {"0055DA3": "A\ufffd[31m"}


@pytest.mark.parametrize("size", [None, 0, 5, 100, 200_000, 400_000])
def test_a_broken_list_in_the_environment_fails_nothing_and_says_nothing(size: int | None, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(Path(aiooui.__file__).parent, tmp_path / "aiooui"))
    data = (copy / "oui.data").read_bytes()
    (copy / "oui.data").unlink()
    if size is not None:
        (copy / "oui.data").write_bytes(data[:size].replace(b"Raspberry", b"\xff\xfe"))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import aiooui; assert aiooui.__file__.startswith(sys.path[0])\n"
        "from invgit.sources.scan.vendors import known_by\n"
        "of = known_by([]); print(of('b8:27:eb:01:02:03'), of('00:55:da:3f:00:01'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "None None\n", "")


@given(st.text(max_size=300))
def test_a_vendor_is_one_line_that_a_file_of_ours_takes(name: str) -> None:
    said = blocks(b"OUI:0055DA3*\n ID_OUI_FROM_DATABASE=" + name.encode("utf-8", "replace"))
    for text in said.values():
        assert text.strip() == text
        assert len(text) <= 100
        assert "\n" not in text
