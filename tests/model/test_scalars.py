"""Every scalar: what it accepts and in which normal form, and what it refuses with which code."""

import json
from typing import Any

import pytest
from pydantic_core import ValidationError
from support_scalars import checked

from invgit.model import addresses, places, scalars, times
from invgit.text.document import Quoted

GOOD: list[tuple[str, Any, str, Any]] = [
    ("mac", addresses.Mac, "10:20:30:40:50:11", None),
    ("mac", addresses.Mac, "001122334455", "00:11:22:33:44:55"),
    ("mac", addresses.Mac, "12345e678901", "12:34:5e:67:89:01"),
    ("mac", addresses.Mac, "00-11-22-AA-bb-CC", "00:11:22:aa:bb:cc"),
    ("mac", addresses.Mac, "0011.2233.4455", "00:11:22:33:44:55"),
    ("ip", addresses.Ip4, "10.0.0.1", None),
    ("ip6", addresses.Ip6, "FD00:0:0::0001", "fd00::1"),
    ("ip any", addresses.Ip, "fe80::1", None),
    ("cidr", addresses.Cidr4, "10.0.0.0/24", None),
    ("cidr6", addresses.Cidr6, "FD00:10::/64", "fd00:10::/64"),
    ("flag yes", scalars.Flag, "yes", True),
    ("flag off", scalars.Flag, "off", False),
    ("hostname", scalars.Hostname, "NAS-1.example.org", "nas-1.example.org"),
    ("color", scalars.Color, "#1E90FF", "#1e90ff"),
    ("eui64", addresses.Eui64, "0x00124B001CA1B2C3", "00:12:4b:00:1c:a1:b2:c3"),
    ("eui64", addresses.Eui64, "00-12-4b-00-1c-a1-b2-c3", "00:12:4b:00:1c:a1:b2:c3"),
    ("tags", scalars.Tags, ["b", "a", "b"], ("a", "b")),
    ("link", scalars.Link, "https://example.org/a?b=c#d", None),
    ("file", scalars.HostFile, "photos/rack 1.jpg", None),
    ("interface", scalars.InterfaceName, "br-lan.20", None),
    ("name no", scalars.Name, "no", None),
    ("name 1.10", scalars.Name, "1.10", None),
    ("country", places.Country, "de", "DEU"),
    ("country", places.Country, "USA", None),
    ("currency", places.Currency, "EUR", None),
    ("timezone", places.Timezone, "America/Argentina/Buenos_Aires", None),
    ("date", times.Date, "2024-02-29", None),
    ("moment", times.Moment, "2026-03-31T18:00:00+02:00", "2026-03-31T16:00:00Z"),
]
BAD: list[tuple[str, Any, Any, str]] = [
    ("five groups", addresses.Mac, "11:22:33:44:55", "bad-mac"),
    ("no hex", addresses.Mac, "gg:22:33:44:55:66", "bad-mac"),
    ("eight groups", addresses.Mac, "00:11:22:33:44:55:66:77", "bad-mac"),
    ("broadcast", addresses.Mac, "ff:ff:ff:ff:ff:ff", "bad-mac"),
    ("multicast", addresses.Mac, "01:00:5e:00:00:01", "bad-mac"),
    ("zero", addresses.Mac, "000000000000", "bad-mac"),
    ("octet", addresses.Ip4, "10.0.0.256", "bad-ip"),
    ("leading zero", addresses.Ip4, "010.0.0.1", "bad-ip"),
    ("prefix", addresses.Ip4, "10.0.0.1/33", "bad-ip"),
    ("scope", addresses.Ip6, "fe80::1%eth0", "bad-ip"),
    ("family", addresses.Ip4, "fd00::1", "bad-ip"),
    ("unspecified", addresses.Ip4, "0.0.0.0", "bad-ip"),
    ("multicast ip", addresses.Ip4, "224.0.0.1", "bad-ip"),
    ("host bits", addresses.Cidr4, "10.0.0.5/24", "bad-cidr"),
    ("short", addresses.Cidr4, "10/8", "bad-cidr"),
    ("mask", addresses.Cidr4, "10.0.0.0/255.0.0.0", "bad-cidr"),
    ("no prefix", addresses.Cidr4, "10.0.0.0", "bad-cidr"),
    ("flag", scalars.Flag, "ja", "bad-boolean"),
    ("flag blank", scalars.Flag, "true ", "bad-boolean"),
    ("flag number", scalars.Flag, "1", "bad-boolean"),
    ("host name", scalars.Hostname, "-nas", "bad-text"),
    ("color", scalars.Color, "#12345", "bad-text"),
    ("eui64", addresses.Eui64, "00:12:4b", "bad-text"),
    ("script", scalars.Link, "JaVaScRiPt:alert(1)", "bad-url"),
    ("data", scalars.Link, "data:text/html,x", "bad-url"),
    ("no scheme", scalars.Link, "//evil.example", "bad-url"),
    ("password", scalars.Link, "http://user:word@example.org", "bad-url"),
    ("outside", scalars.HostFile, "../secret", "bad-text"),
    ("absolute", scalars.HostFile, "/etc/passwd", "bad-text"),
    ("backslash", scalars.HostFile, "a\\b", "bad-text"),
    ("country", places.Country, "XX", "bad-country"),
    ("currency", places.Currency, "usd", "bad-currency"),
    ("timezone", places.Timezone, "../../etc/passwd", "bad-timezone"),
    ("timezone", places.Timezone, "America/Nowhere", "bad-timezone"),
    ("timezone", places.Timezone, "america/new_york", "bad-timezone"),
    ("timezone", places.Timezone, "posix/America/New_York", "bad-timezone"),
    ("month", times.Date, "2024-99-99", "bad-date"),
    ("day", times.Date, "2023-02-29", "bad-date"),
    ("naive", times.Moment, "2026-03-31T18:00:00", "bad-date"),
    ("hour", times.Moment, "2026-03-31T25:61:61Z", "bad-date"),
]


