"""What is news to whom, and what a message says of it."""

from hypothesis import given
from hypothesis import strategies as st

from invgit.model.alerts import CONDITIONS, Alert
from invgit.notify.message import CHAT, MAIL, TEST, message
from invgit.notify.news import News, Situation, news
from invgit.text.problem import BAD_CHARACTER

ALERTS = st.builds(
    Alert, st.sampled_from(CONDITIONS), st.sampled_from("abc"), st.sampled_from(["o/a", "o/b", None]), st.text()
)
MANY = tuple(Alert("new-devices", str(number), "o/a", f"o/a: lamp {number} {'x' * 300}") for number in range(100_000))


def alert(key: str, kind="drift", site="o/a", text="") -> Alert:
    return Alert(kind, key, site, text or f"{site}: {key}")


def test_only_a_change_is_news() -> None:
    first = news(Situation((alert("a"), alert("b"))), ())
    assert [each.key for each in first.begun] == ["a", "b"]
    assert not news(Situation((alert("b"), alert("a"))), first.begun)
    later = news(Situation((alert("b"), alert("c"))), first.begun)
    assert ([each.key for each in later.begun], [each.key for each in later.over]) == (["c"], ["a"])


def test_what_is_said_otherwise_is_the_same_and_what_is_over_is_told_as_it_was() -> None:
    before = (alert("a", text="late since noon"),)
    assert not news(Situation((alert("a", text="late since eight"),)), before)
    assert news(Situation(), before).over == before


def test_where_nobody_could_look_nothing_is_over() -> None:
    told = (alert("a", site="o/a"), alert("b", site="o/b"), alert("c", kind="warranty"))
    assert [each.key for each in news(Situation(blind=frozenset({("drift", "o/a")})), told).over] == ["b", "c"]
    assert [each.key for each in news(Situation(blind=frozenset({("drift", None)})), told).over] == ["c"]
    seen = Situation((alert("d", site="o/a"),), frozenset({("drift", "o/a")}))
    assert [each.key for each in news(seen, told).begun] == ["d"]


def test_what_nobody_wants_to_hear_of_is_forgotten_without_a_word() -> None:
    found = news(Situation((alert("b"),)), [alert("a")], on=("warranty",))
    assert not found
    assert found.dropped == (alert("a"),)


@given(st.lists(ALERTS), st.lists(ALERTS), st.sets(st.sampled_from(CONDITIONS)))
def test_who_was_told_knows_what_is_so(now, before, on) -> None:
    """After the news, what somebody was told is what holds and is wanted; and then there is none."""
    told = {(each.kind, each.key): each for each in before}
    found = news(Situation(tuple(now)), told.values(), on)
    for each in (*found.over, *found.dropped):
        del told[each.kind, each.key]
    for each in found.begun:
        assert told.setdefault((each.kind, each.key), each) is each
    assert told.keys() == {(each.kind, each.key) for each in now if each.kind in on}
    again = news(Situation(tuple(now)), told.values(), on)
    assert not again
    assert not again.dropped


def test_a_message_says_how_many_of_what_and_then_which() -> None:
    found = News((alert("a", "new-devices"), alert("b", "new-devices"), alert("c", "late-run")), (alert("d"),))
    made = message(found)
    assert made.title == "invgit: 2 new devices, 1 late run; over: 1 change by hand"
    assert made.text(MAIL).splitlines() == [
        "2 new devices",
        "- o/a: a",
        "- o/a: b",
        "1 late run",
        "- o/a: c",
        "Over: 1 change by hand",
        "- o/a: d",
    ]
    assert message(News((), (alert("d"),))).title == "invgit: over: 1 change by hand"
    assert TEST.text(CHAT) == TEST.note


def test_a_hundred_thousand_alerts_are_a_short_message() -> None:
    made = message(News(MANY))
    assert made.title == "invgit: 100,000 new devices"
    for limit in (CHAT, MAIL):
        text = made.text(limit)
        assert len(text.encode()) <= limit
        assert text.splitlines()[-1].endswith(" more")
    document = made.document()
    assert len(document["begun"]) + document["left_off"] == len(MANY)


@given(st.lists(ALERTS, max_size=30), st.lists(ALERTS, max_size=30))
def test_no_text_breaks_a_line_or_a_limit(begun, over) -> None:
    made = message(news(Situation(tuple(begun)), over))
    assert len(made.text(CHAT).encode()) <= CHAT
    assert made.title.isascii()
    assert made.title.isprintable()
    assert not BAD_CHARACTER.search(made.text(CHAT))
    assert "\r" not in made.text(CHAT)
    assert all(each[:2] == "- " or each[0].isdigit() or each[:6] == "Over: " for each in made.text(CHAT).splitlines())
