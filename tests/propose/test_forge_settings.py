"""`forge:` in invgit.yaml: a token goes nowhere that nobody named, and only over https."""

import pytest

from invgit.model.values import checked
from invgit.propose.settings import Forge


@pytest.mark.parametrize(
    "said",
    [
        {"api": "http://github.example/api/v3"},
        {"api": "https://ann:x@github.example"},
        {"api": "https://github.example/api?x=1"},
        {"api": "https://"},
        {"api": "https://h:99999"},
        {"api": "file:///etc/passwd"},
        {"repository": "a"},
        {"repository": "a/b/c"},
        {"repository": "a/.."},
        {"repository": "../b"},
        {"repository": "a/b?x"},
        {"base": "-x"},
        {"base": "a..b"},
        {"remote": "--upload-pack=x"},
        {"token": "ghp_123"},
        {"token": {"env": "A", "file": "b"}},
        {"kind": "gitlab"},
        {"branch": "x"},
    ],
)
def test_what_cannot_be_meant_is_refused(said) -> None:
    assert checked(Forge, "`forge`", said)[1]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"api": "https://github.example/api/v3/", "repository": "a-b_c/d.e", "base": "release/1.x", "remote": "up"},
        {"api": "http://127.0.0.1:8080", "token": {"file": "~/.config/invgit/token"}},
    ],
)
def test_what_can_be_meant_is_taken(said) -> None:
    found, faults = checked(Forge, "`forge`", said)
    assert not faults
    assert not found.api.endswith("/")
