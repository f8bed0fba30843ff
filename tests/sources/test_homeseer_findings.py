"""Devices of a controller become findings by the rules of the catalog; what nobody has said is not guessed."""

from datetime import timedelta
from typing import Any

import pytest
from support_homeseer_looks import AT, BASE, BEFORE, record, seen
from support_inventory import understood

from invgit.model.findings import Finding
from invgit.sources.homeseer.answers import Record, Session
from invgit.sources.homeseer.collapse import collapse
from invgit.sources.homeseer.findings import look


def one(*records: Record, **more: Any) -> Finding:
    """The finding of the lowest ref."""
    return next(each for each in seen(*records, **more).findings if each.key == str(records[0].ref))


def what(found: Finding) -> tuple[Any, ...]:
    return found.said["type"], found.said.get("category")


def test_a_device_says_what_the_controller_knows_and_nothing_else() -> None:
    where = {"location": "Kitchen", "location2": "First floor", "interface": "Z-Wave"}
    root = record(7, name=" Back  Door ", relationship=2, associated=(8, 9), last_change=BEFORE, **where)
    lock = record(8, name="Lock", relationship=4, associated=(7,), type_string="Z-Wave Door Lock", status="Locked")
    battery = record(9, name="Battery", relationship=4, associated=(7,), status="90%", type_string="Z-Wave Battery")
    found = one(root, battery, lock)
    assert found == Finding(
        "7",
        "device",
        {
            "name": "Back Door", "type": "Door lock", "refs": {"homeseer": "7"}, "category": "security",
            "is_battery_powered": True, "zone": "o/house/kitchen",
        },
        {
            "ref": "7", "name": "Back Door", "type": "Z-Wave Door Lock", "room": "Kitchen", "floor": "First floor",
            "plug-in": "Z-Wave",
        },
        (),
        "online",
        BEFORE,
        {
            "status": "Locked", "hidden": False, "interface": "Z-Wave",
            "features": [
                {"ref": 8, "name": "Lock", "status": "Locked"}, {"ref": 9, "name": "Battery", "status": "90%"},
            ],
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type_string": "z-wave  DOOR lock root device"}, ("Door lock", "security")),
        ({"type_string": "Z-Wave Heating  Setpoint"}, ("Thermostat", "climate")),
        ({"numbers": (512, 4, 0)}, ("Lock", "security")),
        ({"numbers": (512, 0, 3)}, ("Outlet", "appliance")),
        ({"numbers": (512, 10, 0)}, ("Media player", "entertainment")),
        ({"numbers": (8, 99, 0), "type_string": "OMNI"}, ("OMNI", "security")),
        ({"numbers": (16, 99, 0), "type_string": "OMNI"}, ("OMNI", "climate")),
        ({"numbers": (32, 99, 0)}, ("unknown", "entertainment")),
        ({"numbers": (64, 99, 0)}, ("unknown", "entertainment")),
        ({"numbers": (256, 0, 0)}, ("unknown", "appliance")),
        ({"numbers": (4, 0, 37), "interface": "Z-Wave"}, ("Switch", "automation")),
        ({"numbers": (4, 0, 37), "interface": "Other"}, ("unknown", "other")),
        ({"numbers": (513, 0, 0)}, ("unknown", "other")),
        ({"numbers": (513, 0, 0), "type_string": "Dual-Band On/Off Module"}, ("Plug-in module", "automation")),
        ({"type_string": "JOJODEVICETYPE"}, ("JOJODEVICETYPE", "other")),
        ({"interface": "MyQ"}, ("unknown", "security")),
        ({}, ("unknown", "other")),
    ],
)
def test_the_rules_of_every_new_inventory_know_what_is_usual(said: dict[str, Any], expected: tuple[str, str]) -> None:
    assert what(one(record(5, **said))) == expected


