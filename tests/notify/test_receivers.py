"""Messages reach real servers; each that fails says why, and nothing secret; none is waited for too long."""

import json
import logging
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.receivers import Hook, Mailbox
from support_tls import Authority

from invgit.errors import InvgitError
from invgit.model.alerts import Alert
from invgit.model.fields import made
from invgit.model.gate import validator
from invgit.model.settings import Secrets
from invgit.notify.mail import mail
from invgit.notify.message import TEST, message
from invgit.notify.news import News
from invgit.notify.receivers import receivers, send
from invgit.notify.settings import Notify, Smtp, Webhook
from invgit.notify.webhook import post

AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NASTY = "a\r\nBcc: x@y.z\n\n.\r\nMAIL FROM:<x>\x1b[2J\u202e <!channel> @everyone `` ``` & ::error::x ##[error] ü 🎄"
NEWS = message(News((Alert("new-devices", "homeseer 1", "a/b", NASTY),)))
SECRETS = {"HOOK_TOKEN": "Canary-Token", "MAIL_PASSWORD": "Canary-Password"}


def secrets(**more: str) -> Secrets:
    return Secrets({**SECRETS, **more}, Path())


def posted(hook: Hook | str, note=NEWS, total: float = 5.0, **said: object) -> None:
    url = hook if isinstance(hook, str) else hook.url
    webhook = made(Webhook, validator(Webhook).validate_python({"url": {"env": "HOOK"}, **said}))
    post(webhook, "phone", note, secrets(HOOK=url), total=total)


def mailed(box: Mailbox, note=NEWS, total: float = 5.0, **said: object) -> None:
    plain = {"host": "localhost", "port": str(box.port), "from": "invgit@example.com", "to": ["ann@example.com"]}
    smtp = made(Smtp, validator(Smtp).validate_python({**plain, "security": "none", **said}))
    mail(smtp, "ann@example.com", note, secrets(), AT, total=total)


LOGIN = {"user": "ann", "password": {"env": "MAIL_PASSWORD"}, "security": "starttls"}


@pytest.fixture
def authority(tmp_path_factory, monkeypatch) -> Authority:
    """An authority of one's own, trusted as people do it: by the variable that OpenSSL reads."""
    made = Authority(tmp_path_factory.mktemp("trusted"))
    monkeypatch.setenv("SSL_CERT_FILE", str(made.pem))
    return made


def told(caught: pytest.ExceptionInfo[InvgitError], caplog: pytest.LogCaptureFixture) -> str:
    """All that anybody can see of a failure."""
    error = caught.value
    return f"{error.message} {error.help} {traceback.format_exception(error)} {error.__context__!r} {caplog.text}"


def test_each_format_says_the_same_and_names_are_nobodys_words() -> None:
    with Hook() as hook:
        posted(hook)
        posted(hook, format="slack", token={"env": "HOOK_TOKEN"})
        posted(hook, format="text")
    (path, headers, body), (_, more, slack), (_, _, text) = hook.got
    document = json.loads(body)
    assert path == "/hooks/Canary-Hook"
    assert headers["Content-Type"] == "application/json"
    assert "Authorization" not in headers
    assert document["title"] == "invgit: 1 new device"
    assert document["begun"][0]["condition"] == "new-devices"
    assert document["over"] == []
    assert more["Authorization"] == "Bearer Canary-Token"
    said = json.loads(slack)["text"]
    assert said.count("```") == 2
    assert "&lt;!channel&gt;" in said
    assert "<" not in said
    assert text.decode().startswith("invgit: 1 new device\n")
    for shown in (text.decode(), document["text"], document["begun"][0]["text"], said):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\r" not in shown
        assert "\nBcc" not in shown
        assert "🎄" in shown


