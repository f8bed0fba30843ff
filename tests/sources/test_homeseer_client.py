"""A controller is asked over real HTTP: what it may answer, and what is never told to anybody."""

import logging
import time
import traceback

import pytest
from fakes.homeseer import HomeSeer, house
from fakes.homeseer.server import BODIES

from invgit.errors import SourceError
from invgit.sources.homeseer.client import Client
from invgit.sources.homeseer.collapse import collapse
from invgit.sources.homeseer.settings import Controller

CANARY = "Canary-5 %&+ü"


def ask(fake: HomeSeer, **settings):
    with Client(Controller(fake.url, **{"retries": 0, **settings})) as client:
        return client.status()


def test_all_that_is_asked_is_answered() -> None:
    with HomeSeer() as fake, Client(Controller(fake.url)) as client:
        found = client.status()
        assert len(found.records) >= 300
        assert client.version() == client.session().version == "4.2.22.4"
        assert "Kitchen" in client.locations().first
        assert {each.ref for each in client.controls()} == fake.house.controls.keys()
        assert not client.warnings
        assert all("Cookie" not in headers for _, headers in fake.asked)
    devices = collapse(found.records).devices
    assert sum(1 + len(each.features) for each in devices) == len(found.records)


@pytest.mark.parametrize("hs3", [True, False])
def test_hs3_and_hs4_are_read_alike(hs3: bool) -> None:
    with HomeSeer(house(20, hs3=hs3)) as fake:
        assert len(ask(fake).records) >= 20


@pytest.mark.parametrize(
    ("settings", "in_url"),
    [
        ({"user": "ann", "password": CANARY}, False),
        ({"user": "ann", "password": CANARY, "login": "query"}, True),
        ({"token": CANARY}, True),
    ],
)
def test_each_way_to_log_in_works_and_no_secret_shows(settings, in_url, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with HomeSeer(house(5), "ann", CANARY, CANARY) as fake:
        assert ask(fake, **settings).records
        assert ("Canary" in fake.asked[0][0]) is in_url
        controller = Controller(fake.url, **settings)
        shown = [repr(controller), repr(Client(controller))]
        for fake.odd in [*BODIES, "redirect", "echo", "compressed"]:
            with pytest.raises(SourceError) as caught:
                ask(fake, **settings)
            shown += traceback.format_exception(caught.value), [caught.value.message, str(caught.value.help)]
    every = f"{shown} {caplog.text}"
    assert "Canary" not in every
    assert not any(secret in every for secret in controller.secrets())


@pytest.mark.parametrize("odd", [*BODIES, "compressed", "redirect"])
def test_every_odd_answer_is_told_with_a_way_on(odd: str) -> None:
    with HomeSeer(house(5)) as fake:
        fake.odd = odd
        with pytest.raises(SourceError) as caught:
            ask(fake)
    assert caught.value.exit_code == 3
    assert caught.value.help
    assert "HomeSeer" in caught.value.message


@pytest.mark.parametrize(
    "host", ["http://169.254.169.254/", "//localhost:1/", "http://127.0.0.1:1/", "ftp://x/", "http://["]
)
def test_no_redirect_leads_to_another_server(host: str) -> None:
    with HomeSeer(house(5)) as fake:
        fake.odd, fake.location = "redirect", host
        with pytest.raises(SourceError, match="another server"):
            ask(fake, user="ann", password=CANARY)
        assert len(fake.asked) == 1


@pytest.mark.parametrize("login", ["basic", "query"])
def test_a_redirect_on_the_same_host_is_followed_with_the_login(login) -> None:
    with HomeSeer(house(5), "ann", CANARY) as fake:
        fake.odd = "moved"
        assert ask(fake, user="ann", password=CANARY, login=login).records
        assert [path[:5] for path, _ in fake.asked] == ["/JSON", "/json"]


def test_a_broken_connection_is_tried_again_and_a_refusal_is_not() -> None:
    with HomeSeer(house(5)) as fake:
        fake.drops = 1
        assert ask(fake, retries=2).records
        fake.asked.clear()
        fake.odd = "unauthorized"
        with pytest.raises(SourceError, match="refuses the login"):
            ask(fake, retries=2)
        assert len(fake.asked) == 1
        fake.drops = 9
        with pytest.raises(SourceError, match="connection broke"):
            ask(fake, retries=1)
        assert len(fake.asked) == 3


def test_nobody_there_is_told() -> None:
    with HomeSeer(house(5)) as fake:
        url = fake.url
    with Client(Controller(url, retries=0)) as client, pytest.raises(SourceError, match="refused"):
        client.version()


def test_drips_end_in_time_and_floods_in_size() -> None:
    with HomeSeer(house(5)) as fake:
        fake.odd = "drip"
        started = time.monotonic()
        with pytest.raises(SourceError, match=r"longer than 0\.3 s"):
            ask(fake, total_timeout=0.3, retries=5)
        assert time.monotonic() - started < 3
        fake.odd = "endless"
        with pytest.raises(SourceError, match="larger than 100,000"):
            ask(fake, max_bytes=100_000)


def test_other_encodings_are_understood() -> None:
    made = house(5, odd=False)
    devices = made.devices
    devices[0]["name"] = "Küche \u202e x"
    with HomeSeer(made) as fake:
        fake.encode = lambda text: b"\xef\xbb\xbf" + text.encode()
        assert ask(fake).records[0].name == "Küche \u202e x"
        devices[0]["name"] = "Küche"
        fake.encode = lambda text: text.encode("cp1252")
        with Client(Controller(fake.url)) as client:
            assert client.status().records[0].name == "Küche"
            assert len(client.warnings) == 1
