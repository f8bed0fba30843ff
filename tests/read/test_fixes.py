"""Corrections that no person has to choose: which there are, and that each mends what it says and breaks nothing."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_cases import CASES, FILE, OWNERS, codes, compile_files, found
from support_strategies import inventories

from invgit.diagnostics import Diagnostic, has_errors
from invgit.pipeline import Compiled

SITE = "home/house/site.yaml"
Files = dict[str, str | bytes]


def text_of(data: str | bytes) -> str:
    return data.decode("utf-8-sig") if isinstance(data, bytes) else data


def fixed(files: Files, one: Diagnostic) -> Files:
    """The files after one correction; a byte order mark is no character of the text."""
    assert one.fix
    path = one.fix.place.file.removeprefix("inventory/")
    text = text_of(files[path])
    return {**files, path: text[: one.fix.span.start] + one.fix.text + text[one.fix.span.end :]}


def all_fixed(files: Files) -> tuple[Files, Compiled]:
    """Corrections until there are none left, one at a time."""
    for _ in range(20):
        compiled = compile_files(files)
        one = next((each for each in compiled.diagnostics if each.fix), None)
        if one is None:
            return files, compiled
        files = fixed(files, one)
    raise AssertionError("a correction does not mend what it was made for")


DEVICE = "devices:\n  nas:\n    name: NAS\n    type: nas\n"

MENDED = [
    ("protect: True", "protect: true"), ("protect: ture", "protect: true"),
    ("protect: 'YES'", "protect: 'yes'"), ('protect: "OFF"', 'protect: "off"'),
    ("mac: a0 1e 0b 00 00 01", "mac: a0:1e:0b:00:00:01"),
    ("mac: a0:1e:b:0:0:1", "mac: a0:1e:0b:00:00:01"),
    ("mac: A0_1E_0B_00_00_01", "mac: a0:1e:0b:00:00:01"), ("mac: a01e:0b00:0001", "mac: a0:1e:0b:00:00:01"),
    ("purchase_date: 2024/3/1", "purchase_date: 2024-03-01"),
    ("purchase_date: 2024.03.01", "purchase_date: 2024-03-01"),
    ("purchase_price: 1\n    purchase_currency: eur", "purchase_price: 1\n    purchase_currency: EUR"),
    ("usage_status: Retired", "usage_status: retired"), ("usage_status: retried", "usage_status: retired"),
    ("tags: [Rack_1, fine]", "tags: [rack-1, fine]"), ("tags: rack", "tags: [rack]"),
    ('tags: "rack"', 'tags: ["rack"]'),
    ("hostnmae: a", "hostname: a"), ("Hostname: a", "hostname: a"),
    ("mac_address: a01e0b000001", "mac: a01e0b000001"),
    ("serialnumber: a", "serial: a"), ('"serail": a', '"serial": a'), ("host-name: a", "hostname: a"),
    ("description: ~", "description: null"), ("model: ' X1 '", "model: 'X1'"), ("zone: Front_Hall", "zone: front-hall"),
    ("waive: {duplicate-nam: x}", None), ("metadata: {a: ~}", "metadata: {a: null}"),
    ('description: "a\\u200bb"', 'description: "ab"'), ("description: a\u200bb", "description: ab"),
    ("interfaces: {eth1: {Mac: a01e0b000002}}", "interfaces: {eth1: {mac: a01e0b000002}}"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), MENDED, ids=lambda text: ascii(text)[:40])
def test_a_mechanical_fault_carries_its_correction(wrong: str, right: str | None) -> None:
    site = "site: {name: House}\nzones: {front-hall: {name: Hall}}\n"
    files = {**OWNERS, SITE: site, FILE: f"{DEVICE}    {wrong}\n"}
    before = compile_files(files)
    assert before.diagnostics
    after, compiled = all_fixed(files)
    if right is None:
        assert after == files
    else:
        assert (after[FILE], found(compiled)) == (f"{DEVICE}    {right}\n", [])


PAIR = """devices:
  a: {{name: A, type: a, mac: a01e0b000001, waive: {{{}: one board}}}}
  b: {{name: B, type: b, mac: a01e0b000001}}
