"""Pull requests over real HTTP: found, made, changed; and what a forge may answer, without the token ever."""

import logging
import os
import traceback
from pathlib import Path

import pytest
from fakes.github import GitHub as Fake
from fakes.github.server import ODD

from invgit.errors import ConfigError, ForgeError
from invgit.model.fields import made
from invgit.model.settings import Secret, Secrets
from invgit.propose.forge import Account, GitHub, account
from invgit.propose.settings import Forge

BRANCH = "invgit/homeseer/anand-family-home"
CANARY = "Canary-5"


def on(fake: Fake, **more: str) -> Account:
    return Account(**{"api": fake.url, "repository": fake.repository, "token": fake.token, **more})


def test_a_pull_request_is_made_found_and_changed() -> None:
    with Fake() as fake, GitHub(on(fake)) as github:
        assert github.newest(BRANCH) is None
        new = github.create(BRANCH, "main", "Títle", "body\n")
        assert github.newest(BRANCH) == new
        assert (new.number, new.state, new.base, new.title, new.body, new.merged) == (
            1, "open", "main", "Títle", "body\n", None
        )  # fmt: skip
        assert github.change(1, "Other", "more").title == "Other"
        assert fake.wrote() == ["POST /repos/anand/inventory/pulls", "PATCH /repos/anand/inventory/pulls/1"]


def test_the_open_one_counts_else_the_last() -> None:
    with Fake() as fake, GitHub(on(fake)) as github:
        for _ in range(3):
            number = github.create(BRANCH, "main", "x", "x").number
            fake.close(number, "1" * 40 if number == 3 else None)
        found = github.newest(BRANCH)
        assert found
        assert (found.number, found.state, found.merged) == (3, "merged", "1" * 40)
        fake.pulls[1]["state"] = "open"
        assert github.newest(BRANCH).number == 2  # type: ignore[union-attr]


def test_pull_requests_of_others_are_none_of_ours() -> None:
    with Fake() as fake, GitHub(on(fake)) as github:
        github.create(BRANCH, "main", "x", "x")
        for repo in (None, {"full_name": "other/inventory"}):
            fake.pulls[0]["head"]["repo"] = repo
            assert github.newest(BRANCH) is None


@pytest.mark.parametrize("odd", ODD)
def test_every_odd_answer_is_told_with_a_way_on_and_without_the_token(odd, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with Fake(token=CANARY) as fake, GitHub(on(fake)) as github:
        fake.odd = odd
        for ask in (lambda: github.newest(BRANCH), lambda: github.create(BRANCH, "main", "x", "y")):
            with pytest.raises(ForgeError) as caught:
                ask()
            assert caught.value.exit_code == 3
            assert caught.value.help
            told = f"{traceback.format_exception(caught.value)} {caught.value.message} {caught.value.help}"
            assert CANARY not in told + caplog.text
            assert caught.value.message.isprintable()
        assert len(fake.asked) <= 2


def test_nobody_there_is_told() -> None:
    with Fake() as fake:
        there = on(fake)
    with GitHub(there) as github, pytest.raises(ForgeError, match="refused"):
        github.create(BRANCH, "main", "x", "y")


def test_a_refusal_that_repeats_the_token_is_told_without_it() -> None:
    with Fake(token=CANARY) as fake, GitHub(on(fake, token=CANARY)) as github:
        ODD["echo"] = (403, {}, b'{"message": "no ' + CANARY.encode() + b'"}')
        fake.odd = "echo"
        with pytest.raises(ForgeError, match=r"no \*\*\*"):
            github.newest(BRANCH)
        del ODD["echo"]


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/anand/inventory.git",
        "https://ann:Canary-5@github.com/anand/inventory",
        "git@github.com:anand/inventory.git",
        "ssh://git@github.com/anand/inventory.git",
        "ssh://git@ssh.github.com:443/anand/inventory",
        "https://GitHub.com/anand/inventory/",
    ],
)
def test_the_repository_is_that_of_the_remote(url) -> None:
    forge = made(Forge, {"token": made(Secret, {"env": "TOKEN"})})
    found = account(forge, url, Secrets({"TOKEN": CANARY}, Path()), {})
    assert (found.repository, found.api) == ("anand/inventory", "https://api.github.com")
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/a/b",
        "https://github.com.evil.example/a/b",
        "https://evil.example/github.com/a/b",
        "../bare",
        "https://github.com/a",
        "https://github.com/a/b/c",
        "",
    ],
)
def test_a_remote_elsewhere_has_to_be_said(url) -> None:
    secrets = Secrets({"TOKEN": CANARY}, Path())
    forge = {"token": made(Secret, {"env": "TOKEN"})}
    with pytest.raises(ConfigError, match="cannot be told"):
        account(made(Forge, forge), url, secrets, {})
    with pytest.raises(ConfigError, match="cannot be told"):
        account(made(Forge, {**forge, "api": "https://ghe.example/api/v3"}), "https://github.com/a/b", secrets, {})


@pytest.mark.skipif(os.name == "nt", reason="a script of POSIX's shell")
def test_gh_gives_its_login_where_settings_have_none(tmp_path) -> None:
    program = tmp_path / "gh"
    forge = made(Forge, {"repository": "anand/inventory"})
    here = {"PATH": os.fspath(tmp_path)}
    with pytest.raises(ConfigError, match="gh gives none") as caught:
        account(forge, "", Secrets({}, Path()), here)
    assert "gh auth login" in str(caught.value.help)
    for said, token in (
        ('[ "$*" = "auth token --hostname github.com" ] && echo gho_x', "gho_x"),
        ("echo not logged in >&2; exit 1", None),
        ("echo", None),
        ("printf 'two words'", None),
    ):
        program.write_text(f"#!/bin/sh\n{said}\n", encoding="utf-8")
        program.chmod(0o755)
        if token:
            assert account(forge, "", Secrets({}, Path()), here).token == token
        else:
            with pytest.raises(ConfigError):
                account(forge, "", Secrets({}, Path()), here)
    program.write_text("#!/bin/sh\necho gho_x\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        account(forge, "", Secrets({}, Path()), {"PATH": "."})


@pytest.mark.parametrize("token", ["a b", "ü", "a\tb"])
def test_what_is_no_token_is_told_and_not_shown(token) -> None:
    forge = made(Forge, {"repository": "a/b", "token": made(Secret, {"env": "TOKEN"})})
    with pytest.raises(ConfigError) as caught:
        account(forge, "", Secrets({"TOKEN": f"{CANARY}{token}"}, Path()), {})
    assert CANARY not in caught.value.message
