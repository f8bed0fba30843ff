"""Entities are edited where they stand; what names them follows; what is not edited stays as it is."""

from collections.abc import Mapping

import pytest
from support_inventory import read_and_checked

from invgit.edit.draft import Draft
from invgit.errors import Uneditable, UsageError
from invgit.model.entity import Address
from invgit.text.document import Quoted

FILES = {
    "catalog/types.yaml": "device_types:\n  cam:\n    name: Camera\n    manufacturer: Acme\n",
    "o/organization.yaml": "organization: {name: O}\nnetworks:\n  vpn: {name: VPN, cidr: 10.9.0.0/24}\n",
    "o/home/site.yaml": (
        "site: {name: Home}\n\nzones:\n  hall: {name: Hall}\n  closet:\n    name: Closet\n    parent: hall\n"
        "networks:\n  lan: {name: LAN, cidr: 10.0.0.0/24}\n"
    ),
    "o/home/devices.yaml": (
        "# $schema: x\ndefaults:\n  devices:\n    zone: hall   # nearly all\n    refs: {homeseer: '1'}\n\ndevices:\n"
        "  # by the door\n  front:\n    name: Front\n    type: cam     # ours\n    network: lan\n    ip: 10.0.0.5\n\n"
        "  back: {name: Back, type: cam, network: vpn, zone: closet, refs: {homeseer: '2'},"
        " interfaces: {eth1: {network: lan}}}\n"
    ),
    "o/home/links.yaml": "connections:\n  a:\n    from: front\n    to: back # short\n",
    "o/cabin/site.yaml": "site: {name: Cabin}\nnetworks:\n  cabin-lan: {name: LAN, cidr: 10.1.0.0/24}\n",
    "o/cabin/things.yaml": (
        "defaults: {devices: {usage_status: stored}}\ndevices:\n  bell: {name: Bell, type: bell}\n"
        "connections: {b: {from: bell, to: home/front}}\n"
    ),
}


def draft(files: Mapping[str, str] = FILES) -> Draft:
    inventory, _ = read_and_checked(files)
    return Draft(inventory, {path: text.encode() for path, text in files.items()}, "inventory")


def after(made: Draft, files: Mapping[str, str] = FILES) -> dict[str, str]:
    """All files as they are after the edits."""
    known = dict(files)
    for edit in made.edits():
        assert known.get(edit.path, "").encode() == (edit.before or b"")
        known.pop(edit.path, None)
        if edit.after is not None:
            known[edit.path] = edit.after.decode()
    return known


def changed(made: Draft) -> dict[str, str]:
    return {path: text for path, text in after(made).items() if FILES.get(path) != text}


def at(text: str) -> Address:
    return Address.parse(text)


def test_a_draft_without_edits_changes_nothing() -> None:
    assert draft().edits() == []


def test_references_follow_a_rename_wherever_they_stand() -> None:
    made = draft()
    assert made.rename(at("network:o/home/lan"), "main-lan") == at("network:o/home/main-lan")
    files = after(made)
    assert "    network: main-lan\n" in files["o/home/devices.yaml"]
    assert "{eth1: {network: main-lan}}" in files["o/home/devices.yaml"]
    assert "  main-lan: {name: LAN, cidr: 10.0.0.0/24, renamed_from: lan}\n" in files["o/home/site.yaml"]
    assert read_and_checked(files)[1] == []


def test_defaults_and_parents_follow_a_rename() -> None:
    made = draft()
    made.rename(at("zone:o/home/hall"), "entry")
    files = after(made)
    assert "    zone: entry   # nearly all\n" in files["o/home/devices.yaml"]
    assert "    parent: entry\n" in files["o/home/site.yaml"]


def test_other_sites_follow_a_rename_and_other_things_of_the_same_name_do_not() -> None:
    made = draft()
    made.rename(at("device:o/home/front"), "door")
    assert "{b: {from: bell, to: home/door}}" in after(made)["o/cabin/things.yaml"]
    made = draft()
    made.rename(at("network:o/cabin/cabin-lan"), "lake-lan")
    assert changed(made).keys() == {"o/cabin/site.yaml"}


