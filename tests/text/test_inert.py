"""Nothing in a text is obeyed: what terminals, GitHub's runner and two Markdown renderers make of each payload."""

import json
import re
from urllib.parse import unquote_to_bytes, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_markdown import RENDERERS, Elements
from support_payloads import OBEYED, PAYLOADS
from support_runner import commands

from invgit.text.inert import cell, code, command, fence, json_line, line, safe, uri, whole

TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=30),
    st.text(st.sampled_from("`| \\\n:#[]<>&*_$@a%0Aw./\x1b\u202e\ud800"), max_size=30),
    st.lists(st.sampled_from([text for text in PAYLOADS if len(text) < 400]), max_size=3).map("".join),
)
payloads = pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text)[:30])


def check_terminal(text: str) -> None:
    for shown in (safe(text), line(text), whole(text), json_line(text), json_line({text: [text]})):
        assert not OBEYED.search(shown)
    assert not set(line(text)) & {"\n", "\t"}
    assert json.loads(json_line({text: [text]})) == {text: [text]}
    if not OBEYED.search(text) and "##[" not in text:
        assert line(text) == text.replace("\n", "\\n").replace("\t", " ")


def check_runner(text: str) -> None:
    for shown in (f"name: {safe(text)}", f"name: {line(text)}", whole(text), f"  {json_line(text)}"):
        assert commands(shown) == []
    (found,) = commands(f"a\n{command('error', text, file=text, line=3, col=None, title=text)}\nb")
    assert (found.name, found.data) == ("error", safe(text))
    title = re.sub(r"[^\S\n]+\Z", "", safe(text))  # the runner trims the last one
    expected = {"file": safe(text), "line": "3", "title": title}
    assert found.properties == {key: value for key, value in expected.items() if value}


TABLE = ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "code", "td", "code"]


def written_out(text: str) -> str:
    """The line as it is shown: a wall of backticks, which renderers give up on, is written out too."""
    return re.sub("`{41,}", lambda found: "\\x60" * len(found.group()), line(text))


def check_markdown(text: str) -> None:
    for render in RENDERERS.values():
        found = Elements(render(f"before {code(text)} after, {code(text)}\n\n- {code(text)}\n"))
        codes = ["code"] if text else []
        assert found.tags == ["p", *codes, *codes, "ul", "li", *codes]
        assert found.codes == [written_out(text)] * len(codes) * 3
        assert re.fullmatch(r"before\s+after,\s*", found.beside)
        table = Elements(render(f"| a | b |\n|---|---|\n| {cell(text)} | {cell(text)} |\n"))
        assert table.tags == [tag for tag in TABLE if text or tag != "code"]
        assert table.codes == [written_out(text.replace("\\|", "\\\\x7c"))] * len(codes) * 2
        block = Elements(render(f"a\n\n{fence(text, 'text')}\n\nb\n"))
        assert block.tags == ["p", "pre", "code", "p"]
        assert block.codes == [re.sub("`{41,}", lambda found: "\\x60" * len(found.group()), safe(text)) + "\n"]


@payloads
def test_a_terminal_obeys_nothing(text: str) -> None:
    check_terminal(text)


@payloads
def test_the_runner_of_github_obeys_nothing_but_what_was_meant(text: str) -> None:
    check_runner(text)


@payloads
def test_markdown_shows_exactly_the_text(text: str) -> None:
    check_markdown(text)


@given(TEXTS)
def test_whatever_the_text(text: str) -> None:
    check_terminal(text)
    check_runner(text)
    check_markdown(text)


@given(st.text(st.characters(codec=None), max_size=40))
def test_a_uri_is_the_files_own_bytes(text: str) -> None:
    found = uri(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*", found)
    try:
        assert unquote_to_bytes(found) == text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        assert unquote_to_bytes(found) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("path", ["a:b/c", "javascript:1", "ü ?#%", "a//b"])
def test_a_uri_stays_in_the_repository(path: str) -> None:
    assert urljoin("file:///repository/", uri(path)).startswith("file:///repository/")


def test_an_address_that_begins_with_colons_can_be_read() -> None:
    assert line("::1") == safe("::1") == "::1"
    assert whole("::1 is free") == "\\x3a:1 is free"
