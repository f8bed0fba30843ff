"""The canonical form: what is put in order, what stays, and that it never says anything else."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from support_damage import damaged
from support_inventory import read_and_checked, understood
from support_strategies import SEEDS, Tree, trees
from support_writing import shuffled, written
from support_yaml import FILES, inputs

from invgit.edit.form import formed
from invgit.text.decode import decode
from invgit.text.nodes import comments, tree
from invgit.text.tree import parse

ROOT = Path(__file__).parent.parent.parent
DEVICE = "devices:\n  nas:\n    name: NAS\n    type: nas\n"


def form(text: str) -> str:
    """The canonical form, which has itself for its form."""
    made = formed(text)
    assert not made.kept, made.kept
    assert formed(made.text).text == made.text
    return made.text


@pytest.mark.parametrize(
    ("field", "made"),
    [
        ("mac: A0-1E-0B-00-00-01", "mac: a0:1e:0b:00:00:01"),
        ("mac: 001e.0b00.0001", "mac: 00:1e:0b:00:00:01"),
        ("mac: 10:20:30:40:50:11", 'mac: "10:20:30:40:50:11"'),
        ("ip6: FD00:0:0::1", "ip6: fd00::1"),
        ("protect: yes", "protect: true"),
        ("protect: 'off'", "protect: false"),
        ("purchase_currency: usd", "purchase_currency: usd"),
        ("purchase_price: 10.50", "purchase_price: 10.50"),
        ('purchase_price: "10.50"', "purchase_price: 10.50"),
        ("zwave_node_id: '7'", "zwave_node_id: 7"),
        ("serial: 0042", 'serial: "0042"'),
        ("serial: 'A1'", "serial: A1"),
        ("hostname: NAS", "hostname: nas"),
        ("network:", "network: null"),
        ("network:   # none", "network: null   # none"),
        ("network: null", "network: null"),
        ("description: 'a: b'", 'description: "a: b"'),
        ("description: \"it's\"", "description: it's"),
        ("description: 'say \"hi\": now'", "description: 'say \"hi\": now'"),
        ("refs: {homeseer: 3398}", 'refs: {homeseer: "3398"}'),
        ("refs: {'homeseer': \"a\"}", "refs: {homeseer: a}"),
        ("metadata: {port: 80, old: '80', on: 'no', deep: {zip: 01234}}",
         'metadata: {port: 80, old: "80", "on": "no", deep: {zip: "01234"}}'),
        ("metadata: {b: 1, a: 2}", "metadata: {b: 1, a: 2}"),
        ("metadata:\n      nothing:\n      list: ['x', null]", "metadata:\n      nothing:\n      list: [x, null]"),
        ("metadata: {\"a\":b, 'c' :\"d\"}", "metadata: {a: b, c : d}"),
        ("tags: [b, 'a']", "tags: [b, a]"),
        ("tags:\n      - 'b'\n      - a", "tags:\n      - b\n      - a"),
        ("interfaces: {eth1: {ip: 10.0.0.1, mac: A01E0B000002}}",
         "interfaces: {eth1: {mac: a0:1e:0b:00:00:02, ip: 10.0.0.1}}"),
        ("links: {Manual: 'https://example.com'}", "links: {Manual: https://example.com}"),
        ("attributes: {finish: 'white', size: {group: a, value: 1}}",
         'attributes: {finish: white, size: {value: "1", group: a}}'),
        ("waive: {warranty-ends: 'soon replaced'}", "waive: {warranty-ends: soon replaced}"),
        ("description: |\n      two  \n\n      lines", "description: |\n      two  \n\n      lines"),
        ("description: >-\n      # no comment\n      text", "description: >-\n      # no comment\n      text"),
        ("description: \"two\n      lines\"", "description: \"two\n      lines\""),
        ("mac: wrong", "mac: wrong"),
        ("hostnmae: 'x'", "hostnmae: x"),
        ("storage_location: 'A'   # left", "storage_location: A     # left"),
    ],
)  # fmt: skip
def test_values_are_written_in_one_way(field: str, made: str) -> None:
    assert form(f"{DEVICE}    {field}\n") == f"{DEVICE}    {made}\n"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", ""),
        ("# only this", "# only this\n"),
        ("devices: \n  nas: \t\n    name: a  \n\n\n", "devices:\n  nas:\n    name: a\n"),
        ("devices:\r\n  nas: {type: b, name: a}  \r\n", "devices:\r\n  nas: {name: a, type: b}\r\n"),
        ("devices: {nas: {type: b, name: a}}", "devices: {nas: {name: a, type: b}}\n"),
        ("---\ndevices:\n  x:\n    # of the type\n    type: a   # here\n    name: b\n",
         "---\ndevices:\n  x:\n    name: b\n    # of the type\n    type: a   # here\n"),
        ("# the file's\n# own\n\n# of these\ndevices:\n  b:\n  a:\n\n# of all\ndefaults:\n  devices: {zone: x}\n",
         "# the file's\n# own\n\n# of all\ndefaults:\n  devices: {zone: x}\n\n# of these\ndevices:\n  b:\n  a:\n"),
        ("# the file's\ndevices:\n  b:\nzones:\n  a:\n", "# the file's\nzones:\n  a:\ndevices:\n  b:\n"),
        ("devices:\n  x:\n    type: a\n    description: |\n      text\n\n    name: b\n",
         "devices:\n  x:\n    name: b\n    type: a\n\n    description: |\n      text\n"),
        ("devices:\n  x:\n    type: a\n        # deeper is of the type\n    name: b\n",
         "devices:\n  x:\n    name: b\n    type: a\n        # deeper is of the type\n"),
        ("devices:\n  x: {type: a, name: b,}\n", "devices:\n  x: {name: b, type: a,}\n"),
        ("devices:\n  x:\n    type: |-\n      a", "devices:\n  x:\n    type: |-\n      a\n"),
        ("a: >1\n   b\n c\norganization: {name: Home}\n", "organization: {name: Home}\na: >1\n   b\n c\n"),
        ("devices:\n  x:\n    description: |\n      a", "devices:\n  x:\n    description: |\n      a"),
        ("site:\n  type: home\n  name: House\n  country: CA  # here\n",
         "site:\n  name: House\n  type: home\n  country: CAN # here\n"),
    ],
)  # fmt: skip
def test_keys_stand_in_one_order_and_lines_end_cleanly(text: str, made: str) -> None:
    assert form(text) == made


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("devices:\n  x:\n    type: a\n\n    # whose?\n\n    name: b\n", "a comment stands apart among its entries"),
        ("devices:\n  x:\n    type: a\n  # whose?\n    name: b\n", "a comment stands apart among its entries"),
        ("devices:\n  x:\n    type: a\n    name: b\n    # whose?\n", "a comment stands directly below its last entry"),
        (
            "devices:\n  x:\n    description: |+\n      a\n\n    name: b\n",
            "the blank lines after a text are part of it",
        ),
        ("devices:\n  x: {type: a,  # whose?\n      name: b}\n", "a comment stands among its entries"),
        ("devices:\r  x:\r", "a line ends with a carriage return alone"),
    ],
)
def test_what_is_not_certain_stays_as_it_is_and_says_why(text: str, reason: str) -> None:
    made = formed(text)
    assert (made.text, [each.reason for each in made.kept]) == (text, [reason])


def test_what_is_certain_beside_it_is_done_all_the_same() -> None:
    made = formed("zones:\n  z: {type: a, name: 'b'}\ndevices:\n  x:\n    type: a\n    name: b\n    # whose?\n")
    assert made.text == "zones:\n  z: {name: b, type: a}\ndevices:\n  x:\n    type: a\n    name: b\n    # whose?\n"
    assert [made.text[each.at :].split("\n")[0] for each in made.kept] == ["type: a"]


@given(trees(), SEEDS)
def test_a_form_is_its_own_form_says_the_same_and_loses_no_comment(documents: Tree, seed: int) -> None:
    chance = Random(seed)
    files = written(chance, shuffled(chance, documents))
    made = {}
    for path, data in files.items():
        text = data.decode("utf-8-sig")
        made[path] = lawful(text).encode()
    assert understood(made).digests == understood(files).digests


def lawful(text: str) -> str:
    """The form of a text: its own form, without another comment, or with a reason."""
    found = formed(text)
    assert not any(each.reason.startswith("in canonical form") for each in found.kept), (text, found.kept)
    assert formed(found.text).text == found.text
    before, after = (sorted(comments(each, tree(each).scalars)) for each in (text, found.text))
    assert before == after
    return found.text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_production_of_yaml_that_is_read_has_a_form(path: Path) -> None:
    for each in inputs(path):
        text, problem = decode(each.data)
        if not problem and not parse(text).problems:
            lawful(text)


@given(SEEDS)
def test_what_is_wrong_stays_as_wrong_as_it_was(seed: int) -> None:
    files = damaged(seed)
    made = dict(files)
    for path, data in files.items():
        text, problem = decode(data)
        if not problem and not parse(text).problems:
            made[path] = lawful(text).encode()
    before, after = (sorted(each.code for each in read_and_checked(one)[1]) for one in (files, made))
    assert before == after


def test_the_example_is_in_canonical_form() -> None:
    for path in sorted((ROOT / "inventory").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert formed(text) == (text, ()), path