def test_a_mail_is_plain_text_and_no_name_gets_into_its_headers() -> None:
    with Mailbox() as box:
        mailed(box)
    sender, to, letter = box.mails[0]
    assert (sender, to) == ("invgit@example.com", ["ann@example.com"])
    assert letter["Subject"] == "invgit: 1 new device"
    assert letter["Date"] == "Mon, 23 Nov 2026 18:00:00 +0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Bcc"] is None
    assert letter.get_content_type() == "text/plain"
    assert "ü 🎄" in letter.get_content()
    assert "\\nBcc" in letter.get_content()
    assert box.raw[0].isascii()
    assert max(map(len, box.raw[0].split(b"\r\n"))) <= 78
    assert len(box.mails) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_a_mail_goes_and_a_password_is_said_only_behind_tls_that_is_trusted(authority, at_once) -> None:
    with Mailbox(authority.server("localhost"), at_once=at_once, login="ann:Canary-Password") as box:
        mailed(box, **{**LOGIN, "security": "tls" if at_once else "starttls"})
    assert len(box.mails) == 1
    assert b"encrypted" in box.heard
    assert b"in the clear" not in box.heard


def test_an_authority_of_ones_own_counts_where_it_is_named(tmp_path) -> None:
    mine = Authority(tmp_path)
    named = str(mine.pem)
    with Hook(mine.server("localhost")) as hook, Mailbox(mine.server("localhost"), login="ann:Canary-Password") as box:
        posted(hook, ca=named)
        mailed(box, **LOGIN, ca=named)
        mine.pem.write_text("nothing")
        for sent in (lambda: posted(hook, ca=named), lambda: mailed(box, **LOGIN, ca=named)):
            with pytest.raises(InvgitError, match="holds no certificates"):
                sent()
    assert len(hook.got) == len(box.mails) == 1


def test_a_webhook_is_asked_behind_tls_that_is_trusted(authority) -> None:
    with Hook(authority.server("localhost")) as hook:
        posted(hook, TEST)
    assert hook.documents[0]["text"].startswith("This is a test")


