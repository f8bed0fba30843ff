"""A plan for people: counts and deletes first, alike updates together, nothing that a terminal would obey."""

import re
from typing import Any

import pytest
from support_plans import change, form

from invgit.cli.views import plan
from invgit.plan.nested import nested_changes

OURS = re.compile("\x1b\\[(?:0|1|2|31|32|33|36)m")


def as_text(form: dict[str, Any]) -> str:
    """The text without the colours that are ours; whatever else a terminal obeys would still be there."""
    return OURS.sub("", plan.as_text(form))


def test_nothing_to_do_is_one_line() -> None:
    assert as_text(form()) == "Nothing to do: 7 entities as described."


def test_deletes_come_first_and_the_legend_has_only_what_is_used() -> None:
    text = as_text(
        form(
            change("create", "zone:a/b/new", ip=(None, "x")),
            change("delete", "zone:a/b/old", source={"file": "inventory/old.yaml"}),
            change("update", "zone:a/b/it", color=("#000000", None)),
        )
    )
    assert text.splitlines() == [
        "Plan: 1 to delete, 1 to create, 1 to update",
        "+ create  ~ update  - delete",
        "",
        "- zone:a/b/old  N  (was in inventory/old.yaml)",
        "+ zone:a/b/new  N  inventory/a.yaml:3:5",
        "      ip: x",
        "~ zone:a/b/it  N  inventory/a.yaml:3:5",
        "      color: #000000 → nothing",
        "",
        "1 to delete, 1 to create, 1 to update; 7 entities as described",
    ]


def test_many_updates_of_one_line_are_one_group() -> None:
    source = {"file": "inventory/catalog/types.yaml", "line": 14, "column": 5}
    text = as_text(form(*(change("update", f"device:a/b/d{n}", source=source, model=("x", "y")) for n in range(40))))
    assert "~ inventory/catalog/types.yaml:14:5: 40 devices\n      model: x → y\n" in text
    assert "a/b/d0, a/b/d1, a/b/d2 and 37 more" in text


def test_what_is_protected_is_shown_and_explained() -> None:
    text = as_text(form(protected=({**change("delete", "device:a/b/nvr"), "because": "it is protected"},)))
    assert "1 protected, skipped" in text
    assert "! kept  device:a/b/nvr: it is protected" in text


def test_nested_values_show_what_is_different_inside() -> None:
    before, after = {"os": "1", "ports": [1, 2], "x": True}, {"os": "2", "ports": [1, 3], "y": None}
    text = as_text(form(change("update", "device:a/b/c", metadata=(before, after))))
    assert 'metadata.os: "1" → "2"' in text
    assert "metadata.ports[1]: 2 → 3" in text


def test_data_cannot_speak_to_the_terminal_or_break_lines() -> None:
    text = as_text(form(change("create", "zone:a/b/c", name="a\x1b[5m\nb\u202e", notes=(None, "x\ny\x9b"))))
    assert not any(character in text for character in "\x1b\x9b\u202e")
    assert "a\\x1b[5m\\nb\\u202e" in text


def test_long_values_are_cut() -> None:
    assert max(map(len, as_text(form(change("create", "zone:a/b/c", notes=(None, "x" * 5000)))).splitlines())) < 250


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": True}, [(".a", 1, True)]),
        (None, {"a": 1}, [("", None, {"a": 1})]),
        ([1], [1, 2], [("[1]", None, 2)]),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, [(".a.b[1].c", 2, 3)]),
        ({}, {"root['x']": 1}, [(".root['x']", None, 1)]),
    ],
)
def test_inner_differences_have_their_path(before: Any, after: Any, expected: Any) -> None:
    assert list(nested_changes(before, after)) == expected


def test_a_text_that_reads_like_something_else_has_quotes() -> None:
    before, after = {"a": True, "b": "1.10", "c": "x"}, {"a": "true", "b": 1.1, "c": "nothing"}
    text = as_text(form(change("update", "device:a/b/c", metadata=(before, after), model=(None, "nothing"))))
    assert 'metadata.a: true → "true"' in text
    assert 'metadata.b: "1.10" → 1.1' in text
    assert 'metadata.c: x → "nothing"' in text
    assert 'model: nothing → "nothing"' in text


def test_two_edited_lines_of_a_type_are_one_group_and_what_else_changes_stands_at_its_device() -> None:
    types = {"file": "inventory/catalog/types.yaml", "line": 14, "column": 5}
    model = {**types, "line": 15}
    own = {"file": "inventory/a.yaml", "line": 3, "column": 5}
    new = ("x", "y", ("source", model))
    text = as_text(
        form(
            change("update", "device:a/b/c", source=types, maker=("a", "b"), model=new),
            change(
                "update", "device:a/b/d", "E", own, title=("D", "E"), maker=("a", "b", ("source", types)), model=new
            ),
            change("update", "device:a/b/e", source=types, maker=("a", "b")),
        )
    )
    assert text.splitlines()[3:-2] == [
        "~ inventory/catalog/types.yaml:14:5: 2 devices",
        "      maker: a → b",
        "      model: x → y",
        "      a/b/c",
        "      a/b/d, and",
        "          title: D → E",
        "~ device:a/b/e  N  inventory/catalog/types.yaml:14:5",
        "      maker: a → b",
    ]
