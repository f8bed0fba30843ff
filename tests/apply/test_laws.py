"""Laws of applying, for any inventories: what is applied is there, and nothing is left to do."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from support_database import TABLES, Cluster, Database, content, everything
from support_edits import Pair, pairs
from support_interpreter import named
from support_inventory import applied, planned, understood
from support_rows import NONSENSE, NOT_DECLARED, held, wanted
from support_strategies import Tree, as_json, trees

from invgit.apply.apply import Outcome
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.model.values import plain
from invgit.state.database import Connection
from invgit.state.load import fingerprints, load

FEWER = settings(max_examples=max(8, settings.default.max_examples // 2))
"""A law about two inventories costs twice as much."""


@pytest.fixture(scope="module")
def shared(cluster: Cluster) -> Iterator[Database]:
    """A database that keeps what the example before has left: as good a beginning as any."""
    with cluster.database() as made:
        yield made


@pytest.fixture(scope="module")
def other(cluster: Cluster) -> Iterator[Database]:
    """A second one, for comparison."""
    with cluster.database() as made:
        yield made


def compiled(documents: Tree) -> Inventory:
    return understood(as_json(documents))


def emptied(database: Database) -> None:
    """Take everything out of a database, without invgit."""
    database.execute(f"TRUNCATE {', '.join(TABLES)}, entities CASCADE")


def apply_all(connection: Connection, wanted: Inventory) -> Outcome:
    """Apply; where it cannot be known what the things before have become, there are none before."""
    outcome = applied(connection, wanted)
    if outcome.plan.failed:
        applied(connection, {})
        outcome = applied(connection, wanted)
    return outcome


@given(documents=trees())
def test_what_is_applied_is_what_is_loaded(shared: Database, documents: Tree) -> None:
    inventory = compiled(documents)
    with shared.opened() as connection:
        apply_all(connection, inventory)
        managed = fingerprints(connection)
        found = load(connection, managed, managed)
    assert managed.keys() == inventory.stored.keys()
    for address, entity in inventory.stored.items():
        there = found.at(address)
        assert there is not None
        was, became = plain(entity.values), plain(there.values)
        assert became == was
        assert json.dumps(became, sort_keys=True) == json.dumps(was, sort_keys=True)
    assert found.digests == inventory.digests


@given(documents=trees())
def test_every_column_holds_what_was_declared(shared: Database, documents: Tree) -> None:
    """By plain SQL, and by a list of columns that knows nothing of the program."""
    inventory = compiled(documents)
    with shared.opened() as connection:
        apply_all(connection, inventory)
    rows = wanted(inventory)
    for table, found in held(shared).items():
        assert found.keys() == rows[table].keys(), table
        for key, row in found.items():
            assert {name: row[name] for name in row.keys() - NOT_DECLARED} == rows[table][key], table
            assert not any(row.get(name) for name in NOT_DECLARED - {"id", "created_at", "updated_at"})
    for query in NONSENSE:
        assert shared.execute(query) == [], query


@given(documents=trees())
def test_after_an_apply_nothing_is_left_to_do(shared: Database, documents: Tree) -> None:
    inventory = compiled(documents)
    with shared.opened() as connection:
        apply_all(connection, inventory)
        before = everything(shared)
        assert planned(connection, inventory).empty
        again = applied(connection, compiled(documents))
    assert again.generation is None
    assert everything(shared) == before


@FEWER
@given(pair=pairs())
def test_applying_a_plan_leads_to_the_same_as_beginning_there(shared: Database, other: Database, pair: Pair) -> None:
    before, after = pair.inventories
    emptied(other)
    with shared.opened() as connection, other.opened() as fresh:
        apply_all(connection, before)
        plan = planned(connection, after)
        assume(not plan.failed)
        assert applied(connection, after).plan.digest == plan.digest
        applied(fresh, after)
    assert content(shared) == content(other)


@FEWER
@given(pair=pairs())
def test_what_stays_keeps_its_id_and_what_is_not_planned_is_not_touched(shared: Database, pair: Pair) -> None:
    """Also when it moves to another file, or gets every value that another one had."""
    before, after = pair.inventories
    with shared.opened() as connection:
        apply_all(connection, before)
        ids = {address: each.id for address, each in fingerprints(connection).items()}
        rows = held(shared)
        plan = applied(connection, after).plan
        managed = fingerprints(connection)
    assume(not plan.failed)
    changed = {change.address.path for change in plan.changes}
    names = {str(change.former): str(change.address) for change in plan.changes if change.former}
    for old in before.stored:
        address = Address.parse(named(str(old), names))
        if address in after.stored:
            assert managed[address].id == ids[old]
            origin = after.stored[address].origin
            assert origin
            assert managed[address].file == origin.source.file
    if names:
        return
    for table, found in held(shared).items():
        if table not in {"ip_allocations", "device_interfaces", "device_attributes", "device_connections"}:
            for key in found.keys() & rows[table].keys():
                assert found[key].get("id") == rows[table][key].get("id")
                if key not in changed:
                    assert found[key] == rows[table][key]


@FEWER
@given(documents=trees())
def test_every_inventory_can_be_taken_back_to_nothing(shared: Database, documents: Tree) -> None:
    with shared.opened() as connection:
        apply_all(connection, compiled(documents))
        applied(connection, {})
    assert not any(content(shared).values())


@FEWER
@given(documents=trees())
def test_a_fresh_read_of_unmarked_rows_finds_no_difference(shared: Database, documents: Tree) -> None:
    """Without digests every row is loaded and compared: rows and YAML have one normal form."""
    inventory = compiled(documents)
    with shared.opened() as connection:
        apply_all(connection, inventory)
        shared.execute("UPDATE entities SET digest = NULL")
        assert planned(connection, inventory).empty
        assert applied(connection, inventory).generation is None
    assert shared.execute("SELECT count(*) FROM entities WHERE digest IS NULL") == [(0,)]
