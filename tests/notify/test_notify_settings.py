"""What `notify:` may say, and what is refused before anybody is told anything."""

import json
import re
from pathlib import Path

import pytest
from pydantic_core import ValidationError
from support_embedded import REPOSITORY

from invgit.config import load
from invgit.model.alerts import CONDITIONS, Alert
from invgit.model.fields import made
from invgit.model.gate import validator
from invgit.model.spec import record_fields
from invgit.notify.message import message
from invgit.notify.news import News
from invgit.notify.settings import Notify

MAIL = {"host": "smtp.example.com", "from": "invgit@example.com", "to": ["ann@example.com"]}
LOGIN = {"user": "ann", "password": {"env": "INVGIT_SMTP"}}


def settings(**said: object) -> Notify:
    return made(Notify, validator(Notify).validate_python(said))


def test_who_says_nothing_of_it_is_told_of_everything() -> None:
    found = settings(webhooks={"phone": {"url": {"env": "HOOK"}}}, smtp=MAIL)
    assert found.on == CONDITIONS
    assert found.webhooks["phone"].format == "json"
    assert (found.smtp.security, found.smtp.port, found.smtp.to) == ("starttls", None, ("ann@example.com",))
    assert found.warranty_within == "30d"


def test_neither_order_nor_repetition_means_anything() -> None:
    found = settings(on=["warranty", "drift", "warranty"], smtp={**MAIL, "to": ["a@b.c", "a@b.c"]})
    assert found.on == ("drift", "warranty")
    assert found.smtp.to == ("a@b.c",)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"on": ["weather"]}, "Input should be"),
        ({"webhooks": {"phone": {"url": {}}}}, "one of the two"),
        ({"webhooks": {"phone": {"url": "https://hooks.example.com/T0"}}}, "dictionary"),
        ({"webhooks": {"My Phone": {"url": {"env": "HOOK"}}}}, "pattern"),
        ({"smtp": {**MAIL, "to": []}}, "nobody would get it"),
        ({"smtp": {**MAIL, "to": ["a@b.c\r\nBcc: x@y.z"]}}, "not a mail address"),
        ({"smtp": {**MAIL, "to": ["Ann <ann@example.com>"]}}, "not a mail address"),
        ({"smtp": {**MAIL, "from": "ann"}}, "not a mail address"),
        ({"smtp": {**MAIL, "host": "smtp.example.com:25"}}, "not a host name"),
        ({"smtp": {**MAIL, "user": "ann"}}, "go together"),
        ({"smtp": {**MAIL, "password": LOGIN["password"]}}, "go together"),
        ({"smtp": {**MAIL, **LOGIN, "security": "none"}}, "where everybody can read it"),
        ({"smtp": {**MAIL, **LOGIN, "password": "hunter2"}}, "dictionary"),
        ({"smtp": {**MAIL, "port": "70000"}}, "whole number"),
        ({"warranty_within": "soon"}, "no duration"),
        ({"late_after": {"homeseer": "0m"}}, "no duration"),
    ],
)
def test_what_would_reach_nobody_or_give_something_away_is_refused(said, words) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**said)
    assert words in str(caught.value)


def test_the_page_is_right(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs/notify.md").read_text(encoding="utf-8")
    yaml = re.search(r"```yaml\n# invgit.yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "invgit.yaml").write_text(yaml[1], encoding="utf-8")
    found = load(tmp_path, {}).notify
    assert found.on == CONDITIONS
    assert {each.format for each in found.webhooks.values()} == {"json", "slack", "text"}
    shown = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
    real = message(News((Alert("new-devices", "a", "o/s", "x"),))).document()
    assert shown.keys() == real.keys()
    assert shown["begun"][0].keys() == real["begun"][0].keys()
    assert shown["format"] == real["format"]
    assert all(f"`{each}`" in page for each in CONDITIONS)


def test_every_example_is_right() -> None:
    said = {field.name: field.example for field in record_fields(Notify)}
    found = settings(**{**said, "smtp": {**said["smtp"], "port": str(said["smtp"]["port"])}})
    assert found.smtp.sender == "invgit@example.com"