def test_devices_follow_their_type() -> None:
    made = draft()
    made.rename(at("device-type:cam"), "camera")
    assert "    type: camera     # ours\n" in after(made)["o/home/devices.yaml"]


def test_rules_follow_the_type_that_they_give() -> None:
    files = {**FILES, "catalog/rules.yaml": "homeseer:\n  cams: {when: {api: 8}, type: cam}  # theirs\n"}
    made = draft(files)
    made.rename(at("device-type:cam"), "camera")
    assert after(made, files)["catalog/rules.yaml"] == "homeseer:\n  cams: {when: {api: 8}, type: camera}  # theirs\n"


def test_a_site_takes_its_folder_along() -> None:
    made = draft()
    made.rename(at("site:o/home"), "house")
    files = after(made)
    assert not any(path.startswith("o/home/") for path in files)
    assert files["o/house/devices.yaml"] == FILES["o/home/devices.yaml"]
    assert files["o/house/site.yaml"].startswith("site: {name: Home, renamed_from: home}\n")
    assert "{b: {from: bell, to: house/front}}" in files["o/cabin/things.yaml"]
    assert read_and_checked(files)[1] == []


def test_an_organization_takes_its_folder_along() -> None:
    made = draft()
    made.rename(at("organization:o"), "family")
    files = after(made)
    assert {path.split("/")[0] for path in files} == {"catalog", "family"}
    assert read_and_checked(files)[1] == []


def test_what_moves_says_itself_what_the_old_defaults_said_and_keeps_the_new_ones_away() -> None:
    made = draft()
    new = made.move(at("device:o/home/front"), "o/cabin")
    assert new == at("device:o/cabin/front")
    values = made.declared(new)
    assert values["zone"] == "home/hall"
    assert values["refs"] == {"homeseer": "1"}
    assert values["usage_status"] == "active"
    assert values["renamed_from"] == "home/front"
    files = after(made)
    assert "to: front}" in files["o/cabin/things.yaml"]
    assert "from: cabin/front" in files["o/home/links.yaml"]
    assert "by the door" not in files["o/home/devices.yaml"]


def test_lines_and_comments_move_along_to_another_file() -> None:
    made = draft()
    made.move(at("device:o/home/front"), "o/home", "o/home/outside/cameras.yaml")
    text = after(made)["o/home/outside/cameras.yaml"]
    assert "  # by the door\n  front:\n    name: Front\n    type: cam     # ours\n" in text
    assert "zone: hall" in text
    assert "renamed_from" not in text


def test_new_entities_stand_where_others_of_their_kind_do() -> None:
    made = draft()
    made.add(at("device:o/home/side"), {"serial": Quoted("12"), "type": "cam", "name": "Side"})
    assert after(made)["o/home/devices.yaml"].endswith('  side: {name: Side, type: cam, serial: "12"}\n')
    made = draft()
    made.add(at("reservation:o/home/old"), {"network": "lan", "ip": "10.0.0.9"})
    assert after(made)["o/home/reservations.yaml"] == "reservations:\n  old:\n    network: lan\n    ip: 10.0.0.9\n"


def test_a_new_file_begins_with_the_hint_for_editors_that_its_neighbours_have() -> None:
    hint = "# yaml-language-server: $schema=../../x.json\n"
    files = {**FILES, "o/home/site.yaml": hint + FILES["o/home/site.yaml"]}
    made = draft(files)
    made.add(at("vlan:o/home/iot"), {"name": "IoT", "vlan_id": "20"})
    assert after(made, files)["o/home/vlans.yaml"].startswith(f"{hint}vlans:\n  iot:\n")


def test_a_file_that_would_say_nothing_does_not_come() -> None:
    hint = "# yaml-language-server: $schema=../../x.json\n"
    made = draft({**FILES, "o/home/site.yaml": hint + FILES["o/home/site.yaml"]})
    made.add(at("vlan:o/home/iot"), {"name": "IoT", "vlan_id": "20"})
    made.remove(at("vlan:o/home/iot"))
    assert made.edits() == []


