"""What a source says is proposed where nobody else has spoken: a person's value is never overwritten."""

from support_looks import FILES, LAMP, Runs, thing

HALL = thing("1", "Lamp", zone="hall", category="light")


def devices(lamp: str) -> dict[str, str]:
    return {"o/home/devices.yaml": f"devices:\n  lamp: {{refs: {{homeseer: '1'}}, {lamp}}}\n"}


def test_what_both_said_and_the_source_says_otherwise_now_is_proposed_and_stays_so() -> None:
    runs = Runs().see(LAMP).see(HALL)
    assert runs.edits == ["lamp zone: o/home/kitchen → o/home/hall"]
    before = runs.last.proposals
    assert runs.see(HALL).last.proposals == before
    assert runs.see(LAMP).last.proposals == ()


def test_what_a_person_has_written_stays() -> None:
    runs = Runs().see(LAMP).now(devices("name: Lamp, type: dimmer, zone: hall")).see(LAMP)
    assert runs.edits == []
    assert runs.see(thing("1", "Lamp 2", zone="kitchen", category="light")).edits == ["lamp name: Lamp → Lamp 2"]


def test_what_a_person_wrote_before_the_first_look_stays() -> None:
    assert Runs().see(HALL).edits == []


def test_nothing_said_is_filled_in_and_a_bare_null_is_a_word() -> None:
    said = [
        Runs({**FILES, **devices(f"name: Lamp, type: word{zone}")}).see(LAMP).edits for zone in ("", ", zone: null")
    ]
    assert said[0] == ["lamp zone: None → o/home/kitchen", "lamp category: None → light"]
    assert said[1] == ["lamp category: None → light"]


def test_what_a_person_takes_away_stays_away() -> None:
    runs = Runs().see(LAMP).now(devices("name: Lamp, type: dimmer")).see(LAMP)
    assert runs.edits == []
    assert runs.see(HALL).edits == []


def test_what_counts_by_the_device_type_is_what_counts() -> None:
    runs = Runs({**FILES, **devices("name: Lamp, type: dimmer, zone: kitchen")}).see(LAMP)
    assert runs.edits == []
    assert runs.see(thing("1", "Lamp", zone="kitchen", category="other")).edits == ["lamp category: light → other"]


def test_a_device_type_of_the_catalog_in_the_place_of_a_word_is_a_persons() -> None:
    word = thing("1", "Lamp", zone="kitchen", type="z-wave switch")
    runs = Runs({**FILES, **devices("name: Lamp, type: z-wave switch, zone: kitchen")}).see(word)
    runs.now(devices("name: Lamp, type: dimmer, zone: kitchen"))
    assert runs.see(word).edits == []
    assert runs.see(thing("1", "Lamp", zone="kitchen", type="z-wave dimmer")).edits == []


def test_only_owned_fields_are_proposed() -> None:
    other = thing("1", "Other", zone="hall", category="other", manufacturer="X")
    assert Runs(owns=["zone"]).see(LAMP).see(other).edits == ["lamp zone: o/home/kitchen → o/home/hall"]
    assert Runs(owns=[]).see(LAMP).see(other).edits == []


def test_what_was_accepted_between_two_looks_is_agreed_even_when_the_source_goes_on() -> None:
    runs = Runs().see(LAMP).see(HALL).now(devices("name: Lamp, type: dimmer, zone: hall"))
    assert runs.see(thing("1", "Lamp", zone="hall", category="other")).edits == ["lamp category: light → other"]
    runs = Runs().see(LAMP).see(HALL).now(devices("name: Lamp, type: dimmer, zone: hall"))
    assert runs.see(LAMP).edits == ["lamp zone: o/home/hall → o/home/kitchen"]


def test_without_a_memory_nothing_of_a_persons_is_proposed_away() -> None:
    runs = Runs().see(LAMP).see(HALL)
    runs.memory = ()
    assert runs.see(HALL).edits == []
    assert runs.see(LAMP).edits == []


def test_what_is_rejected_stays_quiet_until_the_source_says_something_else() -> None:
    runs = Runs().see(LAMP).see(HALL).reject("device:o/home/lamp").see(HALL)
    assert (runs.edits, runs.last.silenced) == ([], 1)
    assert runs.see(thing("1", "Lamp 2", zone="hall", category="light")).last.silenced == 0
    assert runs.edits == ["lamp name: Lamp → Lamp 2", "lamp zone: o/home/kitchen → o/home/hall"]


def test_what_no_file_can_say_is_left_out_and_told() -> None:
    runs = Runs().see(LAMP).see(thing("1", "La\u202emp", zone="kitchen", category="Not A Slug"))
    assert runs.edits == []
    assert len(runs.last.warnings) == 2


def test_values_that_are_no_text_are_compared_as_what_they_are() -> None:
    battery = thing("1", "Lamp", zone="kitchen", category="light", is_battery_powered=True, tags=["b", "a"])
    runs = Runs(owns=["is_battery_powered", "tags", "zwave_node_id"]).see(LAMP).see(battery)
    assert runs.edits == ["lamp tags: [] → ['a', 'b']", "lamp is_battery_powered: false → true"]
    assert runs.now(devices("name: L, type: x, is_battery_powered: yes, tags: [a, b]")).see(battery).edits == []


RENAMED = {
    "o/home/site.yaml": (
        "site: {name: Home}\nzones:\n  cook: {name: Kitchen, renamed_from: kitchen}\n  hall: {name: Hall}\n"
    ),
    "o/home/devices.yaml": "devices: {lamp: {name: Lamp, type: dimmer, zone: cook, refs: {homeseer: '1'}}}\n",
}


def test_what_is_moved_out_of_a_zone_that_was_renamed_is_proposed() -> None:
    runs = Runs().see(LAMP).now(RENAMED).see(thing("1", "Lamp", zone="hall", category="light"))
    assert runs.edits == ["lamp zone: o/home/cook → o/home/hall"]


def test_what_is_rejected_stays_so_when_its_zone_is_renamed_or_a_rule_says_something_else() -> None:
    fan = thing("9", "Fan", zone="kitchen")
    lamp = thing("1", "Lamp", zone="cook", category="light")
    runs = Runs().see(LAMP, fan).reject("device:o/home/fan").now(RENAMED)
    assert runs.see(lamp, thing("9", "Fan", zone="cook")).said == []
    assert runs.see(lamp, thing("9", "Fan", zone="cook", type="fan")).said == []
    assert runs.see(lamp, thing("9", "Fan 2", zone="cook")).said != [], "the source says something else"