@pytest.mark.parametrize("wrong", ["name", "authority"])
@pytest.mark.parametrize("way", ["https", "starttls", "tls"])
def test_a_certificate_that_is_wrong_is_told_and_nothing_is_sent(authority, tmp_path, caplog, way, wrong) -> None:
    caplog.set_level(logging.DEBUG)
    issued = authority.server("other.example") if wrong == "name" else Authority(tmp_path).server("localhost")
    with Hook(issued) as hook, Mailbox(issued, at_once=way == "tls", login="ann:Canary-Password") as box:
        with pytest.raises(InvgitError, match="certificate") as caught:
            posted(hook) if way == "https" else mailed(box, **{**LOGIN, "security": way})
        assert not hook.got
        assert not box.mails
        assert not any(b"AUTH" in line for line in box.heard)
    assert "Canary" not in told(caught, caplog)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (404, {}, "HTTP 404"),
        (403, {}, "HTTP 403"),
        (429, {}, "HTTP 429"),
        (500, {}, "HTTP 500"),
        (302, {"Location": "/elsewhere"}, "redirects"),
        (307, {"Location": "http://localhost:1/Canary-Hook"}, "another server"),
        (308, {"Location": "http://canary-hook.example/"}, "another server"),
        (307, {"Location": "/hooks/Canary-Hook"}, "again and again"),
    ],
)
def test_a_webhook_that_does_not_take_a_message_says_why(status, headers, words, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with Hook() as hook:
        hook.status, hook.headers = status, {**hook.headers, **headers}
        with pytest.raises(InvgitError, match=words) as caught:
            posted(hook, token={"env": "HOOK_TOKEN"})
    assert caught.value.message.startswith("webhook phone: ")
    assert "canary" not in told(caught, caplog).casefold()


@pytest.mark.parametrize(
    "url",
    ["ftp://localhost/Canary-Hook", "localhost/Canary-Hook", "http://ann:Canary-Hook@localhost/", "http://[Canary-Hook",
     "http://localhost:99999/Canary-Hook", "http://localhost/Canary-Hook\u00fc", "http://localhost/ Canary-Hook"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_it(url, caplog) -> None:
    with pytest.raises(InvgitError, match="the URL of the webhook phone") as caught:
        posted(url)
    assert "Canary" not in told(caught, caplog)


def test_what_a_webhook_answers_is_not_read() -> None:
    with Hook() as hook:
        hook.odd, hook.headers = "floods", {"Content-Encoding": "gzip"}
        posted(hook)


@pytest.mark.parametrize(
    ("command", "answer", "words"),
    [
        ("", b"554 go away", "554"),
        ("", b"HTTP/1.1 400 Bad Request", "does not|answered"),
        ("EHLO", b"502 what?", "offers no STARTTLS"),
        ("EHLO", b"250-x\r\n250 AUTH PLAIN", "offers no STARTTLS"),
        ("STARTTLS", b"454 not now", "454"),
        ("AUTH", b"", "ended the connection at the login"),
        ("AUTH", b"334 =notbase64=", "refuses the login|as it should|answered"),
        ("AUTH", b"334 //////8=", "refuses the login|as it should|answered"),
        ("MAIL", b"550 Canary-Password", "does not take mail from"),
        ("RCPT", b"450 later", "does not take mail for it"),
        ("DATA", b"451 full", "451"),
        ("DATA", b"", "connection broke"),
        (".", b"", "connection broke"),
        (".", b"554 spam: Canary-Password", "554"),
        ("MAIL", b"\xff\xfe", "answered|as it should|does not take"),
    ],
)
def test_a_mail_server_that_does_not_take_a_mail_says_why(authority, caplog, command, answer, words) -> None:
    with Mailbox(authority.server("localhost"), login="ann:Canary-Password") as box:
        box.says[command] = answer
        with pytest.raises(InvgitError, match=words) as caught:
            mailed(box, **LOGIN)
    assert not box.mails
    assert caught.value.message.startswith("mail to ann@example.com: ")
    assert "Canary" not in told(caught, caplog)


def test_a_wrong_password_and_no_login_are_told(authority, caplog) -> None:
    with Mailbox(authority.server("localhost"), login="ann:other") as box:
        with pytest.raises(InvgitError, match="refuses the login") as caught:
            mailed(box, **LOGIN)
        box.offers.remove("AUTH PLAIN")
        with pytest.raises(InvgitError, match="offers no login"):
            mailed(box, **LOGIN)
    assert "Canary" not in told(caught, caplog)


def test_what_a_server_says_after_it_has_taken_a_mail_does_not_matter() -> None:
    with Mailbox() as box:
        box.says["QUIT"] = b"500 no"
        mailed(box)
    assert len(box.mails) == 1


@pytest.mark.parametrize("odd", ["drips", "silent", "floods", "hangs up"])
def test_nobody_is_waited_for_longer_than_the_limit(odd) -> None:
    started = time.monotonic()
    with Mailbox() as box, Hook() as hook:
        box.odd = hook.odd = odd
        with pytest.raises(InvgitError):
            mailed(box, total=0.3)
        if odd in {"drips", "hangs up"}:
            with pytest.raises(InvgitError):
                posted(hook, total=0.3)
    assert time.monotonic() - started < 20  # they drip for a minute


def test_nobody_there_is_told() -> None:
    with Hook() as hook, Mailbox() as box:
        pass
    with pytest.raises(InvgitError, match="refused"):
        posted(hook)
    with pytest.raises(InvgitError, match="refused"):
        mailed(box)


def test_one_that_fails_is_told_and_the_others_have_their_message() -> None:
    with Hook() as hook, Mailbox() as box:
        box.refused = {"bob@example.com"}
        said = {
            "webhooks": {"good": {"url": {"env": "HOOK"}}, "unset": {"url": {"env": "NO_HOOK"}}},
            "smtp": {"host": "localhost", "port": str(box.port), "security": "none", "from": "invgit@example.com",
                     "to": ["ann@example.com", "bob@example.com"]},
        }  # fmt: skip
        there = receivers(made(Notify, validator(Notify).validate_python(said)), secrets(HOOK=hook.url))
        assert "Canary" not in repr(there)
        found = {each.name: error and error.message for each, error in send(dict.fromkeys(there, TEST), AT)}
    assert found == {
        "good": None,
        "unset": "the URL of the webhook unset: the environment variable NO_HOOK is not set",
        "ann@example.com": None,
        "bob@example.com": "mail to bob@example.com: the server does not take mail for it (550)",
    }
    assert len(hook.got) == len(box.mails) == 1