@pytest.mark.parametrize(
    "empty", ["", "# only this\n", "{}\n", "{}", "# c\n{ } # d\n", "---\n", "devices: {}\n", "devices:\n"]
)
def test_what_says_nothing_can_say_something(empty: str) -> None:
    files = {**FILES, "o/home/more.yaml": empty}
    made = draft(files)
    made.add(at("device:o/home/new"), {"name": "N", "type": "t"}, "o/home/more.yaml")
    text = after(made, files)["o/home/more.yaml"]
    assert text.removesuffix("\n").endswith('devices:\n  new:\n    name: "N"\n    type: t')
    assert not read_and_checked({**files, "o/home/more.yaml": text})[1]


def test_a_file_of_which_nothing_is_left_goes() -> None:
    made = draft()
    made.remove(at("connection:o/home/a"))
    assert "o/home/links.yaml" not in after(made)


def test_edits_of_one_draft_see_each_other() -> None:
    made = draft()
    new = made.rename(at("device:o/home/front"), "front-old")
    made.amend(new, {**made.declared(new), "usage_status": "retired"})
    made.add(at("device:o/home/front"), {"name": "Front", "type": "cam", "renamed_from": None})
    assert not made.exists(at("device:o/home/nothing"))
    text = after(made)["o/home/devices.yaml"]
    assert text.index("front-old:") < text.index("back:") < text.index("  front: {")
    made.remove(at("device:o/home/front"))
    made.rename(new, "front")
    assert "front-old" not in after(made)["o/home/devices.yaml"].replace("renamed_from: front-old", "")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda made: made.add(at("device:o/home/front"), {}), "device:o/home/front is there already"),
        (lambda made: made.rename(at("device:o/home/front"), "back"), "device:o/home/back is there already"),
        (lambda made: made.remove(at("device:o/home/nothing")), "there is no device:o/home/nothing"),
        (lambda made: made.move(at("site:o/home"), "p"), "site:o/home cannot be moved"),
    ],
)
def test_what_makes_no_sense_is_refused(edit, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        edit(draft())


@pytest.mark.parametrize("file", ["o/cabin/x.yaml", "catalog/x.yaml", "o/home/x.txt", "o/home/../x.yaml", "x.yaml"])
def test_an_entity_stands_in_its_own_folder_only(file: str) -> None:
    with pytest.raises(Uneditable, match="no file of"):
        draft().add(at("device:o/home/side"), {"name": "S", "type": "t"}, file)


def test_a_broken_file_is_not_edited_and_the_others_are() -> None:
    files = {**FILES, "o/home/more.yaml": "devices:\n  x: {name: X\n"}
    made = draft(files)
    made.amend(at("device:o/home/front"), {"name": "F", "type": "cam"})
    assert "name: F\n" in after(made, files)["o/home/devices.yaml"]
    with pytest.raises(Uneditable, match=r"inventory/o/home/more\.yaml:2:"):
        made.add(at("device:o/home/y"), {"name": "Y", "type": "t"}, "o/home/more.yaml")


def test_marks_line_ends_and_a_missing_last_line_break_stay() -> None:
    text = "\ufeff" + FILES["o/home/devices.yaml"].replace("\n", "\r\n").removesuffix("\r\n")
    files = {**FILES, "o/home/devices.yaml": text}
    made = draft(files)
    made.amend(at("device:o/home/front"), {**made.declared(at("device:o/home/front")), "serial": "X1"})
    made.add(at("device:o/home/side"), {"name": "Side", "type": "cam"})
    text_after = after(made, files)["o/home/devices.yaml"]
    assert text_after.startswith("\ufeff# $schema: x\r\n")
    assert text_after.count("\n") == text_after.count("\r\n")
    assert text_after.endswith("  side: {name: Side, type: cam}")
