"""Where a controller is, how to log in, and what it may propose: as `invgit.yaml` says it, and with its secrets."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal
from urllib.parse import urlsplit

from invgit.errors import ConfigError
from invgit.model.fields import Fields
from invgit.model.marks import Example, Normal, Scalar
from invgit.model.ownable import Ownable, each_once
from invgit.model.scalars import Text255, integer, wrong
from invgit.model.settings import ONE, Duration, FilePath, Secret, Secrets, lasting

Login = Literal["basic", "query"]
Room = Literal["location1", "location2"]

_MYHS = ".homeseer.com"
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|\w(?:[\w.-]*[\w.])?")
_UNSENT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""RFC 7617 forbids controls; halves of characters are what Python makes of bytes that are no UTF-8."""
_PATIENCE = "1h"
"""Longest time that a request may take: whoever waits longer waits for nothing."""
_LONGEST = 1000
"""Characters of a secret: more do not go into a URL."""


def address(url: str) -> str:
    """Scheme, host and port of a controller, without the path that people copy along.

    Raises ValueError with a message for any URL that cannot be asked; it repeats nothing of it, which may be secret.
    """
    if "@" in url or "?" in url:
        raise ValueError("the URL of HomeSeer holds a user, a password or more: these are settings of their own")
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.port != 0 and not parts.fragment
        bare = parts.path.strip("/").casefold() in {"", "json"}
    except ValueError:  # a port that is none, a bracket too many
        known = bare = False
    if not known or not bare or not url.isprintable():
        raise ValueError("the URL of HomeSeer is none: it is http://HOST or http://HOST:PORT, without a path")
    host = parts.netloc if parts.port is None else parts.netloc.rpartition(":")[0]
    if not _HOST.fullmatch(host.removesuffix(":")):
        raise ValueError("the URL of HomeSeer has no host that could be asked: http://HOST or http://HOST:PORT")
    if (parts.hostname or "").endswith(_MYHS) and parts.scheme != "https":
        raise ValueError("MyHS is asked over https only")
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(':')}"


def _address(url: str) -> str:
    try:
        return address(url)
    except ValueError as error:
        raise wrong("bad-url", str(error)) from None


