"""What nmap writes with `-oX` (its DTD: nmap.org/book/nmap-dtd.html), of any kind of scan."""

import io
import ipaddress
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from invgit.errors import BrokenFile
from invgit.model.fields import made_alike
from invgit.model.scans import Covered, Scan
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows, moment, told

METHOD = "nmap"
_MOST_DEPTH = 100
_NOT_ALL = ("--exclude", "--excludefile", "--exclude-file", "--resume", "-iR", "-sL", "-P0", "-PN", "-Pn")
"""Options with which not every address is asked whether somebody is there: left out, listed only, or taken for up."""
_ON_LINK = {"arp-response", "nd-response"}
"""Reasons that only a question on the network itself gives; nobody can leave that unanswered, as many do pings."""


class _Address(NamedTuple):
    type: str
    addr: str
    vendor: str


class _Answers(ContentHandler):
    """The hosts that are children of the root itself: what nmap tells of beforehand (`hosthint`) repeats them."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows
        self.args, self.start, self.done = "", "", False
        self.total: int | None = None
        self.answered: list[tuple[str, str, bool]] = []
        """Address, reason and whether a hardware address is known, of those who were there."""
        self._path: list[str] = []
        self._new()

    def _new(self) -> None:
        self._status: Mapping[str, str] = {}
        self._addresses: list[_Address] = []
        self._names: list[tuple[bool, str]] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX calls it so
        """One element begins."""
        self._path.append(name[:50])
        if len(self._path) > _MOST_DEPTH:
            raise BrokenFile(f"{self.rows.shown}: elements stand more than {_MOST_DEPTH} deep in one another")
        if len(self._path) == 1:
            if name != "nmaprun":
                raise BrokenFile(f"{self.rows.shown} is XML, but not nmap's: its root is <{told(name)}>")
            self.args, self.start = attrs.get("args", ""), attrs.get("start", "")
        elif self._path[1] == "host":
            self._of_host(attrs)
        elif self._path == ["nmaprun", "runstats", "finished"]:
            self.done = attrs.get("exit", "success") == "success"
        elif self._path == ["nmaprun", "runstats", "hosts"] and attrs.get("total", "").isdecimal():
            self.total = int(attrs["total"][:40])

    def _of_host(self, attrs: AttributesImpl) -> None:
        match self._path[2:]:
            case ["status"]:
                self._status = {"state": attrs.get("state", ""), "reason": attrs.get("reason", "")}
            case ["address"] if len(self._addresses) < 100:
                self._addresses.append(
                    _Address(attrs.get("addrtype", ""), attrs.get("addr", ""), attrs.get("vendor", ""))
                )
            case ["hostnames", "hostname"] if len(self._names) < 100:
                self._names.append((attrs.get("type") != "PTR", attrs.get("name", "")))

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX calls it so
        """One element ends: with a host, all is known of it."""
        self._path.pop()
        if self._path == ["nmaprun"] and name == "host":
            self._host()
            self._new()

    def _host(self) -> None:
        if self._status.get("state") != "up":
            self.rows.skip()
            return
        mac = next((each for each in self._addresses if each.type == "mac"), None)
        hostname = min(self._names, default=(True, None))[1]
        reason = self._status["reason"]
        for each in self._addresses:
            if each.type in {"ipv4", "ipv6"}:
                self.answered.append((each.addr, reason, mac is not None))
                self.rows.add(
                    each.addr,
                    mac and mac.addr,
                    hostname=hostname,
                    vendor=mac and mac.vendor,
                    seen=moment(self.start),
                    scanner=reason == "localhost-response",
                )


def _read(given: Given) -> Scan:
    return found(given.text, given.name, given.at).scan()


FORM = Format(METHOD, "nmap: `nmap -sn -oX FILE NETWORK`", lambda given: "<nmaprun" in given.text[:4000], _read)


def scan(text: str, shown: str, at: datetime) -> Scan:
    """What a scan by nmap found, which may be nobody; `at` is when, where it does not say so itself.

    Raises BrokenFile for what is no such XML, was cut off, or holds entities (nmap writes none).
    """
    return found(text, shown, at).scan(none=True)


def found(text: str, shown: str, at: datetime) -> Rows:
    """The same, for who wants to know of how many rows nothing came."""
    from defusedxml import DefusedXmlException
    from defusedxml.sax import parse

    rows = Rows(shown, METHOD)
    answers = _Answers(rows)
    try:
        # a document type may stand elsewhere: it is not fetched (Python's own default)
        parse(io.StringIO(text), answers, forbid_dtd=False, forbid_entities=True, forbid_external=False)
    except DefusedXmlException:
        raise BrokenFile(f"{shown} declares XML entities: nmap writes none, and they are not read") from None
    except SAXParseException as error:
        place = f"{shown}:{error.getLineNumber()}:{(error.getColumnNumber() or 0) + 1}"
        if "</nmaprun>" not in text[-1000:]:
            raise _cut(shown) from None
        raise BrokenFile(f"{place}: the XML is broken: {told(error.getMessage())}") from None
    if answers.total is None:
        raise _cut(shown)
    began = moment(answers.start)
    now = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    rows.privileged = any(reason in _ON_LINK for _, reason, _ in answers.answered)
    rows.networks += _covered(answers, began if began and began < now else now)
    for each in rows.networks:
        if not each.macs:
            why = "either nmap had no right to see them, or a router stands between"
            rows.warnings.append(f"{each.cidr}: no hardware addresses were seen: {why}")
    return rows


def _cut(shown: str) -> BrokenFile:
    help = "let nmap finish, and take the file then: who is missing in it may be there"
    return BrokenFile(f"{shown} ends in the middle: nmap was interrupted, or the file was cut off", help=help)


def _covered(answers: _Answers, at: str) -> Iterator[Covered]:
    """The networks of which every address was asked: those named on the command line, if the numbers bear it out."""
    words = answers.args[:100_000].split()
    targets = sorted({each for word in words if (each := _network(word))}, key=str)
    asked = sum(each.num_addresses for each in targets)
    if not answers.done or (answers.total or 0) < asked or any(word.startswith(_NOT_ALL) for word in words):
        return
    for each in targets:
        inside = [(reason, mac) for ip, reason, mac in answers.answered if _is_in(ip, each)]
        said = {
            "cidr": str(each),
            "at": at,
            "method": METHOD,
            "macs": any(mac for _, mac in inside),
            "complete": any(reason in _ON_LINK for reason, _ in inside),
        }
        yield made_alike(Covered, said)


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(word: str) -> _Network | None:
    """The network that a word of the command line is; nmap asks the whole of it, whichever address is named."""
    try:
        return ipaddress.ip_network(word, strict=False) if "/" in word else None
    except ValueError:
        return None


def _is_in(ip: str, network: _Network) -> bool:
    try:
        return ipaddress.ip_address(ip) in network
    except ValueError:
        return False
