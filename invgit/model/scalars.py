"""Domain values: for each one its validation, its normal form, its SQL type and its JSON Schema, once.

Values arrive as text, because the reader types nothing, and stay plain JSON values in normal form: a MAC is lower case
with colons, an address as RFC 5952 writes it, a date ISO 8601, a decimal without trailing zeros.
Equal meaning is equal text.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import inf, isinf
from typing import Annotated, Any

from pydantic_core import PydanticCustomError

from invgit.model.marks import Freeform, Normal, Scalar
from invgit.text.document import Quoted

LINE = r"^\S(?:.*\S)?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CONNECTION_SLUG = r"^[a-z0-9]+(--?[a-z0-9]+)*$"
"""`--` joins the two ends of a connection: `nas--core-switch`."""
MAX_SLUG = 100

_TEXT: Mapping[str, object] = {"type": ["string", "number", "boolean"]}


def wrong(code: str, message: str) -> PydanticCustomError:
    """The error of a scalar: pydantic carries our code and message to the place where the value stands."""
    return PydanticCustomError(code, "{message}", {"message": message})


def kind_of(value: object) -> str:
    """What a YAML value is, in words."""
    return {dict: "a mapping", list: "a list", tuple: "a list", type(None): "nothing", bool: "true or false"}.get(
        type(value), "text"
    )


def _line(limit: int, what: str = "text") -> Scalar:
    """One line of text, not empty, without blanks at its ends, at most `limit` characters."""
    schema = {**_TEXT, "minLength": 1, "maxLength": limit}
    return Scalar(what, f"varchar({limit})", schema, limit=limit, pattern=LINE)


Text10 = Annotated[str, _line(10)]
Text20 = Annotated[str, _line(20)]
Text50 = Annotated[str, _line(50)]
Text100 = Annotated[str, _line(100)]
Text255 = Annotated[str, _line(255)]
Name = Annotated[str, _line(255, "a name")]
Prose = Annotated[str, Scalar("text", "text", {**_TEXT, "minLength": 1, "maxLength": 10_000}, limit=10_000)]
"""Text of any number of lines, at most 10,000 characters."""
Slug = Annotated[
    str,
    Scalar(
        "a slug: lower-case letters, digits and single hyphens",
        "varchar(100)",
        {**_TEXT, "pattern": SLUG, "maxLength": 100},
        limit=100,
        pattern=SLUG,
        example="front-door",
    ),
]


def normal(scalar: Scalar | None, text: str) -> Any:
    """The normal form of a text, where it can be a value; None where it cannot, or nothing is known of that."""
    try:
        return scalar.check(text) if scalar and scalar.check else None
    except PydanticCustomError:
        return None


def integer(low: int, high: int) -> Scalar:
    """A whole number from `low` to `high`, in decimal digits: no underscores, no hexadecimal, no leading zero."""
    what = f"a whole number from {low} to {high}"

    def check(value: str) -> int:
        if not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,18})", value, re.ASCII) or not low <= int(value) <= high:
            raise wrong("bad-integer", f"`{shown(value)}` is not {what}")
        return int(value)

    schema = {"type": ["integer", "string"], "minimum": low, "maximum": high, "pattern": r"^-?(0|[1-9][0-9]*)$"}
    return Scalar(what, "integer", schema, check, example=min(max(1, low), high))


def decimal(digits: int, places: int, low: int, high: int) -> Scalar:
    """A decimal number from `low` to `high` with at most `places` digits after the point; kept as text."""
    what = f"a number from {low} to {high} with at most {places} decimal places"

    def check(value: str) -> str:
        if not re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", value, re.ASCII):
            raise wrong("bad-number", f"`{shown(value)}` is not {what}")
        number = Decimal(value)
        normal = normal_decimal(value)
        if not low <= number <= high or len(normal.partition(".")[2]) > places:
            raise wrong("bad-number", f"`{shown(value)}` is not {what}")
        return normal

    schema = {"type": ["number", "string"], "minimum": low, "maximum": high, "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
    return Scalar(what, f"decimal({digits},{places})", schema, check, example=min(max(1, low), high))


def normal_decimal(value: str) -> str:
    """A decimal without trailing zeros, without exponent, and with one zero only: `10.50` is `10.5`, `-0` is `0`."""
    number = format(Decimal(value).normalize(), "f")
    return "0" if number == "-0" else number


def shown(value: str) -> str:
    """A wrong value as a message may repeat it: short, on one line; long ones might be anything, a secret too."""
    return value if len(value) <= 40 and value.isprintable() else f"{value[:8]!r}… ({len(value)} characters)"


_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _flag(value: str) -> bool:
    if value not in _FLAGS:
        raise wrong("bad-boolean", f"`{shown(value)}` is none of true, false, yes, no, on, off")
    return _FLAGS[value]


Flag = Annotated[
    bool,
    Scalar("true or false", "boolean", {"anyOf": [{"type": "boolean"}, {"enum": list(_FLAGS)}]}, _flag, example=True),
]


def formed(
    what: str, form: str, example: str, limit: int | None = None, *, sql: str = "text", lower: bool = False
) -> Scalar:
    """Text of a fixed form, which is a regular expression; `lower` makes its normal form lower case."""
    matches = re.compile(form, re.ASCII).fullmatch

    def check(value: str) -> str:
        if not matches(value):
            raise wrong("bad-text", f"`{shown(value)}` is not {what}")
        return value.lower() if lower else value

    most = {"maxLength": limit} if limit else {}
    return Scalar(what, sql, {**_TEXT, "pattern": f"^(?:{form})$", **most}, check, limit=limit, example=example)


_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Hostname = Annotated[
    str,
    formed("a host name (RFC 1123)", rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*", "nas", sql="varchar(255)", lower=True),
]
Color = Annotated[str, formed("a colour such as #1e90ff", "#[0-9A-Fa-f]{6}", "#1e90ff", sql="varchar(7)", lower=True)]
HostFile = Annotated[
    str,
    formed("a path in this repository", r"(?!/|.*(?:^|/)\.\.?(?:/|$))[^\\\s:][^\\:]{0,250}", "photos/rack.jpg"),
]
"""Relative, with forward slashes, and staying inside."""


def _link(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", value):
        repeated = f"`{shown(value)}`" if "@" not in value else "this"  # what stands before an @ may be a secret
        raise wrong("bad-url", f"{repeated} is not a link: http:// or https://, a host, no user and no password")
    return value


_LINK_SCHEMA = {"type": "string", "pattern": r"^https?://[^\s/?#@]+([/?#]\S*)?$", "maxLength": 2000}
Link = Annotated[
    str, Scalar("a link", "text", _LINK_SCHEMA, _link, limit=2000, example="https://example.com/manual.pdf")
]
"""A web address; other schemes could run something in a browser, credentials do not belong in a file."""


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_TYPED_STARTS = frozenset("tf-0123456789")
_WHOLE = re.compile(r"-?[0-9]{1,309}", re.ASCII)  # so many digits has the largest float written out


def _freeform(value: Any) -> Any:
    """Free-form YAML: bare `true`, `false` and JSON numbers (RFC 8259) are typed, `null` is null, all else is text."""
    if isinstance(value, dict):
        return {
            str(key): item if type(item) is str and item[:1] not in _TYPED_STARTS else _freeform(item)
            for key, item in sorted(value.items())
        }
    if isinstance(value, list | tuple):
        return [_freeform(item) for item in value]
    if not isinstance(value, str) or isinstance(value, Quoted):
        return str(value) if isinstance(value, Quoted) else value
    if value[:1] not in _TYPED_STARTS:
        return value
    if value.isdecimal() and value.isascii() and value[0] != "0" and len(value) < 309:
        return int(value)
    if value in {"true", "false"}:
        return value == "true"
    if not _NUMBER.fullmatch(value):
        return value
    if _WHOLE.fullmatch(value):
        return int(value)
    number = _float(value)
    if isinf(number):
        raise OverflowError
    return int(Decimal(repr(number))) if number.is_integer() else number  # 1.0 and 1e0 are 1, in JSON and in jsonb


def _float(value: str) -> float:
    return float(value) if len(value) <= 300 else inf


def _is_too_large(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value)) and not _WHOLE.fullmatch(value) and isinf(_float(value))


def _too_large(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The numbers inside that no JSON number can hold: the path to each, and what is said of it."""
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _too_large(item, (*path, step))
    elif isinstance(value, str) and not isinstance(value, Quoted) and _is_too_large(value):
        yield path, f"`{shown(value)}` is too large for a number; quote it to make it text"


