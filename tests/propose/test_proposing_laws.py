"""Laws of proposing, over whatever a controller and people do in turns."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from support_inventory import read_and_checked
from support_looks import OWNS, SITE, TODAY, look, room, thing

from invgit.edit.draft import Draft
from invgit.model.findings import Finding, Remembered
from invgit.propose.accept import accept, with_needs
from invgit.propose.changes import Changes, written
from invgit.propose.proposal import Proposal, Verdict
from invgit.propose.proposed import Proposed, proposed

KNOWN = {"Kitchen": "kitchen", "Hall": "hall"}
ROOMS = (*KNOWN, "Attic", "Loft", None)
NAMES = ("Lamp", "lamp ", "Fan", "Door bell", "Plug", "電灯")
FILES = {
    "catalog/categories.yaml": "categories:\n  light: {name: Light}\n",
    "catalog/types.yaml": "device_types:\n  dimmer: {name: Dimmer, category: light}\n",
    "o/organization.yaml": "organization: {name: O}\n",
    "o/home/site.yaml": "site: {name: Home}\nzones:\n  kitchen: {name: Kitchen}\n  hall: {name: Hall}\n",
    "o/home/devices.yaml": (
        "defaults: {devices: {zone: hall}}   # nearly all\n"
        "devices:\n"
        "  lamp: {name: Lamp, type: dimmer, zone: kitchen, refs: {homeseer: '1'}}\n"
        "  bell:\n    name: Door bell\n    type: bell   # ours\n    zone: null\n"
        "  plug: {name: Plug, type: dimmer}\n"
        "  fan: {name: Fan, type: fan, zone: kitchen, refs: {homeseer: null}}\n"
    ),
}


class World:
    """A controller, files, and people; every choice is made by a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.files = dict(FILES)
        self.things: dict[str, tuple[str, str | None]] = {"1": ("Lamp", "Kitchen")}
        self.memory: tuple[Remembered, ...] = ()
        self.verdicts: dict[str, Verdict] = {}
        self.pending: tuple[Proposal, ...] = ()
        self.mine: set[tuple[str, str, str]] = set()
        self.number = 1

    def findings(self) -> list[Finding]:
        made = []
        for key, (name, place) in self.things.items():
            said = {"zone": KNOWN[place]} if place in KNOWN else {}
            needs = (f"location:{place}",) if place and place not in KNOWN else ()
            made.append(thing(key, name.strip(), needs=needs, **said))
        places = {place for _, place in self.things.values() if place and place not in KNOWN}
        return [*made, *(room(place) for place in places)]

    def look(self) -> Proposed:
        """What would be proposed now; nothing is remembered."""
        inventory, errors = read_and_checked(self.files)
        assert not errors, [f"{each.place} {each.message}" for each in errors]
        findings = self.findings()
        self.chance.shuffle(findings)
        seen = replace(look(), findings=tuple(findings))
        how = {"owns": OWNS, "missing_after": 1, "shrink_allowed": True, "pending": self.pending}
        return proposed(seen, inventory, self.memory, self.verdicts, TODAY, **how)

    def sync(self) -> Proposed:
        found = self.look()
        self.memory, self.pending = found.remember, found.proposals
        return found

    def accept(self, some: list[Proposal]) -> None:
        inventory, _ = read_and_checked(self.files)
        draft = Draft(inventory, {path: text.encode() for path, text in self.files.items()}, "inventory")
        taken = with_needs(some, {each.id: each for each in self.pending})
        accept(draft, taken)
        for edit in draft.edits():
            assert edit.after is not None
            self.files[edit.path] = edit.after.decode()
        self.pending = Changes("homeseer", SITE, self.pending).without([each.id for each in taken]).proposals

    # what happens

    def appears(self) -> None:
        self.number += 1
        self.things[str(self.number)] = (self.chance.choice(NAMES), self.chance.choice(ROOMS))

    def changes(self) -> None:
        if self.things:
            key = self.chance.choice(sorted(self.things))
            self.things[key] = (self.chance.choice(NAMES), self.chance.choice(ROOMS))

    def goes(self) -> None:
        if self.things:
            del self.things[self.chance.choice(sorted(self.things))]

    def included_again(self) -> None:
        if self.things:
            self.number += 1
            self.things[str(self.number)] = self.things.pop(self.chance.choice(sorted(self.things)))

    def edited(self) -> None:
        """Somebody gives a device a name, a zone or a type that no source ever said."""
        inventory, _ = read_and_checked(self.files)
        draft = Draft(inventory, {path: text.encode() for path, text in self.files.items()}, "inventory")
        devices = [each.address for each in inventory if each.address.kind == "device"]
        address = self.chance.choice(devices)
        self.number += 1
        field, value = self.chance.choice([("name", f"Mine {self.number}"), ("type", f"my-type-{self.number}")])
        draft.amend(address, {**draft.declared(address), field: value})
        for edit in draft.edits():
            assert edit.after is not None
            self.files[edit.path] = edit.after.decode()
        self.mine.add((address.path, field, value))
        self.pending = ()

    def accepted(self) -> None:
        self.sync()
        self.accept([each for each in self.pending if self.chance.random() < 0.6])

    def rejected(self) -> None:
        for each in self.sync().proposals:
            if self.chance.random() < 0.3:
                self.verdicts[each.id] = Verdict("reject", each.digest)

    def lives(self, steps: int) -> None:
        happenings: list[Callable[[], object]] = [
            self.appears, self.appears, self.changes, self.goes, self.included_again, self.edited, self.accepted,
            self.accepted, self.sync,
        ]  # fmt: skip
        for _ in range(steps):
            self.chance.choice(happenings)()


