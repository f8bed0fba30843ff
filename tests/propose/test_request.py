"""What a pull request says of proposals: obeyed by nobody, short enough, the same words for the same proposals."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_markdown import RENDERERS, Elements
from support_payloads import OBEYED, PAYLOADS

from invgit.model.entity import Address
from invgit.propose.proposal import Op, Proposal
from invgit.propose.request import MAX_TITLE, mark_of, request
from invgit.text.markdown import MOST

SITE = "anand-family/home"
OURS = {"p", "code", "details", "summary", "pre", "blockquote", "comment", "strong"}


def proposal(number: int = 1, op: Op = "add", text: str = "Lamp") -> Proposal:
    before = {} if op == "add" else {"name": "Old"}
    return Proposal(
        id=f"a{number:011x}",
        op=op,
        address=Address("device", f"{SITE}/d{number}"),
        file=f"{SITE}/devices/{text}.yaml",
        key=text,
        why=f"it is {text}",
        after={"name": text, "tags": [text], "notes": None},
        digest="e1",
        before=before,
        evidence={text: text, "ref": "3398"},
    )


def test_a_place_with_a_very_long_name_makes_no_title_that_is_refused() -> None:
    found = request("s" * 100, f"{'o' * 100}/{'h' * 100}", [proposal()])
    assert len(found.title) == MAX_TITLE
    assert found.message.splitlines()[0].startswith(found.title)


def test_all_of_it_is_told_by_what_happens() -> None:
    found = request("homeseer", SITE, [proposal(1), proposal(2, "update"), proposal(3, "missing"), proposal(4)])
    assert found.title == "homeseer: 2 new, 1 changed, 1 missing at anand-family/home"
    assert found.message.splitlines()[2:4] == ["+ device:anand-family/home/d1", "~ device:anand-family/home/d2"]
    text = """\
# ~ device:anand-family/home/d2  (a00000000002)  anand-family/home/devices/Lamp.yaml
#   it is Lamp
#   Lamp: Lamp
#   ref: 3398
-   name: Old
+   name: Lamp
+   tags: ["Lamp"]
+   notes: null
"""
    assert text in found.body


def test_the_same_proposals_have_the_same_mark_and_others_another() -> None:
    first = request("homeseer", SITE, [proposal(1)])
    assert first == request("homeseer", SITE, [proposal(1)])
    assert mark_of(first.body)
    assert mark_of(first.body) != mark_of(request("homeseer", SITE, [proposal(2)]).body)
    assert mark_of(f"somebody's words\r\n{first.body}\r\n") == mark_of(first.body)
    assert mark_of("<!-- invgit:proposals x -->") is None


@pytest.mark.parametrize("number", [1, 500, 3_000, 20_000])
def test_it_is_always_short_enough(number) -> None:
    text = "x" * (100 if number > 1 else 200_000)
    found = request("homeseer", SITE, [proposal(each, "update", text) for each in range(number)])
    assert len(found.body) <= MOST + 60
    assert len(found.title) <= 256
    assert len(found.message) < 20_000
    assert f"{number:,} changed" in found.body
    assert ("device:anand-family/home/d0 " in found.body) == (len(text) < MOST)
    assert ("… and 19,850 more" in found.body) == (number == 20_000)


def check_inert(text: str) -> None:
    # nothing but slugs gets into a title and a commit, whatever things are called
    found, plain = (request("homeseer", SITE, [proposal(1, "update", each)]) for each in (text, "plain"))
    assert (found.title, found.message) == (plain.title, plain.message)
    assert not OBEYED.search(found.body)
    for render in RENDERERS.values():
        shown, expected = Elements(render(found.body)), Elements(render(plain.body))
        assert set(shown.tags) <= OURS
        assert shown.tags == expected.tags
        assert shown.attributes == expected.attributes


@pytest.mark.parametrize("text", [each for each in PAYLOADS if len(each) < 5_000])
def test_no_name_is_obeyed(text) -> None:
    check_inert(text)


@given(st.text(max_size=50))
def test_no_text_at_all_is_obeyed(text) -> None:
    check_inert(text)


def test_half_a_character_ends_nothing() -> None:
    assert "\\ud800" in request("homeseer", SITE, [replace(proposal(1), why="\ud800")]).body
