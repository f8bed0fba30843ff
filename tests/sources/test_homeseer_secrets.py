"""A secret that HomeSeer is told shows nowhere: whatever it answers, in every way to log in."""

from pathlib import Path

import pytest
from fakes.homeseer import HomeSeer, house
from fakes.homeseer.server import BODIES, ODD_WAYS
from support_canary import HARD, WAYS, Canary, Way

from invgit.errors import InvgitError
from invgit.model.gate import validator
from invgit.model.settings import Secrets
from invgit.sources.homeseer.client import Client
from invgit.sources.homeseer.collapse import collapse
from invgit.sources.homeseer.settings import Controller, controller
from invgit.sources.settings import Sources

QUICK = {"total_timeout": 0.25, "retries": 0, "max_bytes": 200_000}


def of(canary: Canary) -> HomeSeer:
    return HomeSeer(house(8), canary.user, canary.password, canary.token)


@pytest.mark.parametrize("way", WAYS)
def test_no_answer_brings_a_secret_to_light(way: Way, capfd) -> None:
    canary = Canary()
    with of(canary) as fake, canary.listening() as logs:
        shown: list[object] = []
        for fake.odd in ["", *BODIES, *ODD_WAYS]:
            with Client(Controller(fake.url, **canary.login(way), **QUICK)) as client:
                try:
                    shown += [client.status(), *client.warnings]
                    assert fake.odd in {"", "moved"}
                except InvgitError as error:
                    shown += [error, error.message, error.help]
                shown.append(client)
        assert canary.traces(*(path for path, _ in fake.asked)) or way == "basic"
        shown += [Controller(fake.url, **canary.login(way))]
    assert not canary.traces(*shown, *logs, *capfd.readouterr())
    assert not canary.in_processes()


@pytest.mark.parametrize("way", WAYS)
def test_redirects_and_connections_that_fail_bring_none_to_light(way: Way) -> None:
    canary = Canary("")
    with of(canary) as fake, canary.listening() as logs:
        fake.odd, url = "redirect", fake.url
        told = canary.token if way == "token" else canary.password
        for fake.location in (
            f"http://{told}.example/",
            f"//u:{told}@127.0.0.1/",
            ":",
        ):
            with Client(Controller(url, **canary.login(way), **QUICK)) as client, pytest.raises(InvgitError) as caught:
                client.version()
            assert not canary.traces(caught.value, caught.value.message, *logs)
    with Client(Controller(url, **canary.login(way), **QUICK)) as client, pytest.raises(InvgitError) as caught:
        client.version()
    assert not canary.traces(caught.value, *logs)


def test_a_secret_in_names_and_texts_is_masked_and_told() -> None:
    canary = Canary()
    made = house(6, odd=False)
    for key in (
        "name",
        "location",
        "location2",
        "status",
        "device_type_string",
        "interface_name",
        "last_change",
        "UserNote",
    ):
        made.devices[0][key] = f"x {canary.password} y"
    made.devices[1]["name"] = canary.token
    with HomeSeer(made, canary.user, canary.password, canary.token) as fake:
        settings = {"user": canary.user, "password": canary.password}
        with Client(Controller(fake.url, **settings)) as client:
            found = client.status()
            assert not canary.traces(collapse([each for each in found.records if each.ref != made.devices[1]["ref"]]))
            assert any(each.name == "x *** y" for each in found.records)
            assert any("getstatus holds the password" in each for each in client.warnings)
            assert not canary.traces(*client.warnings, *found.warnings)
            places = client.locations()
            assert not canary.traces(places)
            assert "x *** y" in places.first
            assert len(client.warnings) == 2


def test_a_password_that_is_a_word_of_the_house_changes_no_name() -> None:
    made = house(6, odd=False)
    made.devices[0]["name"] = "default lamp"
    with HomeSeer(made, "default", "default") as fake:
        with Client(Controller(fake.url, "default", "default")) as client:
            assert "default lamp" in {each.name for each in client.status().records}
        fake.odd = "echo"
        with (
            Client(Controller(fake.url, "default", "default", login="query")) as client,
            pytest.raises(InvgitError) as caught,
        ):
            client.version()
        assert "pass=default" not in caught.value.message


def test_settings_show_names_of_secrets_only(tmp_path: Path) -> None:
    canary = Canary()
    (tmp_path / "word").write_text(canary.password, encoding="utf-8")
    for way in WAYS:
        said = canary.settings("https://127.0.0.1", way)
        if "password" in said:
            said["password"] = {"file": "word"}
        settings = validator(Sources).validate_python({"homeseer": {"a/b": said}})
        secrets = Secrets(canary.environment, tmp_path)
        made = controller(settings["homeseer"]["a/b"], "a/b", secrets)
        assert canary.login(way).items() >= {name: getattr(made, name) for name in said if name in canary.words}.items()
        assert not canary.traces(settings, said, made)


def test_whoever_looks_for_a_secret_finds_it(tmp_path: Path) -> None:
    from base64 import b64encode
    from html import escape
    from json import dumps
    from urllib.parse import quote, quote_plus

    canary = Canary()
    secret = canary.password
    pair = b64encode(f"ann:{secret}".encode()).decode()
    for each in (
        secret,
        quote(secret),
        quote_plus(secret),
        escape(secret),
        dumps(secret),
        repr(secret),
        secret.upper(),
        pair,
    ):
        assert canary.traces(f"before {each} after"), each
    assert canary.traces(secret.encode("utf-16"))
    harmless = InvgitError("harmless")
    harmless.__context__ = ValueError("harmless, too")
    harmless.__context__.__cause__ = KeyError(secret)
    assert canary.traces(harmless)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"\0" + secret.encode())
    assert canary.in_folder(tmp_path) == [str(tmp_path / "a" / "b")]
    assert not canary.traces(HARD, "password", "token")
