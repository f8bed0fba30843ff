"""A plan as a comment: counts and deletes first, all else folded, always short enough, and obeyed by nobody."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_markdown import RENDERERS, Elements
from support_payloads import OBEYED, PAYLOADS
from support_plans import TYPES, change, form, hostile

from invgit.cli.views.outline import ACTIONS
from invgit.cli.views.plan_markdown import MARKER, as_markdown
from invgit.text.markdown import MOST

OURS = {"h2", "h3", "p", "strong", "ul", "li", "details", "summary", "code", "pre", "blockquote", "comment"}
OURS_TOO = {"table", "thead", "tbody", "tr", "th", "td"}
SENT = 65_536


def elements(markdown: str) -> list[Elements]:
    return [Elements(render(markdown)) for render in RENDERERS.values()]


def check_inert(text: str) -> None:
    shown = as_markdown(hostile(text))
    plain = as_markdown(hostile("plain"))
    assert not OBEYED.search(shown)
    for found, expected in zip(elements(shown), elements(plain), strict=True):
        assert set(found.tags) <= OURS
        assert [tag for tag in found.tags if tag != "code"] == [tag for tag in expected.tags if tag != "code"]
        assert set(found.attributes) <= {("class", "language-diff"), ("lang", "diff")}
        assert re.sub(r"\s+", " ", found.beside) == re.sub(r"\s+", " ", expected.beside) or not text.strip()


def test_counts_are_what_one_reads_first_and_deletes_come_before_all_else() -> None:
    text = as_markdown(
        form(
            change("create", "zone:a/b/new", color=(None, "#fff")),
            change("delete", "zone:a/b/old", "Old", {"file": "inventory/old.yaml"}),
            change("update", "zone:a/b/it", color=("#000", None)),
        )
    )
    assert text.splitlines()[:2] == [MARKER, "## Plan: 1 to delete, 1 to create, 1 to update"]
    assert text.index("`zone:a/b/old` `Old`, was in `inventory/old.yaml`") < text.index("<details>")
    assert "-   color: #000\n```" in text
    assert text.endswith("1 to delete, 1 to create, 1 to update, 7 entities as described.")


def test_nothing_to_do_is_said() -> None:
    assert as_markdown(form()) == f"{MARKER}\n## Plan: nothing to do\n\n7 entities as described."


def test_one_edited_type_is_one_fold_with_its_place_and_how_many_it_reaches() -> None:
    who = {"commit": "c0ffee" * 6, "author": "Ada", "at": "2026-01-01T00:00:00Z"}
    source = {**TYPES, **who}
    text = as_markdown(
        form(*(change("update", f"device:a/b/d{n}", source=source, model=("x", "y")) for n in range(40)))
    )
    head = "<code>inventory/catalog/types.yaml:14:5</code> (<code>c0ffeec0 Ada</code>): 40 devices (<code>model</code>)"
    assert f"<details><summary>{head}</summary>\n\n```diff\n-   model: x\n+   model: y\n# device:a/b/d0  N\n" in text
    assert text.count("<details>") == 1


def test_what_is_refused_comes_with_the_words_that_let_it_through() -> None:
    made = form(change("delete", "device:a/b/x"))
    made["refused"] = [{"message": "5 of 9 devices", "setting": "limits.deletes", "allow": "delete:device@a/b=5"}]
    text = as_markdown(made)
    assert "> **Refused" in text
    assert "- `5 of 9 devices` (`limits.deletes` in `invgit.yaml`)" in text
    assert "`--allow delete:device@a/b=5`" in text
    assert text.index("Refused") < text.index("### Deleted")


def test_what_was_done_by_hand_has_a_section_of_its_own() -> None:
    drift = change("update", "zone:a/b/it", color=("#000", None, ("drift", True)))
    text = as_markdown(form(change("update", "zone:a/b/other", color=("#000", None)), drift))
    assert text.index("zone:a/b/other") < text.index("### Changed in the database by hand") < text.index("zone:a/b/it")


def test_what_is_protected_is_told_unfolded() -> None:
    text = as_markdown(form(protected=({**change("delete", "device:a/b/nvr", "NVR"), "because": "it is protected"},)))
    assert "- `device:a/b/nvr` `NVR`: `it is protected`\n" in text


def sized(number: int, width: int, sites: int = 3) -> dict[str, Any]:
    """A plan of so many creates and updates, and a tenth as many deletes."""
    changes = [
        change(
            ("create", "update")[at % 2], f"device:o/s{at % sites}/d{at}", "N" * 20,
            {"file": f"inventory/o/s{at % sites}/devices.yaml", "line": at, "column": 3},
            **{f"f{n}": (None, "v" * 30) for n in range(width)},
        )
        for at in range(number)
    ]  # fmt: skip
    gone = [change("delete", f"zone:o/s0/z{at}", "Z" * 30, {"file": "f"}) for at in range(number // 10)]
    return form(*changes, *gone)


def one_edit(number: int) -> dict[str, Any]:
    """One edit of a device type that so many devices have."""
    return form(
        *(change("update", f"device:a/b{at % 50}/d{at}", source=TYPES, model=("x", "y")) for at in range(number))
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (sized(50, 8), None),
        (sized(80, 20), "the fields of what is new"),
        (sized(300, 40), "the fields of single entities"),
        (one_edit(100_000), "most names in groups"),
        (sized(100_000, 2), "single changes"),
        (sized(100_000, 2, sites=20_000), "single changes"),
    ],
)
def test_it_always_fits_and_says_what_it_leaves_out(made: dict[str, Any], said: str | None) -> None:
    text = as_markdown(made)
    assert len(text) <= MOST < SENT
    assert ("Too long for a comment" in text) == (said is not None)
    assert f"{said or ''} had to be left out" in text or said is None
    head = text.splitlines()[1]
    assert all(
        f"{number:,} to {action}" in head for action, number in made["summary"].items() if action in ACTIONS and number
    )
    for found in elements(text):
        assert set(found.tags) <= OURS | OURS_TOO


@pytest.mark.parametrize("text", ["x" * 70_000, "🖴" * 40_000, "`" * 3000, "<" * 50_000])
def test_no_single_text_makes_it_too_long(text: str) -> None:
    made = as_markdown(hostile(text))
    assert len(made.encode("utf-16-le")) // 2 <= MOST
    assert made.startswith(f"{MARKER}\n## Plan: 1 to delete, 2 to create, 4 to update, 1 to rename")


@pytest.mark.parametrize("text", [text for text in PAYLOADS if 0 < len(text) < 1000], ids=lambda text: ascii(text)[:30])
def test_data_is_shown_and_not_obeyed(text: str) -> None:
    check_inert(text)


@given(st.text(st.sampled_from("`| \\\n:#[]<>&*_$@a%0Aw./\x1b\u202e\ud800-+!"), min_size=1, max_size=30))
def test_whatever_the_text(text: str) -> None:
    check_inert(text)


def test_what_is_too_long_for_single_changes_still_tells_what_one_edit_does_and_what_was_done_by_hand() -> None:
    made = form(
        *sized(30_000, 2)["changes"],
        *one_edit(100)["changes"],
        change("update", "zone:a/b/it", color=("#000", None, ("drift", True))),
    )
    text = as_markdown(made)
    assert "- `inventory/catalog/types.yaml:14:5`: 100 devices (<code>model</code>)" in text
    assert "### Changed in the database by hand, and set back: 1" in text
    assert "| `o/s0` | `device` |" in text