Url = Annotated[
    str,
    Scalar(
        "the URL of HomeSeer's own web pages",
        "text",
        {"type": "string", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\s]+/*([Jj][Ss][Oo][Nn]/*)?$", "maxLength": 300},
        _address,
        limit=300,
        example="http://192.168.1.20",
    ),
]
"""Scheme, host and port."""


def _patience(duration: str) -> str:
    if lasting(duration) > lasting(_PATIENCE):
        raise wrong("bad-duration", f"`{duration}` is too long for one request: at most {_PATIENCE}")
    return duration


class HomeSeer(Fields):
    """A HomeSeer that is asked what a site has."""

    url: Url
    """Where its web pages are, without a path; for MyHS `https://myhs.homeseer.com`."""

    user: Annotated[Text255 | None, Example("invgit")] = None
    """Who logs in: better somebody of its own, who may only look."""

    password: Annotated[Secret | None, ONE] = None
    """The user's password."""

    token: Annotated[Secret | None, ONE, Example({"env": "INVGIT_TOKEN"})] = None
    """A token in place of user and password; it always goes in the URL."""

    license: Annotated[Secret | None, ONE, Example({"env": "INVGIT_LICENSE"})] = None
    """MyHS: the licence id of the system that is asked."""

    login: Login = "basic"
    """Whether user and password go in a header, or in the query, where servers log them and where MyHS wants them."""

    ca: Annotated[FilePath | None, Example("~/.config/invgit/homeseer.pem")] = None
    """https: a file (PEM) with the authorities that count in place of the public ones, or its own certificate."""

    timeout: Annotated[Duration, Normal(_patience), Example("60s")] = "60s"
    """Longest time for one request with all its attempts, at most an hour."""

    room: Room | None = None
    """Which of its two locations is the room, the other one being the floor; without it, what it says itself."""

    owns: Annotated[tuple[Ownable, ...], Normal(each_once), Example(["name", "type", "zone"])] = (
        "category",
        "is_battery_powered",
        "name",
        "type",
        "zone",
        "zwave_node_id",
    )
    """Fields of devices that it may propose; what a person wrote is never overwritten."""

    stale_after: Annotated[Duration, Example("7d")] = "7d"
    """After so long without a sign of life nobody knows whether a device is on."""

    missing_after: Annotated[Annotated[int, integer(1, 100)], Example(3)] = 3
    """In so many complete looks, one after the other, a device is not there before it is proposed as missing."""


@dataclass(frozen=True, slots=True)
class Controller:
    """One controller. Raises ConfigError for a URL that cannot be asked.

    `basic` sends user and password in a header; `query` sends them in the URL, where proxies and web servers log them,
    and where MyHS, HomeSeer's relay, wants them. A token always goes in the URL: HomeSeer takes it nowhere else.
    """

    url: str
    """See `address`."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    license: str | None = field(default=None, repr=False)
    """MyHS: the licence id of the system that is asked."""
    login: Login = "basic"
    connect_timeout: float = 10.0
    """Seconds, for each attempt."""
    total_timeout: float = 60.0
    """Seconds for one request with all its attempts."""
    max_bytes: int = 64 * 1024 * 1024
    """Of one answer; 5,000 devices are about 3 MB."""
    retries: int = 2
    """Further attempts after a connection that failed or broke."""

    authorities: str | None = None
    """Path of a file (PEM) with the certificates to trust in place of the public authorities."""

    def __post_init__(self) -> None:
        try:
            address(self.url)
        except ValueError as error:
            raise ConfigError(str(error)) from None
        if self.password and not self.user:
            raise ConfigError("there is a password for HomeSeer, but no user", help="Give the user as well.")
        if self.token and self.user:
            raise ConfigError(
                "there are a token and a user for HomeSeer", help="A token stands in place of user and password."
            )
        if self.myhs and not self.token and not self.password:
            raise ConfigError("MyHS wants a login", help="Give user and password, or a token.")
        if self.user and ":" in self.user and not self.in_query:
            raise ConfigError(
                "the user of HomeSeer holds a colon, which HTTP Basic cannot send", help="Write `login: query`."
            )
        for what in ("user", "password", "token", "license"):
            text = getattr(self, what)
            if text and (_UNSENT.search(text) or len(text) > _LONGEST):
                raise ConfigError(
                    f"the {what} of HomeSeer holds a control character or no text at all, or is longer than {_LONGEST}"
                )

    @property
    def myhs(self) -> bool:
        """Whether it is asked through HomeSeer's relay."""
        return (urlsplit(self.url).hostname or "").endswith(_MYHS)

    @property
    def in_query(self) -> bool:
        """Whether user and password go in the URL."""
        return self.login == "query" or self.myhs

    @property
    def base(self) -> str:
        """Scheme, host and port: what may be shown."""
        return address(self.url)

    def secrets(self) -> tuple[str, ...]:
        """What must be shown nowhere, in every spelling that a request has of it."""
        from base64 import b64encode

        from invgit.text.told import spellings

        pair = b64encode(f"{self.user}:{self.password}".encode()).decode() if self.password else None
        return (*filter(None, [pair]), *spellings([self.password, self.token, self.license]))


def controller(said: HomeSeer, site: str, secrets: Secrets) -> Controller:
    """The controller of a site, ready to be asked. Raises ConfigError that names the setting and no secret."""
    where = f"sources.homeseer.{site}"

    def text(name: str, secret: Secret | None) -> str | None:
        return secrets.text(secret, f"{where}.{name}") if secret else None

    password, token, license = text("password", said.password), text("token", said.token), text("license", said.license)
    seconds = lasting(said.timeout).total_seconds()
    try:
        return Controller(
            said.url,
            said.user,
            password,
            token,
            license,
            login=said.login,
            total_timeout=seconds,
            authorities=str(secrets.path(said.ca)) if said.ca else None,
        )
    except ConfigError as error:
        raise ConfigError(f"{where}: {error.message}", help=error.help) from None
