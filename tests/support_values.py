"""Values of every field, by chance: made from the specs of the model, so that a new field is there from its first day.

Values are as JSON has them; a text is always meant as text, also where it looks like a number.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from random import Random
from typing import Any

from invgit.check import RULES
from invgit.model.scalars import Scalar
from invgit.model.spec import FieldSpec
from invgit.text.problem import BAD_CHARACTER

NAUGHTY = (
    "null", "~", "true", "no", "1.10", "012", "0x1F", "1e3", "22:22", "11:22:33:44:55:06", "- a", "# b", "a: b",
    "{{ x }}", "---", "...", "!x", "&a", "*a", "@x", "`x`", "|", ">", "%YAML", "?", "[a", "a #b", "x:",
    "'; DROP TABLE devices; --", "\\N", "\\.", "\\", "%s %(x)s", "$$", '"', "''", "<script>alert(1)</script>", "=1+1",
    "e\u0301", "\u00e9", "İß", "👩\u200d👩\u200d👧", "𝒳", "Ω≈ç√∫", "表ポあA鷗", "{a,b}", "{}", "(1,2)",
    "NULL", "\U0010fffd", "[red]bold[/]", "::error::x", "\u0627\u0644", "\u00a0x\u00a0y",
)  # fmt: skip
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}
_NUMBERS = (0.0, -0.0, 1.0, 1e22, 1e23, 1e300, 5e-324, 0.1, 10**40, -(10**20), 2**53 + 1, True, False, None)
_WORDS = ("os", "port", "a b", "ü", "0", "null", "x.y", "true", "e\u0301", "-", "size")
_WAIVABLE = tuple(check.rule.code for check in RULES if check.waivable)


def likely(chance: Random, share: float) -> bool:
    """Yes, so often."""
    return chance.random() < share


def character(chance: Random) -> str:
    """Any character that can be seen; the reader refuses a few more than Unicode has a category for."""
    while True:
        found = chr(chance.randrange(0x20, chance.choice([0x7F, 0x250, 0x3000, 0xD800, 0x20000])))
        if unicodedata.category(found) not in _HIDDEN and not BAD_CHARACTER.match(found):
            return found


def line(chance: Random, limit: int = 60) -> str:
    """One line of text without blanks at its ends."""
    while True:
        sort = chance.random()
        if sort < 0.4:
            text = chance.choice(NAUGHTY)
        elif sort < 0.6:
            text = chance.choice(["Front Door", "NAS", "x", "eth 1", "a-b_c"])
        else:
            text = "".join(character(chance) for _ in range(chance.randrange(12))) if sort < 0.95 else "x" * limit
        text = text[:limit].strip()
        if text:
            return text


def prose(chance: Random, limit: int = 60) -> str:
    """Text of a few lines; blanks and tabs at their ends, empty ones between them."""
    joint = chance.choice(["\n", "\n\n", "\n\t", " \n  ", "\n\n\n"])
    return joint.join(line(chance) for _ in range(chance.choice([1, 1, 2, 3]))) + chance.choice(["", "", "\n", "\n\n"])


def mapping(chance: Random, key: Callable[[], str], value: Callable[[], Any]) -> dict[str, Any]:
    """A small mapping, whose keys stay different however their accents are composed."""
    found = {unicodedata.normalize("NFC", each): each for each in (key() for _ in range(chance.randrange(4)))}
    return {each: value() for each in found.values()}


def freeform(chance: Random, depth: int = 3) -> dict[str, Any]:
    """Everything JSON can say, under keys that name no secret."""

    def inner(depth: int) -> Any:
        sort = chance.random()
        if depth and sort < 0.2:
            return mapping(chance, lambda: chance.choice(_WORDS), lambda: inner(depth - 1))
        if depth and sort < 0.35:
            return [inner(depth - 1) for _ in range(chance.randrange(4))]
        if sort < 0.6:
            return chance.choice(NAUGHTY)
        number = chance.uniform(-1e6, 1e6) if likely(chance, 0.5) else chance.randint(-(10**20), 10**20)
        return chance.choice([*_NUMBERS, number, number, line(chance)])

    return mapping(chance, lambda: chance.choice(_WORDS), lambda: inner(depth))


def _whole(chance: Random, scalar: Scalar) -> str:
    low, high = int(str(scalar.schema["minimum"])), int(str(scalar.schema["maximum"]))
    return str(chance.choice([low, high, chance.randint(low, high), chance.randint(low, high)]))


def _decimal(chance: Random, scalar: Scalar) -> str:
    """With at most the places of its SQL type, in one of the spellings of a number."""
    places = int(scalar.sql.partition(",")[2].rstrip(")"))
    low, high = int(str(scalar.schema["minimum"])), int(str(scalar.schema["maximum"]))
    whole, part = chance.randint(low + 1, high - 1), chance.choice(["", "0", "5", "50", "1" * places, "0" * places])
    part = part[:places]
    return chance.choice([str(low), str(high), "0", "-0" if low else "0.0", f"{whole}.{part}" if part else str(whole)])


def _day(chance: Random) -> str:
    return (date(1, 1, 1) + timedelta(chance.choice([0, 3_652_058, chance.randrange(3_652_059)]))).isoformat()


def _moment(chance: Random) -> str:
    zone = chance.choice([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))])
    moment = datetime(2, 1, 1, tzinfo=zone) + timedelta(seconds=chance.randrange(9000 * 365 * 86400))
    part = chance.choice([0, 0, 1, 500_000, 999_999])
    text = moment.replace(microsecond=part).isoformat()
    return chance.choice([text, text.replace("T", "t"), text.replace("+00:00", "Z")])


def _host(chance: Random) -> str:
    labels = ["".join(chance.choices("abcXYZ019", k=chance.choice([1, 4, 63]))) for _ in range(chance.choice([1, 2]))]
    return ".".join(labels)


_SCALARS: dict[str, Callable[[Random, Scalar], str]] = {
    "text": lambda chance, scalar: prose(chance) if scalar.sql == "text" else line(chance, scalar.limit or 10),
    "a name": lambda chance, scalar: line(chance, scalar.limit or 10),
    "true or false": lambda chance, _: chance.choice(["true", "false", "yes", "no", "on", "off"]),
    "a date": lambda chance, _: _day(chance),
    "a moment": lambda chance, _: _moment(chance),
    "a country": lambda chance, _: chance.choice(["US", "DEU", "jp", "gBr"]),
    "a currency": lambda chance, _: chance.choice(["USD", "EUR", "JPY"]),
    "a time zone": lambda chance, _: chance.choice(["Europe/Berlin", "UTC", "Asia/Kolkata", "Pacific/Kiritimati"]),
    "a host name (RFC 1123)": lambda chance, _: _host(chance),
    "a colour such as #1e90ff": lambda chance, _: f"#{chance.randrange(0x1000000):06X}",
    "a path in this repository": lambda chance, _: chance.choice(["docs/nas.pdf", "a b/ü.txt", "x"]),
    "a MAC address": lambda chance, _: chance.choice(["02-00-00-00-00-{:02X}", "0200.0000.00{:02x}"]).format(
        chance.randrange(100)
    ),
    "a link": lambda chance, _: chance.choice(["https://example.com", "http://[::1]:80/?q=1#x", "https://ü.example/ä"]),
    "an IP address": lambda chance, _: chance.choice(["1.1.1.1", "2606:4700:4700:0::1111", "9.9.9.9", "FD00::A"]),
    "a site as organization/site": lambda chance, _: chance.choice(["o0/s0", "o1/s1", "elsewhere/cabin-2"]),
    "an interface name": lambda chance, _: chance.choice(["eth1", "LAN 2", "br-lan.20"]),
    "a slug: lower-case letters, digits and single hyphens": lambda chance, _: chance.choice(["red", "b-2", "0"]),
}


def one(chance: Random, field: FieldSpec) -> Any:
    """A single value of a field."""
    if field.base == "choice":
        return chance.choice(field.choices)
    if field.base == "json":
        return freeform(chance)
    assert field.scalar is not None, field.name
    if field.scalar.sql == "integer":
        return _whole(chance, field.scalar)
    if field.scalar.sql.startswith("decimal"):
        return _decimal(chance, field.scalar)
    return _SCALARS[field.scalar.what](chance, field.scalar)


def value(chance: Random, field: FieldSpec) -> Any:
    """A value of a field that refers to nothing and has to be unique nowhere."""
    if field.name == "waive":
        return {code: _waiver(chance) for code in chance.sample(_WAIVABLE, chance.choice([0, 1, 2]))}
    if field.record is not None:
        if field.many == "map":
            return mapping(chance, lambda: line(chance, 30), lambda: _group(chance, field))
        return _group(chance, field)
    if field.many == "list":
        return [one(chance, field) for _ in range(chance.randrange(4))]
    if field.many == "map":
        return mapping(chance, lambda: line(chance, 20), lambda: one(chance, field))
    return one(chance, field)


def _group(chance: Random, field: FieldSpec) -> Any:
    made = {each.name: value(chance, each) for each in field.fields if each.required or likely(chance, 0.5)}
    short = field.short and likely(chance, 0.3)
    return made[field.short] if short and field.short in made else made


def _waiver(chance: Random) -> Any:
    reason = prose(chance)
    return chance.choice([reason, {"reason": reason}, {"reason": reason, "until": _day(chance)}])


@cache
def network_addresses(number: str) -> tuple[str, str]:
    """What IPv4 and IPv6 addresses of a network begin with."""
    return f"10.{number}.", f"fd00:{number.replace('.', ':')}::"
