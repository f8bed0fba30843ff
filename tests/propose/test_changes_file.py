"""Change files and verdicts: the same bytes for the same proposals, read back as they were, believed when right."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from support_inventory import read_and_checked
from support_looks import FILES, LAMP, Runs, room, thing

from invgit import paths
from invgit.edit.draft import Draft
from invgit.edit.journal import require_path
from invgit.errors import BrokenFile, Refused, Uneditable, UsageError
from invgit.model.entity import Address
from invgit.propose import verdicts
from invgit.propose.accept import accept
from invgit.propose.changes import Changes, read, written
from invgit.propose.proposal import Proposal, Verdict
from invgit.propose.schema import schemas

PATH, SHOWN = "o/home/homeseer.yaml", "changes/o/home/homeseer.yaml"
MOVED = thing("1", "Lamp", zone="hall", category="other")


def runs() -> Runs:
    return Runs(missing_after=1).see(LAMP).see(MOVED, thing("5", "Fan: 'x' #1", needs=("location:0x1F",)), room("0x1F"))


def changes(proposals: tuple[Proposal, ...]) -> Changes:
    return Changes("homeseer", "o/home", proposals)


def text(made: Runs | None = None) -> str:
    return written(changes((made or runs()).last.proposals))


def fits(name: str, data: str) -> list[str]:
    found = Draft7Validator(schemas()[name]).iter_errors(json.loads(json.dumps(yaml.safe_load(data), default=str)))
    return [each.message for each in found]


def test_it_says_all_that_was_proposed_and_is_read_back_so() -> None:
    found = runs().last.proposals
    assert read(text().encode(), SHOWN, PATH) == changes(found)
    assert read(text().replace("\n", "\r\n").encode(), SHOWN, PATH) == changes(found)
    assert written(changes(())) == ""


def test_the_same_proposals_are_the_same_bytes_in_every_run() -> None:
    made = runs()
    first = text(made)
    made.see(room("0x1F"), MOVED, thing("5", "Fan: 'x' #1", needs=("location:0x1F",)))
    assert text(made) == first
    assert text(runs()) == first


def test_it_looks_like_this() -> None:
    known = Path(__file__).with_name("homeseer.yaml")
    assert text() == known.read_text(encoding="utf-8")


def test_schemas_accept_what_is_written() -> None:
    assert fits("changes", text()) == []
    assert fits("verdicts", amended(VERDICTS).decode()) == []
    for name, document in schemas().items():
        Draft7Validator.check_schema(document)
        assert json.loads((paths.SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")) == document
        for key, field in document["properties"].items():
            whole = {"format": f"invgit-{name}/1", "source": "homeseer", "site": "o/home", key: field["examples"][0]}
            whole = {each: value for each, value in whole.items() if each in document["properties"]}
            assert not list(Draft7Validator(document).iter_errors(whole)), key


FAULTS = [
    ("format: invgit-changes/1", "format: invgit-changes/2", "4:9: ", "none of invgit-changes/1"),
    ("source: homeseer", "source: scan", ":", "this file is that of source `homeseer`"),
    ("site: o/home", "site: o/cabin", ":", "this file is that of site `o/home`"),
    ("op: update", "op: remove", ":", "none of add, update, missing"),
    ("op: update", "opp: update", ":", "did you mean `op`?"),
    ("address: device:o/home/lamp", "address: device:o/cabin/lamp", ":", "it does not stand in o/home"),
    ("address: device:o/home/lamp", "address: site:o/home/lamp", ":", "`site` is no kind of what stands in a site"),
    ("address: device:o/home/lamp", "address: device:o/home/../x", ":", "is not an address"),
    ("file: o/home/devices.yaml", "file: /etc/passwd.yaml", ":", "is not a file of the inventory"),
    ("zone: o/home/hall", "zonne: o/home/hall", ":", "is not a field of a device"),
    ("zone: o/home/hall", "renamed_from: x", ":", "is not for sources to say"),
    ("zone: o/home/hall", "status: maintenance", ":", "is not for sources to say"),
    ("zone: o/home/kitchen", "protect: yes", ":", "has to stand in `before` and in `after`"),
]


@pytest.mark.parametrize(("old", "new", "place", "message"), FAULTS)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, place: str, message: str) -> None:
    good = text()
    assert old in good
    with pytest.raises(BrokenFile) as broken:
        read(good.replace(old, new).encode(), SHOWN, PATH)
    assert message in broken.value.message
    assert f"{SHOWN}:" in broken.value.message
    assert place in broken.value.message
    assert broken.value.exit_code == 1


def test_all_that_is_wrong_is_told_at_once() -> None:
    bad = text().replace("op: add", "op: ad").replace("digest: e", "digest: z")
    with pytest.raises(BrokenFile) as broken:
        read(bad.encode(), SHOWN, PATH)
    assert broken.value.message.count("\n") == 5


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"- x", b"x", b"\xff", b"\x00" * 9, b"{" * 10_000, b"format: &a x\nsite: *a\n", b"a: b\na: c\n",
     b"proposals: {a00000000000: 5}", b"proposals: []", "format: \u202ex".encode(), b"format: {x: [y: {}]}"],
)  # fmt: skip
def test_whatever_stands_there_ends_in_a_message(data: bytes) -> None:
    for reading in (lambda: read(data, SHOWN, PATH), lambda: verdicts.read(data, "changes/verdicts.yaml")):
        with pytest.raises(BrokenFile) as broken:
            reading()
        assert "cannot be used" in broken.value.message


def test_what_refers_to_what_is_gone_does_so_no_more() -> None:
    found = changes(runs().last.proposals)
    zone = next(each for each in found.proposals if each.address.kind == "zone")
    fan = next(each for each in found.without(refused=[zone.id]).proposals if each.op == "add")
    assert (fan.needs, "zone" in fan.after) == ((), False)
    fan = next(each for each in found.without([zone.id]).proposals if each.op == "add")
    assert (fan.needs, fan.after["zone"]) == ((), "o/home/0x1f")
    assert found.without(each.id for each in found.proposals).proposals == ()


def test_a_large_one_is_read_back() -> None:
    (one,) = Runs(FILES).see(thing("5", "Fan")).last.proposals
    many = changes(
        tuple(
            replace(one, id=f"a{number:011x}", address=Address("device", f"o/home/fan-{number}"))
            for number in range(12_000)
        )
    )
    data = written(many).encode()
    assert len(data) > 3 * 1024 * 1024
    assert read(data, SHOWN, PATH) == many


VERDICTS: dict[str, Any] = {
    "a00000000001": Verdict(
        "reject", "e00000000001", "device:o/home/lamp", "it is: the neighbours'", "ann@example.com"
    ),
    "u00000000002": Verdict("defer", "e00000000002", "device:o/home/fan", until=date(2026, 7, 1)),
}


def amended(new: dict[str, Verdict], data: bytes | None = None) -> bytes:
    return verdicts.amended(data, "changes/verdicts.yaml", new)


def test_verdicts_are_read_back() -> None:
    assert verdicts.read(amended(VERDICTS), "changes/verdicts.yaml") == VERDICTS


def test_a_verdict_changes_nothing_else_in_the_file() -> None:
    mine = amended(VERDICTS).replace(b"  u0000", b"  # ask again in July\n  u0000").replace(b"\n", b"\r\n")
    more = amended({"m00000000003": Verdict("reject", "e00000000003", "device:o/home/nas")}, mine)
    assert more.startswith(mine)
    assert amended({}, more) == more
    again = amended({"u00000000002": replace(VERDICTS["u00000000002"], until=date(2026, 8, 1))}, mine)
    assert again == mine.replace(b"2026-07-01", b"2026-08-01")


def damaged(seed: int, good: str) -> str:
    """A change file after somebody's hand slipped, or meant harm."""
    chance = Random(seed)
    lines = good.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        what = chance.randrange(5)
        if what == 0:
            del lines[at]
        elif what == 1:
            lines.insert(at, chance.choice(lines))
        elif what == 2:
            name, colon, _ = lines[at].partition(":")
            lines[at] = f"{name}{colon} {chance.choice(HARM)}\n"
        elif what == 3:
            lines[at] = lines[at].replace("device", chance.choice(["zone", "network", "connection", "x"]))
        else:
            name = chance.choice(
                ["interfaces.eth0.mac", "metadata.a.b", "tags", "waive", "refs", "capabilities", "name."]
            )
            lines[at] = f"      {name}: {chance.choice(HARM)}\n"
    return "".join(lines)


HARM = [
    "{}", "[]", "null", "x: y", "'", "[{a: b}]", "{a: {b: [c]}}", "../../x.yaml", "o/home/x/../../../y.yaml", "o/home",
    "a0000000000", "\x1b", "é", "0x1F", "{mac: 1, zone: o/home/hall}", "o/home/.git/x.yaml", "~", "&a *a", '"\u202e"',
    "o/home/x.yaml",
]  # fmt: skip


@given(st.integers(0, 2**32))
def test_whatever_a_change_file_says_it_is_read_and_accepted_or_refused_in_words(seed: int) -> None:
    inventory, _ = read_and_checked(FILES)
    draft = Draft(inventory, {path: text.encode() for path, text in FILES.items()}, "inventory")
    with suppress(BrokenFile, Refused, Uneditable, UsageError):
        accept(draft, read(damaged(seed, GOOD).encode(), SHOWN, PATH).proposals)
        edits = draft.edits()
        read_and_checked({**FILES, **{edit.path: edit.after or b"" for edit in edits}})
        for edit in edits:
            assert edit.path.startswith("o/home/")
            require_path(edit.path)


GOOD = text()
