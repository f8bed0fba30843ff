"""Laws of edits, on inventories of every kind, written in every style."""

import json
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support_edits import Pair, edits, entities
from support_inventory import between, changes, read_and_checked, understood
from support_strategies import SEEDS, Tree, trees
from support_writing import Writer

from invgit.edit.draft import Draft
from invgit.errors import Uneditable
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.read import RawFile, parse_files


def files_of(documents: Tree, seed: int) -> dict[str, bytes]:
    """The same documents as people might have written them, lines ended as editors do."""
    writer = Writer(Random(seed))
    written = {path: writer.document(document) for path, document in documents.items()}
    if seed % 8 == 0:
        written = {
            path: json.dumps(document, indent=seed % 3, ensure_ascii=False).encode()
            for path, document in documents.items()
        }
    return {path: data if b"\r\n" in data else data.replace(b"\r", b"\n") for path, data in written.items()}


def after(draft: Draft, files: dict[str, bytes]) -> dict[str, bytes]:
    known = dict(files)
    for edit in draft.edits():
        assert known.pop(edit.path, None) == edit.before
        if edit.after is not None:
            known[edit.path] = edit.after
    return known


def declared(files: dict[str, bytes]) -> dict[Address, dict]:
    raw = [RawFile(path, f"inventory/{path}", data) for path, data in sorted(files.items())]
    return {address: found.declared for address, found in parse_files(raw).entities.items()}


def draft_of(files: dict[str, bytes]) -> tuple[Draft, Inventory]:
    inventory = understood(files)
    return Draft(inventory, files, "inventory"), inventory


@settings(max_examples=150)
@given(st.builds(edits, trees(), st.lists(SEEDS, min_size=1, max_size=3)), SEEDS)
def test_whatever_is_to_be_different_is_and_nothing_else(pair: Pair, seed: int) -> None:
    """Every entity of one inventory becomes that of the other: added, amended or removed."""
    files = files_of(pair.before, seed)
    wanted = declared({path: json.dumps(document).encode() for path, document in pair.after.items()})
    draft, inventory = draft_of(files)
    stands = {found.path + found.spec.name: found.file for found in entities(pair.after)}
    before = declared(files)
    for address in before:
        if address not in wanted:
            draft.remove(address)
    for address, values in wanted.items():
        if address not in before:
            draft.add(address, values, stands[address.path + address.kind])
        elif before[address] != values:
            draft.amend(address, values)
    made = after(draft, files)
    assert declared(made) == wanted
    untouched = [path for path in files if all(
        before.get(address) == wanted.get(address)
        for address in {*before, *wanted} if stands_in(path, address, inventory, stands)
    )]  # fmt: skip
    assert all(made.get(path) == files[path] for path in untouched)


def stands_in(path: str, address: Address, inventory: Inventory, stands: dict[str, str]) -> bool:
    entity = inventory.at(address)
    there = entity.origin.source.file if entity and entity.origin else ""
    return path in {there.removeprefix("inventory/"), stands.get(address.path + address.kind)}


@settings(max_examples=150)
@given(trees(), SEEDS, st.data())
def test_a_rename_is_a_rename_and_nothing_more(documents: Tree, seed: int, data: st.DataObject) -> None:
    files = files_of(documents, seed)
    draft, inventory = draft_of(files)
    assume(len(inventory))
    found = data.draw(st.sampled_from([entity.address for entity in inventory]), label="renamed")
    assume(not inventory.at(found).values.renamed_from)
    new = draft.rename(found, "renamed-one")
    made = after(draft, files)
    errors = read_and_checked(made)[1]
    assume(not errors or {each.code for each in errors} != {"renamed-from-taken"})
    assert not errors, errors
    told = changes(between(inventory, understood(made)))
    if new.kind == "device-type":  # its name is the type of its devices
        assert all(each.startswith("update device:") and each.endswith(" type") for each in told)
    elif specs()[new.kind].table is None:
        assert told == []
    else:  # a VLAN has the first of its networks
        assert [each for each in told if not each.endswith(" network")] == [f"rename {new}"]


@settings(max_examples=100)
@given(trees(), SEEDS, st.data())
def test_where_an_entity_stands_in_its_site_does_not_matter(documents: Tree, seed: int, data: st.DataObject) -> None:
    files = files_of(documents, seed)
    draft, inventory = draft_of(files)
    movable = [entity.address for entity in inventory if entity.address.kind not in {"site", "organization"}]
    assume(movable)
    address = data.draw(st.sampled_from(movable), label="moved")
    folder = address.path.rpartition("/")[0]
    assert draft.move(address, folder, f"{folder or 'catalog'}/elsewhere.yaml") == address
    try:
        made = after(draft, files)
    except Uneditable as refused:
        assume("comment" not in refused.message)
        raise
    assert not read_and_checked(made)[1]
    assert changes(between(inventory, understood(made))) == []
