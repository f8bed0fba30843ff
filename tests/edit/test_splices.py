"""An edit changes what it is meant to change, and no other byte, however the file is written."""

import copy
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_messy import Messy, entity_of, messy, value_of

from invgit.text.amend import Hints, same
from invgit.text.regions import Unfaithful
from invgit.text.splice import spliced
from invgit.text.tree import parse

seeds = st.integers(0, 2**32)


def read(made: Messy) -> None:
    document = parse(made.text)
    assert not document.problems, (made.text, document.problems)
    assert same(document.value, made.value), (made.text, document.value, made.value)


@settings(max_examples=400)
@given(seeds)
def test_messy_files_say_what_they_are_meant_to(seed: int) -> None:
    random = Random(seed)
    read(messy(random))


def edited(made: Messy, wanted: dict, hints: Hints | None = None) -> str:
    said = copy.deepcopy(wanted)
    text = spliced("f.yaml", made.text, parse(made.text), wanted, hints)
    assert same(parse(text).value or {}, said)
    return text


def chosen(made: Messy, random: Random) -> tuple[str, str]:
    return random.choice(sorted(made.spans))


@settings(max_examples=1500)
@given(seeds)
def test_a_field_is_set_or_cleared_and_nothing_outside_its_entity_changes(seed: int) -> None:
    random = Random(seed)
    made = messy(random)
    kind, slug = chosen(made, random)
    wanted = copy.deepcopy(made.value)
    values = wanted[kind][slug]
    for _ in range(random.randint(1, 3)):
        if values and random.random() < 0.4:
            del values[random.choice(sorted(values))]
        else:
            values[random.choice(["name", "zone", "refs", "new"])] = value_of(random)
    start, end = made.spans[kind, slug]
    text = edited(made, wanted)
    assert text.startswith(made.text[:start])
    assert text.endswith(made.text[end:])


@settings(max_examples=600)
@given(seeds)
def test_an_entity_gets_another_name_and_nothing_else_changes(seed: int) -> None:
    random = Random(seed)
    made = messy(random)
    kind, slug = chosen(made, random)
    wanted = copy.deepcopy(made.value)
    wanted[kind] = {("z9" if each == slug else each): values for each, values in wanted[kind].items()}
    text = edited(made, wanted, Hints({(kind, "z9"): slug}))
    start, end = made.spans[kind, slug]
    changed = made.text[start:end]
    assert text in {
        made.text[:start] + changed[:at] + "z9" + changed[at + len(slug) :] + made.text[end:]
        for at in range(len(changed))
    }


@settings(max_examples=800)
@given(seeds)
def test_an_entity_comes_and_goes_and_leaves_no_trace(seed: int) -> None:
    random = Random(seed)
    made = messy(random)
    kind, _ = chosen(made, random)
    wanted = copy.deepcopy(made.value)
    wanted[kind]["z9"] = entity_of(random)
    text = edited(made, wanted)
    grown = Messy(text, wanted)
    top = next(at for at in range(len(text) + 1) if text[:at] != made.text[:at] or at == len(made.text) + 1)
    assert any(text[: at - 1] + text[at - 1 + len(text) - len(made.text) :] == made.text for at in range(top + 1))
    assert edited(grown, made.value) == made.text


@settings(max_examples=800)
@given(seeds)
def test_an_entity_goes_with_its_comments_and_nothing_else_does(seed: int) -> None:
    random = Random(seed)
    made = messy(random)
    kind, slug = chosen(made, random)
    wanted = copy.deepcopy(made.value)
    del wanted[kind][slug]
    if not wanted[kind]:
        del wanted[kind]
        edited(made, wanted)
        return
    start, end = made.spans[kind, slug]
    text = edited(made, wanted)
    kept = made.text[:start] + made.text[end:]
    if kind in made.in_braces:
        assert "".join(text.replace(",", "").split()) == "".join(kept.replace(",", "").split())
    else:
        lines = [line for line in kept.splitlines() if line.strip()]
        assert [line for line in text.splitlines() if line.strip()] == lines


def test_what_cannot_be_edited_alone_is_refused() -> None:
    text = "devices: {a: {name: A}, # the first\n  b: {name: B}}\n"
    document = parse(text)
    with pytest.raises(Unfaithful, match="comment"):
        spliced("f.yaml", text, document, {"devices": {"b": {"name": "B"}}})
