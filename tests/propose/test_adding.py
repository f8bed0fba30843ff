"""What nobody has described is to be added, under a slug that stays, with what it refers to."""

from dataclasses import replace

from support_looks import FILES, LAMP, Runs, room, thing, with_evidence

FAN = thing("5", "Ceiling fan", needs=("location:Attic",))


def test_a_new_thing_comes_with_its_room() -> None:
    runs = Runs().see(LAMP, FAN, room("Attic"))
    zone, fan = runs.last.proposals
    assert (zone.op, str(zone.address), zone.file) == ("add", "zone:o/home/attic", "o/home/zones/homeseer.yaml")
    assert (str(fan.address), fan.file) == ("device:o/home/ceiling-fan", "o/home/devices/homeseer.yaml")
    assert fan.after["zone"] == "o/home/attic"
    assert fan.needs == (zone.id,)
    assert fan.after["refs.homeseer"] == "5"
    assert fan.before == {}


def test_a_room_is_proposed_where_something_proposed_is_in_it() -> None:
    known = replace(LAMP, needs=("location:Attic",), said={**LAMP.said, "zone": "o/home/attic"})
    assert Runs().see(known, room("Attic")).said == [], "the lamp has a zone that a person gave it"
    assert Runs().see(LAMP, room("Attic")).said == ["add zone:o/home/attic name"], "nothing refers to it"


def test_rooms_in_rooms_come_together() -> None:
    attic = replace(room("Attic"), needs=("location:Roof",))
    runs = Runs().see(LAMP, FAN, attic, room("Roof"))
    found = {each.address.slug: each for each in runs.last.proposals}
    assert found["attic"].after == {"name": "Attic", "parent": "o/home/roof"}
    assert found["attic"].needs == (found["roof"].id,)


def test_without_a_room_that_is_rejected_the_device_is_proposed_without_one() -> None:
    runs = Runs().see(FAN, room("Attic")).reject("zone:o/home/attic").see(FAN, room("Attic"))
    assert runs.said == ["add device:o/home/ceiling-fan name, type, refs.homeseer"]
    assert (runs.last.proposals[0].needs, runs.last.silenced) == ((), 1)


def test_a_rejected_device_stays_so_when_its_room_is_rejected_afterwards() -> None:
    runs = Runs().see(FAN, room("Attic")).reject("device:o/home/ceiling-fan")
    assert runs.see(FAN, room("Attic")).said == [], "nobody needs the room any more"
    runs.verdicts.clear()
    runs.see(FAN, room("Attic")).reject("device:o/home/ceiling-fan").reject("zone:o/home/attic")
    assert runs.see(FAN, room("Attic")).said == []


def test_an_accepted_room_and_device_are_agreed() -> None:
    runs = Runs().see(FAN, room("Attic"))
    runs.now({
        "o/home/new.yaml": "zones: {attic: {name: Attic}}\ndevices:\n"
        "  ceiling-fan: {name: Ceiling fan, type: dimmer, zone: attic, refs: {homeseer: '5'}}\n"
    })  # fmt: skip
    assert runs.see(FAN, room("Attic")).said == []
    assert runs.see(FAN, room("Attic")).said == []
    moved = replace(FAN, needs=(), said={**FAN.said, "zone": "o/home/hall"})
    assert runs.see(moved).edits == ["ceiling-fan zone: o/home/attic → o/home/hall"]


def test_things_of_one_name_are_numbered_and_keep_their_slugs() -> None:
    one, other = thing("30", "Lamp!"), thing("20", "Lamp!")

    def slugs(runs: Runs) -> dict[str, str]:
        return {each.key: each.address.slug for each in runs.last.proposals}

    runs = Runs().see(one)
    assert slugs(runs) == {"30": "lamp-2"}, "lamp is described"
    assert slugs(runs.see(one, other)) == {"30": "lamp-2", "20": "lamp-3"}
    assert slugs(runs.see(one, other)) == {"30": "lamp-2", "20": "lamp-3"}
    assert slugs(runs.forget_file().see(one, other)) == {"30": "lamp-2", "20": "lamp-3"}
    memory, runs.memory = runs.memory, ()
    assert slugs(runs.see(one, other)) == {"30": "lamp-2", "20": "lamp-3"}, "the change file knows it, too"
    assert memory
    assert slugs(runs.see(other)) == {"20": "lamp-3"}


def test_another_name_is_another_slug() -> None:
    runs = Runs().see(thing("5", "Fan"))
    assert runs.see(thing("5", "Big fan")).said == ["add device:o/home/big-fan name, type, refs.homeseer"]


def test_a_slug_that_somebody_took_meanwhile_is_not_taken_again() -> None:
    runs = Runs().see(thing("5", "Fan", zone="hall"))
    runs.now({"o/home/fan.yaml": "devices: {fan: {name: Fan, type: fan, zone: kitchen}}\n"})
    assert runs.see(thing("5", "Fan", zone="hall")).said[0].startswith("add device:o/home/fan-2 ")


def test_the_slug_that_something_had_before_is_not_given_away() -> None:
    files = {**FILES, "o/home/x.yaml": "devices: {x: {name: X, type: x, renamed_from: fan}}\n"}
    assert Runs(files).see(thing("5", "Fan")).said[0].startswith("add device:o/home/fan-2 ")


def test_a_name_without_letters_of_ascii_has_a_slug_made_of_its_ref() -> None:
    assert Runs().see(thing("5", "電灯")).said[0].startswith("add device:o/home/device-5 ")


def test_what_cannot_be_described_is_told_and_not_proposed() -> None:
    runs = Runs().see(replace(FAN, said={"type": "fan"}, needs=()))
    assert runs.said == []
    assert runs.last.warnings == ("5: nothing can be added for it without name",)


def test_only_what_the_source_owns_is_proposed_beside_what_has_to_be_said() -> None:
    runs = Runs(owns=["category"]).see(replace(FAN, said={**FAN.said, "category": "light", "manufacturer": "X"}))
    assert runs.said == ["add device:o/home/ceiling-fan name, type, refs.homeseer, category"]


def test_references_to_nothing_are_left_out() -> None:
    runs = Runs().see(thing("5", "Fan", zone="cellar", category="nothing"))
    assert runs.said == ["add device:o/home/fan name, type, refs.homeseer"]
    assert len(runs.last.warnings) == 2


def test_a_rejected_one_stays_quiet_until_it_is_said_by_something_else() -> None:
    runs = Runs().see(thing("5", "Fan")).reject("device:o/home/fan").see(thing("5", "Fan"))
    assert (runs.said, runs.last.silenced) == ([], 1)
    assert runs.see(with_evidence(thing("5", "Fan"), location="Hall")).said != []


def test_an_incomplete_look_takes_nothing_back() -> None:
    runs = Runs().see(LAMP, FAN, room("Attic"))
    before, memory = runs.last.proposals, runs.memory
    assert runs.see(LAMP, complete=False).last.proposals == before
    assert runs.memory == memory
    runs.now({"o/home/new.yaml": "devices: {ceiling-fan: {name: F, type: fan, refs: {homeseer: '5'}}}\n"})
    assert runs.see(LAMP, complete=False).said == ["add zone:o/home/attic name"], "what was accepted goes"
