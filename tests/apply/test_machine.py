"""Any order of what happens to an inventory and its database: edits, plans, applies, hands in rows, new sessions."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support_database import TABLES, Cluster, Database, everything
from support_edits import EDITS, edited, entities, protect
from support_interpreter import State, alike, carried_out, named, own, state
from support_inventory import STAMP, applied, planned, read_and_checked, understood
from support_rows import held, wanted
from support_strategies import SEEDS, Tree, as_json, tree, trees

from invgit.apply.apply import Outcome
from invgit.errors import Refused
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.plan import Action
from invgit.plan.changes import as_json as plan_form
from invgit.state.load import fingerprints, load

HANDS = (
    # what somebody does with psql, and no constraint forbids
    "UPDATE devices SET name = left(name, 254) || '!', is_active = NOT is_active WHERE {mine}",
    'UPDATE devices SET metadata = \'{{"by": "hand"}}\', zone_id = NULL WHERE {mine}',
    "UPDATE devices SET status = 'online', last_seen = now() WHERE {mine}",
    "UPDATE networks SET description = 'by hand', controller_device_id = NULL WHERE {mine}",
    "UPDATE zones SET parent_zone_id = NULL, color = '#000000' WHERE {mine}",
    "UPDATE sites SET city = 'Elsewhere' WHERE {mine}",
    "UPDATE network_vlans SET description = NULL, vlan_type = 'other' WHERE {mine}",
    "DELETE FROM device_interfaces WHERE device_id IN (SELECT id FROM devices WHERE {mine})",
    "UPDATE ip_allocations SET hostname = 'by-hand' WHERE device_id IN (SELECT id FROM devices WHERE {mine})",
    "DELETE FROM device_connections WHERE {mine}",
    "DELETE FROM devices WHERE {mine}",
    "DELETE FROM zones WHERE {mine}",
    "UPDATE device_categories SET icon = 'hand' WHERE {mine}",
)


FOREIGN = [statement.strip() for statement in """
INSERT INTO zones (site_id, name, slug) SELECT id, {name}, {slug} FROM sites ORDER BY md5(id::text) LIMIT 1;

INSERT INTO devices (site_id, zone_id, name, slug, device_type)
SELECT site_id, id, {name}, {slug}, 'x' FROM zones ORDER BY name LIMIT 1;