"""
WHOLE = [
    ("device:\n  nas: {name: NAS, type: nas}\n", "devices:\n  nas: {name: NAS, type: nas}\n"),
    ("devices:\n  My_NAS: {name: NAS, type: nas}\n", "devices:\n  my-nas: {name: NAS, type: nas}\n"),
    ('devices:\r\n  "My NAS": {name: NAS, type: nas}\r\n', 'devices:\r\n  "my-nas": {name: NAS, type: nas}\r\n'),
    ("Defaults:\n  devices: {type: nas}\ndevices: {a: {name: A}}\n", None),
    ("defaults:\n  device: {type: nas}\ndevices: {a: {name: A}}\n",
     "defaults:\n  devices: {type: nas}\ndevices: {a: {name: A}}\n"),
    ("networks: {lan: {name: LAN, cidr: 10.0.0.7/24}}\n", "networks: {lan: {name: LAN, cidr: 10.0.0.0/24}}\n"),
    ("networks: {lan: {name: LAN, cidr: 10.0.0.0/255.255.0.0}}\n", "networks: {lan: {name: LAN, cidr: 10.0.0.0/16}}\n"),
    (
        PAIR.format("duplicate-mak"),
        PAIR.format("duplicate-mac"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), WHOLE)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_keys_of_every_level_are_mended(wrong: str, right: str | None, mark: bytes) -> None:
    files: Files = {**OWNERS, FILE: mark + wrong.encode()}
    after, compiled = all_fixed(files)
    if right is None:
        assert after == files
    else:
        assert (after[FILE], found(compiled)) == (right, [])


@pytest.mark.parametrize("written", ["america/new york", "AMERICA/NEW_YORK"])
def test_a_time_zone_is_written_as_the_database_writes_it(written: str) -> None:
    after, compiled = all_fixed({**OWNERS, SITE: f"site: {{name: House, timezone: {written}}}\n"})
    assert (after[SITE], found(compiled)) == ("site: {name: House, timezone: America/New_York}\n", [])


LEFT = [
    "hostnmae: a\n    hostname: b", "mac2: a01e0b000001", "ip4: 10.0.0.1", "ipp: 10.0.0.1",
    "zone: halll", "ip: 010.0.0.1",
    "protect: y", "protect: 1", "mac: ff:ff:ff:ff:ff:fe", "mac: FF-FF-FF-FF-FF-FF",
    "mac: a01e0b00000", "mac: 0:0:0:0:0:0",
    "purchase_date: 01/03/2024", "purchase_date: 2024-2-30", "purchase_price: 1.234,50", "purchase_currency: euro",
    "usage_status: |\n      Retired", "tags: a b", "tags: a,b", "name: |\n      two\n      lines", "hostname: my_nas",
    "zone_id: hall", "colour: red", "protect: &a True", "description: \x1b",
    "waive: {duplicate-macc: a, duplicate-mac: b}",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT, ids=lambda text: ascii(text)[:40])
def test_what_a_person_has_to_choose_is_left_to_a_person(text: str) -> None:
    site = "site: {name: House}\nzones: {hall: {name: Hall}}\n"
    device = DEVICE.replace("    name: NAS\n", "") if text.startswith("name") else DEVICE
    compiled = compile_files({**OWNERS, SITE: site, FILE: f"{device}    {text}\n"})
    assert compiled.diagnostics
    assert not [each.fix for each in compiled.diagnostics if each.fix]


def test_a_name_that_is_taken_is_no_correction() -> None:
    entity = "{{{}: {{name: N, type: t}}}}"
    for others in (["front-door"], ["FRONT-DOOR"], ["front-door", "Front-Door"]):
        files = {f"home/house/{at}.yaml": f"devices: {entity.format(slug)}\n" for at, slug in enumerate(others)}
        compiled = compile_files({**OWNERS, **files, FILE: f"devices: {entity.format('Front_Door')}\n"})
        assert "bad-slug" in codes(compiled)
        assert not [each for each in compiled.diagnostics if each.fix]


def test_a_correction_never_shows_a_secret() -> None:
    compiled = compile_files({**OWNERS, FILE: f"{DEVICE}    metadata: {{wifi_password: ~, x: https://u:TRUE@h}}\n"})
    assert not [each.fix for each in compiled.diagnostics if each.fix and "TRUE" in each.fix.text]


@pytest.mark.parametrize(
    "case", sorted(path.parent for path in CASES.glob("*/*/inventory")), ids=lambda path: path.name
)
def test_every_correction_in_the_cases_mends_its_own_and_breaks_nothing_else(case) -> None:
    root = case / "inventory"
    files: Files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.y*ml")}
    before = compile_files(files).diagnostics
    said = {(each.code, each.message, each.addresses) for each in before}
    for one in [each for each in before if each.fix]:
        after = compile_files(fixed(files, one)).diagnostics
        alike = [
            [each for each in some if (each.code, each.message) == (one.code, one.message)] for some in (before, after)
        ]
        assert len(alike[1]) < len(alike[0])
        # what the corrected words say is looked at for the first time: they may be wrong in themselves
        new = [each for each in after if each.severity == "error" and each.place.line != one.place.line]
        assert not {(each.code, each.message, each.addresses) for each in new} - said, one


SLIPS = st.sampled_from(["swap", "drop", "double", "upper", "title", "underscore"])


def slipped(word: str, slip: str, chance: Random) -> str:
    at = chance.randrange(max(1, len(word) - 1))
    return {
        "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        "drop": word[:at] + word[at + 1 :],
        "double": word[: at + 1] + word[at:],
        "upper": word.upper(),
        "title": word.title(),
        "underscore": word.replace("-", "_"),
    }[slip]


def spots(value: Any) -> list[tuple[dict[str, Any] | list[Any], Any]]:
    """Everything in a document that can slip: keys, and texts."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    here = [(value, key) for key, _ in below]
    return here + [spot for _, item in below for spot in spots(item)]


@given(inventories(), st.integers(0, 2**32 - 1), SLIPS)
def test_a_correction_gives_back_what_was_meant(files: dict[str, str], seed: int, slip: str) -> None:
    """One slip anywhere in a right inventory: what is corrected says what it said before."""
    chance = Random(seed)
    original = compile_files(dict(files))
    path = chance.choice(sorted(files))
    document = json.loads(files[path])
    holder, key = chance.choice(spots(document) or [(document, None)])
    if isinstance(holder, dict) and isinstance(key, str) and chance.random() < 0.6:
        items = [(slipped(name, slip, chance) if name == key else name, item) for name, item in holder.items()]
        holder.clear()
        holder.update(items)
    elif key is not None and isinstance(holder[key], str):
        holder[key] = slipped(holder[key], slip, chance)
        if holder[key] != holder[key].strip():  # a blank that got to an end is deleted, and was meant elsewhere
            return
    wrong: Files = {**files, path: json.dumps(document, ensure_ascii=False)}
    if not has_errors(compile_files(wrong).diagnostics):
        return
    after, compiled = all_fixed(wrong)
    if after != wrong and not has_errors(compiled.diagnostics):
        assert compiled.inventory.digest == original.inventory.digest