worlds = st.builds(lambda seed, steps: (seed, steps), st.integers(0, 2**32), st.integers(0, 14))


def lived(world: tuple[int, int]) -> World:
    made = World(world[0])
    made.lives(world[1])
    return made


def text(found: Proposed) -> str:
    return written(Changes("homeseer", SITE, found.proposals))


@given(worlds)
def test_a_second_run_writes_the_same_bytes_whatever_the_order_of_what_is_seen(world: tuple[int, int]) -> None:
    made = lived(world)
    first = made.sync()
    assert made.look() == made.look()
    assert [text(made.sync()) for _ in range(2)] == [text(first)] * 2


@given(worlds)
def test_when_all_is_accepted_nothing_is_left_and_nothing_is_wrong(world: tuple[int, int]) -> None:
    made = lived(world)
    made.accept(list(made.sync().proposals))
    assert text(made.sync()) == ""
    assert text(made.sync()) == ""


@given(worlds)
def test_what_a_person_has_written_is_never_proposed_away(world: tuple[int, int]) -> None:
    made = lived(world)
    for _ in range(3):
        made.changes()
        for each in made.sync().proposals:
            for field, value in each.before.items():
                assert (each.address.path, field, value) not in made.mine


@given(worlds)
def test_what_is_rejected_stays_quiet(world: tuple[int, int]) -> None:
    made = lived(world)
    made.rejected()
    left = [each.id for each in made.sync().proposals]
    assert not set(left) & made.verdicts.keys()
    for each in made.look().proposals:
        made.verdicts[each.id] = Verdict("reject", each.digest)
    for _ in range(3):
        found = made.sync()
        if not found.proposals:
            break
        made.verdicts |= {each.id: Verdict("reject", each.digest) for each in found.proposals}
    assert made.sync().proposals == ()


@given(worlds)
def test_no_two_things_are_given_one_address_nor_one_id(world: tuple[int, int]) -> None:
    found = lived(world).sync()
    assert len({each.id for each in found.proposals}) == len(found.proposals)
    adds = [each.address for each in found.proposals if each.op == "add"]
    assert len(set(adds)) == len(adds)