@pytest.mark.parametrize(("scalar", "text", "normal"), [each[1:] for each in GOOD])
def test_a_scalar_has_one_normal_form(scalar: Any, text: Any, normal: Any) -> None:
    assert checked(scalar, text) == (text if normal is None else normal)


@pytest.mark.parametrize(("scalar", "text", "code"), [each[1:] for each in BAD])
def test_a_scalar_refuses_with_its_code(scalar: Any, text: Any, code: str) -> None:
    with pytest.raises(ValidationError) as found:
        checked(scalar, text)
    assert found.value.errors()[0]["type"] == code


@pytest.mark.parametrize("text", ["0", "4095", "1.5", "1_0", "0x10", "9" * 20, "1" * 5000, "٣", "+5", "01", " 5"])
def test_whole_numbers_are_plain_digits_in_their_range(text: str) -> None:
    assert refused_as(scalars.integer(1, 4094), int, text) == "bad-integer"


@pytest.mark.parametrize("text", [".nan", ".inf", "1e400", "1e3", "91", "1.123456789", "", "1.", ".5", "٣"])
def test_decimals_are_finite_and_in_their_range(text: str) -> None:
    assert refused_as(scalars.decimal(10, 8, -90, 90), str, text) in {"bad-number", "string_too_short"}


def refused_as(scalar: Any, python: type, text: str) -> str:
    from typing import Annotated

    with pytest.raises(ValidationError) as found:
        checked(Annotated[python, scalar], text)
    return str(found.value.errors()[0]["type"])


@pytest.mark.parametrize(("text", "normal"), [("1.50", "1.5"), ("-0", "0"), ("100", "100"), ("0.10", "0.1")])
def test_decimals_have_no_spare_zeros(text: str, normal: str) -> None:
    assert scalars.normal_decimal(text) == normal


def test_free_form_types_only_bare_literals() -> None:
    written = {
        "b": "true",
        "a": "1.10",
        "q": Quoted("80"),
        "n": None,
        "no": "no",
        "o": "012",
        "l": ["1e3", "-0"],
        "x": "1e",
    }
    value = checked(scalars.Json, written)
    assert value == {"a": 1.1, "b": True, "l": [1000.0, 0], "n": None, "no": "no", "o": "012", "q": "80", "x": "1e"}
    assert list(value) == sorted(value)
    assert type(value["q"]) is str


@pytest.mark.parametrize("text", ["1e400", "-1e999"])
def test_free_form_refuses_numbers_that_no_computer_holds(text: str) -> None:
    with pytest.raises(ValidationError, match="too large"):
        checked(scalars.Json, {"a": text})


@pytest.mark.parametrize("text", ["1e300", "1.7976931348623157e308", "-1e308", "5e-324", "1e22", "-0.0"])
def test_a_free_form_number_reads_back_as_it_is_written(text: str) -> None:
    normal = checked(scalars.Json, {"a": text})
    assert checked(scalars.Json, {"a": json.dumps(normal["a"])}) == normal


def test_a_message_never_repeats_a_long_value() -> None:
    with pytest.raises(ValidationError) as found:
        checked(addresses.Mac, "s3cret" * 20)
    assert "s3crets3cret" not in found.value.errors()[0]["msg"]
