"""Single fields by their paths: whatever a field can say, a word on the command line can say."""

from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from support_inventory import read_and_checked, understood
from support_strategies import Tree, as_json, trees
from support_writing import with_defaults

from invgit.edit.draft import Draft
from invgit.edit.entities import Wishes, update
from invgit.model.entity import AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.model.values import plain
from invgit.text.inert import json_line
from invgit.text.tree import parse
from invgit.text.written import document

Files = dict[str, str | bytes]


def files_of(chance: Random, tree: Tree) -> Files:
    """An inventory as files in lines, some of its values among the defaults of a file."""
    texts = as_json(with_defaults(chance, tree))
    return {path: document(parse(text).value or {}) for path, text in texts.items()}


def updated(files: Files, inventory: Inventory, wishes: dict[AnyEntity, Wishes]) -> Files:
    """The files after an update of some entities."""
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    draft = Draft(inventory, data, "inventory")
    for entity, wished in wishes.items():
        update(draft, [entity.address], wished)
    return {**files, **{edit.path: edit.after for edit in draft.edits() if edit.after is not None}}


def effective(inventory: Inventory) -> dict[str, dict[str, object]]:
    """What counts, of everything."""
    return {str(entity.address): plain(entity.values) for entity in inventory}


def said(entity: AnyEntity) -> list[str]:
    """The fields that somebody could write, and that have a value."""
    values = plain(entity.values)
    return [field.name for field in specs()[entity.address.kind].declarable if field.name in values]


@given(trees(), st.integers(0, 2**32))
def test_setting_what_is_so_changes_nothing_that_counts(tree: Tree, seed: int) -> None:
    """Every value of some entities, as `drift --patch` prints it: text as it is, everything else as JSON."""
    chance = Random(seed)
    files = files_of(chance, tree)
    inventory = understood(files)
    wishes = {}
    for entity in chance.sample(list(inventory), min(5, len(inventory))):
        values = plain(entity.values)
        words = [(name, v if isinstance(v := values[name], str) else json_line(v)) for name in said(entity)]
        wishes[entity] = Wishes(words)
    assert effective(understood(updated(files, inventory, wishes))) == effective(inventory)


@given(trees(), st.integers(0, 2**32))
def test_what_is_cleared_has_no_value_whatever_it_would_inherit(tree: Tree, seed: int) -> None:
    chance = Random(seed)
    files = files_of(chance, tree)
    inventory = understood(files)
    choices = [
        (entity, name)
        for entity in inventory
        for name in said(entity)
        if not specs()[entity.address.kind].by_name[name].required
    ]
    assume(choices)
    entity, name = chance.choice(choices)
    after, _ = read_and_checked(updated(files, inventory, {entity: Wishes(cleared=[name])}))
    found = after.at(entity.address)
    assert found is not None
    field = specs()[entity.address.kind].by_name[name]
    usual = None if field.nullable else field.default
    assert plain(found.values).get(name) in (None, usual, [], {})
