"""What `invgit.yaml` may say of a HomeSeer, and how it becomes a controller that can be asked."""

from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from pydantic_core import ValidationError

from invgit.errors import ConfigError
from invgit.model.gate import validator
from invgit.model.schema import record
from invgit.model.settings import Secrets
from invgit.sources.homeseer.settings import Controller, HomeSeer, address, controller
from invgit.sources.settings import Sources

SITE = "anand-family/home"
URL = {"url": "http://192.168.1.20"}


def said(**more) -> HomeSeer:
    return validator(Sources).validate_python({"homeseer": {SITE: {**URL, **more}}})["homeseer"][SITE]


def in_editor(more) -> list:
    """What the schema says of it, as an editor has it: there a number is one."""
    typed = {key: int(value) if str(value).isdecimal() else value for key, value in more.items()}
    return list(Draft7Validator(record(Sources)).iter_errors({"homeseer": {SITE: {**URL, **typed}}}))


def made(environment=None, root=Path("/nowhere"), **more) -> Controller:
    return controller(said(**more), SITE, Secrets(environment or {}, root))


def test_a_url_is_enough() -> None:
    found = said()
    assert found.owns == ("category", "is_battery_powered", "name", "type", "zone", "zwave_node_id")
    assert (found.stale_after, found.missing_after, found.timeout, found.room) == ("7d", 3, "60s", None)
    assert made() == Controller("http://192.168.1.20")


def test_secrets_come_from_where_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "word").write_bytes("\ufeffPäss: 1%+&\r\n".encode())
    (tmp_path / "own.pem").touch()
    found = made(
        {"LICENCE": "L-1"},
        tmp_path,
        url="https://MyHS.HomeSeer.com/json/",
        user="ann",
        password={"file": "word"},
        license={"env": "LICENCE"},
        ca="own.pem",
        timeout="2m",
    )
    assert (found.password, found.license, found.base) == ("Päss: 1%+&", "L-1", "https://myhs.homeseer.com")
    assert (found.total_timeout, found.authorities) == (120, str(tmp_path / "own.pem"))
    assert "Päss" not in repr(found)
    assert "L-1" not in repr(found)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"password": {"env": "P"}}, "no user"),
        ({"user": "a:b", "password": {"env": "P"}}, "colon"),
        ({"user": "ann", "token": {"env": "P"}}, "a token and a user"),
        ({"url": "https://myhs.homeseer.com"}, "MyHS wants a login"),
        ({"user": "ann", "password": {"env": "CONTROL"}}, "control character"),
        ({"user": "ann", "password": {"env": "HALF"}}, "control character"),
        ({"user": "ann", "password": {"env": "LONG"}}, "longer than"),
        ({"user": "ann", "password": {"env": "UNSET"}}, "UNSET is not set"),
        ({"user": "ann", "password": {"file": "none"}}, "cannot be read"),
    ],
)
def test_what_cannot_be_asked_names_its_setting_and_no_secret(more, what, tmp_path: Path) -> None:
    environment = {"P": "Canary-5", "CONTROL": "Canary-5\r\nX: y", "HALF": "Canary-5\udcff", "LONG": "Canary-5" * 1000}
    with pytest.raises(ConfigError, match=what) as caught:
        made(environment, tmp_path, **more)
    assert f"sources.homeseer.{SITE}" in caught.value.message
    assert "Canary" not in f"{caught.value.message} {caught.value.help}"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://homeseer", "http://homeseer"),
        ("HTTP://HomeSeer:8080/", "http://homeseer:8080"),
        ("https://h.example.org:443//", "https://h.example.org:443"),
        ("http://192.168.1.20/JSON", "http://192.168.1.20"),
        ("http://192.168.1.20:/json/", "http://192.168.1.20"),
        ("http://[FE80::1]:80", "http://[fe80::1]:80"),
        ("http://Küche.example", "http://küche.example"),
        ("http://straße.example", "http://straße.example"),  # strasse.example is somebody else
        ("http://home_seer.lan.", "http://home_seer.lan."),
    ],
)
def test_urls_are_understood_as_people_copy_them(url: str, asked: str) -> None:
    assert address(url) == asked
    assert address(asked) == asked
    assert said(url=url).url == asked


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://x", "http://", "http:///JSON", "//h", "h", "http://h/x", "http://h:99999", "http://h:0", "http://h:x",
        "http://h#x", "http://[", "http://[::1", "http://[x]", "http://[fe80::1%25eth0]", "http://a b", "http://h\n",
        "http://h\\x", "http://h\u202e", "http://-h", "http://:80", "http://myhs.homeseer.com", "http://h,x", "http://h%41",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_asked_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"HomeSeer|MyHS"):
        address(url)
    with pytest.raises(ConfigError):
        Controller(url)
    with pytest.raises(ValidationError):
        said(url=url)


@pytest.mark.parametrize(
    "url", ["http://ann:Canary-5@h", "http://Canary-5@h", "http://h/?pass=Canary-5", "http://h?Canary"]
)
def test_a_url_with_a_secret_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError, match="settings of their own") as caught:
        Controller(url)
    assert "Canary" not in str(caught.value)


REFUSED = [
    {"owns": ["nmae"]},
    {"owns": ["status"]},
    {"owns": "name"},
    {"owns": ["waive"]},
    {"missing_after": "0"},
    {"missing_after": "101"},
    {"stale_after": "7 d"},
    {"stale_after": "0d"},
    {"room": "location3"},
    {"login": "digest"},
    {"url": "http://a:b@h"},
    {"verify": "false"},
    {"password": "Canary-5"},
]
TAKEN = [
    {},
    {"owns": ["name", "zone", "name"]},
    {"owns": []},
    {"missing_after": "100"},
    {"stale_after": "12h"},
    {"room": "location1"},
    {"room": None},
    {"login": "query"},
    {"url": "https://[::1]:8443/json/"},
    {"user": "ann", "password": {"env": "WORD"}},
    {"token": {"file": "~/token"}},
]


@pytest.mark.parametrize("more", TAKEN, ids=str)
def test_what_fits_is_taken_by_the_check_and_by_the_schema(more) -> None:
    said(**more)
    assert not in_editor(more)


@pytest.mark.parametrize("more", REFUSED, ids=str)
def test_what_does_not_fit_is_refused_by_the_check_and_by_the_schema(more) -> None:
    with pytest.raises(ValidationError):
        said(**more)
    assert in_editor(more)


@pytest.mark.parametrize(
    "more", [{"timeout": "61m"}, {"password": {}}, {"password": {"env": "A", "file": "b"}}], ids=str
)
def test_what_no_schema_can_say_is_refused_all_the_same(more) -> None:
    with pytest.raises(ValidationError):
        said(**more)


@pytest.mark.parametrize("site", ["home", "Anand/home", "a/b/c", "a//b", "a/", f"{'a' * 101}/b", "catalog"])
def test_a_site_is_named_by_its_path(site: str) -> None:
    with pytest.raises(ValidationError):
        validator(Sources).validate_python({"homeseer": {site: URL}})
