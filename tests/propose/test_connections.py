"""What something is plugged into is proposed with it; what a source wants it to be called counts."""

from dataclasses import replace

import pytest
from support_scan_looks import SWITCH, Scans, port, unknown
from test_beyond import BOX, keys, text

from invgit.model.findings import Finding
from invgit.propose.changes import Changes


def uplink(one: Finding, other: Finding, **said: str) -> Finding:
    return Finding(
        f"uplink:{one.key}", "connection", {"type": "ethernet", **said}, {"port": "7"}, (one.key, other.key),
        slug="box--switch",
    )  # fmt: skip


AT = port(7, SWITCH)


def test_what_something_is_plugged_into_is_proposed_with_it() -> None:
    seen = (BOX, AT, uplink(BOX, AT, to_port="7"))
    runs = Scans().see(*seen)
    device, connection = runs.last.proposals
    assert (str(connection.address), connection.file) == (
        "connection:o/home/box--switch",
        "o/home/connections/scan.yaml",
    )
    assert connection.needs == (device.id,)
    assert (connection.after["from"], connection.after["to"]) == ("o/home/box", "o/home/switch")
    before = text(runs)
    assert text(runs.see(*seen)) == before
    assert text(runs.see(beyond=keys(*seen))) == before
    runs.accept(runs.last.proposals)
    words = runs.files["o/home/connections/scan.yaml"].replace('"', "'").split()
    assert words == "connections: box--switch: from: box to: switch type: ethernet to_port: '7'".split()
    entity = next(each for each in runs.inventory if each.address.kind == "connection").address
    known = replace(seen[2], entity=entity)
    assert runs.see(BOX, AT, known).said == []


def test_without_an_end_there_is_no_connection() -> None:
    seen = (BOX, AT, uplink(BOX, AT))
    runs = Scans().see(*seen).reject("device:o/home/box")
    assert runs.see(*seen).said == []
    left = Changes("scan", "o/home", Scans().see(*seen).last.proposals)
    refused = left.without(refused=[each.id for each in left.proposals if each.address.kind == "device"])
    assert refused.proposals == ()
    unsure = replace(BOX, tentative=True)
    assert (runs.see(unsure, AT, uplink(unsure, AT)).said, runs.last.warnings) == ([], ())


def test_a_device_is_proposed_though_its_connection_is_rejected() -> None:
    seen = (BOX, AT, uplink(BOX, AT))
    runs = Scans().see(*seen).reject("connection:o/home/box--switch").see(*seen)
    assert [str(each.address) for each in runs.last.proposals] == ["device:o/home/box"]


@pytest.mark.parametrize(("slug", "given"), [("spare-box", "spare-box"), ("No slug!", "box"), ("a--b", "box")])
def test_a_wanted_slug_is_given_where_it_is_one(slug: str, given: str) -> None:
    runs = Scans().see(replace(BOX, slug=slug))
    (first,) = runs.last.proposals
    assert first.address.slug == given
    assert first in runs.see(replace(BOX, slug=slug), unknown(40, "Box")).last.proposals