@pytest.mark.parametrize("text", ["Timer", "Virtual Switch", "virtual device"])
def test_what_exists_in_homeseer_only_is_no_finding(text: str) -> None:
    found = seen(record(5, type_string=text, location="Nowhere else"), record(6, type_string="Timer of eggs"))
    assert [each.key for each in found.findings] == ["6"]


OWN = """\
  ref: {when: {refs: [5, 6]}, type: by ref}
  string: {when: {type_strings: [Z-Wave Door Lock], room: Hall}, type: by string, zone: kitchen}
  string-too: {when: {type_strings: [Z-Wave Door Lock], plugin: X}, category: network}
  numbers: {when: {api: 512, type: 4, subtype: 9}, type: by subtype, category: climate}
  elsewhere: {when: {refs: [5], site: o/cabin}, type: not here}
  wanted: {when: {refs: [8]}, ignore: false}
  unwanted: {when: {room: Hall, plugin: X}, ignore: true}
  of-type: {when: {refs: [7]}, type: lamp}
  of-nothing: {when: {plugin: Y}, category: security, type: thing}
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"ref": 5, "type_string": "Z-Wave Door Lock"}, ("by ref", "security")),
        ({"ref": 9, "type_string": "Z-Wave Door Lock"}, ("Door lock", "security")),
        ({"ref": 9, "type_string": "Z-Wave Door Lock", "location": " hall "}, ("by string", "security")),
        ({"ref": 9, "type_string": "Z-Wave Door Lock", "interface": "x"}, ("Door lock", "network")),
        ({"ref": 9, "numbers": (512, 4, 9)}, ("by subtype", "climate")),
        ({"ref": 9, "numbers": (512, 4, 9), "type_string": "Z-Wave Door Lock"}, ("Door lock", "security")),
        ({"ref": 7, "interface": "Y"}, ("lamp", None)),
        ({"ref": 9, "interface": "Y", "type_string": "lamp"}, ("thing", "security")),
        ({"ref": 9, "type_string": "lamp"}, ("lamp", None)),
        ({"ref": 8, "type_string": "Timer"}, ("Timer", "other")),
    ],
)
def test_each_field_comes_from_the_rule_that_counts_most(said: dict[str, Any], expected: tuple[str, str]) -> None:
    lamp = "device_types:\n  lamp: {name: Lamp, category: automation}\n"
    reverse = "".join(sorted(OWN.splitlines(keepends=True), reverse=True))
    for rules in (OWN, reverse):  # where a rule stands does not matter
        files = {**BASE, "catalog/own.yaml": f"homeseer:\n{rules}", "catalog/types.yaml": lamp}
        found = look(collapse([record(**said)]), Session(), understood(files), "o/house", AT, timedelta(days=7))
        assert what(found.findings[0]) == expected


def test_a_device_is_ignored_by_all_that_a_rule_asks_for() -> None:
    records = [record(5, location="Hall", interface="X"), record(6, location="Hall"), record(7, interface="X")]
    found = seen(*records, rules=OWN)
    assert {each.key for each in found.findings if each.kind == "device"} == {"6", "7"}
    assert found.ignored == {"5"}


@pytest.mark.parametrize(
    ("changed", "status", "rule", "expected"),
    [
        (timedelta(days=7), "On", "", "online"),
        (timedelta(days=7, seconds=1), "On", "", "unknown"),
        (None, "On", "", "unknown"),
        (timedelta(0), "not  RESPONDING", "[Gone, Not responding]", "offline"),
        (timedelta(0), "Not responding", "", "online"),
        (timedelta(hours=-1), "On", "", "online"),
        (timedelta(days=-2), "On", "", "unknown"),
    ],
)
def test_offline_is_only_what_a_rule_calls_so(changed: timedelta | None, status: str, rule: str, expected: str) -> None:
    rules = f"  off: {{when: {{plugin: X}}, offline: {rule}}}\n" if rule else ""
    change = None if changed is None else AT - changed
    found = one(record(5, status=status, interface="X", last_change=change), rules=rules)
    assert (found.status, found.seen is None or found.seen <= AT) == (expected, True)


def test_texts_that_no_file_can_hold_are_cleaned_and_counted() -> None:
    records = [
        record(5, name="x" * 300),
        record(6, name="\ud800\x1b[31m\u202ered", type_string="T" * 300, location="\x07"),
        record(7, name="\u200b", location="http://me:hunter2@host/", status="-----BEGIN PRIVATE KEY----- MII"),
        record(8, name="door http://me:hunter2@host/", status="s" * 300, interface="\ue000" * 101),
    ]
    found = seen(*records)
    names = [each.said["name"] for each in found.findings if each.kind == "device"]
    assert names == ["x" * 255, "[31mred", "HomeSeer 7", "door http://…@host/"]
    assert "hunter2" not in repr(found)
    assert "MII" not in repr(found)
    assert len(found.findings[3].details["status"]) == 200
    assert len(found.findings[1].said["type"]) == 100
    assert "A name is longer than 255 characters, and was cut: ref 5." in found.warnings


def test_what_is_odd_is_told_once_for_each_sort() -> None:
    said = {"name": "x" * 300, "location": "Node 9", "relationship": 4}
    told = seen(*(record(ref, type_string=f"T{ref % 50}", **said) for ref in range(1, 3000))).warnings
    assert len(told) < 30
    assert max(map(len, told)) < 300
    assert "A name is longer than 255 characters, and was cut: ref 1, 2, 3, 4, 5 and 2,994 more." in told
    assert "30 more types are known to no rule." in told
    types = [each for each in told if each.startswith("No rule knows")]
    assert types[0] == (
        "No rule knows 60 devices with the type text T1: category other; a rule to add under `homeseer:` in the"
        " catalog: my-rule: {when: {type_strings: [T1]}, type: …, category: …}"
    )


def test_the_rule_that_is_proposed_makes_the_type_known() -> None:
    hostile = record(5, type_string='a: "b", [c] # {d}')
    (told,) = seen(hostile).warnings
    condition = told.partition("{when: ")[2].partition(", type: …")[0]
    assert seen(hostile, rules=f"  mine: {{when: {condition}, type: known}}\n").warnings == ()
    (told,) = seen(record(5, interface="HS, Plus", numbers=(4, 999, 0))).warnings
    assert '{api: 4, type: 999, subtype: 0, plugin: "HS, Plus"}' in told


@pytest.mark.parametrize(
    ("nodes", "devices", "expected"),
    [
        (["Node 12"], "", {5: 12}),
        (["Node 4000", "Node 4001", "Node 0"], "", {5: 4000}),
        (["Node 12", "Node 12", "Node 13"], "", {7: 13}),
        (["Node 12"], "lamp: {name: Lamp, type: x, zwave_node_id: 12}", {}),
        (["Node 12"], "lamp: {name: Lamp, type: x, zwave_node_id: 12, refs: {homeseer: '5'}}", {5: 12}),
        (["Node 12"], "lamp: {name: Lamp, type: x, zwave_node_id: 12, refs: {homeseer: '6'}}", {}),
    ],
)
def test_a_node_number_that_somebody_else_has_is_left_out(
    nodes: list[str], devices: str, expected: dict[int, int]
) -> None:
    records = [record(5 + at, location="Z-Wave", location2=node) for at, node in enumerate(nodes)]
    found = seen(*records, site=f"devices:\n  {devices}\n" if devices else "")
    said = {int(each.key): each.said.get("zwave_node_id") for each in found.findings}
    assert {ref: node for ref, node in said.items() if node is not None} == expected
    assert any("node" in each for each in found.warnings) == (len(expected) < len(records))


def test_without_the_category_other_none_is_said() -> None:
    files = {"o/organization.yaml": "organization: {name: O}", "o/house/site.yaml": "site: {name: House}"}
    found = look(collapse([record(5)]), Session(), understood(files), "o/house", AT, timedelta(days=7))
    assert "category" not in found.findings[0].said