INSERT INTO ip_allocations (network_id, ip_address, hostname, slug)
SELECT id, {address}, {name}, {slug} FROM networks ORDER BY slug LIMIT 1
""".split(";")]
"""What somebody adds, and no apply wrote."""
_NAMED = {"zones": "name", "devices": "name", "ip_allocations": "hostname"}
_IN_OTHER_TABLES = {"protect", "interfaces", "attributes", "allocations"}


class Life(RuleBasedStateMachine):
    """One database and one inventory, for a while. `database` is empty at its beginning."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.database.execute(f"TRUNCATE {', '.join(TABLES)}, entities, applies, audit_log CASCADE")
        self.documents = Tree()
        self.generation = 0
        self.foreign: list[str] = []
        self.opened = self.database.opened()
        self.connection = self.opened.__enter__()

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    @initialize(documents=trees(protect=True))
    def begin(self, documents: Tree) -> None:
        self.documents = documents
        self.apply_and_look()

    @rule(seed=SEEDS, edit=st.sampled_from([*EDITS, protect]))
    def edit(self, seed: int, edit: Any) -> None:
        made = edited(seed, self.documents, edit)
        if not read_and_checked(as_json(made))[1]:
            self.documents = made

    @rule(seed=SEEDS, size=st.integers(0, 60))
    def begin_anew(self, seed: int, size: int) -> None:
        self.documents = tree(seed, size, protect=True)

    @rule(seed=SEEDS)
    def somebody_changes_rows(self, seed: int) -> None:
        """Some managed rows of a table, whatever comes of it."""
        chance = Random(seed)
        order = f"md5(address || '{chance.randrange(9)}')"
        mine = f"id IN (SELECT id FROM entities ORDER BY {order} LIMIT {chance.choice([1, 3, 99])})"
        self.database.execute(chance.choice(HANDS).format(mine=mine))
        self.foreign = self.seen_of_others()

    @rule(number=st.integers(0, 2), statement=st.sampled_from(FOREIGN))
    def somebody_adds_a_row(self, number: int, statement: str) -> None:
        name = f"foreign {number}"
        if not any(f'"{name}"' in row for row in self.foreign):
            own = {"name": f"'{name}'", "slug": f"'foreign-{number}'", "address": f"'10.99.0.{number}'"}
            self.database.execute(statement.format(**own))
            self.foreign = self.seen_of_others()

    @rule()
    def somebody_takes_the_foreign_rows_away(self) -> None:
        for table, column in _NAMED.items():
            self.database.execute(f"DELETE FROM {table} WHERE {column} LIKE 'foreign %'")
        self.foreign = []

    @rule()
    def a_new_session(self) -> None:
        self.teardown()
        self.opened = self.database.opened()
        self.connection = self.opened.__enter__()

    @rule()
    def plan(self) -> None:
        before = everything(self.database)
        planned(self.connection, understood(as_json(self.documents)))
        assert everything(self.database) == before

    @rule(chance=st.randoms(use_true_random=False))
    def apply_a_site(self, chance: Random) -> None:
        sites = [found.path for found in entities(self.documents, "site")]
        if sites:
            site = chance.choice(sites)
            if self.apply_and_look((site,)) is not None:
                again = planned(self.connection, understood(as_json(self.documents)), sites=(site,))
                assert again.empty

    @rule()
    def apply_everything(self) -> None:
        self.apply_and_look()

    def apply_and_look(self, sites: Sequence[str] = ()) -> Outcome | None:
        """Apply; what changed, and what is on record, is what the plan said."""
        inventory = understood(as_json(self.documents))
        plan = planned(self.connection, inventory, sites=tuple(sites))
        before, ids, seen, left = everything(self.database), self.ids(), self.audited(), self.left_behind()
        old = self.loaded()
        try:
            outcome = applied(self.connection, inventory, sites=tuple(sites))
        except Refused:
            assert self.foreign or sites
            assert everything(self.database) == before
            return None
        assert outcome.plan.digest == plan.digest
        if plan.failed:
            assert everything(self.database) == before
            return None
        self.generation += not plan.empty
        assert outcome.generation == (None if plan.empty else self.generation)
        form, after = plan_form(plan), self.loaded()
        names = {change["from"]: change["address"] for change in form["changes"] if "from" in change}
        renamed = {named(address, names) for address in old}
        there = [
            change
            for change in form["changes"]
            if change["action"] == "create" or change.get("from", change["address"]) in {*old, *renamed}
        ]
        made = carried_out({"changes": there}, old)
        created = {change["address"] for change in form["changes"] if change["action"] == "create"}
        assert alike(made, {key: own(key, values) if key in created else values for key, values in after.items()})
        if not sites:
            again = planned(self.connection, inventory)
            assert again.empty
            kept = {str(change.address) for change in again.protected}
            assert after.keys() == state(inventory).keys() | kept
            assert self.ids().keys() == after.keys()
            if not kept:
                self.every_row_is_as_wanted(inventory)
        now = self.ids()
        assert all(now.get(named(address, names), id) == id for address, id in ids.items())
        of = {(each.action, each.address): ids if each.action == "delete" else now for each in plan.changes}
        self.on_record(outcome, {key: known[str(key[1])] for key, known in of.items()}, seen, left)
        return outcome

    @invariant()
    def what_is_not_ours_is_as_it_was(self) -> None:
        assert self.seen_of_others() == self.foreign

    @invariant()
    def generations_have_no_gap(self) -> None:
        found = self.database.execute("SELECT generation FROM applies ORDER BY 1")
        assert [number for (number,) in found] == list(range(1, self.generation + 1))

    def every_row_is_as_wanted(self, inventory: Inventory) -> None:
        rows = wanted(inventory)
        for table, found in held(self.database).items():
            name = _NAMED.get(table, "")
            ours = {key: row for key, row in found.items() if not str(row.get(name)).startswith("foreign")}
            assert ours.keys() == rows[table].keys()
            for key, row in ours.items():
                if row.get("status") in {"online", "offline"}:  # that is seen, and not decided
                    row["status"] = "unknown"
                assert {name: row[name] for name in rows[table][key]} == rows[table][key]

    def on_record(self, outcome: Outcome, ids: dict[tuple[Action, Address], str], seen: int, left: set[str]) -> None:
        """One entry at least for each row that the plan changed, none for any other, all by who applied.

        What a device left behind that somebody deleted is no entity's, until its address is somebody's again.
        """
        rows = self.database.execute(
            "SELECT entity_id::text, action, actor_name, request_id FROM audit_log WHERE id > %s", seen
        )
        assert {(actor, apply) for _, _, actor, apply in rows} <= {(STAMP.actor, outcome.id)}
        expected = {ids[change.action, change.address]: change for change in outcome.plan.changes}
        assert {id for id, *_ in rows} <= expected.keys() | left
        for id, change in expected.items():
            actions = {action for each, action, *_ in rows if each == id}
            own_row = change.action != "update" or {each.name for each in change.fields} - _IN_OTHER_TABLES
            assert actions or not own_row or change.action == "delete"
            assert change.action != "create" or "create" in actions

    def loaded(self) -> State:
        managed = fingerprints(self.connection)
        return state(load(self.connection, managed, managed))

    def ids(self) -> dict[str, str]:
        return dict(self.database.execute("SELECT address, id::text FROM entities"))

    def left_behind(self) -> set[str]:
        query = "SELECT id::text FROM ip_allocations a WHERE device_id IS NULL AND allocation_type <> 'reserved'"
        query += " AND NOT EXISTS (SELECT FROM entities e WHERE e.id = a.id)"
        return {id for (id,) in self.database.execute(query)}

    def audited(self) -> int:
        ((last,),) = self.database.execute("SELECT coalesce(max(id), 0) FROM audit_log")
        return int(last)

    def seen_of_others(self) -> list[str]:
        found: list[str] = []
        for table, column in _NAMED.items():
            rows = self.database.execute(
                f"SELECT to_jsonb(t)::text FROM {table} t WHERE {column} LIKE 'foreign %' ORDER BY id"
            )
            found += [json.dumps(json.loads(row), sort_keys=True) for (row,) in rows]
        return found


def test_whatever_happens_an_apply_makes_the_database_what_is_described(cluster: Cluster) -> None:
    with cluster.database() as made:
        Life.database = made
        run_state_machine_as_test(
            Life, settings=settings(max_examples=max(5, settings.default.max_examples // 8), stateful_step_count=25)
        )
