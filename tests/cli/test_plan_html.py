"""A plan as a page: one file that asks for nothing, runs nothing, and shows what the data says as it is."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_markdown import Elements
from support_payloads import OBEYED, PAYLOADS
from support_plans import change, form, hostile

from invgit.cli.views.plan_html import as_html

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "ul", "li", "p", "main", "section",
    "details", "summary", "code", "span", "strong", "div", "table", "tr", "th", "td", "del", "ins", "time", "footer",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "aria-hidden", "open", "scope", "datetime",
}  # fmt: skip


def check_inert(text: str) -> None:
    shown, plain = as_html(hostile(text)), as_html(hostile("plain"))
    found, expected = Elements(shown), Elements(plain)
    assert not OBEYED.search(shown)
    assert found.tags == expected.tags
    assert set(found.tags) <= TAGS
    assert {name for name, _ in found.attributes} <= ATTRIBUTES
    others = [[each for each in of.attributes if each[0] != "datetime"] for of in (found, expected)]
    assert others[0] == others[1]


@pytest.mark.parametrize("text", [text for text in PAYLOADS if 0 < len(text) < 1000], ids=lambda text: ascii(text)[:30])
def test_data_is_shown_and_not_obeyed(text: str) -> None:
    check_inert(text)


@given(st.text(st.sampled_from("<>&\"'`{}%#/=! \\\n-:a\x1b\u202e\ud800"), min_size=1, max_size=30))
def test_whatever_the_text(text: str) -> None:
    check_inert(text)


def test_the_policy_allows_the_one_style_and_nothing_else() -> None:
    page = as_html(hostile("x"))
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policies = [value for name, value in Elements(page).attributes if name == "content" and "src" in (value or "")]
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    assert not re.search(r"url\(|@import|https?:|src=|href=|<script|style=| on[a-z]+=", page)


def test_every_part_of_a_plan_is_on_the_page_in_its_order() -> None:
    text = Elements(as_html(hostile("plain")))
    said = ["Refused", "Deleted", "Kept", "One edit, many entities", "Changes", "Changed in the database by hand"]
    places = [text.beside.index(each) for each in said]
    assert places == sorted(places)
    assert "device:a/b/plain" in text.codes
    assert "c0ffeec0 plain" in text.codes
    assert text.codes.count("--allow plain") == 1


def test_nothing_to_do_is_said() -> None:
    text = Elements(as_html(form())).beside
    assert "Nothing to do." in text
    assert "7 entities as described" in text


def test_what_is_long_is_folded() -> None:
    few, many = (form(*(change("create", f"zone:a/b/{at}") for at in range(number))) for number in (3, 300))
    assert "<details open>" in as_html(few)
    assert "<details>" in as_html(many)


def test_only_the_page_needs_the_template_engine() -> None:
    imports = "import sys, invgit.cli.planned, invgit.cli.views.plan, invgit.cli.views.plan_markdown"
    code = f"{imports}; print([name for name in sys.modules if 'jinja' in name])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


HOSTILE = """</code></td></table><img src=DOOR/img><script>document.title='ran'</script><iframe src=DOOR/frame></iframe>
<svg onload="document.title='ran'"></svg><link rel=stylesheet href=DOOR/css><style>@import url(DOOR/import);</style>
<object data=DOOR/object></object><script src=DOOR/script></script><base href=DOOR/><b style="background:url(DOOR/url)">
<video src=DOOR/video autoplay></video><meta http-equiv=refresh content="0;url=javascript:document.title='ran'">"""


class _Door(BaseHTTPRequestHandler):
    knocks: list[str]

    def do_GET(self) -> None:
        self.knocks.append(self.path)
        self.send_error(404)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")
def test_a_browser_runs_nothing_and_asks_nobody(tmp_path: Path) -> None:
    """Even where the escapes failed: the same page with payloads that nobody escaped is held by its policy."""
    door = type("Door", (_Door,), {"knocks": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        payload = HOSTILE.replace("DOOR", f"http://127.0.0.1:{server.server_port}")
        escaped = as_html(hostile(payload))
        for name, page in {"escaped": escaped, "bare": as_html(hostile("BARE")).replace("BARE", payload)}.items():
            path = tmp_path / f"{name}.html"
            path.write_text(page, encoding="utf-8")
            dom = _opened(path, tmp_path)
            assert "<title>Plan</title>" in dom
            if name == "escaped":
                assert Elements(dom).tags.count("img") == 0
        assert door.knocks == []
        (tmp_path / "held.html").write_text(re.sub("<meta http-equiv.*", "", page), encoding="utf-8")
        _opened(tmp_path / "held.html", tmp_path)
        assert "/img" in door.knocks  # so a knock would have been heard
        server.shutdown()


def _opened(path: Path, folder: Path) -> str:
    """The document as a browser has it, once it has loaded."""
    assert BROWSER
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    command = [BROWSER, *options, "--virtual-time-budget=2000", path.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True, env={**os.environ, "HOME": str(folder)})
    return done.stdout.decode()
