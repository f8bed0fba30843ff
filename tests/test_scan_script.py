"""Scan-Network.ps1: what it would write is a scan, and it asks nobody but whom it was told to ask.

No PowerShell has run it: the fixture is written as ConvertTo-Json of 5.1 writes what the script makes.
"""

import ipaddress
import re
import sys
from pathlib import Path

import pytest
from support_embedded import REPOSITORY
from support_inventory import NOW
from support_powershell import PARSER, nodes, said

from invgit import paths
from invgit.errors import SourceError
from invgit.model.scans import Covered, Host, Scan
from invgit.model.spec import record_fields
from invgit.sources.scan.document import read
from invgit.sources.scan.powershell import arguments
from invgit.sources.scan.scanned import scan
from invgit.sources.scan.targets import Target

SCRIPT = (REPOSITORY / "scripts/Scan-Network.ps1").read_text(encoding="utf-8")
WRITTEN = r"""{
    "format":  "invgit-scan/1",
    "method":  "powershell",
    "privileged":  false,
    "networks":  [
                     {
                         "cidr":  "192.168.77.0/24",
                         "at":  "2026-11-24T03:10:07Z",
                         "method":  "powershell",
                         "macs":  true,
                         "complete":  true
                     }
                 ],
    "hosts":  [
                  {
                      "ip":  "192.168.77.1",
                      "mac":  "a0:1e:0b:00:77:01",
                      "state":  "up",
                      "hostname":  "gate.oak.example"
                  },
                  {
                      "ip":  "192.168.77.9",
                      "state":  "up",
                      "scanner":  true,
                      "mac":  "a0:1e:0b:00:77:09"
                  },
                  {
                      "ip":  "192.168.77.20",
                      "mac":  "a0:1e:0b:00:77:20",
                      "state":  "unsure"
                  },
                  {
                      "ip":  "fd00:77::20",
                      "mac":  "a0:1e:0b:00:77:20",
                      "state":  "up"
                  }
              ],
    "warnings":  [
                     "fd00:77::20 and 3 more: Resolve-DnsName: Zeit\u00fcberschreitung: \u0027ns\u0027 antwortet nicht"
                 ]
}
"""
NOBODY = """{
    "format":  "invgit-scan/1",
    "method":  "powershell",
    "privileged":  false,
    "networks":  [
                     {
                         "cidr":  "127.0.0.0/30",
                         "at":  "2026-11-24T03:10:07Z",
                         "method":  "powershell",
                         "macs":  false,
                         "complete":  false
                     }
                 ],
    "hosts":  [

              ],
    "warnings":  [

                 ]
}
"""


def pattern(name: str) -> str:
    """A regular expression that the script holds; these mean the same to .NET and to Python."""
    return re.search(rf"(?m)^\${name} = '(.*)'$", SCRIPT)[1]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_it_would_write_is_a_scan(ends: str) -> None:
    found = read(WRITTEN.replace("\n", ends).encode("ascii"), "scan.json")
    assert [(host.ip, host.state, host.scanner) for host in found.hosts] == [
        ("192.168.77.1", "up", False), ("192.168.77.9", "up", True),
        ("192.168.77.20", "unsure", False), ("fd00:77::20", "up", False),
    ]  # fmt: skip
    assert found.networks[0].complete
    assert "Zeitüberschreitung: 'ns'" in found.warnings[0]
    assert read(NOBODY.encode("ascii"), "scan.json").hosts == ()


def test_every_key_that_it_writes_is_one_of_a_scan() -> None:
    known = {field.name for cls in (Scan, Covered, Host) for field in record_fields(cls)}
    written = set(re.findall(r"\$(?:found|covered|one)\['(\w+)'\] =", SCRIPT))
    for node in nodes(PARSER.parse(SCRIPT.encode()).root_node):
        if node.type == "cast_expression" and said(node).lower().startswith("[ordered]"):
            written |= {said(each) for each in nodes(node) if each.type == "key_expression"}
    assert written == known & written
    assert written == {
        "format", "method", "privileged", "networks", "hosts", "warnings", "cidr", "at", "macs", "complete",
        "ip", "mac", "state", "scanner", "hostname",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("CidrPattern", "192.168.1.0/24 10.0.0.0/8", "192.168.1.0 192.168.1/24 fd00::/64 1.2.3.4/24,1.2.4.0/24 x"),
        ("MacPattern", "a01e0b000001 021e0b000001", "ffffffffffff 01005e000001 a01e0b00000 A01E0B000001"),
        ("NamePattern", "nas _http.tcp gate.oak.example", "-nas nas\x1b nas,b n\u00e4s " + "a" * 255),
    ],
)
def test_only_what_a_scan_can_say_is_let_through(name: str, good: str, bad: str) -> None:
    for text in good.split(" "):
        assert re.search(pattern(name), text), text
    for text in bad.split(" "):
        assert not re.search(pattern(name), text), text


def test_it_asks_only_the_networks_that_it_is_given() -> None:
    assert not re.search(r"Default|0\.0\.0\.0|Get-NetRoute|Get-NetIP|Test-Connection|WebRequest|WebClient", SCRIPT)
    assert "[Parameter(Mandatory = $true)] [string[]] $Network" in SCRIPT
    assert "$prefix -lt 20 -and -not $Large" in SCRIPT


def test_what_it_says_can_be_read_wherever_it_comes_out() -> None:
    """5.1 writes UTF-16 with `>`, wraps a single row and computes in the calendar of whoever runs it."""
    assert "Text.UTF8Encoding $false" in SCRIPT
    assert "hosts = $found" in SCRIPT
    assert "$found = @(" in SCRIPT
    assert "InvariantCulture" in SCRIPT
    assert not re.search(r"Out-File|Set-Content|Add-Content| > ", SCRIPT)


def test_where_no_network_is_for_it_that_is_told() -> None:
    with pytest.raises(SourceError, match="IPv4 networks, and none of these is one"):
        scan([Target("oak/home/lan", "fd00:77::/64")], "oak/home", NOW, method="powershell", quick=True)


@pytest.mark.skipif(sys.platform == "win32", reason="for systems that are no Windows")
def test_elsewhere_it_says_what_else_there_is() -> None:
    with pytest.raises(SourceError, match="the method powershell is for Windows") as told:
        scan([Target("oak/home/lan", "192.168.77.0/24")], "oak/home", NOW, method="powershell", quick=True)
    assert "can be imported" in (told.value.help or "")


def test_invgit_gives_it_words_that_it_takes(tmp_path: Path) -> None:
    """Each has an option of the script, which takes several networks as one word."""
    networks = [ipaddress.ip_network(each) for each in ("192.168.77.0/24", "10.77.0.0/18")]
    words = arguments(networks, tmp_path / "scan.json", quick=True)
    given = words[words.index("-File") + 2 :]
    assert set(re.findall(r"(?m)^    .*\[(?:string|string\[\]|switch|int)\] \$(\w+)", SCRIPT)) >= {
        word[1:] for word in given if word.startswith("-")
    }
    assert given[given.index("-Network") + 1] == "192.168.77.0/24,10.77.0.0/18"
    assert "$_.Split(',')" in SCRIPT
    assert "-Large" in given


def test_the_checkout_has_it_where_commands_look_for_it() -> None:
    assert (paths.SCRIPTS / "Scan-Network.ps1").read_text(encoding="utf-8") == SCRIPT
    pyproject = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert '"scripts/Scan-Network.ps1" = "invgit/_data/scripts/Scan-Network.ps1"' in pyproject
