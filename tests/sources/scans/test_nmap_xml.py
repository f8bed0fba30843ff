"""What nmap writes with `-oX`. The shape is nmap's; names, addresses and vendors are made up."""

import socket
from datetime import UTC, datetime

import pytest

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.sources.scan.formats.nmap_xml import found, scan

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<?xml-stylesheet href="file:///usr/bin/../share/nmap/nmap.xsl" type="text/xsl"?>
<nmaprun scanner="nmap" args="ARGS" start="1774900000" version="7.94" xmloutputversion="1.05">
<verbose level="0"/>
"""
TAIL = """<runstats><finished time="1774900002" elapsed="1.86" exit="success"/><hosts up="4" down="252" total="256"/>
</runstats>
</nmaprun>
"""
HINT = '<hosthint><status state="up" reason="arp-response"/><address addr="192.0.2.77" addrtype="ipv4"/></hosthint>\n'
NAS = """<host><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="192.0.2.9" addrtype="ipv4"/>
<address addr="A0:1E:0B:00:00:09" addrtype="mac" vendor="Hu &amp; Co"/>
<hostnames><hostname name="nine" type="user"/><hostname name="nas.lan" type="PTR"/></hostnames>
</host>
"""
SELF = """<host><status state="up" reason="localhost-response" reason_ttl="0"/>
<address addr="192.0.2.254" addrtype="ipv4"/>
</host>
"""
DOWN = """<host><status state="down" reason="no-response"/><address addr="192.0.2.3" addrtype="ipv4"/></host>
"""
WHOLE = "nmap -sn -oX out.xml 192.0.2.0/24"


def run(*hosts: str, args: str = WHOLE, tail: str = TAIL) -> Scan:
    return scan(HEAD.replace("ARGS", args) + "".join(hosts) + tail, "out.xml", AT)


def test_hosts_that_are_up_with_all_that_is_said_of_them() -> None:
    made = run(HINT, DOWN, NAS, SELF)
    nas, scanner = made.hosts
    assert (nas.ip, nas.mac, nas.hostname, nas.vendor) == ("192.0.2.9", "a0:1e:0b:00:00:09", "nas.lan", "Hu & Co")
    assert (scanner.ip, scanner.mac, scanner.scanner, nas.scanner) == ("192.0.2.254", None, True, False)
    assert nas.seen == "2026-03-30T19:46:40Z"
    assert made.privileged


def test_a_network_of_which_all_was_asked_is_covered() -> None:
    (network,) = run(NAS, SELF).networks
    assert (network.cidr, network.at, network.method) == ("192.0.2.0/24", "2026-03-30T19:46:40Z", "nmap")
    assert network.macs
    assert network.complete


def test_without_rights_there_are_no_hardware_addresses_and_silence_says_nothing() -> None:
    without = NAS.replace('<address addr="A0:1E:0B:00:00:09" addrtype="mac" vendor="Hu &amp; Co"/>', "")
    made = run(without.replace("arp-response", "conn-refused"))
    (network,) = made.networks
    assert (network.macs, network.complete, made.privileged) == (False, False, False)
    (warning,) = made.warnings
    assert warning.startswith("192.0.2.0/24: no hardware addresses were seen")


@pytest.mark.parametrize(
    "args",
    [
        "nmap -sn 192.0.2.1-254",
        "nmap -sn nas.lan/24",
        "nmap -sn --exclude 192.0.2.128/25 192.0.2.0/24",
        "nmap -sL 192.0.2.0/24",
        "nmap -Pn 192.0.2.0/24",
        "nmap -sn 192.0.2.0/23",
        "nmap -sn 192.0.2.0/24 198.51.100.0/24",
        "nmap -sn",
    ],
)
def test_what_was_not_asked_or_only_in_part_is_not_covered(args: str) -> None:
    assert run(NAS, args=args).networks == ()


def test_a_scan_that_failed_covers_nothing() -> None:
    assert run(NAS, tail=TAIL.replace('exit="success"', 'exit="error"')).networks == ()


def test_a_moment_in_the_future_is_not_believed() -> None:
    text = (HEAD.replace("ARGS", WHOLE) + NAS + TAIL).replace('start="1774900000"', 'start="4102444800"')
    assert scan(text, "out.xml", AT).networks[0].at == "2026-03-31T18:00:00Z"


@pytest.mark.parametrize("tenths", range(10))
def test_an_interrupted_scan_is_told_as_such(tenths: int) -> None:
    text = HEAD.replace("ARGS", WHOLE) + NAS + SELF + TAIL
    with pytest.raises(BrokenFile, match="ends in the middle: nmap was interrupted") as caught:
        scan(text[: len(text) * tenths // 10], "out.xml", AT)
    assert caught.value.help
    with pytest.raises(BrokenFile, match="ends in the middle"):
        scan(text.replace(TAIL, "</nmaprun>"), "out.xml", AT)


def test_broken_xml_is_told_by_place() -> None:
    with pytest.raises(BrokenFile, match=r"out\.xml:6:1: the XML is broken: not well-formed"):
        run("\x01")
    with pytest.raises(BrokenFile, match="is XML, but not nmap's: its root is <html>"):
        scan("<html></html>", "out.xml", AT)


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "x">',
        '<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;',
    ],
)
def test_entities_are_refused(declared: str) -> None:
    text = (HEAD.replace("ARGS", WHOLE) + NAS + TAIL).replace("<!DOCTYPE nmaprun>", f"<!DOCTYPE nmaprun [{declared}]>")
    with pytest.raises(BrokenFile, match="declares XML entities"):
        scan(text, "out.xml", AT)


def test_a_document_type_from_elsewhere_is_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        elsewhere = f'<!DOCTYPE nmaprun PUBLIC "-//x//EN" "http://127.0.0.1:{server.getsockname()[1]}/nmap.dtd">'
        text = (HEAD.replace("ARGS", WHOLE) + NAS + TAIL).replace("<!DOCTYPE nmaprun>", elsewhere)
        assert len(scan(text, "out.xml", AT).hosts) == 1
        with pytest.raises(TimeoutError):
            server.accept()


def test_depth_is_limited() -> None:
    with pytest.raises(BrokenFile, match="more than 100 deep"):
        run("<a>" * 1000 + "</a>" * 1000)


def test_nobody_there_is_a_scan_but_nothing_to_import() -> None:
    text = HEAD.replace("ARGS", WHOLE) + DOWN * 2 + TAIL
    assert scan(text, "out.xml", AT).hosts == ()
    with pytest.raises(BrokenFile, match=r"out\.xml: no host can be read from it: 2 rows, none complete"):
        found(text, "out.xml", AT).scan()
