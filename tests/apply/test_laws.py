"""Laws of applying, for any inventories: what is applied is there, and nothing is left to do."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from support_database import Cluster, Database, content, everything
from support_inventory import applied, compiled, planned
from support_strategies import inventories

from invgit.model.values import plain
from invgit.state.load import fingerprints, load


@pytest.fixture(scope="module")
def shared(cluster: Cluster) -> Iterator[Database]:
    """A database that keeps what the example before has left: as good a beginning as any."""
    with cluster.database() as made:
        yield made


@given(files=inventories())
def test_what_is_applied_is_what_is_loaded(shared: Database, files: dict[str, str]) -> None:
    wanted = compiled(files)
    with shared.opened() as connection:
        applied(connection, wanted)
        managed = fingerprints(connection)
        found = load(connection, managed, managed)
    assert managed.keys() == wanted.stored.keys()
    for address, entity in wanted.stored.items():
        there = found.at(address)
        assert there is not None
        was, became = plain(entity.values), plain(there.values)
        assert became == was
        assert json.dumps(became, sort_keys=True) == json.dumps(was, sort_keys=True)
    assert found.digests == wanted.digests


@given(files=inventories())
def test_after_an_apply_nothing_is_left_to_do(shared: Database, files: dict[str, str]) -> None:
    wanted = compiled(files)
    with shared.opened() as connection:
        applied(connection, wanted)
        before = everything(shared)
        assert planned(connection, wanted).empty
        again = applied(connection, compiled(files))
    assert again.generation is None
    assert everything(shared) == before


@settings(max_examples=settings.default.max_examples // 2)
@given(first=inventories(), second=inventories())
def test_applying_a_plan_leads_to_the_same_as_beginning_there(
    cluster: Cluster, first: dict[str, str], second: dict[str, str]
) -> None:
    wanted = compiled(second)
    with cluster.database() as changed, cluster.database() as fresh:
        with changed.opened() as connection:
            applied(connection, first)
            plan = planned(connection, wanted)
            assert applied(connection, wanted).plan.digest == plan.digest
        with fresh.opened() as connection:
            applied(connection, wanted)
        assert content(changed) == content(fresh)


@given(files=inventories())
def test_every_inventory_can_be_taken_back_to_nothing(shared: Database, files: dict[str, str]) -> None:
    with shared.opened() as connection:
        applied(connection, files)
        applied(connection, {})
    assert not any(content(shared).values())


@given(files=inventories())
def test_a_fresh_read_of_unmarked_rows_finds_no_difference(shared: Database, files: dict[str, str]) -> None:
    """Without digests every row is loaded and compared: rows and YAML have one normal form."""
    wanted = compiled(files)
    with shared.opened() as connection:
        applied(connection, wanted)
        shared.execute("UPDATE entities SET digest = NULL")
        assert planned(connection, wanted).empty
        assert applied(connection, wanted).generation is None
    assert shared.execute("SELECT count(*) FROM entities WHERE digest IS NULL") == [(0,)]
