"""A controller is asked over real HTTP: what it may answer, and what is never told to anybody."""

import time

import pytest
from fakes.homeseer import HomeSeer, House, house
from fakes.homeseer.server import BODIES, ODD_WAYS

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


WORDS = [
    "Canary-5 %&+ü", ":", "a:b", "100%", "%41", "a+b", "a b", " ends ", "a&pass=b", "=", "#x", "?", "/", "\\", '"', "'",
    "ä", "日本", "🚿", "<&amp;>", "x" * 500,
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("way", ["basic", "query", "token"])
def test_each_way_to_log_in_carries_every_word(way: str, word: str) -> None:
    settings = {"token": word} if way == "token" else {"user": "ann", "password": word, "login": way}
    with HomeSeer(house(3), "ann", word, word) as fake:
        assert ask(fake, **settings).records
        path, headers = fake.asked[0]
        assert (way == "basic") == ("Authorization" in headers)
        assert path.isascii()
        assert path.startswith("/JSON?request=getstatus&ref=all")
        assert (way == "basic") == (path == "/JSON?request=getstatus&ref=all")


def test_a_user_alone_logs_in_and_one_may_hold_anything_in_the_query() -> None:
    with HomeSeer(house(3), "ä:n+n %", "") as fake:
        assert ask(fake, user="ä:n+n %", login="query").records
    with HomeSeer(house(3), "ann", "") as fake:
        assert ask(fake, user="ann").records


@pytest.mark.parametrize(
    ("settings", "help"),
    [
        ({}, "No user is given"),
        ({"user": "ann", "password": "wrong"}, "Check user and password"),
        ({"user": "ann", "password": "Ännchen"}, "letters beyond ASCII"),
        ({"token": "wrong"}, "Check user and password"),
    ],
)
def test_a_refused_login_says_what_can_be_done(settings, help: str) -> None:
    with HomeSeer(house(3), "ann", "right") as fake:
        with pytest.raises(SourceError, match=r"refuses the login \(401\)") as caught:
            ask(fake, retries=2, **settings)
        assert help in caught.value.help
        assert len(fake.asked) == 1  # after several wrong logins HomeSeer lets nobody in


@pytest.mark.parametrize("odd", sorted({*BODIES, *ODD_WAYS} - {"moved"}))
def test_every_odd_answer_is_told_with_a_way_on(odd: str) -> None:
    with HomeSeer(house(3)) as fake:
        fake.odd = odd
        with pytest.raises(SourceError) as caught:
            ask(fake, total_timeout=0.3, max_bytes=200_000)
    assert caught.value.exit_code == 3
    assert caught.value.help
    assert "HomeSeer" in caught.value.message
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 400


@pytest.mark.parametrize("request_of", ["status", "controls", "locations", "session", "version"])
@pytest.mark.parametrize("odd", ["error", "a list", "login page", "response error", "no devices key"])
def test_no_request_takes_an_odd_answer_for_one(request_of: str, odd: str) -> None:
    with HomeSeer(house(3)) as fake:
        fake.odd = odd
        with Client(Controller(fake.url)) as client:
            if (request_of, odd) == ("session", "no devices key"):  # older versions say less of it
                assert client.session().label1 is None
                return
            with pytest.raises(SourceError):
                getattr(client, request_of)()


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


@pytest.mark.parametrize("odd", ["drip", "dripping body"])
def test_drips_end_in_time_on_the_first_connection_and_on_a_later_one(odd: str) -> None:
    with HomeSeer(house(3)) as fake, Client(Controller(fake.url, total_timeout=2, retries=5)) as client:
        fake.kept = True
        assert client.version()
        fake.odd = odd
        started = time.monotonic()
        with pytest.raises(SourceError, match="longer than 2 s"):
            client.status()
        assert time.monotonic() - started < 15


def test_floods_end_in_size() -> None:
    with HomeSeer(house(5)) as fake:
        fake.odd = "endless"
        with pytest.raises(SourceError, match="larger than 100,000"):
            ask(fake, max_bytes=100_000)


def test_a_refusal_that_breaks_off_is_one_all_the_same() -> None:
    with HomeSeer(house(3)) as fake:
        fake.odd = "broken refusal"
        with pytest.raises(SourceError, match="refuses the login"):
            ask(fake, retries=2)
        assert len(fake.asked) == 1
        fake.odd = "broken"
        with pytest.raises(SourceError, match="connection broke"):
            ask(fake, retries=1)
        assert len(fake.asked) == 3


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_no_proxy_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with HomeSeer(house(3)) as proxy, HomeSeer(house(3)) as fake:
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        assert ask(fake).records
        assert not proxy.asked


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


def test_numbers_that_are_none_are_unknown_and_no_error() -> None:
    made = house(4, odd=False)
    values = [float("nan"), float("inf"), "24,5", None, True, 10**400, 21.5]
    for device, value in zip(made.devices, values, strict=False):
        device["value"] = value
    with HomeSeer(made) as fake:
        found = {each.ref: each.value for each in ask(fake).records}
    known = [found[each["ref"]] for each in made.devices[: len(values)]]
    assert known == [None] * 6 + [21.5]


def test_what_is_not_said_is_empty() -> None:
    with HomeSeer(House([{"ref": 7}, {"ref": 8, "name": None, "device_type": None, "last_change": None}])) as fake:
        first, second = ask(fake).records
    assert (first.name, first.location, first.last_change, first.hidden) == ("", "", None, False)
    assert second.device_type.api == 0