def _mapping(value: Any) -> Any:
    if not isinstance(value, dict):
        raise wrong("wrong-type", f"expected a mapping, found {kind_of(value)}")
    try:
        return _freeform(value)
    except OverflowError:
        inside = tuple(_too_large(value, ()))
        message = inside[0][1]
    raise PydanticCustomError("bad-number", "{message}", {"message": message, "inside": inside})


Json = Annotated[dict[str, Any], Freeform("a mapping", _mapping)]
"""Anything, under keys of your own."""


def _tags(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(value)))


Tags = Annotated[tuple[Slug, ...], Normal(_tags)]
"""A set of slugs: neither their order nor a repetition means anything."""


def _by_key(value: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(value.items()))


BY_KEY = Normal(_by_key)
"""The keys of a mapping have no order of their own, so its normal form has one."""
_ONE = "[a-z0-9]+(?:-[a-z0-9]+)*"
SitePath = Annotated[
    str,
    formed(
        "a site as organization/site",
        rf"(?=[^/]{{1,{MAX_SLUG}}}/[^/]{{1,{MAX_SLUG}}}$){_ONE}/{_ONE}",
        "anand-family/home",
    ),
]
"""The path of a site, where its organization does not follow from the place."""
InterfaceName = Annotated[
    str, formed("an interface name", r"[A-Za-z0-9](?:[A-Za-z0-9 ._/:-]{0,48}[A-Za-z0-9])?", "eth1", sql="varchar(50)")
]
"""As the operating system or the label says: eth1, LAN 2, br-lan.20."""
