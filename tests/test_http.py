"""A request keeps its secrets: real servers on 127.0.0.1 that do what servers and proxies do."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from invgit.http import Http, Unanswered
from invgit.text.told import redacted, spellings

CANARY = "Canary-5"


class Server:
    """Answers each request with what `says` gives: a status and headers; `asked` is what came in."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str, bytes]] = []
        self.says: dict[str, tuple[int, dict[str, str]]] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.asked.append((self.command, self.path, str(self.headers), body))
                status, headers = fake.says.get(self.path, (200, {}))
                if not status:
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"fine")

        for method in ("GET", "POST", "PATCH", "CONNECT"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def server() -> Iterator[Server]:
    made = Server()
    thread = Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def test_what_is_sent_arrives_and_nothing_else_does() -> None:
    with server() as there, Http() as http:
        answer = http.ask("POST", f"{there.url}/x?q=%20", {"Authorization": CANARY}, b"{}")
        assert (answer.status, answer.body) == (200, b"fine")
        method, path, headers, body = there.asked[0]
        assert (method, path, body) == ("POST", "/x?q=%20", b"{}")
        assert f"Authorization: {CANARY}" in headers
        assert "Cookie" not in headers


def test_where_only_the_status_counts_nothing_else_is_read() -> None:
    with server() as there, Http(most=0) as http:
        there.says = {"/": (200, {"Content-Encoding": "gzip", "Content-Length": "9999999"})}
        answer = http.ask("POST", f"{there.url}/", {}, b"1")
        assert (answer.status, answer.body) == (200, b"")


def test_a_redirect_is_followed_on_its_own_host_with_the_same_method_only() -> None:
    with server() as there, Http() as http:
        there.says = {"/a": (307, {"Location": "/b"}), "/c": (302, {"Location": "/b"}), "/d": (302, {"Location": "/d"})}
        assert http.ask("PATCH", f"{there.url}/a", {}, b"1").status == 200
        assert [(method, path, body) for method, path, _, body in there.asked] == [
            ("PATCH", "/a", b"1"),
            ("PATCH", "/b", b"1"),
        ]
        assert http.ask("POST", f"{there.url}/c", {}, b"1").status == 302
        assert http.ask("GET", f"{there.url}/c").status == 200
        with pytest.raises(Unanswered, match="again and again"):
            http.ask("GET", f"{there.url}/d")


def test_a_request_that_broke_is_sent_again_only_where_that_does_no_harm() -> None:
    with server() as there, Http(retries=1) as http:
        there.says = {"/": (0, {})}
        for method, times in (("POST", 1), ("GET", 2)):
            there.asked.clear()
            with pytest.raises(Unanswered, match="connection broke"):
                http.ask(method, f"{there.url}/", {}, b"")
            assert len(there.asked) == times


def test_only_https_goes_through_a_proxy_and_only_where_that_is_wanted(monkeypatch, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with server() as proxy, server() as there:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url.replace("//", "//ann:Proxy-5@"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        proxy.says = {"forge.invalid:443": (407, {})}
        headers = {"Authorization": CANARY}
        with Http(proxied=True) as http:
            assert http.ask("GET", there.url, headers).status == 200
            assert not proxy.asked
            with pytest.raises(Unanswered, match="proxy") as caught:
                http.ask("GET", "https://forge.invalid/x", headers)
            method, path, sent, _ = proxy.asked[0]
            assert (method, path) == ("CONNECT", "forge.invalid:443")
            monkeypatch.setenv("NO_PROXY", "forge.invalid")
            with pytest.raises(Unanswered, match="no connection"):
                http.ask("GET", "https://forge.invalid/x", headers)
        with Http() as http, pytest.raises(Unanswered, match="no connection"):
            http.ask("GET", "https://forge.invalid/x", headers)
        assert len(proxy.asked) == 1
        monkeypatch.delenv("NO_PROXY")
        monkeypatch.setenv("HTTPS_PROXY", "gopher://x")
        monkeypatch.setenv("https_proxy", "gopher://x")
        with Http(proxied=True) as http, pytest.raises(Unanswered, match="none that can be asked"):
            http.ask("GET", "https://forge.invalid/x", headers)
    told = f"{sent} {traceback.format_exception(caught.value)} {caplog.text}"
    assert CANARY not in told
    assert "Proxy-5" not in told


@pytest.mark.parametrize("header", ["a\nX-More: 1", "ü", "\x00"])
def test_a_secret_that_no_header_can_hold_is_told_and_not_shown(header) -> None:
    with server() as there, Http() as http:
        with pytest.raises(Unanswered, match="no header") as caught:
            http.ask("GET", there.url, {"Authorization": CANARY + header})
        assert not there.asked
    assert CANARY not in str(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["", "ftp://x/", "http://", "http://[", "http://h:0x/", "//x"])
def test_an_address_that_is_none_is_told(url) -> None:
    with Http(retries=0) as http, pytest.raises(Unanswered):
        http.ask("GET", url)


def test_a_secret_is_found_in_each_spelling() -> None:
    secrets = spellings(["a b/c", None, ""])
    assert redacted("a b/c a%20b%2Fc a+b%2Fc abc", secrets) == "*** *** *** abc"
    assert redacted("xyz", spellings(["xyz"])) == "xyz"
